#!/usr/bin/env bash
# Idle processors stay awake while somebody walks through the tree, and no longer.
# The device that it is asked of says what all programs together ask for.
# alone: any other mount may ask for the same
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - awake: nothing can be mounted here"
	finish
fi

DEVICE=/dev/cpu_dma_latency
STORE=$WORK/store
M=$WORK/mount
mkdir "$M"
MOUNTS+=("$M")
"$SYNC" init --store "$STORE" --bundled fedramp >/dev/null

with_device() {
	[ -r "$DEVICE" ] && [ -w "$DEVICE" ] || skip "$DEVICE can't be used here"
}

# asked SECONDS [VALUE]: whether within so many seconds the least that is asked for is this many
# microseconds (0). It makes $WORK/looking when it begins to look.
asked() {
	python3 -c '
import os, struct, sys, time
device = os.open(sys.argv[1], os.O_RDONLY)
open(sys.argv[4], "w").close()
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    if struct.unpack("i", os.pread(device, 4, 0))[0] == int(sys.argv[3]):
        sys.exit(0)
    time.sleep(0.002)
sys.exit(1)' "$DEVICE" "$1" "${2:-0}" "$WORK/looking"
}
# watching SECONDS: asked, in the background.
watching() {
	local i
	rm -f "$WORK/looking"
	asked "$1" &
	WATCHER=$!
	for ((i = 0; i < 500; i++)); do
		[ ! -e "$WORK/looking" ] || return 0
		sleep 0.02
	done
	return 1
}
none_asked() { # SECONDS
	asked "$1" 2000000000
}

mounted() { # OPTION…
	timeout 20 "$DRIVER" "$STORE" "$M" "$@"
	DRIVER_PID=$(pgrep -n -f -- "^$DRIVER .*$STORE $M( |\$)")
	[ -n "$DRIVER_PID" ]
}

for_a_walk() {
	with_device
	none_asked 5 || skip "something else asks for short latencies"
	mounted
	none_asked 5
	watching 20
	find "$M" >/dev/null
	wait $WATCHER
	none_asked 5
	unmount "$M"
}
test_case "during a walk processors are asked to stay awake, and not after it" for_a_walk

switched_off() {
	with_device
	none_asked 5 || skip "something else asks for short latencies"
	mounted -o awake=off
	watching 3
	find "$M" >/dev/null
	fails wait $WATCHER
	unmount "$M"
}
test_case "with -o awake=off they are not" switched_off

# A driver that is stopped while it asks for it can't take that back.
stopped_asking() {
	mounted
	watching 20
	find "$M" >/dev/null 2>&1 &
	WALKER=$!
	wait $WATCHER
	kill -STOP "$DRIVER_PID"
	asked 0.2 && return 0
	kill -CONT "$DRIVER_PID"
	wait "$WALKER"
	unmount "$M"
	return 1
}
killed() {
	local i
	with_device
	none_asked 5 || skip "something else asks for short latencies"
	for ((i = 0; i < 20; i++)); do
		! stopped_asking || break
	done
	[ $i -lt 20 ]
	kill -KILL "$DRIVER_PID"
	wait "$WALKER" || true
	none_asked 5
	! mountpoint -q "$M" || umount -l "$M"
}
test_case "a driver that is killed during a walk leaves nothing behind" killed

finish
