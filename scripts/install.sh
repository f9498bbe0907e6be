#!/bin/sh
# Make .venv and install semsearch into it: install.sh REQUIREMENT, "." or ".[dev]".
set -eu

python=${PYTHON:-python3}

may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }
debian() {
    if [ "$(id -u)" = 0 ]; then root=""; else root="sudo -n"; fi
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if ! command -v "$python" >/dev/null; then
    if ! may_install; then
        echo "There is no $python: install Python 3.11 or newer, or name one with PYTHON=..." >&2
        exit 1
    fi
    debian python3 python3-venv
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$("$python" --version) is too old: semsearch needs 3.11 or newer. Name one with PYTHON=..." >&2
    exit 1
fi

if [ ! -x .venv/bin/pip ]; then
    echo "Making .venv"
    # Debian keeps the module that makes environments in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        if ! may_install; then
            echo "Python's venv module is missing: sudo apt-get install python3-venv" >&2
            exit 1
        fi
        debian "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    "$python" -m venv --clear .venv
fi

echo "Installing semsearch into .venv (the first time takes some minutes: torch is large)"
# shellcheck disable=SC2086 # PIP_ARGS are several words
.venv/bin/python -m pip install --quiet --disable-pip-version-check ${PIP_ARGS:-} --editable "$1"
