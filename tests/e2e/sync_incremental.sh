#!/usr/bin/env bash
# A pull costs what changed: only records that say another thing are staged, and
# the store is the one that staging all of them makes.
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
SAME=$TOP/tests/oracle/same_store.py
SEQUENCE=$TOP/tests/publications/sequence.py
FEDRAMP_SEQUENCE=$TOP/tests/publications/fedramp_sequence.py
LIST=$TOP/tests/publications/interchange.py

pull() { # STORE SOURCE PUBLICATION [OPTIONS…]: its exit status is in $CODE
	CODE=0
	timeout 120 "$SYNC" pull --store "$1" --source "$2" --from "$3" --accept-loss --verbose "${@:4}" >"$WORK/.said" 2>&1 ||
		CODE=$?
}

# Forgets what was read, so that the next publication is staged whole.
forget() {
	[ ! -e "$1/current" ] || sqlite3 "$(readlink -f "$1/current")" "DELETE FROM reading_of"
}

# Two stores of the same publications, one of which forgets after each.
in_step() { # NAME SOURCE PUBLICATION…
	local one=$WORK/$1-one whole=$WORK/$1-whole source=$2 file wanted
	shift 2
	for file in "$@"; do
		pull "$one" "$source" "$file"
		wanted=$CODE
		forget "$whole"
		pull "$whole" "$source" "$file"
		equal "exit status after $file" "$wanted" "$CODE"
		fails grep -E ': [1-9][0-9]* records as they were' "$WORK/.said"
		[ ! -e "$one/current" ] || python3 "$SAME" "$one" "$whole" || {
			echo "after $file"
			return 1
		}
	done
	"$SYNC" verify --store "$one"
}

