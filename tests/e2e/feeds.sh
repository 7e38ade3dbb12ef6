#!/usr/bin/env bash
# Changes as a feed (RFC 4287) and days as a calendar (RFC 5545): read by others, the same at any time, bounded.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

FEEDS=$TOP/tests/helpers/feeds.py

# list STORE DAY CHANGE…: pulls a list of that day; a change is a line of Python about s, the services by number. COUNT of
# them more are FR100 and so on; LANGUAGE is the registry's.
list() {
	local store=$1
	shift
	python3 - "${COUNT:-0}" "${LANGUAGE:-en}" "$@" >"$WORK/list.json" <<-'EOF'
		import json, sys
		services = {
		    "FR1": {"name": "Northwind <Case> & \"Management\"", "provider": "Northwind; Federal, of A\\B", "valid-until": "2027-05-01",
		            "url": "https://northwind.example/?a=1&b=2"},
		    "FR2": {"name": "クラウド基盤サービス" * 12, "valid-until": "2027-11", "valid-until.basis": "derived"},
		    "FR3": {"name": "Contoso\ufffe\u202e Ticketing", "annual-assessment": "--02-29", "url": "javascript:alert(1)"},
		    "FR4": {"name": "Contoso GovVault", "annual-assessment": "--10-14", "next-report-on": "2026-12-24"},
		    "FR5": {"name": "Contoso Notes"},
		    "FR6": {"name": "e" + "\u0301" * 50000, "valid-until": "2028-01-01", "url": "https://long.example/" + "x" * 5000},
		}
		services.update({f"FR{100 + i}": {"name": f"Service {i} " + "x" * 500, "status": "in-process"} for i in range(int(sys.argv[1]))})
		s = {number: {"number": number, "status": "certified", **service} for number, service in services.items()}
		for change in sys.argv[4:]:
		    exec(change)
		json.dump({"format": "ismapfs-interchange", "version": 1, "published": sys.argv[3], "complete": True,
		           "registry": {"name": "fedramp", "title": "Example List", "time_zone": "UTC", "language": sys.argv[2]},
		           "services": list(s.values())}, sys.stdout)
	EOF
	expect_code 0 "$SYNC" pull --store "$WORK/$store" --source interchange --from "$WORK/list.json" --accept-loss
}

exported() { # STORE: into $WORK/STORE.tree
	expect_code 0 "$SYNC" export --store "$WORK/$1" "$WORK/$1.tree"
}

REMEDIATION='s["FR1"]["status"] = "certified-in-remediation"'
LEFT='del s["FR5"]'
NOTE='s["FR4"]["note"] = "Moved."'

year() { # STORE: three lists, the last one with nothing important
	list "$1" 2026-03-01
	list "$1" 2026-03-02 "$REMEDIATION"
	list "$1" 2026-03-03 "$REMEDIATION" "$LEFT"
	list "$1" 2026-03-04 "$REMEDIATION" "$LEFT" "$NOTE"
	exported "$1"
}

feed() {
	year one
	local atom=$WORK/one.tree/tables/changes.atom
	python3 "$FEEDS" atom "$atom" >"$WORK/entries"
	equal entries "2026-03-03T00:00:00Z Contoso Notes: left the list, which gives no reason (no longer in force)
2026-03-02T00:00:00Z Northwind <Case> & \"Management\": certified → certified-in-remediation (still in force)" \
		"$(cut -f2,3 "$WORK/entries" | tr '\t' ' ')"
	grep -qF '<link rel="alternate" href="https://northwind.example/?a=1&amp;b=2"/>' "$atom"
	# The command writes the same.
	"$SYNC" changes --store "$WORK/one" --important --format atom | cmp - "$atom"
	# With all changes, the entries of before keep their ids.
	"$SYNC" changes --store "$WORK/one" --format atom >"$WORK/all.atom"
	python3 "$FEEDS" atom "$WORK/all.atom" | cut -f1 >"$WORK/all"
	equal more 3 "$(wc -l <"$WORK/all")"
	equal kept 2 "$(grep -cxFf <(cut -f1 "$WORK/entries") "$WORK/all")"
	equal "a javascript: address" 0 "$(grep -c javascript "$WORK/all.atom")"
}

