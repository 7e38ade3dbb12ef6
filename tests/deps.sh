#!/bin/sh
# Installs the Debian packages that are missing, and says which.
#   deps.sh build    what building and mounting needs
#   deps.sh check    that, and what the tests need
#   deps.sh fuzz     what building needs, and libFuzzer
#   deps.sh deb      what building needs, and making Debian packages
#   deps.sh lint     what building needs, and clang-tidy and cppcheck
set -eu

missing=
# pc NAME PACKAGE: a library, by pkg-config. cmd NAME PACKAGE: a program, by its name.
pc() {
	pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"
}
cmd() {
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

find_missing() {
	missing=
	cmd "${CC:-gcc}" "${CC:-gcc}"
	[ -e /usr/include/stdio.h ] || missing="$missing libc6-dev"
	cmd make make
	cmd pkg-config pkg-config
	cmd msgfmt gettext
	cmd scdoc scdoc
	pc fuse3 libfuse3-dev
	cmd fusermount3 fuse3
	pc sqlite3 libsqlite3-dev
	pc libcurl libcurl4-openssl-dev
	pc libcjson libcjson-dev
	pc libarchive libarchive-dev
	pc libssl libssl-dev
	pc libutf8proc libutf8proc-dev
	pc libzstd libzstd-dev
	pc zlib zlib1g-dev
	pc inih libinih-dev
	pc libxml-2.0 libxml2-dev
	pc libsodium libsodium-dev
	pc libseccomp libseccomp-dev
	[ -e /etc/ssl/certs/ca-certificates.crt ] || missing="$missing ca-certificates"
	# What the tour and the README let a person type.
	cmd jq jq
	cmd sqlite3 sqlite3
	if [ "$1" = fuzz ]; then
		cmd clang clang
		# The runtime libraries are packaged by clang's version.
		ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-* >/dev/null 2>&1 ||
			missing="$missing libclang-rt-dev"
	fi
	if [ "$1" = deb ]; then
		[ -d /usr/share/perl5/Debian/Debhelper ] || missing="$missing debhelper"
		cmd dpkg-buildpackage dpkg-dev
		cmd lintian lintian
		cmd debootstrap debootstrap
		pc cmocka libcmocka-dev
	fi
	if [ "$1" = lint ]; then
		cmd gcc gcc
		cmd clang-tidy clang-tidy
		cmd cppcheck cppcheck
	fi
	[ "$1" = check ] || return 0
	pc cmocka libcmocka-dev
	cmd python3 python3
	cmd rsync rsync
	cmd xz xz-utils
	cmd zstd zstd
	cmd openssl openssl
	cmd minisign minisign
	[ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
	cmd ip iproute2
	cmd pkill procps
	cmd setpriv util-linux
	cmd stress-ng stress-ng
	cmd mksquashfs squashfs-tools
	cmd clang-format clang-format
	cmd mandoc mandoc
}

find_missing "${1:-build}"
[ -n "$missing" ] || exit 0

echo "Installing:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "This needs root or sudo. As root: apt-get update && apt-get install$missing" >&2
		exit 1
	fi
	as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list of words
$as_root apt-get install -y -q --no-install-recommends $missing

find_missing "${1:-build}"
[ -z "$missing" ] || {
	echo "Still missing after the installation:$missing" >&2
	exit 1
}
