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
allowed_processors() { # a line each
	python3 -c 'import os; print(*sorted(os.sched_getaffinity(0)), sep="\n")'
}
locator() { pgrep -P "$DRIVER_PID" ismapfs-place; }
# The kernel asks again for what it has dropped.
walk() {
	find "$M/services" "$M/providers" "$M/controls" -newermt 2000-01-01 | sort | sha256sum
}
no_follower() {
	local task
	for task in "/proc/$DRIVER_PID/task/"*; do
		# Field 41 is the policy, 5 is SCHED_IDLE. Source: proc(5), sched(7).
		[ "$(cut -d ' ' -f 41 "$task/stat" 2>/dev/null)" != 5 ] || return 1
	done
}
# Nobody may have waited for it yet.
is_over() { ! grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status" 2>/dev/null; }
# In the background: looks for names that nobody has looked for, and rests when the file rest is
# there. Its number is in WALKER.
look_for_more() { # [COMMAND…]
	rm -f "$WORK/rest"
	# shellcheck disable=SC2016 # for the shell that is started
	"$@" bash -c 'ulimit -t 60
		until [ -e "$2" ]; do [ ! -e "$1$((i++))" ]; done
		exec sleep 60' - "$M/services/none" "$WORK/rest" &
	WALKER=$!
	CHILDREN+=("$WALKER")
}
end_walker() {
	kill -KILL "$WALKER"
	wait "$WALKER" 2>/dev/null || true
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

is_there() {
	only_with_two
	local processor
	for processor in $(allowed_processors); do
		start
		look_for_more taskset -c "$processor"
		python3 "$TOP/tests/helpers/follower.py" "$DRIVER_PID" "$processor"
		touch "$WORK/rest"
		until_true no_follower
		end_walker
		stop
	done
}
test_case "who answers runs where the walker runs, and is gone when it stops" is_there

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
	look_for_more
	python3 "$TOP/tests/helpers/follower.py" "$DRIVER_PID" any kill
	until_true is_over "$pid"
	kill -0 "$WALKER"
	end_walker
	until_true fails mountpoint -q "$M"
}
test_case "it ends with a driver that was killed under a walk" gone_with_the_driver

without_it() {
	only_with_two
	start
	local walk pid
	walk=$(walk)
	stop
	start
	pid=$(locator)
	kill -KILL "$pid"
	until_true is_over "$pid"
	equal "what a walk shows" "$(walk)" "$walk"
	equal followed "$(followed)" 0
	stop
	equal "what the driver said" "$(grep -v requests: "$WORK/counters" | sed 's/.*: //' | uniq -c | xargs)" "1 Broken pipe"
}
test_case "without it everything is answered, by the workers" without_it

# Others that want each processor so many times, in BUSY, and are preferred to the follower.
busy() {
	local i
	BUSY=()
	for ((i = 0; i < $1 * $(nproc); i++)); do
		(ulimit -t 60 && exec sh -c 'while :; do :; done') &
		BUSY+=("$!")
		CHILDREN+=("$!")
	done
}
end_busy() {
	kill -KILL "${BUSY[@]}"
	wait "${BUSY[@]}" 2>/dev/null || true
}
beside_others() {
	local walk i pids=()
	start
	walk=$(walk)
	stop
	busy 2
	start
	for i in 1 2 3 4; do
		timeout 100 find "$M/services" "$M/providers" "$M/controls" -newermt 2000-01-01 | sort | sha256sum >"$WORK/walk.$i" &
		pids[i]=$!
	done
	for i in 1 2 3 4; do
		wait "${pids[i]}"
		equal "walk $i" "$(cat "$WORK/walk.$i")" "$walk"
	done
	stop
	end_busy
}
test_case "beside who takes all processor time, four walks at once arrive" beside_others

# How long somebody else's lookups take beside a walker and others who want each processor 20 times,
# in microseconds.
lookups_beside() { # [COMMAND…]: the driver's
	local i before sum=0
	start "$@"
	busy 20
	look_for_more
	mkfifo "$WORK/never"
	exec 9<>"$WORK/never"
	for ((i = 0; i < 200; i++)); do
		before=${EPOCHREALTIME/./}
		[ ! -e "$M/providers/none$i" ]
		sum=$((sum + ${EPOCHREALTIME/./} - before))
		# The walker's requests must come in rows.
		read -r -t 0.005 -u 9 || true
	done
	rm "$WORK/never"
	end_walker
	end_busy
	stop
	LOOKUPS=$sum
}
nobody_waits() {
	only_with_two
	local without
	lookups_beside chrt --batch 0
	without=$LOOKUPS
	lookups_beside
	echo "200 lookups: $LOOKUPS us, $without us where nobody is followed"
	[ "$LOOKUPS" -le $((8 * without)) ]
}
test_case "nobody waits for the follower beside who takes all processor time" nobody_waits

one_processor() {
	start taskset -c "$(allowed_processors | head -n 1)"
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
