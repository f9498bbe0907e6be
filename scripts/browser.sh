#!/bin/sh
# See to a Chromium for the tests of the pages. Where there is none to be had, say that they will not run.
set -eu

for name in "${SEMSEARCH_CHROMIUM:-chromium}" chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if ! sh scripts/debian.sh chromium; then
    echo "No Chromium here, and none could be installed: the tests of the pages will NOT run."
    echo "Install one (apt-get install chromium), or name yours in SEMSEARCH_CHROMIUM."
fi
