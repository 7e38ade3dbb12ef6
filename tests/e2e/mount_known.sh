#!/usr/bin/env bash
# A mount shows only what is known: fresh/ is there while the state is of the list that is shown and
# the list's own time is recent; a file that was altered isn't shown, nor one that isn't there.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

STORE=$WORK/store
M=$WORK/mount
MOUNTS+=("$M" "$WORK/other")
mkdir "$WORK/site" "$M" "$WORK/other"

can_mount || { test_case "a mount shows what is known" skip "nothing can be mounted here"; finish; }

eventually() {
	local i
	for ((i = 0; i < 100; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "never: $*"
	"$@"
}

serve_folder "$WORK/site" "$WORK/port"
URL=http://127.0.0.1:$(cat "$WORK/port")

# publish AGE STATUS: a list of AGE ago, in which one service has that status, read from its source.
publish() {
	python3 "$TOP/tests/publications/interchange.py" --published "$(date -u -d "now - $1" +%FT%TZ)" --status "E-0002=$2" \
		>"$WORK/site/list.json"
	touch -d "now - $1" "$WORK/site/list.json"
	pull
}
pull() { expect_code 0 "$SYNC" pull --quiet --store "$STORE" --source interchange --from "$URL/list.json"; }

# edit KEY VALUE…: these lines of the state have those values, or are gone.
edit() {
	local state=$STORE/state serial
	serial=$(sed -n 's/^serial //p' "$state")
	cp "$state" "$state.new"
	set -- "$@" serial $((serial + 1))
	while [ $# -gt 0 ]; do
		sed -i "/^$1 /d" "$state.new"
		[ -z "$2" ] || echo "$1 $2" >>"$state.new"
		shift 2
	done
	mv "$state.new" "$state"
}
# At once, whatever the refresh thread does: each lookup of fresh reads the state.
is_fresh() { [ "$(cat "$M/fresh/E-0002/status")" = "$1" ] && eventually fails test -e "$M/.registry/stale.reason"; }
is_stale() { # PATTERN of the reason
	eventually fails test -L "$M/fresh"
	# Files that the kernel has in its cache follow one after the other.
	eventually grep -qE "$1" "$M/.registry/stale.reason"
	eventually grep -qx yes "$M/.registry/stale"
	eventually grep -qx "Not to be relied on: .registry/stale.reason says why" "$M/README"
	tail -n 1 "$M/README" | grep -qx "Stale: yes"
	equal lines 1 "$(wc -l <"$M/.registry/stale.reason")"
	equal size "$(stat -c %s "$M/.registry/stale.reason")" "$(wc -c <"$M/.registry/stale.reason")"
	ls "$M/.registry" | grep -qx stale.reason
}
now() { date +%s000; }
ago() { date -d "now - $1" +%s000; }

one_day
publish "3 days" registered
publish "2 days" past-date
mount_store "$STORE" "$M"

leads_to_the_newest_day() {
	is_fresh past-date
	equal fresh "at/$(date -u -d "now - 2 days" +%F)/services" "$(readlink "$M/fresh")"
	equal size "$(readlink "$M/fresh" | tr -d '\n' | wc -c)" "$(stat -c %s "$M/fresh")"
	fails ls "$M/.registry/stale.reason"
	tail -n 1 "$M/README" | grep -qx "Stale: no"
}
test_case "fresh leads to the newest day's services" leads_to_the_newest_day

of_another_list() {
	local chain
	chain=$(sed -n 's/^chain //p' "$STORE/state")
	edit chain "$(printf '%064d' 0)"
	is_stale "of another list"
	edit chain "$chain"
	eventually is_fresh past-date
	# Of a list that nobody has, as in a copy made while the store was written.
	edit generation 3
	is_stale "of another list"
	edit generation 2
	eventually is_fresh past-date
	# Of none at all.
	edit generation '' chain ''
	is_stale "of another list"
	pull
	eventually is_fresh past-date
}
test_case "no fresh where the state is of another list, until the next pull" of_another_list

of_a_list_before() {
	edit generation 1 chain "$(sqlite3 -readonly "$STORE/current" 'SELECT chain FROM generation WHERE id = 1')"
	sleep 1.1
	is_fresh past-date
	pull
}
test_case "a state of the list before says when this one's source was last asked" of_a_list_before

source_stopped() {
	edit published "$(ago "8 days")" publication-limit $((7 * 86400000))
	is_stale "more than 7 days ago: it seems to have stopped publishing"
	edit published "$(ago "6 days")"
	eventually is_fresh past-date
	edit publication-limit '' published "$(ago "900 days")"
	sleep 1.1
	is_fresh past-date
}
test_case "no fresh where the source answers, but has stopped publishing" source_stopped

limits_of_the_mount() {
	edit published "$(ago "8 days")" publication-limit $((7 * 86400000)) expires ''
	expect_code 0 "$DRIVER" "$STORE" "$WORK/other" -o max-publication-age=none
	grep -qx past-date "$WORK/other/fresh/E-0002/status"
	unmount "$WORK/other"
	expect_code 0 "$DRIVER" "$STORE" "$WORK/other" -o max-publication-age=9d
	grep -qx past-date "$WORK/other/fresh/E-0002/status"
	unmount "$WORK/other"
	edit publication-limit ''
	expect_code 0 "$DRIVER" "$STORE" "$WORK/other" -o max-publication-age=191h,lang=ja
	fails ls "$WORK/other/fresh"
	test -s "$WORK/other/.registry/stale.reason"
	unmount "$WORK/other"
	for age in '' 7 -1d 1w nothing 3651d none1; do
		expect_code 2 "$DRIVER" "$STORE" "$WORK/other" -o "max-publication-age=$age"
		said "max-publication-age=$age: give a number and a unit"
	done
}
test_case "-o max-publication-age= overrules what the source is known for" limits_of_the_mount

clock_of_another() {
	pull
	edit last-success "$(date -d "now + 2 hours" +%s000)"
	is_stale "in the future"
	edit last-success "$(ago "8 days")"
	is_stale "more than 7 days ago"
	edit last-success ''
	is_stale "nothing says that the list was ever checked"
	edit lacks changelog last-success "$(now)"
	is_stale changelog
	edit lacks '' expires "$(ago "1 hour")"
	is_stale "head of this mirror"
	edit expires ''
	eventually is_fresh past-date
}
test_case "each reason is one sentence in .registry/stale.reason, which README names" clock_of_another

# A state that no list follows: `current` was put back, or its file never comes.
newer_than_shown() {
	edit generation 3 written-at "$(now)"
	ln -s generations/3.db "$STORE/current.new"
	mv -T "$STORE/current.new" "$STORE/current"
	# Whoever has just written a list may be followed for ten seconds.
	test -L "$M/fresh"
	sleep 10
	eventually fails test -L "$M/fresh"
	eventually grep -q "another list" "$M/.registry/stale.reason"
	equal shown past-date "$(cat "$M/services/E-0002/status")"
	ln -s generations/2.db "$STORE/current.new"
	mv -T "$STORE/current.new" "$STORE/current"
	pull
	eventually is_fresh past-date
}
test_case "a newer list that doesn't come within ten seconds: no fresh" newer_than_shown
unmount "$M"

dangling_at_mount() {
	ln -s generations/9.db "$STORE/current.new"
	mv -T "$STORE/current.new" "$STORE/current"
	echo "no database" >"$STORE/generations/8.db"
	expect_code 0 "$DRIVER" "$STORE" "$M"
	said "generations/9.db: the store names this file as its newest, but it doesn't exist; generations/2.db"
	said "generations/8.db: damaged"
	equal shown past-date "$(cat "$M/services/E-0002/status")"
	# The state is of that list.
	eventually is_fresh past-date
	rm "$STORE/generations/8.db"
	unmount "$M"
	ln -s generations/2.db "$STORE/current.new"
	mv -T "$STORE/current.new" "$STORE/current"
	mkdir "$WORK/empty" "$WORK/empty/generations"
	ln -s generations/1.db "$WORK/empty/current"
	expect_code 5 "$DRIVER" "$WORK/empty" "$M"
	said "doesn't exist"
}
test_case "current leads to no file: the newest whole list is shown, and that is said" dangling_at_mount

# Which tools that copy leave out, or make a file of.
no_current_at_mount() {
	local newest
	newest=$(readlink "$STORE/current")
	rm "$STORE/current"
	expect_code 0 "$DRIVER" "$STORE" "$M"
	said "the store has no symlink 'current'; $newest"
	equal shown past-date "$(cat "$M/services/E-0002/status")"
	is_stale "the store's newest list can't be found"
	unmount "$M"
	echo "$newest" >"$STORE/current"
	expect_code 0 "$DRIVER" "$STORE" "$M"
	equal shown past-date "$(cat "$M/services/E-0002/status")"
	ln -s "$newest" "$STORE/current.new"
	mv -T "$STORE/current.new" "$STORE/current"
	eventually is_fresh past-date
	unmount "$M"
	mkdir -p "$WORK/damaged/generations"
	echo damaged >"$WORK/damaged/generations/1.db"
	expect_code 5 "$DRIVER" "$WORK/damaged" "$M"
	said "the store has no symlink 'current', and no whole list"
}
test_case "without current the newest whole list is shown, and isn't fresh" no_current_at_mount

# A link may lead to the mount point, and the driver would wait for itself.
generations_elsewhere() {
	mkdir "$WORK/linked" "$WORK/elsewhere"
	ln -s "$WORK/elsewhere" "$WORK/linked/generations"
	expect_code 5 "$DRIVER" "$WORK/linked" "$WORK/elsewhere"
	said "linked/generations is no folder of the store's own"
	expect_code 5 "$SYNC" status --store "$WORK/linked"
	said "linked/generations is no folder of the store's own"
	expect_code 5 "$SYNC" init --store "$WORK/linked" --bundled ismap
	said "linked/generations is no folder of the store's own"
}
test_case "generations that are elsewhere are refused" generations_elsewhere

# alter FILE: other letters of the same length, and the times as before.
alter() {
	cp -p "$1" "$1.before"
	python3 - "$1" <<-'PYTHON'
		import os, sys
		path = sys.argv[1]
		status = os.stat(path)
		content = open(path, "rb").read()
		assert b"past-date" in content
		with open(path, "wb") as file:
		    file.write(content.replace(b"past-date", b"registere"))
		os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
	PYTHON
}

altered_at_mount() {
	alter "$STORE/generations/2.db"
	expect_code 5 "$DRIVER" "$STORE" "$M"
	said "generations/2.db: it isn't what it was when it was made"
	said "ismap-sync verify"
	fails mountpoint -q "$M"
	mv "$STORE/generations/2.db.before" "$STORE/generations/2.db"
	expect_code 0 "$DRIVER" "$STORE" "$M"
	unmount "$M"
	# Another size, and a store that knows no digests.
	truncate -s +4096 "$STORE/generations/2.db"
	expect_code 5 "$DRIVER" "$STORE" "$M"
	truncate -s -4096 "$STORE/generations/2.db"
	mv "$STORE/digests" "$WORK/digests"
	expect_code 0 "$DRIVER" "$STORE" "$M"
	unmount "$M"
	mv "$WORK/digests" "$STORE/digests"
}
test_case "a list that was altered isn't mounted" altered_at_mount

altered_at_switch() {
	"$DRIVER" -f "$STORE" "$M" 2>"$WORK/driver.said" &
	eventually test -L "$M/fresh"
	kill -STOP "$(driver_of "$DRIVER -f $STORE $M")"
	publish "1 day" registered-liu
	alter "$STORE/generations/3.db"
	kill -CONT "$(driver_of "$DRIVER -f $STORE $M")"
	eventually grep -q "3.db: it isn't what it was" "$WORK/driver.said"
	eventually fails test -L "$M/fresh"
	eventually grep -q "the store's newest list can't be found, or can't be shown" "$M/.registry/stale.reason"
	equal shown 2 "$(cat "$M/.registry/generation")"
	mv "$STORE/generations/3.db.before" "$STORE/generations/3.db"
	eventually grep -qx 3 "$M/.registry/generation"
	eventually is_fresh registered-liu
	unmount "$M"
}
test_case "a list that was altered isn't switched to, and until it is mended there is no fresh" altered_at_switch
finish
