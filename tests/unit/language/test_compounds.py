import pytest

from semsearch.language.compounds import compounds, parts_of, share
from semsearch.language.detect import language_of
from semsearch.language.terms import line_of, terms

GERMAN = "Der Haustürschlüssel liegt beim Nachbarn, und die Stromrechnungen sind im Ordner."


@pytest.mark.parametrize(
    ("language", "text", "some"),
    [
        ("de", GERMAN, {"hausturschlussel", "stromrechn"}),
        ("nl", "Het fietsenrek is niet van de buren, maar ook niet voor ons.", {"fietsenrek"}),
        ("sv", "Nyckelknippan är inte på bordet och det är inte bra.", {"nyckelknippan"}),
        ("da", "Nøgleringen er ikke på bordet, og det er ikke godt.", {"noglering"}),
        ("fi", "Avainnippu ei ole pöydällä, mutta se oli siellä.", {"avainnipu"}),
    ],
)
def test_long_words_of_languages_with_compounds_are_kept(language: str, text: str, some: set[str]) -> None:
    assert some <= set(compounds([line_of(text, language)], language))


@pytest.mark.parametrize(
    "text",
    [
        "The blacksmith's grandmother carried earthenware to the marketplace in the afternoon.",
        "Die hard with a vengeance, an afternoon in the man's underworld.",
        "Les applications sont dans le dossier des administrateurs.",
        "Las habitaciones estaban cerradas durante el invierno en el pueblo.",
        "",
    ],
)
def test_other_languages_have_no_compounds(text: str) -> None:
    assert compounds([line_of(text)], language_of(text)) == []


def test_a_part_counts_by_its_share_of_the_shortest_compound() -> None:
    words = ["hausturschlussel", "schlusselbund"]
    assert share("schlussel", words) == (9 / 13, "schlusselbund")
    assert share("haus", words) == (4 / 16, "hausturschlussel")
    assert share("turs", words) == (0.0, "")
    assert parts_of(["haus", "haus", "tur", "1250", "b12x"]) == ["haus"]


@pytest.mark.parametrize(
    ("language", "part", "compound"),
    [
        ("de", "Rechnung", "Die Stromrechnungen sind im Ordner."),
        ("de", "Wohnung", "Das ist eine Ferienwohnung am See."),
        ("de", "Freiheit", "Es geht um die Meinungsfreiheit der Leute."),
        ("nl", "vergadering", "Het is de ledenvergadering van de club."),
    ],
)
def test_a_part_counts_though_its_stem_is_longer_than_in_the_compound(
    language: str, part: str, compound: str
) -> None:
    [term] = terms(part, language)
    found, _ = share(term, compounds([line_of(compound, language)], language))
    assert 0.3 < found < 0.8
