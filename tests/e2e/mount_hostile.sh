#!/usr/bin/env bash
# Those who mean harm to a mount: whatever would change it, users who may not
# look, crowds, and a kill in the middle of them. LONG=1 takes minutes over it.
#
# Listings in tiny pieces, seekdir, mmap, sendfile, splice, O_DIRECT and handles
# over a restart are in mount_driver.sh.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
MUTATIONS=$BUILD/tests/mutations

if ! can_mount; then
	echo "skip - the mount: nothing can be mounted here"
	finish
fi
STORE=$WORK/store
M=$WORK/mount
chmod 711 "$WORK"
mkdir -p "$WORK/tmpfs" "$WORK/squashfs" "$WORK/private" "$WORK/crowd" "$WORK/killed"
MOUNTS+=("$WORK/tmpfs" "$WORK/squashfs" "$WORK/private" "$WORK/crowd" "$WORK/killed")
"$SYNC" init --store "$STORE" --bundled fedramp >/dev/null
SERVICE=AGENCYAMAZONEW
PLACES=("services/$SERVICE/status" "services/$SERVICE" "services/$SERVICE/provider")
OPTIONS=()
[ "$(id -u)" != 0 ] || OPTIONS=(-o allow_other)
mount_store "$STORE" "$M" "${OPTIONS[@]}"

only_root() {
	[ "$(id -u)" = 0 ] || skip "only root can make the file system to compare with"
}
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
}

# A part of the tree with all that the attempts are about.
copy_part() { # DIRECTORY
	local provider
	provider=$(readlink "$M/services/$SERVICE/provider")
	mkdir -p "$1/services" "$1/providers"
	cp -a "$M/README" "$1"
	cp -a "$M/services/$SERVICE" "$1/services"
	cp -a "$M/providers/${provider##*/}" "$1/providers"
}

snapshot() {
	find "$M" -maxdepth 3 -printf '%P %i %m %U %G %T@ %s %l\n' | sort
	cat "$M/README" "$M/services.tsv"
}

# compare DIRECTORY: each call has the same outcome there, to root and to somebody else.
compare() {
	local who
	for who in "" as_nobody; do
		$who "$MUTATIONS" "$M" "${PLACES[@]}" >"$WORK/ours"
		$who "$MUTATIONS" "$1" "${PLACES[@]}" >"$WORK/theirs"
		[ "$(wc -l <"$WORK/ours")" -gt 250 ]
		diff "$WORK/theirs" "$WORK/ours"
		# What succeeds changes nothing: opening what exists, and a lock.
		equal "what succeeds" "$(grep -c ' done$' "$WORK/ours")" 2
		[ "$(grep -c ' EROFS$' "$WORK/ours")" -gt 120 ]
	done
}

like_tmpfs() {
	only_root
	snapshot >"$WORK/before"
	mount -t tmpfs -o nosuid,nodev,noexec,noatime none "$WORK/tmpfs"
	copy_part "$WORK/tmpfs"
	mount -o remount,ro "$WORK/tmpfs"
	compare "$WORK/tmpfs"
	umount "$WORK/tmpfs"
	snapshot | cmp - "$WORK/before"
}
test_case "256 calls that change a file system: the same errors as of a read-only tmpfs" like_tmpfs

like_squashfs() {
	only_root
	command -v mksquashfs >/dev/null || skip "needs mksquashfs"
	grep -q squashfs /proc/filesystems || skip "this kernel has no squashfs"
	mkdir -p "$WORK/part"
	copy_part "$WORK/part"
	mksquashfs "$WORK/part" "$WORK/image" -no-progress -quiet
	mount -o loop,ro,nosuid,nodev,noexec "$WORK/image" "$WORK/squashfs"
	compare "$WORK/squashfs"
	umount "$WORK/squashfs"
}
test_case "and as of a squashfs" like_squashfs

alone() {
	[ "$(id -u)" = 0 ] || skip "needs another user"
	timeout 20 "$DRIVER" "$STORE" "$WORK/private"
	local path
	for path in "" /README /services "/services/$SERVICE/status"; do
		fails as_nobody stat "$WORK/private$path"
		as_nobody cat "$WORK/private$path" 2>&1 | grep -q 'Permission denied'
	done
	fails as_nobody ls "$WORK/private"
	fails as_nobody env -C "$WORK/private" true
	# Root of another user namespace is no exception.
	if unshare -U true 2>/dev/null; then
		fails as_nobody unshare -Ur ls "$WORK/private"
	fi
	unmount "$WORK/private"
}
test_case "without allow_other another user sees nothing, not even attributes" alone

nfs() {
	only_root
	grep -q nfsd /proc/filesystems || skip "this kernel serves no NFS; what it would need, handles, is in mount_driver.sh"
	command -v exportfs >/dev/null || skip "needs nfs-kernel-server"
	exportfs -i -o ro,fsid=7,no_subtree_check "127.0.0.1:$M"
	exportfs -u "127.0.0.1:$M"
}
test_case "it can be exported by NFS" nfs

walk() { # TREE
	(cd "$1/services" && find . -type f -print0 | sort -z | xargs -0 cat | sha256sum)
}

crowd() {
	local count=64 i pid pids=()
	timeout 20 "$DRIVER" "$STORE" "$WORK/crowd"
	walk "$M" >"$WORK/sum"
	for ((i = 0; i < count; i++)); do
		walk "$WORK/crowd" >"$WORK/sum-$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	for ((i = 0; i < count; i++)); do cmp "$WORK/sum" "$WORK/sum-$i"; done
	unmount "$WORK/crowd"
}
test_case "64 walkers at once over a cold tree read the same" crowd

