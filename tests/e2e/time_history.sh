#!/usr/bin/env bash
# Time: history, changes, days, pruning, backfilling; against publications made
# up here and, where there are real ones, against them and an independent account.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

fedramp() { python3 "$TOP/tests/publications/fedramp.py" "$@"; }
KEPT=FR9000000027   # changes its name
GONE=FR9000000030   # leaves, and comes back
STATUS=FR9000000029 # changes its status

D1=$WORK/2025-01-15.json D2=$WORK/2025-01-16.json D3=$WORK/2025-01-20.json D4=$WORK/2025-02-03.json
fedramp --plain --day 2025-01-15 >"$D1"
fedramp --plain --day 2025-01-16 --without $GONE >"$D2"
fedramp --plain --day 2025-01-20 --without $GONE --rename $KEPT="Renamed Service" --status $STATUS="FedRAMP Ready" >"$D3"
fedramp --plain --day 2025-02-03 --rename $KEPT="Renamed Service" --status $STATUS="FedRAMP Ready" >"$D4"

STORE=$WORK/store TREE=$WORK/tree
changes() { "$SYNC" changes --store "$STORE" "$@"; }

# The files are given in the wrong order.
backfill() {
	expect_code 0 "$SYNC" import-history --store "$STORE" --source fedramp "$D3" "$D1" "$D4" "$D2"
	said '^4 of 4 files read: 4 changed something'
	equal generations "$("$SYNC" log --store "$STORE" | wc -l)" 4
	equal days "$("$SYNC" log --store "$STORE" | cut -f2 | cut -c1-10 | tr '\n' ' ')" \
		"2025-01-15 2025-01-16 2025-01-20 2025-02-03 "
	expect_code 0 "$SYNC" verify --store "$STORE"
	"$SYNC" export --store "$STORE" "$TREE"
}

backfill_again() {
	cp -r "$STORE" "$WORK/again"
	expect_code 0 "$SYNC" import-history --store "$WORK/again" --source fedramp "$D1" "$D2" "$D3" "$D4"
	said '0 changed something, 0 said nothing new, 4 not newer'
	equal current "$(readlink "$WORK/again/current")" "$(readlink "$STORE/current")"
}

goes_on_where_it_ended() {
	expect_code 0 "$SYNC" import-history --store "$WORK/parts" --source fedramp "$D1" "$D2"
	expect_code 0 "$SYNC" import-history --store "$WORK/parts" --source fedramp "$D1" "$D2" "$D3" "$D4"
	said '2 changed something, 0 said nothing new, 2 not newer'
	"$SYNC" changes --store "$WORK/parts" >"$WORK/parts.tsv"
	changes | cmp - "$WORK/parts.tsv"
}

interrupted() {
	local i pid
	for i in $(seq 1 40); do
		fedramp --plain --day "2025-03-$(printf %02d $((i % 28 + 1)))" --time "$(printf %02d:00:00 $((i / 28 + 10)))" \
			--rename $KEPT="Name $i" >"$WORK/many-$i.json"
	done
	"$SYNC" import-history --store "$WORK/stopped" --source fedramp "$WORK"/many-*.json >"$WORK/stopped.said" &
	pid=$!
	sleep 0.3
	kill -INT $pid 2>/dev/null || true
	code=0
	wait $pid || code=$?
	# 130 when the signal came in time; it may have been done before.
	[ $code -eq 130 ] || [ $code -eq 0 ]
	"$SYNC" import-history --store "$WORK/stopped" --source fedramp "$WORK"/many-*.json
	expect_code 0 "$SYNC" verify --store "$WORK/stopped"
	equal generations "$("$SYNC" log --store "$WORK/stopped" | wc -l)" 40
}

killed() {
	local pid
	for delay in 0.02 0.1 0.2 0.4; do
		"$SYNC" import-history --store "$WORK/killed" --source fedramp "$WORK"/many-*.json >/dev/null &
		pid=$!
		sleep $delay
		kill -KILL $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
	done
	"$SYNC" import-history --store "$WORK/killed" --source fedramp "$WORK"/many-*.json
	expect_code 0 "$SYNC" verify --store "$WORK/killed"
	equal generations "$("$SYNC" log --store "$WORK/killed" | wc -l)" 40
}

