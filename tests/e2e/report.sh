#!/usr/bin/env bash
# tables/report.html: what it says is what the tree says, and nothing gets into it.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

GENERATE=$TOP/tests/publications
PAGE=$TOP/tests/helpers/report_page.py

pull() {
	local store=$1
	shift
	"$SYNC" pull --store "$WORK/$store" --quiet "$@" >/dev/null
}

# The tree of a store with its past, which the page shows too.
tree() {
	"$SYNC" export --store "$WORK/$1" "$WORK/$1.tree" --with-at >/dev/null
}

small() {
	python3 "$GENERATE/interchange.py" "$@" >"$WORK/small.json"
}

bundled() {
	local list
	for list in ismap fedramp; do
		"$SYNC" init --store "$WORK/$list" --bundled $list >/dev/null
		tree $list
		python3 "$PAGE" "$WORK/$list.tree"
	done
	local size
	size=$(stat -c %s "$WORK/fedramp.tree/tables/report.html")
	[ "$size" -lt 600000 ] || { echo "$size bytes"; return 1; }
}

history() {
	small --services 40 --published 2025-02-01
	pull past --source interchange --from "$WORK/small.json"
	small --services 44 --without E-0003 --published 2025-03-10 --status E-0005=past-date
	pull past --source interchange --from "$WORK/small.json" --accept-loss
	small --services 44 --without E-0007 --published 2025-05-20
	pull past --source interchange --from "$WORK/small.json" --accept-loss
	tree past
	python3 "$PAGE" "$WORK/past.tree"
	# What a word means on one list says nothing of another that uses it.
	grep -q 'nobody checked' "$WORK/ismap.tree/tables/report.html"
	fails grep -q ISMAP "$WORK/past.tree/tables/report.html"
	grep -q '"first":"2025-02-01","days":\["2025-05-20","2025-03-10","2025-02-01"\]' "$WORK/past.tree/tables/report.html"
}

pruned() {
	"$SYNC" prune --store "$WORK/past" --keep 2 >/dev/null
	tree past
	python3 "$PAGE" "$WORK/past.tree"
	grep -q '"first":"2025-03-10"' "$WORK/past.tree/tables/report.html"
	# A day that a calendar has was stated since then.
	fails grep -q '2025-02-01' <(sed '/^"generations":/,+1d' "$WORK/past.tree/tables/report.html")
}

incomplete() {
	small --services 3 --incomplete
	pull part --source interchange --from "$WORK/small.json"
	tree part
	python3 "$PAGE" "$WORK/part.tree"
	grep -q '"complete":0' "$WORK/part.tree/tables/report.html"
}

basis_of_time() {
	small --services 3 --published ""
	pull fetched --source interchange --from "$WORK/small.json"
	pull given --source interchange --from "$WORK/small.json" --at 2025-01-01
	tree fetched
	tree given
	grep -q '"basis":"fetched"' "$WORK/fetched.tree/tables/report.html"
	grep -q '"basis":"given"' "$WORK/given.tree/tables/report.html"
}

hostile() {
	python3 "$GENERATE/interchange.py" --hostile | sed 's|"Synthetic List"|"</title><script>alert(1)</script> \\u202e{{rows}}"|' \
		>"$WORK/hostile.json"
	python3 - "$WORK/hostile.json" <<-'EOF'
		import json, sys
		with open(sys.argv[1], encoding="utf-8") as file:
		    document = json.load(file)
		for number, text in enumerate((
		        "</table></script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
		        "' onmouseover='alert(1)", "&lt;b&gt; &amp; &#x3c;", "<!--", "]]>", "{{title}}{{/rows}}{{?x}}",
		        "\u202egnp.exe\u202c", "\u2066isolate\u2069", "javascript:alert(1)", "<style>*{display:none}</style>")):
		    document["services"].append({"number": f"X-{number}", "name": text, "name.en": text + "!",
		                                 "provider": text, "status": "registered", "level": "l"})
		with open(sys.argv[1], "w", encoding="utf-8") as file:
		    json.dump(document, file)
	EOF
	pull hostile --source interchange --from "$WORK/hostile.json"
	tree hostile
	python3 "$PAGE" "$WORK/hostile.tree"
}

