"""Links that filter and order the results, and work without scripts."""

from __future__ import annotations

import io
import os
import re
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from semsearch.query import Filters, Order
from semsearch.results import Correction, FacetCount, Facets
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture
from web.app import create_app
from web.form import Form
from web.histogram import histogram


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for n, path in enumerate(["notes/a.md", "notes/b.md", "work/c.txt", "d.html"]):
        file = tmp_path / "folder" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("water " * (n + 1))
        os.utime(file, (1.5e9 + n * 4e7, 1.5e9 + n * 4e7))
        library.add(tmp_path / "folder", path)
    (tmp_path / "folder" / "water.png").write_bytes(picture((9, 9, 9)))
    library.add(tmp_path / "folder", "water.png")
    return library


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


def links(page: str, part: str) -> dict[str, str]:
    """The links of one part of a page: text to address."""
    found = re.search(rf'<(nav|ul) class="{part}".*?</\1>', page, re.DOTALL)
    anchors = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', found[0] if found else "", re.DOTALL)
    return {" ".join(re.sub("<[^>]+>", " ", said).split()): unescape(href) for href, said in anchors}


def test_counts_are_links_that_add_a_filter_and_chips_remove_it(client: FlaskClient) -> None:
    there = links(client.get("/?q=water&order=name").text, "facets")
    assert {"notes 2", "work 1", "Markdown 2", "Plain text 1", "Web page 1", "Texts 4", "2017 1"} <= set(
        there
    )
    assert there["Markdown 2"] == "/?q=water&type=text/markdown&order=name"
    assert there["notes 2"] == "/?q=water&path=notes/&order=name"
    narrowed = client.get(there["notes 2"]).text
    assert "2 matches" in narrowed
    chips = links(narrowed, "chips")
    assert chips == {"In notes/ Remove this filter": "/?q=water&order=name"}


