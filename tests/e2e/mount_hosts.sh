#!/usr/bin/env bash
# What hosts do to a daemon: mount it on demand, start it with odd descriptors or
# on an older kernel, cut its connection, take its store away.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
HELPERS=$TOP/tests/helpers

if ! can_mount; then
	echo "skip - hosts: nothing can be mounted here"
	finish
fi

for name in auto main control; do
	mkdir -p "$WORK/$name"
	MOUNTS+=("$WORK/$name")
done
STORE=$WORK/store
M=$WORK/main
"$SYNC" init --store "$STORE" --bundled fedramp >/dev/null

until_true() { # COMMAND…: five seconds at most
	local i
	for ((i = 0; i < 100; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	echo "not within 5 s: $*"
	return 1
}

list() { # DAY STATUS [NUMBER…]: into list.json, of a service A and others
	python3 -c '
import json, sys
day, status, *others = sys.argv[1:]
json.dump({"format": "ismapfs-interchange", "version": 1, "complete": True,
           "registry": {"name": "demo", "title": "Demo", "time_zone": "UTC", "language": "en"},
           "published": day + "T00:00:00Z",
           "services": [{"number": number, "name": number, "provider": "P", "level": "moderate",
                         "status": status if number == "A" else "authorized"} for number in ["A", *others]]},
          sys.stdout)' "$@" >"$WORK/list.json"
}

pull() { # STORE, and as above
	list "${@:2}"
	"$SYNC" pull --quiet --accept-loss --store "$1" --source interchange --from "$WORK/list.json" >/dev/null
}

on_demand() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	grep -qw autofs /proc/filesystems || skip "this kernel has no autofs"
	python3 "$HELPERS/automounter.py" "$WORK/auto" "$DRIVER" "$STORE" "$WORK/auto" -o allow_other >"$WORK/automounter" 2>&1 &
	until_true grep -q . "$WORK/automounter"
	grep -q armed "$WORK/automounter" || skip "$(cat "$WORK/automounter")"
	timeout -s KILL 20 ls "$WORK/auto/" >"$WORK/listed"
	grep -qx services.tsv "$WORK/listed"
	# The driver's own exit status, not the automounter's patience.
	until_true grep -qxE '[0-9]+' "$WORK/automounter"
	grep -qx 0 "$WORK/automounter"
	umount "$WORK/auto"
	umount -l "$WORK/auto"
}
test_case "mounted on demand: who steps on the mount point sees the tree" on_demand

closed_descriptors() {
	local closed generation
	pull "$WORK/closed" 2026-01-01 in-process
	for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
		eval "\"\$DRIVER\" \"\$WORK/closed\" \"\$M\" $closed"
		generation=$(cat "$M/.registry/generation")
		eval "\"\$SYNC\" nonsense $closed" 2>/dev/null || true
		eval "pull \"\$WORK/closed\" \"2026-02-0$((generation + 1))\" status-$generation $closed"
		until_true grep -qx "$((generation + 1))" "$M/.registry/generation"
		unmount "$M"
		equal "the lock's size after $closed" "$(stat -c %s "$WORK/closed/lock")" 0
	done
}
test_case "started with standard descriptors closed, both programs work" closed_descriptors

inherited_descriptors() {
	exec 7>"$WORK/lock"
	flock 7
	"$DRIVER" "$STORE" "$M"
	exec 7>&-
	flock --nonblock "$WORK/lock" true
	unmount "$M"
	# What an argument names is read.
	list 2026-01-01 in-process
	"$SYNC" pull --quiet --store "$WORK/inherited" --source interchange --from <(cat "$WORK/list.json")
}
test_case "descriptors of the caller are closed, but those that an argument names" inherited_descriptors

on_older_kernels() {
	local error
	for error in ENOSYS EPERM; do
		pull "$WORK/older-$error" 2026-01-01 in-process
		list 2026-02-01 authorized
		expect_code 0 "$BUILD/tests/without_calls" "$error" newer "$SYNC" pull --store "$WORK/older-$error" \
			--source interchange --from "$WORK/list.json"
		expect_code 0 "$BUILD/tests/without_calls" "$error" newer "$SYNC" export --store "$WORK/older-$error" "$WORK/tree-$error"
		expect_code 0 "$BUILD/tests/without_calls" "$error" newer "$SYNC" export --store "$WORK/older-$error" "$WORK/tree-$error"
		expect_code 0 "$BUILD/tests/without_calls" "$error" newer "$DRIVER" "$WORK/older-$error" "$M"
		equal status "$(cat "$M"/services/*/status)" authorized
		unmount "$M"
	done
}
test_case "without the system calls of the last ten years both programs work" on_older_kernels

guardian_says_why() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	command -v setpriv >/dev/null || skip "no setpriv"
	expect_code 1 "$BUILD/tests/without_calls" EPERM capset "$DRIVER" "$STORE" "$M"
	said "$M: can't prepare for unmounting: Operation not permitted"
}
test_case "what keeps the second process from standing is said" guardian_says_why

