#!/bin/sh
# Make .venv and install semsearch into it: install.sh REQUIREMENT, "." or ".[dev]".
set -eu

python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null && ! sh scripts/debian.sh python3 python3-venv; then
    echo "There is no $python: install Python 3.11 or newer, or name one with PYTHON=..." >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$("$python" --version) is too old: semsearch needs 3.11 or newer. Name one with PYTHON=..." >&2
    exit 1
fi

if [ ! -x .venv/bin/pip ]; then
    echo "Making .venv"
    # Debian keeps what makes environments in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        sh scripts/debian.sh "$package" || true
    fi
    if ! "$python" -m venv --clear .venv; then
        echo "Python cannot make environments here: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi

echo "Installing semsearch into .venv (the first time takes some minutes: torch is large)"
# Nothing is compiled: Python compiles the few modules that it imports when it first does so, and pip all 15,000.
# shellcheck disable=SC2086 # PIP_ARGS are several words
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile ${PIP_ARGS:-} --editable "$1"
