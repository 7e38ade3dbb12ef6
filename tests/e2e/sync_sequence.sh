#!/usr/bin/env bash
# What a store says after one publication and another: catalogues that shrink, providers that are only
# named, numbers that can't be names, what is refused; and the store of an older program.
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
SEQUENCE=$TOP/tests/publications/sequence.py
LIST=$TOP/tests/publications/interchange.py

pull() { # STORE SOURCE PUBLICATION [OPTIONS…]: its exit status is in $CODE
	CODE=0
	timeout 120 "$SYNC" pull --store "$1" --source "$2" --from "$3" --accept-loss "${@:4}" >"$WORK/.said" 2>&1 || CODE=$?
}

dump() { [ ! -e "$1/current" ] || sqlite3 "$1/current" .dump | sha256sum; }

# One publication after the other: each is taken, or refused without a trace.
pulls() { # NAME SOURCE PUBLICATION…
	local store=$WORK/$1 source=$2 file before
	shift 2
	for file in "$@"; do
		before=$(dump "$store")
		pull "$store" "$source" "$file"
		[ "$CODE" = 0 ] || [ "$CODE" = 4 ] || { echo "$file: exit status $CODE"; return 1; }
		[ "$CODE" = 0 ] || equal "store after the refused $file" "$before" "$(dump "$store")"
		"$SYNC" verify --store "$store"
	done
}

