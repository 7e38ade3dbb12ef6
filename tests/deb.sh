#!/usr/bin/env bash
# The Debian packages: what they hold, that they are the same from every build,
# and that they come and go without a trace. Takes minutes, and the network that
# apt uses: `make check-deb`.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# On a disk: a chroot with devices takes more than a directory in memory may.
WORK_ON_DISK=$(mktemp -d /var/tmp/ismapfs-deb.XXXXXX)
ROOT=$WORK_ON_DISK/root
MOUNTS+=("$ROOT/dev" "$ROOT/proc" "$ROOT/mnt")
clean_up_disk() {
	clean_up
	findmnt -n -o TARGET -R "$ROOT" >/dev/null 2>&1 || rm -rf --one-file-system "$WORK_ON_DISK"
}
trap clean_up_disk EXIT

FIRST=$BUILD/deb
SECOND=$WORK_ON_DISK/another/place/deb

has_the_version() {
	equal "version in the changelog" "$(dpkg-parsechangelog -l "$TOP/fs/debian/changelog" -S Version)" \
		"$(sed -n 's/^VERSION := //p' "$TOP/Makefile")"
}
test_case "the changelog and the Makefile state one version" has_the_version

is_reproducible() {
	local file
	# Elsewhere, at another time of the files, for other people, in another language.
	mkdir -p "$WORK_ON_DISK/source"
	tar -c -C "$TOP" --exclude=./build --exclude=./.git . | tar -x -C "$WORK_ON_DISK/source"
	find "$WORK_ON_DISK/source" -type f -exec touch -d 2020-02-02 {} +
	(umask 0007 && cd "$WORK_ON_DISK/source" &&
		env TZ=Asia/Tokyo LANG=ja_JP.UTF-8 LC_ALL= HOME=/nonexistent \
			make --no-print-directory deb BUILD="$WORK_ON_DISK/another/place") >"$WORK/.second" 2>&1 ||
		{ tail -n 40 "$WORK/.second"; return 1; }
	equal packages "$(find "$FIRST" -maxdepth 1 -name '*.deb' | wc -l)" 4
	for file in "$FIRST"/*.deb; do
		equal "sha256 of ${file##*/}" "$(sha256sum <"$SECOND/${file##*/}")" "$(sha256sum <"$file")"
	done
}
test_case "built twice, in different places, they are identical to the byte" is_reproducible

is_clean() {
	local suppressed=()
	compgen -G "$TOP/fs/*.scd" >/dev/null || suppressed=(--suppress-tags no-manual-page)
	expect_code 0 lintian --allow-root --fail-on error,warning "${suppressed[@]}" "$FIRST"/ismapfs_*_*.changes
	cat "$WORK/.said"
	[ ! -s "$WORK/.said" ]
}
test_case "lintian has nothing to say" is_clean

in_chroot() {
	chroot "$ROOT" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive HOME=/root "$@"
}

files_in_chroot() {
	in_chroot find / -xdev \( -path /proc -o -path /dev -o -path /sys -o -path /tmp -o -path /run -o -path /var/lib/dpkg \
		-o -path /var/cache -o -path /var/log -o -path /mnt -o -path /srv \) -prune -o -print | sort
}

