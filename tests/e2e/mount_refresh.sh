#!/usr/bin/env bash
# A mount follows its store: two seconds after a pull it is the tree that a
# fresh export writes, also where the kernel had remembered otherwise; who is in
# the middle of something finishes on what it began with.
# alone: two seconds are its limit
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - following the store: nothing can be mounted here"
	finish
fi

STORE=$WORK/store
M=$WORK/mnt

pull() { # DAY COUNT CHANGE…
	python3 "$TOP/tests/helpers/publication.py" "$@" >"$WORK/publication.json"
	"$SYNC" pull --quiet --accept-loss --store "$STORE" --source fedramp \
		--from "$WORK/publication.json"
}

# Whatever the kernel can remember: names, attributes, contents, listings, and
# that names are missing.
remember() {
	tar -c -f - -C "$M" . | wc -c
	ls -lR "$M" >/dev/null
	for name in "$@"; do
		[ ! -e "$M/$name" ] || { echo "$name is there already"; return 1; }
	done
}

shows() { # GENERATION, within two seconds of now
	local i
	for ((i = 0; i < 40; i++)); do
		[ "$(cat "$M/.registry/generation")" = "$1" ] && return 0
		sleep 0.05
	done
	echo "generation $(cat "$M/.registry/generation") is shown instead of $1"
	return 1
}

same_as_export() {
	rm -rf "$WORK/export"
	"$SYNC" export --store "$STORE" "$WORK/export"
	python3 "$TOP/tests/oracle/same_tree.py" "$M" "$WORK/export"
}

# No command may wait two seconds in hope: the time runs while we look.
is_current_within_two_seconds() { # GENERATION
	local start now
	shows "$1"
	start=$(date +%s%N)
	until same_as_export >"$WORK/differences"; do
		now=$(date +%s%N)
		if [ $((now - start)) -gt 2000000000 ]; then
			cat "$WORK/differences"
			return 1
		fi
	done
}

pull 2026-01-10 40
mount_store "$STORE" "$M"
mkdir "$WORK/bound"
touch "$WORK/bound/status"
MOUNTS+=("$WORK/bound/status")

changed_new_and_gone() {
	remember services/FR0000000041/status services/FR0000000041 delisted/FR0000000009/status \
		delisted/FR0000000009 by-status/legacy-ready by-status/legacy-ready/FR0000000007 by-name/Renamed \
		"records/services/FR0000000041.json" providers/provider-13/services/FR0000000041
	[ -e "$M/by-name/Service 8" ]
	pull 2026-01-11 41 'FR0000000007=FedRAMP Ready' 'FR0000000008~Renamed' -FR0000000009
	is_current_within_two_seconds 2
	equal "a changed status" "$(cat "$M/services/FR0000000007/status")" legacy-ready
	equal "a new service" "$(cat "$M/services/FR0000000041/status")" certified
	equal "a service that went" "$(cat "$M/delisted/FR0000000009/status")" delisted
	[ ! -e "$M/services/FR0000000009" ]
	[ ! -e "$M/by-name/Service 8" ]
	[ -e "$M/by-name/Renamed" ]
	[ -e "$M/by-status/legacy-ready/FR0000000007" ]
	[ -e "$M/records/services/FR0000000041.json" ]
}
test_case "changed, new and gone names, and names once looked for in vain" changed_new_and_gone

comes_back() {
	remember services/FR0000000009 by-status/legacy-ready/FR0000000041
	pull 2026-01-12 41 'FR0000000041=FedRAMP Ready' -FR0000000001
	is_current_within_two_seconds 3
	[ -e "$M/services/FR0000000009/status" ]
	[ ! -e "$M/delisted/FR0000000009" ]
	[ ! -e "$M/services/FR0000000010/leverages" ]
}
test_case "a service that comes back; one that others were built on goes" comes_back

state_alone() {
	remember
	"$SYNC" pull --quiet --store "$STORE" --source fedramp --from "$WORK/missing" && return 1
	local i
	for ((i = 0; i < 40; i++)); do
		[ -s "$M/.registry/last-error" ] && break
		sleep 0.05
	done
	same_as_export
	[ -s "$M/.registry/last-error" ]
}
test_case "a failed attempt shows without a new generation" state_alone

many_at_once() {
	local day
	for day in 13 14 15 16 17 18; do
		remember >/dev/null
		pull "2026-01-$day" $((30 + day)) "FR00000000$day=FedRAMP In Process"
	done
	is_current_within_two_seconds 9
}
test_case "six pulls as fast as they go" many_at_once

