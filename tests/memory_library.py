"""A library in memory over real files, with a simple search, for tests of the web application.

It compares texts by their words and pictures by their colours, both deterministically.
tests/integration/web/test_library.py checks that it behaves like the real search.
"""

from __future__ import annotations

import hashlib
import io
import math
import mimetypes
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from PIL import Image

from semsearch.errors import NotFoundError, QueryError, RedisError
from semsearch.language.document_date import clock_seconds, document_date
from semsearch.language.proper_names import same_name
from semsearch.language.terms import terms
from semsearch.message import say
from semsearch.overview import (
    Away,
    FolderState,
    FolderStatus,
    IndexStatus,
    Memory,
    OtherIndex,
    Overview,
    PastRun,
    Status,
    Trouble,
)
from semsearch.pictures.decode import DecodedPicture, decode
from semsearch.progress import Activity, RunProgress
from semsearch.query import Cursor, DateRange, Filters, LegName, Look, Order, PostedPicture, Query
from semsearch.records import NO_MODEL, Box, DocumentRecord, Kind, Passage, State
from semsearch.results import (
    Completion,
    Copy,
    Correction,
    DocumentView,
    Excerpt,
    Facets,
    Facts,
    Hit,
    PassageHit,
    Results,
)
from semsearch.search.facets import count_facets, widened
from semsearch.search.limits import check, check_page
from semsearch.search.listing import sort_key
from semsearch.search.snippets import excerpt
from semsearch.search.within import wants_all

# The similarity of a document to a part of a query, and the passages that have it.
Score = Callable[[DocumentView], tuple[float, tuple[PassageHit, ...]]]