dies_while_it_starts() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	local call calls=sendto code
	"$DRIVER" -V | grep -q 'sandbox: none' || calls+=" landlock_create_ruleset"
	# The first thing it sends is that it has mounted; it gives up its rights right before it reads the store.
	for call in $calls; do
		code=0
		(ulimit -c 0 && exec "$BUILD/tests/without_calls" KILL "$call" "$DRIVER" -f "$STORE" "$M") || code=$?
		equal "exit status without $call" "$code" $((128 + $(kill -l SYS)))
		until_true fails grep -q " $M " /proc/self/mountinfo
		equal entries "$(ls -A "$M")" ""
	done
	"$DRIVER" "$STORE" "$M"
	unmount "$M"
}
test_case "killed before anybody was answered, it leaves no mount" dies_while_it_starts

unmounts_what_does_not_answer() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	# By statfs() it asks whether its mount answers.
	expect_code 1 "$BUILD/tests/without_calls" EPERM statfs "$DRIVER" "$STORE" "$M"
	said "$M: mounted, but it doesn't answer .*, so it is unmounted"
	until_true fails mountpoint -q "$M"
}
test_case "a mount that doesn't answer: a sentence, exit status 1, and it goes" unmounts_what_does_not_answer

ends_when_aborted() {
	local code=0
	[ "$(id -u)" = 0 ] || skip "needs root"
	mount -t fusectl none "$WORK/control" || skip "no fusectl"
	"$DRIVER" -f "$STORE" "$M" 2>"$WORK/said" &
	until_true test -s "$M/README"
	echo 1 >"$WORK/control/$(stat -c %d "$M")/abort"
	wait $! || code=$?
	equal "exit status" "$code" 1
	grep -q "$M: the connection to the kernel was aborted, so the tree is unmounted" "$WORK/said"
	umount "$WORK/control"
	fails mountpoint -q "$M"
	equal entries "$(ls -A "$M")" ""
}
test_case "an aborted connection: a sentence, unmounted, exit status 1" ends_when_aborted

# Whoever still reads keeps the connection; whatever file system is under the mount point.
ends_when_detached() {
	local code=0 driver under
	for under in "$M" "$ON_DISK"; do
		mkdir -p "$under"
		"$DRIVER" -f "$STORE" "$under" 2>"$WORK/said" &
		driver=$!
		until_true test -s "$under/README"
		exec 7<"$under/services.tsv"
		fusermount3 -u -z "$under"
		kill -TERM "$driver"
		wait "$driver" || code=$?
		exec 7<&-
		equal "exit status" 0 "$code"
		equal said "" "$(cat "$WORK/said")"
	done
	rmdir "$ON_DISK"
}
ON_DISK=$(mktemp -d /var/tmp/ismapfs-test.XXXXXX)
test_case "unmounted lazily under a reader, it ends without a word" ends_when_detached

