"""What the processor of this machine can do."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

# The instructions that multiply and add bytes, as Linux names them on x86 and on ARM.
_BYTES = frozenset({"avx512_vnni", "avx_vnni", "asimddp"})


@cache
def multiplies_bytes() -> bool:
    """Whether it has instructions for products of bytes. Without them, 8 bits are hardly faster than 32."""
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return not _BYTES.isdisjoint(described.split())
