"""What a search can be narrowed to: groups of choices, each with the number of hits that would be there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from semsearch.language.proper_names import same_name
from semsearch.message import Message, say
from semsearch.query import Filters
from semsearch.results import FacetCount, Facets, FolderCount
from semsearch.text import normal, readable
from web.form import Form
from web.histogram import Histogram, histogram
from web.languages.choice import reader

_LABELS = {
    "kind": say("Kind"),
    "path": say("Folder"),
    "type": say("Type"),
    "when": say("Year"),
    "language": say("Language"),
    "camera": say("Camera"),
    "location": say("Place"),
    "topic": say("Topic"),
    "label": say("Label"),
}
# The values that are counted where there are hits: a value of another form says nothing about them.
_COUNTED = {
    "kind": re.compile(".+"),
    "path": re.compile(".+/"),
    "type": re.compile(r".+/[^*]+"),
    "when": re.compile(r"\d{4}(-\d\d)?"),
    "language": re.compile(".+"),
    # A maker stands for all its cameras.
    "camera": re.compile("(?!)"),
    "location": re.compile(".+"),
    "topic": re.compile(".+"),
    "label": re.compile(".+"),
}

# The most folders that are offered where one is typed.
_MOST_FOLDERS = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter, with the address that chooses it, or gives it up if it is chosen.

    `count` hits would be there with it; None if that is not known. `inner` are the choices shown below it.
    `chosen` are the values of the filter, as they were sent, that it stands for. One that `is_all` gives up
    all the values of its filter.
    """

    label: str
    count: int | None
    link: str
    chosen: Collection[str] = ()
    title: str = ""
    inner: Sequence[Choice] = ()
    is_all: bool = False

    @property
    def all_chosen(self) -> list[str]:
        """The values of the filter that it, or a choice below it, stands for."""
        return [*self.chosen, *(value for each in self.inner for value in each.all_chosen)]


@dataclass(frozen=True, slots=True)
class Group:
    """The choices for one parameter of the form."""

    label: Message
    parameter: str
    choices: Sequence[Choice]
    histogram: Histogram | None = None

    @property
    def shown(self) -> int:
        """The number of choices that are shown at once; the others are folded away."""
        return 4 if self.histogram else 8


def groups(form: Form, facets: Facets, filters: Filters) -> list[Group]:
    """The groups that can narrow this search, or that narrow it already.

    What operators in the box say is chosen, too: another choice makes a parameter of it.
    """
    form = form.spelled_out
    found = {
        "kind": _flat(form, "kind", facets.kind),
        "path": _Folders(form, facets.folders).choices(),
        "type": _flat(form, "type", facets.type),
        "when": _dates(form, facets.year, facets.month),
        "language": _flat(form, "language", facets.language),
        "camera": _named(form, "camera", facets.camera),
        "location": _named(form, "location", facets.location),
        "topic": _named(form, "topic", facets.topic),
        "label": _named(form, "label", facets.label),
    }
    return [
        Group(
            _LABELS[parameter],
            parameter,
            _with(lost, choices),
            histogram(form, facets, filters) if parameter == "when" else None,
        )
        for parameter, choices in found.items()
        if (lost := _lost(form, parameter, choices)) or _tells(choices) or parameter in form.chosen
    ]


def folder_names(facets: Facets | None) -> list[str]:
    """The folders of the hits as the filter takes them, those with the most hits if there are many."""
    most = sorted(facets.folders if facets else (), key=lambda each: -each.count)[:_MOST_FOLDERS]
    absolute = len({each.root for each in most}) > 1
    return sorted(filter(None, (_name(each, absolute=absolute) for each in most)))


def _name(folder: FolderCount, *, absolute: bool) -> str:
    return normal(readable(f"{folder.root.rstrip('/')}/{folder.path}" if absolute else folder.path))


def _tells(choices: Sequence[Choice]) -> bool:
    """Whether there is more than one choice. The only root of all folders is none."""
    return len(choices) > 1 or any(_tells(each.inner) for each in choices)


def _lost(form: Form, parameter: str, choices: Sequence[Choice]) -> list[Choice]:
    """The chosen values that are not among the choices, so that they can be given up."""
    there = {value for each in choices for value in each.all_chosen}
    return [
        Choice(
            form.called(parameter, value).removesuffix("/" if parameter == "path" else "") or value,
            0 if _COUNTED[parameter].fullmatch(value) else None,
            form.toggled(parameter, value),
            (value,),
        )
        for value in form.chosen.get(parameter, ())
        if value not in there
    ]


def _with(lost: Sequence[Choice], choices: Sequence[Choice]) -> Sequence[Choice]:
    """All of them, the lost ones first, but below a choice of all."""
    if choices and choices[0].is_all:
        return [replace(choices[0], inner=[*lost, *choices[0].inner])]
    return [*lost, *choices]


def _flat(form: Form, parameter: str, counted: Sequence[FacetCount]) -> list[Choice]:
    chosen = form.chosen.get(parameter, ())
    return [
        Choice(
            form.called(parameter, each.value),
            each.count,
            form.toggled(parameter, each.value),
            [each.value] if each.value in chosen else (),
        )
        for each in counted
    ]


def _named(form: Form, parameter: str, counted: Sequence[FacetCount]) -> list[Choice]:
    """Choices of names, which may have been typed in another spelling."""
    choices, values = [], form.chosen.get(parameter, ())
    for each in counted:
        chosen = [value for value in values if same_name(value) == same_name(each.value)]
        link = form.toggled(parameter, "" if chosen else each.value, dropping=chosen)
        choices.append(Choice(each.value, each.count, link, chosen))
    return choices


def _dates(form: Form, years: Sequence[FacetCount], months: Sequence[FacetCount]) -> list[Choice]:
    """The years; a year that is chosen, or of which a month is, with its months.

    A choice takes the place of the filters since and until, without which it is counted.
    """
    chosen, unbounded = form.all("when"), form.changed(since="", until="")

    def choice(counted: FacetCount, label: str, inner: Sequence[Choice] = ()) -> Choice:
        value = counted.value
        narrowed = form if value in chosen else unbounded
        link = narrowed.toggled("when", value, dropping=_related(value, chosen))
        return Choice(label, counted.count, link, [value] if value in chosen else (), inner=inner)

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
        absolute, relative = _name(folder, absolute=True), _name(folder, absolute=False)
        names = [name for name in (relative, absolute) if name]
        # One root needs no name, and the addresses stay short.
        value = relative if len(self._roots) == 1 else absolute
        paths = self._form.all("path")
        chosen = [each for each in paths if normal(each) in names]
        # A relative path may lie below every root.
        holds = any(normal(each).startswith(absolute if each.startswith("/") else relative) for each in paths)
        inner = self._inner.get((folder.root, folder.path), ()) if is_open or holds else ()
        dropping = [*chosen, *(each for name in names for each in _related(name, paths))] if value else paths
        return Choice(
            label=posixpath.basename(absolute.rstrip("/")) or "/",
            count=folder.count,
            link=self._form.toggled("path", "" if chosen else value, dropping=dropping),
            chosen=chosen,
            title=absolute,
            inner=self._listed(inner),
            is_all=not value,
        )
