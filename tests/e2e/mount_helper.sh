#!/usr/bin/env bash
# mount(8), fstab and an absent mount: how an administrator mounts, and what
# must not happen when nothing is mounted.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

STORE="$WORK/a store"
for name in main helper tab; do
	mkdir -p "$WORK/$name"
	MOUNTS+=("$WORK/$name")
done
M=$WORK/main
HELPERS=$WORK/sbin
mkdir -p "$HELPERS"
ln -s "$DRIVER" "$HELPERS/mount.ismapfs"
ln -s "$DRIVER" "$HELPERS/mount.fuse.ismapfs"
"$SYNC" init --store "$STORE" --bundled ismap >/dev/null

flags_of_mount() {
	local helper=$HELPERS/mount.ismapfs
	# -f is mount(8)'s: everything but the mount.
	expect_code 0 "$helper" "$STORE" "$M" -s -v -n -f -o rw
	fails mountpoint -q "$M"
	expect_code 1 "$helper" "$STORE"
	expect_code 1 "$helper" "$STORE" "$M" -x
	expect_code 1 "$helper" "$STORE" "$M" -o nonsense
	expect_code 1 "$helper" "$STORE" "$M" -s -o remount,ro
	said 'a mounted tree keeps its options'
	expect_code 32 "$helper" "$WORK/nothing" "$M" -o ro
	expect_code 0 "$helper" --help
	can_mount || skip "nothing can be mounted here"
	expect_code 0 "$helper" "$STORE" "$M" -s -n -v -t fuse.ismapfs \
		-o rw,nofail,_netdev,noauto,user,comment=x,x-systemd.automount,defaults,nosuid,nonsense
	[ -s "$M/README" ]
	equal "what is said of rw, which mount(8) passes unasked" "$(cat "$WORK/.said")" ""
	findmnt -no OPTIONS "$M" | grep -q '^ro,'
	expect_code 32 "$helper" "$STORE" "$M"
	said 'already mounted'
	unmount "$M"
}
test_case "called as mount.ismapfs it takes mount(8)'s flags and gives its exit codes" flags_of_mount

# mount(8) looks for its helpers in /sbin alone: in a mount namespace of our own that is ours.
with_helpers() { # COMMAND…
	unshare -m --propagation slave bash -c '
		set -e
		mkdir "$1/overlay" "$1/upper" "$1/worker" 2>/dev/null || true
		cp -an "$2/." "$1/upper/"
		mount -t overlay -o "lowerdir=/usr/sbin,upperdir=$1/upper,workdir=$1/worker" none /usr/sbin
		PATH=$3:$PATH
		shift 3
		"$@"' - "$WORK" "$1" "$2" "${@:3}"
}

needs_mount() {
	can_mount || skip "nothing can be mounted here"
	[ "$(id -u)" = 0 ] || skip "mount(8) is root's"
	unshare -m true 2>/dev/null || skip "no mount namespace can be made"
}

by_type() {
	needs_mount
	with_helpers "$HELPERS" "$BUILD" bash -ec '
		mount -t ismapfs "$0" "$1" -o max-age=3d
		findmnt -no FSTYPE "$1" | grep -qx fuse.ismapfs
		[ -s "$1/README" ]
		umount "$1"
		mount -t fuse.ismapfs "$0" "$1" -o ro,lang=ja
		findmnt -no SOURCE "$1" | grep -qxF "$0"
		umount "$1"' "$STORE" "$WORK/helper"
}
test_case "mount -t ismapfs and mount -t fuse.ismapfs" by_type

by_mount_fuse() {
	needs_mount
	command -v mount.fuse3 >/dev/null || skip "mount.fuse3 is not installed"
	mkdir "$WORK/none"
	with_helpers "$WORK/none" "$BUILD" bash -ec '
		mount -t fuse.ismapfs "$0" "$1"
		[ -s "$1/README" ]
		findmnt -no OPTIONS "$1" | grep -q "^ro,.*nosuid.*nodev.*noexec"
		umount "$1"' "$STORE" "$WORK/helper"
}
test_case "without its helpers, by fuse3's mount.fuse3" by_mount_fuse

