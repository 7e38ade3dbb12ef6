#!/usr/bin/env bash
# Generations are switched under a continuous load: `grep -r`, `tar c`, `ls -lR`
# and eight readers of status files. Nobody sees an error, a torn file or, a
# second after the switch, an old value; the driver doesn't grow.
# alone: it watches how a driver keeps up under load
#
#   LIVE_LOAD_GENERATIONS   how many (40)
#   LIVE_LOAD_REAL=1        made of the real publications, where there are any
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - switching under load: nothing can be mounted here"
	finish
fi

GENERATIONS=${LIVE_LOAD_GENERATIONS:-40}
STORE=$WORK/store
M=$WORK/mnt
HELPER=$TOP/tests/helpers/live_load.py

prepare() {
	local sources=(120)
	if [ -n "${LIVE_LOAD_REAL:-}" ] && [ -f "$DATA/fedramp/daily.tar.xz" ]; then
		mkdir "$WORK/real"
		tar -C "$WORK/real" -xf "$DATA/fedramp/daily.tar.xz"
		mapfile -t sources < <(find "$WORK/real" -name '*.json' | sort | awk 'NR % 20 == 1')
	fi
	python3 "$HELPER" prepare "$WORK" "$GENERATIONS" "${sources[@]}"
}

# Makes publication N current, and writes down when `current` was switched.
switch_to() {
	"$SYNC" pull --quiet --store "$STORE" --source fedramp --accept-loss \
		--from "$WORK/$(printf %04d "$1").json" >"$WORK/pulled"
	grep -q "^changed: generation $1," "$WORK/pulled" || { cat "$WORK/pulled"; return 1; }
	echo "$1 $(stat -c %.6Y "$STORE/current")" >>"$WORK/switches"
}

driver_pid() { pgrep -f -- "^$DRIVER $STORE $M( |\$)" | head -n 1; }

# A line: its name, kilobytes in memory, open files that are no
# generation's; then, for each generation that is open, `number:connections`.
sample() { # NAME
	find "/proc/$PID/fd" -mindepth 1 -printf '%l\n' 2>/dev/null | awk -v name="$1" \
		-v memory="$(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$PID/status")" '
		match($0, "/generations/[0-9]+[.]db") {
			open[substr($0, RSTART + 13, RLENGTH - 16)]++
			next
		}
		{ others++ }
		END {
			printf "%s %d %d", name, memory, others
			for (generation in open) printf " %s:%d", generation, open[generation]
			print ""
		}' >>"$WORK/samples"
}

# walk NAME COMMAND…: again and again; what it complains of goes to a file, with the times between
# which it did. Each finishes what it began.
walk() {
	local name=$1 rounds=0 began
	shift
	while [ ! -e "$WORK/stop" ]; do
		began=$(date +%s.%N)
		"$@" 2>"$WORK/said.$name" >/dev/null || true
		sed "s|^|$began $(date +%s.%N) |" "$WORK/said.$name" >>"$WORK/complaints.$name"
		rounds=$((rounds + 1))
	done
	echo "$rounds" >"$WORK/rounds.$name"
}

# tar recognizes /dev/null and reads nothing then.
tar_all() { tar -c -f - -C "$M" . | cat; }

# What they complained of had gone, or was a directory that changed; nothing else.
only_the_truth() {
	python3 "$TOP/tests/helpers/complaints.py" "$STORE/current" "$M" "$WORK/switches" "$WORK"/complaints.* \
		>"$WORK/judged" || { sort "$WORK/judged" | uniq -c | sort -rn | head -n 20; return 1; }
}

# The judge is no pushover: what stayed, other errors, and what came only later are no excuse.
false_ones_are_seen() {
	local stayed away now line
	stayed=$(jq -r '.files | keys[]' "$WORK/expected.json" | grep status | head -n 1)
	away=$(jq -r .wanderer "$WORK/expected.json")
	now=$(tail -n 1 "$WORK/switches" | cut -d ' ' -f 2)
	while read -r line; do
		echo "$(awk 'NR == 1 { print $2 }' "$WORK/switches") $now $line" >"$WORK/false"
		fails python3 "$TOP/tests/helpers/complaints.py" "$STORE/current" "$M" "$WORK/switches" "$WORK/false"
	done <<-FALSE
		grep: $M/$stayed: No such file or directory
		grep: $M/services/$away/status: Input/output error
		ls: cannot access '$M/services/$away': Stale file handle
		ls: cannot access '$M/services/NEVER-THERE': No such file or directory
		tar: ./$stayed: file changed as we read it
		tar: ./controls: file changed as we read it
	FALSE
	# Gone in that time; but not in a walk that saw the first three generations alone.
	echo "$(awk 'NR == 1 { print $2 }' "$WORK/switches") $now ls: cannot access '$M/services/$away': No such file or directory" >"$WORK/true"
	python3 "$TOP/tests/helpers/complaints.py" "$STORE/current" "$M" "$WORK/switches" "$WORK/true"
	echo "0 $(awk 'NR == 1 { print $2 }' "$WORK/switches") ls: cannot access '$M/services/$away': No such file or directory" >"$WORK/false"
	fails python3 "$TOP/tests/helpers/complaints.py" "$STORE/current" "$M" "$WORK/switches" "$WORK/false"
}

