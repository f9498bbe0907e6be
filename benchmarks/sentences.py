"""Which sentence of a passage answers a question? Chosen by words, by meaning, and by semsearch.

    python -m benchmarks.sentences

`benchmarks/sentence_questions.tsv` has questions about the sample library, as people type them, each with the
beginning of the sentence that answers it. Prints how often each way chooses that sentence in its passage, and
how long it takes to embed the sentences of a passage.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.running import timed
from ingest.prepare import text_chunks
from ingest.readers.registry import parse
from semsearch.formats.table import FORMATS
from semsearch.language.query_syntax import read
from semsearch.language.terms import spans_of, terms
from semsearch.models.loaded import Models
from semsearch.models.protocol import TextEmbedder
from semsearch.records import Passage, Span
from semsearch.search.answers import Answers
from semsearch.search.snippets import excerpt, possible_answers
from semsearch.settings import Settings

LIBRARY = Path(__file__).parents[1] / "samples/library"
QUESTIONS = Path(__file__).with_name("sentence_questions.tsv")

Way = Callable[[Passage, str], Span | None]
# A passage, a question about it, and the beginning of the sentence that answers.
Case = tuple[Passage, str, str]


def main() -> None:
    models = Models(Settings())
    answers, model = Answers(models), models.text()

    def by_words(passage: Passage, question: str) -> Span | None:
        wanted = read(question).marked
        return max(
            possible_answers(passage.content), key=lambda span: _having(passage.content[slice(*span)], wanted)
        )

    def by_meaning(passage: Passage, question: str) -> Span | None:
        return answers.nearest(passage.content, frozenset({passage.title}), list(model.embed([question])))

    def as_shipped(passage: Passage, question: str) -> Span | None:
        cut = excerpt(passage.content, read(question).marked, {passage.title})
        return cut.place or by_meaning(passage, question)

    asked = [line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    passages = {path: _passages(models, path) for path, _, _ in asked}
    cases = [
        (passage, question, answer)
        for path, question, answer in asked
        for passage in [next(each for each in passages[path] if answer in each.content)]
    ]
    _compare({"words": by_words, "meaning": by_meaning, "semsearch": as_shipped}, cases)
    passages_once = {passage.content: passage for passage, _, _ in cases}.values()
    print(f"\nthe sentences of a passage: {_embedding_ms(model, passages_once):.0f} ms (p50)")


def _compare(ways: dict[str, Way], cases: Sequence[Case]) -> None:
    print(f"{len(cases)} questions")
    for name, way in ways.items():
        right = [_is_right(passage, way(passage, question), answer) for passage, question, answer in cases]
        print(f"{name:10} {sum(right) / len(cases):.2f}")
    sure = [case for case in cases if excerpt(case[0].content, read(case[1]).marked).place]
    print(f"most words of the question in one sentence: {len(sure)} questions", end=", ")
    for name, way in ways.items():
        print(
            f"{name} {sum(_is_right(p, way(p, q), answer) for p, q, answer in sure) / len(sure):.2f}", end=" "
        )


def _embedding_ms(model: TextEmbedder, passages: Iterable[Passage]) -> float:
    """The median milliseconds for embedding the sentences of a passage."""
    times = []
    for passage in passages:
        sentences = [passage.content[slice(*span)] for span in possible_answers(passage.content)]
        times.append(1000 * timed(partial(model.embed, sentences)))
    return statistics.median(times)


def _passages(models: Models, path: str) -> list[Passage]:
    row = FORMATS.of_path(path)
    assert row is not None
    document = parse((LIBRARY / path).read_bytes(), path, row, None, {})
    return [chunk.passage for chunk in text_chunks(document, models.text())]  # type: ignore[arg-type]


def _having(sentence: str, wanted: Sequence[str]) -> int:
    found = {term for start, end in spans_of(sentence, wanted) for term in terms(sentence[start:end])}
    return len(found & set(wanted))


def _is_right(passage: Passage, chosen: Span | None, answer: str) -> bool:
    return chosen is not None and answer in passage.content[slice(*chosen)]


if __name__ == "__main__":
    main()
