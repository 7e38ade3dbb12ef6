#!/usr/bin/env bash
# Reading ahead across files: who walks and reads finds the next files in the
# page cache already; who only looks makes the driver do nothing; what is shown
# is the same either way. Counted by the driver itself, never timed.
# alone: it drops the kernel's caches, and counts requests
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - prefetch: nothing can be mounted here"
	finish
fi

"$SYNC" init --store "$WORK/store" --bundled fedramp >/dev/null
M=$WORK/mnt
mkdir "$M"
MOUNTS+=("$M")

# start [OPTIONS...]: the driver in the foreground, its process in $PID.
start() {
	! mountpoint -q "$M" || umount -l "$M"
	"$DRIVER" -f "$@" "${STORE:-$WORK/store}" "$M" 2>"$WORK/said-by-driver" &
	PID=$!
	echo "$PID" >"$WORK/pid"
	for ((i = 0; i < 400; i++)); do
		mountpoint -q "$M" && return 0
		sleep 0.02
	done
	cat "$WORK/said-by-driver"
	return 1
}

# stop: unmounts and passes the driver's exit status on.
stop() {
	unmount "$M"
	wait "$PID" || { cat "$WORK/said-by-driver"; return 1; }
}

counts() { counters_of "$PID" "$WORK/said-by-driver" "$@"; }

looking_pushes_nothing() {
	start
	find "$M" >/dev/null
	find "$M" -newermt 2026-01-01 >/dev/null
	ls -lR "$M" >/dev/null
	du -s "$M" >/dev/null
	stat "$M"/services/*/status >/dev/null
	equal "read" "$(counts read)" 0
	equal "pushed" "$(counts pushed dropped)" 0
	stop
}
test_case "find, ls -lR, du and stat push nothing" looking_pushes_nothing

# Fewer READs than files: in one of five tries, since who else runs on the
# machine may keep the thread from running in time.
fewer_reads() { # FILES COMMAND…
	local files=$1 reads pushed try
	shift
	for try in 1 2 3 4 5; do
		start
		"$@"
		reads=$(counts read) pushed=$(counts pushed)
		echo "try $try: $files files, $reads reads, $pushed pushed, $(counts dropped) hints dropped"
		stop
		[ "$pushed" -gt 0 ] && [ "$reads" -lt $((files / 2)) ] && return 0
	done
	return 1
}

in_the_tree() {
	(cd "$M" && "$@") | wc -c
}

reading_is_ahead() { # COMMAND…: what it reads in $M/services
	fewer_reads "$(cd "$WORK/tree/services" && find . -type f | wc -l)" in_the_tree "$@"
}
"$SYNC" export --store "$WORK/store" "$WORK/tree" >/dev/null
test_case "grep -r of many directories reads ahead" reading_is_ahead grep -r . services
test_case "tar reads ahead" reading_is_ahead tar -c -f - services

find_then_grep() {
	find "$M/services" -type f >/dev/null
	equal "pushed by find" "$(counts pushed)" 0
	grep -r . "$M/services" | wc -c
}
known_directories() {
	fewer_reads "$(cd "$WORK/tree/services" && find . -type f | wc -l)" find_then_grep
}
test_case "directories that were listed long ago are read ahead in" known_directories

statuses() {
	cat "$M"/services/*/status | cmp - <(cat "$WORK"/tree/services/*/status)
}
one_file_each() {
	fewer_reads "$(cat "$WORK"/tree/services/*/status | wc -l)" statuses
}
test_case "cat services/*/status reads ahead" one_file_each

# One file each of some directories that nobody listed: soon not even tried for their siblings; and
# a walker who comes afterwards is seen, also in directories that the kernel has the listings of.
here_and_there() {
	local path count=0
	for path in "$WORK"/tree/services/*; do
		cmp "$M/services/${path##*/}/status" "$path/status"
		count=$((count + 1))
		[ "$count" -lt 200 ] || break
	done
}
lone_files() {
	start
	here_and_there
	echo "$(counts unknown) in vain"
	[ "$(counts unknown)" -gt 0 ]
	# Two for each of the first four, and of every sixteenth.
	[ "$(counts unknown)" -le $((2 * (5 + 200 / 16))) ]
	stop
}
test_case "who reads one file here and one there is not read ahead for" lone_files
lone_files_then_grep() {
	here_and_there
	find "$M/services" -type f >/dev/null
	grep -r . "$M/services" | wc -c
}
test_case "but a walker after him is" fewer_reads \
	$(($(cd "$WORK/tree/services" && find . -type f | wc -l) + 200)) lone_files_then_grep

off_is_off() {
	local files
	start -o prefetch=off
	files=$(cd "$WORK/tree/services" && find . -type f -size +0 | wc -l)
	# Once: the kernel may drop a page again at any time, and some reclaim what lies unused for
	# seconds (DAMON); a second walk then asks for a file or two anew.
	grep -r . "$M/services" | wc -c
	equal "pushed" "$(counts pushed dropped)" 0
	equal "read" "$(counts read)" "$files"
	stop
}
test_case "-o prefetch=off pushes nothing" off_is_off

refused_values() {
	expect_code 2 "$DRIVER" "$WORK/store" "$M" -o prefetch=maybe
	said 'give prefetch=on or prefetch=off'
}
test_case "-o prefetch takes on and off" refused_values