# Both lists are older than the backup between them.
comes_after_the_backup() {
	local S=$WORK/late
	pull "$S" 2026-01-01 in-process B
	"$DRIVER" "$S" "$M"
	tar -C "$M" -cf "$WORK/full.tar" -g "$WORK/snapshot" --no-check-device .
	sleep 0.02
	touch "$WORK/backup"
	pull "$S" 2026-01-02 authorized B
	until_true grep -qx 2 "$M/.registry/generation"
	tar -C "$M" -cf "$WORK/next.tar" -g "$WORK/snapshot" --no-check-device .
	equal "status in the next backup" "$(tar -xOf "$WORK/next.tar" ./services/A/status)" authorized
	find "$M/services" -cnewer "$WORK/backup" -type f -printf '%P %Ts\n' >"$WORK/newer"
	equal "what has come since" "$(cat "$WORK/newer")" "A/status $(date -ud 2026-01-02 +%s)"
	find "$M/services" "$M/tables" -printf '%P %C@\n' | sort >"$WORK/before"
	unmount "$M"
	# Also after a remount, and of a store that says nothing of it.
	"$DRIVER" "$S" "$M"
	equal "what has come since" "$(find "$M/services" -cnewer "$WORK/backup" -type f -printf '%P\n')" A/status
	unmount "$M"
	rm "$S/shown"
	"$DRIVER" "$S" "$M"
	find "$M/services" -cnewer "$WORK/backup" -type f -printf '%P\n' | grep -x A/status
	unmount "$M"
}
test_case "an incremental backup has what came after the last one, however old the list" comes_after_the_backup

several_at_once() {
	local S=$WORK/several i
	pull "$S" 2026-01-01 in-process B
	cp -r "$S" "$WORK/behind"
	pull "$WORK/behind" 2026-01-01 in-process B
	for i in 2 3 4; do pull "$S" "2026-01-0$i" "status-$i" B "C$i"; done
	"$DRIVER" "$WORK/behind" "$M"
	cat "$M/services/A/status"
	sleep 0.02
	touch "$WORK/backup"
	# As a mirror gets them.
	cp "$S/generations/4.db" "$WORK/behind/generations/"
	ln -s generations/4.db "$WORK/behind/current.new"
	mv -T "$WORK/behind/current.new" "$WORK/behind/current"
	until_true grep -qx 4 "$M/.registry/generation"
	equal "what has come since" "$(find "$M/services" -cnewer "$WORK/backup" -name status -printf '%P ' | xargs -n 1 | sort | xargs)" \
		"A/status C4/status"
	unmount "$M"
}
test_case "so it has when several lists come at once" several_at_once

notes_go_forward() {
	local S=$WORK/forward future
	future=$(date -ud 2100-01-01 +%s)000000000
	pull "$S" 2026-01-01 in-process
	printf '1 %s\n2 12' "$future" >"$S/shown"
	pull "$S" 2026-01-02 authorized
	# The next run notes it.
	pull "$S" 2026-01-02 authorized
	equal "the last line" "$(tail -n 1 "$S/shown")" "2 $((future + 1))"
	equal "what was cut off" "$(grep -c '^2 12$' "$S/shown")" 1
	rm "$S/shown"
	pull "$S" 2026-01-02 authorized
	equal "lines" "$(cut -d ' ' -f 1 "$S/shown")" 2
	equal "seconds" "$(cut -d ' ' -f 2 "$S/shown" | cut -c 1-10)" "$(stat -c %Z "$S/current")"
}
test_case "what is noted of a switch is later than the note before, whatever the clock" notes_go_forward

ends_with_its_store() {
	local code how
	for how in deleted replaced; do
		code=0
		pull "$WORK/anew" 2026-01-01 in-process
		"$DRIVER" -f "$WORK/anew" "$M" 2>"$WORK/said" &
		until_true test -s "$M/README"
		if [ $how = deleted ]; then rm -r "$WORK/anew"; else mv "$WORK/anew" "$WORK/moved"; fi
		pull "$WORK/anew" 2026-02-01 authorized
		wait $! || code=$?
		equal "exit status when $how" "$code" 5
		grep -q "$WORK/anew: the store was $how.*mount it again" "$WORK/said"
		fails mountpoint -q "$M"
		rm -r "$WORK/anew"
	done
}
test_case "a store that was deleted, or replaced in its place: a sentence, unmounted, exit status 5" ends_with_its_store

has_a_size() {
	"$DRIVER" "$STORE" "$M"
	equal "blocks and those free" "$(stat -f -c '%b %S' "$M")" "$(stat -f -c '%b %S' "$STORE")"
	[ "$(stat -f -c %c "$M")" -ge "$(find "$M" | wc -l)" ]
	[ "$(stat -f -c %d "$M")" -gt 0 ]
	df --output=pcent "$M" | grep -E '[0-9]%'
	unmount "$M"
}
test_case "statfs: the file system that the store is in, no number is 0" has_a_size

finish
