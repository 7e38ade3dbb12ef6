#!/usr/bin/env bash
# FedRAMP's real lists, each with the newest changelog of its day: every service against an independent reading.
# LONG=1 reads every day, and the lists of the years before against a changelog of today; without it, some.
# shellcheck source=../lib.sh disable=SC1091,SC2317
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
ORACLE=$TOP/tests/oracle/fedramp_today.py

if [ ! -f "$DATA/fedramp-2026/days.tar.xz" ] || [ ! -f "$DATA/fedramp/daily.tar.xz" ]; then
	echo "skip - FedRAMP's real days: ../shared/data is not there"
	finish
fi
mkdir "$WORK/days"
tar -xJf "$DATA/fedramp-2026/days.tar.xz" -C "$WORK/days"
tar -xJf "$DATA/fedramp/daily.tar.xz" -C "$WORK"
tar -xJf "$DATA/fedramp/monthly.tar.xz" -C "$WORK"

# some NAME…: those of a sample, or with LONG=1 all that stand on the standard input.
some() {
	if [ -n "${LONG:-}" ]; then
		cat
	else
		grep -xF "$(printf '%s\n' "$@")"
	fi
}
lists() { find "$WORK/$1" -name '*.json' -printf '%f\n' | sed 's/\.json$//' | sort; }
changelogs() { find "$WORK/days" -name '*-changelog.json' -printf '%f\n' | sort; }
# changelog_of DAY: the newest that isn't of a later day; nothing where there was none yet.
changelog_of() { changelogs | awk -v day="$1" 'substr($0, 1, 10) <= day' | tail -n 1; }

set -o pipefail

# agrees STORE DOCUMENT…: one pull of these documents into the store, then its tree against them.
agrees() {
	local store=$1 from=() file
	shift
	for file in "$@"; do from+=(--from "$file"); done
	expect_code 0 "$SYNC" pull --quiet --store "$WORK/$store" --source fedramp "${from[@]}"
	expect_code 0 "$SYNC" export --store "$WORK/$store" "$WORK/tree"
	python3 "$ORACLE" --seen "$WORK/$store.seen" --tree "$WORK/tree" "$@" | tee -a "$WORK/agreed"
	rm -rf "$WORK/tree"
}

# counted NAME FUNCTION: a test, and how much it compared.
counted() {
	: >"$WORK/agreed"
	test_case "$@"
	awk '{ for (i = 2; i <= NF; i++) if ($i == "comparisons,") { trees++; all += $(i - 1) } }
		END { print "# " trees + 0 " trees, " all + 0 " comparisons" }' "$WORK/agreed"
}

each_day() {
	local day changelog
	while read -r day; do
		changelog=$(changelog_of "$day")
		agrees daily "$WORK/daily/$day.json" ${changelog:+"$WORK/days/$changelog"}
	done < <(lists daily | some 2026-03-30 2026-04-14 2026-04-15 2026-04-16 2026-04-28)
	expect_code 0 "$SYNC" verify --store "$WORK/daily"
}

# FedRAMP went on with its changelog when data.json stood still.
each_later_changelog() {
	local changelog
	while read -r changelog; do
		agrees later "$WORK/daily/2026-04-28.json" "$WORK/days/$changelog"
	done < <(changelogs | awk '$0 > "2026-04-28"' | some 2026-04-29T0326.fedramp-status-changelog.json \
		2026-05-13T1503.fedramp-status-changelog.json 2026-05-29T1514.fedramp-status-changelog.json)
	expect_code 0 "$SYNC" verify --store "$WORK/later"
}

# No changelog was published in those years: here each list meets one that is years ahead of it.
each_month() {
	local day
	while read -r day; do
		agrees "month-$day" "$WORK/monthly/$day.json" "$WORK/days/2026-04-15T0326.fedramp-status-changelog.json"
		rm -r "$WORK/month-$day"
	done < <(lists monthly | some 2023-02-28 2024-10-31 2026-03-31)
}

counted "each daily list with the changelog of its day, one after the other" each_day
counted "the last list of that shape with each later changelog" each_later_changelog
counted "each monthly list with a changelog of today" each_month
finish