chosen() {
	# In whatever case and width.
	printf 'fr1\nｆｒ３  # ours\n' >"$WORK/mine"
	"$SYNC" changes --store "$WORK/one" --only "$WORK/mine" --format atom >"$WORK/mine.atom"
	equal mine 1 "$(python3 "$FEEDS" atom "$WORK/mine.atom" | wc -l)"
	# It is another feed than that of all services.
	fails grep -qxF "$(grep -m 1 '^<id>' "$WORK/one.tree/tables/changes.atom")" "$WORK/mine.atom"
	"$SYNC" changes --store "$WORK/one" --since 2026-03-04 --important --format atom >"$WORK/none.atom"
	equal none "" "$(python3 "$FEEDS" atom "$WORK/none.atom")"
	expect_code 0 "$SYNC" changes --store "$WORK/one" --since 2026-03-04 --important --format atom --exit-code
	expect_code 1 "$SYNC" changes --store "$WORK/one" --since 2026-03-03 --important --format atom --exit-code
	equal mine "FR1 FR3" "$("$SYNC" dates --store "$WORK/one" --only "$WORK/mine" --format ics | grep -o '^DESCRIPTION:FR[0-9]*' |
		cut -d: -f2 | xargs)"
}

# What changes with the clock would be another document each time, and mirrors would get it each time.
the_same_at_any_time() {
	local table
	ISMAP_SYNC_CLOCK='2030-01-01T00:00:00Z unsynchronised' year two
	for table in changes.atom dates.ics; do
		cmp <(sed 's/[0-9a-f]\{8\}-[0-9a-f-]\{27\}/UUID/' "$WORK/one.tree/tables/$table") \
			<(sed 's/[0-9a-f]\{8\}-[0-9a-f-]\{27\}/UUID/' "$WORK/two.tree/tables/$table")
	done
	ISMAP_SYNC_CLOCK='2030-01-01T00:00:00Z synchronised' "$SYNC" dates --store "$WORK/one" --format ics |
		cmp - <("$SYNC" dates --store "$WORK/one" --format ics)
	# Nothing important, nothing new: the row of the document is that of before.
	equal generation 3 "$(sqlite3 "$WORK/one/current" "SELECT gen_from FROM document WHERE name = 'changes.atom'")"
	equal generation 1 "$(sqlite3 "$WORK/one/current" "SELECT gen_from FROM document WHERE name = 'dates.ics'")"
}

calendar() {
	local ics=$WORK/one.tree/tables/dates.ics
	python3 "$FEEDS" ics "$ics" >"$WORK/events"
	equal days "20270501 1 20271130 1 20280101 1" "$(cut -f2,4 "$WORK/events" | xargs)"
	grep -q ': last day of validity$' "$WORK/events"
	grep -q "by the registry's rule$" "$WORK/events"
	"$SYNC" dates --store "$WORK/one" --format ics >"$WORK/all.ics"
	python3 "$FEEDS" ics "$WORK/all.ics" >"$WORK/events"
	equal yearly "20260228 FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1 20261014 FREQ=YEARLY" "$(grep FREQ "$WORK/events" | cut -f2,3 | xargs)"
	equal once "20261224" "$(grep -P '\t\t1\t.*: next report$' "$WORK/events" | cut -f2)"
	grep -qF 'Federal\, of A\\B' <(sed ':a; N; $!ba; s/\r\n //g' "$WORK/all.ics")
	fails grep -q javascript "$WORK/all.ics"
	# What looks short and isn't is cut, too.
	[ "$(wc -c <"$ics")" -lt 5000 ]
}

