#!/usr/bin/env bash
# pull: what makes a generation, what doesn't, what leaves and what comes back.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

GENERATE=$TOP/tests/publications
fedramp() { python3 "$GENERATE/fedramp.py" "$@"; }
interchange() { python3 "$GENERATE/interchange.py" "$@"; }

# pull CODE STORE FILE [OPTIONS…]: with the source that the file's name begins with.
pull() {
	local code=$1 store=$2 file=$3 source
	shift 3
	source=${file##*/}
	expect_code "$code" "$SYNC" pull --store "$store" --source "${source%%[-.]*}" --from "$file" "$@"
}

export_of() {
	expect_code 0 "$SYNC" export --store "$1" "$1.tree"
}

count() { find "$1" -mindepth 1 -maxdepth 1 | wc -l; }

generations() { "$SYNC" log --store "$1" | wc -l; }

fedramp >"$WORK/fedramp.json"
fedramp --day 2025-01-16 --status FR9000000027="FedRAMP Authorized" --without FR9000000030 >"$WORK/fedramp-changed.json"
fedramp --day 2025-01-16 >"$WORK/fedramp-stamp.json"
fedramp --day 2025-01-14 --status FR9000000027="FedRAMP Ready" >"$WORK/fedramp-older.json"
fedramp --day 2025-01-17 --drop 12 >"$WORK/fedramp-fifth.json"
fedramp --day 2025-01-17 --drop 13 >"$WORK/fedramp-loss.json"
interchange >"$WORK/interchange.json"

# filled NAME: a store of its own with the first publication in it.
filled() {
	STORE=$WORK/$1
	pull 0 "$STORE" "$WORK/fedramp.json"
}

creates_a_store() {
	filled creates
	said '^changed: generation 1, published 2025-01-15T06:02:03Z: 60 services, 60 new'
	export_of "$STORE"
	cd "$STORE.tree"
	equal high 410 "$(find baselines/high/controls -mindepth 1 | wc -l)"
	equal moderate 323 "$(find baselines/moderate/controls -mindepth 1 | wc -l)"
	cat controls/*/ac-2/title
	equal files 1.db "$(ls "$STORE/generations")"
	equal link generations/1.db "$(readlink "$STORE/current")"
}

other_registry_has_no_catalogue() {
	interchange --no-catalogue >"$WORK/interchange-bare.json"
	pull 0 "$WORK/bare" "$WORK/interchange-bare.json"
	export_of "$WORK/bare"
	equal controls 0 "$(count "$WORK/bare.tree/controls")"
	equal baselines 0 "$(count "$WORK/bare.tree/baselines")"
}

byte_same() {
	filled same
	pull 0 "$STORE" "$WORK/fedramp.json"
	said '^unchanged: '
	equal generations 1 "$(generations "$STORE")"
	equal files 1.db "$(ls "$STORE/generations")"
}

stamp_only() {
	local before
	filled stamp
	before=$(sha256sum <"$STORE/generations/1.db")
	pull 0 "$STORE" "$WORK/fedramp-stamp.json"
	said '^unchanged: generation 1 stays'
	equal files 1.db "$(ls "$STORE/generations")"
	equal bytes "$before" "$(sha256sum <"$STORE/generations/1.db")"
	# The older publication in between would be a step back.
	pull 0 "$STORE" "$WORK/fedramp.json"
	equal generations 1 "$(generations "$STORE")"
}

changed() {
	filled changed
	cp "$STORE/generations/1.db" "$WORK/kept.db"
	pull 0 "$STORE" "$WORK/fedramp-changed.json"
	said '^changed: generation 2, published 2025-01-16T06:02:03Z: 59 services, 0 new, 1 gone, 1 with'
	equal link generations/2.db "$(readlink "$STORE/current")"
	cmp "$WORK/kept.db" "$STORE/generations/1.db"
	expect_code 0 "$SYNC" verify --store "$STORE"
}

mtime_is_the_registrys() {
	filled mtime
	pull 0 "$STORE" "$WORK/fedramp-changed.json"
	export_of "$STORE"
	cd "$STORE.tree/services"
	equal changed 2025-01-16T06:02:03 "$(date -u -r FR9000000027/status +%FT%T)"
	equal unchanged 2025-01-15T06:02:03 "$(date -u -r FR9000000027/name +%FT%T)"
	equal neighbour 2025-01-15T06:02:03 "$(date -u -r FR9000000028 +%FT%T)"
	equal newer "FR9000000027 FR9000000027/in-force FR9000000027/in-force.basis FR9000000027/status FR9000000027/status.source" \
		"$(find . -mindepth 1 -newermt 2025-01-16 | sed 's|^./||' | sort | xargs)"
}

old_files_are_few() {
	filled few
	local day
	for day in 16 17 18 19 20 21; do
		fedramp --day 2025-01-$day --rename FR9000000030="Renamed on $day" >"$WORK/fedramp-day.json"
		pull 0 "$STORE" "$WORK/fedramp-day.json"
	done
	equal generations 7 "$(generations "$STORE")"
	# What was current within the last minute stays for drivers that are about to open it.
	equal files 7 "$(find "$STORE/generations" -name '*.db' | wc -l)"
	touch -d '2 minutes ago' "$STORE"/generations/*.db
	fedramp --day 2025-01-22 --rename FR9000000030="Renamed on 22" >"$WORK/fedramp-day.json"
	pull 0 "$STORE" "$WORK/fedramp-day.json"
	equal files "6.db 7.db 8.db" "$(find "$STORE/generations" -name '*.db' -printf '%f\n' | sort | paste -sd ' ')"
}

loss_is_refused() {
	filled loss
	pull 4 "$STORE" "$WORK/fedramp-loss.json"
	said '13 of 60 services would leave the list at once'
	said '--accept-loss'
	equal link generations/1.db "$(readlink "$STORE/current")"
	expect_code 0 "$SYNC" status --store "$STORE"
	said '^services +60$'
	said '^last error +.*: refused: 13 of 60 services would leave'
	fails grep -q delisted "$WORK/.said"
}

loss_at_the_limit() {
	filled limit
	pull 0 "$STORE" "$WORK/fedramp-fifth.json"
	said '48 services, 0 new, 12 gone'
}

loss_limit_option() {
	filled limits
	pull 4 "$STORE" "$WORK/fedramp-changed.json" --loss-limit 1
	pull 4 "$STORE" "$WORK/fedramp-changed.json" --loss-limit 0
	pull 0 "$STORE" "$WORK/fedramp-loss.json" --loss-limit 22
}

loss_accepted() {
	filled accepted
	pull 4 "$STORE" "$WORK/fedramp-loss.json"
	pull 0 "$STORE" "$WORK/fedramp-loss.json" --accept-loss
	said '47 services, 0 new, 13 gone'
	expect_code 0 "$SYNC" status --store "$STORE"
	said '^last error +none'
	said '^  delisted +13$'
}

losses_are_counted_by_identity() {
	# As many services as before, but others: the number alone would hide it.
	filled identity
	fedramp --day 2025-01-18 --plain --seed 2 | sed 's/FR90000000\([3-5]\)/FR80000000\1/' >"$WORK/fedramp-others.json"
	pull 4 "$STORE" "$WORK/fedramp-others.json"
	said 'would leave the list at once'
}

empty_is_refused() {
	filled emptied
	fedramp --services 0 --day 2025-01-18 >"$WORK/fedramp-empty.json"
	pull 4 "$STORE" "$WORK/fedramp-empty.json" --accept-loss
	said 'lists no '
}

kept_aside() {
	local number
	filled aside
	pull 4 "$STORE" "$WORK/fedramp-loss.json"
	number=$(sha256sum "$WORK/fedramp-loss.json")
	cmp "$WORK/fedramp-loss.json" "$STORE/rejected/${number%% *}"
	pull 4 "$STORE" "$WORK/fedramp-loss.json"
	equal rejected 1 "$(count "$STORE/rejected")"
	for number in {1..14}; do
		echo "refused $number" >"$WORK/fedramp-bad.json"
		pull 4 "$STORE" "$WORK/fedramp-bad.json"
	done
	equal rejected 10 "$(count "$STORE/rejected")"
	number=$(sha256sum "$WORK/fedramp-bad.json")
	cmp "$WORK/fedramp-bad.json" "$STORE/rejected/${number%% *}"
}

kept_aside_before_the_first() {
	echo nonsense >"$WORK/fedramp-bad.json"
	pull 4 "$WORK/first" "$WORK/fedramp-bad.json"
	equal said 1 "$(wc -l <"$WORK/.said")"
	[ ! -e "$WORK/first" ]
	# A directory that somebody made stays theirs.
	mkdir "$WORK/first"
	pull 4 "$WORK/first" "$WORK/fedramp-bad.json"
	said 'is kept in .*/first/rejected/[0-9a-f]{64} for inspection$'
	equal rejected 1 "$(count "$WORK/first/rejected")"
	expect_code 5 "$SYNC" verify --store "$WORK/first"
	said 'holds no list yet'
	pull 0 "$WORK/first" "$WORK/fedramp.json"
}

older_is_refused() {
	filled older
	pull 4 "$STORE" "$WORK/fedramp-older.json"
	said 'published at 2025-01-14T06:02:03Z, but the store already holds a publication of 2025-01-15T06:02:03Z'
	pull 4 "$STORE" "$WORK/fedramp-changed.json" --at 2025-01-15T06:02:02Z
	equal generations 1 "$(generations "$STORE")"
}

at_states_the_time() {
	filled at
	pull 0 "$STORE" "$WORK/fedramp-changed.json" --at 2025-01-20T10:00:00Z
	expect_code 0 "$SYNC" log --store "$STORE"
	said '^2	2025-01-20T10:00:00Z	given	59	'
	said '^1	2025-01-15T06:02:03Z	stated	60	'
	pull 4 "$STORE" "$WORK/fedramp.json" --at 2025-01-20T09:59:59Z
	pull 0 "$WORK/at-first" "$WORK/interchange.json" --at 2020-02-29
	expect_code 0 "$SYNC" log --store "$WORK/at-first"
	said '^1	2020-02-29T00:00:00Z	given	'
}

at_is_a_time() {
	local time
	for time in yesterday 2025-02-29 2025-13-01 2025-01-01T25:00:00Z "" 1737000000; do
		pull 2 "$WORK/at-never" "$WORK/interchange.json" --at "$time"
	done
	[ ! -e "$WORK/at-never" ]
}

future_is_refused() {
	filled future
	pull 4 "$STORE" "$WORK/fedramp-changed.json" --at 2199-01-01
	said 'in the future'
	fedramp --day "$(date -d '+3 days' +%F)" >"$WORK/fedramp-future.json"
	pull 4 "$STORE" "$WORK/fedramp-future.json"
	said 'in the future'
	equal generations 1 "$(generations "$STORE")"
}

eastern_time() {
	# 23:30 on a summer's evening in the East is the next day in UTC, and still that day there.
	fedramp --day 2024-07-03 --time 23:30:00.000Z >"$WORK/fedramp-evening.json"
	pull 0 "$WORK/evening" "$WORK/fedramp-evening.json"
	export_of "$WORK/evening"
	equal published 2024-07-04T03:30:00Z "$(cat "$WORK/evening.tree/.registry/published")"
	equal day 2024-07-03 "$(cat "$WORK/evening.tree/.registry/day")"
}

delisted_and_back() {
	filled back
	local before
	export_of "$STORE"
	before=$(cat "$STORE.tree/services/FR9000000030/"{name,status,provider.name})
	pull 0 "$STORE" "$WORK/fedramp-changed.json"
	export_of "$STORE"
	cd "$STORE.tree"
	[ ! -e services/FR9000000030 ]
	equal status delisted "$(cat delisted/FR9000000030/status)"
	equal day 2025-01-16 "$(cat delisted/FR9000000030/delisted-on)"
	equal name "Imaginary Service 0030" "$(cat delisted/FR9000000030/name)"
	[ -d delisted/FR9000000030/provider/ ]
	[ -e by-status/delisted/FR9000000030/name ]
	fails grep -q FR9000000030 services.tsv
	[ ! -e records/services/FR9000000030.json ]
	[ ! -e "by-name/Imaginary Service 0030" ]
	cd "$WORK"
	# A later publication without it doesn't move the day.
	fedramp --day 2025-01-17 --without FR9000000030 --rename FR9000000031=Other >"$WORK/fedramp-later.json"
	pull 0 "$STORE" "$WORK/fedramp-later.json"
	expect_code 0 "$SYNC" export --store "$STORE" "$STORE.later"
	equal day 2025-01-16 "$(cat "$STORE.later/delisted/FR9000000030/delisted-on")"
	fedramp --day 2025-01-18 >"$WORK/fedramp-back.json"
	pull 0 "$STORE" "$WORK/fedramp-back.json"
	said '60 services, 1 new, 0 gone'
	export_of "$STORE"
	cd "$STORE.tree"
	[ ! -e delisted/FR9000000030 ] && [ ! -e services/FR9000000030/delisted-on ]
	equal facts "$before" "$(cat services/FR9000000030/{name,status,provider.name})"
	[ -e records/services/FR9000000030.json ] && [ ! -e by-status/delisted ]
	python3 "$GENERATE/check_tree.py" "$STORE" "$STORE.tree"
	expect_code 0 "$SYNC" verify --store "$STORE"
}

unverified_vanish() {
	local status
	interchange --status E-0003=unverified >"$WORK/interchange-rumour.json"
	pull 0 "$WORK/rumour" "$WORK/interchange-rumour.json"
	interchange --published 2025-02-02 --without E-0003 --without E-0004 >"$WORK/interchange-next.json"
	pull 0 "$WORK/rumour" "$WORK/interchange-next.json"
	export_of "$WORK/rumour"
	cd "$WORK/rumour.tree"
	[ ! -e services/E-0003 ] && [ ! -e delisted/E-0003 ]
	equal delisted E-0004 "$(ls delisted)"
	# Rumours don't count as losses.
	for status in 1 2 3 4 5 6 7; do set -- "$@" --status "E-000$status=unverified"; done
	interchange "$@" >"$WORK/interchange-rumours.json"
	pull 0 "$WORK/rumours" "$WORK/interchange-rumours.json"
	interchange --published 2025-02-02 --without E-0001 --without E-0002 --without E-0003 \
		--without E-0004 --without E-0005 >"$WORK/interchange-fewer.json"
	pull 0 "$WORK/rumours" "$WORK/interchange-fewer.json"
	export_of "$WORK/rumours"
	equal delisted "" "$(ls "$WORK/rumours.tree/delisted")"
}

incomplete_lists_delist_nothing() {
	pull 0 "$WORK/part" "$WORK/interchange.json"
	interchange --published 2025-02-02 --without E-0003 --incomplete >"$WORK/interchange-part.json"
	pull 0 "$WORK/part" "$WORK/interchange-part.json"
	export_of "$WORK/part"
	[ ! -e "$WORK/part.tree/delisted/E-0003" ]
	[ -s "$WORK/part.tree/services/E-0003/status" ]
	equal complete no "$(cat "$WORK/part.tree/.registry/complete")"
	equal stale yes "$(cat "$WORK/part.tree/.registry/stale")"
	# The next whole list decides.
	interchange --published 2025-02-03 --without E-0003 >"$WORK/interchange-whole.json"
	pull 0 "$WORK/part" "$WORK/interchange-whole.json"
	export_of "$WORK/part"
	equal status delisted "$(cat "$WORK/part.tree/delisted/E-0003/status")"
	equal complete yes "$(cat "$WORK/part.tree/.registry/complete")"
	"$SYNC" changes --store "$WORK/part" | grep -q "delisted.E-0003"
}

# The same services, but no longer said to be all: what depends on that must change.
wholeness_is_a_fact() {
	pull 0 "$WORK/whole" "$WORK/interchange.json"
	interchange --published 2025-02-02 --incomplete >"$WORK/interchange-same.json"
	pull 0 "$WORK/whole" "$WORK/interchange-same.json"
	said '^changed'
	export_of "$WORK/whole"
	equal complete no "$(cat "$WORK/whole.tree/.registry/complete")"
	interchange --published 2025-02-03 >"$WORK/interchange-again.json"
	pull 0 "$WORK/whole" "$WORK/interchange-again.json"
	export_of "$WORK/whole"
	equal complete yes "$(cat "$WORK/whole.tree/.registry/complete")"
}

# What comes along is compared with nothing: its fields are fewer, and nobody checked them.
bundled_lists_are_no_baseline() {
	expect_code 0 "$SYNC" init --store "$WORK/base" --bundled fedramp
	fedramp --day 2026-05-02 >"$WORK/fedramp-after.json"
	pull 0 "$WORK/base" "$WORK/fedramp-after.json" --accept-loss
	equal changes "$("$SYNC" changes --store "$WORK/base" | cut -f3 | sort -u)" delisted
}

# A control that a statement no longer names, a system that is no longer built on.
links_are_changes() {
	python3 - "$WORK" <<'PYTHON'
import json, sys
def write(name, day, controls, leverages):
    services = [{"number": "A", "name": "A", "status": "registered", "controls": controls, "leverages": leverages},
                {"number": "B", "name": "B", "status": "registered"}]
    with open(f"{sys.argv[1]}/{name}", "w") as file:
        json.dump({"format": "ismapfs-interchange", "version": 1, "published": day, "complete": True,
                   "registry": {"name": "x", "title": "X", "time_zone": "UTC", "language": "en"},
                   "editions": [{"id": "e", "title": "E", "controls": [{"id": "1"}, {"id": "2"}]}],
                   "services": services}, file)
write("interchange-l1.json", "2025-01-01", ["e/1", "e/2"], ["B"])
write("interchange-l2.json", "2025-01-02", ["e/1"], [])
PYTHON
	pull 0 "$WORK/links" "$WORK/interchange-l1.json"
	pull 0 "$WORK/links" "$WORK/interchange-l2.json"
	equal changes "$("$SYNC" changes --store "$WORK/links" | cut -f4-6 | tr '\t\n' ' ;')" "A controls 2;A leverages B;"
	equal field "$("$SYNC" changes --store "$WORK/links" --field controls | wc -l)" 1
	equal diff "$("$SYNC" diff --store "$WORK/links" 2025-01-01 latest | cut -f2-4 | tr '\t\n' ' ;')" "A controls 2;A leverages B;"
	export_of "$WORK/links"
	equal history "$(awk -F'\t' '$3 == "controls" { print $4, $2 }' "$WORK/links.tree/history/services/A.tsv" | tr '\n' ';')" \
		"1 ;2 2025-01-02T00:00:00Z;"
}

# Every name and status gone at once is no news about the services.
forgetting_is_refused() {
	pull 0 "$WORK/forget" "$WORK/fedramp.json"
	sed 's/"status": "FedRAMP [A-Za-z ]*"/"status": "Authorised!"/' "$WORK/fedramp-stamp.json" >"$WORK/fedramp-words.json"
	pull 4 "$WORK/forget" "$WORK/fedramp-words.json"
	said 'would become unknown'
	pull 0 "$WORK/forget" "$WORK/fedramp-words.json" --accept-loss
}

wrong_registry_is_refused() {
	filled wrong
	pull 4 "$STORE" "$WORK/interchange.json"
	said "a list of 'synthetic', the store holds one of 'fedramp'"
	pull 0 "$WORK/wrong-too" "$WORK/interchange.json"
	pull 2 "$WORK/wrong-too" "$WORK/fedramp.json"
	said "holds the list of 'synthetic', and --source fedramp reads that of 'fedramp'"
	interchange --registry another --published 2025-02-02 >"$WORK/interchange-another.json"
	pull 4 "$WORK/wrong-too" "$WORK/interchange-another.json"
	equal generations 1 "$(generations "$STORE")"
}

onto_a_bundled_list() {
	expect_code 0 "$SYNC" init --store "$WORK/onto" --bundled fedramp
	pull 4 "$WORK/onto" "$WORK/fedramp.json"
	said 'already holds a publication of 2026-04-28'
	equal link generations/1.db "$(readlink "$WORK/onto/current")"
}

import_takes_many() {
	expect_code 0 "$SYNC" import --store "$WORK/many" --source fedramp "$WORK/fedramp.json" \
		"$WORK/fedramp-changed.json"
	equal generations 2 "$(generations "$WORK/many")"
	expect_code 4 "$SYNC" import --store "$WORK/many" --source fedramp "$WORK/fedramp-older.json" \
		"$WORK/fedramp-fifth.json"
	equal generations 2 "$(generations "$WORK/many")"
}

quiet_is_quiet() {
	filled quiet
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/fedramp.json" --quiet
	equal words "" "$(cat "$WORK/.said")"
}

file_proves_nothing_newer() {
	local day make="$TOP/tests/publications/fedramp_today.py"
	day=$(date -u -d '-2 days' +%F)
	python3 "$make" products 2025-01-15 'FR1=FedRAMP Certified' >"$WORK/fedramp-products.json"
	python3 "$make" products "$day" 'FR1=FedRAMP Certified' >"$WORK/fedramp-products-recent.json"
	pull 0 "$WORK/proof" "$WORK/fedramp-products.json"
	expect_code 0 "$SYNC" status --store "$WORK/proof"
	said '^checked +2025-01-15T'
	said '^stale +yes$'
	pull 0 "$WORK/proof" "$WORK/fedramp-products-recent.json"
	expect_code 0 "$SYNC" status --store "$WORK/proof"
	said "^checked +${day}T"
	said '^stale +no$'
}

test_case "pull makes a store that doesn't exist yet, with its registry's catalogue" creates_a_store
test_case "a registry without a bundled list gets no controls but its own" other_registry_has_no_catalogue
test_case "the same bytes again make no generation" byte_same
test_case "another time stamp alone makes no generation" stamp_only
test_case "a changed publication makes one, and leaves the older file as it was" changed
test_case "mtimes say when the registry changed something" mtime_is_the_registrys
test_case "a few files of generations stay, the log has them all" old_files_are_few
test_case "a loss of more than 20 % is refused, in words, and shown in .registry" loss_is_refused
test_case "a loss of just 20 % is not" loss_at_the_limit
test_case "--loss-limit moves the limit both ways" loss_limit_option
test_case "--accept-loss overrules it" loss_accepted
test_case "losses are counted by who is lost, not by how many are left" losses_are_counted_by_identity
test_case "an empty list is refused whatever is accepted" empty_is_refused
test_case "refused bytes are kept aside, once each, ten at the most" kept_aside
test_case "a refused first publication leaves a store that can still be filled" kept_aside_before_the_first
test_case "an older publication is refused" older_is_refused
test_case "--at states the time of publication" at_states_the_time
test_case "--at is a time that exists" at_is_a_time
test_case "a publication from the future is refused" future_is_refused
test_case "FedRAMP's time stamp is Eastern time, whatever its Z says" eastern_time
test_case "what left is delisted since that day, and comes back" delisted_and_back
test_case "unverified entries vanish, are never delisted and never a loss" unverified_vanish
test_case "whether a list is whole is a fact of its own" wholeness_is_a_fact
test_case "what comes along is no baseline for changes" bundled_lists_are_no_baseline
test_case "links that come and go are changes, in history and diff too" links_are_changes
test_case "names and statuses that are all unknown at once are refused" forgetting_is_refused
test_case "a list that isn't whole delists nothing and is stale" incomplete_lists_delist_nothing
test_case "a list of another registry is refused" wrong_registry_is_refused
test_case "an older publication onto a bundled list is refused" onto_a_bundled_list
test_case "import takes several files and stops at the first refused one" import_takes_many
test_case "--quiet says nothing of what didn't change" quiet_is_quiet
test_case "a file proves nothing later than its publication" file_proves_nothing_newer
finish
