#!/bin/sh
# A stick was put in (`in /dev/sdX1`) or pulled out (`out`): mount it at one fixed place, take in
# the answers on it, write what waits, and let go. Run by systemd as root; everything that reads
# the stick's files runs as the station's user.
#
# Answers first: then the stick leaves with what the hub has not received, and nothing twice. Each
# of the two is tried whatever became of the other; what came of it stands on the keeper's page.
set -eu

place=/media/yizhan
user=${YIZHAN_USER:-yizhan}
root=${YIZHAN_ROOT:-/opt/yizhan}
data=${YIZHAN_DATA:-/var/lib/yizhan}

let_go() {
    if mountpoint -q "$place"; then umount --lazy "$place"; fi
}

carry() {
    runuser -u "$user" -- env -C "$root" "$root/.venv/bin/python" -m sync "$1" \
        --data "$data" "$place" || true
}

case ${1:-} in
in)
    let_go
    mkdir -p "$place"
    # nosuid, nodev, noexec: what stands on a stick is data and never runs here.
    mount -o "rw,nosuid,nodev,noexec,uid=$(id -u "$user"),gid=$(id -g "$user"),umask=077" \
        "$2" "$place"
    if [ "${YIZHAN_STICK:-auto}" = auto ]; then
        carry import
        carry export
    fi
    ;;
out)
    let_go
    ;;
*)
    echo "stick.sh in DEVICE | stick.sh out" >&2
    exit 2
    ;;
esac
