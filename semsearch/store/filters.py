"""Filters: which documents a query may find, as expressions of RediSearch.

Text from a user becomes a tag without special characters (`places`), or it is checked, before it becomes part
of an expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from semsearch.errors import QueryError
from semsearch.formats.table import TYPE_OR_GROUP
from semsearch.language.document_date import clock_seconds
from semsearch.language.names import LANGUAGE_CODE
from semsearch.query import DateRange, Filters
from semsearch.records import Ocr, State
from semsearch.store.places import as_typed, file_tag, folder_tag, root_tag, typed_tag
from semsearch.store.shots import shot_conditions
from semsearch.text import normal, readable

if TYPE_CHECKING:
    from redisvl.query.filter import FilterExpression

    Where = FilterExpression

_PUNCTUATION = re.compile(r"[^\w*]", re.ASCII)
# A root that lies deeper in the file system cannot be named by an absolute path filter.
_DEEPEST_ROOT = 64


def condition(filters: Filters) -> FilterExpression:
    """The filter of every leg: kind, path, media type, language, camera, place, date, size."""
    from redisvl.query.filter import Num, Tag

    parts: list[Any] = []
    if filters.kind is not None:
        parts.append(Tag("kind") == filters.kind.value)
    paths = [normal(readable(path)) for path in filters.path]
    if not all(path.strip("/") for path in paths):
        paths = []  # one of them allows every file
    if paths or filters.within:
        parts.append(with_place(paths, filters.within))
    if filters.media_type:
        parts.append(_with_media_type(filters.media_type))
    if filters.language:
        parts.append(in_languages(filters.language))
    parts += shot_conditions(filters)
    if filters.when:
        parts.append(_dated(filters.when))
    if filters.since is not None:
        parts.append(Num("date") >= clock_seconds(filters.since))
    if filters.until is not None:
        parts.append(Num("date") < clock_seconds(filters.until))
    if filters.min_size is not None:
        parts.append(Num("size") >= filters.min_size)
    if filters.max_size is not None:
        parts.append(Num("size") <= filters.max_size)
    return all_of(parts)


def everything() -> FilterExpression:
    from redisvl.query.filter import FilterExpression

    return FilterExpression("*")


def all_of(parts: Iterable[FilterExpression]) -> FilterExpression:
    whole = everything()
    for part in parts:
        whole = whole & part
    return whole


class _Way(NamedTuple):
    """Files below `root`, if there is one, that pass all of `clauses`. The root may be `typed`."""

    root: str | None
    clauses: tuple[str, ...] = ()
    typed: bool = False

    def __str__(self) -> str:
        place = _typed_place if self.typed else _place
        roots = () if self.root is None else (str(place(root_tag(self.root))),)
        return f"({' '.join((*roots, *self.clauses))})"

    def joined(self, other: _Way) -> _Way | None:
        """Files of both ways, where `other` is not typed; None if there can be none."""
        clauses = (*self.clauses, *other.clauses)
        if other.root is None:
            return _Way(self.root, clauses, self.typed)
        same = self.root is None or self.root == normal(readable(other.root))
        return _Way(other.root, clauses) if same else None


def with_place(paths: Iterable[str], within: Iterable[str] = ()) -> FilterExpression:
    """Files whose path passes one of the filters `paths`, in one of the folders `within` where there are any.

    A path below the root of a file begins with the filter, letter for letter, whether its accents are
    composed or not. A slash at the end means a whole folder. A filter that begins with a slash may also be
    absolute: it may name a root, or what lies below a root. `within` has absolute paths, exactly as the files
    have them.
    """
    from redisvl.query.filter import FilterExpression

    by_path = [way for path in paths for way in _ways_to(as_typed(path))] or [_Way(None)]
    by_folder = [way for folder in within for way in _ways_into(PurePosixPath(folder))] or [_Way(None)]
    both = filter(None, (way.joined(other) for way in by_path for other in by_folder))
    # One union. RediSearch 2.10 finds no nearest neighbours where two unions, each with a part that no file
    # passes, are intersected. Nested unions, as redisvl writes them, would overflow the stack of its parser.
    return FilterExpression(f"({' | '.join(map(str, both))})")


def _ways_to(path: str) -> Iterator[_Way]:
    yield _Way(None, _beginning_with(path.lstrip("/")))
    if path.startswith("/"):
        # Any slash may stand between the root and what follows below it.
        for end in islice(re.finditer(r"(?<=[^/])(?:/|\Z)", path), _DEEPEST_ROOT):
            yield _Way(path[: end.start()], _beginning_with(path[end.end() :]), typed=True)


def _ways_into(folder: PurePosixPath) -> Iterator[_Way]:
    # The root of a file is the folder itself, lies in it, or is one of the folders above it.
    yield _Way(str(folder))
    yield _Way(None, (str(_place(f"{root_tag(str(folder).rstrip('/') + '/')}*")),))
    for above in folder.parents:
        yield _Way(str(above), (str(in_folder(folder.relative_to(above).as_posix())),))


def _beginning_with(path: str) -> tuple[str, ...]:
    if not path:
        return ()
    if path.endswith("/"):
        return (str(_typed_place(folder_tag(path[:-1]))),)
    return (str(_typed_place(folder_tag(path), f"{file_tag(path)}*")),)


def in_folder(folder: str) -> FilterExpression:
    """Files in a folder, at any depth. `folder` is relative to the root, without a slash at its end."""
    return _place(folder_tag(folder))


def below(root: str, folder: str = "") -> FilterExpression:
    """Files of a root folder; with `folder`, which is relative to it, only those in this folder."""
    return _place(root_tag(root)) & in_folder(folder) if folder else _place(root_tag(root))


def all_but_file(root: str, path: str) -> FilterExpression:
    """All files but the one at `path` below `root`."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"(-({_place(root_tag(root))} {_place(file_tag(path))}))")