def test_photos_are_narrowed_to_a_camera_or_a_place_in_any_spelling(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    for n, (camera, place) in enumerate([("Nikon D90", "Porto"), ("Nikon D90", "Faro"), ("LG H870", "Faro")]):
        (tmp_path / "folder" / f"water {n}.png").write_bytes(picture((9, 9, n)))
        library.add(tmp_path / "folder", f"water {n}.png", camera=camera, locations=place)
    there = links(client.get("/?q=water").text, "facets")
    assert {"Nikon D90 2", "LG H870 1", "Faro 2", "Porto 1"} <= set(there)
    assert there["Nikon D90 2"] == "/?q=water&camera=Nikon+D90"
    narrowed = client.get("/?q=water&camera=NIKON+d90&location=Faro")
    chosen = links(narrowed.text, "facets")
    assert chosen["Nikon D90 1"] == "/?q=water&location=Faro"
    assert chosen["LG H870 1"] == "/?q=water&camera=NIKON+d90&camera=LG+H870&location=Faro"
    assert "NIKON d90 Remove this filter" in links(narrowed.text, "chips")
    # A maker stands for several cameras, so it has no count.
    assert "LG" in links(client.get("/?q=water&camera=LG").text, "facets")


def test_a_year_takes_the_place_of_the_bounds_without_which_it_is_counted(client: FlaskClient) -> None:
    there = links(client.get("/?q=water&kind=text&since=2019-01-01&type=text/markdown").text, "facets")
    assert there["2017 1"] == "/?q=water&kind=text&type=text/markdown&when=2017"
    assert "1 match" in client.get(there["2017 1"]).text


def test_a_filter_may_have_several_values_on_the_page_and_in_the_api(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    asked = "/?q=water&type=text/markdown&type=text/html&path=notes/&path=d"
    page = client.get(asked).text
    assert library.queries[-1].filters == Filters(
        media_type=("text/markdown", "text/html"), path=("notes/", "d")
    )
    assert (
        links(page, "chips")["Web page Remove this filter"]
        == "/?q=water&path=notes/&path=d&type=text/markdown"
    )
    found = client.get(f"/api/search?{asked[2:]}").json
    assert {hit["path"] for hit in found["hits"]} == {"notes/a.md", "notes/b.md", "d.html"}
    posted = client.post(
        "/api/search",
        data={"type": ["image/png", "text/html"], "image": (io.BytesIO(picture((9, 9, 9))), "a.png")},
    )
    assert posted.status_code == 200
    assert library.queries[-1].filters == Filters(media_type=("image/png", "text/html"))


def test_a_picture_is_posted_with_all_values_of_the_filters(client: FlaskClient) -> None:
    form = client.get("/?q=water&type=image/png&type=image/jpeg").text.partition('id="picture-form"')[2]
    assert form.count('<input type="hidden" name="type"') == 2
    data = {"type": ["image/png", "image/jpeg"], "image": (io.BytesIO(picture((9, 9, 9))), "a.png")}
    assert client.post("/search/picture", data=data).location.endswith("&type=image/png&type=image/jpeg")


def test_a_year_narrows_by_dates_in_words(client: FlaskClient) -> None:
    there = links(client.get("/?q=water").text, "facets")
    assert there["2017 1"] == "/?q=water&when=2017"
    assert re.search(r">\s*1 match\s*<", client.get(there["2017 1"]).text)


def test_several_filters_are_chips_and_one_link_removes_all(client: FlaskClient) -> None:
    asked = "/?q=water&kind=text&when=since+2017&min_size=3b&max_size=1MB&type=text/*&mode=words"
    chips = links(client.get(asked).text, "chips")
    assert list(chips) == [
        "text/* Remove this filter",
        "since 2017 Remove this filter",
        "At least 3b Remove this filter",
        "At most 1MB Remove this filter",
        "Words only Remove this filter",
        "Clear all",
    ]
    assert "kind=text" in chips["At least 3b Remove this filter"]
    assert "min_size" not in chips["At least 3b Remove this filter"]
    assert chips["Clear all"] == "/?q=water"


def test_copies_are_folded_into_a_list_or_listed_separately(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    (tmp_path / "folder" / "copy <of> a.md").write_text("water ")
    copy = library.add(tmp_path / "folder", "copy <of> a.md")
    page = client.get("/?q=water&type=text/markdown").text
    listed = re.search(r'<details class="copies">(.*?)</details>', page, re.DOTALL)
    assert listed
    assert "+1 copy<" in listed[1]
    assert f'href="/doc/{copy}?' in page
    assert "copy &lt;of&gt; a.md" in page
    apart = client.get("/?q=water&type=text/markdown&copies=1").text
    assert "+1 copy<" not in apart
    assert (
        links(apart, "chips")["Copies listed separately Remove this filter"] == "/?q=water&type=text/markdown"
    )
    hits = client.get("/api/search?q=water&type=text/markdown").json["hits"]
    assert sorted(len(hit["copies"]) for hit in hits) == [0, 1]


def test_a_chosen_value_stays_and_is_given_up_by_its_link(client: FlaskClient) -> None:
    page = client.get("/?q=water&path=notes/&type=text/markdown").text
    there = links(page, "facets")
    facets = page.partition('class="facets"')[2]
    chosen = re.findall(r'aria-current="true"[^>]*><span dir="auto">([^<]+)', facets)
    assert chosen[:2] == ["notes", "Markdown"]
    assert there["notes 2"] == "/?q=water&type=text/markdown"
    assert there["Markdown 2"] == "/?q=water&path=notes/"
    # The type is counted without its own filter, and the years with it.
    typed = links(client.get("/?q=water&type=text/markdown").text, "facets")
    assert {"Markdown 2", "Plain text 1", "Web page 1", "2017 1", "2018 1"} <= set(typed)
    assert typed["Plain text 1"] == "/?q=water&type=text/markdown&type=text/plain"
    assert "2020 1" not in typed


def test_a_chosen_value_without_hits_can_be_given_up(client: FlaskClient) -> None:
    there = links(client.get("/?q=water&path=nowhere/&path=no&when=1999&when=since+2030").text, "facets")
    assert there["nowhere 0"] == "/?q=water&path=no&when=1999&when=since+2030"
    assert there["no"] == "/?q=water&path=nowhere/&when=1999&when=since+2030"
    assert there["1999 0"] == "/?q=water&path=nowhere/&path=no&when=since+2030"
    assert there["since 2030"] == "/?q=water&path=nowhere/&path=no&when=1999"
    there = links(client.get("/?q=water&type=application/pdf&type=audio/*&language=de").text, "facets")
    assert there["PDF 0"] == "/?q=water&type=audio/*&language=de"
    assert there["audio/*"] == "/?q=water&type=application/pdf&language=de"
    assert there["German 0"] == "/?q=water&type=application/pdf&type=audio/*"


def test_a_chosen_year_shows_its_months_and_a_month_takes_its_place(client: FlaskClient) -> None:
    assert "July 1" not in links(client.get("/?q=water").text, "facets")
    there = links(client.get("/?q=water&when=2017").text, "facets")
    assert there["July 1"] == "/?q=water&when=2017-07"
    inner = links(client.get("/?q=water&when=2017-07").text, "facets")
    assert inner["July 1"] == "/?q=water"
    assert inner["2017 1"] == "/?q=water&when=2017"
    assert inner["2018 1"] == "/?q=water&when=2017-07&when=2018"


def test_folders_are_a_tree_that_opens_where_one_is_chosen(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    for path in ("work/deep/x.md", "work/deep/er/y.md", "work/other/z.md"):
        file = tmp_path / "folder" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("water")
        library.add(tmp_path / "folder", path)
    assert not {"deep 2", "other 1"} & set(links(client.get("/?q=water&copies=1").text, "facets"))
    there = links(client.get("/?q=water&copies=1&path=work/").text, "facets")
    assert {"folder 8", "notes 2", "work 4", "deep 2", "other 1"} <= set(there)
    assert there["folder 8"] == there["work 4"] == "/?q=water&copies=1"
    assert there["deep 2"] == "/?q=water&path=work/deep/&copies=1"
    there = links(client.get("/?q=water&copies=1&path=work/deep/").text, "facets")
    assert there["other 1"] == "/?q=water&path=work/deep/&path=work/other/&copies=1"
    assert there["work 4"] == "/?q=water&path=work/&copies=1"
    assert "er 1" in there


def test_several_roots_are_the_top_of_the_tree(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "e.md").write_text("water and ice")
    library.add(tmp_path / "other", "e.md")
    there = links(client.get("/?q=water").text, "facets")
    assert there["folder 5"] == f"/?q=water&path={tmp_path}/folder/"
    assert there["other 1"] == f"/?q=water&path={tmp_path}/other/"
    opened = links(client.get(there["folder 5"]).text, "facets")
    assert opened["notes 2"] == f"/?q=water&path={tmp_path}/folder/notes/"
    # A path that was typed below the roots chooses its folder in each.
    assert links(client.get("/?q=water&path=notes/").text, "facets")["notes 2"] == "/?q=water"


def test_counts_that_would_not_narrow_are_not_offered(client: FlaskClient, library: MemoryLibrary) -> None:
    library.judge = lambda _: 0.1
    assert links(client.get("/?q=water").text, "facets") == {}


def test_more_than_eight_values_are_folded_away(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    for n in range(12):
        file = tmp_path / "folder" / f"folder{n}" / "x.md"
        file.parent.mkdir()
        file.write_text(f"water number {n}")
        library.add(tmp_path / "folder", f"folder{n}/x.md")
    page = client.get("/?q=water").text
    shown, _, folded = page.partition("<summary>6 more</summary>")
    assert len(re.findall(r"path=[\w]+/", shown)) == 8
    assert len(re.findall(r"path=[\w]+/", folded.partition("</details>")[0])) == 6


@pytest.mark.parametrize(
    ("order", "first"),
    [("relevance", "d.html"), ("date", "water.png"), ("name", "a.md"), ("size", "water.png")],
)
def test_the_order_is_a_link_and_is_kept(
    client: FlaskClient, library: MemoryLibrary, order: str, first: str
) -> None:
    orders = links(client.get("/?q=water&path=").text, "orders")
    assert list(orders) == ["Best", "Newest", "Name", "Largest"]
    address = "/?q=water" if order == "relevance" else f"/?q=water&order={order}"
    assert address in orders.values()
    page = client.get(address).text
    assert library.queries[-1].order is Order(order)
    paths = re.findall(r'class="path" dir="ltr" title="([^"]+)"', page)
    assert paths[0].endswith(first)
    assert ('name="order"' in page) is (order != "relevance")
    assert (" bytes</span>" in page) is (order == "size")


@pytest.mark.parametrize("value", ["'><script>alert(1)</script>", "{{7*7}}", "a|b"])
def test_the_value_of_a_filter_is_escaped(client: FlaskClient, value: str) -> None:
    page = client.get("/", query_string={"q": "water", "path": value}).text
    assert "<script>alert" not in page
    assert "Remove this filter" in page


def test_the_api_has_facets_only_when_they_are_requested(client: FlaskClient) -> None:
    assert client.get("/api/search?q=water").json["facets"] is None
    counted = client.get("/api/search?q=water&facets=1").json["facets"]
    assert counted["type"][0] == {"value": "text/markdown", "count": 2}
    answer = client.get("/api/search?q=water&facets=yes")
    assert answer.status_code == 400
    assert "facets is 'yes'" in answer.json["error"]["message"]


def test_an_invalid_filter_is_told_at_its_field_and_the_results_stay(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    answer = client.get("/?q=water&min_size=huge&type=text/markdown&when=blubb")
    page = answer.text
    assert answer.status_code == 400
    assert library.queries[-1].filters == Filters(media_type=("text/markdown",))
    assert "2 matches" in page
    for name, value, said in (
        ("min_size", "huge", "Size is &#39;huge&#39;; it must be a size such as"),
        ("when", "blubb", "cannot be read as a date"),
    ):
        field = rf'<input name="{name}" value="{value}"[^>]* aria-invalid="true" aria-describedby="problem-'
        assert re.search(field, page)
        assert said in re.findall(rf'id="problem-{name}">([^<]+)', page)[0]
    assert re.search(r'<details class="filters" id="filters" open>', page)
    assert re.findall(r'<details name="filter" open>\s*<summary>(\w+)', page) == ["Date", "Size"]


def test_an_invalid_filter_is_in_no_chip_no_count_and_no_link(client: FlaskClient) -> None:
    page = client.get("/?q=water&when=blubb&when=2014&type=text/markdown&max_size=huge").text
    assert list(links(page, "chips")) == [
        "Markdown Remove this filter", "2014 Remove this filter", "Clear all",
    ]  # fmt: skip
    assert '<span class="badge">2<' in page
    assert not re.findall(r'href="[^"]*(?:blubb|huge)', page)
    assert re.findall(r'<input name="when" value="([^"]*)"', page) == ["2014", "blubb", ""]


@pytest.mark.parametrize("name", ["mode", "copies"])
def test_an_invalid_choice_is_told_at_its_field_and_the_results_stay(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/?q=water&{name}=foo")
    assert answer.status_code == 400
    assert re.findall(r'id="problem-(\w+)"', answer.text) == [name]
    assert "5 matches" in answer.text


def test_an_operator_applies_in_place_of_an_invalid_value_of_the_form(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    page = client.get("/?q=water+when:2017&when=foo").text
    assert library.queries[-1].filters.when
    assert re.findall(r'id="problem-(\w+)"', page) == ["when"]
    assert "1 match" in page
    assert list(links(page, "chips")) == ["when:2017 Remove this filter"]


def test_phrases_and_excluded_words_are_chips_among_the_operators(client: FlaskClient) -> None:
    chips = links(client.get('/?q=water "in notes" kind:text -draft in:"a -b"').text, "chips")
    assert {
        unescape(name).removesuffix(" Remove this filter"): unquote(address)
        for name, address in chips.items()
    } == {
        '"in notes"': '/?q=water+kind:text+-draft+in:"a+-b"',
        "kind:text": '/?q=water+"in+notes"+-draft+in:"a+-b"',
        "-draft": '/?q=water+"in+notes"+kind:text+in:"a+-b"',
        'in:"a -b"': '/?q=water+"in+notes"+kind:text+-draft',
        "Clear all": "/?q=water+in+notes",
    }
    assert not links(client.get('/?q="red scarf" OR water').text, "chips")


def test_operators_that_contradict_each_other_are_told_and_the_results_stay(client: FlaskClient) -> None:
    answer = client.get("/?q=water+after:2022+before:2020")
    assert re.findall(r'id="problem-(\w+)"', answer.text) == ["until"]
    assert "5 matches" not in answer.text
    assert list(links(answer.text, "chips")) == ["after:2022 Remove this filter"]


def test_what_looks_like_an_operator_is_told_at_the_box(client: FlaskClient, library: MemoryLibrary) -> None:
    page = client.get("/?q=water+typ:md+before:nonsense").text
    assert library.queries[-1].text == "water typ:md before:nonsense"
    wrong, other = re.findall(r'<p class="odd">(.*?)</p>', page)
    assert "there is no operator typ:" in wrong
    assert 'href="/?q=water+type:md+before:nonsense"' in wrong
    assert "before: takes values such as before:2020" in other
    assert not links(page, "chips")
    notes = client.get("/api/search?q=water+typ:md").json["notes"]
    assert "“typ:md” is searched for as words: there is no operator typ:. Did you mean type:md?" in notes


@pytest.mark.parametrize(
    ("asked", "name"),
    [("since=2000-02-01&until=2000-01-01", "until"), ("min_size=3b&max_size=2b", "max_size")],
)
def test_filters_that_contradict_each_other_are_told_at_the_second(
    client: FlaskClient, asked: str, name: str
) -> None:
    page = client.get(f"/?q=water&{asked}").text
    assert re.findall(r'id="problem-(\w+)"', page) == [name]
    assert "5 matches" in page


@pytest.mark.parametrize("asked", ["kind=blubb", "order=blubb"])
def test_an_invalid_parameter_without_a_field_in_the_menu_is_an_error(
    client: FlaskClient, asked: str
) -> None:
    answer = client.get(f"/?q=water&{asked}")
    assert answer.status_code == 400
    assert "This search is not valid" in answer.text


def test_dates_and_pictures_in_plain_words_are_offered_as_filters(client: FlaskClient) -> None:
    page = client.get("/?q=photos of last week").text
    [offered] = re.findall(r'offered">Show <a href="([^"]+)">only pictures, dated', page)
    assert "kind=image" in offered
    assert "when=last+week" in offered
    assert "offered" not in client.get("/?q=photos of last week&when=2019").text
    assert "offered" not in client.get("/?q=water").text


def test_the_menu_says_what_is_set_in_each_of_its_entries(client: FlaskClient) -> None:
    asked = "/?q=water&type=text/markdown&type=text/html&when=2019&since=2018-01-01&language=de&mode=words"
    page = client.get(asked).text
    entries = dict(re.findall(r'<summary>([\w ]+)<span class="set" dir="auto">([^<]*)</span>', page))
    assert entries == {
        "Folder": "",
        "Type": "Markdown, Web page",
        "Language": "German",
        "Camera": "",
        "Place": "",
        "Topic": "",
        "Label": "",
        "Area of the map": "",
        "Date": "2019, Since 1 January 2018",
        "Size": "",
        "Match by": "Words only",
    }
    assert set(re.findall(r'name="(\w+)" value="([^"]+)" checked', page)) >= {
        ("type", "text/markdown"),
        ("type", "text/html"),
        ("language", "de"),
        ("mode", "words"),
    }


def test_the_years_are_bars_and_what_the_filters_leave_out_is_dimmed(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    def bars(asked: str) -> list[tuple[str, str, bool]]:
        figure = client.get(asked).text.partition('<figure class="histogram"')[2].partition("</figure>")[0]
        found = re.findall(
            r'data-first="([\d-]+)" data-last="[\d-]+" data-count="(\d+)"( class="in")?', figure
        )
        return [(first, count, bool(chosen)) for first, count, chosen in found]

    file = tmp_path / "folder" / "new.md"
    file.write_text("water")
    os.utime(file, (1.72e9, 1.72e9))
    library.add(tmp_path / "folder", "new.md")
    (tmp_path / "folder" / "water.png").unlink()
    every = bars("/?q=water&kind=text&copies=1")
    assert [each[0] for each in every] == [str(year) for year in range(2017, 2025)]
    assert [each[1] for each in every] == ["1", "1", "0", "1", "1", "0", "0", "1"]
    assert all(chosen for _, _, chosen in every)
    some = bars("/?q=water&kind=text&copies=1&when=2018&when=since+2024&until=2024-03-01")
    assert [each[:2] for each in some] == [each[:2] for each in every]
    assert [year for year, _, chosen in some if chosen] == ["2018", "2024"]


def test_hits_of_two_years_are_bars_of_months(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    library.views.clear()
    for n, path in enumerate(["a.md", "b.md"]):
        moment = datetime(2019 + n, 11 - 9 * n, 15).timestamp()
        file = tmp_path / "folder" / path
        file.write_text("water " * (n + 1))
        os.utime(file, (moment, moment))
        library.add(tmp_path / "folder", path)
    page = client.get("/?q=water&since=2010-01-01").text
    assert re.findall(r'data-first="([\d-]+)"', page) == ["2019-11", "2019-12", "2020-01", "2020-02"]
    assert 'data-link="/?q=water"' in page


def test_many_years_share_bars() -> None:
    facets = Facets(year=(FacetCount("2020", 3), FacetCount("1820", 1), FacetCount("1821", 1)))
    with create_app(Settings(), MemoryLibrary()).test_request_context():
        drawn = histogram(Form.read({"q": "x"}), facets, Filters())
    assert drawn is not None
    first, *_, last = drawn.bars
    assert (first.first, first.last, first.count, last.last) == ("1820", "1824", 2, "2020")
    assert len(drawn.bars) == 41
    assert last.height == drawn.height > first.height > 0


def test_operators_in_the_box_are_filters_with_a_chip_each_that_takes_them_off(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    page = client.get("/?q=water+type:md+in:%22notes/%22").text
    query = library.queries[-1]
    assert (query.text, query.filters.media_type, query.filters.path) == (
        "water",
        ("text/markdown",),
        ("notes/",),
    )
    assert re.findall(
        r'<a href="/\?q=([^"]*)" title="Remove this filter"><span dir="auto">([^<]*)<', page
    ) == [
        ("water+in:%22notes/%22", "type:md"),
        ("water+type:md", "in:&#34;notes/&#34;"),
    ]


def test_what_operators_say_is_chosen_among_the_facets_too(client: FlaskClient) -> None:
    page = client.get("/?q=water+type:md+in:%22notes/%22").text
    facets = page.partition('class="facets"')[2]
    chosen = re.findall(r'aria-current="true"[^>]*><span dir="auto">([^<]+)', facets)
    assert chosen == ["notes", "Markdown"]
    assert links(page, "facets")["Markdown 2"] == "/?q=water&path=notes/"


def test_the_words_that_were_meant_and_those_as_typed_are_links(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    mistyped, unfinished = Correction("wtaer", "water"), Correction("wat", "water", is_completed=True)
    library.corrections, library.notes = (mistyped,), (mistyped.note, "Another note.")
    page = client.get("/?q=wtaer+type:md").text
    (said,) = re.findall(r'<p class="meant">(.*?)</p>', page, re.DOTALL)
    assert re.findall('href="([^"]*)"', said) == ["/?q=water+type:md", "/?q=%22wtaer%22+type:md"]
    assert mistyped.note not in unescape(page)
    assert "Another note." in page
    library.corrections = (unfinished,)
    (said,) = re.findall(r'<p class="meant">(.*?)</p>', client.get("/?q=wat&unfinished=1").text, re.DOTALL)
    assert library.queries[-1].unfinished
    assert re.findall('href="([^"]*)"', said) == ["/?q=water"]
