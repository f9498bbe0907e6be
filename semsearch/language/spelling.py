"""How many letters of a word are wrong, and the letters that stand for an umlaut."""

from __future__ import annotations

import re

# What is typed for ä, ö, ü and å where a keyboard does not have them: "Mueller", "Aalesund".
_TYPED_FOR = re.compile("[aou]e|aa")


def without_umlauts(word: str) -> str:
    """A word of plain letters with a, o or u for what may stand for an umlaut: "mueller" gives muller."""
    return _TYPED_FOR.sub(lambda match: match[0][0], word)


def edits(one: str, other: str, most: int) -> int:
    """The letters to change, add, leave out or swap to make one word of the other; above `most`, `most` + 1.

    Two letters beside each other that are swapped are one edit, as they are one mistake.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for m, letter in enumerate(one, 1):
        last, before, row = before, row, [m]
        for n, wanted in enumerate(other, 1):
            cost = min(before[n] + 1, row[-1] + 1, before[n - 1] + (letter != wanted))
            if m > 1 and n > 1 and letter == other[n - 2] and one[m - 2] == wanted:
                cost = min(cost, last[n - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