def files(places: Iterable[tuple[str, str]]) -> FilterExpression:
    """The files at these places, which are pairs of a root and a path below it."""
    from redisvl.query.filter import FilterExpression

    each = (f"({_place(root_tag(root))} {_place(file_tag(path))})" for root, path in places)
    return FilterExpression(f"({' | '.join(each)})")


def with_content(*sha256: str) -> FilterExpression:
    """Files whose content has one of these hashes."""
    from redisvl.query.filter import Tag

    return Tag("sha256") == list(sha256)


def due_for_ocr() -> FilterExpression:
    """Files in which text is to be recognised."""
    from redisvl.query.filter import Tag

    return Tag("ocr") == Ocr.DUE.value


def with_path_prefix(path: str) -> FilterExpression:
    """Files whose path begins with `path`, up to the number of paths to which the server expands a prefix."""
    return _typed_place(f"{file_tag(normal(readable(path)))}*")


def _place(*tags: str) -> FilterExpression:
    """Files with one of these tags. A star at the end stands for any characters."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@place:{{{' | '.join(tags)}}}")


def _typed_place(*tags: str) -> FilterExpression:
    """Files with one of these tags, which were made of a typed path in the normal form of text."""
    return _place(*tags, *map(typed_tag, tags))


def _with_media_type(media_types: Iterable[str]) -> FilterExpression:
    """Files of one of these types or groups, such as image/*. Raises QueryError for other text."""
    from redisvl.query.filter import FilterExpression

    wanted = list(media_types)
    for media_type in wanted:
        if not TYPE_OR_GROUP.fullmatch(media_type):
            raise QueryError(f"this is neither a media type nor a group of them: {media_type!r}")
    escaped = (_PUNCTUATION.sub(r"\\\g<0>", media_type) for media_type in wanted)
    return FilterExpression(f"@media_type:{{{' | '.join(escaped)}}}")


def _dated(periods: Iterable[DateRange]) -> FilterExpression:
    """Files dated in one of these periods."""
    from redisvl.query.filter import FilterExpression

    bounds = [
        (
            "-inf" if each.since is None else clock_seconds(each.since),
            "+inf" if each.until is None else clock_seconds(each.until),
        )
        for each in periods
    ]
    return FilterExpression(f"({' | '.join(f'@date:[{since} ({until}]' for since, until in bounds)})")


def in_languages(codes: Iterable[str]) -> FilterExpression:
    """Documents in one of these languages. Raises QueryError for what is no code of a language."""
    from redisvl.query.filter import FilterExpression

    wanted = list(codes)
    for code in wanted:
        if not LANGUAGE_CODE.fullmatch(code):
            raise QueryError(f"this is not the code of a language: {code!r}")
    return FilterExpression(f"@language:{{{' | '.join(wanted)}}}")


def all_but(phrases: Iterable[FilterExpression], excluded: Iterable[FilterExpression]) -> FilterExpression:
    """What passes all of `phrases` and none of `excluded`."""
    from redisvl.query.filter import FilterExpression

    return all_of([*phrases, *(FilterExpression(f"(-{each})") for each in excluded)])


def long_documents() -> FilterExpression:
    """The hashes of documents whose terms are in several hashes."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression("@long:{1}")


def records() -> FilterExpression:
    """Documents without further hashes of their terms: only a record has a state."""
    from redisvl.query.filter import Tag

    return Tag("state") == [state.value for state in State]


def one_of(docs: Iterable[str]) -> FilterExpression:
    """The documents with these ids."""
    from redisvl.query.filter import Tag

    return Tag("doc") == list(docs)


def none_of(docs: Iterable[str]) -> FilterExpression:
    """The documents with other ids than these."""
    from redisvl.query.filter import Tag

    return Tag("doc") != list(docs)


def searchable(kinds: Sequence[str]) -> FilterExpression:
    """Documents that a search can show: indexed ones, and those that wait for a model but have a name."""
    from redisvl.query.filter import Tag

    return (Tag("state") == [State.INDEXED.value, State.WAITING.value]) & (Tag("kind") == list(kinds))


def indexed(kinds: Sequence[str]) -> FilterExpression:
    """Documents whose content has been read, and which have vectors unless these are still due."""
    from redisvl.query.filter import Tag

    return (Tag("state") == State.INDEXED.value) & (Tag("kind") == list(kinds))


def findable() -> FilterExpression:
    """Documents whose names a search can show: all whose files are there."""
    from redisvl.query.filter import Tag

    return Tag("state") == [state.value for state in State if state is not State.MISSING]
