#!/usr/bin/env bash
# FedRAMP's ids in another writing, and ids that can't be read: no service leaves the list for that.
# shellcheck source=../lib.sh disable=SC1091,SC2317
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
MAKE=$TOP/tests/publications/fedramp_today.py
cd "$WORK" || exit 1

ROWS=()
for i in 1 2 3 4 5 6 7 8 9; do
	ROWS+=("FR910000000$i=FedRAMP Authorized" "FR920000000$i=FedRAMP Ready")
done
python3 "$MAKE" data 2026-11-01 "${ROWS[@]}" >list-1
python3 "$MAKE" changelog 3 2026-11-01 'FR9100000001|2020-01-02||Authorized|Rev5|Agency|Class C' >log

pull() { # CODE STORE DOCUMENT…
	local code=$1 store=$2 from=() file
	shift 2
	for file in "$@"; do
		case $file in -*) from+=("$file") ;; *) from+=(--from "$file") ;; esac
	done
	expect_code "$code" "$SYNC" pull --store "$store" --source fedramp "${from[@]}"
}
# next DAY FILTER >FILE: the list of another day, changed by jq.
next() { jq --arg day "$1" ".meta.last_change = \$day + \"T02:26:07.304Z\" | $2" list-1; }
facts() {
	sqlite3 "$1/current" "SELECT entity, field, value FROM facts WHERE kind = 'service' AND until IS NULL ORDER BY 1, 2;
		SELECT e.key, l.relation, l.name, l.path FROM link l JOIN entity e ON e.id = l.entity
		 WHERE l.gen_to IS NULL AND e.key <> 'changes' ORDER BY 1, 2, 3"
}
value() { sqlite3 "$1/current" "SELECT value FROM facts WHERE entity = '$2' AND field = '$3' AND until IS NULL"; }

another_writing() {
	pull 0 writing list-1
	facts writing >before
	next 2026-11-02 '.data.Products[0].id = 9100000001 | .data.Products[1].id = "9200000001"
		| .data.Products[2].id |= ascii_downcase | .data.Products[3].id |= " \(.)\t"
		| .data.Products[4].id |= {"id": .}' >list-2
	pull 0 writing list-2
	said "the ids of 5 entries are written in another way than FedRAMP's; they were read all the same"
	said '^unchanged: '
	diff before <(facts writing)
	# Whatever speaks of a service: the changelog, an overview, another service.
	python3 "$MAKE" changelog 3 2026-11-02 '9100000001|2026-10-02|Authorized|Remediation|Rev5|Agency|Class C' >log-2
	python3 "$MAKE" overview 2026-11-02 'fr9100000002=on:9100000003' >overview
	next 2026-11-03 '.data.Products[8].leveraged_systems = [9100000009, "fr9100000008"]' >list-3
	pull 0 writing list-3 log-2 overview
	said "the ids of 2 entries are written in another way"
	equal status certified-in-remediation "$(value writing FR9100000001 status)"
	equal overview next-report-on "$(value writing FR9100000002 package-overview | head -n 1)"
	rm -rf tree
	expect_code 0 "$SYNC" export --store writing tree
	equal links "FR9100000003" "$(ls tree/services/FR9100000002/leverages)"
	equal leveraged "FR9100000008 FR9100000009" "$(ls tree/services/FR9100000005/leveraged-by | xargs)"
}

# An empty store goes by FedRAMP's form alone; ids of other forms are as the store has them.
first_fill() {
	next 2026-11-01 '.data.Products[0].id = 9100000001 | .data.Products[1].id = "9200000001" | .data.Products[2].id = "MSO365MT"
		| .data.Products[3].id = "F1605027892"' >first.json
	pull 0 first first.json
	said 'the ids of 2 entries'
	equal ids "FR9100000001 FR9200000001 MSO365MT F1605027892" \
		"$(for i in FR9100000001 FR9200000001 MSO365MT F1605027892; do value first $i number; done | xargs)"
	next 2026-11-02 '.data.Products[2].id = "mso365mt" | .data.Products[3].id = 1605027892' >second.json
	pull 0 first second.json
	said '18 services, 0 new, 0 gone|unchanged'
	equal ids "MSO365MT F1605027892" "$(for i in MSO365MT F1605027892; do value first $i number; done | xargs)"
}

# Also what was lost, and links.
as_changes_has_it() {
	pull 0 counted list-1
	next 2026-11-02 'del(.data.Products[0].impact_level) | .data.Products[1].status = "FedRAMP Ready"
		| .data.Products[2].leveraged_systems = []' >list-2
	pull 0 counted list-2
	said ' 0 new, 0 gone, [1-9][0-9]* with other values'
	equal "services with other values" \
		"$("$SYNC" changes --store counted --format jsonl | jq -r 'select(.kind == "changed") | .number' | sort -u | wc -l)" \
		"$(sed -nE 's/.* ([0-9]+) with other values.*/\1/p' .said)"
}