refused_in_the_middle() {
	printf '{"meta":{"last_change":"2025-01-18T02:00:00Z"},"data":{}}' >"$WORK/broken.json"
	expect_code 4 "$SYNC" import-history --store "$WORK/refusing" --source fedramp "$D1" "$WORK/broken.json" "$D3"
	said 'refused'
	said '2 changed something, .* 1 refused'
	equal generations "$("$SYNC" log --store "$WORK/refusing" | wc -l)" 2
}

changes_of_a_day() {
	equal delisted "$(cut -f3,4 "$TREE/changes/2025-01-16.tsv")" "$(printf 'delisted\t%s' $GONE)"
	equal returned "$(cut -f3,4 "$TREE/changes/2025-02-03.tsv")" "$(printf 'returned\t%s' $GONE)"
	equal fields "$(cut -f3-5 "$TREE/changes/2025-01-20.tsv" | tr '\t\n' ' ;')" \
		"changed $KEPT name;changed $STATUS status;changed $STATUS status.source;changed $STATUS in-force;"
	equal new-name "$(awk -F'\t' '$5 == "name" { print $7 }' "$TREE/changes/2025-01-20.tsv")" "Renamed Service"
	[ ! -e "$TREE/changes/2025-01-15.tsv" ] # what the first publication lists was listed before
	equal latest "$(readlink "$TREE/changes/latest")" 2025-02-03.tsv
	cat "$TREE"/changes/2025-*.tsv | cmp - "$TREE/changes/all.tsv"
	equal sequence "$(cut -f1 "$TREE/changes/all.tsv" | tr '\n' ' ')" "1 2 3 4 5 6 "
}

delisted_and_back() {
	local at=$WORK/at
	expect_code 0 "$SYNC" import-history --store "$WORK/gone" --source fedramp "$D1" "$D2"
	"$SYNC" export --store "$WORK/gone" "$at"
	[ ! -e "$at/services/$GONE" ]
	equal status "$(cat "$at/delisted/$GONE/status")" delisted
	equal delisted-on "$(cat "$at/delisted/$GONE/delisted-on")" 2025-01-16
	[ "$(cat "$at/delisted/$GONE/name")" = "$(cat "$TREE/services/$GONE/name")" ]
	[ -e "$at/by-status/delisted/$GONE/status" ]
	[ -e "$at/delisted/$GONE/provider/name" ]
	[ ! -e "$TREE/delisted/$GONE" ]
	[ ! -e "$TREE/services/$GONE/delisted-on" ]
	[ ! -e "$TREE/by-status/delisted" ]
}

history_of_a_service() {
	equal listings "$(awk -F'\t' '$3 ~ /^(listed|delisted|returned)$/ { print $3, $1, $2 }' \
		"$TREE/history/services/$GONE.tsv")" \
		"$(printf '%s\n' "listed 2025-01-15T06:02:03Z 2025-01-16T06:02:03Z" \
			"delisted 2025-01-16T06:02:03Z 2025-02-03T06:02:03Z" "returned 2025-02-03T06:02:03Z ")"
	equal names "$(awk -F'\t' '$3 == "name" { print $1 "/" $2 }' "$TREE/history/services/$KEPT.tsv" | tr '\n' ' ')" \
		"2025-01-15T06:02:03Z/2025-01-20T06:02:03Z 2025-01-20T06:02:03Z/ "
}

by_name_follows() {
	equal by-name "$(readlink "$TREE/by-name/Renamed Service")" "../services/$KEPT"
	equal directory "$(cat "$TREE/services/$KEPT/number")" $KEPT
}