# The page shares strings by their hash.
of_one_hash() {
	PYTHONPATH=$GENERATE python3 - >"$WORK/hash.json" <<-'EOF'
		import sys
		from worst_cases import interchange, of_one_hash
		sys.stdout.write(interchange([{"number": f"H-{i}", "name": f"Name {i}", "status": "registered",
		                               "regions": [of_one_hash(j) for j in range(200)]} for i in range(20)]))
	EOF
	pull hash --source interchange --from "$WORK/hash.json"
	tree hash
	python3 "$PAGE" "$WORK/hash.tree"
	# Those for which the table has no room stand in each service's row.
	equal rows 20 "$(grep -cE '^\["H-.*,"[A-Za-z0-9]{68}"' "$WORK/hash.tree/tables/report.html")"
}

too_many() {
	python3 - >"$WORK/many.json" <<-'EOF'
		import json, sys
		services = [{"number": f"M-{n:05d}", "name": f"Service {n}", "status": "registered"} for n in range(10001)]
		json.dump({"format": "ismapfs-interchange", "version": 1, "published": "2025-02-01", "complete": True,
		           "registry": {"name": "many", "title": "Many", "time_zone": "UTC", "language": "en"},
		           "services": services}, sys.stdout)
	EOF
	pull many --source interchange --from "$WORK/many.json"
	"$SYNC" export --store "$WORK/many" "$WORK/many.tree"
	[ "$(stat -c %s "$WORK/many.tree/tables/report.html")" -lt 100000 ]
	grep -q '"services":10001,' "$WORK/many.tree/tables/report.html"
	grep -q '"services":\[\]}' "$WORK/many.tree/tables/report.html"
}

# How old a list may be follows its publisher's own rhythm, as the driver's fresh/ does: twice that long.
rhythm() {
	small --services 3 --published 2025-02-01
	sed 's/"complete"/"publishes_every": "P15D", "complete"/' "$WORK/small.json" >"$WORK/slow.json"
	pull slow --source interchange --from "$WORK/slow.json"
	small --services 4 --published 2025-03-01
	sed 's/"complete"/"publishes_every": "P15D", "complete"/' "$WORK/small.json" >"$WORK/slow.json"
	pull slow --source interchange --from "$WORK/slow.json"
	tree slow
	equal slow 2592000000 "$(limit slow)"
	equal workbook 1 "$(python3 -m zipfile -e "$WORK/slow.tree/tables/services.xlsx" "$WORK/xlsx" && grep -c 'After 2025-03-31, use a newer copy' "$WORK/xlsx/xl/sharedStrings.xml")"
	"$SYNC" prune --store "$WORK/slow" --keep 1 >/dev/null
	tree slow
	equal pruned 2592000000 "$(limit slow)"
	# Where none is stated, the same as the driver's max-age.
	equal default 604800000 "$(limit past)"
	equal fedramp 604800000 "$(limit fedramp)"
}

limit() { # STORE
	grep -o '^"limit":[0-9]*' "$WORK/$1.tree/tables/report.html" | cut -d: -f2
}

# Where there are very many services, a text ends early, and says where the whole one is.
texts_of_many() {
	local many
	for many in 2000 2001; do
		python3 - $many >"$WORK/many.json" <<-'EOF'
			import json, sys
			services = [{"number": f"F{i:04}", "name": f"Many {i}", "status": "certified"} for i in range(int(sys.argv[1]))]
			services[0]["description"] = "t" * 601 + "s" * 99
			json.dump({"format": "ismapfs-interchange", "version": 1, "published": "2025-03-10", "complete": True, "services": services,
			           "registry": {"name": "fedramp", "title": "Many", "time_zone": "UTC", "language": "en"}}, sys.stdout)
		EOF
		"$SYNC" pull --store "$WORK/many$many" --quiet --source interchange --from "$WORK/many.json" >/dev/null
		"$SYNC" export --store "$WORK/many$many" "$WORK/many$many.tree" >/dev/null
	done
	grep -q 't\{601\}s\{99\}' "$WORK/many2000.tree/tables/report.html"
	grep -q 't\{600\}' "$WORK/many2001.tree/tables/report.html"
	fails grep -q 't\{601\}' "$WORK/many2001.tree/tables/report.html"
}

