"""Print topics of a library with ten documents each, for somebody who judges whether the names fit.

    SEMSEARCH_HOME=HOME python -m benchmarks.topic_names [--topics 30] [--seed 1]

The library is that of the settings. The topics are drawn by chance from those without smaller ones, and the
documents by chance from all of a topic: the most typical ones would flatter it.
"""

from __future__ import annotations

import argparse
import random

from semsearch.explore.topic_tree import Topics
from semsearch.records import DocumentRecord, Kind
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.explored import TOPIC, names_of
from semsearch.store.store import Store

_MEMBERS, _CHARACTERS = 10, 150


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--topics", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    store, drawn = Store.open(Settings.from_env(), Role.WEB), random.Random(arguments.seed)
    tree = Topics(store).tree()
    leaves = [leaf for top in tree.all for leaf in top.inner or (top,)]
    members = _members(store)
    for number, topic in enumerate(drawn.sample(leaves, min(arguments.topics, len(leaves))), 1):
        print(f"\n{number}. {topic.name} ({topic.count:,} documents)")
        docs = members[topic.name]
        for record in store.ledger.get_many(drawn.sample(docs, min(_MEMBERS, len(docs)))):
            print(f"   {_shown(store, record)}")


def _members(store: Store) -> dict[str, list[str]]:
    """The documents of each topic."""
    found: dict[str, list[str]] = {}
    for kind in (Kind.TEXT, Kind.IMAGE):
        docs = store.lookup.of_kind(kind)
        for doc, (stored,) in zip(docs, store.ledger.fields(docs, [TOPIC]), strict=True):
            for name in names_of(stored):
                found.setdefault(name, []).append(doc)
    return found


def _shown(store: Store, record: DocumentRecord) -> str:
    """The path of a picture; the title and the beginning of a text."""
    if record.kind is Kind.IMAGE:
        return record.path
    _, (first,) = store.ledger.get_with_passages([], [(record.doc, 0)])
    beginning = " ".join(first.content.split())[:_CHARACTERS] if first is not None else ""
    return f"{record.title}: {beginning}"


if __name__ == "__main__":
    main()