by_fstab() {
	needs_mount
	local type
	for type in ismapfs fuse.ismapfs; do
		printf '%s %s %s ro,allow_other,nofail,x-systemd.automount,max-age=2d 0 0\n' \
			"${STORE// /\\040}" "$WORK/tab" $type >"$WORK/fstab"
		findmnt --verify --tab-file "$WORK/fstab" >"$WORK/verified" 2>&1 || true
		fails grep -E '\[E\]' "$WORK/verified"
		with_helpers "$HELPERS" "$BUILD" bash -ec '
			mount -T "$0" "$1"
			[ -s "$1/README" ]
			umount "$1"
			mount -T "$0" -a
			[ -s "$1/README" ]
			umount "$1"' "$WORK/fstab" "$WORK/tab"
	done
	# A store that isn't there must not keep a machine from starting.
	printf '%s %s fuse.ismapfs ro,nofail 0 0\n' "$WORK/nothing" "$WORK/tab" >"$WORK/fstab"
	with_helpers "$HELPERS" "$BUILD" bash -c '
		mount -T "$0" "$1" && exit 1
		[ $? = 32 ]' "$WORK/fstab" "$WORK/tab" || true
	fails mountpoint -q "$WORK/tab"
}
test_case "a line of fstab with nofail and x-systemd.automount" by_fstab

generates_units() {
	local generator=/usr/lib/systemd/system-generators/systemd-fstab-generator
	[ -x $generator ] || skip "systemd's fstab generator is not installed"
	printf '/var/lib/ismapfs/fedramp /srv/fedramp fuse.ismapfs ro,allow_other,nofail,x-systemd.automount 0 0\n' \
		>"$WORK/fstab"
	mkdir -p "$WORK/generated"
	SYSTEMD_FSTAB=$WORK/fstab SYSTEMD_LOG_LEVEL=warning SYSTEMD_IN_INITRD=0 $generator \
		"$WORK/generated" "$WORK/generated" "$WORK/generated"
	[ -f "$WORK/generated/srv-fedramp.automount" ]
	grep -qx 'Type=fuse.ismapfs' "$WORK/generated/srv-fedramp.mount"
	grep -qx 'What=/var/lib/ismapfs/fedramp' "$WORK/generated/srv-fedramp.mount"
	# nofail: wanted, not required.
	[ -e "$WORK/generated/local-fs.target.wants/srv-fedramp.automount" ] ||
		[ -e "$WORK/generated/remote-fs.target.wants/srv-fedramp.automount" ]
	fails find "$WORK/generated" -path '*requires*' -name 'srv-fedramp.automount' -print -quit | grep -q .
}
test_case "systemd makes a mount and an automount of that line" generates_units

# The recipes of the README: a mirror of the tree by rsync.
mirror() {
	rsync -a --delete --exclude=/fresh "$1/services" "$1/delisted" "$1/providers" "$2/"
}

absent_mount_empties_nothing() {
	command -v rsync >/dev/null || skip "rsync is not installed"
	can_mount || skip "nothing can be mounted here"
	local before code=0
	echo "ismapfs is not mounted here" >"$M/NOT-MOUNTED"
	timeout 20 "$DRIVER" "$STORE" "$M"
	[ ! -e "$M/NOT-MOUNTED" ]
	mkdir "$WORK/mirror"
	mirror "$M" "$WORK/mirror"
	before=$(find "$WORK/mirror" | wc -l)
	[ "$before" -gt 100 ]
	unmount "$M"
	[ -e "$M/NOT-MOUNTED" ]
	# Named subdirectories are errors when they are absent, and rsync deletes nothing then.
	mirror "$M" "$WORK/mirror" 2>/dev/null || code=$?
	[ $code != 0 ]
	equal "files in the mirror" "$(find "$WORK/mirror" | wc -l)" "$before"
	# One directory into one directory is the same.
	fails rsync -a --delete "$M/services/" "$WORK/mirror/services/" 2>/dev/null
	equal "files in the mirror" "$(find "$WORK/mirror" | wc -l)" "$before"
	rm "$M/NOT-MOUNTED"
}
test_case "an absent mount empties no mirror that names subdirectories" absent_mount_empties_nothing