# Somebody's calendar moves the event instead of adding one.
a_day_changes() {
	python3 "$FEEDS" ics "$WORK/one.tree/tables/dates.ics" | cut -f1,2,4 >"$WORK/before"
	list one 2026-03-05 "$REMEDIATION" "$LEFT" 's["FR1"]["valid-until"] = "2027-06-30"'
	exported one
	python3 "$FEEDS" ics "$WORK/one.tree/tables/dates.ics" | cut -f1,2,4 >"$WORK/after"
	equal UIDs "$(cut -f1 "$WORK/before")" "$(cut -f1 "$WORK/after")"
	equal moved $'20270630\t5' "$(head -n 1 "$WORK/after" | cut -f2,3)"
	# A list without days of expiry has no such file; one that has had them keeps it.
	list one 2026-03-06 "$REMEDIATION" "$LEFT" 'for service in s.values(): service.pop("valid-until", 0); service.pop("valid-until.basis", 0)'
	exported one
	equal none "" "$(python3 "$FEEDS" ics "$WORK/one.tree/tables/dates.ics")"
	list none 2026-03-01 'for service in s.values(): service.pop("valid-until", 0); service.pop("valid-until.basis", 0)'
	exported none
	[ ! -e "$WORK/none.tree/tables/dates.ics" ] && [ -s "$WORK/none.tree/tables/changes.atom" ]
	equal empty "" "$(python3 "$FEEDS" atom "$WORK/none.tree/tables/changes.atom")"
	expect_code 0 "$SYNC" verify --store "$WORK/one"
}

bounded() {
	COUNT=80 list many 2026-03-01
	COUNT=80 list many 2026-03-02 'for number in s: s[number]["status"] = "certified"'
	exported many
	python3 "$FEEDS" atom "$WORK/many.tree/tables/changes.atom" >"$WORK/entries"
	equal entries 50 "$(wc -l <"$WORK/entries")"
	[ "$(stat -c %s "$WORK/many.tree/tables/changes.atom")" -lt 100000 ]
	# The newest ones.
	COUNT=80 list many 2026-03-03 'for number in s: s[number]["status"] = "certified"' 's["FR5"]["level"] = "high"'
	exported many
	python3 "$FEEDS" atom "$WORK/many.tree/tables/changes.atom" >"$WORK/later"
	equal entries 50 "$(wc -l <"$WORK/later")"
	head -n 1 "$WORK/later" | grep -q 'Contoso Notes: level: – → high'
	equal "entries of before" 49 "$(grep -cxFf "$WORK/entries" "$WORK/later")"
	# A prune takes away what it forgets.
	expect_code 0 "$SYNC" prune --store "$WORK/many" --keep 2
	exported many
	python3 "$FEEDS" atom "$WORK/many.tree/tables/changes.atom" | cut -f1 >"$WORK/pruned"
	fails grep -vxFf <(cut -f1 "$WORK/later") "$WORK/pruned"
}

# A registry's feed is in its own language, whoever made the store.
in_japanese() {
	LANGUAGE=ja list ja 2026-03-01
	LANGUAGE=ja list ja 2026-03-02 "$REMEDIATION" "$LEFT"
	exported ja
	python3 "$FEEDS" atom "$WORK/ja.tree/tables/changes.atom" >"$WORK/entries"
	grep -q 'Contoso Notes: 一覧から外れました（理由は一覧に記載されません） (有効でなくなりました)' "$WORK/entries"
	grep -q '是正計画' "$WORK/entries"
	python3 "$FEEDS" ics "$WORK/ja.tree/tables/dates.ics" | grep -q ': 有効期限（制度の規則による計算）$'
}

hostile() {
	python3 "$TOP/tests/publications/interchange.py" --hostile >"$WORK/list.json"
	expect_code 0 "$SYNC" pull --store "$WORK/hostile" --source interchange --from "$WORK/list.json"
	python3 "$TOP/tests/publications/interchange.py" --hostile --published 2025-03-05 --drop 3 >"$WORK/list.json"
	expect_code 0 "$SYNC" pull --store "$WORK/hostile" --source interchange --from "$WORK/list.json" --accept-loss
	"$SYNC" changes --store "$WORK/hostile" --format atom >"$WORK/hostile.atom"
	[ "$(python3 "$FEEDS" atom "$WORK/hostile.atom" | wc -l)" -ge 3 ]
	"$SYNC" dates --store "$WORK/hostile" --format ics >"$WORK/hostile.ics"
	python3 "$FEEDS" ics "$WORK/hostile.ics" >"$WORK/events"
	[ -s "$WORK/events" ]
	fails env LC_ALL=C grep -qP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]' "$WORK/hostile.atom" "$WORK/hostile.ics"
}

