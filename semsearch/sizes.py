"""Sizes of files as people write them: 10MB, 500 kB, 2.5M, 4 GiB."""

from __future__ import annotations

import re
from decimal import Decimal

_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?(?:bytes?|(?:([kmgt])(i?))?b?)", re.ASCII | re.IGNORECASE)


def read_size(text: str) -> int | None:
    """In bytes: kB, MB, GB and TB count in thousands, KiB, MiB, GiB and TiB in 1,024s. None for no size."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    number, unit, binary = match.groups()
    power = " kmgt".index(unit.lower()) if unit else 0
    return int(Decimal(number) * (1024 if binary else 1000) ** power)
