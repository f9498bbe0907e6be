"""The command line: its output and its exit codes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pytest
import redis

from semsearch.models.identity import minilm_id
from semsearch.settings import Settings
from semsearch.store.engine import launch
from tests.engines import free_port
from tests.fakes import picture
from tests.integration.cli.conftest import Command
from tests.picture_models import tiny_folder


def test_ingest_then_search_then_status(process: Command, notes: Path) -> None:
    done = process("ingest", notes)
    assert done.returncode == 0
    assert "2 files" in done.stdout
    assert "2 indexed" in done.stdout

    done = process("search", "birds of prey")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split()[2] == str(notes / "owls.md")
    assert "\x1b" not in done.stdout

    done = process("status")
    assert "2 indexed" in done.stdout
    assert "all-MiniLM-L6-v2" in done.stdout


def test_a_folder_that_loses_half_of_its_files_says_so_and_gets_them_back(
    semsearch: Command, notes: Path
) -> None:
    letters = notes / "letters"
    letters.mkdir()
    for n in range(30):
        (letters / f"{n}.txt").write_text(f"Letter {n}.")
    semsearch("ingest", notes)
    away = letters.rename(notes.parent / "away")
    done = semsearch("ingest", notes)
    assert done.returncode == 0
    assert "2 unchanged, 30 missing" in done.stdout
    for shown in (done, semsearch("status")):
        assert f"30 documents in {notes} are missing since 20" in shown.stdout
        assert "--allow-empty" in shown.stdout
    status = json.loads(semsearch("status", "--json").stdout)
    assert status["documents"]["missing"] == 30
    assert [each["documents"] for each in status["away"]] == [30]
    away.rename(letters)
    assert "32 unchanged" in semsearch("ingest", notes).stdout


def test_the_status_says_why_a_file_is_as_it_is(semsearch: Command, notes: Path) -> None:
    (notes / ".semsearchignore").write_text("*.bak\n")
    (notes / "old.bak").write_text("old")
    semsearch("ingest", notes)
    shown = semsearch("status", "--why", notes / "old.bak").stdout
    assert "ignored" in shown
    assert "line 1 of .semsearchignore names it" in shown
    found = json.loads(semsearch("status", "--json", "--why", notes / "owls.md").stdout)
    assert (found["state"], found["facts"]["type"]) == ("indexed", "text/markdown")
    done = semsearch("status", "--why", notes.parent / "elsewhere")
    assert (done.returncode, "none of the folders" in done.stderr) == (2, True)


def test_an_ingest_leaves_the_processor_to_searches(environment: dict[str, str], notes: Path) -> None:
    command = [sys.executable, "-m", "semsearch", "ingest", str(notes)]
    usual, seen = os.getpriority(os.PRIO_PROCESS, 0), set()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as ingest:
        while ingest.returncode is None:
            seen.add(os.getpriority(os.PRIO_PROCESS, ingest.pid))
            with suppress(subprocess.TimeoutExpired):
                ingest.wait(0.05)
    assert ingest.returncode == 0
    assert seen == {usual, min(usual + 10, 19)}


def test_colours_are_for_terminals(semsearch: Command, process: Command, notes: Path) -> None:
    semsearch("ingest", notes)
    assert "\x1b[" in process("search", "owls", FORCE_COLOR="1", TERM="xterm").stdout


def test_a_query_needs_no_quotes_and_may_leave_words_out(semsearch: Command, notes: Path) -> None:
    semsearch("ingest", notes)
    found = json.loads(semsearch("search", "mice", "at", "night", "-tax", "--json", "-k", "5").stdout)
    assert found["query"] == "mice at night -tax"
    assert [hit["path"] for hit in found["hits"]] == ["owls.md"]


def test_a_path_can_be_opened_from_the_current_folder(
    semsearch: Command, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    semsearch("ingest", notes)
    assert f"  {notes}/owls.md" in semsearch("search", "owls").stdout
    monkeypatch.chdir(notes.parent)
    assert f"  {notes.name}/owls.md" in semsearch("search", "owls").stdout


def test_paths_are_for_pipes(environment: dict[str, str], semsearch: Command, notes: Path) -> None:
    odd = notes / os.fsdecode(b"owls \xff\n at night.md")
    odd.write_text("# Owls\n\nOwls hunt mice at night, and how they do it.")
    semsearch("ingest", notes)

    def printed(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "semsearch", "search", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, check=False)

    done = printed("owls hunt mice at night", "-0")
    assert done.returncode == 0
    assert set(done.stdout.split(b"\0")) == {os.fsencode(odd), bytes(notes / "owls.md"), b""}
    assert printed('"owls hunt" -how', "--paths").stdout == bytes(notes / "owls.md") + b"\n"
    none = semsearch("search", "carburettor", "--paths")
    assert (none.returncode, none.stdout) == (1, "")
    assert "nothing clearly matches" in none.stderr
    assert "library is empty" not in none.stderr


def test_an_empty_library_says_how_it_is_filled(semsearch: Command) -> None:
    done = semsearch("search", "owls")
    assert done.returncode == 0
    assert "semsearch ingest FOLDER" in done.stdout
    assert json.loads(semsearch("search", "owls", "--json").stdout)["hits"] == []
    paths = semsearch("search", "owls", "--paths")
    assert (paths.returncode, paths.stdout) == (1, "")
    assert "semsearch ingest FOLDER" in paths.stderr
    asked = semsearch("ask", "what do owls hunt", SEMSEARCH_ASK_URL="http://127.0.0.1:1")
    assert asked.returncode == 1
    assert "semsearch ingest FOLDER" in asked.stderr


def test_the_version_and_the_help_have_their_usual_options(semsearch: Command) -> None:
    assert semsearch("--version").stdout.strip() == f"semsearch {version('semsearch')}"
    assert "Usage" in semsearch("-h").stdout
    assert "Usage" in semsearch("folders", "forget", "-h").stdout


def test_json_has_the_shape_of_the_api(semsearch: Command, notes: Path) -> None:
    summary = json.loads(semsearch("ingest", "--json", notes).stdout)
    assert (summary["found"], summary["indexed"], summary["failures"]) == (2, 2, [])
    found = json.loads(semsearch("search", "--json", "birds of prey", "-k", "1").stdout)
    assert found["query"] == "birds of prey"
    assert [hit["path"] for hit in found["hits"]] == ["owls.md"]
    assert json.loads(semsearch("status", "--json").stdout)["documents"]["indexed"] == 2


def test_failed_files_give_exit_code_1_and_their_reasons(semsearch: Command, notes: Path) -> None:
    (notes / "damaged.pdf").write_bytes(b"%PDF-1.4 nothing")
    done = semsearch("ingest", notes)
    assert done.returncode == 1
    assert "damaged.pdf: " in done.stdout
    again = json.loads(semsearch("ingest", "--json", notes).stdout)
    assert [Path(failure["path"]).name for failure in again["failures"]] == ["damaged.pdf"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["ingest", "/no/such/folder"], "there is no folder /no/such/folder"),
        (["search"], "write some words, or name a picture with --image"),
        (["search", " ", "--limit", "3"], "the query is empty"),
        (["search", "--", "-type:pdf"], "“-type:pdf” means nothing: an operator cannot be excluded."),
        (["ask", "--kind", "text"], "there is no question"),
        (["search", "x", "-k", "1000"], "--limit (-k) is '1000'"),
        (["search", "x", "--mode", "magic"], "--mode is 'magic'; it must be one of: hybrid, meaning, words"),
        (
            ["search", "x", "--order", "colour"],
            "--order is 'colour'; it must be one of: relevance, date, name, size",
        ),
        (["search", "x", "--max-size", "big"], "--max-size is 'big'"),
        (["search", "x", "--when", "04/05/2021"], "--when is '04/05/2021'"),
        (["search", "--image", "/no/such.png"], "/no/such.png cannot be read"),
        (["redis", "start"], "SEMSEARCH_REDIS_URL is set"),
    ],
)
def test_a_command_that_cannot_run_gives_exit_code_2_and_one_sentence(
    semsearch: Command, arguments: list[str], reason: str
) -> None:
    done = semsearch(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("semsearch: ")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("SEMSEARCH_PORT", "many", "SEMSEARCH_PORT is 'many'"),
        ("SEMSEARCH_REDIS_URL", "redis://127.0.0.1:1", "cannot be reached"),
        (
            "SEMSEARCH_REDIS_URL",
            "http://127.0.0.1",
            "SEMSEARCH_REDIS_URL cannot be read: it begins with none of redis://",
        ),
        ("SEMSEARCH_TEXT_MODEL", "/no/such/model", "/no/such/model"),
    ],
)
def test_a_wrong_setting_is_named(
    semsearch: Command, notes: Path, variable: str, value: str, reason: str
) -> None:
    done = semsearch("ingest", notes, **{variable: value})
    assert done.returncode == 2
    assert reason in done.stderr


def test_redis_cli_connects_to_the_server_in_use(process: Command) -> None:
    done = process("redis", "cli", "PING")
    if done.returncode == 2:  # redis-cli is not installed: the message says what to install
        assert "redis-tools" in done.stderr
    else:
        assert done.stdout.strip() == "PONG"


@pytest.fixture
def up(environment: dict[str, str], notes: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of `semsearch up FOLDER`, and the address that it prints."""
    port = free_port()
    command = [sys.executable, "-m", "semsearch", "up", str(notes), "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[2]
        process.kill()


def test_up_ingests_and_serves_until_it_is_interrupted(up: tuple[subprocess.Popen[str], str]) -> None:
    process, url = up
    assert process.stdout is not None
    assert "2 indexed" in process.stdout.readline()
    with urllib.request.urlopen(f"{url}/api/search?q=birds+of+prey") as reply:
        assert json.load(reply)["hits"][0]["path"] == "owls.md"
    process.send_signal(2)
    assert process.wait(timeout=20) in (0, 130)
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", int(url[-5:]))):
        pass


def test_the_message_for_a_taken_port_has_the_port_and_the_option(process: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = process("serve", "--port", port)
    assert done.returncode == 2
    assert port in done.stderr
    assert "--port" in done.stderr


def test_pictures_without_a_model_wait_and_the_output_says_what_to_set(
    semsearch: Command, notes: Path
) -> None:
    picture(notes / "red.png", "red")
    done = semsearch("ingest", notes, SEMSEARCH_IMAGE_MODEL="")
    assert done.returncode == 0
    assert "1 waiting: there was no picture model" in done.stdout
    assert "SEMSEARCH_IMAGE_MODEL" in done.stdout
    assert (
        "pictures: none (SEMSEARCH_IMAGE_MODEL is empty)"
        in semsearch("status", SEMSEARCH_IMAGE_MODEL="").stdout
    )


def test_pictures_that_waited_are_embedded_by_the_next_run_with_a_model_and_found_by_words(
    semsearch: Command, notes: Path, tmp_path: Path
) -> None:
    picture(notes / "red.png", "red")
    assert "1 waiting" in semsearch("ingest", notes, SEMSEARCH_IMAGE_MODEL="").stdout
    model = {"SEMSEARCH_IMAGE_MODEL": str(tiny_folder(tmp_path / "tiny", minilm_id()))}
    done = semsearch("ingest", notes, **model)
    assert "1 indexed" in done.stdout
    assert "waiting" not in done.stdout

    hits = json.loads(semsearch("search", "--json", "birds of prey", **model).stdout)["hits"]
    legs = {hit["path"]: hit["legs"] for hit in hits}
    assert legs == {"owls.md": ["meaning"], "tax.txt": ["meaning"], "red.png": ["looks"]}
    by_picture = semsearch("search", "--json", "--image", notes / "red.png", **model)
    assert [(hit["path"], hit["similarity"]) for hit in json.loads(by_picture.stdout)["hits"]] == [
        ("red.png", 1.0)
    ]


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A small judged collection in BEIR layout."""
    folder = tmp_path / "judged"
    (folder / "qrels").mkdir(parents=True)
    texts = {
        "owls": "Owls hunt mice at night.",
        "tax": "The tax return is due in May.",
        "soup": "Boil the carrots until they are soft.",
        "ships": "A ship sails by the stars.",
    }
    queries = {"q1": ("birds of prey", "owls"), "q2": ("cooking vegetables", "soup")}
    (folder / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": doc, "title": "", "text": text}) for doc, text in texts.items())
    )
    (folder / "queries.jsonl").write_text(
        "\n".join(json.dumps({"_id": query, "text": text}) for query, (text, _) in queries.items())
    )
    rows = [f"{query}\t{doc}\t1" for query, (_, doc) in queries.items()]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *rows]))
    return folder


def test_eval_measures_a_collection_apart_from_the_library(
    semsearch: Command, judged: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The evaluation waits until its engine has collected garbage, which it does every ten seconds.
    often = ("FORK_GC_RUN_INTERVAL", "1")
    monkeypatch.setattr(launch, "MODULE_ARGUMENTS", (*launch.MODULE_ARGUMENTS, *often))
    semsearch("ingest", notes)
    done = semsearch("eval", judged, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["dataset"], found["queries"], found["documents"]) == ("judged", 2, 4)
    assert list(found["modes"]) == ["words", "meaning", "hybrid", "approximate"]
    assert found["modes"]["meaning"]["measures"]["nDCG@10"] == pytest.approx(1)
    assert found["modes"]["approximate"]["recall"] == pytest.approx(1)
    assert found["modes"]["words"]["measures"]["nDCG@10"] == pytest.approx(0)
    assert json.loads(semsearch("status", "--json").stdout)["documents"]["indexed"] == 2

    again = semsearch("eval", judged, "--compare")
    assert again.returncode == 0, again.stderr
    assert "compared with the run of" in again.stdout
    assert "+0.0000" in again.stdout


def test_eval_measures_the_library_by_a_table_of_queries_and_paths(
    semsearch: Command, notes: Path, tmp_path: Path
) -> None:
    semsearch("ingest", notes)
    (tmp_path / "mine.csv").write_text("query,path\nbirds of prey,owls.md\nmoney for the state,tax.txt\n")
    found = json.loads(semsearch("eval", tmp_path / "mine.csv", "--json").stdout)
    assert found["modes"]["hybrid"]["measures"]["RR@10"] == pytest.approx(1)
    assert found["documents"] is None


def test_search_takes_a_mode(semsearch: Command, notes: Path) -> None:
    semsearch("ingest", notes)
    found = json.loads(semsearch("search", "taxes", "--mode", "words", "--json").stdout)
    assert [(hit["path"], hit["legs"]) for hit in found["hits"]] == [("tax.txt", ["words"])]


def test_search_takes_dates_in_words(semsearch: Command, notes: Path) -> None:
    os.utime(notes / "tax.txt", (1562000000, 1562000000))  # July 2019
    semsearch("ingest", notes)

    def of(when: str) -> list[str]:
        found = json.loads(semsearch("search", "night", "--when", when, "--json").stdout)
        return [hit["path"] for hit in found["hits"]]

    assert (of("July 2019"), of("since 2020")) == (["tax.txt"], ["owls.md"])


def test_search_takes_types_and_sizes(semsearch: Command, notes: Path) -> None:
    semsearch("ingest", notes)

    def of(*options: str) -> list[str]:
        found = json.loads(semsearch("search", "night", *options, "--json").stdout)
        return [hit["path"] for hit in found["hits"]]

    assert of("--type", "text/markdown") == ["owls.md"]
    assert of("--type", "image/*") == []
    assert of("--type", "image/*", "--type", "text/markdown", "--path", "owls", "--path", "geese") == [
        "owls.md"
    ]
    assert of("--max-size", "30b") == ["tax.txt"]
    assert of("--min-size", "0.03 kB") == ["owls.md"]


def test_search_takes_an_order_and_prints_facets(semsearch: Command, notes: Path) -> None:
    semsearch("ingest", notes)
    printed = semsearch("search", "owls hunt mice", "--order", "name", "--facets").stdout.splitlines()
    assert "owls.md" in printed[0]
    assert [line.split() for line in printed[-3:-1]] == [["kind", "text", "1"], ["type", "Markdown", "1"]]
    found = json.loads(semsearch("search", "owls hunt mice", "--facets", "--json").stdout)
    assert found["facets"]["type"] == [{"value": "text/markdown", "count": 1}]


def test_the_status_says_what_redis_has_lost_with_exit_code_1(
    semsearch: Command, notes: Path, settings: Settings
) -> None:
    semsearch("ingest", notes)
    with redis.Redis.from_url(settings.redis_url) as client:
        client.ft("semsearch:text").dropindex(delete_documents=False)
        done = semsearch("status")
        assert done.returncode == 1
        assert done.stdout.startswith("missing    Redis has lost the index semsearch:text of 2 passages. Run")
        done = semsearch("ingest", notes)
        assert (done.returncode, semsearch("status").returncode) == (0, 0)
        client.flushall()
    done = semsearch("status", "--json")
    assert done.returncode == 1
    (loss,) = json.loads(done.stdout)["missing"]
    assert loss.startswith(f"The index is empty, though these folders were ingested here: {notes}.")
