#!/bin/sh
# Chromium for the tests of the page, and the library that Playwright's driver needs: installed where that is allowed
# (root on Debian); elsewhere it says what is left out. It never ends the run: those tests are skipped without them.
packages="chromium fonts-liberation libatomic1"

has_browser() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; }
has_driver() { .venv/bin/python -m playwright --version >/dev/null 2>&1; }

if has_browser && has_driver; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # several packages
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "The tests of the page are skipped. They need Chromium and libatomic; on Debian: apt-get install $packages" >&2
exit 0