# Python, so that nothing is opened or read behind our back.
readers_finish() {
	python3 - "$M" "$WORK/go" "$WORK/went" <<-'EOF' &
		import os, sys, time
		mount, go, went = sys.argv[1:]
		file = os.open(mount + "/tables/services.jsonl", os.O_RDONLY)
		size = os.fstat(file).st_size
		whole = os.pread(file, size, 0)
		os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
		begun = os.read(file, 1000)
		small = os.open(mount + "/services/FR0000000003/status", os.O_RDONLY)
		gone = os.open(mount + "/services/FR0000000005", os.O_RDONLY)
		names = sorted(os.listdir(mount + "/services"))
		listing = os.scandir(mount + "/services")
		first = next(listing).name
		open(go, "w").close()
		for _ in range(200):
		    if os.path.exists(went):
		        break
		    time.sleep(0.05)
		rest = b""
		while True:
		    more = os.read(file, 5000)
		    if not more:
		        break
		    rest += more
		assert begun + rest == whole, "a table that was torn"
		assert os.fstat(file).st_size == size, "another size"
		assert os.read(small, 100) == b"certified\n", "another status in an open file"
		found = [first] + [entry.name for entry in listing]
		assert len(set(found)) == len(found), "a name twice"
		assert sorted(found) == names, set(found) ^ set(names)
		os.lseek(small, 0, 0)
		assert open(mount + "/services/FR0000000003/status").read() == "legacy-ready\n"
		assert not os.path.exists(mount + "/services/FR0000000005")
		os.fstat(gone)
	EOF
	local child=$! i
	for ((i = 0; i < 200; i++)); do
		[ -e "$WORK/go" ] && break
		sleep 0.05
	done
	pull 2026-02-01 45 'FR0000000003=FedRAMP Ready' -FR0000000005
	shows 10
	: >"$WORK/went"
	wait "$child"
}
test_case "who is in the middle of a file or a listing finishes with what it began" readers_finish

# The same with a listing of many requests, and a switch between two of them.
listing_over_a_switch() {
	python3 - "$M" "$WORK/go2" "$WORK/went2" <<-'EOF' &
		import ctypes, os, struct, sys, time
		mount, go, went = sys.argv[1:]
		number = {"x86_64": 217, "aarch64": 61}[os.uname().machine]
		libc = ctypes.CDLL(None)
		def names(fd, size):
		    buffer = ctypes.create_string_buffer(size)
		    length = libc.syscall(number, fd, buffer, size)
		    assert length >= 0
		    found, at = [], 0
		    while at < length:
		        record = struct.unpack_from("<H", buffer, at + 16)[0]
		        found.append(buffer.raw[at + 19:at + record].split(b"\0")[0])
		        at += record
		    return found
		wanted = set(os.listdir(mount + "/services")) | {".", ".."}
		fd = os.open(mount + "/services", os.O_RDONLY | os.O_DIRECTORY)
		found = names(fd, 300)
		open(go, "w").close()
		for _ in range(200):
		    if os.path.exists(went):
		        break
		    time.sleep(0.05)
		while True:
		    more = names(fd, 300)
		    if not more:
		        break
		    found += more
		assert len(set(found)) == len(found), "a name twice"
		missed = {name.decode() for name in found} ^ wanted
		# Changed names may come from either side; all others come once.
		assert missed <= {"FR0000000002", "FR0000000046"}, missed
		now = set(os.listdir(mount + "/services"))
		assert "FR0000000046" in now and "FR0000000002" not in now
	EOF
	local child=$! i
	for ((i = 0; i < 200; i++)); do
		[ -e "$WORK/go2" ] && break
		sleep 0.05
	done
	pull 2026-02-02 46 -FR0000000002
	shows 11
	: >"$WORK/went2"
	wait "$child"
}
test_case "a listing in tiny pieces, over a switch: each name once" listing_over_a_switch

