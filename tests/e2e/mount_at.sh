#!/usr/bin/env bash
# at/: the list as it stood on a day, in a mount that follows its store.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

STORE=$WORK/store
M=$WORK/mount
AT=$M/at
FIRST=2025-01-31 SECOND=2025-02-03 THIRD=2025-02-10

# publish TIME [OPTIONS…]: the made-up list, as it was published then, into $STORE.
publish() {
	python3 "$TOP/tests/publications/interchange.py" --published "$@" >"$WORK/list.json"
	expect_code 0 "$SYNC" pull --store "${TO:-$STORE}" --source interchange --from "$WORK/list.json" --accept-loss
}

driver_pid() { driver_of "$DRIVER $STORE $M"; }

# eventually COMMAND…: it succeeds within ten seconds.
eventually() {
	local i
	for ((i = 0; i < 100; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "never: $*"
	return 1
}

absent() {
	local said
	said=$(stat "$1" 2>&1) && echo "there is $1" && return 1
	case $said in *"No such file"*) ;; *) echo "$said" && return 1 ;; esac
}

reads() { [ "$(cat "$1" 2>&1)" = "$2" ]; }
leads() { [ "$(readlink "$1" 2>&1)" = "$2" ]; }
inode() { stat -c %i "$1"; }
mtime() { stat -c %y "$1" | cut -d. -f1; }

lists_only_documents() {
	equal listing "README days" "$(ls -A "$AT" | xargs)"
	grep -q unconfirmed "$AT/README"
	equal days "$FIRST $SECOND $THIRD" "$(sed -n 's/\tpublished//p' "$AT/days" | xargs)"
}

# The lists came from files, which prove nothing later than their publication.
days_and_gaps() {
	local day
	for day in $FIRST 2025-02-01 2025-02-02 $SECOND 2025-02-04 2025-02-09 $THIRD; do
		equal "$day" directory "$(stat -c %F "$AT/$day")"
	done
	equal "through a gap" registered "$(cat "$AT/2025-02-02/services/E-0002/status")"
	equal "found" "$(find "$AT/$SECOND/" -printf '%P\n' | sort | sed /day.from/d)" \
		"$(find "$AT/2025-02-05/" -printf '%P\n' | sort)"
	diff -r "$AT/$SECOND/services" "$AT/2025-02-05/services"
	# The same content, but another day, so another directory.
	[ "$(inode "$AT/2025-02-04")" != "$(inode "$AT/2025-02-09")" ]
	[ "$(inode "$AT/2025-02-04/.registry")" != "$(inode "$AT/2025-02-09/.registry")" ]
	equal "a value's inode" "$(inode "$AT/2025-02-04/services/E-0002/status")" "$(inode "$AT/2025-02-09/services/E-0002/status")"
	absent "$AT/2025-02-11"
	absent "$AT/$(date -u +%F)"
}

# Who stands in one day's directory stays there, whoever looks at another day with the same list.
days_stay_apart() {
	(cd "$AT/2025-02-05/services/E-0001" && ls "$AT/2025-02-06/services/E-0001" "$AT/$SECOND/services/E-0001" >/dev/null &&
		equal place "$AT/2025-02-05/services/E-0001" "$(pwd -P)" && equal above "$(inode "$AT/2025-02-05/services")" "$(inode ..)")
	equal "the day's .." "$(inode "$AT/2025-02-05")" "$(inode "$AT/2025-02-05/services/..")"
	equal "at" "$(inode "$AT")" "$(inode "$AT/2025-02-05/..")"
}

