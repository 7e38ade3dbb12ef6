#!/usr/bin/env bash
# The oddities of real FedRAMP publications, one service each; and the interchange format's rules.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

GENERATE=$TOP/tests/publications
STORE=$WORK/store
TREE=$WORK/tree
python3 "$GENERATE/fedramp.py" >"$WORK/fedramp.json"
python3 "$GENERATE/fedramp.py" --expect >"$WORK/expected"
python3 "$GENERATE/interchange.py" >"$WORK/list.json"
"$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/fedramp.json" --quiet >/dev/null
"$SYNC" export --store "$STORE" "$TREE"
"$SYNC" pull --store "$WORK/lists" --source interchange --from "$WORK/list.json" --quiet >/dev/null
"$SYNC" export --store "$WORK/lists" "$WORK/lists.tree"

# S NUMBER: the directory of the generator's product at that place.
S() { printf '%s/services/FR%d' "$TREE" $((9000000000 + $1)); }
has() { equal "$1" "$2" "$(cat "$1")"; }
lacks() { [ ! -e "$1" ] || { echo "$1 is there: $(cat "$1")" && return 1; }; }

as_expected() {
	cd "$TREE/services"
	local service facts
	for service in *; do
		facts=$service
		for name in status level controls registered-on provider.name name leverages; do
			if [ $name = controls ] && [ -e "$service/$name" ]; then
				facts+=$'\t'$(find "$service/controls/" -mindepth 1 | wc -l)
			elif [ $name = leverages ] && [ -d "$service/$name" ]; then
				facts+=$'\t'$(find "$service/$name" -mindepth 1 -printf '%f\n' | sort | paste -sd,)
			elif [ -f "$service/$name" ]; then
				facts+=$'\t'$(cat "$service/$name")
			else
				facts+=$'\t-'
			fi
		done
		echo "$facts"
	done | LC_ALL=C sort >"$WORK/found"
	diff "$WORK/expected" "$WORK/found"
}

sentinels() {
	lacks "$(S 9)/registered-on"
	lacks "$(S 9)/annual-assessment"
	lacks "$(S 9)/annual-assessment.source"
	lacks "$(S 9)/uei"
	lacks "$(S 9)/ready-on"
	lacks "$(S 9)/partnering-agency"
	lacks "$(S 9)/note"
	lacks "$(S 4)/level"
	lacks "$(S 4)/controls"
	lacks "$(S 5)/level"
	fails grep -rqxE 'Not Active|Not Authorized|No FRR Date|Not In Process|#N/A|#REF!' "$TREE/services"
}

empty_lists() {
	has "$(S 11)/business-functions" ""
	[ -f "$(S 11)/business-functions" ] && [ ! -s "$(S 11)/business-functions" ]
	lacks "$(S 11)/service-model"
	[ ! -s "$(S 11)/agencies" ]
	has "$(S 22)/service-model" $'saas\npaas'
	has "$(S 22)/agencies" "Imaginary Agency"
}

odd_ids() {
	has "$TREE/services/WORDSONLY/number" WORDSONLY
	has "$TREE/services/WORDSONLY/level" li-saas
	has "$TREE/services/WORDSONLY/level.source" Li-SaaS
	has "$TREE/services/F9000000002A/level" 20x-low
	lacks "$TREE/services/F9000000002A/controls"
	has "$(S 1)/number" FR9000000001
	has "$(S 3)/level" 20x-moderate
	lacks "$(S 3)/controls"
}

odd_names() {
	has "$(S 3)/name" "Imaginary Broken Line "
	[ -L "$TREE/by-name/Imaginary Broken Line" ]
	[ -L "$TREE/by-name/hidden -name" ]
	equal slash 1 "$(find "$TREE/by-name" -name 'Pipes-Slashes*' | wc -l)"
	has "$TREE/providers/synthetic-blanks/name" "Synthetic Blanks"
}

case_twins() {
	cd "$TREE/providers"
	equal names $'SynthStack\nsynthStack' "$(cat "$(readlink -f "$(S 4)/provider")/name" "$(readlink -f "$(S 5)/provider")/name")"
	equal slugs "synthstack synthstack~2" "$(find . -maxdepth 1 -name 'synthstack*' -printf '%f\n' | sort | xargs)"
}

