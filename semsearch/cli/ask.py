"""`semsearch ask`: an answer in sentences, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.text import Text

from semsearch.api.parameters import FILTERS, read_query
from semsearch.cli.search import Option, options_named, searcher_for, texts_of, with_parameters
from semsearch.cli.terminal import AsJson, Terminal, out, print_json, settings_now
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
    from semsearch.ask.question import answer

    with options_named():
        query = read_query(texts_of(given))
    settings = settings_now()
    server = ModelServer.of(settings)
    found = answer(query, searcher_for(settings), server.complete)
    if as_json:
        print_json(of_answer(query.text, found))
    else:
        _print(out, found)
    if not found.sentences:
        raise typer.Exit(NO_ANSWER)


def _print(terminal: Terminal, answer: Answer) -> None:
    """Print the sentences with the numbers of their sources, the sources that they name, and the notes."""
    from semsearch.cli.show_results import path_of

    named = {number for sentence in answer.sentences for number in sentence.sources}
    said = Text(" ").join(map(_sentence, answer.sentences))
    if said:
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
