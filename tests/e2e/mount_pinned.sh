#!/usr/bin/env bash
# A reader keeps a directory locked for as long as it likes: it lists it into memory that never
# comes. Nobody else reads an old list through fresh/ for that, and the driver goes on or ends.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

STORE=$WORK/store
M=$WORK/mount
SAID=$WORK/driver.said
N=E-0006

can_mount || { test_case "directories kept locked" skip "nothing can be mounted here"; finish; }

# publish STATUS: a new list, in which one service has that status, read from its source. Each is a
# minute younger than the one before, since the web's times are whole seconds.
publish() {
	local time
	# Counted in a file: each case is a process of its own.
	echo >>"$WORK/published"
	time=$(date -u -d "now -10 hours +$(wc -l <"$WORK/published") minutes" +%FT%TZ)
	python3 "$TOP/tests/publications/interchange.py" --published "$time" --status "$N=$1" >"$WORK/site/list.json"
	touch -d "$time" "$WORK/site/list.json"
	expect_code 0 "$SYNC" pull --quiet --store "$STORE" --source interchange --from "$URL/list.json"
}

# begin: a driver in the foreground, whose id is in $DRIVER_PID.
begin() {
	mkdir -p "$M"
	"$DRIVER" -f "$STORE" "$M" >"$SAID" 2>&1 &
	DRIVER_PID=$!
	CHILDREN+=("$DRIVER_PID")
	eventually mountpoint -q "$M"
}

# pin DIRECTORY…: from now on each is locked, until `unpin`. False where this kernel doesn't let us.
PINS=()
pin() {
	local directory
	for directory in "$@"; do
		"$BUILD/tests/pin" "$directory" >"$WORK/pin.said" 2>&1 &
		PINS+=($!)
		CHILDREN+=($!)
		eventually grep -q pinned "$WORK/pin.said" || return
	done
}
unpin() {
	kill -KILL "${PINS[@]}" 2>/dev/null
	wait "${PINS[@]}" 2>/dev/null
	PINS=()
}

eventually() {
	local i
	for ((i = 0; i < 100; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "never: $*"
	return 1
}

# A reader that could wait for ever.
reads() { [ "$(timeout 2 cat "$1" 2>&1)" = "$2" ]; }
messenger() { pgrep -f "^ismapfs: announces changes of $M"; }
state_of() { awk '/^State/ { print $2 }' "/proc/$1/status"; }
messenger_rests() { [ "$(state_of "$(messenger)")" = S ]; }
ended() { ! [ -e "/proc/$1" ] || [ "$(state_of "$1")" = Z ]; }

nobody_reads_the_old_list() {
	publish past-date
	eventually reads "$M/fresh/$N/status" past-date
	reads "$M/fresh/E-0007/status" registered
	reads "$M/.registry/generation" 2
	# What the reader doesn't keep locked, and what is known of what it does.
	timeout 2 ls "$M/fresh/" "$M/" "$M/services" "$M/at/latest/services/$N" >/dev/null
	equal "who announces waits for the lock" D "$(state_of "$(messenger)")"
}

# The status is on the last line of $WORK/status.
driver_ends() {
	grep -q "a process keeps a directory locked" "$SAID"
	equal "exit status" 1 "$(cat "$WORK/status")"
	fails mountpoint -q "$M"
}

ends_when_told() {
	publish registered-liu
	eventually reads "$M/fresh/$N/status" registered-liu
	equal "who announces waits for the lock" D "$(state_of "$(messenger)")"
	kill -TERM "$DRIVER_PID"
	for _ in {1..30}; do
		ended "$DRIVER_PID" && break
		sleep 0.1
	done
	ended "$DRIVER_PID"
	fails mountpoint -q "$M"
}

# Nothing there is announced, so nothing waits.
unannounced_directories() {
	publish past-date
	eventually reads "$M/services/$N/status" past-date
	eventually reads "$M/fresh/$N/status" past-date
	eventually reads "$M/.registry/generation" 4
	eventually reads "$M/at/latest/.registry/day.basis" published
	eventually messenger_rests
}

mkdir "$WORK/site"
serve_folder "$WORK/site" "$WORK/port"
URL=http://127.0.0.1:$(cat "$WORK/port")
MOUNTS+=("$M")
publish registered || finish

begin
cat "$M/fresh/$N/status" "$M/services/$N"/* >/dev/null
ls -R "$M/services/$N" >/dev/null
pin "$M/services/$N" || { test_case "directories kept locked" skip "$(cat "$WORK/pin.said")"; finish; }
test_case "a directory is kept locked: the new list is read through fresh/ all the same" nobody_reads_the_old_list
for _ in {1..200}; do
	ended "$DRIVER_PID" && break
	sleep 0.1
done
kill "$DRIVER_PID" 2>/dev/null
wait "$DRIVER_PID"
echo $? >"$WORK/status"
test_case "and after ten seconds the driver ends, since the rest can't be put right" driver_ends
unpin
test_case "who announced ends with the lock" eventually fails messenger
begin
ls "$M/services/$N" >/dev/null
pin "$M/services/$N"
test_case "SIGTERM ends a driver whose announcements wait" ends_when_told
unpin
begin
for directory in . at .registry fresh "fresh/$N" at/latest at/latest/.registry; do
	ls "$M/$directory/" >/dev/null
	pin "$M/$directory/"
done
test_case "the root, at/, .registry and the newest day may be kept locked: the mount goes on" unannounced_directories
unpin
finish
