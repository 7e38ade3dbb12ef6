#!/bin/sh
# Installs what the benchmark compares with, as far as Debian has it; what is
# missing in the end is left out of the table.
missing=
cmd() {
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
cmd python3 python3
cmd mkfs.erofs erofs-utils
cmd mksquashfs squashfs-tools
cmd squashfuse_ll squashfuse
cmd rclone rclone
cmd archivemount archivemount
[ -n "$missing" ] || exit 0
echo "Installing:$missing"
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list of words
$as_root apt-get install -y -q --no-install-recommends $missing ||
	echo "Some couldn't be installed; the benchmark goes on without them." >&2
exit 0
