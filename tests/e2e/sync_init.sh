#!/usr/bin/env bash
# init: a store from each bundled list, and nothing but a new one.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

TREE_CHECK=$TOP/tests/publications/check_tree.py

make_both() {
	local registry
	for registry in ismap fedramp; do
		expect_code 0 "$SYNC" init --store "$WORK/$registry" --bundled $registry
		said '^changed: generation 1, '
		expect_code 0 "$SYNC" export --store "$WORK/$registry" "$WORK/$registry.tree"
	done
}

count() { find "$1" -mindepth 1 -maxdepth 1 | wc -l; }

fedramp_counts() {
	cd "$WORK/fedramp.tree"
	equal services 642 "$(count services)"
	equal high 410 "$(count baselines/high/controls)"
	equal moderate 323 "$(count baselines/moderate/controls)"
	equal low 156 "$(count baselines/low/controls)"
	equal li-saas 156 "$(count baselines/li-saas/controls)"
	equal classes "155 322 409" \
		"$(for class in b c d; do count baselines/rev5-class-$class/controls; done | xargs)"
	equal indicators "7 41 46 46" \
		"$(for class in a b c d; do count baselines/20x-class-$class/controls; done | xargs)"
	equal delisted "FR2031156016 FR2207247759" "$(ls delisted | xargs)"
	equal basis stated "$(cat delisted/*/delisted-on.basis | sort -u)"
	local service size wanted
	for service in services/*; do
		[ -e "$service/controls" ] || continue
		size=$(find "$service/controls/" -mindepth 1 | wc -l)
		case $(cat "$service/level") in
		high) wanted=410 ;;
		moderate) wanted=323 ;;
		low | li-saas) wanted=156 ;;
		*) wanted=none ;;
		esac
		equal "$service" "$wanted" "$size"
	done
}

ismap_counts() {
	cd "$WORK/ismap.tree"
	equal services 16 "$(count services)"
	equal controls 261 "$(find controls/2022-04-01 -mindepth 1 -maxdepth 1 -type d | wc -l)"
}

ismap_is_unverified() {
	cd "$WORK/ismap.tree"
	equal statuses unverified "$(cat services/*/status | sort -u)"
	equal complete no "$(cat .registry/complete)"
}

fedramp_statuses_add_up() {
	cd "$WORK/fedramp.tree"
	equal words "agency-in-process certified in-process legacy-ready" "$(cat services/*/status | sort -u | xargs)"
	equal files 642 "$(cat services/*/status | wc -l)"
}

never_checked_is_stale() {
	local registry
	for registry in ismap fedramp; do
		equal stale yes "$(cat "$WORK/$registry.tree/.registry/stale")"
		[ ! -e "$WORK/$registry.tree/.registry/checked" ]
		[ ! -e "$WORK/$registry.tree/fresh" ] && [ ! -L "$WORK/$registry.tree/fresh" ]
		grep -q 'Checked against the source: never' "$WORK/$registry.tree/README"
	done
}

unnumbered_keys() {
	cd "$WORK/ismap.tree/services"
	local service
	equal unnumbered 6 "$(find . -mindepth 1 -maxdepth 1 -name 'unnumbered-*' | wc -l)"
	for service in *; do
		if [[ $service == unnumbered-* ]]; then
			[ ! -e "$service/number" ]
		else
			equal number "$service" "$(cat "$service/number")"
			[[ $service =~ ^C[0-9]{2}-[0-9]{4}-[0-9]$ ]]
		fi
	done
}

readme_says_what_it_is() {
	local registry
	for registry in ismap fedramp; do
		head -n 8 "$WORK/$registry.tree/README" | grep -q 'NOT OFFICIAL'
		grep -Eq '^List of 20[0-9]{2}-[0-9]{2}-[0-9]{2}: [0-9]+ services' "$WORK/$registry.tree/README"
	done
}

no_contacts_no_prose() {
	[ -z "$(find "$WORK/fedramp.tree/services" -name description -print -quit)" ]
	fails grep -rqE '[[:alnum:]._-]+@[[:alnum:]-]+\.[a-z]' "$WORK/fedramp.tree/services"
}

