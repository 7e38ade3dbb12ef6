#!/usr/bin/env bash
# A walk is answered on the walker's processor, and nobody waits for whoever answers there.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - follow: nothing can be mounted here"
	finish
fi

"$SYNC" init --store "$WORK/store" --bundled fedramp >/dev/null
M=$WORK/mnt
mkdir "$M"
MOUNTS+=("$M")

start() { # [COMMAND…]: the driver, in DRIVER_PID
	"$@" "$DRIVER" -f "$WORK/store" "$M" 2>"$WORK/counters" &
	DRIVER_PID=$!
	CHILDREN+=("$DRIVER_PID")
	until_true mountpoint -q "$M"
}
until_true() {
	local i
	for ((i = 0; i < 200; i++)); do
		"$@" && return 0
		sleep 0.05
	done
	echo "never: $*"
	return 1
}
stop() {
	umount "$M"
	wait "$DRIVER_PID"
}
followed() { counters_of "$DRIVER_PID" "$WORK/counters" followed; }
locator() { pgrep -P "$DRIVER_PID" ismapfs-place; }
# The kernel asks again for what it has dropped.
walk() {
	find "$M/services" "$M/providers" "$M/controls" -newermt 2000-01-01 | sort | sha256sum
}
only_with_two() {
	[ "$(nproc)" -gt 1 ] || skip "there is one processor"
}

is_followed() {
	only_with_two
	local try
	# Beside others its processor may be taken.
	for try in {1..40}; do
		start
		walk >"$WORK/walk"
		echo "try $try: $(followed) requests"
		[ "$(followed)" -gt 0 ] && { stop; return 0; }
		stop
	done
	return 1
}
test_case "a walk is answered on the walker's processor" is_followed

is_small() {
	only_with_two
	start
	local pid set
	pid=$(locator)
	equal "open files" "$(find "/proc/$pid/fd" -type l -printf '%f\n' | sort | xargs)" "0 1 2 3 4"
	equal "what it may read" "$(readlink "/proc/$pid/fd/4")" /proc
	if ! "$DRIVER" -V | grep -q 'sandbox: none'; then
		for set in CapPrm CapEff; do
			equal "$set" "$(awk -v field="$set:" '$1 == field { print $2 }' "/proc/$pid/status")" 0000000000000000
		done
		equal Seccomp "$(awk '$1 == "Seccomp:" { print $2 }' "/proc/$pid/status")" 2
	fi
	stop
	until_true fails test -e "/proc/$pid"
}
test_case "who looks where that is may do nothing else, and ends with the mount" is_small

gone_with_the_driver() {
	only_with_two
	start
	local pid
	pid=$(locator)
	find "$M" >/dev/null 2>&1 &
	CHILDREN+=("$!")
	kill -KILL "$DRIVER_PID"
	until_true fails test -e "/proc/$pid"
	wait "$!" || true
	until_true fails mountpoint -q "$M"
}
test_case "it ends with a driver that was killed under a walk" gone_with_the_driver

without_it() {
	only_with_two
	start
	local walk
	walk=$(walk)
	stop
	start
	kill -KILL "$(locator)"
	equal "what a walk shows" "$(timeout 60 find "$M/services" "$M/providers" "$M/controls" -newermt 2000-01-01 | sort | sha256sum)" "$walk"
	stop
	equal "what the driver said" "$(grep -v requests: "$WORK/counters")" ""
}
test_case "without it everything is answered" without_it

# Somebody else always wants each processor, and is preferred to the follower.
beside_others() {
	local walk i pids=()
	start
	walk=$(walk)
	stop
	for ((i = 0; i < 2 * $(nproc); i++)); do
		(ulimit -t 60 && exec sh -c 'while :; do :; done') &
		pids+=("$!")
		CHILDREN+=("$!")
	done
	start
	for i in 1 2 3 4; do
		timeout 100 find "$M/services" "$M/providers" "$M/controls" -newermt 2000-01-01 | sort | sha256sum >"$WORK/walk.$i" &
		pids[i + 100]=$!
	done
	for i in 1 2 3 4; do
		wait "${pids[i + 100]}"
		equal "walk $i" "$(cat "$WORK/walk.$i")" "$walk"
	done
	stop
	kill -KILL "${pids[@]:0:$((2 * $(nproc)))}"
}
test_case "beside who takes all processor time, four walks at once arrive" beside_others

one_processor() {
	start taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')"
	[ -z "$(locator)" ]
	walk >/dev/null
	equal followed "$(followed)" 0
	stop
	only_with_two
	start chrt --batch 0
	[ -z "$(locator)" ]
	stop
}
test_case "with one processor, or a policy that somebody chose, nobody is followed" one_processor

finish
