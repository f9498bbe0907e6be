"""The HTML of files: what a reader sees, and nothing that runs, loads or leads into this server."""

import re
from pathlib import Path

import pytest

from semsearch.errors import FileError
from tests.memory_library import MemoryLibrary
from web.rendering.html import MAX_BYTES, is_rendered, render

# Ways to run a script, to load something, or to leave the frame of the text.
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">a</a>',
    '<a href="jav&#x0A;ascript:alert(1)">a</a>',
    '<a href="data:text/html,<script>alert(1)</script>">a</a>',
    '<a href="//evil.example/">a</a>',
    '<a href="/logout">a</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action=/language method=post><input name=language><button>a</button></form>",
    '<p style="position:fixed;inset:0" class="note" id="main">a</p>',
    "<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>",
    '<meta http-equiv=refresh content="0;url=//evil.example">',
    "<base href=//evil.example/><object data=x></object><embed src=x>",
    "<video src=x autoplay></video><audio src=x></audio><picture><source srcset=x></picture>",
    "</div></main></body></html><body onload=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<p title='\"><img src=x onerror=alert(1)>'>a</p>",
    '<template><script>alert(1)</script></template><noscript><p title="</noscript><img src=x>">',
    "<details open ontoggle=alert(1)>a</details>",
    "<button popovertarget=help>a</button>",
)
# The attributes that may be left, and the values of links.
_HARMLESS = re.compile(
    r'^(?:dir|lang|alt|title|start|value|colspan|rowspan|rel)="[^"]*"$|^href="(?:https?|mailto):[^"]*"$'
)
_RUNS = re.compile(
    r"<(?:script|style|svg|math|iframe|object|embed|form|input|button|link|meta|base|video|audio)"
)


@pytest.mark.parametrize("path", ["page.html", "page.xhtml", "note.md"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_file_runs_loads_or_looks_like_the_page(attack: str, path: str) -> None:
    made = render(f"<p>Before.</p>\n\n{attack}\n\nAfter.".encode(), "utf-8", path)
    assert "Before." in made
    assert not _RUNS.search(made.lower())
    for attributes in re.findall(r'<\w+((?:\s+[\w-]+(?:="[^"]*")?)*)>', made):
        for each in re.findall(r'[\w-]+(?:="[^"]*")?', attributes):
            assert _HARMLESS.match(each), made


def test_markdown_is_what_a_reader_sees() -> None:
    made = render(
        b"---\ntags: oak\n---\n# Trees\n\nOaks *live* long.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "", "a.md"
    )
    assert "<h1>Trees</h1>" in made
    assert "Oaks <em>live</em> long." in made
    assert "<td>2</td>" in made
    assert "<pre><code>tags: oak\n</code></pre>" in made


@pytest.mark.parametrize("empty", ["<title/>", "<script src='x'/>", "<textarea/>", "<svg><title/></svg>"])
def test_an_element_that_xhtml_ends_in_its_tag_does_not_swallow_the_page(empty: str) -> None:
    made = render(
        f"<html><head/><body><p>Above.<br/></p>{empty}<p>Words.</p></body></html>".encode(), "", "a.xhtml"
    )
    assert made == "<p>Above.<br></p><p>Words.</p>"


def test_a_link_to_another_site_says_nothing_about_this_one() -> None:
    made = render(b"[there](https://example.org/a)", "", "a.md")
    assert '<a href="https://example.org/a" rel="noopener noreferrer nofollow">there</a>' in made


def test_source_code_has_numbered_lines() -> None:
    assert render(b"a = 1\r\n\r\nb < 2\n", "", "a.py") == (
        '<ol><li value="1"><code>a = 1</code></li><li value="2"><code></code></li>'
        '<li value="3"><code>b &lt; 2</code></li></ol>'
    )


def test_prose_is_in_paragraphs_and_in_the_encoding_of_its_record() -> None:
    assert render("Käse.\n\n \nBrot.".encode("cp1252"), "cp1252 (not sure)", "a.txt") == (
        "<p>Käse.</p><p>Brot.</p>"
    )
    assert render("Käse".encode(), "no such encoding", "a.txt") == "<p>Käse</p>"
    assert render("KÃ¤se, BrÃ¶tchen".encode(), "twice-utf-8", "a.txt") == "<p>Käse, Brötchen</p>"


def test_a_file_that_becomes_too_much_html_is_refused() -> None:
    with pytest.raises(FileError, match="characters of HTML"):
        render(b"\n" * (MAX_BYTES - 1) + b"x", "utf-8", "a.py")


def test_large_files_and_formats_of_programs_are_shown_by_their_passages(tmp_path: Path) -> None:
    library = MemoryLibrary()
    for name in ("a.md", "b.docx", "c.html", "d.py"):
        (tmp_path / name).write_text("text")
    types = {"a.md": "text/markdown", "b.docx": "application/msword", "c.html": "text/plain"}
    types["d.py"] = "text/x-python"
    docs = {name: library.add(tmp_path, name, media_type=kind) for name, kind in types.items()}
    records = {name: library.record(doc) for name, doc in docs.items()}
    # The name of c.html says something else than its record.
    assert [name for name, record in records.items() if is_rendered(record)] == ["a.md", "d.py"]
    large = library.record(library.add(tmp_path, "a.md", media_type="text/markdown", size=MAX_BYTES + 1))
    assert not is_rendered(large)