asking() {
	equal since "$(changes --since 2025-01-17 | wc -l)" 5
	equal until "$(changes --until 2025-01-16 | wc -l)" 1
	equal sequence "$(changes --since-seq 5 | cut -f1)" 6
	equal service "$(changes --service $KEPT | wc -l)" 1
	equal field "$(changes --field status | cut -f6,7)" "$(changes --service $STATUS --field status | cut -f6,7)"
	printf '# mine\n%s  the one\n' $STATUS >"$WORK/mine"
	equal only "$(changes --only "$WORK/mine" | cut -f4 | sort -u)" $STATUS
	printf '\357\273\277%s\r\n' $STATUS >"$WORK/mine-of-windows"
	equal "behind a byte order mark" "$(changes --only "$WORK/mine-of-windows" | cut -f4 | sort -u)" $STATUS
	expect_code 1 "$SYNC" changes --store "$STORE" --only "$WORK/mine" --exit-code
	expect_code 0 "$SYNC" changes --store "$STORE" --only "$WORK/mine" --since 2025-01-21 --exit-code
	changes --format json | python3 -c '
import json, sys
rows = json.load(sys.stdin)
assert [row["sequence"] for row in rows] == [1, 2, 3, 4, 5, 6], rows
assert all(len(row) == 7 for row in rows)'
	equal none "$(changes --since 2026-01-01 --format json)" "[]"
	expect_code 2 "$SYNC" changes --store "$STORE" --since yesterday
	expect_code 2 "$SYNC" changes --store "$STORE" --format xml
	expect_code 2 "$SYNC" changes --store "$STORE" --only "$WORK/nowhere"
	expect_code 2 timeout 20 "$SYNC" changes --store "$STORE" --only /dev/zero
	said '/dev/zero has more than [0-9]* MB'
	expect_code 5 "$SYNC" changes --store "$WORK/nowhere"
	# A watchdog that asks for what doesn't exist must not hear that nothing changed.
	expect_code 2 "$SYNC" changes --store "$STORE" --service FR9999999999
	expect_code 2 "$SYNC" changes --store "$STORE" --field statuss
	expect_code 2 "$SYNC" changes --store "$STORE" --since 2025-02-01 --until 2025-01-01
	expect_code 2 "$SYNC" changes --store "$STORE" --since-seq 99999999999999999999
	printf '  %s\nFR9999999999\n' $STATUS >"$WORK/mine-too"
	expect_code 2 "$SYNC" changes --store "$STORE" --only "$WORK/mine-too" --since 2026-01-01 --exit-code
	said "mine-too: line 2: the store knows no service 'FR9999999999'"
}

two_days() {
	equal diff "$("$SYNC" diff --store "$STORE" 2025-01-15 2025-01-31 | cut -f1-3 | tr '\t\n' ' ;')" \
		"changed $KEPT name;changed $STATUS status;changed $STATUS status.source;changed $STATUS in-force;changed $STATUS in-force.basis;delisted $GONE ;"
	equal backwards "$("$SYNC" diff --store "$STORE" 2025-01-16 2025-01-15 | cut -f1,2)" "$(printf 'added\t%s' $GONE)"
	equal same "$("$SYNC" diff --store "$STORE" 2025-01-17 2025-01-16)" ""
	equal month "$("$SYNC" diff --store "$STORE" 2025-01 latest | cut -f1,2)" "$(printf 'added\t%s' $GONE)"
	expect_code 2 "$SYNC" diff --store "$STORE" 2025-01-14 latest
	expect_code 2 "$SYNC" diff --store "$STORE" 2025-02-30 latest
	expect_code 2 "$SYNC" diff --store "$STORE" 2025-01-15
}

