"""Labels by example: the page of all labels, that of one label, what people mark there, and their JSON.

The web server writes marks alone. A task for the process that watches folders gives documents their labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api.labels import of_label, of_labels, read_docs
from semsearch.api.parameters import LIMIT
from semsearch.api.said import read_labelled
from semsearch.errors import QueryError
from semsearch.explore.labels import Labels
from semsearch.message import say
from semsearch.records import DocumentRecord
from semsearch.tasks import TaskKind, Tasks
from semsearch.text import readable
from web.access.caller import check_may_change
from web.access.gate import client_address, log
from web.access.next_page import next_page
from web.api import json_body
from web.exploring import explorer, may_keep, seen_explorer
from web.services import services

label_pages = Blueprint("labels", __name__)
label_api = Blueprint("label_api", __name__)

# Documents of each sort on the page of a label, and those that it asks about.
_SHOWN, _ASKED = 12, 6
_PRESET = "sentiment"
# By the value of the button: whether a document is it, or None where its mark is taken away.
_SAID = {"yes": True, "no": False, "none": None}


@label_pages.get("/labels")
def labels() -> str:
    """All labels."""
    found = _labels().all()
    return render_template(
        "labels.html",
        labels=found.labels,
        applied=found.applied,
        preset=None if any(each.preset for each in found.labels) else _PRESET,
        is_watched=_is_watched(),
    )


@label_pages.get("/labels/<name>")
def label(name: str) -> str:
    """One label: what is marked, what is asked and what is proposed."""
    view = _labels().show(name, _SHOWN)
    asked = view.unsure[:_ASKED]
    likely = [each for each in view.likely if each not in asked]  # a document has one card
    docs = [each.record.doc for each in (*asked, *likely)]
    return render_template(
        "label.html",
        view=view,
        label=view.label,
        asked=asked,
        likely=likely,
        hits=explorer().hits(docs),
        is_watched=_is_watched(),
    )


@label_pages.post("/labels/mark")
def mark() -> BaseResponse:
    """Mark documents as a label, or as not it, or take their marks away. A new name begins a label."""
    check_may_change()
    name, said = request.form.get("label", ""), request.form.get("is", "")
    if said not in _SAID:
        raise QueryError(say("{action!r} cannot be said of a document.", action=said))
    docs = read_docs(request.form.getlist("doc"))
    found = _mark(name, {said: docs})
    back = request.form.get("next")
    return redirect(next_page(back) if back else url_for("labels.label", name=found), 303)


@label_pages.post("/labels/change")
def change() -> BaseResponse:
    """Rename or delete a label."""
    check_may_change()
    name, action = request.form.get("label", ""), request.form.get("do", "")
    book = _labels().book
    if action == "rename":
        name = book.rename(name, request.form.get("name", ""))
    elif action == "delete":
        book.delete(name)
    else:
        raise QueryError(say("{action!r} cannot be done with a label.", action=action))
    _leave_task(action, name)
    target = url_for("labels.label", name=name) if action == "rename" else url_for("labels.labels")
    return redirect(target, 303)


@label_pages.post("/labels/preset")
def add_preset() -> BaseResponse:
    """Begin the labels of a preset."""
    check_may_change()
    _labels().add_preset(request.form.get("preset", ""))
    _leave_task("preset", request.form["preset"])
    return redirect(url_for("labels.labels"), 303)


@label_api.get("/api/labels")
def list_as_json() -> Response:
    return jsonify(of_labels(_labels().all()))


@label_api.get("/api/labels/<name>")
def label_as_json(name: str) -> Response:
    return jsonify(of_label(_labels().show(name, LIMIT.read(request.args))))


@label_api.post("/api/labels/<name>")
def mark_by_json(name: str) -> Response:
    check_may_change()
    found = _mark(name, read_labelled(json_body()))
    return jsonify(of_label(_labels().show(found, _SHOWN)))


def labels_of(record: DocumentRecord) -> Mapping[str, bool | None] | None:
    """The labels of a document, as `Labels.of_document`; None where the caller does not see labels."""
    found = seen_explorer()
    return None if found is None else found.labels.of_document(record)


def label_names() -> Sequence[str]:
    """The names of all labels, to choose from; none for a caller who may not mark documents."""
    return explorer().labels.book.names() if may_keep() else ()


def _labels() -> Labels:
    return explorer().labels


def _mark(name: str, said: Mapping[str, Sequence[str]]) -> str:
    """Keep what is said of documents. Returns the name of the label."""
    known = _labels()
    for key in ("yes", "no", "none"):  # what is it comes first: it may begin the label
        docs, is_it = said.get(key, ()), _SAID[key]
        if docs and is_it is not None:
            name = known.mark(name, docs, is_it=is_it)
        elif docs:
            known.unmark(name, docs)
    _leave_task("mark", name)
    return name


def _leave_task(action: str, name: str) -> None:
    Tasks(services().settings.home).leave(TaskKind.LABEL)
    log.info("label: %s %s by %s", action, readable(name), client_address())


def _is_watched() -> bool:
    return Tasks(services().settings.home).have_a_watcher
