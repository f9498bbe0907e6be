"""The JSON of an answer in sentences."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from semsearch import results
from semsearch.api.fields import Headings, Inside, OnDisk, Payload, Readable, Title


class AnswerSentence(Payload):
    """A sentence of an answer."""

    text: Readable = Field(description="The sentence")
    sources: list[int] = Field(description="Numbers of the sources that it is taken from, at least one")


class AnswerSource(Payload):
    """A passage that the answer may be taken from."""

    number: int = Field(description="Number of the source, from 1")
    doc: str = Field(description="Id of the document")
    path: OnDisk = Field(description="Path of the file below its root; of a file in a ZIP, that of the ZIP")
    member: Inside = Field(description="Path in the ZIP; empty for other files")
    root: Readable = Field(description="The folder that was ingested")
    title: Title
    n: int = Field(description="Number of the passage in its document, from 0")
    page: int | None = Field(description="Number of the page; null where the file has no pages")
    heading: Headings = Field(description="Headings above the passage, joined by >")
    content: Readable = Field(description="Text of the passage")


class WrittenAnswer(Payload):
    """An answer in sentences, each with its sources."""

    question: Readable = Field(description="The question")
    sentences: list[AnswerSentence] = Field(description="The answer; empty where the sources do not answer")
    sources: list[AnswerSource] = Field(description="The sources; empty where nothing clearly matches")
    notes: list[Readable] = Field(description="Remarks on the answer, in sentences")


def of_answer(question: str, found: results.Answer) -> dict[str, Any]:
    sources = [_source(each) for each in found.sources]
    sentences = [AnswerSentence(text=each.text, sources=list(each.sources)) for each in found.sentences]
    answer = WrittenAnswer(question=question, sentences=sentences, sources=sources, notes=list(found.notes))
    return answer.json_value()


def _source(source: results.AnswerSource) -> AnswerSource:
    hit, passage = source.hit, source.passage
    return AnswerSource.model_validate(
        {
            "number": source.number,
            "doc": hit.doc,
            "path": hit.path,
            "member": hit.path,
            "root": hit.root,
            "title": hit.title,
            "n": passage.n,
            "page": passage.page,
            "heading": passage.headings,
            "content": passage.content,
        }
    )
