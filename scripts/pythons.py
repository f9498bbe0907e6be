"""Can semsearch be installed on every Python that pyproject.toml names?

    .venv/bin/python scripts/pythons.py

For each Python, uv resolves all dependencies, out of wheels alone and for this system. It reads only their
metadata, so that nothing large is downloaded. uv passes over upper bounds (Requires-Python: <3.13): these are
read from the packages installed here. Prints what is missing, and then exits with 1.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import distributions
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

_CLASSIFIER = "Programming Language :: Python :: 3."


def main() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    pythons = [
        f"3.{name[len(_CLASSIFIER) :]}" for name in project["classifiers"] if name.startswith(_CLASSIFIER)
    ]
    if missing := list(_missing(pythons)):
        sys.exit("\n".join(missing))


def _missing(pythons: Sequence[str]) -> Iterator[str]:
    wanted = {
        canonicalize_name(package.name): SpecifierSet(str(package.metadata.json.get("requires_python", "")))
        for package in distributions()
    }
    # All are started before the first is waited for: uv mostly waits for answers.
    for python, process in [(python, _resolve(python)) for python in pythons]:
        found, said = process.communicate()
        if process.returncode:
            yield f"Python {python}: {said.rstrip()}"
        for name in re.findall(r"^[\w.-]+", found, re.MULTILINE):
            if python not in wanted.get(canonicalize_name(name), SpecifierSet()):
                yield f"Python {python}: {name} wants Python {wanted[canonicalize_name(name)]}"


def _resolve(python: str) -> subprocess.Popen[str]:
    """uv, as it prints the name and the version of each package, one a line."""
    uv = Path(sys.executable).with_name("uv")
    options = ["--quiet", "--no-header", "--no-annotate", "--system-certs", "--all-extras"]
    return subprocess.Popen(
        [
            uv,
            "pip",
            "compile",
            *options,
            "--only-binary",
            ":all:",
            "--python-version",
            python,
            "pyproject.toml",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


if __name__ == "__main__":
    main()