sequences() {
	local seed
	for seed in 2 14 31; do
		python3 "$SEQUENCE" $seed 9 "$WORK/sequence-$seed"
		in_step "sequence-$seed" interchange "$WORK/sequence-$seed"/*.json
		rm -rf "$WORK/sequence-$seed"*
	done
}

fedramp_sequences() {
	local seed
	for seed in 3 8; do
		python3 "$FEDRAMP_SEQUENCE" $seed 9 "$WORK/fedramp-$seed"
		in_step "fedramp-$seed" fedramp "$WORK/fedramp-$seed"/*.json
		rm -rf "$WORK/fedramp-$seed"*
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
	in_step catalogue interchange "$WORK"/catalogue-{1,2,3}.json
	equal declared '1 1 2025/1;2 1 2025/1;' "$(declared catalogue-one)"
	in_step catalogue interchange "$WORK"/catalogue-4.json
	equal "exit status" 4 "$CODE"
	in_step catalogue interchange "$WORK"/catalogue-5.json
	equal declared '1 1 2025/1;2 1 2025/1;' "$(declared catalogue-one)"
}

# The same where it is the whole list that brings the smaller catalogue along.
catalogue_shrinks_under_records() {
	local one='{"number": "1", "controls": ["2025/1"]}' two='{"number": "2", "controls": ["2025/2"]}'
	list under-1 01 true '"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}, {"id": "2"}]}], "services": ['"$one, $two]"
	list under-2 02 true '"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}]}], "services": ['"$one, $two]"
	list under-3 03 true '"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}]}], "services": ['"$one"', {"number": "2"}]'
	in_step under interchange "$WORK"/under-{1,2}.json
	equal "exit status" 4 "$CODE"
	said "2 names a control that is not there: '2025/2'"
	in_step under interchange "$WORK"/under-3.json
	equal declared '1 1 2025/1;' "$(declared under-one)"
}

# null isn't an empty catalogue, but none stated.
catalogue_null() {
	local one='{"number": "1", "controls": ["2025/1"]}'
	list null-1 01 true '"editions": [{"id": "2025", "title": "E", "controls": [{"id": "1"}]}], "services": ['"$one]"
	list null-2 02 true '"editions": null, "baselines": null, "services": ['"$one"', {"number": "2"}]'
	in_step null interchange "$WORK"/null-{1,2}.json
	equal declared '1 1 2025/1;' "$(declared null-one)"
}

# A provider that a list names, and no more: a part of the list proves nothing of it.
named_providers() {
	local one='{"number": "1", "provider": "A"}' moved='{"number": "1", "provider": "B"}'
	list named-1 01 true '"providers": [{"name": "A"}, {"name": "Solo"}], "services": ['"$one]"
	list named-2 02 false '"services": ['"$moved]"
	list named-3 03 true '"providers": [{"name": "A"}, {"name": "Solo"}], "services": ['"$moved]"
	list named-4 04 true '"services": ['"$moved]"
	in_step named interchange "$WORK"/named-{1,2}.json
	equal shown '0 1 1' "$(provider named-one a) $(provider named-one b) $(provider named-one solo)"
	in_step named interchange "$WORK"/named-3.json
	equal shown '1 1 1' "$(provider named-one a) $(provider named-one b) $(provider named-one solo)"
	in_step named interchange "$WORK"/named-4.json
	equal shown '0 1 0' "$(provider named-one a) $(provider named-one b) $(provider named-one solo)"
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
	in_step odd-number interchange "$WORK"/odd-1.json
	equal unlisted '1 a/b;2 a/b;' "$(unlisted odd-number-one)"
	in_step odd-number interchange "$WORK"/odd-2.json
	equal unlisted '' "$(unlisted odd-number-one)"
	in_step odd-number interchange "$WORK"/odd-3.json
	equal unlisted '1 a/b;2 a/b;' "$(unlisted odd-number-one)"
}

# The list's name is its newest publication's.
title() {
	list title-1 01 true '"services": [{"number": "1"}]'
	list title-2 02 true '"services": [{"number": "1"}, {"number": "2"}]'
	sed -i 's/"title": "Made up", \(.*\)"language": "en"/"title": "Renamed", \1"language": "ja"/' "$WORK/title-2.json"
	in_step title interchange "$WORK"/title-{1,2}.json
	"$SYNC" export --store "$WORK/title-one" "$WORK/title-tree"
	equal title Renamed "$(head -1 "$WORK/title-tree/README")"
	equal language ja "$(cat "$WORK/title-tree/.registry/language")"
	grep -q '<html lang="ja"' "$WORK/title-tree/tables/report.html"
}

months() {
	[ -f "$DATA/fedramp/monthly.tar.xz" ] || skip "no real publications beside this checkout"
	tar -xJf "$DATA/fedramp/monthly.tar.xz" -C "$WORK"
	in_step months fedramp "$WORK"/monthly/2026*.json
}

# The odd publications, some of which are refused: what is refused leaves no trace.
oddities() {
	[ -d "$DATA/fedramp" ] || skip "no real publications beside this checkout"
	mkdir -p "$WORK/odd"
	tar -xJf "$DATA/fedramp/odd.tar.xz" -C "$WORK/odd"
	local files
	mapfile -t files < <(find "$WORK/odd" -name '*.json' | sort)
	in_step odd fedramp "${files[@]}"
}

said_counts() { # RESTATED READ CONCERNED
	said ": $1 records as they were, $2 read, $3 other services concerned"
}

# LIST with 20 of its services changed.
only_what_changed() {
	local options=() number
	for number in $(seq 31 50); do options+=(--status "E-00$number=withdrawn"); done
	python3 "$LIST" --services 1000 >"$WORK/1000.json"
	python3 "$LIST" --services 1000 --published 2025-02-02 "${options[@]}" >"$WORK/1000-changed.json"
	pull "$WORK/counted" interchange "$WORK/1000.json"
	said_counts 0 1000 0
	pull "$WORK/counted" interchange "$WORK/1000-changed.json"
	said_counts 980 20 0
	said 'changed: generation 2, .* 1000 services, 0 new, 0 gone, 20 with other values'
	equal files 20 "$(sqlite3 "$WORK/counted/current" 'SELECT count(*) FROM value v JOIN field f ON f.id = v.field
		WHERE v.gen_from = 2 AND f.name = '"'status'")"
	pull "$WORK/counted" interchange "$WORK/1000-changed.json" --at 2025-02-03
	said 'the same to the byte'
}

# Of a FedRAMP product, what no file shows may change as it likes; every member that is read counts.
members_that_are_read() {
	local read=(agency_authorizations annual_assessment auth_date auth_type business_function cso csp deployment_model
		fedramp_msg impact_level independent_assessor ip_agency_date ip_jab_date ip_pmo_date ip_prog_date
		leveraged_systems name partnering_agency ready_date service_desc service_model service_offering
		small_business status uei website)
	python3 "$TOP/tests/publications/fedramp.py" --plain |
		jq '.data.Products[].leveraged_systems |= [{"id": "FR1", "cso": "Before"}]' >"$WORK/members-1.json"
	jq '.meta.last_change = "2036-01-01T00:00:00.000Z" | .data.Products[] |= (.authorization += 1 | .reuse = null |
		.new_member = ["x"] | .sales_email = "other@example.invalid" | del(.logo) | .leveraged_systems[].cso = "After")' \
		"$WORK/members-1.json" >"$WORK/members-2.json"
	jq --args 'reduce ($ARGS.positional | to_entries[]) as {$key, $value} (.; .data.Products[$key][$value] |=
		if type == "array" then . + [{"id": "FR2"}, "Other"] else "Other" end)' \
		"${read[@]}" <"$WORK/members-2.json" >"$WORK/members-3.json"
	pull "$WORK/members" fedramp "$WORK/members-1.json" --at 2026-01-01
	said_counts 0 60 0
	pull "$WORK/members" fedramp "$WORK/members-2.json" --at 2026-01-02
	said_counts 60 0 0
	said 'unchanged: generation 1 stays'
	pull "$WORK/members" fedramp "$WORK/members-3.json" --at 2026-01-03
	said ": $((60 - ${#read[@]})) records as they were, ${#read[@]} read"
}

# Where the one that all others are built on leaves, all others are concerned.
who_is_concerned() {
	python3 "$LIST" --services 30 >"$WORK/30.json"
	python3 "$LIST" --services 30 --published 2025-02-02 --without E-0001 >"$WORK/30-without.json"
	python3 "$LIST" --services 30 --published 2025-02-03 --without E-0030 >"$WORK/30-other.json"
	pull "$WORK/concerned" interchange "$WORK/30.json"
	pull "$WORK/concerned" interchange "$WORK/30-without.json"
	said_counts 29 0 30
	equal delisted ../../../delisted/E-0001 "$(sqlite3 "$WORK/concerned/current" "SELECT path FROM link JOIN entity e
		ON e.id = link.entity AND e.key = 'E-0002' WHERE relation = 4 AND name = 'E-0001' AND gen_to IS NULL")"
	pull "$WORK/concerned" interchange "$WORK/30-other.json"
	said_counts 28 1 29
}

# What another program, another reader or an older version left is no account of ours.
distrusts() {
	local store=$WORK/distrust
	python3 "$LIST" --services 30 >"$WORK/d1.json"
	python3 "$LIST" --services 30 --published 2025-02-02 --status E-0002=withdrawn >"$WORK/d2.json"
	python3 "$LIST" --services 30 --published 2025-02-03 --status E-0003=withdrawn >"$WORK/d3.json"
	python3 "$LIST" --services 30 --published 2025-02-04 --status E-0004=withdrawn >"$WORK/d4.json"
	pull "$store" interchange "$WORK/d1.json"
	sqlite3 "$(readlink -f "$store/current")" "UPDATE reading_of SET reader = 'interchange 0'"
	pull "$store" interchange "$WORK/d2.json"
	said_counts 0 30 0
	sqlite3 "$(readlink -f "$store/current")" "UPDATE reading_of SET generation = 1"
	pull "$store" interchange "$WORK/d3.json"
	said_counts 0 30 0
	# A store that never had the account.
	sqlite3 "$(readlink -f "$store/current")" "DROP TABLE reading_of; DROP TABLE reading_facts;
		DROP TABLE reading_unlisted; DROP TABLE reading"
	"$SYNC" verify --store "$store"
	pull "$store" interchange "$WORK/d4.json"
	said_counts 0 30 0
	"$SYNC" verify --store "$store"
	pull "$store" interchange "$WORK/d3.json" --at 2025-02-05
	said_counts 28 2 0
}

# An index as an older version made it serves as well, until the next generation has this version's.
older_index() {
	local store=$WORK/older query="SELECT sql FROM sqlite_schema WHERE name = 'presence_name'" fresh
	pull "$store" interchange "$WORK/d1.json"
	fresh=$(sqlite3 "$store/current" "$query")
	sqlite3 "$(readlink -f "$store/current")" "DROP INDEX presence_name;
		CREATE INDEX presence_name ON presence (parent, name, gen_from)"
	fails equal "before" "$(sqlite3 "$store/current" "$query")" "$fresh"
	"$SYNC" verify --store "$store"
	mount_store "$store" "$WORK/older-mount"
	[ -s "$WORK/older-mount/services/E-0001/status" ]
	[ ! -e "$WORK/older-mount/services/E-0099" ]
	unmount "$WORK/older-mount"
	pull "$store" interchange "$WORK/d2.json"
	equal "after a pull" "$(sqlite3 "$store/current" "$query")" "$fresh"
	"$SYNC" verify --store "$store"
}

# What is pruned is not what was read.
prune_keeps_the_account() {
	local store=$WORK/pruned
	pull "$store" interchange "$WORK/d1.json"
	pull "$store" interchange "$WORK/d2.json"
	"$SYNC" prune --store "$store" --keep 1
	pull "$store" interchange "$WORK/d3.json"
	said_counts 28 2 0
}

# Nothing is remembered of a publication that was refused, or said nothing new.
refused_leaves_no_trace() {
	local store=$WORK/refused before after
	pull "$store" interchange "$WORK/d1.json"
	before=$(sqlite3 "$store/current" ".dump reading" | sha256sum)
	python3 "$LIST" --services 30 --published 2025-02-02 --break control-unknown >"$WORK/broken.json"
	pull "$store" interchange "$WORK/broken.json"
	equal "exit status" 4 "$CODE"
	after=$(sqlite3 "$store/current" ".dump reading" | sha256sum)
	equal account "$before" "$after"
	pull "$store" interchange "$WORK/d2.json"
	said_counts 29 1 0
}

# A list in another's format is staged whole, then no more.
another_source() {
	python3 "$TOP/tests/publications/fedramp.py" >"$WORK/f.json"
	pull "$WORK/sources" fedramp "$WORK/f.json"
	python3 "$LIST" --services 3 --registry fedramp --no-catalogue --published 2036-01-01 >"$WORK/h.json"
	sed -i 's/"time_zone": "UTC"/"time_zone": "America\/New_York"/' "$WORK/h.json"
	pull "$WORK/sources" interchange "$WORK/h.json" --at 2026-06-01
	said ': 0 records as they were, 3 read'
}

test_case "made-up sequences: the store is the one that staging everything makes" sequences
test_case "made-up lists of FedRAMP's: the same" fedramp_sequences
test_case "a catalogue that shrinks takes what services declared of it along" catalogue_shrinks
test_case "a record that still declares what the catalogue lacks is read again, and refused" catalogue_shrinks_under_records
test_case "a catalogue of null is none stated" catalogue_null
test_case "a provider that is only named stays, goes and comes back" named_providers
test_case "numbers that can't be names: unlisted, listed and gone" odd_numbers
test_case "a list that takes another name is called by it" title
test_case "real months: the same" months
test_case "odd publications, refused ones among them: the same" oddities
test_case "20 of 1000 services changed: 20 are staged" only_what_changed
test_case "members that are never read change nothing, those that are do" members_that_are_read
test_case "who depends on what left is concerned, nobody else" who_is_concerned
test_case "another reader, another writer, an older store: everything is staged again" distrusts
test_case "a store of an older version: an index of it serves, and a pull brings it up to date" older_index
test_case "a prune keeps the account of what was read" prune_keeps_the_account
test_case "a refused publication is not remembered" refused_leaves_no_trace
test_case "another source of the same registry is staged whole" another_source
finish
