"""Contact cards."""

import pytest

from ingest.readers.contacts import read_contacts
from ingest.readers.documents import TextDocument
from semsearch.errors import FileError


def read(source: str | bytes) -> TextDocument:
    data = source if isinstance(source, bytes) else source.encode()
    return read_contacts(data, "cards.vcf", "text/vcard")


def test_a_card_has_a_name_and_lines_that_say_what_they_are() -> None:
    document = read(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Marlowe;Philippa;;;\r\nFN:Philippa Marlowe\r\n"
        "ORG:Harbour Office;Pilots\r\nitem1.TEL;TYPE=WORK,VOICE:+44 20 5550 199\r\n"
        "EMAIL;TYPE=INTERNET:p@example.org\r\nADR;TYPE=HOME:;;7 Quay Lane;Whitby;;YO21;UK\r\n"
        "NOTE:Rings at noon\\, or at\r\n  six.\\nAsk for Pip.\r\n"
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ\r\nUID:urn:uuid:4fbe\r\nEND:VCARD\r\n"
    )
    assert document.text == (
        "Philippa Marlowe\n\nOrganization: Harbour Office, Pilots\nPhone (work): +44 20 5550 199\n"
        "E-mail: p@example.org\nAddress (home): 7 Quay Lane, Whitby, YO21, UK\n"
        "Note: Rings at noon, or at six.\nAsk for Pip."
    )
    assert (document.title, document.title_in_file) == ("Philippa Marlowe", True)


def test_cards_of_an_old_phone_are_in_quoted_printable() -> None:
    document = read(
        b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96zg=C3=BCr;Ay=C5=9Fe\n"
        b"TEL;CELL:0555 123\nTEL;HOME;VOICE:0212 999\n"
        b"NOTE;QUOTED-PRINTABLE;CHARSET=UTF-8:Kap=C4=B1 kodu=0D=0A=\n"
        b"=C3=BC=C3=A7 d=C3=B6rt=\n be=C5=9F\nEND:VCARD\n"
    )
    assert document.text == (
        "Ayşe Özgür\n\nPhone (cell): 0555 123\nPhone (home): 0212 999\nNote: Kapı kodu\nüç dört beş"
    )


def test_version_4_writes_numbers_and_addresses_as_links() -> None:
    document = read(
        'BEGIN:VCARD\nVERSION:4.0\nFN:Ada\nTEL;VALUE=uri;TYPE="voice,home":tel:+1-555\nBDAY:18151210\n'
        "IMPP:xmpp:ada@example.org\nEND:VCARD\n"
    )
    assert document.text == "Ada\n\nPhone (home): +1-555\nBirthday: 18151210\nMessenger: xmpp:ada@example.org"


def test_each_contact_stands_below_its_name() -> None:
    card = "BEGIN:VCARD\nFN:{}\nEMAIL:{}@example.org\nEND:VCARD\n"
    document = read(card.format("Ida", "ida") + card.format("June", "june") + "BEGIN:VCARD\nORG:Choir\nTEL:1")
    assert [heading.title for heading in document.headings] == ["Ida", "June", "Choir"]
    assert (document.title, document.title_in_file) == ("cards", False)


def test_what_is_no_card_is_refused() -> None:
    with pytest.raises(FileError, match="not a contact card: it has no line BEGIN:VCARD"):
        read("Some text: with a colon.\n")