is_bootstrapped() {
	[ "$(id -u)" = 0 ] || skip "debootstrap is root's"
	local suite
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	timeout 900 debootstrap --variant=minbase "$suite" "$ROOT" http://deb.debian.org/debian >"$WORK/.bootstrap" 2>&1 ||
		{ tail -n 5 "$WORK/.bootstrap"; skip "debootstrap could not fetch a system"; }
	mount --bind /dev "$ROOT/dev"
	mount -t proc proc "$ROOT/proc"
	mkdir -p "$ROOT/debs"
	cp "$FIRST"/ismap*_"$(dpkg --print-architecture)".deb "$ROOT/debs"
	rm "$ROOT"/debs/*dbgsym*
	in_chroot apt-get update -q >/dev/null
	# What they depend on first, so that what they bring themselves can be told.
	in_chroot apt-get install -y -q --no-install-recommends \
		$(for deb in "$ROOT"/debs/*.deb; do dpkg-deb -f "$deb" Depends; done |
			tr ',' '\n' | sed 's/|.*//; s/(.*//; s/ //g' | sort -u) >/dev/null
	files_in_chroot >"$WORK/before"
}
test_case "a minimal system" is_bootstrapped

needs_chroot() {
	[ -e "$WORK/before" ] || skip "there is no minimal system"
}

is_installed() {
	needs_chroot
	in_chroot sh -c 'apt-get install -y -q --no-install-recommends /debs/*.deb' >"$WORK/.installed" 2>&1 ||
		{ cat "$WORK/.installed"; return 1; }
	equal state "$(in_chroot dpkg-query -f '${db:Status-Abbrev}' -W ismapfs ismap-sync | tr -d ' ')" iiii
	in_chroot getent passwd ismapfs ismapfs-mount
	equal "owner of the stores" "$(in_chroot stat -c '%U %a' /var/lib/ismapfs)" "ismapfs 755"
	in_chroot test -d /etc/ismapfs
	in_chroot ismapfs --version
	in_chroot ismap-sync --version
	in_chroot env LC_ALL=ja_JP.UTF-8 ismap-sync nonsense 2>&1 | grep -q 'というコマンドはありません'
	in_chroot env LC_ALL=ja_JP.UTF-8 ismapfs --help | grep -q '使用法'
	# Nothing starts by itself.
	fails compgen -G "$ROOT/etc/systemd/system/*/ismap*"
}
test_case "they install on it, with their users, and start nothing" is_installed

is_verified() {
	needs_chroot
	in_chroot test -x /usr/bin/systemd-analyze || skip "there is no systemd-analyze"
	in_chroot sh -c 'SYSTEMD_LOG_LEVEL=warning systemd-analyze verify /lib/systemd/system/ismap*' >"$WORK/.verified" 2>&1 ||
		{ cat "$WORK/.verified"; return 1; }
	fails grep -i 'ismap' "$WORK/.verified"
}
test_case "systemd finds nothing wrong with the units" is_verified

does_its_work() {
	needs_chroot
	in_chroot setpriv --reuid=ismapfs --regid=ismapfs --clear-groups \
		ismap-sync init --store /var/lib/ismapfs/ismap --bundled ismap | grep -q '^changed: generation 1'
	can_mount || skip "nothing can be mounted here"
	in_chroot mount -t ismapfs -o ro,user=ismapfs-mount,allow_other /var/lib/ismapfs/ismap /mnt
	in_chroot test -s /mnt/README
	in_chroot ls /mnt/services | grep -q .
	in_chroot umount /mnt
	in_chroot mount -t fuse.ismapfs /var/lib/ismapfs/ismap /mnt -o ro
	in_chroot umount /mnt
	in_chroot rm -r /var/lib/ismapfs/ismap
}
test_case "a list is loaded by its user, mounted with mount(8), and unmounted" does_its_work

is_purged() {
	needs_chroot
	in_chroot sh -c 'mkdir -p /var/lib/ismapfs/kept && dpkg --purge ismapfs ismap-sync' >"$WORK/.purged" 2>&1 ||
		{ cat "$WORK/.purged"; return 1; }
	grep -q '^ismapfs leaves the user ismapfs-mount' "$WORK/.purged"
	grep -q '^ismap-sync leaves the user ismapfs:' "$WORK/.purged"
	files_in_chroot >"$WORK/after"
	diff "$WORK/before" "$WORK/after" | grep -vE '^[0-9,acd]+$|^. /debs|^. /etc/(passwd|group|shadow|gshadow)-?$' && return 1
	return 0
}
test_case "purged, they leave nothing but their users" is_purged

finish
