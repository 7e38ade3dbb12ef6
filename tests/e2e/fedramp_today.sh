#!/usr/bin/env bash
# FedRAMP's list as it is published today, with its changelog and package overviews: every service against an
# independent reading of the same documents, and what is told of what can't be read.
# shellcheck source=../lib.sh disable=SC1091,SC2317
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
ORACLE=$TOP/tests/oracle/fedramp_today.py
MAKE=$TOP/tests/publications/fedramp_today.py
TODAY=$DATA/fedramp-2026
DAYS=$WORK/days

[ ! -f "$TODAY/days.tar.xz" ] || { mkdir "$DAYS" && tar -xJf "$TODAY/days.tar.xz" -C "$DAYS"; }
days() { [ -d "$DAYS" ] || skip "the real publications are not beside this checkout"; }
document() { find "$DAYS" -name "$1T*$2.json" | sort | tail -n 1; }

# read_as CODE STORE DOCUMENT…: one pull of all the documents; what it says is in $WORK/said.
read_as() {
	local code=$1 store=$2 from=() file
	shift 2
	for file in "$@"; do from+=(--from "$file"); done
	expect_code "$code" "$SYNC" pull --store "$WORK/$store" --source fedramp "${from[@]}"
}

# agrees STORE [--seen FILE] DOCUMENT…: the tree is $WORK/tree.
agrees() {
	local store=$1
	shift
	rm -rf "$WORK/tree"
	expect_code 0 "$SYNC" export --store "$WORK/$store" "$WORK/tree"
	python3 "$ORACLE" --tree "$WORK/tree" "$@"
}

whole() { read_as 0 "$1" "${@:2}" && agrees "$@"; }
field() { cat "$WORK/tree/services/$1/$2"; }

oracle_itself() {
	if [ -d "$DAYS" ]; then
		python3 "$TOP/tests/oracle/fedramp_today_check.py" "$(find "$DAYS" -name '*.data.json' -printf '%h' -quit)"
	else
		python3 "$TOP/tests/oracle/fedramp_today_check.py"
	fi
}

# The changelog's last word of these is PMO Review; they were certified long before.
STAYED="MSO365MT FR1809360201 FR2013059515 FR2004146362 FR1814168113 FR1718334757 F1605027892 FR1814240140
	FR1731347234 FR1711546389 FR2108360349 FR2103344623"
# The list of 2026-04-27 calls these In Process; FedRAMP certified them by the end of May.
BEFORE_THE_LIST="FR2416859101 FR2421035110 FR2335051964 FR2023864279A FR2515655059 FR2503350987 FR2420341612
	FR2606141075 FR2310239588 FR2619434440 FR2525556241XM"

in_sequence() {
	days
	local day documents some="2026-04-15 2026-04-23 2026-04-27"
	[ -z "${LONG:-}" ] || some=$(cd "$DAYS" && find . -name '*.data.json' | sed 's,.*/,,; s/T.*//' | sort)
	for day in $some; do
		documents=("$(document "$day" data)" "$(document "$day" status-changelog)")
		read_as 0 sequence "${documents[@]}"
		agrees sequence --seen "$WORK/seen" "${documents[@]}"
		[ "$day" != 2026-04-23 ] || equal "certified before the list" certified "$(field FR2416859101 status)"
	done
	local service
	for service in $STAYED; do
		equal "$service" certified "$(field "$service" status)"
	done
	equal stated "FR2031156016 FR2207247759" "$(cd "$WORK/tree/delisted" && grep -lx stated -- */delisted-on.basis |
		cut -d/ -f1 | xargs)"
	# What the list itself lacks keeps its last known values.
	equal kept "Deloitte GPS OpenCloud" "$(cat "$WORK/tree/delisted/FR2207247759/name")"
}

later_changelog() {
	days
	local service
	whole later "$(document 2026-04-27 data)" "$(document 2026-05-29 status-changelog)"
	for service in $STAYED $BEFORE_THE_LIST; do
		equal "$service" certified "$(field "$service" status)"
		equal "$service" yes "$(field "$service" in-force)"
	done
	equal "the list's own words" 9 "$(find "$WORK/tree/delisted" -mindepth 1 -maxdepth 1 | wc -l)"
}

later_layouts() {
	days
	local layout
	for layout in 10-03 11-06; do
		whole "layout-$layout" "$(document 2026-04-27 data)" "$TODAY/changelog-layout-2026-$layout.excerpt.json"
	done
}

