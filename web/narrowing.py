"""What a search can be narrowed to: groups of choices, each with the number of hits that would be there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from semsearch.message import Message, say
from semsearch.results import FacetCount, Facets, FolderCount
from semsearch.text import normal, readable
from web.form import Form
from web.languages.choice import reader


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter, with the address that chooses it, or gives it up if it `is_chosen`.

    `count` hits would be there with it; None if that is not known. `inner` are the choices shown below it.
    """

    label: str
    count: int | None
    link: str
    is_chosen: bool = False
    title: str = ""
    inner: Sequence[Choice] = ()

    @property
    def is_open(self) -> bool:
        """Whether it, or a choice below it, is chosen."""
        return self.is_chosen or any(each.is_open for each in self.inner)


@dataclass(frozen=True, slots=True)
class Group:
    """The choices for one parameter of the form."""

    label: Message
    parameter: str
    choices: Sequence[Choice]


def groups(form: Form, facets: Facets) -> list[Group]:
    """The groups that can narrow this search, or that narrow it already."""
    folders = _Folders(form, facets.folders)
    found = (
        Group(say("Kind"), "kind", _flat(form, "kind", facets.kind)),
        Group(say("Folder"), "path", folders.choices()),
        Group(say("Type"), "type", _flat(form, "type", facets.type)),
        Group(say("Year"), "when", _dates(form, facets.year, facets.month)),
        Group(say("Language"), "language", _flat(form, "language", facets.language)),
    )
    return [each for each in found if each.parameter in form.chosen or _tells(each.choices)]


def _tells(choices: Sequence[Choice]) -> bool:
    """Whether there is more than one choice. The only root of all folders is none."""
    return len(choices) > 1 or any(_tells(each.inner) for each in choices)


def _flat(form: Form, parameter: str, counted: Sequence[FacetCount]) -> list[Choice]:
    """The counted values, and after them those that are chosen although they would find nothing."""
    known = {each.value for each in counted}
    chosen = form.chosen.get(parameter, ())
    # What a group such as image/* would find is not counted.
    lost = [(value, None if value.endswith("*") else 0) for value in chosen if value not in known]
    return [
        Choice(form.called(parameter, value), count, form.toggled(parameter, value), value in chosen)
        for value, count in [*((each.value, each.count) for each in counted), *lost]
    ]


def _dates(form: Form, years: Sequence[FacetCount], months: Sequence[FacetCount]) -> list[Choice]:
    """The years; a year that is chosen, or of which a month is, with its months."""
    chosen = form.all("when")

    def choice(counted: FacetCount, label: str, inner: Sequence[Choice] = ()) -> Choice:
        value = counted.value
        link = form.toggled("when", value, dropping=_related(value, chosen))
        return Choice(label, counted.count, link, value in chosen, inner=inner)

    def months_of(year: str) -> list[Choice]:
        begins = f"{year}-"
        if not any(each == year or each.startswith(begins) for each in chosen):
            return []
        within = [each for each in months if each.value.startswith(begins)]
        return [choice(each, reader().month(date.fromisoformat(f"{each.value}-01"))) for each in within]

    return [choice(each, each.value, months_of(each.value)) for each in years]


def _related(value: str, chosen: Iterable[str]) -> list[str]:
    """The chosen values that contain `value`, or that it contains: a folder has what is in its folders."""
    return [each for each in chosen if each != value and (each.startswith(value) or value.startswith(each))]


class _Folders:
    """The folders of the hits as a tree. It is open where a folder is chosen."""

    def __init__(self, form: Form, counted: Sequence[FolderCount]) -> None:
        self._form = form
        self._chosen = tuple(map(normal, form.all("path")))
        self._inner: dict[tuple[str, str], list[FolderCount]] = {}
        for each in counted:
            if each.path:
                above = posixpath.dirname(each.path.rstrip("/"))
                self._inner.setdefault((each.root, f"{above}/" if above else ""), []).append(each)
        self._roots = [each for each in counted if not each.path]

    def choices(self) -> list[Choice]:
        return self._listed(self._roots)

    def _listed(self, folders: Sequence[FolderCount]) -> list[Choice]:
        # The only folder has all hits of the one around it, so it says nothing as long as it is closed.
        is_open = len(folders) == 1
        return [
            self._choice(each, is_open) for each in sorted(folders, key=lambda each: (-each.count, each.path))
        ]

    def _choice(self, folder: FolderCount, is_open: bool) -> Choice:
        absolute = normal(readable(f"{folder.root.rstrip('/')}/{folder.path}"))
        relative = normal(readable(folder.path))
        names = [name for name in (relative, absolute) if name]
        # One root needs no name, and the addresses stay short.
        value = relative if len(self._roots) == 1 else absolute
        is_chosen = any(name in self._chosen for name in names)
        holds = any(each.startswith(name) for each in self._chosen for name in names)
        inner = self._inner.get((folder.root, folder.path), ()) if is_open or holds else ()
        paths = self._form.all("path")
        dropping = [each for name in names for each in _related(name, paths)] if value else paths
        return Choice(
            label=posixpath.basename(absolute.rstrip("/")) or "/",
            count=folder.count,
            link=self._form.toggled("path", value, dropping=dropping),
            is_chosen=is_chosen,
            title=absolute,
            inner=self._listed(inner),
        )
