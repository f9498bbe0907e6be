"""Print topics of a library with ten documents each, for somebody who judges whether the names fit.

    SEMSEARCH_HOME=HOME python -m benchmarks.topic_names [--topics 30] [--seed 1] [--sheets FOLDER]

The library is that of the settings. The topics are drawn by chance from those without smaller ones, and the
documents by chance from all of a topic: the most typical ones would flatter it. With --sheets, the pictures
of topic N are in FOLDER/N.png.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from semsearch.explore.topic_tree import Topics
from semsearch.pictures.decode import decode
from semsearch.records import DocumentRecord, Kind
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.explored import TOPIC, names_of
from semsearch.store.store import Store

_MEMBERS, _CHARACTERS = 10, 150
_SIDE = 240  # pixels of each picture on a sheet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--topics", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sheets", type=Path)
    arguments = parser.parse_args()
    store, drawn = Store.open(Settings.from_env(), Role.WEB), random.Random(arguments.seed)
    tree = Topics(store).tree()
    leaves = [leaf for top in tree.all for leaf in top.inner or (top,)]
    members = _members(store)
    for number, topic in enumerate(drawn.sample(leaves, min(arguments.topics, len(leaves))), 1):
        print(f"\n{number}. {topic.name} ({topic.count:,} documents)")
        docs = members[topic.name]
        records = store.ledger.get_many(drawn.sample(docs, min(_MEMBERS, len(docs))))
        for record in records:
            print(f"   {_shown(store, record)}")
        pictures = [record for record in records if record.kind is Kind.IMAGE]
        if arguments.sheets is not None and pictures:
            _write_sheet(pictures, arguments.sheets / f"{number}.png")


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


def _write_sheet(pictures: Sequence[DocumentRecord], file: Path) -> None:
    """The pictures side by side, five in a row."""
    sheet = Image.new("RGB", (5 * _SIDE, -(-len(pictures) // 5) * _SIDE), "white")
    for number, record in enumerate(pictures):
        content = Path(record.root, record.path).read_bytes()
        picture = ImageOps.contain(decode(content, _SIDE).image, (_SIDE, _SIDE))
        sheet.paste(picture, (number % 5 * _SIDE, number // 5 * _SIDE))
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)


if __name__ == "__main__":
    main()