# What breaks out of a line or an element: other readers find as many events, entries and lines as there are.
out_of_line() {
	local day status
	for day in 2026-03-01 2026-03-02; do
		status=registered
		[ $day = 2026-03-01 ] || status=past-date
		python3 "$TOP/tests/publications/hostile.py" feeds $day $status >"$WORK/list.json"
		expect_code 0 "$SYNC" pull --store "$WORK/lines" --source interchange --from "$WORK/list.json"
	done
	"$SYNC" dates --store "$WORK/lines" --format ics >"$WORK/lines.ics"
	python3 "$FEEDS" ics "$WORK/lines.ics" >"$WORK/events"
	equal events "$((2 * $(jq '.services | length' "$WORK/list.json")))" "$(wc -l <"$WORK/events")"
	equal "rules, which only a yearly day has" "$(jq '.services | length' "$WORK/list.json")" "$(cut -f3 "$WORK/events" | grep -c .)"
	fails grep -aE '^(BEGIN|END):(VALARM|VTODO)|^RRULE:FREQ=SECONDLY|^TRIGGER' "$WORK/lines.ics"
	# Separators are escaped, and a name is whole behind its folds.
	cut -f5 "$WORK/events" >"$WORK/summaries"
	grep -qxF 'C\;VALUE=DATE:1\,2\\n\\: last day of validity' "$WORK/summaries"
	equal "names of every length" 8 "$(grep -cE '^x{0,7}界{20}😀{20}: last' "$WORK/summaries")"
	"$SYNC" changes --store "$WORK/lines" --format atom >"$WORK/lines.atom"
	python3 "$FEEDS" atom "$WORK/lines.atom" >"$WORK/entries"
	equal entries "$(jq '.services | length' "$WORK/list.json")" "$(wc -l <"$WORK/entries")"
	cut -f3 "$WORK/entries" | grep -qF 'D]]><script>&#x0;&amp;</title>: '
	cut -f3 "$WORK/entries" | grep -q '^__proto__: '
	# Neither turns the text or has what no XML may.
	fails env LC_ALL=C grep -aP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$WORK/lines.atom" "$WORK/lines.ics"
	fails env LC_ALL=C grep -aP '\xef\xbf[\xbe\xbf]' "$WORK/lines.atom"
	# Nor does what a stranger's store calls itself.
	cp -r "$WORK/lines" "$WORK/named"
	rm "$WORK/named/digests"
	sqlite3 "$WORK/named/current" "UPDATE store SET uuid = substr(char(13, 10) || '</id>X:' || uuid, 1, 36)"
	expect_code 5 "$SYNC" verify --store "$WORK/named"
	said 'breaks a rule: rows are what the schema wants'
	"$SYNC" dates --store "$WORK/named" --format ics >"$WORK/named.ics"
	equal events "$(wc -l <"$WORK/events")" "$(python3 "$FEEDS" ics "$WORK/named.ics" | wc -l)"
	fails grep -aE '^X:|</id>' "$WORK/named.ics"
	"$SYNC" changes --store "$WORK/named" --format atom >"$WORK/named.atom"
	equal entries "$(wc -l <"$WORK/entries")" "$(python3 "$FEEDS" atom "$WORK/named.atom" | wc -l)"
}

test_case "the newest important changes are a feed that other programs read" feed
test_case "a feed and a calendar of one's own services" chosen
test_case "neither depends on the clock, nor changes without need" the_same_at_any_time
test_case "days are a calendar that other programs read" calendar
test_case "an event keeps its UID when its day changes" a_day_changes
test_case "a feed has the newest 50 entries" bounded
test_case "a Japanese registry's feed and calendar are in Japanese" in_japanese
test_case "hostile names break neither" hostile
test_case "line breaks, separators, tags and folds break neither" out_of_line
finish
