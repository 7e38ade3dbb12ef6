#!/bin/sh
# Installs the packages that are missing, and says which: Debian's with apt-get; without it, what to
# install with dnf.
#   deps.sh build    what building and mounting needs
#   deps.sh check    that, and what the tests need
#   deps.sh fuzz     what building needs, and libFuzzer
#   deps.sh deb      what building needs, and making Debian packages
#   deps.sh rpm      what building needs, and making RPM packages
#   deps.sh boot     what booting a Debian of its own in a container needs
#   deps.sh lint     what building needs, and clang-tidy and cppcheck
set -eu

missing=
installer="apt-get"
command -v apt-get >/dev/null 2>&1 || installer=dnf

need() { # DEBIAN-PACKAGE DNF-PACKAGE
	if [ $installer = apt-get ]; then missing="$missing $1"; else missing="$missing $2"; fi
}
# A library, by pkg-config, which dnf knows it by as well.
pc() { # NAME DEBIAN-PACKAGE
	pkg-config --exists "$1" 2>/dev/null || need "$2" "pkgconfig($1)"
}
# A program, by its name; what only root has in its PATH, too.
cmd() { # NAME DEBIAN-PACKAGE [DNF-PACKAGE]
	command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || need "$2" "${3:-$2}"
}

for_building() {
	cmd "${CC:-gcc}" "${CC:-gcc}"
	[ -e /usr/include/stdio.h ] || need libc6-dev glibc-devel
	cmd make make
	cmd pkg-config pkgconf pkgconf-pkg-config
	cmd awk mawk gawk
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
	pc xlsxwriter libxlsxwriter-dev
	# Debian 13's xlsxwriter.pc asks for it, and no package brings it; RPM's find such things by themselves.
	[ $installer = dnf ] || pc minizip libminizip-dev
	[ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ] ||
		need ca-certificates ca-certificates
	# What the tour and the README let a person type.
	cmd jq jq
	cmd sqlite3 sqlite3 sqlite
}

for_fuzz() {
	cmd clang clang
	# The runtime libraries are packaged by clang's version.
	ls /usr/lib*/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-* /usr/lib/clang/*/lib/*/libclang_rt.fuzzer* >/dev/null 2>&1 ||
		need libclang-rt-dev compiler-rt
}

for_deb() {
	[ $installer = apt-get ] || {
		echo "Debian packages are made on Debian: there is no apt-get here." >&2
		exit 1
	}
	dpkg-query -W -f '${db:Status-Status}' build-essential 2>/dev/null | grep -qx installed || need build-essential ''
	cmd dh debhelper
	cmd dpkg-buildpackage dpkg-dev
	cmd lintian lintian
	cmd debootstrap debootstrap
	pc cmocka libcmocka-dev
	# Unit tests, which the packages' build runs, have servers of their own.
	cmd openssl openssl
	cmd python3 python3
}

for_rpm() {
	cmd rpmbuild rpm rpm-build
	cmd rpm2cpio rpm2cpio rpm
	cmd cpio cpio
}

for_boot() {
	cmd debootstrap debootstrap
	cmd systemd-nspawn systemd-container
	cmd nsenter util-linux
}

for_lint() {
	cmd gcc gcc
	cmd clang-tidy clang-tidy clang-tools-extra
	cmd cppcheck cppcheck
}

for_check() {
	pc cmocka libcmocka-dev
	cmd python3 python3
	cmd rsync rsync
	cmd xz xz-utils xz
	cmd zstd zstd
	cmd openssl openssl
	cmd minisign minisign
	cmd faketime faketime libfaketime
	cmd nginx nginx-light nginx
	cmd curl curl
	cmd ip iproute2 iproute
	cmd pkill procps procps-ng
	cmd setpriv util-linux
	cmd script bsdutils util-linux
	cmd strace strace
	cmd stress-ng stress-ng
	cmd mksquashfs squashfs-tools
	cmd clang-format clang-format clang-tools-extra
	cmd mandoc mandoc
	cmd xlsx2csv xlsx2csv
	cmd systemd-analyze systemd
	cmd zsh zsh
	cmd fish fish
	# The report is tried in a browser, which asks for localhost: a bare Debian 12 knows no such name.
	getent hosts localhost >/dev/null || need libnss-myhostname systemd-libs
	cmd chromium chromium
	cmd chromedriver chromium-driver chromedriver
	/usr/bin/python3 -c 'import selenium' 2>/dev/null || need python3-selenium python3-selenium
	/usr/bin/python3 -c 'import feedparser' 2>/dev/null || need python3-feedparser python3-feedparser
	/usr/bin/python3 -c 'import icalendar' 2>/dev/null || need python3-icalendar python3-icalendar
	# One test makes a locale of its own from it.
	[ -e /usr/share/i18n/locales/ja_JP ] || need locales glibc-locale-source
	[ -n "$(fc-list :lang=ja 2>/dev/null)" ] || need 'fontconfig fonts-noto-cjk' google-noto-sans-cjk-fonts
}

find_missing() {
	missing=
	[ "$1" = boot ] || for_building
	[ "$1" = build ] || "for_$1"
}

case ${1:-build} in
build | check | fuzz | deb | rpm | boot | lint) ;;
*)
	echo "usage: deps.sh build|check|fuzz|deb|rpm|boot|lint" >&2
	exit 2
	;;
esac
find_missing "${1:-build}"
[ -n "$missing" ] || exit 0

if [ $installer = dnf ]; then
	{
		echo "Missing. As root (some are in EPEL and CRB; fs/rpm/ismapfs.spec says which are in neither):"
		printf '  dnf install'
		for package in $missing; do printf " '%s'" "$package"; done
		echo
	} >&2
	exit 1
fi
echo "Installing:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "This needs root or sudo. As root: apt-get update && apt-get install$missing" >&2
		exit 1
	fi
	as_root=sudo
fi
# Told to apt-get alone, since sudo keeps no environment.
apt="env DEBIAN_FRONTEND=noninteractive apt-get -q"
# shellcheck disable=SC2086 # lists of words
{
	$as_root $apt update
	$as_root $apt install -y --no-install-recommends $missing
}

find_missing "${1:-build}"
[ -z "$missing" ] || {
	echo "Still missing after the installation:$missing" >&2
	exit 1
}
