"""Parts of a text that must not be changed while the marks around them are taken away."""

from __future__ import annotations

import re

# Clean text has no control characters, so these stand for parts that are kept.
_PLACE = re.compile("\x02(\\d+)\x03")


class Kept:
    """Keeps parts of a text, each of which leaves its number in it."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def put(self, part: str) -> str:
        """Keep a part; return what stands for it."""
        self._parts.append(part)
        return f"\x02{len(self._parts) - 1}\x03"

    def back(self, text: str) -> str:
        """Return the text with the parts where they were. A part may have others in it."""
        while "\x02" in text:
            text = _PLACE.sub(lambda found: self._parts[int(found[1])], text)
        return text
