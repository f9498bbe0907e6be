"""Markdown: what a reader sees, headings and titles."""

import time

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.markup.markdown import read_markdown
from semsearch.language.document_date import DocumentDate


def read(source: str, name: str = "some_notes.md") -> TextDocument:
    return read_markdown(source.encode(), name, "text/markdown")


def headings(source: str) -> list[tuple[int, str]]:
    document = read(source)
    for heading in document.headings:
        assert document.text.startswith(heading.title, heading.start)
        assert heading.start == 0 or document.text[heading.start - 1] == "\n"
    return [(heading.level, heading.title) for heading in document.headings]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("Keep **well** and *dry*, __not__ _wet_, ~~old~~ ==new==", "Keep well and dry, not wet, old new"),
        ("2 * 3 * 4, snake_case_name, **中文**后面", "2 * 3 * 4, snake_case_name, 中文后面"),
        ("Use `a_b*c` and ``x ` y``", "Use a_b*c and x ` y"),
        (r"\*no emphasis\* &amp; &eacute;", "*no emphasis* & é"),
        ('[a link](http://x.y/a_(b) "Title") and <https://x.y> <ada@x.y>', "a link and https://x.y ada@x.y"),
        ("[two\nlines](x.md)", "two\nlines"),
        ("![a field](field.png) [![badge](b.svg)](x)", "a field badge"),
        ("![](data:image/png;base64,iVBORw0KGgo=)seen", "seen"),
        ("[words][ref] and [ref]\n\n[ref]: https://x.y 'Title'\n", "words and ref"),
        ("[words][ref]\n\n```\ncode\n```\n\n[ref]: other.md#place", "words\n\ncode"),
        ("[Enter] or [q]\n\n```\n[Enter]: keys/enter.png\n```", "[Enter] or [q]\n\n[Enter]: keys/enter.png"),
        ("[not a link] a[1][2] and [Ada]: hello there", "[not a link] a[1][2] and [Ada]: hello there"),
        ("Said.[^1]\n\n[^1]: By *whom*.", "Said.\n\nBy whom."),
        ("[[Page]] and [[Page|the other]]", "Page and the other"),
        ("![[map.png|300]] ![[a.png|20x30]] [[Log|300 days]]", "map.png a.png 300 days"),
        ("Dry. %% not seen %% Wet, 5%% or 6%%", "Dry.  Wet, 5%% or 6%%"),
        ("Dry.\n%%\nnot\nseen\n%%\nWet", "Dry.\n\nWet"),
        ("%% Load\nx\n%% Plot\nf :: Int", "%% Load\nx\n%% Plot\nf :: Int"),
        ("The flow was strong. ^flow-1\n\n^37066d\n\nx ^2 + y^2", "The flow was strong.\n\nx ^2 + y^2"),
        ("Queen:: Marigold\n- [state:: new] (by:: Ada)", "Queen: Marigold\n- state: new by: Ada"),
        ("Use std::vector or a::b", "Use std::vector or a::b"),
        ("- Bowls\n  id:: 64aa\n  collapsed:: true\n- see ((64aa0b1c-0000-4000-8000-00000000ffff))",
         "- Bowls\n\n- see"),
        ("a <!-- comment --> b<!--\nover lines\n# no heading\n--> c", "a  b\n\n c"),
        ("`<!--` opens and `-->` closes", "<!-- opens and --> closes"),
        ("<div align=center><b>Bold</b><br>next</div> Dear <Name>, 5 < 6", "Bold\nnext\n Dear <Name>, 5 < 6"),
        ('<img src="a.png" alt="A field"/> <Tabs id="x">in</Tabs>', "A field in"),
        ("<script>\nlet a = 1;\n</script>\nseen", "seen"),
        ("{{#include a.md}}\n{% if x %}seen{% endif %} {{< figure src=a >}}", "seen"),
        ("Code `{{ name }}` stays", "Code {{ name }} stays"),
        ("text {#anchor .class}\n{: .kramdown}", "text"),
        ("> quoted\n> > twice", "quoted\ntwice"),
        ("> [!WARNING]\n> wet", "Warning\nwet"),
        ('!!! note "Mind"\n    frost', "Mind\n    frost"),
        (":::tip\ndry\n:::", "Tip\ndry"),
        ("- [ ] dig\n- [x] plant\n1. eat", "- ☐ dig\n- ☑ plant\n1. eat"),
        ("| Name | Size |\n|------|:---:|\n| Red | *5 cm* |", "Name · Size\nRed · 5 cm"),
        ("Name | Size\n--- | ---\nRed | 5 cm", "Name · Size\nRed · 5 cm"),
        ("a | b is no table", "a | b is no table"),
        ("above\n\n***\n\nbelow", "above\n\nbelow"),
        ("```python title=x\n# a\n  *b* <i>\n```\nend", "# a\n  *b* <i>\n\nend"),
        ("- item\n\n    ```sh\n    ls *\n    ```", "- item\n\n    ls *"),
        ("[TOC]\n\ntext", "text"),
        ("$a_1 * b_2 * c$", "$a_1 * b_2 * c$"),
    ],
)  # fmt: skip
def test_the_text_is_what_a_reader_sees(source: str, seen: str) -> None:
    assert read(source).text.strip("\n") == seen