same_bytes() {
	cp -a "$WORK/past" "$WORK/same"
	"$SYNC" export --store "$WORK/same" "$WORK/same.tree"
	cmp "$WORK/past.tree/tables/report.html" "$WORK/same.tree/tables/report.html"
}

real_history() {
	[ -d "$DATA/fedramp" ] || skip "the real publications are not beside this checkout"
	mkdir "$WORK/real"
	tar -C "$WORK/real" -xf "$DATA/fedramp/monthly.tar.xz"
	"$SYNC" import-history --store "$WORK/months" --source fedramp "$WORK"/real/*/2025-*.json "$WORK"/real/*/2026-*.json
	tree months
	python3 "$PAGE" "$WORK/months.tree"
	local size
	size=$(stat -c %s "$WORK/months.tree/tables/report.html")
	[ "$size" -lt 1500000 ] || { echo "$size bytes"; return 1; }
}

# since STORE: the page and `ismap-sync check` say the same of every service that is or was listed.
since() {
	python3 - "$TOP/tests/helpers" "$WORK/$1.tree/tables/report.html" >"$WORK/since.page" <<-'EOF'
		import sys
		sys.path.insert(0, sys.argv[1])
		import report_data
		for row in report_data.read(sys.argv[2])["services"]:
		    print(row[0], row[9], row[10], sep="\t")
	EOF
	cut -f1 "$WORK/since.page" >"$WORK/since.lines"
	"$SYNC" check --store "$WORK/$1" --allow-stale --format tsv "$WORK/since.lines" | awk -F '\t' -v OFS='\t' '{ print $4, $7, ($15 == "seen") + 0 }' >"$WORK/since.said" || true
	[ -s "$WORK/since.said" ]
	diff "$WORK/since.page" "$WORK/since.said" | head
	cmp "$WORK/since.page" "$WORK/since.said"
}

since_of_all() {
	since past
	since ismap
	[ -d "$WORK/months" ] || skip "the real publications are not beside this checkout"
	since months
	[ "$(cut -f2 "$WORK/since.page" | sort -u | wc -l)" -gt 100 ]
	# With the registry's own history of each status.
	mkdir "$WORK/events"
	tar -C "$WORK/events" -xf "$DATA/fedramp-2026/days.tar.xz"
	"$SYNC" pull --store "$WORK/told" --quiet --source fedramp --accept-loss --from "$(find "$WORK/events" -name '2026-04-17*.data.json')" \
		--from "$(find "$WORK/events" -name '2026-04-17*.fedramp-status-changelog.json')"
	tree told
	since told
}

test_case "the bundled lists: every value as in the tree; below 600 kB" bundled
test_case "a long text of many services ends early" texts_of_many
test_case "a history: came, went, came back; statuses over time as in changes/ and at/" history
test_case "after a prune the page begins with the oldest state that is kept" pruned
test_case "a list that is not whole says so" incomplete
test_case "where the time of publication comes from is said" basis_of_time
test_case "hostile texts stay text" hostile
test_case "strings of one hash are told apart" of_one_hash
test_case "too many services for a page: none, and their number" too_many
test_case "the same store gives the same page" same_bytes
test_case "sixteen months of real publications: every value as in the tree, below 1.5 MB" real_history
test_case "how old it may be follows the publisher's rhythm, on the page and in the workbook" rhythm
test_case "since when each service has its status: as ismap-sync check says" since_of_all
finish
