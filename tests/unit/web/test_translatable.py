"""Every text of the page can be translated, and the catalogues are up to date with the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "web/templates").glob("*.html"))
SAYING = ("say", "say_many")
# Attributes that a reader sees or hears.
READ = ("title", "alt", "placeholder", "aria-label", "content")
# The same in every language: the name of the program, units, and commands.
SAME = {
    "semsearch",
    "Redis",
    "MB",
    "CSV",
    "ZIP",
    "ms",
    "semsearch ingest",
    "width=device-width, initial-scale=1",
    "light dark",
}
# The errors of these modules are answered as JSON only, which is in English.
JSON_ONLY = ("said.py", "api.py", "batch.py", "cursors.py", "hit_fields.py")


class Words(HTMLParser):
    """Collects what a reader sees of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_data(self, data: str) -> None:
        self.seen.append(data)

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [value or "" for name, value in attrs if name in READ]


def untranslatable(template: str) -> list[str]:
    """The texts of a template that stand in it as they are shown."""
    tree = Environment().parse(template)
    parser = Words()
    # The name of a tag may be a value, too.
    parser.feed(re.sub(r"(</?)\0", r"\1i", "".join(_plain(tree))))
    found = [*parser.seen, *_constants(tree)]
    texts = (re.sub(r"[\0\s]+", " ", text).strip(" ·") for text in found)
    return [text for text in texts if re.search(r"[^\W\d_]", text) and text not in SAME]


def _plain(node: nodes.Node) -> Iterator[str]:
    """The text of a template, with a zero in place of each value."""
    if isinstance(node, nodes.Block) and node.name in ("body_class", "follow"):  # parts of tags
        return
    if isinstance(node, nodes.Output):
        for part in node.nodes:
            yield part.data if isinstance(part, nodes.TemplateData) else "\0"
    for child in node.iter_child_nodes():
        yield from _plain(child)


def _constants(node: nodes.Node) -> Iterator[str]:
    """The strings of expressions that look like words of a sentence, and are not said."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in SAYING:
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str):
            text = child.value.strip()
            if re.search(r"^[A-Z][a-z]|[a-z] [a-z]", text):
                yield text
        yield from _constants(child)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_text_of_a_template_is_fixed_to_one_language(path: Path) -> None:
    assert untranslatable(path.read_text()) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Some words</p>",
        '<a title="Close {{ name }}">×</a>',
        '{{ "Open original" if inline else say("Download original") }}',
        '{% set groups = [("Kind", 1)] %}',
        "<p>{{ number }} files</p>",
    ],
)
def test_a_text_that_is_fixed_is_noticed(template: str) -> None:
    assert untranslatable(template)


def calls(package: str) -> Iterator[tuple[Path, str, ast.Call]]:
    """The calls of plain functions in a package, each with its file and the name of the function."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield path, node.func.id, node


@pytest.mark.parametrize("package", ["web", "semsearch"])
def test_what_is_said_is_written_where_it_is_said(package: str) -> None:
    """Else the script that collects the texts would not find it."""
    # The first passes on what templates say. The second says sentences of a table, which is collected, too.
    others = (ROOT / "web/languages/choice.py", ROOT / "semsearch/store/failures.py")
    for path, name, call in calls(package):
        if name in SAYING and path not in others:
            templates = call.args[: 2 if name == "say_many" else 1]
            assert all(isinstance(each, ast.Constant) for each in templates), f"{path}:{call.lineno}"


# The errors that pages show. What a model says of itself is in English.
SHOWN = re.compile(r"(Query|NotFound|Forbidden|Busy|Greedy)Error$")
ANSWERING = ["web", *(f"semsearch/{name}" for name in ("api", "search", "language", "pictures"))]


@pytest.mark.parametrize("package", ANSWERING)
def test_an_error_that_a_page_shows_can_be_translated(package: str) -> None:
    for path, name, call in calls(package):
        if SHOWN.match(name) and path.name not in JSON_ONLY:
            assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr), f"{path}:{call.lineno}"


def test_the_scripts_of_the_page_show_no_text_of_their_own() -> None:
    for path in (ROOT / "web/static").glob("*.js"):
        code = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE)
        assert re.findall(r"""["'`][A-Z][a-z]+ [^"'`]*["'`]""", code) == [], path.name


CHECK = "import sys; sys.path[:0] = ['scripts', '.']; sys.argv[1:] = ['--check']; import messages"


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_catalogues_are_whole_and_up_to_date_with_the_code() -> None:
    """`make messages` puts what is new into them, and a person translates it."""
    done = check("scripts/messages.py", "--check")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_a_catalogue_that_lacks_a_text_or_shows_other_values_is_noticed(tmp_path: Path) -> None:
    texts = {"Search": "", "Request {id}": "Anfrage {nr}", "Gone": "Weg"}
    (tmp_path / "de.po").write_text(
        "\n\n".join(f'msgid "{text}"\nmsgstr "{translation}"' for text, translation in texts.items())
    )
    code = f"{CHECK}; messages.FOLDER = messages.Path({str(tmp_path)!r}); sys.exit(messages.main())"
    done = check("-c", code)
    assert done.returncode == 1
    for line in (
        "is not translated: 'Search'",
        "does not show the values of 'Request {id}': 'Anfrage {nr}'",
        "is in no file of the code any more: 'Gone'",
        "is not in the catalogue: 'Password'",
    ):
        assert f"de.po: {line}\n" in done.stdout