twin_services() {
	lacks "$TREE/by-name/Twin Service"
	equal one "$(readlink -f "$(S 6)")" "$(readlink -f "$TREE/by-name/Twin Service~FR9000000006")"
	equal two "$(readlink -f "$(S 7)")" "$(readlink -f "$TREE/by-name/Twin Service~FR9000000007")"
	equal services 2 "$(find "$TREE/providers/synthetic-twin-co/services" -mindepth 1 | wc -l)"
}

odd_dates() {
	lacks "$(S 8)/registered-on"
	has "$(S 8)/extra.auth_date" 2/29/2023
	has "$(S 10)/extra.ready_date" "Soon, perhaps"
	lacks "$(S 10)/ready-on"
	has "$(S 10)/annual-assessment.source" 45123
	lacks "$(S 10)/annual-assessment"
	has "$(S 23)/registered-on" 2021-03-04
	has "$(S 23)/annual-assessment" 2021-05-06
	grep -qxE -- '--[01][0-9]-[0-3][0-9]' "$(S 30)/annual-assessment"
}

every_word_is_explained() {
	local name
	find "$TREE/services" -mindepth 2 -maxdepth 2 -type f -printf '%f\n' | sort -u >"$WORK/words"
	while read -r name; do
		[ -s "$TREE/.registry/schema/$name" ] || echo "$name is not explained"
		[ -s "$TREE/.registry/schema/$name" ]
	done <"$WORK/words"
	grep -qx extra.auth_date "$WORK/words"
}

long_description() {
	python3 - "$(S 12)/description" <<-'PYTHON'
		import sys
		text = open(sys.argv[1], "rb").read()
		assert len(text) > 14000, len(text)
		assert b"\r" not in text and b"\t" in text and "\u200b".encode() in text
		assert text.endswith(b"the end\n") and not text.endswith(b"\n\n")
		assert text.startswith(b"A synthetic description.\nIts second line.\nIts third,\twith"), text[:80]
	PYTHON
}

odd_statuses() {
	has "$(S 13)/status" unknown
	lacks "$(S 13)/status.source"
	has "$(S 14)/status" unknown
	has "$(S 14)/status.source" "No Status Found"
	has "$(S 15)/status" agency-in-process
	[ -L "$TREE/by-status/agency-in-process/FR9000000015" ]
	# Never empty, never two.
	equal lines 60 "$(cat "$TREE"/services/*/status | wc -l)"
	equal files "" "$(find "$TREE/services" -name status -empty)"
}

circle() {
	cd "$TREE/services"
	equal first FR9000000019 "$(ls FR9000000017/leverages)"
	equal second FR9000000017 "$(ls FR9000000018/leverages)"
	equal back FR9000000018 "$(ls FR9000000017/leveraged-by)"
	lacks FR9000000017/leverages/FR9000000017
	[ -f FR9000000017/leverages/FR9000000019/leverages/FR9000000018/name ]
	equal found 60 "$(find . -maxdepth 2 -name status | wc -l)"
}

no_addresses() {
	fails grep -rq 'contact@example' "$TREE"
}

blank_rows() {
	python3 "$GENERATE/fedramp.py" --blank 7 >"$WORK/blank.json"
	expect_code 0 "$SYNC" pull --store "$WORK/blank" --source fedramp --from "$WORK/blank.json"
	said '7 rows without an id were left out'
	said ': 60 services'
}

provider_changes() {
	local before
	python3 "$GENERATE/fedramp.py" --day 2025-01-17 --provider "FR9000000004=Synthetic Successor" >"$WORK/successor.json"
	before=$(readlink "$(S 5)/provider")
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/successor.json"
	said ' 0 new, 0 gone, 1 with other values'
	expect_code 0 "$SYNC" export --store "$STORE" "$TREE"
	equal successor ../../providers/synthetic-successor "$(readlink "$(S 4)/provider")"
	# Its case twin keeps its slug although the other one is free now.
	equal twin "$before" "$(readlink "$(S 5)/provider")"
	expect_code 0 "$SYNC" verify --store "$STORE"
}