under_load() {
	local number pids=() i
	prepare
	switch_to 1
	mount_store "$STORE" "$M"
	PID=$(driver_pid)
	[ -n "$PID" ]
	python3 "$HELPER" watch "$WORK" "$M" &
	pids+=($!)
	walk grep grep -r -e certified "$M" &
	pids+=($!)
	walk ls ls -lR "$M" &
	pids+=($!)
	walk tar tar_all &
	pids+=($!)
	for ((number = 2; number <= GENERATIONS; number++)); do
		switch_to "$number"
		sample "$number"
		# Three switches at once now and then; else time for the readers to see each.
		[ $((number % 8)) -lt 3 ] || sleep 0.3
	done
	sleep 1.5
	: >"$WORK/stop"
	for i in "${pids[@]}"; do
		wait "$i"
	done
	# Requests that were given up are answered, too, before the last look.
	sleep 1
	sample quiet
	kill -0 "$PID"
}

nothing_stale() {
	python3 "$HELPER" judge "$WORK" >"$WORK/verdict" || { cat "$WORK/verdict"; return 1; }
}

# The last third of the samples against the middle one: the beginning fills what
# is kept of a few generations.
flat() { # COLUMN SLACK
	awk -v column="$1" -v slack="$2" -v count="$(wc -l <"$WORK/samples")" '
		NR > count / 3 && NR <= 2 * count / 3 && $column > middle { middle = $column }
		NR > 2 * count / 3 && $column > end { end = $column }
		END { print middle " in the middle, " end " at the end"; exit !(middle > 0 && end <= middle + slack) }' \
		"$WORK/samples"
}

# The driver has a descriptor for each connection to a generation's file. Open are
# the generation that it shows and the eight that it showed before, for slow
# readers (VIEWS_SNAPSHOT_COUNT); while it switches, one more. Each
# has at most four idle connections (POOL_IDLE_MAX), and ten workers borrow one each.
# When nobody asks any more, what is open is idle, and the newest is among it. All
# other descriptors are opened once.
nothing_leaked() {
	flat 3 0
	awk -v newest="$GENERATIONS" '
		{
			connections = 0
			quiet = $1 == "quiet"
			shown = 0
			for (i = 4; i <= NF; i++) {
				split($i, part, ":")
				connections += part[2]
				shown += part[1] == newest
				if (quiet && part[2] > 4) { print "too many: " $0; bad = 1 }
			}
			if (connections > 10 * 4 + 10 || (quiet && (NF - 3 > 9 || !shown))) { print "too many: " $0; bad = 1 }
			if (connections > most) most = connections
		}
		END {
			if (!quiet) { print "no sample at the end"; bad = 1 }
			print "at most " most " connections, " connections " to " NF - 3 " generations at the end"
			exit bad
		}' "$WORK/samples"
}

# Not in a subshell: the clean-up must know of the mount.
MOUNTS+=("$M")
test_case "$GENERATIONS generations under grep -r, tar c, ls -lR and 8 readers" under_load
: >"$WORK/stop"
test_case "no error: names that went had gone, and directories that changed had" only_the_truth
test_case "a false complaint would be seen" false_ones_are_seen
test_case "no torn file, nothing stale later than a second after its switch" nothing_stale
test_case "no leaked descriptor: nine generations are open, and a few connections to each" nothing_leaked
test_case "memory stays flat" flat 2 2048
# For whoever looks at the figures: how often each walked through.
[ ! -f "$WORK/verdict" ] || cat "$WORK/verdict"
for walker in grep ls tar; do
	echo "# $walker: $(cat "$WORK/rounds.$walker" 2>/dev/null) rounds"
done
tail -n 1 "$WORK/judged" 2>/dev/null
echo "# descriptors: $(nothing_leaked | tail -n 1); kilobytes: $(flat 2 0 || true)"
finish