by_contract() {
	days
	whole contract "$TODAY/products-by-contract.SYNTHETIC.json"
	whole overviews "$TODAY/products-by-contract.SYNTHETIC.json" "$TODAY/package-overview.excerpt.json"
}

damaged_export() {
	days
	read_as 4 damaged "$(document 2026-05-29 fedramp-products)"
	said 'it is the products export, whose names are damaged'
}

made_up() {
	local seed
	for seed in 1 2; do
		python3 "$MAKE" generate --seed $seed --services 60 >"$WORK/made.json"
		read_as 0 "made-$seed" "$WORK/made.json"
		said '3 rows that the publisher made up were left out'
		said "'FedRAMP Paused' is a status that this program doesn't know, in 1 entry; it counts as unknown"
		said '^changed: .* with other values; [1-9][0-9]* values can.t be read$'
		agrees "made-$seed" "$WORK/made.json"
	done
}

both_shapes() {
	local list changelog
	if [ -d "$DAYS" ]; then
		list=$(document 2026-04-27 data) changelog=$(document 2026-04-27 status-changelog)
	else
		list=$WORK/data.json changelog=$WORK/changelog.json
		python3 "$MAKE" data 2026-04-27 "FR1=FedRAMP Authorized" "FR2=FedRAMP Ready" >"$list"
		python3 "$MAKE" changelog 1 2026-04-27 'FR1|2020-01-02||Authorized' 'FR2|2021-01-02||FRR' >"$changelog"
	fi
	python3 "$MAKE" convert "$list" "$changelog" >"$WORK/converted.json"
	whole data "$list" "$changelog"
	mv "$WORK/tree" "$WORK/data.tree"
	whole products "$WORK/converted.json" "$changelog"
	python3 - "$TOP/tests/publications" "$WORK/data.tree" "$WORK/tree" <<-'PYTHON'
		import os, sys
		sys.path.insert(0, sys.argv[1])
		from fedramp_today import ONLY_DATA, ONLY_PRODUCTS
		only = {*ONLY_DATA, *ONLY_PRODUCTS}
		def read(tree):
		    found = {}
		    for folder in ("services", "delisted"):
		        for number in os.listdir(os.path.join(tree, folder)):
		            path = os.path.join(tree, folder, number)
		            for name in os.listdir(path):
		                file = os.path.join(path, name)
		                if name in only:
		                    continue
		                if os.path.islink(file):
		                    found[folder, number, name] = os.readlink(file)
		                elif os.path.isdir(file):
		                    found[folder, number, name] = sorted(os.listdir(file))
		                else:
		                    with open(file, encoding="utf-8") as text:
		                        found[folder, number, name] = text.read()
		    return found
		data, products = read(sys.argv[2]), read(sys.argv[3])
		wrong = [key for key in data.keys() | products.keys() if data.get(key) != products.get(key)]
		for key in sorted(wrong)[:10]:
		    print(key, repr(data.get(key)), repr(products.get(key)))
		print(len(data), "compared,", len(wrong), "differ")
		sys.exit(bool(wrong))
	PYTHON
}