crash_empties_nothing() {
	command -v rsync >/dev/null || skip "rsync is not installed"
	can_mount || skip "nothing can be mounted here"
	local before driver
	"$DRIVER" -f "$STORE" "$M" &
	driver=$!
	for _ in {1..100}; do [ -e "$M/services" ] && break; sleep 0.05; done
	mirror "$M" "$WORK/mirror"
	before=$(find "$WORK/mirror" | wc -l)
	kill -KILL $driver
	wait $driver || true
	# The kernel answers from its memory, or with an error; never with an empty directory.
	mirror "$M" "$WORK/mirror" 2>/dev/null || true
	equal "files in the mirror" "$(find "$WORK/mirror" | wc -l)" "$before"
	unmount "$M"
}
test_case "nor does a driver that was killed" crash_empties_nothing

# A line of fstab and a unit, say: looking at the mount point and mounting there aren't one step.
two_at_once() {
	local i one two codes
	can_mount || skip "nothing can be mounted here"
	for ((i = 0; i < 10; i++)); do
		timeout 30 "$DRIVER" "$STORE" "$M" 2>"$WORK/one" &
		one=$!
		timeout 30 "$DRIVER" "$STORE" "$M" 2>"$WORK/two" &
		two=$!
		codes=0
		wait $one || codes=$((codes + $?))
		wait $two || codes=$((codes + $?))
		equal "exit statuses, added up" 1 $codes
		grep -q 'already mounted' "$WORK/one" "$WORK/two"
		equal mounts 1 "$(grep -c " $M " /proc/self/mountinfo)"
		[ -s "$M/README" ]
		unmount "$M"
		until_unmounted "$M"
	done
}
until_unmounted() {
	local i
	for ((i = 0; i < 100; i++)); do
		mountpoint -q "$1" || return 0
		sleep 0.1
	done
	return 1
}
test_case "of two drivers at once one mounts, the other says that it is mounted" two_at_once

# Unmounting looks at the mount point, too: what another one mounts there meanwhile stays.
unmounts_its_own() {
	local driver code=0
	can_mount || skip "nothing can be mounted here"
	[ "$(id -u)" = 0 ] || skip "mounting over it is root's"
	"$DRIVER" -f "$STORE" "$M" 2>"$WORK/said" &
	driver=$!
	CHILDREN+=("$driver")
	for ((i = 0; i < 100; i++)); do
		mountpoint -q "$M" && [ -s "$M/README" ] && break
		sleep 0.1
	done
	exec 8<"$WORK"
	flock 8
	kill -TERM "$driver"
	# Were it to look before it has the lock, it would have done so by now.
	sleep 0.7
	mount -t tmpfs none "$M"
	exec 8<&-
	wait "$driver" || code=$?
	findmnt -no FSTYPE "$M" | grep -qx tmpfs
	equal "exit status" 1 $code
	umount "$M"
	umount -l "$M" 2>/dev/null || true
	# Whoever holds the folder's lock for ever only delays it.
	mount_store "$STORE" "$M"
	exec 8<"$WORK"
	flock 8
	pkill -TERM -f -- "^$DRIVER $STORE $M"
	until_unmounted "$M"
	timeout 30 "$DRIVER" "$STORE" "$M"
	unmount "$M"
}
test_case "what is mounted over a tree while it is unmounted stays" unmounts_its_own

finish
