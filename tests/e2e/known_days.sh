#!/usr/bin/env bash
# A day is one of the registry's zone, wherever one is named; and what nobody knows of a day is said.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

ORACLE=$TOP/tests/oracle/days.py

# list FILE ZONE STATUS [PUBLISHED]: a publication of one service.
list() {
	local published=${4:+\"published\": \"$4\", }
	cat >"$1" <<-JSON
		{"format": "ismapfs-interchange", "version": 1, $published"complete": true,
		 "registry": {"name": "days", "title": "Days", "time_zone": "$2", "language": "en"},
		 "services": [{"number": "D-1", "name": "One", "status": "$3"}]}
	JSON
}

pull() {
	local code=$1 store=$2 file=$3
	shift 3
	expect_code "$code" "$SYNC" pull --store "$store" --source interchange --from "$file" "$@"
}

# newest STORE: when and on which day its newest list was published.
newest() { sqlite3 "$1/current" "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', published_at / 1000, 'unixepoch') || ' ' || day FROM generation ORDER BY id DESC LIMIT 1"; }

# at ZONE FIRST SECOND: a bare day is that day in the zone, in a store that is new and in one that isn't.
at() {
	local store=$WORK/at
	rm -rf "$store"
	list "$WORK/one.json" "$1" one
	list "$WORK/two.json" "$1" two
	pull 0 "$store" "$WORK/one.json" --at 2025-03-31
	equal "the first" "$2 2025-03-31" "$(newest "$store")"
	pull 0 "$store" "$WORK/two.json" --at 2025-11-03
	equal "the second" "$3 2025-11-03" "$(newest "$store")"
	# The same bytes, found again later; a time is a time.
	pull 0 "$store" "$WORK/two.json" --at 2025-11-04
	said '^unchanged'
	pull 0 "$store" "$WORK/one.json" --at 2025-11-10T12:00:00Z
	equal "a time" "2025-11-10T12:00:00Z 2025-11-10" "$(newest "$store")"
}
test_case "--at DAY is that day in New York" at America/New_York 2025-03-31T04:00:00Z 2025-11-03T05:00:00Z
test_case "--at DAY is that day in Tokyo" at Asia/Tokyo 2025-03-30T15:00:00Z 2025-11-02T15:00:00Z
test_case "--at DAY is that day in a zone of an odd offset" at -03:30 2025-03-31T03:30:00Z 2025-11-03T03:30:00Z
test_case "--at DAY is that day in UTC" at UTC 2025-03-31T00:00:00Z 2025-11-03T00:00:00Z

of_a_source() {
	python3 "$TOP/tests/publications/fedramp.py" --plain --services 5 >"$WORK/fedramp.json"
	expect_code 0 "$SYNC" pull --store "$WORK/fedramp" --source fedramp --from "$WORK/fedramp.json" --at 2025-03-31
	equal "a new store of a known registry" "2025-03-31T04:00:00Z 2025-03-31" "$(newest "$WORK/fedramp")"
}
test_case "--at DAY is that day for a list that FedRAMP published" of_a_source

heads() {
	local store=$WORK/at
	list "$WORK/one.json" America/New_York one
	rm -rf "$store"
	pull 0 "$store" "$WORK/one.json" --at 2025-03-31
	expect_code 0 "$SYNC" keygen --key "$WORK/key"
	expect_code 0 "$SYNC" publish --store "$store" --to "$WORK/www" --key "$WORK/key" --at 2025-07-04
	grep -q '"published": "2025-07-04T04:00:00Z"' "$WORK/www/head.json"
}
test_case "publish --at DAY, likewise" heads

# Files that state only a day: known as older when they come again, also where the day begins before UTC's.
history() {
	local zone store day number=0
	for zone in Asia/Tokyo America/New_York; do
		store=$WORK/history$((++number))
		for day in 2025-03-29 2025-03-30 2025-03-31; do
			list "$WORK/$day.json" $zone "$day" $day
		done
		expect_code 0 "$SYNC" import-history --store "$store" --source interchange "$WORK"/2025-03-*.json
		said '3 changed something'
		equal days "2025-03-29 2025-03-30 2025-03-31" \
			"$(sqlite3 "$store/current" 'SELECT day FROM generation ORDER BY id' | xargs)"
		expect_code 0 "$SYNC" import-history --store "$store" --source interchange "$WORK"/2025-03-*.json
		said '3 not newer than the store, 0 refused'
		equal changes "2025-03-30 2025-03-31" "$("$SYNC" changes --store "$store" --since 2025-03-30 | cut -f7 | xargs)"
		equal until "2025-03-30" "$("$SYNC" changes --store "$store" --since 2025-03-30 --until 2025-03-30 | cut -f7 | xargs)"
		equal difference "2025-03-29 2025-03-30" "$("$SYNC" diff --store "$store" 2025-03-29 2025-03-30 | cut -f4,5 | xargs)"
	done
}
test_case "import-history, changes and diff mean days of the zone" history

# Until when each list was the newest: as far as the files themselves prove.
held() {
	local store=$WORK/held day query="SELECT group_concat(day || ' ' || coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', held_until / 1000, 'unixepoch'), 'now'), ', ') FROM generation"
	for day in 1:one 3:one 4:two 6:two 7:two 9:three; do
		list "$WORK/held-0${day%:*}.json" Asia/Tokyo "${day#*:}" "2025-03-0${day%:*}T12:00:00Z"
	done
	expect_code 0 "$SYNC" import-history --store "$store" --source interchange "$WORK"/held-*.json
	equal held "2025-03-01 2025-03-03T12:00:00Z, 2025-03-04 2025-03-07T12:00:00Z, 2025-03-09 now" "$(sqlite3 "$store/current" "$query")"
	grep -qx "held-until $(date -d 2025-03-09T12:00:00Z +%s)000" "$store/state"
	expect_code 0 "$SYNC" import-history --store "$store" --source interchange "$WORK"/held-*.json
	equal "held as before" "2025-03-01 2025-03-03T12:00:00Z, 2025-03-04 2025-03-07T12:00:00Z, 2025-03-09 now" "$(sqlite3 "$store/current" "$query")"
}
test_case "an imported list was the newest until the last file that says the same" held

pruned() {
	local zone day store today number=0
	for zone in +14:00 -11:00; do
		store=$WORK/pruned$((++number))
		today=
		# Again where the zone's day ended meanwhile.
		while [ "$today" != "$(date -u -d "${zone%:*} hours" +%F)" ]; do
			rm -rf "$store"
			today=$(date -u -d "${zone%:*} hours" +%F)
			for day in 20 11 10 9; do
				list "$WORK/pruned.json" "$zone" "$day" "$(date -u -d "$today $day days ago" +%F)"
				pull 0 "$store" "$WORK/pruned.json"
			done
			expect_code 0 "$SYNC" prune --store "$store" --keep 10d
		done
		equal "the oldest that is kept" "$(date -u -d "$today 10 days ago" +%F)" \
			"$(sqlite3 "$store/current" 'SELECT min(day) FROM generation WHERE kept = 1')"
	done
}
test_case "prune --keep counts days of the zone" pruned

# Three years of publications with gaps, days with several lists, repeated lists, and times at the edge of a day.
three_years() {
	local zone=$1 folder=$WORK/three seed=$2 last
	rm -rf "$folder" "$folder-store" "$folder-tree"
	mkdir "$folder"
	python3 "$ORACLE" make "$folder" "$zone" "$seed" 200
	python3 "$ORACLE" words "$folder"/*.json >"$WORK/words"
	expect_code 0 "$SYNC" import-history --store "$folder-store" --source interchange "$folder"/*.json
	said ', 0 refused'
	[ "$(wc -l <"$WORK/words")" -gt 800 ]
	equal "kinds of days" "confirmed published unconfirmed" "$(cut -f2 "$WORK/words" | sort -u | xargs)"
	expect_code 0 "$SYNC" export --store "$folder-store" "$folder-tree"
	last=$(python3 "$ORACLE" newest "$folder"/*.json)
	sed "/^$last/q" "$WORK/words" | diff - "$folder-tree/at/days"
}
test_case "at/days says of each of three years' days what an independent program does, in New York" three_years America/New_York 11
test_case "in Tokyo" three_years Asia/Tokyo 12

# Commands answer for days that are known; what is unconfirmed, or not known, is said.
answers() {
	local store=$WORK/three-store day word line
	while IFS=$'\t' read -r day word; do
		expect_code 0 "$SYNC" diff --store "$store" "$day" latest
		case $word in
		unconfirmed) said "^ismap-sync: $day is unconfirmed: the list that stands for it was known to be the newest until 20" ;;
		*) fails grep unconfirmed "$WORK/.said" ;;
		esac
	done < <(shuf -n 20 --random-source=<(yes) "$WORK/words")
	line=$(tail -n 1 "$WORK/words")
	day=$(date -u -d "${line%%	*} 1 day" +%F)
	expect_code 2 "$SYNC" diff --store "$store" latest "$day"
	said "the store knows nothing of $day: its list was known to be the newest until 20[0-9-]* [0-9]*:[0-9]* [A-Z]"
	expect_code 2 "$SYNC" diff --store "$store" latest 2999-12
	expect_code 2 "$SYNC" diff --store "$store" 2023-01-31 latest
	said 'its first day is later'
	expect_code 2 "$SYNC" diff --store "$store" yesterday latest
}
test_case "diff answers for known days only, and says which one is unconfirmed" answers

ranges() {
	local store=$WORK/three-store known unconfirmed confirmed
	known=$(tail -n 1 "$WORK/words" | cut -f1)
	unconfirmed=$(grep -m1 'unconfirmed$' "$WORK/words" | cut -f1)
	confirmed=$(grep -m1 '	confirmed$' "$WORK/words" | cut -f1)
	expect_code 0 "$SYNC" changes --store "$store" --since 2030-11-20
	said '^ismap-sync: the store knows nothing of 2030-11-20: its list was known to be the newest until '
	expect_code 0 "$SYNC" changes --store "$store" --since 2030-11-20 --exit-code
	equal "changes that nobody knows" 1 "$(wc -l <"$WORK/.said")"
	expect_code 0 "$SYNC" changes --store "$store" --since "$confirmed" --until "$unconfirmed"
	said "^ismap-sync: $unconfirmed is unconfirmed"
	fails grep "$confirmed is" "$WORK/.said"
	expect_code 0 "$SYNC" changes --store "$store" --since "$confirmed" --until "$known"
	fails grep '^ismap-sync' "$WORK/.said"
}
test_case "changes says which end of its range is unconfirmed or unknown" ranges

finish
