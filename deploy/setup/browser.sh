#!/bin/sh
# Sees to it that the browser tests find Debian's Chromium, a font with all hanzi, and the one
# library that Playwright's driver needs. Installs them only as root; else it says how, and the
# browser tests fail until it is done.
set -eu

[ "${NO_BROWSER:-}" = 1 ] && exit 0
there() {
    # The shell leaves a pattern that nothing matches as it is.
    [ -e "$1" ]
}

missing=
there "${CHROMIUM:-/usr/bin/chromium}" || missing="$missing chromium"
there /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc || missing="$missing fonts-noto-cjk"
there /usr/lib/*/libatomic.so.1 || missing="$missing libatomic1"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "set-up: the browser tests need: sudo apt-get install$missing (or NO_BROWSER=1)"
    exit 0
fi
echo "set-up: apt-get install$missing"
export DEBIAN_FRONTEND=noninteractive
install() {
    # shellcheck disable=SC2086 # several words are several packages
    apt-get -qq install -y --no-install-recommends $missing >/dev/null 2>&1
}
# The lists of a fresh machine are empty, those of an old one may name what is gone.
install || { apt-get -qq update && install; } ||
    { echo "set-up: it failed; it says why with: apt-get install$missing" >&2; exit 1; }
