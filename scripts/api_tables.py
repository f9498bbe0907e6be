"""Write the tables of docs/api.md from the code: python scripts/api_tables.py

With --check nothing is written; the exit code is 1 where a table differs from the code.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from semsearch.api.described import kind
from semsearch.api.error_codes import ERROR_CODES
from semsearch.api.openapi import DOCUMENT
from semsearch.api.parameters import SEARCH

PAGE = Path(__file__).parents[1] / "docs" / "api.md"
SHAPES: dict[str, Any] = DOCUMENT["components"]["schemas"]
# A table stands between two comments, the first with its name.
TABLE = re.compile(r"(?<=<!-- table: )(\w+)( -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def head(*cells: str) -> str:
    return row(*cells) + "|---" * len(cells) + "|\n"


def code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def parameters() -> str:
    lines = [head("parameter", "meaning", "values", "default")]
    for each in SEARCH:
        values = code(each.schema["enum"]) if "enum" in each.schema else each.value.bounds
        default = f"`{each.default}`" if each.default else ""
        lines.append(row(f"`{each.name}`", each.description, values, default))
    return "".join(lines)


def shapes() -> str:
    lines = []
    for name, shape in SHAPES.items():
        if "properties" not in shape:  # the values of an enum, which are told where they occur
            continue
        lines += [f"\n### {name}\n\n{shape['description']}\n\n", head("field", "type", "meaning")]
        for field, schema in shape["properties"].items():
            lines.append(row(f"`{field}`", kind(schema, SHAPES, link, code), schema.get("description", "")))
    return "".join(lines) + "\n"


def errors() -> str:
    lines = [row(str(each.status), f"`{each.code}`", each.when) for each in ERROR_CODES]
    return head("status", "code", "when") + "".join(lines)


def written(page: str) -> str:
    """The page with its tables as the code has them."""
    made = {"parameters": parameters, "errors": errors, "shapes": shapes}
    return TABLE.sub(lambda found: f"{found[1]}{found[2]}{made[found[1]]()}", page)


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(written(page), encoding="utf-8")
    elif page != written(page):
        sys.exit("The tables of docs/api.md differ from the code. Run: python scripts/api_tables.py")


if __name__ == "__main__":
    main()
