"""A server that has read large requests in many threads gives their memory back."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

# Each thread holds 19 MB twice, as a request of that size does, and a small block above them.
_THREADS = """
import sys, threading
from pathlib import Path
from semsearch.cli.memory import return_large_blocks

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def work(meet):
    for _ in range(3):
        meet.wait()
        large = [bytearray(b"x") * 19_000_000 for _ in range(2)]
        kept.append(bytearray(5_000))
        del large
    meet.wait()
    after.append(resident())
    meet.wait()

if sys.argv[1] == "with":
    return_large_blocks()
kept, after, before = [], [], resident()
meet = threading.Barrier(8)
threads = [threading.Thread(target=work, args=(meet,)) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(max(after) - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_large_blocks_of_many_threads_go_back_to_the_system() -> None:
    grown = {
        how: int(
            subprocess.run(
                [sys.executable, "-c", _THREADS, how],
                capture_output=True,
                check=True,
                text=True,
                cwd=Path(__file__).parents[3],
            ).stdout
        )
        for how in ("with", "without")
    }
    assert grown["with"] < 20_000_000 < grown["without"]