# Their services keep what they had; other services change as ever.
unreadable() {
	pull 0 lost list-1 log
	facts lost >before
	next 2026-11-02 '.data.Products[0].id = null | del(.data.Products[1].id) | .data.Products[2].id = ""
		| .data.Products[0].status = "FedRAMP Ready" | .data.Products[5].impact_level = "High"' >list-2
	pull 0 lost list-2
	said "the id of 3 services can't be read; the store knows them by their names, and they keep what they had"
	said '^changed: generation 2, .*: 18 services, 0 new, 0 gone, 1 with other values'
	diff <(grep -v FR9200000003 before) <(facts lost | grep -v FR9200000003)
	fails test -n "$(sqlite3 lost/current "SELECT 1 FROM change WHERE kind <> 'changed'")"
	equal "still listed" 18 "$(sqlite3 lost/current "SELECT count(*) FROM services WHERE listed_in = 'services'")"
	expect_code 0 "$SYNC" verify --store lost
	# The id is back: what the list said all the time is news.
	next 2026-11-03 '.data.Products[0].status = "FedRAMP Ready"' >list-3
	pull 0 lost list-3
	equal status legacy-ready "$(value lost FR9100000001 status)"
}

# Nobody can tell which service it is: another of the same name, a name that nobody knows, a store without any.
nobody_knows() {
	local refusal="the id of 1 of its products can't be read, and the store lists no single service '.*' of '.*'"
	pull 0 unknown list-1
	next 2026-11-02 '.data.Products[0].id = null | .data.Products[0].cso = "Renamed"' >renamed
	pull 4 unknown renamed
	said "$refusal"
	next 2026-11-02 '.data.Products[0] |= (.cso = "Twin" | .csp = "P") | .data.Products[1] |= (.cso = "Twin" | .csp = "P")' >twins
	pull 0 unknown twins
	jq '.meta.last_change = "2026-11-03T02:26:07.304Z" | .data.Products[0].id = null | .data.Products[1].id = true' twins >lost-twins
	pull 4 unknown lost-twins
	said "the id of 2 of its products can't be read"
	jq 'del(.data.Products[1])' lost-twins >lost-twin
	pull 4 unknown lost-twin
	said "the id of 1 of its products can't be read, and the store lists no single service 'Twin' of 'P'"
	pull 0 unknown lost-twins --accept-loss
	said "2 services whose id can't be read were left out"
	pull 4 new renamed
	said "$refusal"
	# So many of them say that the list is broken.
	next 2026-11-04 '.data.Products |= map(if .status == "FedRAMP Ready" then .id = null else . end)' >half
	pull 4 unknown half
	said "the id of 9 of its products \\(18\\) can't be read, more than 20 %"
}

without_status() {
	next 2026-11-01 '.data.Products[0].status = null | .data.Products[1].status = "" | del(.data.Products[2].status)' >status.json
	pull 0 status status.json
	said "the status of 3 services isn't stated; it counts as unknown"
	equal status unknown "$(value status FR9100000001 status)"
}

# They hold prose, and may name people: what can't be read of them is counted, and nothing else.
other_types() {
	local member texts=(event_log third_party_information_resources trust_center agency_authorizations certified_services)
	python3 "$MAKE" products 2026-11-01 'FR9100000001=FedRAMP Certified' 'FR9100000002=FedRAMP Certified,cert_date="soon"' >products.json
	for member in "${texts[@]}"; do
		jq --arg member "$member" '.data.Products[0][$member] = "Call Jane, not us"' products.json >products.new
		mv products.new products.json
	done
	jq '.data.Products[0].cert_date = 20260102' products.json >products.new
	mkdir -p types/rejected
	chmod 755 types/rejected
	pull 0 types products.new
	for member in "${texts[@]}" cert_date; do
		said "$member of [12] entr(y|ies) can't be read"
	done
	said '7 values can.t be read'
	fails grep -aq 'Call Jane' <(sqlite3 types/current .dump)
	equal extra "FR9100000002 extra.cert_date soon" "$(sqlite3 -separator ' ' types/current 		"SELECT entity, field, value FROM facts WHERE kind = 'service' AND field LIKE 'extra.%'")"
	# What is refused is the owner's alone, whoever made the folder.
	echo '{"data": {"Products": []}}' >none.json
	pull 4 types none.json
	equal mode 700 "$(stat -c %a types/rejected)"
}

test_case "the summary counts services as changes does" as_changes_has_it
test_case "an id in lower case, with blanks, as a number, or without its letters is the same service's" another_writing
test_case "an empty store knows FedRAMP's form; other ids are known from the store" first_fill
test_case "a service whose id can't be read keeps what it had" unreadable
test_case "one that nobody knows refuses the list; so do too many" nobody_knows
test_case "known members of another type are counted, and are no extra of a service" other_types
test_case "a status that isn't stated is told with its count" without_status
finish
