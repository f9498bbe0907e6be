"""`semsearch ask`: what it prints, and its exit codes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

from semsearch.cli.ask import whole_of
from semsearch.cli.terminal import Terminal
from semsearch.results import Answer, Sentence
from tests.integration.cli.conftest import Command
from tests.model_servers import small_model


def test_an_answer_names_the_source_of_each_sentence(semsearch: Command, notes: Path) -> None:
    semsearch("ingest", notes)
    with small_model(lambda _: "They hunt mice at night [1]. So they say.") as model:
        setting = {"SEMSEARCH_ASK_URL": model.url}
        done = semsearch("ask", "what", "do", "owls", "hunt", **setting)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[0] == "They hunt mice at night. [1]"
        assert f"[1] {notes}/owls.md" in done.stdout
        assert "A sentence that names no source is left out." in done.stdout
        assert "Owls hunt mice at night." in model.question

        found = json.loads(semsearch("ask", "what do owls hunt", "--json", **setting).stdout)
        assert found["question"] == "what do owls hunt"
        assert found["sentences"] == [{"text": "They hunt mice at night.", "sources": [1]}]
        (source,) = found["sources"]
        assert (source["number"], source["path"], source["n"]) == (1, "owls.md", 0)


def test_without_an_answer_the_exit_code_is_1(semsearch: Command, notes: Path) -> None:
    semsearch("ingest", notes)
    with small_model(lambda _: "NO ANSWER") as model:
        done = semsearch("ask", "how is a carburettor cleaned", SEMSEARCH_ASK_URL=model.url)
        assert (done.returncode, model.asked) == (1, [])
        assert "Nothing here clearly matches." in done.stdout
        done = semsearch("ask", "what do owls hunt", SEMSEARCH_ASK_URL=model.url)
        assert done.returncode == 1
        assert "do not answer this" in done.stdout
    done = semsearch("ask", "what do owls hunt")
    assert done.returncode == 2
    assert "SEMSEARCH_ASK_URL" in done.stderr


def test_a_terminal_shows_the_words_while_the_model_writes() -> None:
    written = io.StringIO()
    terminal = Terminal(file=written, force_terminal=True, width=60)
    seen = []

    def growing() -> Iterator[Answer]:
        yield Answer((), (), begun="They hunt", is_whole=False)
        seen.append(written.getvalue())
        yield whole

    whole = Answer((Sentence("They hunt mice.", (1,)),), ())
    assert whole_of(growing(), terminal) == whole
    assert "They hunt" in seen[0]
    assert "They hunt mice." in written.getvalue()
