#!/usr/bin/env bash
# A list in another shape, or with one more document, isn't news of each service; what really changed is.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

MAKE=$TOP/tests/publications/fedramp_today.py

pull() { # CODE STORE FILE…
	local code=$1 store=$WORK/$2 from=() file
	shift 2
	for file in "$@"; do from+=(--from "$file"); done
	expect_code "$code" "$SYNC" pull --store "$store" --source fedramp "${from[@]}"
}

# told STORE DAY: kind, service and field of what changed since, in New York.
told() { "$SYNC" changes --store "$WORK/$1" --since "$2" 2>/dev/null | cut -f3-5 | tr '\t' ' '; }
value() { sqlite3 "$WORK/$1/current" "SELECT value FROM facts WHERE entity = '$2' AND field = '$3' AND until IS NULL"; }

made_up() {
	python3 "$MAKE" data 2026-05-01 "FR1=FedRAMP Authorized" "FR2=FedRAMP Authorized" "FR3=FedRAMP Ready" "FR4=FedRAMP Ready" \
		>"$WORK/data-1.json"
	python3 "$MAKE" data 2026-05-02 "FR1=FedRAMP Authorized" "FR2=FedRAMP Authorized" "FR3=FedRAMP Ready" "FR4=FedRAMP Ready" \
		>"$WORK/data-2.json"
	python3 "$MAKE" changelog 2 2026-05-02 'FR1|2020-01-02||FedRAMP Certified|Rev5|Agency|Class C|2020-01-02' \
		'FR2|2020-01-03||FedRAMP Certified|Rev5|Agency|Class C|2020-01-03' >"$WORK/changelog-2.json"
	python3 "$MAKE" products 2026-05-03 'FR1=FedRAMP Certified,cert_path="Agency",cert_class="Class C"' \
		'FR2=FedRAMP In Process,cert_path="Agency"' 'FR3=Legacy FedRAMP Ready,cert_path="Agency"' >"$WORK/products-3.json"
	python3 "$MAKE" products 2026-05-04 'FR1=FedRAMP Certified,cert_path="Agency",cert_class="Class B"' \
		'FR2=FedRAMP In Process,cert_path="Agency"' 'FR3=Legacy FedRAMP Ready,cert_path="Agency"' >"$WORK/products-4.json"
}

# The changelog has years of events of each service, and comes for the first time.
first_document() {
	made_up
	pull 0 first "$WORK/data-1.json"
	pull 0 first "$WORK/data-2.json" "$WORK/changelog-2.json"
	equal told "publication  documents" "$(told first 2026-05-02)"
	equal "what it says of its documents" "list data.json|changelog changelog-2, list data.json" \
		"$("$SYNC" changes --store "$WORK/first" --since 2026-05-02 2>/dev/null | cut -f6,7 | tr '\t' '|')"
	[ -n "$(value first FR1 events.tsv)" ]
}

other_shape() {
	pull 0 other "$WORK/data-1.json"
	expect_code 0 "$SYNC" pull --store "$WORK/other" --source fedramp --from "$WORK/products-3.json" --accept-loss
	said '1 gone, 1 with other values'
	equal told "delisted FR4 
changed FR2 status
changed FR2 in-force
publication  documents" "$(told other 2026-05-02)"
	# What nobody was told of is there.
	equal class c "$(value other FR1 class)"
	expect_code 0 "$SYNC" export --store "$WORK/other" "$WORK/tree"
	grep -q $'\tclass\tc$' "$WORK/tree/history/services/FR1.tsv"
	grep -q $'\tpublication\t\tdocuments\tlist data.json\tlist products.json$' "$WORK/tree/changes/all.tsv"
	# From now on it is news.
	pull 0 other "$WORK/products-4.json"
	equal told "changed FR1 class" "$(told other 2026-05-03)"
	expect_code 0 "$SYNC" verify --store "$WORK/other"
}

# The same day in both shapes: told are the same changes, but for what only one of them states.
real() {
	local day days=$WORK/days
	[ -f "$DATA/fedramp-2026/days.tar.xz" ] || skip "no real publications beside this checkout"
	mkdir "$days"
	tar -xJf "$DATA/fedramp-2026/days.tar.xz" -C "$days"
	day=$(cd "$days" && echo 2026-04-25*.data.json)
	python3 "$MAKE" convert "$days/$day" "$days"/2026-04-25*.fedramp-status-changelog.json >"$WORK/products.json"
	for store in same turned; do
		pull 0 $store "$days"/2026-04-23*.data.json "$days"/2026-04-23*.fedramp-status-changelog.json
	done
	pull 0 same "$days/$day" "$days"/2026-04-25*.fedramp-status-changelog.json
	pull 0 turned "$WORK/products.json"
	told same 2026-04-24 | grep -vE ' (events\.tsv|in-process-[a-z]*-on|[a-z]*\.source)$' | sort >"$WORK/same.told"
	told turned 2026-04-24 | sort >"$WORK/turned.told"
	[ "$(wc -l <"$WORK/same.told")" -gt 30 ]
	equal "what only the other shape tells" "> publication  documents" "$(diff "$WORK/same.told" "$WORK/turned.told" | grep '^[<>]')"
}

test_case "a document that comes for the first time is one change of the publication" first_document
test_case "another shape is one change, and the real ones of that day are told" other_shape
test_case "real lists: one day in both shapes tells the same changes" real
finish
