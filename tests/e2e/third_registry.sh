#!/usr/bin/env bash
# A third registry is a folder and a line: ismap-sync with the one of tests/third knows all of it.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

THIRD=$BUILD/third/ismap-sync
STORE=$WORK/store
T=$WORK/tree

# list DAY [LINE…]: a document of the registry.
list() {
	echo "sample list $1"
	shift
	printf '%b\n' "$@"
}

export_tree() { # STORE
	rm -rf "$T"
	expect_code 0 "$THIRD" export --store "$1" "$T"
}

is_offered() {
	expect_code 0 "$THIRD" --help
	said 'Sources: fedramp, interchange, ismap, sample, table, mirror'
	expect_code 0 "$THIRD" pull --help
	said 'reader: .*, sample, table, mirror'
	expect_code 0 "$THIRD" init --help
	said 'comes along: fedramp, ismap, sample'
	expect_code 2 "$SYNC" init --store "$WORK/none" --bundled sample
}

comes_along() {
	expect_code 0 "$THIRD" init --store "$WORK/bundled" --bundled sample
	export_tree "$WORK/bundled"
	equal services S-1 "$(ls "$T/services")"
	equal control One "$(cat "$T/controls/first/1.1/title")"
	grep -qE '^  listed +.*on the sample list$' "$T/README"
}

is_read() {
	list 2026-01-10 'S-1\tlisted\t2099-01-01\tOne' 'S-2\tlisted\t2026-01-09\tTwo' 'S-3\tlisted\t2099-01-01\tThree' \
		'S-4\tlisted\t2099-01-01\tFour' >"$WORK/list"
	expect_code 0 "$THIRD" pull --store "$STORE" --source sample --from "$WORK/list" --at 2026-01-10
	export_tree "$STORE"
	equal name One "$(cat "$T/services/S-1/name")"
	equal controls "1.1 1.2" "$(cd "$T/controls/first" && echo 1*)"
	head -n 1 "$T/README" | grep -qx 'Sample List'
	grep -qx 'Read from a sample list.' "$T/README"
	grep -qE '^  listed +.*on the sample list$' "$T/README"
	grep -qE '^  over +.*its date has passed' "$T/README"
	grep -qE '^  delisted +.*was on the list, is no longer' "$T/README"
	grep -q 'on the sample list' "$T/tables/report.html"
	grep -q '見本リスト掲載' "$T/tables/report.html"
	expect_code 0 "$THIRD" verify --store "$STORE"
}

dates_pass() {
	equal "while it is read" over "$(cat "$T/services/S-2/status")"
	list 2026-01-10 'S-1\tlisted\t2026-02-01\tOne' 'S-2\tlisted\t2099-01-01\tTwo' >"$WORK/dated"
	expect_code 0 "$THIRD" pull --store "$WORK/dates" --source sample --from "$WORK/dated"
	export_tree "$WORK/dates"
	equal "by the calendar" over "$(cat "$T/services/S-1/status")"
	grep -q 'S-1	status	listed	over$' "$T/changes/2026-02-02.tsv"
	grep -qx 'Read from a sample list.' "$T/README"
}

has_limits() {
	list 2026-01-11 'S-1\tlisted\t2099-01-01\tOne' 'S-2\tlisted\t2026-01-09\tTwo' >"$WORK/half"
	expect_code 0 "$THIRD" pull --store "$STORE" --source sample --from "$WORK/half"
	list 2026-01-12 >"$WORK/none"
	expect_code 4 "$THIRD" pull --store "$STORE" --source sample --from "$WORK/none"
}

two_readers() {
	expect_code 4 "$THIRD" pull --store "$WORK/wrong" --source interchange --from "$WORK/list"
	said 'it looks like what --source sample reads'
	expect_code 0 "$THIRD" pull --store "$WORK/other" --source interchange \
		--from "$TOP/tests/third/sources/sample/bundled.json"
	export_tree "$WORK/other"
	grep -qE '^  listed +.*on the sample list$' "$T/README"
}

test_case "its names are offered" is_offered
test_case "its bundled list becomes a store" comes_along
test_case "its document is read; README and the report know its words" is_read
test_case "its rule of the day holds while reading and by the calendar" dates_pass
test_case "its own limit of losses holds" has_limits
test_case "two readers read its list, and a refused document is told which" two_readers
finish