pruning() {
	cp -r "$STORE" "$WORK/pruned"
	expect_code 0 "$SYNC" prune --store "$WORK/pruned" --keep 2
	expect_code 0 "$SYNC" verify --store "$WORK/pruned"
	"$SYNC" export --store "$WORK/pruned" "$WORK/pruned-tree"
	# What holds now is as it was, inode by inode: bytes, mtimes.
	# The report and the feed alone show the past, too, and so what is left of it.
	rm "$TREE"/tables/{report.html,changes.atom} "$WORK"/pruned-tree/tables/{report.html,changes.atom}
	touch -r "$TREE/tables/services.csv" "$TREE/tables" "$WORK/pruned-tree/tables"
	for kind in services delisted providers controls baselines by-name by-status tables records; do
		python3 "$TOP/tests/oracle/same_tree.py" "$TREE/$kind" "$WORK/pruned-tree/$kind"
	done
	equal days "$(sed -n 's/\tpublished//p' "$WORK/pruned-tree/at/days" | xargs)" "2025-01-20 2025-02-03"
	equal changes "$(cut -f3 "$WORK/pruned-tree/changes/all.tsv" | tr '\n' ' ')" "returned "
	[ ! -e "$WORK/pruned-tree/changes/2025-01-16.tsv" ]
	expect_code 2 "$SYNC" diff --store "$WORK/pruned" 2025-01-15 latest
	expect_code 0 "$SYNC" prune --store "$WORK/pruned" --keep 2
	said unchanged
	expect_code 2 "$SYNC" prune --store "$WORK/pruned" --keep 0
	expect_code 2 "$SYNC" prune --store "$WORK/pruned" --keep soon
	# The next publication goes on from there; numbers of changes are not used again.
	fedramp --plain --day 2025-02-04 --rename $KEPT="Third Name" >"$WORK/2025-02-04.json"
	expect_code 0 "$SYNC" pull --store "$WORK/pruned" --source fedramp --from "$WORK/2025-02-04.json"
	expect_code 0 "$SYNC" verify --store "$WORK/pruned"
	equal numbers "$("$SYNC" changes --store "$WORK/pruned" --service $KEPT | cut -f1)" 7
}

renamed_provider() {
	local store=$WORK/renamed tree=$WORK/renamed-tree first second
	# The same name but for the writing: the same directory.
	fedramp --plain --day 2025-01-15 --provider $KEPT="Example Clouds Inc." >"$WORK/p1.json"
	fedramp --plain --day 2025-01-16 --provider $KEPT="EXAMPLE Clouds, Inc" >"$WORK/p2.json"
	fedramp --plain --day 2025-01-17 --provider $KEPT="Somebody Else" >"$WORK/p3.json"
	expect_code 0 "$SYNC" import-history --store "$store" --source fedramp "$WORK"/p[12].json
	"$SYNC" export --store "$store" "$tree"
	first=$(readlink "$tree/services/$KEPT/provider")
	equal slug "$first" ../../providers/example-clouds-inc
	equal name "$(cat "$tree/providers/example-clouds-inc/name")" "EXAMPLE Clouds, Inc"
	equal history "$(grep -c 'name' "$tree/history/providers/example-clouds-inc.tsv")" 2
	# Another name, and nothing that proves it the same: another directory.
	expect_code 0 "$SYNC" import-history --store "$store" --source fedramp "$WORK"/p3.json
	"$SYNC" export --store "$store" "$tree"
	second=$(readlink "$tree/services/$KEPT/provider")
	[ "$first" != "$second" ]
	# Twins that differ in case alone both exist.
	fedramp --plain --day 2025-01-18 --provider $KEPT="stackUp" --provider $GONE="StackUp" >"$WORK/p4.json"
	expect_code 0 "$SYNC" import-history --store "$store" --source fedramp "$WORK"/p4.json
	"$SYNC" export --store "$store" "$tree"
	[ "$(readlink "$tree/services/$KEPT/provider")" != "$(readlink "$tree/services/$GONE/provider")" ]
	equal twins "$(cat "$tree"/providers/stackup*/name | LC_ALL=C sort | tr '\n' ' ')" "StackUp stackUp "
}

real_data() {
	[ -f "$DATA/fedramp/monthly.tar.xz" ] || skip "no real publications beside this checkout"
	REAL=$WORK/real
	mkdir -p "$REAL"
	tar -C "$REAL" -xf "$DATA/fedramp/monthly.tar.xz"
	tar -C "$REAL" -xf "$DATA/fedramp/daily.tar.xz"
	expect_code 0 "$SYNC" import-history --store "$WORK/real-store" --source fedramp "$REAL"/*/*.json
	said '^69 of 69 files read: 58 changed something, 9 said nothing new, 2 not newer'
	expect_code 0 "$SYNC" verify --store "$WORK/real-store"
}

real_changes() {
	[ -d "$WORK/real-store" ] || skip "no real publications beside this checkout"
	"$SYNC" changes --store "$WORK/real-store" --format json >"$WORK/real.json"
	python3 "$TOP/tests/oracle/fedramp_changes.py" "$DATA/fedramp/changes-expected.tsv" "$WORK/real.json" \
		"$WORK"/real/*/*.json
}