# basis DAY WORD: what is known of a day, and whether the path is there that only known days have.
basis() {
	equal "basis of $1" "$2" "$(cat "$AT/$1/.registry/day.basis")"
	equal "size of $1's" $((${#2} + 1)) "$(stat -c %s "$AT/$1/.registry/day.basis")"
	case $2 in
	unconfirmed) absent "$AT/confirmed/$1" ;;
	*) leads "$AT/confirmed/$1" "../$1" && test "$AT/confirmed/$1" -ef "$AT/$1" ;;
	esac
}

what_is_known_of_days() {
	basis $FIRST published
	basis 2025-02-02 unconfirmed
	basis $SECOND published
	basis 2025-02-09 unconfirmed
	basis $THIRD published
	equal "a published day's files" "day.basis day.from" "$(ls "$AT/$SECOND/.registry" | xargs)"
	equal "a gap's files" day.basis "$(ls -A "$AT/2025-02-09/.registry" | xargs)"
	equal "the last known day's" "day.basis day.from day.until" "$(ls "$AT/$THIRD/.registry" | xargs)"
	equal from "${SECOND}T09:00:00Z" "$(cat "$AT/$SECOND/.registry/day.from")"
	equal until "${THIRD}T09:00:00Z" "$(cat "$AT/$THIRD/.registry/day.until")"
	equal "what confirmed/ lists" "" "$(ls -A "$AT/confirmed")"
	absent "$AT/confirmed/latest"
	absent "$AT/confirmed/2025-02"
	absent "$AT/confirmed/2025-01-30"
}

# held GENERATION INSTANT [WORD]: the state says that this list was the newest until then.
held() {
	local chain serial
	chain=$(sqlite3 -readonly "$STORE/current" "SELECT chain FROM generation WHERE id = $1")
	# No two states may have one: by it the kernel knows their files apart.
	serial=$(sed -n 's/^serial //p' "$STORE/state")
	sed "/^\\(held-until\\|generation\\|chain\\|serial\\) /d" "$STORE/state" >"$STORE/state.new"
	printf 'serial %d\nheld-until %s000\ngeneration %d\nchain %s\n' "$((serial + 1))" "$(date -ud "$2" +%s)" "$1" "${3:-$chain}" >>"$STORE/state.new"
	mv "$STORE/state.new" "$STORE/state"
}

last_known_day_moves() {
	held 3 2025-02-13T05:30:00Z
	eventually test -d "$AT/2025-02-13"
	# That it wasn't there is remembered for a second.
	eventually test -d "$AT/2025-02-11"
	basis 2025-02-11 confirmed
	basis 2025-02-12 confirmed
	basis 2025-02-13 unconfirmed
	absent "$AT/2025-02-14"
	equal until 2025-02-13T05:30:00Z "$(cat "$AT/2025-02-13/.registry/day.until")"
	eventually absent "$AT/$THIRD/.registry/day.until"
	equal "the last lines of days" "$(printf '%s\t%s\n' $THIRD published 2025-02-11 confirmed 2025-02-12 confirmed 2025-02-13 unconfirmed)" \
		"$(tail -n 4 "$AT/days")"
	held 3 2025-02-14T00:00:00Z
	eventually reads "$AT/2025-02-13/.registry/day.basis" confirmed
	eventually basis 2025-02-14 unconfirmed
	equal "files of a day that was the last" day.basis "$(ls "$AT/2025-02-13/.registry" | xargs)"
	# It was looked for in vain a moment ago.
	eventually leads "$AT/confirmed/2025-02-13" ../2025-02-13
	eventually grep -q "^2025-02-14" "$AT/days"
	equal size "$(stat -c %s "$AT/days")" "$(wc -c <"$AT/days")"
	leads "$AT/2025-02" $THIRD
	absent "$AT/2025-03"
}

# A state of another list says nothing of this one's days.
state_of_another_list() {
	held 3 2025-02-13T15:00:00Z "$(printf '%064d' 0)"
	eventually absent "$AT/2025-02-11"
	eventually reads "$AT/$THIRD/.registry/day.until" "${THIRD}T09:00:00Z"
	eventually fails grep -q 2025-02-11 "$AT/days"
	held 2 2025-02-13T15:00:00Z
	absent "$AT/2025-02-11"
	held 3 2025-02-13T05:30:00Z
	eventually test -d "$AT/2025-02-13"
}

# Further than an inode number reaches there is no directory, rather than a wrong one.
long_gaps() {
	held 3 2027-12-31T00:00:00Z
	eventually test -d "$AT/2027-11-30"
	eventually basis 2027-11-30 confirmed
	absent "$AT/2027-12-01"
	eventually grep -q '^2027-11-30' "$AT/days"
	equal "the last day listed" 2027-11-30 "$(tail -n 1 "$AT/days" | cut -f1)"
	held 3 2025-02-13T05:30:00Z
	eventually absent "$AT/2027-11-30"
}

months_and_latest() {
	leads "$AT/2025-01" $FIRST
	leads "$AT/2025-02" $THIRD
	absent "$AT/2025-03"
	leads "$AT/latest" $THIRD
	equal "a month's mtime" "$(mtime "$AT/$THIRD")" "$(mtime "$AT/2025-02")"
}

nothing_else() {
	local name
	for name in 2025-01-30 2024-12 0001-01-01 "$(date -u -d +2days +%F)" "$(date -u -d +40days +%Y-%m)" \
		9999-12-31 2025-02-30 2025-02-29 2025-13-01 2025-13 2025-00 2025 2025-2-3 2025-02-3 2025-02-031 \
		2025-02-03x " 2025-02-03" 2025-02-03T00:00:00Z 2025/02 02025-02-03 -2025-02-03 +025-02-03 Latest LATEST now \
		services "$(printf '%0255d' 0)" "2025-02-03$(printf '\n')x"; do
		absent "$AT/$name"
	done
	stat "$AT/$(printf '%0256d' 0)" 2>&1 | grep -q "too long"
}

dated_tree_is_facts_alone() {
	equal tree ".registry agencies auditors baselines by-class by-expiry by-level by-name by-status controls delisted providers services" \
		"$(ls -A "$AT/$FIRST" | grep -v '^by-provider$' | xargs)"
	for name in tables records history changes at fresh README services.tsv .registry/generation .registry/stale; do
		absent "$AT/$FIRST/$name"
	done
}

values_as_of_then() {
	equal first registered "$(cat "$AT/$FIRST/services/E-0001/status")"
	equal second past-date "$(cat "$AT/$SECOND/services/E-0001/status")"
	equal third registered "$(cat "$AT/$THIRD/services/E-0001/status")"
	equal "listed then" registered "$(cat "$AT/$FIRST/services/E-0010/status")"
	absent "$AT/$THIRD/services/E-0010"
	absent "$AT/$FIRST/delisted/E-0010"
	absent "$AT/$FIRST/services/E-0010/delisted-on"
	equal "gone now" delisted "$(cat "$AT/$THIRD/delisted/E-0010/status")"
	equal "its day" $THIRD "$(cat "$AT/$THIRD/delisted/E-0010/delisted-on")"
	equal "by-status" 10 "$(ls "$AT/$FIRST/by-status/registered" | wc -l)"
	equal "by-status of the second" 9 "$(ls "$AT/$SECOND/by-status/registered" | wc -l)"
	leads "$AT/$SECOND/by-status/past-date/E-0001" ../../services/E-0001
	equal "through its link" past-date "$(cat "$AT/$SECOND/by-status/past-date/E-0001/status")"
	equal "the provider's" past-date "$(cat "$AT/$SECOND"/services/E-0001/provider/services/E-0001/status)"
	equal "links that lead nowhere" 0 "$(find "$AT/$FIRST" "$AT/$SECOND" "$AT/$THIRD" -xtype l | wc -l)"
}

newest_day_is_now() {
	for part in services providers controls baselines by-name by-status delisted; do
		diff -r --no-dereference "$M/$part" "$AT/latest/$part"
	done
}

inodes_are_the_values() {
	equal unchanged "$(inode "$M/services/E-0002/status")" "$(inode "$AT/$FIRST/services/E-0002/status")"
	equal link "$(inode "$M/services/E-0002/provider")" "$(inode "$AT/$SECOND/services/E-0002/provider")"
	[ "$(inode "$M/services/E-0001/status")" != "$(inode "$AT/$FIRST/services/E-0001/status")" ]
	[ "$(inode "$M/services/E-0002")" != "$(inode "$AT/$FIRST/services/E-0002")" ]
	equal "directories twice" "" "$(find "$M" "$AT/$FIRST" "$AT/$SECOND" -type d -printf '%i\n' | sort | uniq -d)"
}

mtimes() {
	equal "a value's" "$SECOND 09:00:00" "$(mtime "$AT/$SECOND/services/E-0001/status")"
	equal "an old value's" "$FIRST 09:00:00" "$(mtime "$AT/$FIRST/services/E-0001/status")"
	equal "unchanged" "$FIRST 09:00:00" "$(mtime "$AT/$THIRD/services/E-0002/status")"
	equal "a directory then" "$FIRST 09:00:00" "$(mtime "$AT/$FIRST/services")"
	equal "before it changed" "$FIRST 09:00:00" "$(mtime "$AT/$SECOND/services")"
	equal "when it changed" "$THIRD 09:00:00" "$(mtime "$AT/$THIRD/services")"
	equal "a service then" "$SECOND 09:00:00" "$(mtime "$AT/$SECOND/services/E-0001")"
}

root_walks_stay_out() {
	equal found "" "$(find "$M" -path '*/at/2*')"
	equal grepped "" "$(grep -rl past-date "$M" | grep "^$AT/2")"
	equal "names in at" 3 "$(find "$AT" | wc -l)"
}

walks_then_silence() {
	local pid code i
	find "$AT/$SECOND" >"$WORK/found"
	# Not -q, which ends with the first: all of it is read.
	grep -r past-date "$AT/$SECOND" >"$WORK/matches"
	# Names in at/, and of what is known of a day, are asked for again after a second.
	cd "$AT/$SECOND"
	equal names "$(wc -l <"$WORK/found")" "$(find "$AT/$SECOND" | wc -l)"
	pid=$(driver_pid)
	# Once more where a machine under load had the kernel forget something between the two.
	for i in 1 2 3; do
		code=0
		rm -f "$WORK/listed" "$WORK/again"
		ls -lR [a-z]* >"$WORK/listed"
		cat services/*/status >"$WORK/content"
		# Whatever needs the driver now hangs.
		kill -STOP "$pid"
		sleep 1.2
		timeout 10 ls -lR [a-z]* >"$WORK/again" || code=$?
		timeout 10 cat services/*/status >"$WORK/content" || code=$?
		kill -CONT "$pid"
		[ "$code" != 0 ] || break
	done
	equal "the second walk's code" 0 "$code"
	cmp "$WORK/listed" "$WORK/again"
}

working_directory() {
	cd "$AT/$SECOND/services/E-0001"
	equal here past-date "$(cat status)"
	equal "its place" "$AT/$SECOND/services/E-0001" "$(pwd -P)"
	equal above "$(inode "$AT")" "$(inode "$AT/$SECOND/..")"
	equal "above at" "$(inode "$M")" "$(inode "$AT/..")"
	cd ../..
	equal "the date's .." "$(inode "$AT/$SECOND")" "$(inode services/..)"
	equal listed "$(inode "$AT")" "$(ls -ai | awk '$2 == ".." { print $1 }')"
}

handles() {
	[ "$(id -u)" = 0 ] || skip "opening by handle needs root"
	python3 "$TOP/tests/helpers/handles.py" "$@"
}

only_looked_at() {
	equal "written" "" "$(find "$AT/" "$AT/$FIRST" -perm /222 ! -type l)"
	fails mkdir "$AT/2025-02-04" 2>/dev/null
	fails rmdir "$AT/$FIRST" 2>/dev/null
}

later_that_day() {
	ls "$AT/$THIRD/services" >/dev/null
	(cd "$AT/$THIRD" && exec sleep 60) &
	eventually test "/proc/$!/cwd" -ef "$AT/$THIRD"
	publish ${THIRD}T17:00:00Z --status E-0001=past-date --without E-0010
	eventually reads "$AT/$THIRD/services/E-0001/status" past-date
	equal mtime "$THIRD 17:00:00" "$(mtime "$AT/$THIRD/services/E-0001/status")"
	equal from "${THIRD}T17:00:00Z" "$(cat "$AT/$THIRD/.registry/day.from")"
	equal "not before" registered "$(cat "$AT/2025-02-01/services/E-0001/status")"
	# Who stood in the morning's tree still does.
	equal "the morning's" registered "$(cat "/proc/$!/cwd/services/E-0001/status")"
	kill $!
}

day_gets_a_list() {
	held 4 2025-03-02T00:00:00Z
	eventually reads "$AT/2025-03-01/.registry/day.basis" confirmed
	equal before past-date "$(cat "$AT/2025-03-01/services/E-0001/status")"
	publish 2025-03-01T09:00:00Z --without E-0010
	eventually reads "$AT/2025-03-01/.registry/day.basis" published
	eventually leads "$AT/latest" 2025-03-01
	equal after registered "$(cat "$AT/2025-03-01/services/E-0001/status")"
	leads "$AT/2025-03" 2025-03-01
	leads "$AT/2025-02" $THIRD
	eventually grep -q '^2025-03-01' "$AT/days"
}

pruned() {
	cat "$AT/$FIRST/services/E-0002/status"
	(cd "$AT/$FIRST/services" && exec sleep 60) &
	eventually test "/proc/$!/cwd" -ef "$AT/$FIRST/services"
	expect_code 0 "$SYNC" prune --store "$STORE" --keep 2
	eventually absent "$AT/$FIRST"
	eventually absent "$AT/2025-02-01"
	eventually absent "$AT/confirmed/$FIRST"
	eventually absent "$AT/2025-01"
	stat "/proc/$!/cwd/E-0004" 2>&1 | grep -q "Stale file handle"
	ls "/proc/$!/cwd/" 2>&1 | grep -qE "Stale file handle|^$"
	kill $!
	eventually leads "$AT/latest" "$(grep published "$AT/days" | tail -n 1 | cut -f1)"
	equal "the oldest" "$(head -n 1 "$AT/days" | cut -f1)" "$(cd -P "$AT/$(head -n 1 "$AT/days" | cut -f1)" && basename "$PWD")"
	equal "facts of now" registered "$(cat "$M/services/E-0002/status")"
}

# What ended while nobody looked, and whose rows were pruned before anybody did.
pruned_behind_our_back() {
	local pid
	ls "$M/services/E-0009" "$M/by-status/registered" >/dev/null
	absent "$M/delisted/E-0009"
	pid=$(driver_pid)
	kill -STOP "$pid"
	publish 2025-03-02T09:00:00Z --without E-0009 --without E-0010 || code=$?
	publish 2025-03-03T09:00:00Z --without E-0009 --without E-0010 --status E-0003=past-date || code=$?
	expect_code 0 "$SYNC" prune --store "$STORE" --keep 1 || code=$?
	kill -CONT "$pid"
	equal "the syncs' code" 0 "${code:-0}"
	# Before Linux 6.16 the kernel can't be told: the mount ends rather than show what isn't true.
	if ! eventually reads "$M/delisted/E-0009/status" delisted; then
		mountpoint -q "$M" && return 1
		skip "this kernel can't forget everything: the mount ended, as it must"
	fi
	absent "$M/services/E-0009"
	absent "$M/by-status/registered/E-0009"
	equal listed "" "$(ls "$M/services" "$M/by-status/registered" | grep E-0009)"
	equal now past-date "$(cat "$M/services/E-0003/status")"
}

without_kept_day_it_is_no_store() {
	cp -r "$STORE" "$WORK/damaged"
	sqlite3 "$WORK/damaged/current" "UPDATE generation SET kept = 0"
	expect_code 5 "$DRIVER" "$WORK/damaged" "$WORK"/nowhere
	said damaged
}

can_mount || { test_case "at/ in a mount" skip "nothing can be mounted here"; finish; }
publish ${FIRST}T09:00:00Z
publish ${SECOND}T09:00:00Z --status E-0001=past-date
publish ${THIRD}T09:00:00Z --without E-0010
mount_store "$STORE" "$M"

test_case "at/ lists README and days alone" lists_only_documents
test_case "each day from the first to the last known one is a directory" days_and_gaps
test_case "days with the same list are directories of their own" days_stay_apart
test_case "each day says what is known of it, and at/confirmed/ has the known ones only" what_is_known_of_days
test_case "the last known day moves with the checks" last_known_day_moves
test_case "a state that is of another list says nothing of days" state_of_another_list
test_case "a day that is too long after its list has no directory" long_gaps
test_case "a month is its last day, latest the newest" months_and_latest
test_case "what is no day since the first, or is still to come, doesn't exist" nothing_else
test_case "a dated tree has facts alone" dated_tree_is_facts_alone
test_case "values, names and links are those of the day" values_as_of_then
test_case "the newest day is what is shown now" newest_day_is_now
test_case "an unchanged value has one inode at every date, a directory has its own" inodes_are_the_values
test_case "mtimes are the registry's, at or before that day" mtimes
test_case "walking the root doesn't descend into days" root_walks_stay_out
test_case "a dated tree is walked once, then the driver isn't asked" walks_then_silence
test_case "a shell can stand in a date, and leave it by .." working_directory
test_case "nothing in at/ can be changed" only_looked_at
test_case "file handles of a date are saved" handles save "$AT/$SECOND" "$WORK/handles"
unmount "$M"
mount_store "$STORE" "$M"
test_case "and open after the driver was started again" handles open "$AT/$SECOND" "$WORK/handles"
test_case "a later publication of the day replaces it in a running mount" later_that_day
test_case "a day that was confirmed gets a list of its own" day_gets_a_list
test_case "pruned days vanish, and who stands in one is told so" pruned
test_case "what vanished unseen, and was pruned, is still not shown" pruned_behind_our_back
mkdir "$WORK/nowhere"
test_case "a store whose newest state isn't kept is refused" without_kept_day_it_is_no_store
finish
