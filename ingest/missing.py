"""Set documents aside while their files are missing, and bring them back when the files are there again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ingest.absent import trace
from ingest.compare import Rules
from ingest.known import Known
from ingest.plan import Plan
from ingest.scopes import Scope
from ingest.verify import verify
from ingest.write import Writer
from semsearch.overview import Away
from semsearch.records import DocumentRecord, State
from semsearch.store.store import Store


def compare_rest(todo: Plan, store: Store, rules: Rules) -> None:
    """Finish the comparison: bring back what is there again, and hash doubtful files."""
    found, todo.back = todo.back, []
    for file, record in found:
        todo.take(file, store.drafts.bring_back(record), rules)
    verify(todo, store)


def remove_texts(todo: Plan, known: Known, writer: Writer, store: Store) -> None:
    """Remove the records of moved texts, which have lent their vectors, and those of a few deleted texts."""
    writer.remove(todo.settle_texts(_new(todo, known, writer, store)))


def remove_or_hold(todo: Plan, known: Known, writer: Writer, store: Store) -> None:
    """Remove what is gone, set aside what is missing, and remember the file systems of the folders."""
    new = _new(todo, known, writer, store)
    todo.settle(new)
    moved = [record for record in todo.missing if trace(record) in new]
    # One that lent its pieces in this run has others than before.
    moved = [*writer.moved, *(each for each in moved if each.doc not in {lent.doc for lent in writer.moved})]
    writer.remove([*todo.gone, *moved])
    writer.hold(todo.held)
    store.disks.remember(todo.places)


def _new(todo: Plan, known: Known, writer: Writer, store: Store) -> set[str]:
    """The traces of files whose content was written since the last run that ended.

    An absent file with one of them has moved. A killed run may have written it.
    """
    gone = {each.doc for absent in todo.absent for each in (*absent.records, *absent.away)}
    gone |= {record.doc for record in todo.missing}
    if not gone:
        return set()
    # Documents that were imported are older than the first run. The clock of Redis may be ahead of this one.
    since = min(store.runs.ended() or writer.began, writer.began)
    return {trace(each) for each in known.open(since) if each.indexed_at > since and each.doc not in gone}


def away(records: Iterable[DocumentRecord], scopes: Iterable[Scope]) -> list[Away]:
    """How many documents of each folder are missing, and since when."""
    folders = {str(scope.root) for scope in scopes}
    found: dict[str, Away] = {}
    for record in records:
        if record.state is State.MISSING and record.root in folders:
            known = found.get(record.root, Away(record.root, 0, record.missing_since))
            since = min(known.since, record.missing_since)
            found[record.root] = replace(known, documents=known.documents + 1, since=since)
    return list(found.values())
