"""Build a second index beside the one in use, compare the two, and put the second one to use.

Searches are answered by the first index meanwhile. What is done is kept in Redis: a build that was paused or
killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace

from ingest.extractor import Extractor
from ingest.fill import Filler, Maker, converted, embedded, looked_at
from ingest.record import UNREAD
from ingest.wanted import Wanted, targets
from semsearch.errors import FileError, SettingsError
from semsearch.models.loaded import Models
from semsearch.records import DocumentRecord, Due, State
from semsearch.search.calibrate import calibrate
from semsearch.search.compare import in_words, share_of_neighbours
from semsearch.search.in_use import models_for
from semsearch.store.codec import space_of
from semsearch.store.generation import Algorithm, Generation, Stage
from semsearch.store.generations import pieces_of
from semsearch.store.schema import SPACES, TEXT
from semsearch.store.store import Store
from semsearch.store.unread import as_unread

# An approximate index must find this share of the neighbours that an exact one finds.
LEAST_RECALL = 0.98
# The candidates that a search of it keeps (EF_RUNTIME): the first that is enough is taken.
_REACHES = (100, 200, 400, 800)
# Records in one transaction.
_RECORDS = 250

# Called with the space, the pieces that were looked at, and all pieces.
Watch = Callable[[str, int, int], None]


@dataclass(slots=True)
class Built:
    """What was built: the generations by space, and what the comparison says.

    `lacking` has the documents that the new index does not find by their vectors, with the reasons.
    """

    generations: dict[str, Generation] = field(default_factory=dict)
    compared: dict[str, str] = field(default_factory=dict)
    lacking: list[tuple[str, str]] = field(default_factory=list)
    paused: bool = False
    swapped: bool = False


class _StoppedError(Exception):
    """Another process has paused or cancelled the build."""


class Builder:
    """Builds generations. `locked` keeps ingestion out, while what it may have changed is written."""

    def __init__(
        self,
        store: Store,
        models: Models,
        locked: Callable[[], AbstractContextManager[object]] = nullcontext,
        watch: Watch = lambda *_: None,
    ) -> None:
        self._store = store
        self._models = models
        self._locked = locked
        self._watch = watch

    def build(self, wanted: Wanted, *, swap: bool = True) -> Built:
        """Build what is wanted with the models that are set, and put it to use unless told otherwise.

        A space whose index is as it is wanted is left alone. Raises ModelError, SettingsError, RedisError.
        """
        built = Built(targets(self._store.generations.in_use(), self._models, wanted))
        try:
            for space, target in list(built.generations.items()):
                built.generations[space] = self._begin(space, target)
            for space, target in list(built.generations.items()):
                self._fill(space, target, list(self._store.ledger))
                built.generations[space] = self._finish(space, target)
                built.compared[space] = self._compare(space, built.generations[space])
            if swap and built.generations:
                self._swap(built)
        except _StoppedError:
            built.paused = True
        except KeyboardInterrupt:
            self.pause()
            built.paused = True
        return built

    def swap(self) -> Built:
        """Put the generations to use that are ready. Raises SettingsError if there are none."""
        ready = {space: self._target_of(space) for space in self._at(Stage.READY)}
        if not ready:
            raise SettingsError("no second index is ready: run `semsearch index build` first")
        built = Built(ready)
        self._swap(built)
        return built

    def pause(self) -> list[str]:
        """Let builds stop after the batch that they work on. Returns their spaces."""
        spaces = self._at(Stage.BUILDING)
        for space in spaces:
            self._store.generations.note(space, stage=Stage.PAUSED)
        return spaces

    def release(self, *stages: Stage) -> list[str]:
        """Drop the indexes at these stages with their vectors. Returns their spaces."""
        spaces = self._at(*stages)
        for space in spaces:
            with self._locked():
                self._store.generations.release(space, list(self._store.ledger))
        return spaces

    def _at(self, *stages: Stage) -> list[str]:
        others = {space: self._store.generations.other(space) for space in SPACES}
        return [space for space, other in others.items() if other is not None and other.stage in stages]

    def _target_of(self, space: str) -> Generation:
        other = self._store.generations.other(space)
        if other is None:
            raise _StoppedError
        return other.generation

    def _begin(self, space: str, target: Generation) -> Generation:
        """Begin to build a generation, or go on with it. Returns it as it was begun."""
        total = sum(1 for _ in pieces_of(space, self._store.ledger))
        return self._store.generations.begin(space, target, total).generation

    def _fill(
        self, space: str, target: Generation, records: Sequence[DocumentRecord]
    ) -> dict[str, FileError]:
        """Make the vectors that these documents lack, the newest documents first."""
        total = sum(1 for _ in pieces_of(space, records))
        before = self._store.generations.in_use()[space]
        if before.layout == target.layout:
            return {}
        done = 0

        def passed(pieces: int) -> None:
            nonlocal done
            done += pieces
            self._watch(space, done, total)
            other = self._store.generations.other(space)
            if other is None or other.stage in (Stage.PAUSED, Stage.RELEASING):
                raise _StoppedError
            self._store.generations.note(space, done=done, total=total)

        with ExitStack() as resources:
            make = self._maker(space, before, target, resources)
            filler = Filler(self._store, space, target.layout, make, self._locked, passed)
            return filler.fill(sorted(records, key=lambda record: -record.mtime_ns))

    def _maker(self, space: str, before: Generation, target: Generation, resources: ExitStack) -> Maker:
        if before.fingerprint.matches(target.fingerprint):
            return converted(self._store, space, before.layout)
        if space == TEXT:
            return embedded(self._store, self._models.text())
        model = self._models.image()
        assert model is not None, "a space without a model is left alone"
        extractor = resources.enter_context(Extractor(picture_size=model.input_size))
        return looked_at(extractor, model)

    def _finish(self, space: str, target: Generation) -> Generation:
        """Make the index of a generation that has its vectors, and calibrate it. Returns it as measured."""
        generations = self._store.generations
        generations.create_index(space, target)
        if target.algorithm is Algorithm.HNSW:
            target = self._measured(space, target)
            generations.note(space, reach=target.reach, recall=target.recall)
        if target.fingerprint.matches(generations.in_use()[space].fingerprint):
            generations.copy_calibration(space)  # without the model
        else:
            calibrate(self._store, self._models, others={space: target})
        return target

    def _measured(self, space: str, target: Generation) -> Generation:
        """The approximate generation with the least reach that is enough, and the recall that it has.

        Raises SettingsError if no reach is enough.
        """
        exact = replace(target, algorithm=Algorithm.FLAT)
        in_use = self._store.generations.in_use()[space]
        is_extra = exact.index_name(space) != in_use.index_name(space)
        self._store.generations.create_index(space, exact)
        try:
            for reach in _REACHES:
                tried = replace(target, reach=reach)
                recall = share_of_neighbours(self._store, space, exact, tried)
                if recall is None or recall >= LEAST_RECALL:
                    return replace(tried, recall=recall if recall is not None else 1.0)
        finally:
            if is_extra:
                self._store.generations.drop_index(space, exact)
        raise SettingsError(
            f"an approximate {space} index finds only {recall:.1%} of the nearest neighbours here, and must "
            f"find {LEAST_RECALL:.0%}: the exact one stays in use. Run `semsearch index cancel`"
        )

    def _compare(self, space: str, target: Generation) -> str:
        """Compare a generation with the one in use, and note that it is ready."""
        in_use = self._store.generations.in_use()[space]
        if target.fingerprint.matches(in_use.fingerprint):
            share = share_of_neighbours(self._store, space, in_use, target)
            compared = "" if share is None else f"it finds {share:.1%} of the 10 nearest neighbours"
        else:
            before, problems = models_for(self._models, {space: in_use})
            compared = ""
            if space not in problems:
                compared = in_words(self._store, space, (before, in_use), (self._models, target))
        self._store.generations.note(space, stage=Stage.READY, compared=compared)
        return compared

    def _swap(self, built: Built) -> None:
        """Make what ingestion has left to make meanwhile, and put the generations to use, all at once."""
        with self._locked():
            unlocked = Builder(self._store, self._models, nullcontext, self._watch)
            records = list(self._store.ledger)
            for space, target in built.generations.items():
                unlocked._complete(space, target, records, built)
            for record in records:
                if record.state is not State.MISSING:
                    self._store.drafts.discard(record.doc)  # it has vectors in the fields that go out of use
            before = self._store.generations.in_use()
            self._store.generations.swap(list(built.generations))
        built.swapped = True
        texts = built.generations.get(TEXT)
        if texts is not None and not texts.fingerprint.matches(before[TEXT].fingerprint):
            # Queries of the other text model have other similarities to the pictures, whose index stays.
            models, _ = models_for(self._models, self._store.generations.in_use())
            calibrate(self._store, models)

    def _complete(
        self, space: str, target: Generation, records: Sequence[DocumentRecord], built: Built
    ) -> None:
        """Make what a generation lacks before it is put to use, and mark what cannot be made."""
        generations = self._store.generations
        before = generations.in_use()[space]
        failed = self._fill(space, target, records)
        generations.create_index(space, target)  # Redis may have lost it
        if before.layout == target.layout:
            return
        batches = generations.lacking(space, records, target.layout)
        unmade = {piece.record.doc: piece.record for _, pieces in batches for piece in pieces}
        for doc, record in unmade.items():
            if record.due is Due.NONE:
                reason = failed.get(doc, FileError("it has changed meanwhile"))
                built.lacking.append((f"{record.root}/{record.path}", str(reason)))
        self._update(space, target, before, records, unmade)

    def _update(
        self,
        space: str,
        target: Generation,
        before: Generation,
        records: Sequence[DocumentRecord],
        unmade: Mapping[str, DocumentRecord],
    ) -> None:
        """Write into records which model made their vectors. The next run reads the files of the `unmade`."""
        is_other = not target.fingerprint.matches(before.fingerprint)
        changed = []
        for record in records:
            has_model = is_other and record.models and space_of(record.kind) == space
            new = replace(record, models=target.fingerprint.model) if has_model else record
            if record.doc in unmade and record.due is Due.NONE:
                if record.state is State.MISSING:
                    self._store.generations.forget_missing(record.doc)
                else:
                    new = _unread(new)
            if new != record:
                changed.append(new)
        for start in range(0, len(changed), _RECORDS):
            self._store.documents.replace_records(changed[start : start + _RECORDS])


def _unread(record: DocumentRecord) -> DocumentRecord:
    """The record of a document that is found without its vectors until its file is read again."""
    waiting = replace(record, state=State.WAITING, reason=UNREAD, due=Due.CONTENT)
    return as_unread(waiting, pieces=record.pieces, texts=record.texts, words=record.words)
