"""Read what groups of documents are named by, and name them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from semsearch.explore.neighbours import Numbers
from semsearch.explore.noun_names import covering
from semsearch.explore.path_words import believed
from semsearch.explore.topic_model import Unnamed
from semsearch.explore.topic_names import Candidates, unique_name
from semsearch.explore.vectors import DocumentVectors, LibraryVectors
from semsearch.explore.word_names import Words, distinctive, merged
from semsearch.models.nouns import nouns_of, uncorrected
from semsearch.models.vectors import unit
from semsearch.records import Kind, Source, Vectors
from semsearch.store.schema import IMAGE
from semsearch.store.shots import name_tag
from semsearch.store.store import Store

# The documents of a group whose words are read, and the first passages of each; its pictures that are seen.
_READ, _PASSAGES, _SEEN = 40, 3, 200
# What is said of a picture. The words in it are seldom its subject.
_CAPTIONS = (Source.METADATA, Source.SIDECAR)
# Captions name a group of pictures if this share of those has one.
_CAPTIONED = 0.5
# The name of a group of which no word can be said.
_OTHERWISE = {Kind.TEXT: "Texts", Kind.IMAGE: "Pictures"}


def names(
    store: Store,
    vectors: LibraryVectors,
    kind: Kind,
    grouped: DocumentVectors,
    groups: Unnamed,
    kept: dict[int, str],
    taken: Sequence[str],
) -> list[str]:
    """The names of groups of documents: those `kept`, and new ones, which differ from those `taken`."""
    missing = [n for n in range(len(groups.above)) if n not in kept]
    used = {name_tag(name) for name in (*kept.values(), *taken)}
    found = dict(kept)
    if missing:
        candidates = _candidates(store, vectors, kind, grouped, groups)
        for n in missing:
            found[n] = unique_name(candidates[n], used, _OTHERWISE[kind])
            used.add(name_tag(found[n]))
    return [found[n] for n in range(len(groups.above))]


def _candidates(
    store: Store, vectors: LibraryVectors, kind: Kind, grouped: DocumentVectors, groups: Unnamed
) -> list[Candidates]:
    words = _words(store, grouped.docs, groups)
    if kind is Kind.TEXT:
        return _by_words(words, groups.above, partial(_nearness, vectors, groups.seen))
    read = [min(_READ, len(each)) for each in groups.members]
    captioned = [each.texts >= _CAPTIONED * count for each, count in zip(words, read, strict=True)]
    seen = _by_sight(store, grouped, groups)
    if not any(captioned):
        return seen
    spoken = _by_words(words, groups.above)
    return [
        said if is_captioned and said.words else shown
        for said, shown, is_captioned in zip(spoken, seen, captioned, strict=True)
    ]


def _by_sight(store: Store, grouped: DocumentVectors, groups: Unnamed) -> list[Candidates]:
    """The names in the paths of each group, and the nouns where pictures have vectors that words find."""
    generation = store.generations.in_use().get(IMAGE)
    nouns = nouns_of(generation.fingerprint.model) if generation is not None else None
    pictures = uncorrected(grouped.vectors) if nouns is not None else grouped.vectors
    paths = [
        (path or b"").decode(errors="replace") for (path,) in store.ledger.fields(grouped.docs, ["path"])
    ]
    read = [_read_of(members, _SEEN) for members in groups.members]
    return covering(pictures, read, believed(paths, pictures, groups.members), nouns)


def _nearness(
    vectors: LibraryVectors, middles: Vectors, rows: Sequence[int], words: Sequence[Sequence[str]]
) -> Sequence[Sequence[float]]:
    """The cosines of the words of some groups to their middles, which are `rows`; 1 where none is known."""
    known = sorted({word for each in words for word in each})
    found = vectors.of_words(known) if known else None
    if found is None or found.shape[1] != middles.shape[1]:
        return [[1.0] * len(each) for each in words]
    # What all words have in common says nothing about any of them.
    of = dict(zip(known, unit(found - found.mean(axis=0)), strict=True))
    return [
        [float(of[word] @ middle) for word in each]
        for each, middle in zip(words, unit(middles[list(rows)]), strict=True)
    ]


# The cosines of the words of some groups, which are given by their numbers.
_Near = Callable[[Sequence[int], Sequence[Sequence[str]]], Sequence[Sequence[float]]] | None


def _by_words(words: Sequence[Words], above: Sequence[int], near: _Near = None) -> list[Candidates]:
    """The words of each group: of the larger ones among themselves, and of the smaller ones."""
    tops = [n for n, each in enumerate(above) if each < 0]
    leaves = [n for n, each in enumerate(above) if each >= 0]
    whole = {n: merged([words[n], *(words[leaf] for leaf in leaves if above[leaf] == n)]) for n in tops}
    of_tops = distinctive([whole[n] for n in tops], nearness=partial(near, tops) if near else None)
    found = dict(zip(tops, of_tops, strict=True))
    said = [found[above[n]].usual for n in leaves]
    of_leaves = distinctive([words[n] for n in leaves], said, partial(near, leaves) if near else None)
    found |= dict(zip(leaves, of_leaves, strict=True))
    return [found[n] for n in range(len(above))]


def _words(store: Store, docs: Sequence[str], groups: Unnamed) -> list[Words]:
    """The words in the first passages of documents of each group."""
    return [_words_of(store, [docs[n] for n in _read_of(members, _READ)]) for members in groups.members]


def _read_of(members: Numbers, most: int) -> Numbers:
    """The most typical members, and as many that are spread over all others: a name is for all of them."""
    typical, others = members[: most // 2], members[most // 2 :]
    spread = np.linspace(0, len(others) - 1, min(most // 2, len(others))).round().astype(np.intp)
    return np.concatenate([typical, others[spread]])


def _words_of(store: Store, docs: Sequence[str]) -> Words:
    wanted = [(doc, n) for doc in docs for n in range(_PASSAGES)]
    records, passages = store.ledger.get_with_passages(docs, wanted)
    pictures = {record.doc for record in records if record.kind is Kind.IMAGE}
    texts: dict[str, list[str]] = {}
    for (doc, _), passage in zip(wanted, passages, strict=True):
        if passage is not None and (doc not in pictures or passage.source in _CAPTIONS):
            texts.setdefault(doc, []).append(passage.content)
    found = Words()
    for record in records:
        if record.doc in texts:
            found.read("\n".join([record.title, *texts[record.doc]]), record.language)
    return found