facts() {
	python3 "$MAKE" products 2026-11-01 'FR1=FedRAMP Certified,cert_type="Rev5",cert_class="Class C",impact_level="High"' \
		'FR2=FedRAMP Certified (In Remediation),under_cap=true,cap_date="2026-10-01",cert_type="20x",cert_class="Class B"' \
		'FR3=Delisted' 'FR4=Unknown,cert_class="Unknown"' 'FR5=FedRAMP Certified,impact_level="High",cert_class="Unknown",cert_type="Rev5"' \
		'FR6=FedRAMP Certified,agency_authorizations=["First Agency","Agency, Second"]' \
		'FR7=FedRAMP Certified,impact_level="Low",cert_class="Class A",cert_type="Rev5"' >"$WORK/facts.json"
	python3 "$MAKE" overview 2026-11-01 'FR1=service:High,out:Other,on:FR6' FR-PLACEHOLDER >"$WORK/overview.json"
	read_as 0 facts "$WORK/facts.json" "$WORK/overview.json"
	said '1 package overview was left out, as the list has no service of its id'
	agrees facts "$WORK/facts.json" "$WORK/overview.json"
	cd "$WORK/tree"
	equal in-force "FR1:yes FR2:yes FR4:unknown FR5:yes FR6:yes FR7:yes" "$(grep . services/*/in-force | sed 's,services/,,; s,/in-force,,' | xargs)"
	equal delisted no "$(cat delisted/FR3/in-force)"
	equal basis stated "$(cat delisted/FR3/delisted-on.basis)"
	equal since 2026-11-01 "$(cat delisted/FR3/delisted-on)"
	equal plan "yes 2026-10-01" "$(cat services/FR2/under-corrective-action-plan services/FR2/corrective-action-plan-on | xargs)"
	equal rev5 "rev5-class-c class" "$(basename "$(dirname "$(readlink services/FR1/controls)")") $(cat services/FR1/controls.basis)"
	equal 20x "20x-class-b class" "$(basename "$(dirname "$(readlink services/FR2/controls)")") $(cat services/FR2/controls.basis)"
	equal level "high level" "$(basename "$(dirname "$(readlink services/FR5/controls)")") $(cat services/FR5/controls.basis)"
	equal "class A has no controls" "none no" "$(cat services/FR7/controls.basis) $([ -e services/FR7/controls ] || echo no)"
	equal indicators 41 "$(ls services/FR2/controls/ | wc -l)"
	equal classes "a b c" "$(ls by-class | xargs)"
	equal agencies "agency-second first-agency" "$(ls agencies | xargs)"
	equal uses FR6 "$(ls agencies/agency-second/services)"
	equal builds-on FR6 "$(ls services/FR1/leverages)"
	equal words 9 "$(wc -l <.registry/words)"
	equal "each word once in README" 8 "$(grep -cE '^  [a-z-]+ +(yes|no|unknown) ' README)"
	grep -qP '^certified\tFedRAMP Certified \| FedRAMP Authorized \| Authorized\tauthorized\tyes\t' .registry/words
	jq -e '."certified-services.tsv"[0].category == "High"' records/services/FR1.json
	fails grep -rn -iE 'contact|@|555' services/FR1
}

