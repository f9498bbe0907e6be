"""How the library and its searches change: a page, and its figures as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api.library_health import of_health
from semsearch.errors import QueryError
from semsearch.explore.changes import Amount
from semsearch.explore.drift_words import drift_in_english, sentences
from semsearch.explore.endings import Month
from semsearch.explore.library_health import Health
from semsearch.message import say
from semsearch.records import Kind
from web.access.caller import check_may_change
from web.bar_chart import BarChart, Row, bar_chart
from web.exploring import explorer
from web.languages.choice import reader
from web.library_page import command

library_health = Blueprint("health", __name__)

# The most bars of a chart. More months are shown as years, and the years before as one bar.
_MOST = 36
_SEARCHES_SHOWN = 24


@library_health.get("/health")
def health() -> str:
    known = explorer().health.now()
    changes = known.changes
    return render_template(
        "health.html",
        known=known,
        command=command,
        changes=changes,
        dated=amounts(changes.dated) if changes else None,
        indexed=amounts(changes.indexed) if changes else None,
        told=sentences(changes.drift, reader()) if changes and changes.drift else (),
        since=datetime.fromtimestamp(changes.drift.since, UTC) if changes and changes.drift else None,
        kinds=Kind,
        lines=dict(_lines(known)),
        searches=_searches(known.searches),
        evaluations=dict(_evaluations(known)),
    )


@library_health.post("/health/counting")
def switch() -> BaseResponse:
    """Count how searches end, or count no more and forget what was counted."""
    check_may_change()
    view, action = explorer().endings, request.form.get("do", "")
    if action not in ("on", "off"):
        raise QueryError(say("{action!r} cannot be done with the counting of searches.", action=action))
    view.switch(on=action == "on")
    return redirect(url_for("health.health", _anchor="searches"), 303)


@library_health.get("/api/health")
def in_json() -> Response:
    known = explorer().health.now()
    return jsonify(of_health(known, drift_in_english(known)))


def amounts(months: Sequence[Amount]) -> BarChart | None:
    """The documents by month, from the first month to the last; by year where these are too many."""
    if not months:
        return None
    counted = {each.month: each for each in months}
    labels = list(_between(months[0].month, months[-1].month))
    if len(labels) <= _MOST:
        rows = [_row(_called(label), [counted[label]] if label in counted else []) for label in labels]
        return bar_chart(rows)
    years: dict[int, list[Amount]] = {}
    last = int(months[-1].month[:4])
    first = max(int(months[0].month[:4]), last - _MOST + 1)
    for each in months:
        years.setdefault(max(first - 1, int(each.month[:4])), []).append(each)
    earlier = [_row(reader().text(say("before {year}", year=str(first))), years.pop(first - 1, []))]
    rows = [_row(str(year), years.get(year, [])) for year in range(first, last + 1)]
    return bar_chart([*(each for each in earlier if each.number), *rows])


def _row(label: str, parts: Sequence[Amount]) -> Row:
    passages = sum(each.passages for each in parts)
    return Row(label, sum(each.documents for each in parts), others=(passages,))


def _between(first: str, last: str) -> Iterator[str]:
    """The months from one to another."""
    year, month = map(int, first.split("-"))
    while (found := f"{year:04}-{month:02}") <= last:
        yield found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _called(month: str) -> str:
    return reader().month_of_year(datetime.strptime(month, "%Y-%m"))


def _searches(months: Sequence[Month]) -> BarChart | None:
    """The searches of each month; the part is those of which a hit was opened."""
    rows = [
        Row(_called(each.month), each.searches, each.clicked, (each.clicked, each.unclear, _in_front(each)))
        for each in reversed(months[:_SEARCHES_SHOWN])
    ]
    return bar_chart(rows)


def _in_front(month: Month) -> int:
    """The searches whose first opened hit was one of the first three."""
    return sum(month.ranks[rank] for rank in (1, 2, 3))


def _evaluations(known: Health) -> Iterator[tuple[str, BarChart]]:
    """The nDCG@10 of each evaluated collection, by its name."""
    for name, runs in known.evaluations.items():
        rows = [
            Row(
                reader().moment(datetime.fromisoformat(run["at"])),
                measures["nDCG@10"],
                others=(measures["R@10"], measures.get("Success@1", 0.0)),
            )
            for run in runs
            if (measures := _measures(run))
        ]
        found = bar_chart(rows, top=1.0)
        if found is not None:
            yield name, found


def _measures(run: Mapping[str, Any]) -> Mapping[str, float]:
    found: Mapping[str, float] = run.get("modes", {}).get("hybrid", {}).get("measures", {})
    return found if {"nDCG@10", "R@10"} <= found.keys() else {}


def _lines(known: Health) -> Iterator[tuple[Kind, BarChart]]:
    """The line of relevance of each kind by run."""
    for kind in (Kind.TEXT, Kind.IMAGE):
        lines = [line for line in known.lines if line.kind is kind]
        rows = [Row(reader().moment(datetime.fromtimestamp(each.at, UTC)), each.similarity) for each in lines]
        found = bar_chart(rows[-_MOST:], top=1.0)
        if found is not None:
            yield kind, found