trees_are_their_stores() {
	python3 "$TREE_CHECK" "$WORK/ismap" "$WORK/ismap.tree"
	python3 "$TREE_CHECK" "$WORK/fedramp" "$WORK/fedramp.tree"
}

same_again_but_for_the_uuid() {
	expect_code 0 "$SYNC" init --store "$WORK/again" --bundled ismap
	expect_code 0 "$SYNC" export --store "$WORK/again" "$WORK/again.tree"
	diff -r "$WORK/ismap.tree" "$WORK/again.tree" >"$WORK/differences" || true
	equal files ".registry/fetched .registry/uuid tables/changes.atom tables/report.html" \
		"$(sed -n "s|^diff -r $WORK/ismap.tree/\([^ ]*\) .*|\1|p" "$WORK/differences" | sort | xargs)"
	diff -I '^<id>urn:uuid:' "$WORK/ismap.tree/tables/changes.atom" "$WORK/again.tree/tables/changes.atom"
	diff <(sed "s/$(cat "$WORK/ismap.tree/.registry/uuid")//" "$WORK/ismap.tree/tables/report.html") \
		<(sed "s/$(cat "$WORK/again.tree/.registry/uuid")//" "$WORK/again.tree/tables/report.html")
}

filled_store_is_refused() {
	local before
	before=$(readlink "$WORK/ismap/current")
	expect_code 5 "$SYNC" init --store "$WORK/ismap" --bundled ismap
	said 'holds a list already'
	expect_code 5 "$SYNC" init --store "$WORK/ismap" --bundled fedramp
	equal current "$before" "$(readlink "$WORK/ismap/current")"
	expect_code 0 "$SYNC" verify --store "$WORK/ismap"
}

unknown_list_is_a_usage_error() {
	expect_code 2 "$SYNC" init --store "$WORK/none" --bundled elsewhere
	said "no bundled list 'elsewhere'"
	[ ! -e "$WORK/none" ]
}

test_case "both bundled lists become stores and trees" make_both
test_case "fedramp: 642 services, baselines of 410, 323, 156 and 156 controls, each service its level's" fedramp_counts
test_case "ismap: 16 services, 261 controls of edition 2022-04-01" ismap_counts
test_case "ismap: every status is unverified, the list is not complete" ismap_is_unverified
test_case "fedramp: a status of the set for each of the 642" fedramp_statuses_add_up
test_case "a list that was never checked is stale, and says so" never_checked_is_stale
test_case "a key that was made up can't be taken for a number" unnumbered_keys
test_case "README: not official, list of a day" readme_says_what_it_is
test_case "fedramp: no contacts and no prose" no_contacts_no_prose
test_case "each row is a file, each file a row, for both lists" trees_are_their_stores
test_case "init makes the same tree again, but for its uuid and the clock" same_again_but_for_the_uuid
test_case "init into a filled store is refused and harms nothing" filled_store_is_refused
test_case "an unknown bundled list is a usage error and leaves nothing behind" unknown_list_is_a_usage_error
# A power cut keeps what was written before, in this order: the file, its name, and then the switch to it.
survives_a_power_cut() {
	command -v strace >/dev/null || skip "strace is not installed"
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -y -o "$WORK/calls" -e trace=fsync,renameat \
		"$SYNC" init --store "$WORK/durable" --bundled ismap >/dev/null
	equal calls "fsync:generations/new.db fsync:digests.new renameat:digests fsync: renameat:generations/1.db fsync:generations renameat:current fsync: fsync:state.new renameat:state fsync:" \
		"$(sed -nE -e "s|^[0-9]+ +fsync\\([0-9]+<$WORK/durable/?([^>]*)>.*|fsync:\\1|p" \
			-e 's|^[0-9]+ +renameat\(.*"([^"]*)"\).*|renameat:\1|p' "$WORK/calls" | paste -sd' ')"
}
test_case "a list is on the disk before it is switched to" survives_a_power_cut
finish
