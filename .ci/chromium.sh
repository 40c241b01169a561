#!/bin/sh
# Install Chromium and the library that Playwright's driver needs, for the tests in tests/ui. This requires root on Debian.
# Otherwise it prints how to install them and succeeds, because those tests are skipped without them.
packages="chromium-headless-shell fonts-liberation libatomic1"

has_browser() {
    for name in chromium-headless-shell chromium chromium-browser; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}
has_driver() { .venv/bin/python -m playwright --version >/dev/null 2>&1; }

if has_browser && has_driver; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # several packages
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "Skipping tests/ui: Chromium or libatomic is missing. On Debian, run: apt-get install $packages" >&2
exit 0
