"""What people have marked: documents that are something and documents that are not, for each label.

A mark is kept by the hash of the document's content. So it holds for copies, survives moves and rebuilds, and
comes back with an export. `labels` in `Store.mine` has the labels by name, and `label:<name>` the marks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from semsearch.errors import NotFoundError, QueryError
from semsearch.explore.presets import CLASSES
from semsearch.language.proper_names import same_name
from semsearch.message import say
from semsearch.store.mine import IS_IT, IS_NOT, LABELS, MARKS, Mine
from semsearch.text import readable

MAX_NAME, MAX_LABELS = 60, 200


@dataclass(frozen=True, slots=True)
class Marks:
    """The label `name`, and what is marked: hashes of contents that are it, and of those that are not.

    `preset` names the class of a preset whose sentences are examples too, such as "sentiment/positive".
    """

    name: str
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    preset: str = ""

    @property
    def digest(self) -> str:
        """A text that differs as soon as anything of this does."""
        told = "\n".join([self.name, self.preset, *sorted(self.yes), "", *sorted(self.no)])
        return hashlib.sha256(told.encode()).hexdigest()


class MarkBook:
    """Reads and writes the labels of a library. Every method raises RedisError."""

    def __init__(self, mine: Mine) -> None:
        self._mine = mine

    def names(self) -> list[str]:
        """The names of all labels, in alphabetical order."""
        return _in_order(self._known())

    def all(self) -> list[Marks]:
        """All labels with their marks, by name."""
        known = self._known()
        marked = self._mine.get_all(map(_key, known))
        return [_marks(name, known[name], marked[_key(name)]) for name in _in_order(known)]

    def find(self, name: str) -> str | None:
        """The label with this name, in upper or lower case; None if there is none."""
        return _found(name, self._known())

    def named(self, name: str) -> str:
        """The same. Raises NotFoundError if there is none."""
        found = self.find(name)
        if found is None:
            raise NotFoundError(
                say("There is no label {name!r}: `semsearch label list` shows all.", name=name)
            )
        return found

    def get(self, name: str) -> Marks:
        """A label by its name, in upper or lower case. Raises NotFoundError."""
        known = self._known()
        found = _found(name, known)
        if found is None:
            raise NotFoundError(
                say("There is no label {name!r}: `semsearch label list` shows all.", name=name)
            )
        return _marks(found, known[found], self._mine.get(_key(found)))

    def create(self, name: str, preset: str = "") -> str:
        """Begin a label, or find the one with this name. Returns its name as it is kept.

        Raises QueryError for a name that no label may have, and when there are too many.
        """
        name = checked(name)
        known = self._known()
        found = _found(name, known)
        if found is not None and not preset:
            return found
        if found is None and len(known) >= MAX_LABELS:
            raise QueryError(
                say("There are {most} labels already. Delete one that is not used.", most=MAX_LABELS)
            )
        if found is None:
            self._mine.forget(_key(name))  # of a label that was half deleted
        self._mine.put(LABELS, {found or name: json.dumps({"preset": preset} if preset else {})})
        return found or name

    def mark(self, name: str, contents: Iterable[str], *, is_it: bool) -> None:
        """Mark contents as the label `name`, or as not it. Raises NotFoundError without such a label."""
        marked = dict.fromkeys(contents, IS_IT if is_it else IS_NOT)
        self._mine.put(_key(self.named(name)), marked)

    def unmark(self, name: str, contents: Iterable[str]) -> None:
        """Take marks away. Raises NotFoundError when there is no such label."""
        self._mine.drop(_key(self.named(name)), contents)

    def rename(self, name: str, new: str) -> str:
        """Give a label another name. Returns it as it is kept.

        Raises NotFoundError, and QueryError when the new name is taken or not possible.
        """
        old, new = self.named(name), checked(new)
        if self.find(new) not in (None, old):
            raise QueryError(say("There is a label {name!r} already.", name=new))
        if new != old:
            described = self._mine.get(LABELS)[old]
            self._mine.forget(_key(new))
            self._mine.put(_key(new), self._mine.get(_key(old)))
            self._mine.put(LABELS, {new: described})
            self._mine.drop(LABELS, [old])  # by its exact name: the new one may differ in case only
            # Again, because somebody may have marked more meanwhile: from now on nobody finds the old name.
            self._mine.put(_key(new), self._mine.get(_key(old)))
            self._mine.forget(_key(old))
        return new

    def delete(self, name: str) -> None:
        """Forget a label with its marks. Raises NotFoundError when there is no such label."""
        self._forget(self.named(name))

    def of(self, content: str) -> dict[str, bool]:
        """The labels with which a content is marked, and whether it is marked as it."""
        names = self.names()
        said = self._mine.values(map(_key, names), content)
        found = {name: said.get(_key(name)) for name in names}
        return {name: value == IS_IT for name, value in found.items() if value in (IS_IT, IS_NOT)}

    def _known(self) -> dict[str, str]:
        """What is kept of each label by its name. An import may have brought names that none can have."""
        return {name: kept for name, kept in self._mine.get(LABELS).items() if _is_possible(name)}

    def _forget(self, name: str) -> None:
        # The marks first: those of a name that is no longer known would be found by its next label.
        self._mine.forget(_key(name))
        self._mine.drop(LABELS, [name])


def _in_order(names: Iterable[str]) -> list[str]:
    """In alphabetical order, which upper and lower case do not change."""
    return sorted(names, key=lambda name: (name.casefold(), name))


def _found(name: str, known: Iterable[str]) -> str | None:
    """The one of the known names that differs in upper and lower case at most; None if there is none."""
    wanted = same_name(name)
    return next((each for each in _in_order(known) if same_name(each) == wanted), None)


def _marks(name: str, described: str, marked: Mapping[str, str]) -> Marks:
    yes, no = (frozenset(key for key, value in marked.items() if value == each) for each in (IS_IT, IS_NOT))
    return Marks(name, yes, no, _preset(described))


def checked(name: str) -> str:
    """The name with single spaces. Raises QueryError for one that no label may have."""
    found = " ".join(readable(name).split())
    if not found or len(found) > MAX_NAME:
        raise QueryError(say("The name of a label has 1 to {most} characters.", most=MAX_NAME))
    if not found.isprintable() or "/" in found or "\\" in found or not found.strip("."):
        raise QueryError(
            say("{name!r} cannot name a label: leave out slashes, and do not write dots alone.", name=found)
        )
    return found


def _is_possible(name: str) -> bool:
    try:
        return checked(name) == name
    except QueryError:
        return False


def _preset(kept: str) -> str:
    """The class of a preset that is kept for a label; "" for none, and for one that does not exist."""
    try:
        found = json.loads(kept)
    except (ValueError, RecursionError):
        return ""
    named = found.get("preset") if isinstance(found, dict) else None
    preset, _, wanted = named.partition("/") if isinstance(named, str) else ("", "", "")
    return f"{preset}/{wanted}" if wanted in CLASSES.get(preset, ()) else ""


def _key(name: str) -> str:
    return f"{MARKS}{name}"
