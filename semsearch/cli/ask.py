"""`semsearch ask`: an answer in sentences, each with its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from semsearch.api.parameters import FILTERS, read_query
from semsearch.cli.search import Option, options_named, searcher_for, tell_if_empty, texts_of, with_parameters
from semsearch.cli.terminal import AsJson, Terminal, err, out, print_json, settings_now
from semsearch.errors import QueryError
from semsearch.text import printable

if TYPE_CHECKING:
    from semsearch.results import Answer, Sentence

NO_ANSWER = 1


@with_parameters(*FILTERS)
def ask(*, as_json: AsJson = False, **given: Option) -> None:
    """Answer a question from passages that clearly match, each sentence with its source.

    A language model writes the answer: SEMSEARCH_ASK_URL names its server. The exit code is 1 when the
    passages do not answer.
    """
    from semsearch.api.answers import of_answer
    from semsearch.ask.model_server import ModelServer
    from semsearch.ask.question import answering

    with options_named():
        query = read_query(texts_of(given))
    if not query.text:
        raise QueryError("there is no question: write it after `semsearch ask`")
    settings = settings_now()
    server, searcher = ModelServer.of(settings), searcher_for(settings)
    found = whole_of(answering(query, searcher, server.write), None if as_json else out)
    if as_json:
        print_json(of_answer(query.text, found))
    else:
        _print(out, found)
        if not found.sources:
            tell_if_empty(searcher, err)
    if not found.sentences:
        raise typer.Exit(NO_ANSWER)


def whole_of(growing: Iterator[Answer], terminal: Terminal | None) -> Answer:
    """The whole of an answer that grows. Until then, a terminal shows the words so far."""
    from rich.live import Live

    if terminal is None or not terminal.is_terminal:
        *_, whole = growing
        return whole
    with Live(console=terminal, transient=True, auto_refresh=False) as live:
        for found in growing:
            live.update(_said(found), refresh=True)
    return found


def _said(answer: Answer) -> Text:
    """The sentences, and the words of the one that is being written."""
    said = [*map(_sentence, answer.sentences), *filter(None, [Text(printable(answer.begun), style="dim")])]
    return Text(" ").join(said)


def _print(terminal: Terminal, answer: Answer) -> None:
    """Print the sentences with the numbers of their sources, the sources that they name, and the notes."""
    from semsearch.cli.show_results import path_of

    named = {number for sentence in answer.sentences for number in sentence.sources}
    if said := _said(answer):
        terminal.print(said)
        terminal.print()
    for source in answer.sources:
        if source.number in named or not named:
            page = f", page {source.passage.page}" if source.passage.page else ""
            line = path_of(source.hit).append(page, style="dim")
            terminal.print_beside(Text(f"[{source.number}] ", style="dim"), line)
    for note in answer.notes:
        terminal.print(Text(note, style="yellow"))


def _sentence(sentence: Sentence) -> Text:
    numbers = "".join(f"[{number}]" for number in sentence.sources)
    return Text.assemble(printable(sentence.text), (f" {numbers}", "dim"))
