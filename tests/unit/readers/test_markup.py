"""Org, reStructuredText, AsciiDoc and TeX: what a reader sees of them, and their headings."""

from collections.abc import Callable

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.markup.asciidoc import read_asciidoc
from ingest.readers.markup.org import read_org
from ingest.readers.markup.restructured import read_restructured
from ingest.readers.markup.tex import read_bibtex, read_tex
from semsearch.errors import FileError

Reader = Callable[[bytes, str, str], TextDocument]


def seen(read: Reader, source: str) -> str:
    return read(source.encode(), "my_notes.x", "text/x").text.strip()


def headings(document: TextDocument) -> list[tuple[int, str]]:
    for heading in document.headings:
        assert document.text.startswith(heading.title, heading.start)
    return [(heading.level, heading.title) for heading in document.headings]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("#+TITLE: T\n#+STARTUP: overview\n#+FILETAGS: :home:soil:\nx", "Tags: home, soil\nx"),
        (":PROPERTIES:\n:ID: 0f3\n:END:\nThe pump.", "The pump."),
        ("* TODO [#A] Boiler [1/2] :house:\n:LOGBOOK:\n- secret\n:END:\nx", "Boiler\n\nTags: house\nx"),
        ("The *boiler* /man/ of =a*b= and ~c~, 2*3*4, a/b/c", "The boiler man of a*b and c, 2*3*4, a/b/c"),
        ("See [[https://x.y][the site]] and [[https://x.y]][fn:1]", "See the site and https://x.y"),
        ("SCHEDULED: <2026-03-01 Sun>", "SCHEDULED: 2026-03-01 Sun"),
        ("| a | b |\n|---+---|\n| 1 | 2 |", "a · b\n1 · 2"),
        ("# comment\n#+BEGIN_SRC sh\n# *code*\n#+END_SRC\n#+begin_quote\n*q*\n#+end_quote", "# *code*\nq"),
        ("- [X] slates\n  1. [ ] ladder [X]", "- ☑ slates\n  1. ☐ ladder [X]"),
        ("#+begin_comment\nsecret\n#+end_comment\nx", "x"),
        ("* NASA budget\n** HTTP server\n** WAITING [#B] Offer", "NASA budget\n\nHTTP server\n\nOffer"),
        ("#+SEQ_TODO: OPEN(o) | SENT(s)\n* SENT Bill\n* OPEN\n* PAID Rent", "Bill\n\nOPEN\n\nPAID Rent"),
        ("* TODO\tBuy milk\n:PROPERTIES:\n:ID: 12\n:CUSTOM_ID:\n:END:\nx", "Buy milk\n\nx"),
        (":smile:\nx\n:LOGBOOK:\nsecret\n:END:\n:NOTES:\ny\n* z", ":smile:\nx\n:NOTES:\ny\n\nz"),
    ],
)
def test_org_is_read_without_its_marks(source: str, text: str) -> None:
    assert seen(read_org, source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("``a*b`` :ref:`the text <x>` `link <http://x.y>`_ a ref_ **b** [1]_", "a*b the text link a ref b"),
        (".. note:: Mind this.\n   It goes on.", "Mind this.\n   It goes on."),
        (".. toctree::\n   :maxdepth: 2\n\n   secret\n\nx", "x"),
        (".. image:: a.png\n   :alt: A field\n   :width: 3\n\nx", "A field\n\nx"),
        (".. code-block:: sh\n   :linenos:\n\n   ls *a* *b*\n\nx", "ls *a* *b*\n\nx"),
        ("Example::\n\n   x = *a*\n\n*x*", "Example:\n\n   x = *a*\n\nx"),
        (".. a comment\n   over lines\n\n.. _target:\n\nx", "x"),
        (".. [1] The footnote.", "The footnote."),
        (":Author: Ada\n\nx", "Author: Ada\n\nx"),
        ("+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+", "a · b\n1 · 2"),
        ("=== ===\na   b\n=== ===\n1   2\n=== ===", "a   b\n1   2"),
    ],
)
def test_restructured_text_is_read_without_its_marks(source: str, text: str) -> None:
    assert seen(read_restructured, source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Keep *b* and _i_ and `co*de*` #m#, a*b*c", "Keep b and i and co*de* m, a*b*c"),
        ("https://x.y[the site] https://x.y[] <<ref,see>> xref:a[b]", "the site https://x.y see b"),
        ("image::a.png[A field,300]\ninclude::b.adoc[]", "A field"),
        ("* one\n** two\n... three", "* one\n* two\n. three"),
        ("// comment\n////\nsecret\n////\n:toc:\n:keywords: soil\nx", "Keywords: soil\nx"),
        ("[source,sh]\n----\nls *a* # <1>\n----\n<1> it lists", "ls *a*\n\n it lists"),
        (".Title\n|===\n|a |b\n\n|1 |2\n|===", "Title\na · b\n\n1 · 2"),
        ("[NOTE]\n====\nMind it.footnote:[Really.]\n====", "Mind it. (Really.)"),
    ],
)
def test_asciidoc_is_read_without_its_marks(source: str, text: str) -> None:
    assert seen(read_asciidoc, source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"caf\'e, soci\'{e}t\'e, Besan\c{c}on", "café, société, Besançon"),
        (r"na\"{\i}ve, Schr\"odinger", "naïve, Schrödinger"),
        (r"Gr\"u\ss e, Stra{\ss}e, \v{C}apek, \L{}\'od\'z", "Grüße, Straße, Čapek, Łódź"),
        (r"Erd\H{o}s, \AA ngstr{\"o}m, \o re", "Erdős, Ångström, øre"),
        (r"\v Skoda, Dvo\v{r}\'ak, \c Sirin, \u{g}, \k{a}", "Škoda, Dvořák, Şirin, ğ, ą"),
        (r"\r u, \~nandu, \.Zak", "ů, ñandu, Żak"),
        ("a % comment\nb, 50\\,\\% and \\$5 \\& more\\_x", "a b, 50% and $5 & more_x"),
        ("``so'' --- and -- it~is", "“so” — and – it is"),
        (r"It is\footnote{A note.} so \cite[p.~3]{x} \emph{a \textbf{b}}\label{a}", "It is (A note.) so a b"),
        (r"\citeauthor{x} \mycite{y} and \Cref{a} \figref{b}, \preface{before}", "and , before"),
        (r"\textcolor[rgb]{1,0,0}{red}, \parbox[t]{5cm}{a box} \raisebox{2pt}{up}", "red, a box up"),
        (r"\foreignlanguage{german}{Wort} \makebox[2cm][c]{mid} \hyperref[a]{there}", "Wort mid there"),
        (r"\resizebox{2cm}{!}{\begin{tabular}{l}a & b\\\multicolumn{2}{c}{Sum}\end{tabular}}", "a · b\nSum"),
        (r"Text $a_1 + \alpha$ and \(b\)", r"Text $a_1 + \alpha$ and \(b\)"),
        ("\\begin{equation}E = mc^2\\end{equation}", "E = mc^2"),
        (r"\begin{align}\label{a} x\end{align}", "x"),
        ("\\begin{itemize}\n\\item one\n\\item[two] three\n\\end{itemize}", "- one\n- two: three"),
        ("\\begin{tabular}{ll}a & b \\\\ c & d\\end{tabular}", "a · b\nc · d"),
        ("\\verb|x_{1}| \\url{http://x.y/~a_b} \\href{http://x.y}{site}", "x_{1} http://x.y/~a_b site"),
        ("\\begin{verbatim}\nx = {1} % y\n\\end{verbatim}", "x = {1} % y"),
        ("\\usepackage{x}\n\\begin{document}\nx\n\\end{document} y", "x"),
        ('\\usepackage[ngerman]{babel}\\begin{document}"Ubung "`so"\' \\"ofter', "Übung „so“ öfter"),
    ],
)  # fmt: skip
def test_tex_is_read_as_it_is_printed(source: str, text: str) -> None:
    assert seen(read_tex, source) == text