checksums() { # ROOT: of every file
	(cd "$1" && find . -type f ! -path './.registry/*' -print0 | xargs -0 sha256sum | sort -k 2)
}
same_bytes() {
	start
	checksums "$M" >"$WORK/sums.on"
	# Again, from pages that were pushed as well as read.
	checksums "$M" | cmp - "$WORK/sums.on"
	(cd "$M" && find . -type f -printf '%s %p\n' | sort) >"$WORK/sizes.on"
	[ "$(counts pushed)" -gt 0 ]
	stop
	start -o prefetch=off
	checksums "$M" | cmp - "$WORK/sums.on"
	(cd "$M" && find . -type f -printf '%s %p\n' | sort) | cmp - "$WORK/sizes.on"
	stop
}
test_case "the same bytes and sizes with and without" same_bytes

at_is_ahead() {
	local day
	start
	day=$(readlink "$M/at/latest" || tail -n 1 "$M/at/days" | cut -f 1)
	(cd "$M/at/$day" && find services -type f -print0 | xargs -0 sha256sum | sort -k 2) >"$WORK/then"
	[ -s "$WORK/then" ]
	(cd "$M" && find services -type f -print0 | xargs -0 sha256sum | sort -k 2) | cmp - "$WORK/then"
	stop
}
test_case "a past day's tree has its own bytes" at_is_ahead

# publication N: a list whose values say N.
publication() {
	python3 - "$1" <<-'END'
		import json, sys
		n = int(sys.argv[1])
		print(json.dumps({
		    "format": "ismapfs-interchange", "version": 1,
		    "registry": {"name": "test", "title": "T", "time_zone": "UTC", "language": "en"},
		    "published": "2026-01-%02d" % n, "complete": True,
		    "services": [{"number": "S-%03d" % i, "name": "Name %d of service %d" % (n, i),
		                  "status": "registered", "description": ("%d " % n) * (50 + n),
		                  "extra.fixed": "always %d" % i} for i in range(150)]}))
	END
}

refresh_goes_on() {
	local n i walkers=() seen
	publication 1 >"$WORK/1.json"
	"$SYNC" import --store "$WORK/changing" --source interchange "$WORK/1.json" >/dev/null
	STORE=$WORK/changing start
	for i in 1 2 3; do
		while [ ! -e "$WORK/enough" ]; do grep -rh . "$M/services" || true; done >"$WORK/walk.$i" 2>&1 &
		walkers+=($!)
	done
	for n in 2 3 4 5 6; do
		publication "$n" >"$WORK/$n.json"
		"$SYNC" import --store "$WORK/changing" --source interchange "$WORK/$n.json" >/dev/null
		for ((i = 0; i < 200; i++)); do
			seen=$(cat "$M/services/S-007/name") || true
			[ "$seen" = "Name $n of service 7" ] && break
			sleep 0.05
		done
		equal "name" "$seen" "Name $n of service 7"
	done
	touch "$WORK/enough"
	wait "${walkers[@]}"
	rm "$WORK/enough"
	# Each value whole, of one publication or another.
	grep -hvE '^(Name [1-6] of service [0-9]+|registered|nobody told this program what its status means|((1 )+|(2 )+|(3 )+|(4 )+|(5 )+|(6 )+)|always [0-9]+|S-[0-9]+|[0-9a-z:T-]+Z?|.*: No such file or directory)$' \
		"$WORK"/walk.? >"$WORK/odd" || true
	equal "odd lines" "$(head -n 5 "$WORK/odd")" ""
	equal "names of an older list" "$(grep -rhv 'Name 6 ' "$M"/services/*/name | wc -l)" 0
	[ "$(counts pushed)" -gt 0 ]
	stop
}
test_case "what changes is seen while files are pushed" refresh_goes_on

ends_under_load() {
	local i walker code
	for i in $(seq "${ROUNDS:-20}"); do
		start
		(while :; do grep -r . "$M/services" "$M/controls" "$M/records" || break; done) >/dev/null 2>&1 &
		walker=$!
		sleep "0.0$((i % 8 + 1))"
		kill -TERM "$PID"
		code=0
		timeout 15 tail --pid="$PID" -f /dev/null || code=$?
		kill "$walker" 2>/dev/null || true
		equal "waiting in round $i" "$code" 0
		wait "$PID" || code=$?
		wait "$walker" 2>/dev/null || true
		equal "exit status in round $i" "$code" 0
		umount -l "$M" 2>/dev/null || true
	done
}
test_case "SIGTERM while files are pushed ends it cleanly, 20 times" ends_under_load

walkers_do_not_wait() {
	local i walkers=() walker
	start
	for i in $(seq 8); do
		timeout 120 bash -c "cd '$M' && find services providers records controls -type f -print0 |
			sort -z $([ $((i % 2)) = 0 ] && echo -r) | xargs -0 cat | sha256sum" >"$WORK/walker.$i" &
		walkers+=($!)
	done
	for walker in "${walkers[@]}"; do wait "$walker"; done
	for i in $(seq 8); do cmp "$WORK/walker.$i" "$WORK/walker.$((i % 2 == 1 ? 1 : 2))"; done
	stop
}
test_case "eight walkers at once all arrive" walkers_do_not_wait

dropped_caches() {
	[ -w /proc/sys/vm/drop_caches ] || skip "the kernel's caches can't be dropped here"
	start
	grep -r . "$M/services" | sha256sum >"$WORK/before"
	for i in 1 2 3; do
		echo $i >/proc/sys/vm/drop_caches
		grep -r . "$M/services" | sha256sum | cmp - "$WORK/before"
	done
	stop
}
test_case "after the kernel's caches were dropped everything reads the same" dropped_caches

nobody_complained() {
	! grep -v requests: "$WORK/said-by-driver" | grep .
}
test_case "the driver said nothing" nobody_complained
finish