# What a store holds of people in what the documents say of a service: nothing. The providers' prose is as published.
nobody() {
	cd "$WORK"
	local documents=("$TODAY/package-overview.excerpt.json") store
	if [ -d "$DAYS" ]; then
		documents+=("$(document 2026-04-27 data)" "$(document 2026-04-27 status-changelog)")
	else
		documents=()
	fi
	python3 "$MAKE" products 2026-11-01 'FR1=FedRAMP Certified,trust_center="mailto:person@example.invalid",sales_email="someone@example.invalid",website="mailto:person@example.invalid"' \
		'FR2=FedRAMP Certified,trust_center="https://person@example.invalid/",independent_assessor={"contactName":"A Person Of FR1"}' >people.json
	python3 "$MAKE" overview 2026-11-01 'FR1=service:High' >people-overview.json
	read_as 0 people people.json people-overview.json
	[ ${#documents[@]} -eq 0 ] || read_as 0 people-real "${documents[@]}"
	for store in people people-real; do
		[ -d "$store" ] || continue
		sqlite3 "$store/current" "SELECT f.name || ': ' || v.text FROM value v JOIN field f ON f.id = v.field
			WHERE f.name NOT IN ('description', 'note') UNION ALL SELECT key FROM entity" >held
		[ "$(wc -l <held)" -gt 40 ]
		fails grep -nE '[[:alnum:]._-]+@[[:alnum:].-]+' held
		fails grep -nE '(^|[^0-9.-])(\+1[ -]?)?(\([0-9]{3}\) ?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}([^0-9]|$)' held
		# Each text of a member that is about a contact, in any of the documents.
		python3 - people.json people-overview.json "${documents[@]}" >contacts <<-'PYTHON'
			import json, re, sys
			found = set()
			def look(value, contact):
			    if isinstance(value, dict):
			        for name, member in value.items():
			            look(member, contact or re.search("contact|mail|phone", name, re.I))
			    elif isinstance(value, list):
			        for member in value:
			            look(member, contact)
			    elif contact and isinstance(value, str) and len(value) > 8:
			        found.add(value.strip())
			for path in sys.argv[1:]:
			    with open(path, encoding="utf-8-sig") as file:
			        look(json.load(file), None)
			print("\n".join(sorted(found)))
		PYTHON
		grep -q '^A Person Of FR1$' contacts
		fails grep -nFf contacts held
	done
}

# on TIME: as the clock stands at that time, in UTC, who is assessed when; New York is behind by five hours, or four.
on() { faketime "$1" "$SYNC" dates --store "$WORK/assessed" | cut -f1,3 | tr '\t\n' ' |'; }

assessed_next() {
	command -v faketime >/dev/null || skip "faketime is not installed"
	cd "$WORK"
	python3 "$MAKE" data 2026-04-01 'FR1=FedRAMP Authorized,annual_assessment="09/30"' \
		'FR2=FedRAMP Authorized,annual_assessment="02/29"' 'FR3=FedRAMP Ready,annual_assessment="2027-03-05"' \
		'FR4=FedRAMP Ready' >assessed.json
	read_as 0 assessed assessed.json
	equal "the day before, in New York" "2026-09-30 FR1|2027-02-28 FR2|2027-03-05 FR3|" "$(on '2026-09-30 03:59:00')"
	equal "that day is one to come" "2026-09-30 FR1|2027-02-28 FR2|2027-03-05 FR3|" "$(on '2026-10-01 03:59:00')"
	equal "the day after" "2027-02-28 FR2|2027-03-05 FR3|2027-09-30 FR1|" "$(on '2026-10-01 04:01:00')"
	equal "the end of February" "2027-02-28 FR2|2027-03-05 FR3|2027-09-30 FR1|" "$(on '2027-03-01 04:59:00')"
	equal "before a leap year" "2027-03-05 FR3|2027-09-30 FR1|2028-02-29 FR2|" "$(on '2027-03-01 05:01:00')"
	equal "the leap day" "2028-02-29 FR2|2028-09-30 FR1|" "$(on '2028-02-29 12:00:00')"
	equal "after a leap year's" "2028-09-30 FR1|2029-02-28 FR2|" "$(on '2028-03-01 05:01:00')"
	expect_code 0 "$SYNC" dates --store "$WORK/assessed"
	said $'^[0-9-]{10}\t--09-30\tFR1\tProvider of FR1\tService FR1\tannual-assessment$'
}

# A document that isn't there leaves its facts as they were.
without_changelog() {
	cd "$WORK"
	python3 "$MAKE" data 2026-11-01 "FR1=FedRAMP Authorized" "FR2=FedRAMP Authorized" "FR3=FedRAMP Authorized" >list.json
	python3 "$MAKE" changelog 3 2026-11-01 'FR1|2020-01-02||Authorized|Rev5|Agency|Class C' \
		'FR1|2026-10-02|Authorized|Remediation|Rev5|Agency|Class C' 'FR9|2019-01-01|FRR|Delisted' >log.json
	whole kept list.json log.json
	equal status certified-in-remediation "$(field FR1 status)"
	equal stated "2019-01-01 stated" "$(cat tree/delisted/FR9/delisted-on tree/delisted/FR9/delisted-on.basis | xargs)"
	equal "never listed here" "" "$(cut -f4 tree/changes/all.tsv 2>/dev/null | grep -x delisted)"
	python3 "$MAKE" data 2026-11-02 "FR1=FedRAMP Authorized" "FR2=FedRAMP Authorized" "FR3=FedRAMP Ready" >list.json
	read_as 0 kept list.json
	rm -rf tree
	expect_code 0 "$SYNC" export --store kept tree
	equal status certified-in-remediation "$(field FR1 status)"
	equal class c "$(field FR1 class)"
	equal "controls follow the class" "class ../../baselines/rev5-class-c/controls" \
		"$(field FR1 controls.basis) $(readlink tree/services/FR1/controls)"
	equal "no word of them" "" "$(grep controls tree/changes/2026-11-02.tsv)"
	equal events 3 "$(field FR1 events.tsv | wc -l)"
	equal stays FR9 "$(ls tree/delisted)"
	echo '{"products": {"FR1": {"current_status": "Authorized"}, "FR1 ": {"current_status": "FRR"}}}' >log.json
	read_as 0 kept list.json log.json
	said 'it states twice what the service .FR1. is now'
	said partly
}

test_case "the independent reading finds what it should" oracle_itself
test_case "lists with their changelogs, one after the other: statuses, dates, classes, events" in_sequence
test_case "the changelog certifies before the list does, and a review word takes nothing away" later_changelog
test_case "the changelog's later layouts" later_layouts
test_case "products.json by contract, with package overviews" by_contract
test_case "the damaged export is refused" damaged_export
test_case "made-up products.json with every oddity" made_up
test_case "both shapes of one day give one tree" both_shapes
test_case "classes, plans, agencies, controls, words" facts
test_case "nobody's name, mail address or telephone is stored" nobody
test_case "whose yearly assessment comes next, around the day and in leap years" assessed_next
test_case "a document that is missing, or refused, leaves its facts as they were" without_changelog
finish