@dataclass
class MemoryLibrary:
    """Implements `web.library.Library`. If `failure` is set, every method raises it, as if Redis were down.

    `judge` computes a relevance from a similarity. `answers` maps a query to the sentence that answers it by
    meaning, and `boxes` maps a query to the part of a picture that matches it. `queries` records all queries.
    """

    views: dict[str, DocumentView] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    complete: bool = True
    missing: tuple[str, ...] = ()
    away: tuple[Away, ...] = ()
    image_model: str = "colours"
    failure: Exception | None = None
    judge: Callable[[float], float] | None = None
    queries: list[Query] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    kept: dict[str, PostedPicture] = field(default_factory=dict)
    run: RunProgress | None = None
    folders: tuple[FolderStatus, ...] = ()
    runs: tuple[PastRun, ...] = ()
    others: tuple[OtherIndex, ...] = ()
    last_run: dict[str, str] = field(default_factory=lambda: {"finished": "2026-05-01 10:00", "files": "3"})
    revision: int = 0

    def add(self, root: Path, path: str, /, **changes: object) -> str:
        """Add the file `path` below `root` and return its id; `changes` replace fields of its record."""
        file = root / path
        content = file.read_bytes()
        media_type = mimetypes.guess_type(path)[0] or "text/plain"
        image = media_type.startswith("image/")
        doc = hashlib.sha256(f"{root}\0{path}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
        found = file.stat()
        passages = () if image else tuple(_passages(content.decode("utf-8", "replace")))
        record = DocumentRecord(
            doc=doc,
            root=str(root),
            path=path,
            kind=Kind.IMAGE if image else Kind.TEXT,
            media_type=media_type,
            size=found.st_size,
            mtime_ns=found.st_mtime_ns,
            sha256=hashlib.sha256(content).hexdigest(),
            title=passages[0].title if passages else "",
            state=State.INDEXED,
            pieces=1 if image else len(passages),
            models="colours" if image else "letters",
            indexed_at=found.st_mtime,
        )
        record = replace(record, **changes)  # type: ignore[arg-type]
        width = height = None
        if image and record.state is State.INDEXED:
            picture = decode(content, None)
            width, height = picture.width, picture.height
        modified = datetime.fromtimestamp(found.st_mtime, UTC)
        date = document_date(record)
        self.views[record.doc] = DocumentView(
            record, modified, date.moment, date.source, passages, width, height
        )
        return record.doc

    def search(self, query: Query) -> Results:
        self._check()
        check(query)
        self.queries.append(query)
        parts = [(self._like(doc), 1.0) for doc in query.likes]
        parts += [(self._like(doc), -0.5) for doc in query.unlikes]
        if query.look is not None:
            colours = tuple(query.look.visual.tolist())
            parts.append((lambda view: _similar_colours(view, colours), 1.0))
        if query.text:
            wanted = _words(query.text)
            parts.append((lambda view: _similar_words(view, wanted), 1.0))
        return self._rank(lambda view: _summed(view, parts), query)

    def completion(self, text: str, among: Filters) -> Completion:
        self._check()
        views = [view for view in self.views.values() if _passes(view, among)]
        last = text.lower().split()[-1] if text else ""
        words = {word for view in views for passage in view.passages for word in _words(passage.content)}
        begun = sorted(word for word in words if last and word.startswith(last) and word != last)
        called = [view.record for view in views if last and last in view.record.title.lower()]
        before = text[: len(text) - len(last)]
        return Completion(tuple(before + word for word in begun[:5]), tuple(called[:4]))

    def browse(self, query: Query) -> Results:
        self._check()
        check_page(query)
        order = Order.DATE if query.order is Order.RELEVANCE else query.order
        hits = [_hit(view, None, ()) for view in self.views.values() if _passes(view, query.filters)]
        hits.sort(key=lambda hit: sort_key(self._facts_of(hit), order))
        facets = count_facets([[self._facts_of(hit)] for hit in hits]) if query.facets else None
        end = query.start + query.limit
        shown = tuple(replace(hit, legs=()) for hit in hits[query.start : end])
        following = Cursor(end, self.revision) if query.cursor and end < len(hits) else None
        return Results(shown, len(hits), 1.5, facets=facets, run=self.run, next=following)

    def document(self, doc: str) -> DocumentView:
        self._check()
        if doc not in self.views:
            raise NotFoundError(f"There is no document {doc!r}.")
        return self.views[doc]

    def excerpt(self, doc: str, n: int, text: str) -> Excerpt:
        passage = next((each for each in self.document(doc).passages if each.n == n), None)
        if passage is None:
            raise NotFoundError(say("Document {doc!r} has no passage {n}.", doc=doc, n=n))
        cut = _cut(passage, _words(text))
        if cut.sentence is None and (answer := self.answers.get(text, "-")) in passage.content:
            start = passage.content.index(answer)
            cut = _cut(passage, _words(text), (start, start + len(answer)))
        return cut

    def passages(self, places: Sequence[tuple[str, int]]) -> tuple[Passage | None, ...]:
        found = {(doc, each.n): each for doc, _ in places for each in self.document(doc).passages}
        return tuple(found.get(place) for place in places)

    def picture_size(self) -> int:
        self._check()
        return 32

    def look(self, picture: Image.Image) -> Look:
        self._check()
        return Look("colours", np.asarray(_colours_of(picture), np.float32), None)

    def keep_posted(self, key: str, picture: PostedPicture) -> None:
        self._check()
        self.kept[key] = picture

    def posted(self, key: str) -> PostedPicture | None:
        self._check()
        return self.kept.get(key)

    def part(self, decoded: Callable[[int], DecodedPicture], text: str) -> Box | None:
        self._check()
        decoded(64)
        return self.boxes.get(text)

    def _like(self, doc: str) -> Score:
        view = self.document(doc)
        if view.record.state is not State.INDEXED:
            raise QueryError(f"{view.record.path!r} has no vectors.")
        if view.record.kind is Kind.IMAGE:
            colours = _colours(_content(view))
            return lambda other: _similar_colours(other, colours)
        wanted = _words(" ".join(passage.content for passage in view.passages))
        return lambda other: _similar_words(other, wanted)

    def record(self, doc: str) -> DocumentRecord:
        return self.document(doc).record

    def status(self) -> Status:
        self._check()
        records = [view.record for view in self.views.values()]
        return Status(
            redis="redis://127.0.0.1:6390/0",
            engine="in memory",
            documents=Counter(record.state for record in records),
            kinds=Counter(record.kind for record in records if record.state is State.INDEXED),
            roots=tuple(sorted({record.root for record in records})),
            indexes=(
                IndexStatus(
                    "semsearch:text",
                    sum(len(v.passages) for v in self.views.values()),
                    0,
                    100.0,
                    2.5,
                    "letters",
                ),
            ),
            text_model="letters",
            image_model=self.image_model,
            problems=tuple(record for record in records if record.state is not State.INDEXED),
            last_run=self.last_run,
            missing=self.missing,
            without_model=sum(record.reason == NO_MODEL for record in records),
            run=self.run,
            away=self.away,
        )

    def overview(self) -> Overview:
        self._check()
        status = self.status()
        folders = self.folders or tuple(
            FolderStatus(root, FolderState.WATCHED, texts=status.kinds.get(Kind.TEXT, 0), seen=1.0)
            for root in status.roots
        )
        groups: dict[tuple[State, str], list[DocumentRecord]] = {}
        for record in status.problems:
            groups.setdefault((record.state, record.reason), []).append(record)
        troubles = tuple(
            Trouble(state, reason, reason, len(records), tuple(records))
            for (state, reason), records in groups.items()
        )
        return Overview(status, folders, troubles, Memory(80_000_000, 1_000_000_000), self.runs, self.others)

    def activity(self) -> Activity:
        self._check()
        return Activity(self.run, self.revision)

    def _facts_of(self, hit: Hit) -> Facts:
        record, date = self.views[hit.doc].record, clock_seconds(hit.date)
        return Facts(
            hit.kind,
            hit.path,
            hit.media_type,
            hit.size,
            date,
            hit.language,
            hit.root,
            record.camera,
            record.place_names,
        )

    def _folded(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Fold copies; here only files with identical content are copies."""
        groups: dict[str, list[Hit]] = {}
        for hit in hits:
            groups.setdefault(self.views[hit.doc].record.sha256, []).append(hit)
        return tuple(replace(first, copies=tuple(map(_copy, others))) for first, *others in groups.values())

    def ping(self) -> None:
        self._check()

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _rank(
        self,
        score: Score,
        query: Query,
    ) -> Results:
        hits, end = self._hits(score, query), query.start + query.limit
        is_counted = wants_all(query) and not query.likes and query.look is None
        matches = sum(hit.is_clear for hit in hits) if is_counted else None
        return Results(
            hits[query.start : end],
            len(hits),
            1.5,
            complete=self.complete,
            notes=(*self.notes, *([self.run.note] if self.run and self.run.note else [])),
            facets=self._facets(score, query, hits) if query.facets else None,
            run=self.run,
            corrections=self.corrections,
            matches=matches,
            weaker=None if matches is None else len(hits) - matches,
            next=Cursor(end, self.revision) if query.cursor and end < len(hits) else None,
        )

    def _facets(self, score: Score, query: Query, hits: Sequence[Hit]) -> Facets:
        wide = {
            group: self._hits(score, replace(query, filters=filters))
            for group, filters in widened(query.filters).items()
        }

        def clear(found: Sequence[Hit]) -> list[list[Facts]]:
            return [[self._facts_of(hit)] for hit in found if hit.is_clear]

        return count_facets(clear(hits), {group: clear(found) for group, found in wide.items()})

    def _hits(self, score: Score, query: Query) -> tuple[Hit, ...]:
        views = (view for doc, view in self.views.items() if doc not in (*query.likes, *query.unlikes))
        candidates = [view for view in views if _passes(view, query.filters)]
        scored = sorted(
            ((*score(view), view) for view in candidates), key=lambda each: (-each[0], each[2].record.path)
        )
        hits = tuple(_hit(view, similarity, found) for similarity, found, view in scored if similarity > 0)
        if self.judge is not None:
            hits = tuple(replace(hit, relevance=self.judge(hit.similarity or 0.0)) for hit in hits)
        if query.order is not Order.RELEVANCE:
            hits = tuple(
                sorted(hits, key=lambda hit: (not hit.is_clear, sort_key(self._facts_of(hit), query.order)))
            )
        return hits if query.copies else self._folded(hits)


def _summed(view: DocumentView, parts: Sequence[tuple[Score, float]]) -> tuple[float, tuple[PassageHit, ...]]:
    """The sum of the similarities of a document, each with its factor."""
    found = [(factor, *score(view)) for score, factor in parts]
    passages = next((each for factor, _, each in found if each and factor > 0), ())
    return sum(factor * similarity for factor, similarity, _ in found), passages


def _copy(hit: Hit) -> Copy:
    return Copy(hit.doc, hit.path)


def without_redis() -> MemoryLibrary:
    """A library that behaves as if Redis were down."""
    return MemoryLibrary(failure=RedisError("Redis at redis://127.0.0.1:6390/0 does not answer. Start it."))


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (400, 300)) -> bytes:
    """A PNG file of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def _passages(text: str) -> Iterable[Passage]:
    blocks = [match.span() for match in re.finditer(r"(?:.+\n?)+", text)]
    title = re.sub(r"^#+\s*", "", text.strip().split("\n")[0])[:80]
    headings: tuple[str, ...] = ()
    for n, (start, end) in enumerate(blocks):
        if match := re.match(r"#+\s*(.+)", text[start:end]):
            headings = (match[1],)
        yield Passage(n, text[start:end], start, end, title, headings)


_LOOKS = (LegName.LOOKS,)
_SAYS = (LegName.MEANING, LegName.WORDS)


def _hit(view: DocumentView, similarity: float | None, passages: tuple[PassageHit, ...]) -> Hit:
    record = view.record
    return Hit(
        record.doc,
        record.path,
        record.root,
        record.kind,
        record.media_type,
        record.size,
        record.title,
        similarity,
        _LOOKS if record.kind is Kind.IMAGE else _SAYS,
        view.modified,
        view.date,
        view.date_source,
        passages,
        language=record.language,
    )


def _similar_words(view: DocumentView, wanted: Counter[str]) -> tuple[float, tuple[PassageHit, ...]]:
    by_name = 0.3 if view.record.kind is Kind.IMAGE and wanted & _words(view.record.path) else 0.0
    ranked = sorted(view.passages, key=lambda each: -_cosine(_words(each.content), wanted))[:2]
    found = tuple(
        _passage_hit(passage, wanted) for passage in ranked if _cosine(_words(passage.content), wanted) > 0
    )
    return max((each.similarity or 0.0 for each in found), default=by_name), found


def _passage_hit(passage: Passage, wanted: Counter[str]) -> PassageHit:
    cut = _cut(passage, wanted)
    return PassageHit(
        passage.n,
        cut.snippet,
        _cosine(_words(passage.content), wanted),
        passage.page,
        passage.headings,
        cut.highlights,
        passage.source,
        cut.sentence,
    )


def _cut(passage: Passage, wanted: Counter[str], answer: tuple[int, int] | None = None) -> Excerpt:
    return excerpt(passage.content, terms(" ".join(wanted)), set(passage.headings), answer)


def _similar_colours(view: DocumentView, colours: tuple[float, ...]) -> tuple[float, tuple[PassageHit, ...]]:
    if view.record.kind is not Kind.IMAGE or view.record.state is not State.INDEXED:
        return 0.0, ()
    return max(0.01, 1 - math.dist(_colours(_content(view)), colours) / 255), ()


def _passes(view: DocumentView, filters: Filters) -> bool:
    record = view.record
    return (
        record.state in (State.INDEXED, State.WAITING)
        and filters.kind in (None, record.kind)
        and (not filters.path or record.path.startswith(filters.path))
        and (
            not filters.within
            or any(Path(record.root, record.path).is_relative_to(each) for each in filters.within)
        )
        and (
            not filters.media_type or any(fnmatchcase(record.media_type, each) for each in filters.media_type)
        )
        and (not filters.language or record.language in filters.language)
        and (not filters.camera or same_name(record.camera) in map(same_name, filters.camera))
        and (not filters.location or not {*filters.location}.isdisjoint(record.place_names))
        and (filters.near is None or record.coordinates == (filters.near.north, filters.near.east))
        and (not filters.when or any(_in(each, view.date) for each in filters.when))
        and (filters.since is None or view.date >= filters.since)
        and (filters.until is None or view.date < filters.until)
        and (filters.min_size or 0) <= record.size <= (filters.max_size or math.inf)
        # No document here has a topic, a label or a place on a map.
        and not (filters.topic or filters.label or filters.area)
    )


def _in(period: DateRange, moment: datetime) -> bool:
    return (period.since is None or moment >= period.since) and (
        period.until is None or moment < period.until
    )


def _words(text: str) -> Counter[str]:
    return Counter(word.lower() for word in re.findall(r"\w{3,}", text))


def _cosine(a: Counter[str], b: Counter[str]) -> float:
    product = sum(a[word] * b[word] for word in a.keys() & b.keys())
    return product / math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()) or 1)


def _content(view: DocumentView) -> bytes:
    return (Path(view.record.root) / view.record.path).read_bytes()


def _colours(content: bytes) -> tuple[float, ...]:
    return _colours_of(decode(content, 32).image)


def _colours_of(picture: Image.Image) -> tuple[float, ...]:
    return tuple(float(value) for value in picture.resize((2, 2)).tobytes())