under_load() {
	local pids=() i
	for ((i = 0; i < 4; i++)); do
		(while [ ! -e "$WORK/stop" ]; do
			{ find "$M" -type f -print0 2>"$WORK/find-$i" || true; } | xargs -0 cat >/dev/null 2>"$WORK/load-$i" || true
			# What goes or comes back in this test may have gone between find and cat; nothing else may fail.
			! cat "$WORK/load-$i" "$WORK/find-$i" |
				grep -vE "/(services|delisted)/FR00000000(02|4[4-8])[^:]*: No such file or directory" \
					>>"$WORK/load-errors" || exit 1
		done) &
		pids+=($!)
	done
	for i in 03 04 05 06 07 08; do
		pull "2026-02-$i" $((40 + 10#$i)) "FR0000000010~Name of $i"
		sleep 0.3
	done
	: >"$WORK/stop"
	for i in "${pids[@]}"; do
		wait "$i" || { cat "$WORK/load-errors"; return 1; }
	done
	is_current_within_two_seconds 17
}
test_case "six pulls while four readers walk: nobody fails, the end is right" under_load

looks_on_hangup() {
	local pid
	pid=$(pgrep -f -- "^$DRIVER $STORE $M( |\$)" | head -n 1)
	kill -HUP "$pid"
	sleep 0.1
	same_as_export
}
test_case "SIGHUP changes nothing that needs no change" looks_on_hangup

# The calls by which the thread that looks at the store was woken: it alone waits for two descriptors.
wakes() {
	local thread
	thread=$(grep -m 1 -E 'poll\(\[[^]]*\], 2, ' "$WORK/calls" | cut -d ' ' -f 1)
	grep -E "^$thread .*poll(\(| resumed).* = 1 \(" "$WORK/calls"
}

# Where inotify isn't to be had the clock says when to look; and SIGHUP, at once.
without_inotify() {
	local tracing i
	command -v strace >/dev/null || skip "strace is not installed"
	mkdir -p "$WORK/deaf"
	# A leak checker cannot look into a process that is traced already.
	ASAN_OPTIONS=detect_leaks=0 timeout 60 strace -f -qq -o "$WORK/calls" -e trace=inotify_init1,poll,ppoll \
		-e inject=inotify_init1:error=EMFILE "$DRIVER" -f "$STORE" "$WORK/deaf" 2>"$WORK/deaf.said" &
	tracing=$!
	for ((i = 0; i < 100; i++)); do
		[ -e "$WORK/deaf/.registry/generation" ] && break
		sleep 0.1
	done
	grep -q 'inotify_init1.*EMFILE.*INJECTED' "$WORK/calls"
	i=$(cat "$WORK/deaf/.registry/generation")
	cat "$WORK/deaf/services/FR0000000011/status"
	pull 2026-02-10 50 'FR0000000011=FedRAMP Ready'
	for ((i = 0; i < 50; i++)); do
		[ "$(cat "$WORK/deaf/services/FR0000000011/status")" = legacy-ready ] && break
		sleep 0.05
	done
	equal status legacy-ready "$(cat "$WORK/deaf/services/FR0000000011/status")"
	# Until now nothing but time made it look.
	fails wakes
	kill -HUP "$(pgrep -f -- "^$DRIVER -f $STORE $WORK/deaf( |\$)" | head -n 1)"
	for ((i = 0; i < 100; i++)); do
		wakes >/dev/null && break
		sleep 0.02
	done
	wakes
	unmount "$WORK/deaf"
	wait "$tracing"
}
MOUNTS+=("$WORK/deaf")
test_case "without inotify: by the clock, and at once on SIGHUP" without_inotify

# For as long as it takes: a value stays in the store, a table in the last eight generations.
slow_readers() {
	local day number open i
	number=$(cat "$M/.registry/generation")
	[ "$(id -u)" != 0 ] || mount --bind "$M/services/FR0000000011/status" "$WORK/bound/status"
	exec 8<"$M/tables/services.jsonl" 9<"$M/services/FR0000000011/status"
	cp "$M/tables/services.jsonl" "$WORK/whole"
	for day in 01 02 03 04 05 06 07 08; do
		pull "2026-03-$day" 50 "FR0000000011=$([ $((10#$day % 2)) = 0 ] && echo FedRAMP Ready || echo FedRAMP In Process)"
		shows $((++number))
	done
	python3 -c 'import os; [os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED) for fd in (8, 9)]'
	cmp "$WORK/whole" - <&8
	for day in 09 10 11 12; do
		pull "2026-03-$day" 50 "FR0000000011=$([ $((10#$day % 2)) = 0 ] && echo FedRAMP Ready || echo FedRAMP In Process)"
		shows $((++number))
	done
	echo 3 >/proc/sys/vm/drop_caches 2>/dev/null || true
	equal "a value that was open for twelve generations" "$(cat <&9)" legacy-ready
	[ "$(id -u)" != 0 ] || equal "one that is bound elsewhere" "$(cat "$WORK/bound/status")" legacy-ready
	exec 8<&- 9<&-
	[ "$(id -u)" != 0 ] || umount "$WORK/bound/status"
	# Of the last list before, too, until all that changed is announced. Two threads may have one file open twice.
	for ((i = 0; i < 400; i++)); do
		open=$(find "/proc/$(pgrep -f -- "^$DRIVER $STORE $M( |\$)" | head -n 1)/fd" -lname '*.db*' -printf '%l\n' | sort -u | wc -l)
		[ "$open" -gt 9 ] || break
		sleep 0.1
	done
	equal "generation files that are open" "$open" 9
}
test_case "who reads slowly, or has a file bound elsewhere, gets what it began with" slow_readers

other_store_ends_it() {
	local pid i
	pid=$(pgrep -f -- "^$DRIVER $STORE $M( |\$)" | head -n 1)
	"$SYNC" init --store "$WORK/another" --bundled ismap >/dev/null
	cp "$WORK/another/generations/1.db" "$STORE/generations/99.db"
	ln -s generations/99.db "$STORE/current.new"
	mv -T "$STORE/current.new" "$STORE/current"
	for ((i = 0; i < 100; i++)); do
		mountpoint -q "$M" || break
		sleep 0.05
	done
	equal "what is left at the mount point" "$(ls -A "$M")" ""
	for ((i = 0; i < 100; i++)); do
		# One that only waits to be reaped is gone.
		case $(ps -o stat= -p "$pid") in '' | Z*) return 0 ;; esac
		sleep 0.05
	done
	echo "the driver is still there"
	return 1
}
test_case "another store under a mount ends it, rather than mixing the two" other_store_ends_it
finish
