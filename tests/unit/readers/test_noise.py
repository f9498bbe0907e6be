"""Noise: stretches that say nothing in words, and long words that are none."""

import base64
import binascii
import hashlib
import random
import time
import uuid

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.noise import left_out, noise
from ingest.readers.registry import parse
from semsearch.formats.table import FORMATS

draw = random.Random(2)
BYTES = draw.randbytes(3_000)
BASE64 = base64.b64encode(BYTES).decode()
LINES = "\n".join(BASE64[at : at + 76] for at in range(0, len(BASE64), 76))
UUENCODED = "".join(binascii.b2a_uu(BYTES[at : at + 45]).decode() for at in range(0, 1_800, 45))
DUMP = "\n".join(f"{at:08x}  {BYTES[at : at + 16].hex(' ')}  |................|" for at in range(0, 400, 16))
WORDS = "\n".join(
    f"{at:07x}: {BYTES[at : at + 16].hex(' ', 2)}  ................" for at in range(0, 400, 16)
)
MINIFIED = '!function(e,t){var n=e.x(t);if(n>1){return n}for(var i=0;i<n;i++){t[i]=e.y(i)}}(window,"a");' * 20


def kept(text: str) -> str:
    """What is left of a text without its noise."""
    for start, end in reversed(noise(text)):
        text = text[:start] + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"See ![it](data:image/png;base64,{BASE64[:120]}) here", "See ![it]() here"),
        (f"a {{background:url(data:image/png;base64,{BASE64})}} b", "a {background:url()} b"),
        (f"url(data:image/svg+xml,{'%3Csvg%20d=%22M0%200h10%22/%3E' * 4}) b", "url() b"),
        (f"before\n\n{LINES}\n\nafter", "before\n\n\n\nafter"),
        ("> " + LINES.replace("\n", "\n> ") + "\nafter", "\nafter"),
        ("\n".join(f'    "{line}"' for line in LINES.split("\n")), ""),
        (f"begin 644 beach.jpg\n{UUENCODED}`\nend\nafter", "begin 644 beach.jpg\nend\nafter"),
        (
            f"-----BEGIN CERTIFICATE-----\n{LINES[:150]}\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        ),
        (f"before\n{'GATTACAT' * 10}\n" + f"{'CTGA' * 20}\n" * 9 + "after", "before\nafter"),
        (f"before\n{DUMP}\nafter", "before\nafter"),
        (f"before\n{WORDS}\nafter", "before\nafter"),
        ("x[]={" + ", ".join(f"0x{byte:02x}" for byte in BYTES[:200]) + ", 0};", "x[]={0};"),
        (f"token {base64.urlsafe_b64encode(BYTES[:300]).decode()} end", "token  end"),
        (f"ssh-rsa {BASE64[:372]} ada@example.org", "ssh-rsa  ada@example.org"),
        (f"/* licence */\n{MINIFIED}\nend", "/* licence */\n\nend"),
    ],
)
def test_data_in_letters_is_noise_and_the_words_around_it_are_not(text: str, words: str) -> None:
    assert kept(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(20)),
        "\n".join(hashlib.sha512(bytes([n])).hexdigest() for n in range(20)),
        "\n".join(str(uuid.UUID(int=draw.getrandbits(128))) for _ in range(20)),
        "\n".join("-".join(f"{draw.randrange(16**5):05X}" for _ in range(5)) for _ in range(20)),
        "\n".join(f"https://example.org/a/very/long/path/to/an/item/number/{n:06}/i.html" for n in range(20)),
        "\n".join(f"/home/ada/Documents/Projects/Glacier/2019/IMG_{n:06}_large.jpeg" for n in range(20)),
        "\n".join(
            f"{20190700 + n}  " + "  ".join(f"{n * m % 90 + 10}" for m in range(12)) for n in range(20)
        ),
        "\n".join(",".join(str(draw.randrange(9_999)) for _ in range(16)) for _ in range(20)),
        "INSERT INTO t VALUES " + ",".join(f"({n},'John Smith','Main Street 5',NULL)" for n in range(100)),
        '{"name":"Ada","list":[' + '{"id":1,"text":"hello world again"},' * 100 + "{}]}",
        "ID=gene1;Name=keeper;Note=lamp;" * 40,
        "It was (as he said) late; and x = y held. " * 100,
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen " * 50,
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThese are the words that I sign.\n" * 5,
    ],
)
def test_names_numbers_addresses_and_prose_are_no_noise(text: str) -> None:
    assert noise(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN KEY-----\n" * 40_000,
        "begin 644 x\n" * 60_000,
        "begin 644 x\n" + "ABC\n" * 200_000,
        ("00000000: " + "ab " * 100_000 + "\n") * 2,
        ("ab " * 200_000 + "\n") * 3,
        (">" * 200_000 + "\n") * 3,
        "data:image/png;base64," * 40_000,
        ("x" * 59 + " ") * 20_000,
        "0x00, " * 59 + ("x" + "0x00, " * 59) * 2_000,
        "(" * 400_000,
    ],
)
def test_what_only_begins_like_data_costs_little(text: str) -> None:
    begun = time.perf_counter()
    noise(text)
    assert time.perf_counter() - begun < 5


def test_a_document_says_that_a_large_part_of_it_is_noise() -> None:
    row = FORMATS.of_path("a.txt")
    assert row is not None
    document = parse(f"Before\n\n{LINES}\n\nAfter".encode(), "a.txt", row, None)
    assert isinstance(document, TextDocument)
    assert (
        document.left_out == "4,052 of 4,067 characters are data or code without words, and are not searched"
    )
    assert left_out("A word. " * 5_000 + LINES) == ""
