"""Tasks that the page leaves in the home for a process that watches folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from semsearch.errors import SettingsError
from semsearch.tasks import TaskKind, Tasks


def kinds(tasks: Tasks) -> list[TaskKind]:
    return [task.kind for task in tasks.open()]


def test_tasks_are_found_by_another_process_in_the_order_in_which_they_were_left(tmp_path: Path) -> None:
    for kind in (TaskKind.SCAN, TaskKind.ADD, TaskKind.FORGET):
        Tasks(tmp_path).leave(kind, "/notes")
    assert kinds(Tasks(tmp_path)) == [TaskKind.SCAN, TaskKind.ADD, TaskKind.FORGET]


def test_the_same_task_is_left_once(tmp_path: Path) -> None:
    tasks = Tasks(tmp_path)
    tasks.leave(TaskKind.SCAN, "/notes")
    tasks.leave(TaskKind.SCAN, "/notes")
    tasks.leave(TaskKind.SCAN, "/photos")
    assert [task.folder for task in tasks.open()] == ["/notes", "/photos"]


def test_a_folder_whose_name_is_not_utf_8_is_kept_as_it_is(tmp_path: Path) -> None:
    folder = os.fsdecode(b"/notes\xff")
    Tasks(tmp_path).leave(TaskKind.SCAN, folder)
    assert Tasks(tmp_path).open()[0].folder == folder


def test_a_task_that_is_done_is_gone_and_one_that_failed_says_why(tmp_path: Path) -> None:
    tasks = Tasks(tmp_path)
    tasks.leave(TaskKind.SCAN, "/notes")
    tasks.leave(TaskKind.FORGET, "/photos")
    scan, forget = tasks.open()
    tasks.drop(scan)
    tasks.fail(forget, "there is no folder /photos")
    assert tasks.open() == ()
    [failed] = tasks.all()
    assert (failed.kind, failed.error) == (TaskKind.FORGET, "there is no folder /photos")
    tasks.leave(TaskKind.FORGET, "/photos")  # the next attempt takes its place
    assert [task.error for task in tasks.all()] == [""]


def test_what_another_version_has_left_is_passed_over(tmp_path: Path) -> None:
    tasks = Tasks(tmp_path)
    tasks.leave(TaskKind.SCAN, "/notes")
    (tmp_path / "tasks" / "0.json").write_text('{"kind": "polish"}')
    (tmp_path / "tasks" / "1.json").write_text("{")
    assert kinds(tasks) == [TaskKind.SCAN]


def test_one_process_at_a_time_carries_out_the_tasks(tmp_path: Path) -> None:
    page, first, second = Tasks(tmp_path), Tasks(tmp_path), Tasks(tmp_path)
    assert not page.have_a_watcher
    assert first.take_on()
    assert first.take_on()
    assert page.have_a_watcher
    assert not second.take_on()
    first.leave_off()
    assert not page.have_a_watcher
    assert second.take_on()


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("no folder")
    with pytest.raises(SettingsError, match="home/tasks cannot be written"):
        Tasks(home).leave(TaskKind.SCAN, "/notes")