level_changes() {
	python3 "$GENERATE/fedramp.py" --day 2025-01-18 --level FR9000000006=Low --level FR9000000007="20x Low" \
		--level FR9000000004=High --provider "FR9000000004=Synthetic Successor" >"$WORK/levels.json"
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/levels.json"
	expect_code 0 "$SYNC" export --store "$STORE" "$TREE"
	equal low 156 "$(find "$(S 6)/controls/" -mindepth 1 | wc -l)"
	lacks "$(S 7)/controls"
	has "$(S 7)/controls.basis" none
	equal high 410 "$(find "$(S 4)/controls/" -mindepth 1 | wc -l)"
	[ ! -e "$TREE/baselines/li-saas/services/FR9000000007" ]
	[ -e "$TREE/baselines/high/services/FR9000000004/name" ]
	python3 "$GENERATE/check_tree.py" "$STORE" "$TREE"
}

absent_or_empty() {
	cd "$WORK/lists.tree/services"
	[ -f E-0001/note ] && [ ! -s E-0001/note ]
	lacks E-0001/scope
	has E-0001/regions $'Nowhere\nElsewhere'
	has E-0001/extra.ticket 1
}

partial_dates() {
	cd "$WORK/lists.tree/services"
	has E-0003/registered-on 2024
	has E-0001/registered-on 2024-05
	has E-0002/registered-on 2024-05-06
	[ -L ../by-expiry/2026-02/E-0001 ]
}

own_statements() {
	cd "$WORK/lists.tree"
	has services/E-0001/controls.basis level
	equal basic ../../baselines/basic/controls "$(readlink services/E-0001/controls)"
	has services/E-0002/controls.basis statement
	equal statement "1.1 1.1.1" "$(find services/E-0002/controls -mindepth 1 -printf '%f\n' | sort | xargs)"
	[ -f services/E-0002/controls/1.1.1/title ]
	[ -f controls/2025/1.1.1/services/E-0002/status ]
	[ -f controls/2025/1.1/baselines/basic/title ]
	lacks controls/2025/1.1/services/E-0001
}

leveraged() {
	cd "$WORK/lists.tree/services"
	[ -f E-0002/leverages/E-0001/name ]
	has E-0002/leverages.unlisted E-7777
	equal users 9 "$(find E-0001/leveraged-by -mindepth 1 | wc -l)"
}

repeated_alike() {
	python3 - "$WORK" <<-'PYTHON'
		import json, sys
		document = json.load(open(sys.argv[1] + "/list.json"))
		document["services"].append(dict(document["services"][3]))
		json.dump(document, open(sys.argv[1] + "/repeated.json", "w"))
	PYTHON
	expect_code 0 "$SYNC" pull --store "$WORK/repeated" --source interchange --from "$WORK/repeated.json"
	said ': 10 services'
}

unstated_time() {
	one_day
	python3 "$GENERATE/interchange.py" --published "" >"$WORK/timeless.json"
	expect_code 0 "$SYNC" pull --store "$WORK/timeless" --source interchange --from "$WORK/timeless.json"
	expect_code 0 "$SYNC" log --store "$WORK/timeless"
	said "^1	$(date -u +%Y)-.*	fetched	"
}

test_case "every service as the generator says it should be read" as_expected
test_case "sentinels and a spreadsheet's errors are no values" sentinels
test_case "[\"\"] and [] are known to be empty" empty_lists
test_case "ids: words, letters, trailing blanks; levels Li-SaaS and 20x" odd_ids
test_case "names: CR LF, slashes, hidden, bidirectional, no-break spaces" odd_names
test_case "providers that differ in case only both exist" case_twins
test_case "two services of one name and provider both exist, by their numbers" twin_services
test_case "dates that are none are kept as words of their own" odd_dates
test_case "every file name is explained in .registry/schema, in the first generation too" every_word_is_explained
test_case "a description of 16 kB with CR LF, CR, tabs and zero-width characters" long_description
test_case "statuses: empty, unheard of, relabelled" odd_statuses
test_case "services built on each other in a circle" circle
test_case "contact addresses are nowhere" no_addresses
test_case "rows without an id are left out, and counted" blank_rows
test_case "another provider is another link; slugs are never handed on" provider_changes
test_case "another level brings other controls, or none" level_changes
test_case "interchange: absent is no file, empty is an empty file" absent_or_empty
test_case "interchange: dates of the precision that is known" partial_dates
test_case "interchange: a statement of its own, and a baseline's" own_statements
test_case "interchange: built on what is listed, and on what isn't" leveraged
test_case "interchange: the same service twice is one" repeated_alike
test_case "interchange: without a time, the time of fetching counts" unstated_time
finish
