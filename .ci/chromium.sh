#!/bin/sh
# Chromium for the tests of the page: installed where that is allowed (root on Debian); elsewhere it says what is left
# out. It never ends the run: those tests are skipped without it.
if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null && exit 0
fi
echo "Chromium is not installed, so the tests of the page are skipped. On Debian: apt-get install chromium" >&2
