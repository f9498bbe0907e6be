"""What people have said of labels: it counts in searches at once, before anybody writes it to the documents.

The marks of a label are hashes of contents, each with what is said of it (`semsearch.explore.marks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from semsearch.language.proper_names import same_name
from semsearch.results import Facts
from semsearch.store.filters import with_content
from semsearch.store.mine import IS_IT, IS_NOT, LABELS, MARKS, Mine
from semsearch.store.shots import name_tag

if TYPE_CHECKING:
    from redisvl.query.filter import FilterExpression

# A hash of a content, as SHA-256.
_CONTENT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Said:
    """The marks of labels by name: contents, and what is said of each."""

    marks: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, mine: Mine, names: Iterable[str] | None = None) -> Said:
        """The marks of all labels, or of those with these names, however spelt. Raises RedisError."""
        wanted = None if names is None else set(map(same_name, names))
        if wanted == set():
            return cls({})
        known = {
            f"{MARKS}{name}": name for name in mine.get(LABELS) if wanted is None or same_name(name) in wanted
        }
        # What an import has brought may be damaged.
        return cls(
            {
                known[key]: {content: said for content, said in marks.items() if _CONTENT.fullmatch(content)}
                for key, marks in mine.get_all(known).items()
            }
        )

    def condition(self, field: str, label: str) -> FilterExpression:
        """The documents that are marked as a label, or have it in a field of tags and are not marked as not
        it.
        """
        from redisvl.query.filter import FilterExpression

        marks = self._of(label)
        found = f"@{field}:{{{name_tag(label)}}}"
        if yes := [content for content, said in marks.items() if said == IS_IT]:
            found = f"({found} | {with_content(*yes)})"
        if no := [content for content, said in marks.items() if said == IS_NOT]:
            found = f"({found} (-{with_content(*no)}))"
        return FilterExpression(found)

    def labelled(self, facts: Mapping[str, Facts]) -> dict[str, Facts]:
        """The facts of documents, with the labels that they are marked to have and without the others."""
        marked: dict[str, dict[str, str]] = {}
        for label, marks in self.marks.items():
            for content, said in marks.items():
                marked.setdefault(content, {})[label] = said
        return {
            doc: replace(each, labels=_labels(each.labels, marked[each.sha256]))
            if each.sha256 in marked
            else each
            for doc, each in facts.items()
        }

    def _of(self, label: str) -> Mapping[str, str]:
        """The marks of the label that is called so; none if there is none."""
        wanted = same_name(label)
        return next((marks for name, marks in self.marks.items() if same_name(name) == wanted), {})


def _labels(stored: Iterable[str], said: Mapping[str, str]) -> tuple[str, ...]:
    names = dict.fromkeys(stored) | dict.fromkeys(name for name, each in said.items() if each == IS_IT)
    return tuple(name for name in names if said.get(name) != IS_NOT)