real_size() {
	[ -d "$WORK/real-store" ] || skip "no real publications beside this checkout"
	local size
	size=$(stat -L -c %s "$WORK/real-store/current")
	echo "the store has $size bytes"
	[ "$size" -lt $((25 * 1000 * 1000)) ]
}

# A date's tree against a fresh store of that one publication. What history adds,
# and nothing else, may differ:
#  - delisted/ and by-status/delisted: what had left before
#  - providers/ and auditors/: those that only what has left leads to, a slug that
#    another name had before (slug~N), and a name that was written otherwise
#    when its slug was made
#  - links of services to such a slug
real_dates() {
	[ -d "$WORK/real-store" ] || skip "no real publications beside this checkout"
	can_mount || skip "this machine lets nobody mount"
	local day file
	for day in 2023-02-28 2023-05-31 2023-09-30 2024-02-29 2024-08-31 2025-01-31 2025-10-31 2026-03-31 2026-04-15 2026-04-28; do
		file=$(find "$WORK/real" -name "$day.json" | head -n 1)
		rm -rf "$WORK/one" "$WORK/one-tree"
		expect_code 0 "$SYNC" pull --store "$WORK/one" --source fedramp --from "$file"
		"$SYNC" export --store "$WORK/one" "$WORK/one-tree"
		python3 "$TOP/tests/oracle/dated_tree.py" "$REAL_MOUNT/at/$day" "$WORK/one-tree" || {
			echo "on $day"
			return 1
		}
	done
}

exported_dates() {
	local day part
	can_mount || skip "this machine lets nobody mount"
	"$SYNC" export --store "$STORE" "$WORK/with-at" --with-at
	equal days "$(cd "$WORK/with-at/at" && echo 20*)" "2025-01-15 2025-01-16 2025-01-20 2025-02-03"
	equal latest "$(readlink "$WORK/with-at/at/latest")" 2025-02-03
	# An export has only days that are published, so it has no word for each, as a mount has in .registry/.
	for day in 2025-01-15 2025-01-16 2025-01-20 2025-02-03; do
		equal "in $day" "$(ls "$DATED_MOUNT/at/$day")" "$(ls -A "$WORK/with-at/at/$day")"
		for part in "$DATED_MOUNT/at/$day"/*; do
			python3 "$TOP/tests/oracle/same_tree.py" "$part" "$WORK/with-at/at/$day/${part##*/}"
		done
	done
}

test_case "dated files become history, in the order of their time" backfill
test_case "the same files again change nothing" backfill_again
test_case "a backfill goes on where it ended" goes_on_where_it_ended
test_case "a refused file in the middle leaves the others" refused_in_the_middle
test_case "interrupted: the next run goes on" interrupted
test_case "killed: the store is whole, the next run goes on" killed
test_case "changes/: a file for each day with changes, all.tsv, latest" changes_of_a_day
test_case "what leaves moves to delisted/, what returns moves back" delisted_and_back
test_case "history/services: since, until, field, value, and the listings" history_of_a_service
test_case "a renamed service keeps its directory, by-name follows" by_name_follows
test_case "changes: since, until, sequence, service, field, only, json, exit code" asking
test_case "diff: two days" two_days
if [ -e "$STORE/current" ] && can_mount; then
	DATED_MOUNT=$WORK/dated-mount
	mount_store "$STORE" "$DATED_MOUNT"
fi
test_case "export --with-at writes the dates that a mount shows" exported_dates
test_case "prune: old states go, what holds now stays to the byte" pruning
test_case "a provider keeps its directory when only the writing of its name changed" renamed_provider
test_case "all real publications import" real_data
test_case "real changes equal the independent account" real_changes
test_case "the store with all of them stays below 25 MB" real_size
if [ -d "$WORK/real-store" ] && can_mount; then
	REAL_MOUNT=$WORK/real-mount
	mount_store "$WORK/real-store" "$REAL_MOUNT"
fi
test_case "ten dates equal fresh stores of their publications, but for what history adds" real_dates
finish