# A thread that is killed while it waits for a page in the kernel doesn't end, and so neither does
# the connection that the page is to come by: somebody else has to see to that.
killed_while_pushing() {
	[ "$(id -u)" = 0 ] || skip "needs the superuser, to hold threads"
	[[ $BUILD != */sanitize-* ]] || skip "sanitizers have threads of their own"
	expect_code 0 "$DRIVER" "$STORE" "$WORK/killed"
	local pid directory
	pid=$(pgrep -n -f -- "^$DRIVER $STORE $WORK/killed( |\$)")
	directory=$(find "$WORK/killed/services" -mindepth 1 -maxdepth 1 -type d -print -quit)
	timeout 120 python3 "$TOP/tests/helpers/killed_pushing.py" "$pid" "$directory"
	fails ls "$WORK/killed"
	expect_code 0 "$DRIVER" "$STORE" "$WORK/killed"
	said 'unmounted what a crashed ismapfs left behind'
	walk "$WORK/killed" | cmp - "$WORK/sum"
	unmount "$WORK/killed"
}
test_case "killed while it pushes what somebody reads: neither waits for ever" killed_while_pushing

# Once for each of some moments of a walk that is read ahead for.
requests_end() {
	[[ $BUILD != */sanitize-* ]] || skip "nothing can be preloaded in front of sanitizers"
	local at code
	for at in 2 20 200 400 600; do
		code=0
		REQUEST_AT=$at LD_PRELOAD=$BUILD/faults/requests.so timeout 60 \
			"$DRIVER" -f "$STORE" "$WORK/killed" 2>"$WORK/said" &
		for ((i = 0; i < 100; i++)); do mountpoint -q "$WORK/killed" && break; sleep 0.05; done
		timeout 20 grep -r . "$WORK/killed/services" >/dev/null 2>&1 || true
		wait $! || code=$?
		equal "exit status" $code 1
		grep -q 'the mount ended: Input/output error' "$WORK/said"
		fails mountpoint -q "$WORK/killed"
	done
}
test_case "a driver that can't take requests any more says so, unmounts and ends" requests_end

requests_end_alone() {
	[[ $BUILD != */sanitize-* ]] || skip "nothing can be preloaded in front of sanitizers"
	local code=0 waiting
	REQUEST_AT=200 LD_PRELOAD=$BUILD/faults/requests.so timeout 60 \
		"$DRIVER" -f "$STORE" "$WORK/killed" 2>"$WORK/said" &
	waiting=$!
	for ((i = 0; i < 100; i++)); do mountpoint -q "$WORK/killed" && break; sleep 0.05; done
	kill -KILL "$(pgrep -n -f "^ismapfs: guards $WORK/killed")"
	for ((i = 0; i < 100; i++)); do grep -q 'guards the mount has ended' "$WORK/said" && break; sleep 0.05; done
	timeout 20 grep -r . "$WORK/killed/services" >/dev/null 2>&1 || true
	wait $waiting || code=$?
	equal "exit status" $code 1
	grep -q 'the mount ended: Input/output error' "$WORK/said"
	equal "said" "$(grep -c "can't be unmounted" "$WORK/said")" 1
	umount -l "$WORK/killed" || fusermount3 -u -z "$WORK/killed"
}
test_case "likewise when nobody is left to unmount, which is said once" requests_end_alone

killed_in_a_crowd() {
	local round i pid rounds=3
	[ -z "${LONG:-}" ] || rounds=30
	for ((round = 0; round < rounds; round++)); do
		local walkers=()
		expect_code 0 "$DRIVER" "$STORE" "$WORK/killed"
		[ "$round" = 0 ] || said 'unmounted what a crashed ismapfs left behind'
		for ((i = 0; i < 8; i++)); do
			walk "$WORK/killed" >"$WORK/killed-$i" 2>/dev/null &
			walkers+=($!)
		done
		sleep 0.$((round % 3 + 1))
		pid=$(pgrep -n -f -- "^$DRIVER $STORE $WORK/killed( |\$)")
		kill -KILL "$pid"
		# Nobody waits for ever.
		for pid in "${walkers[@]}"; do
			timeout 20 tail --pid="$pid" -f /dev/null
			wait "$pid" || true
		done
		fails ls "$WORK/killed"
	done
	expect_code 0 "$DRIVER" "$STORE" "$WORK/killed"
	equal mounts "$(grep -c " $WORK/killed " /proc/self/mountinfo)" 1
	walk "$WORK/killed" | cmp - "$WORK/sum"
	unmount "$WORK/killed"
}
test_case "killed in the middle of eight walks: all of them end, and the next driver takes over" killed_in_a_crowd

stress() {
	command -v stress-ng >/dev/null || skip "needs stress-ng"
	local time=5s
	[ -z "${LONG:-}" ] || time=5m
	stress-ng --temp-path "$WORK" --timeout "$time" --verify --metrics-brief \
		--fstat 4 --fstat-dir "$M/services/$SERVICE" 2>&1 | tee "$WORK/stress"
	grep -q 'successful run completed' "$WORK/stress"
	walk "$M" | cmp - "$WORK/sum"
}
test_case "stress-ng --fstat, and the tree is what it was" stress
finish
