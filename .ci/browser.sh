#!/bin/sh
# Sees that a Chromium is there for the browser tests, and installs Debian's where that is allowed.
set -eu

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
sudo=
[ "$(id -u)" = 0 ] || sudo="sudo -n"
if ! command -v apt-get >/dev/null 2>&1 || ! $sudo true 2>/dev/null; then
    echo "The browser tests need Chromium; install it (on Debian: apt-get install chromium) and run make test again." >&2
    exit 1
fi
echo "Installing Chromium …"
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core \
    >/dev/null
