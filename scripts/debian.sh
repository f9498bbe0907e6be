#!/bin/sh
# Install Debian packages: debian.sh PACKAGE... Ends with 1 where there is no apt-get, or this user may not use it.
set -eu

if ! command -v apt-get >/dev/null; then exit 1; fi
if [ "$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo -n"; else exit 1; fi
echo "Installing Debian's $*"
$root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
