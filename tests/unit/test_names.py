import pytest

from semsearch.names import name_words, words


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("photos/IMG_0412.jpg", "img 0412 jpg"),
        ("winter-scarf_red.PNG", "winter scarf red png"),
        ("CamelCaseNotes.md", "camelcasenotes md camel case notes"),
        ("scan2019.pdf", "scan2019 pdf scan 2019"),
        ("Über größe.txt", "über größe txt"),
        ("...", ""),
    ],
)
def test_a_name_is_found_by_its_words_and_their_parts(path: str, found: str) -> None:
    assert name_words(path) == found


def test_words_hold_nothing_that_a_query_language_could_read() -> None:
    found = words("@name:{a|b} -c* => \"d\" $e ~f %g% 'h' (i) \\j /k")
    assert found == ["name", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]