def test_imports_of_mdx_are_no_text() -> None:
    source = "import Tabs from '@theme/Tabs';\nexport const x = 1;\n\nimport from Norway rose\n"
    assert read(source, "a.mdx").text.strip() == "import from Norway rose"
    assert "theme" in read(source).text


def test_both_kinds_of_headings_are_found() -> None:
    source = "# One #\n\nTwo\n===\n\n### Three\n\nFour\n---\n\n  ###### Six\n\n<h2 id=x>A\nB</h2>"
    assert headings(source) == [
        (1, "One"), (1, "Two"), (3, "Three"), (2, "Four"), (6, "Six"), (2, "A B"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "```\n# no\n```\n",
        "~~~sh\n# no\n```\n# no\n~~~\n",
        "````\n```\n# no\n```\n````\n",
        "```\n# an open fence runs to the end\n",
        "    # indented code\n",
        "#hashtag\n",
        "####### seven\n",
        "- item\n---\n",
        "| a |\n|---|\n",
        "text\n\n---\n",
        "#\n",
    ],
)
def test_what_only_looks_like_a_heading_is_none(source: str) -> None:
    assert headings(source) == []


def test_a_heading_is_read_without_its_marks() -> None:
    source = "# The `String` *Type*: [a link](http://x.y) <!-- note --> {#anchor}\n\n## snake_case stays\n"
    assert headings(source) == [(1, "The String Type: a link"), (2, "snake_case stays")]


def test_the_title_is_the_front_matters_or_the_first_heading() -> None:
    document = read('---\nlayout: post\ntitle: "On onions"\n# no heading\n---\n\n# Roots\n')
    assert (document.title, document.title_in_file) == ("On onions", True)
    assert [heading.title for heading in document.headings] == ["Roots"]
    assert read("+++\ntitle = 'T'\n+++\nx").title == "T"
    assert read("intro\n\n## Roots\n").title == "Roots"
    assert read("Bulbs > roots ##\n----------\n").title == "Bulbs > roots ##"
    assert read("# Bulbs > roots # ##\n").title == "Bulbs > roots #"
    document = read("no heading\n")
    assert (document.title, document.title_in_file) == ("some notes", False)


@pytest.mark.parametrize(
    ("field", "day"),
    [
        ("date: 2018-11-02", "2018-11-02"),
        ("created: '2018-11-02 23:30'", "2018-11-02"),
        ("date: 2018-11-02T23:30:00+01:00", "2018-11-02"),
        ("modified: 2019-01-01\npubDate: 2018-11-02", "2018-11-02"),
        ("date: last autumn", "1970-01-01"),
        ("date: 0001-01-01T00:00:00Z\ncreated: 2018-11-02", "2018-11-02"),
    ],
)
def test_the_date_of_front_matter_is_that_of_the_document(field: str, day: str) -> None:
    document = read(f"---\ntitle: T\n{field}\n---\nx")
    assert DocumentDate(document.dated, document.date_source).moment.date().isoformat() == day


def test_words_of_front_matter_are_kept_and_the_rest_is_for_programs() -> None:
    document = read(
        "---\nlayout: post\ntitle: T\ntags: [garden, soil]\nkeywords:\n  - allium\n  - 'roots'\n---\nx"
    )
    assert document.text == "Tags: garden, soil\nKeywords: allium, roots\nx"
    assert read("---\n\na rule, and no front matter\n").text.strip() == "a rule, and no front matter"
    assert read("---\n\ntwo rules\n\n---\n\nx").text.split() == ["two", "rules", "x"]


@pytest.mark.parametrize(
    "source", ["*a ", "`a ", "[a ", "**a ", "_a ", "<a ", "<!-- ", "{{ ", "![a](", "[[a", "$a "]
)
def test_marks_that_are_never_closed_cost_little(source: str) -> None:
    begun = time.perf_counter()
    read(source * 40_000)
    assert time.perf_counter() - begun < 5


def test_a_long_line_that_defines_no_link_costs_little() -> None:
    begun = time.perf_counter()
    read(f"[a]: {'A/' * 20_000} z")
    assert time.perf_counter() - begun < 5
