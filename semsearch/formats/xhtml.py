"""XHTML for programs that read HTML."""

from __future__ import annotations

import re

XHTML = "application/xhtml+xml"
# An element that XML ends in its tag. HTML knows that only of those that never have an end.
_SELF_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)[\s/])"
    r"""([a-z][^\s<>/"']*+)((?:[^<>/"']|/(?!>)|"[^<"]*"|'[^<']*')*+)/>""",
    re.IGNORECASE,
)


def as_html(text: str) -> str:
    """A page of XHTML as HTML. There, all that follows a <title/> would belong to the title."""
    return _SELF_CLOSED.sub(r"<\1\2></\1>", text)
