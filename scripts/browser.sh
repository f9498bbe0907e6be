#!/bin/sh
# See to a Chromium for the tests of the pages. Where there is none to be had, they say that they did not run.
set -eu

for name in "${SEMSEARCH_CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done

if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo -n"; else root="no"; fi
    if [ "$root" != no ]; then
        echo "Installing Chromium for the tests of the pages"
        if $root apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends chromium >/dev/null
        then exit 0; fi
    fi
fi
echo "No Chromium here, and none could be installed: the tests of the pages will NOT run."
echo "Install one (apt-get install chromium), or name yours in SEMSEARCH_CHROMIUM."
