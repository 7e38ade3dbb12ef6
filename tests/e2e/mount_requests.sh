#!/usr/bin/env bash
# What the kernel has seen it doesn't ask for again: requests counted by the
# driver itself, which shows them on SIGUSR1.
# alone: it counts requests, which a lack of memory would raise
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - requests: nothing can be mounted here"
	finish
fi

"$SYNC" init --store "$WORK/store" --bundled fedramp >/dev/null
M=$WORK/mnt
mkdir "$M"
MOUNTS+=("$M")
"$DRIVER" -f "$WORK/store" "$M" 2>"$WORK/counters" &
PID=$!
CHILDREN+=("$PID")
for ((i = 0; i < 100; i++)); do
	mountpoint -q "$M" && break
	sleep 0.05
done

# counts NAME…: how many requests of these kinds came in so far.
counts() { counters_of "$PID" "$WORK/counters" "$@"; }
# Those that ask something. statfs isn't cached by any kernel, and find sends
# one for each file system it enters; forgetting is the kernel's own business.
ASKING=(lookup getattr readlink read readdir readdirplus open opendir)

# What is announced when it changes, so the kernel may remember it for ever: all but the names in the
# root, in .registry and in at/.
ANNOUNCED=($(cd "$M" && find . -maxdepth 1 -mindepth 1 -type d ! -name at ! -name .registry -printf '%f\n' | sort))

walk() { # WHAT, in the current directory
	case $1 in
	find) find . ;;
	"find -newermt") find . -newermt 2026-01-01 ;;
	"ls -lR") ls -lR . ;;
	"grep -r") grep -ri amazon . || true ;;
	du) du -s . ;;
	tar) tar -c -f - . | wc -c ;; # into /dev/null it wouldn't read
	esac
}

# asks_nothing COMMAND…: in one of six tries, because whoever else runs on the
# machine may make the kernel drop what it has cached, and some kernels reclaim
# by themselves what wasn't used for half a minute (DAMON).
asks_nothing() {
	local before after try
	for try in 1 2 3 4 5 6; do
		before=$(counts "${ASKING[@]}")
		"$@"
		after=$(counts "${ASKING[@]}")
		echo "try $try: $((after - before)) requests"
		[ "$after" = "$before" ] && return 0
	done
	return 1
}

again() { # WHAT
	walk "$1" >"$WORK/again"
}

second_is_free() { # WHAT
	for directory in "${ANNOUNCED[@]}"; do
		cd "$M/$directory"
		walk "$1" >"$WORK/first"
		asks_nothing again "$1"
		cmp "$WORK/first" "$WORK/again"
	done
}
listing_is_enough() {
	local before after
	before=$(counts lookup getattr)
	find "$M" -ls >/dev/null
	after=$(counts lookup getattr)
	# The root itself is no entry of any listing; what passes may pass meanwhile.
	echo "$((after - before)) requests"
	[ "$((after - before))" -le 60 ]
}
# First of all, while the kernel knows nothing.
test_case "what was listed is not looked up" listing_is_enough

for what in find "find -newermt" "ls -lR" "grep -r" tar du; do
	test_case "a second $what asks nothing" second_is_free "$what"
done

everything() {
	for what in find "ls -lR" "grep -r" tar; do walk "$what" >/dev/null; done
}
one_after_the_other() {
	cd "$M/services"
	asks_nothing everything
}
test_case "one after the other they ask nothing any more" one_after_the_other

# After a second the names in the root, in .registry and in at/ are asked for again, and no others.
what_passes_is_asked_again() {
	local before after names
	names=$(find "$M" "$M/.registry" "$M/at" -maxdepth 1 | wc -l)
	find "$M" >/dev/null
	sleep 1.2
	before=$(counts "${ASKING[@]}")
	ls -l "$M" "$M/.registry/" "$M/at/" >/dev/null
	after=$(counts "${ASKING[@]}")
	echo "$((after - before)) requests for $names names"
	[ "$after" -gt "$before" ]
	[ $((after - before)) -le $((names + 9)) ]
}
test_case "names that may change without being announced are asked for again after a second" what_passes_is_asked_again

missing_is_remembered() {
	local before after place
	for place in services tables by-name by-status; do
		cd "$M/$place"
		before=$(counts lookup)
		for ((i = 0; i < 5; i++)); do
			[ ! -e missing-here ]
		done
		after=$(counts lookup)
		equal "lookups of $place/missing-here" "$((after - before))" 1
	done
}
test_case "a missing name is looked up once" missing_is_remembered

fresh_is_not_remembered() {
	local before after
	before=$(counts lookup)
	for ((i = 0; i < 5; i++)); do
		[ ! -e "$M/fresh" ]
	done
	after=$(counts lookup)
	equal "lookups of fresh" "$((after - before))" 5
}
test_case "that fresh is missing is asked each time" fresh_is_not_remembered

large_reads() {
	local before after size
	# Out of the cache with it.
	dd if="$M/tables/services.jsonl" iflag=nocache count=0 status=none
	size=$(stat -c %s "$M/tables/services.jsonl")
	before=$(counts read)
	cat "$M/tables/services.jsonl" >/dev/null
	after=$(counts read)
	echo "$size bytes in $((after - before)) reads"
	[ "$after" -gt "$before" ]
	[ "$((after - before))" -le "$((size / 65536 + 3))" ]
}
test_case "a large file is read in large pieces" large_reads

ends_cleanly() {
	kill -TERM "$PID"
	timeout 10 tail --pid="$PID" -f /dev/null
	tail -n 1 "$WORK/counters"
}
test_case "the counting driver ends" ends_cleanly
finish
