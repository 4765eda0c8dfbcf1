#!/bin/sh
# Makes .venv and installs into it. Usage: venv.sh run | test
# Knows Python and nothing of npm or browsers. Does nothing when nothing changed: the stamp
# holds what the installation depends on, its folder too, for a moved .venv is a broken one.
set -eu

kind=$1
case $kind in
    run) what=. ;;
    test) what='.[hub,dev]' ;;
    *) echo "venv.sh: run or test?" >&2; exit 2 ;;
esac

recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if recent "$name"; then echo "$name"; return; fi
    done
    found=$(python3 --version 2>&1) || found='no python3'
    echo "Yizhan needs Python 3.11 or newer; this machine has $found." >&2
    echo "On Debian 12 or Raspberry Pi OS 12: apt-get install python3 python3-venv" >&2
    exit 1
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python cannot make a virtual environment: apt-get install python3-venv" >&2
        exit 1
    fi
    echo "set-up: .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

key() {
    pwd
    cat pyproject.toml
}

stamp=.venv/installed-$kind
wanted=$(key | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi
# A .venv of another folder or of an older Python is made anew; else pip mends what is there.
if ! recent .venv/bin/python || ! [ -f .venv/folder ] || [ "$(cat .venv/folder)" != "$(pwd)" ]; then
    make_venv
    pwd > .venv/folder
fi
echo "set-up: pip install $what"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable "$what"
echo "$wanted" > "$stamp"
if [ "$kind" = test ]; then echo "$wanted" > .venv/installed-run; fi