def test_headings_give_structure_and_a_title() -> None:
    org = read_org(b"#+TITLE: Works\n* One :tag:\n** DONE Two\nx\n* Three", "a.org", "text/org")
    assert (org.title, headings(org)) == ("Works", [(1, "One"), (2, "Two"), (1, "Three")])
    source = b"=====\n*One*\n=====\n\nTwo\n---\n\nx\n\nThree\n~~~~~\n\nFour\n----\n"
    rst = read_restructured(source, "a.rst", "text/x-rst")
    assert (rst.title, headings(rst)) == ("One", [(1, "One"), (2, "Two"), (3, "Three"), (2, "Four")])
    adoc = read_asciidoc(b"= One\n\n== Two *b*\n\nx\n\n=== Three ===\n", "a.adoc", "text/asciidoc")
    assert (adoc.title, headings(adoc)) == ("One", [(1, "One"), (2, "Two b"), (3, "Three")])
    source = rb"\title{On \emph{caf\'es}}\begin{document}\section{One}x\subsection*{\'Ecole}y\end{document}"
    tex = read_tex(source, "a.tex", "text/x-tex")
    assert (tex.title, headings(tex)) == ("On cafés", [(3, "One"), (4, "École")])


def test_references_have_letters_in_place_of_commands() -> None:
    source = rb"@book{a, author = {Erd{\H{o}}s and M{\"u}ller}, title = {{\"U}ber caf\'e}}"
    document = read_bibtex(source, "a.bib", "text/x-bibtex")
    assert document.text == "@book{a, author = {Erdős and Müller}, title = {Über café}}"


@pytest.mark.parametrize("read", [read_org, read_restructured, read_asciidoc, read_tex])
def test_a_text_of_comments_is_empty(read: Reader) -> None:
    comments = {read_org: "# x", read_restructured: ".. x", read_asciidoc: "// x", read_tex: "% x"}
    with pytest.raises(FileError, match="no text"):
        read(comments[read].encode(), "a.x", "text/x")


@pytest.mark.parametrize(
    "marks", ["*a ", "`a ", "[[a ", "|a ", "{a ", "$a ", "\\a{", ":a:`", "<<a", "\\'{", "=a "]
)
@pytest.mark.parametrize("read", [read_org, read_restructured, read_asciidoc, read_tex])
def test_marks_that_are_never_closed_cost_little(read: Reader, marks: str) -> None:
    assert read(("x " + marks * 20_000).encode(), "a.x", "text/x").text