sequences() {
	local seed
	for seed in 2 14 31; do
		python3 "$SEQUENCE" $seed 9 "$WORK/sequence-$seed"
		pulls "made-up-$seed" interchange "$WORK/sequence-$seed"/*.json
	done
}

# list FILE DAY COMPLETE MEMBERS: a publication of 2025-01-DAY with these members beside its frame's.
list() {
	printf '%s "version": 1, "published": "2025-01-%s", "complete": %s, "registry": %s, %s}\n' \
		'{"format": "ismapfs-interchange",' "$2" "$3" \
		'{"name": "made-up", "title": "Made up", "time_zone": "UTC", "language": "en"}' "$4" >"$WORK/$1.json"
}

# Rows of a store, one a line.
ask() { sqlite3 "$(readlink -f "$WORK/$1/current")" "$2"; }
declared() {
	ask "$1" "SELECT e.key || ' ' || l.name || ' ' || t.key FROM link l JOIN entity e ON e.id = l.entity AND e.kind = 5
		JOIN entity t ON t.id = l.target AND t.kind IN (8, 9) WHERE l.gen_to IS NULL ORDER BY 1" | tr '\n' ';'
}
provider() { ask "$1" "SELECT count(*) FROM presence p JOIN entity e ON e.id = p.entity AND e.kind = 6 AND e.key = '$2' WHERE gen_to IS NULL"; }

# Both a listed service that the publication leaves out and one that left the list declared what is no more.
catalogue_shrinks() {
	local one='{"number": "1", "controls": ["2025/1"]}' two='{"number": "2", "controls": ["2025/1", "2025/2"]}'
	local three='{"number": "3", "baseline": "full"}' four='{"number": "4", "controls": ["2025/2"]}'
	local before='"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}, {"id": "2"}]}],
		"baselines": [{"id": "full", "title": "F", "controls": ["2025/1", "2025/2"]}]'
	local after='"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}]}], "baselines": []'
	list catalogue-1 01 true "$before, \"services\": [$one, $two, $three, $four]"
	list catalogue-2 02 true "\"services\": [$one, $two, $three]"
	list catalogue-3 03 false "$after, \"services\": [$one]"
	# A record that still says so, word for word, refers to what isn't there.
	list catalogue-4 04 true "$after, \"services\": [$one, $two]"
	list catalogue-5 05 true "$after, \"services\": [$one, {\"number\": \"3\"}]"
	pulls catalogue interchange "$WORK"/catalogue-{1,2,3}.json
	equal declared '1 1 2025/1;2 1 2025/1;' "$(declared catalogue)"
	pulls catalogue interchange "$WORK"/catalogue-4.json
	equal "exit status" 4 "$CODE"
	pulls catalogue interchange "$WORK"/catalogue-5.json
	equal declared '1 1 2025/1;2 1 2025/1;' "$(declared catalogue)"
}

# The same where it is the whole list that brings the smaller catalogue along.
catalogue_shrinks_under_records() {
	local one='{"number": "1", "controls": ["2025/1"]}' two='{"number": "2", "controls": ["2025/2"]}'
	list under-1 01 true '"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}, {"id": "2"}]}], "services": ['"$one, $two]"
	list under-2 02 true '"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}]}], "services": ['"$one, $two]"
	list under-3 03 true '"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}]}], "services": ['"$one"', {"number": "2"}]'
	pulls under interchange "$WORK"/under-{1,2}.json
	equal "exit status" 4 "$CODE"
	said "2 names a control that is not there: '2025/2'"
	pulls under interchange "$WORK"/under-3.json
	equal declared '1 1 2025/1;' "$(declared under)"
}

# null isn't an empty catalogue, but none stated.
catalogue_null() {
	local one='{"number": "1", "controls": ["2025/1"]}'
	list null-1 01 true '"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}]}], "services": ['"$one]"
	list null-2 02 true '"editions": null, "baselines": null, "services": ['"$one"', {"number": "2"}]'
	pulls null interchange "$WORK"/null-{1,2}.json
	equal declared '1 1 2025/1;' "$(declared null)"
}

# A provider that a list names, and no more: a part of the list proves nothing of it.
named_providers() {
	local one='{"number": "1", "provider": "A"}' moved='{"number": "1", "provider": "B"}'
	list named-1 01 true '"providers": [{"name": "A"}, {"name": "Solo"}], "services": ['"$one]"
	list named-2 02 false '"services": ['"$moved]"
	list named-3 03 true '"providers": [{"name": "A"}, {"name": "Solo"}], "services": ['"$moved]"
	list named-4 04 true '"services": ['"$moved]"
	pulls named interchange "$WORK"/named-{1,2}.json
	equal shown '0 1 1' "$(provider named a) $(provider named b) $(provider named solo)"
	pulls named interchange "$WORK"/named-3.json
	equal shown '1 1 1' "$(provider named a) $(provider named b) $(provider named solo)"
	pulls named interchange "$WORK"/named-4.json
	equal shown '0 1 0' "$(provider named a) $(provider named b) $(provider named solo)"
}

unlisted() {
	ask "$1" "SELECT e.key || ' ' || v.text FROM value v JOIN entity e ON e.id = v.entity AND e.kind = 5 WHERE v.field = 44 AND v.gen_to IS NULL" | tr '\n' ';'
}

# What is called by a number that can't be a directory's name is found all the same, and called by it.
odd_numbers() {
	local one='{"number": "1", "leverages": ["a/b"]}' two='{"number": "2", "leverages": ["a/b"]}'
	list odd-1 01 true '"services": ['"$one, $two"']'
	list odd-2 02 false '"services": [{"number": "a/b", "status": "unverified"}]'
	list odd-3 03 true '"services": ['"$two"']'
	pulls odd-number interchange "$WORK"/odd-1.json
	equal unlisted '1 a/b;2 a/b;' "$(unlisted odd-number)"
	pulls odd-number interchange "$WORK"/odd-2.json
	equal unlisted '' "$(unlisted odd-number)"
	pulls odd-number interchange "$WORK"/odd-3.json
	equal unlisted '1 a/b;2 a/b;' "$(unlisted odd-number)"
}

# The list's name is its newest publication's.
title() {
	list title-1 01 true '"services": [{"number": "1"}]'
	list title-2 02 true '"services": [{"number": "1"}, {"number": "2"}]'
	sed -i 's/"title": "Made up", \(.*\)"language": "en"/"title": "Renamed", \1"language": "ja"/' "$WORK/title-2.json"
	pulls title interchange "$WORK"/title-{1,2}.json
	"$SYNC" export --store "$WORK/title" "$WORK/title-tree"
	equal title Renamed "$(head -1 "$WORK/title-tree/README")"
	equal language ja "$(cat "$WORK/title-tree/.registry/language")"
	grep -q '<html lang="ja"' "$WORK/title-tree/tables/report.html"
}

test_case "made-up sequences: each publication is taken whole, or refused without a trace" sequences
test_case "a catalogue that shrinks takes what services declared of it along" catalogue_shrinks
test_case "a record that declares what the catalogue lacks is refused" catalogue_shrinks_under_records
test_case "a catalogue of null is none stated" catalogue_null
test_case "a provider that is only named stays, goes and comes back" named_providers
test_case "numbers that can't be names: unlisted, listed and gone" odd_numbers
test_case "a list that takes another name is called by it" title
finish
