"""The likeliest encoding of bytes that are not UTF-8."""

from __future__ import annotations

from ingest.readers.encoding import east_asia
from ingest.readers.encoding.cost import cost
from ingest.readers.encoding.languages import code_pages, rarity

# Lines with bytes above 127 tell encodings apart. This much of them is enough.
_SAMPLE = 4_096
_LONGEST_LINE = 1_000
_SEARCHED = 2_000_000
# The bits by which the best encoding must be better than the next one that gives another text. With fewer,
# a short text of a test was read wrongly now and then.
_SURE = 8.0


def likely(data: bytes) -> tuple[str, bool]:
    """Return the likeliest encoding, and whether it is clearly likelier than all others."""
    sample = _sample(data)
    costs = _costs(sample)
    texts = {encoding: sample.decode(encoding, "replace") for encoding in costs}
    best = texts[min(costs, key=costs.__getitem__)]
    # Where several give the same text, it is called after the commonest of them.
    encoding = min((each for each in costs if texts[each] == best), key=rarity)
    rival = min(costs[each] for each in costs if texts[each] != best)
    return encoding, rival - min(costs.values()) >= _SURE


def _costs(sample: bytes) -> dict[str, float]:
    """The bits of the sample in each encoding."""
    found = {
        page: rarity(page) + cost(sample.decode(page, "replace"), languages)
        for page, languages in code_pages().items()
    }
    # A text with few bytes above 127 has letters of Latin script between them.
    if len(sample.translate(None, bytes(range(128)))) > 0.3 * len(sample):
        found |= {
            encoding: rarity(encoding) + east_asia.cost_of(sample.decode(encoding, "replace"), encoding)
            for encoding in east_asia.ENCODINGS
        }
    return found


def _sample(data: bytes) -> bytes:
    """Return lines that have bytes above 127, up to some thousand bytes of them."""
    lines: list[bytes] = []
    length = 0
    for line in data[:_SEARCHED].split(b"\n"):
        if not line.isascii():
            lines.append(line[:_LONGEST_LINE])
            length += len(lines[-1])
            if length >= _SAMPLE:
                break
    return b"\n".join(lines)
