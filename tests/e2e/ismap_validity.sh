#!/usr/bin/env bash
# What the calendar alone changes: past-date, dated by the rule, once.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

# capture SERVICE…: a capture of the portal; a service is NUMBER[:FIELD=VALUE]….
capture() {
	python3 - "$@" <<'PYTHON'
import hashlib
import json
import sys

rows = []
for argument in sys.argv[1:]:
    number, *pairs = argument.split(":")
    fields = [{"field": "number", "label": "登録番号", "value": number}, {"field": "name", "value": "Name " + number},
              {"field": "provider", "value": "Provider"}, {"field": "auditor", "value": "Auditor"},
              {"field": "controls", "value": "5.1.1"}, {"label": "区分", "value": "SaaS"}]
    fields += [dict(zip(("field", "value"), pair.split("=", 1))) for pair in pairs]
    rows.append({"sys_id": hashlib.md5(number.encode()).hexdigest(), "fields": fields})
print(json.dumps({"format": "ismapfs-portal-capture", "version": 1, "portal": "test", "edition": "2022-04-01",
                  "pages": [{"page": "list", "level": "ismap", "total": len(rows), "rows": rows}]}))
PYTHON
}

# pull CODE STORE FILE [OPTIONS…]
pull() {
	local code=$1 store=$2 file=$3
	shift 3
	expect_code "$code" "$SYNC" pull --store "$WORK/$store" --source ismap --from "$WORK/$file" "$@"
}

sql() { sqlite3 "$WORK/$1/current" "$2"; }
fact() { sql "$1" "SELECT value FROM facts WHERE entity = '$2' AND field = '$3' AND until IS NULL"; }
times() { sql "$1" "SELECT datetime(published_at / 1000, 'unixepoch') FROM generation ORDER BY id"; }
fails() { expect_code 3 "$SYNC" pull --store "$WORK/$1" --source ismap --from http://127.0.0.1:9/csm --retries 0 --delay 0s; }

derived() {
	capture 'C-1:audit-period=2024-04-01 - 2025-03-31' 'C-2:audit-period=令和6年11月1日～令和7年10月30日' \
		'C-3:audit-period=２０２４年１月１日から２０２４年１２月３１日まで' 'C-4:audit-period=2024/4/1~2025/3/31:valid-until=2026年9月30日' \
		'C-5:audit-period.start=2024-04-01:audit-period.end=2025-03-31 00:00:00' \
		'C-6:audit-period=2025年度' 'C-7:valid-until=2025-02-30' 'C-8:audit-period.end=2025-03-31' >"$WORK/rule.json"
	pull 0 rule rule.json --at 2025-06-01
	equal plain 2026-07-31 "$(fact rule C-1 valid-until)"
	equal basis derived "$(fact rule C-1 valid-until.basis)"
	# 31 October 2025 and 16 months: February has no 31st, so its last day.
	equal month-end 2027-02-28 "$(fact rule C-2 valid-until)"
	equal full-width 2026-04-30 "$(fact rule C-3 valid-until)"
	equal stated 2026-09-30 "$(fact rule C-4 valid-until)"
	equal stated-basis stated "$(fact rule C-4 valid-until.basis)"
	equal parts 2024-04-01/2025-03-31 "$(fact rule C-5 audit-period)"
}

not_guessed() {
	equal none '' "$(fact rule C-6 valid-until)$(fact rule C-6 audit-period)$(fact rule C-7 valid-until)$(fact rule C-8 valid-until)"
	equal kept 2025年度 "$(sql rule "SELECT value FROM facts WHERE entity = 'C-6' AND field LIKE 'extra.%' AND value LIKE '2025%'")"
	equal kept 2025-02-30 "$(sql rule "SELECT value FROM facts WHERE entity = 'C-7' AND value LIKE '2025%' AND field LIKE 'extra.%'")"
	equal kept 2025-03-31 "$(sql rule "SELECT value FROM facts WHERE entity = 'C-8' AND value LIKE '2025%' AND field LIKE 'extra.%'")"
}

capture C-1:valid-until=2025-03-31 C-2:valid-until=2025-06-30 C-3:valid-until=2025-06-30 C-4:valid-until=2099-01-01 C-5 >"$WORK/list.json"

network_gone() {
	pull 0 gone list.json --at 2025-01-15
	equal before registered "$(fact gone C-1 status)"
	fails gone
	said '3 services have passed their date'
	equal after 'past-date past-date registered registered' \
		"$(fact gone C-1 status) $(fact gone C-3 status) $(fact gone C-4 status) $(fact gone C-5 status)"
	equal times '2025-01-14 15:00:00 2025-03-31 15:00:00 2025-06-30 15:00:00 ' "$(times gone | tr '\n' ' ')"
	equal days '2025-01-15 2025-04-01 2025-07-01 ' "$(sql gone 'SELECT day FROM generation' | tr '\n' ' ')"
	expect_code 0 "$SYNC" verify --store "$WORK/gone"
}

once() {
	local current
	current=$(readlink "$WORK/gone/current")
	fails gone
	fails gone
	equal current "$current" "$(readlink "$WORK/gone/current")"
	pull 0 gone list.json
	said '^unchanged'
	equal current "$current" "$(readlink "$WORK/gone/current")"
}

nothing_else() {
	equal changes '2025-04-01|C-1|status 2025-04-01|C-1|in-force 2025-07-01|C-2|status 2025-07-01|C-2|in-force 2025-07-01|C-3|status 2025-07-01|C-3|in-force ' \
		"$(sql gone "SELECT g.day || '|' || e.key || '|' || f.name FROM change c JOIN generation g ON g.id = c.gen
			JOIN entity e ON e.id = c.entity JOIN field f ON f.id = c.field ORDER BY c.seq" | tr '\n' ' ')"
	# Values, links and presence of services, providers, auditors and controls are the rows that they were.
	# Of each of the three: status, in-force, and why.
	equal values 9 "$(sql gone "SELECT count(*) FROM value v JOIN entity e ON e.id = v.entity WHERE v.gen_from > 1 AND e.kind <> 10")"
	equal links '' "$(sql gone "SELECT e.key FROM link l JOIN entity e ON e.id = l.entity WHERE (l.gen_from > 1 OR l.gen_to IS NOT NULL)
		AND e.kind IN (5, 6, 7, 8)")"
	equal presence by-status/past-date "$(sql gone "SELECT e.key FROM presence p JOIN entity e ON e.id = p.entity WHERE p.gen_from > 1 OR p.gen_to IS NOT NULL")"
	equal source ismap "$(sql gone "SELECT DISTINCT source FROM generation")"
}

readme_stays() {
	local before after
	"$SYNC" export --store "$WORK/gone" "$WORK/tree"
	grep -q 'Read from the public pages of the ISMAP portal' "$WORK/tree/README"
	equal status past-date "$(cat "$WORK/tree/services/C-1/status")"
	[ -L "$WORK/tree/by-status/past-date/C-1" ] || [ -e "$WORK/tree/by-status/past-date/C-1" ]
	before=$(sql gone "SELECT count(*) FROM link WHERE relation = 2 AND gen_to IS NULL AND entity IN (SELECT id FROM entity WHERE kind = 5)")
	after=$(fact gone C-1 controls.basis)
	equal declared '5 statement' "$before $after"
}

late_pull() {
	pull 0 late list.json --at 2025-01-15
	capture C-1:valid-until=2025-03-31 C-2:valid-until=2026-06-30 C-3:valid-until=2025-06-30 C-4:valid-until=2099-01-01 C-5 >"$WORK/renewed.json"
	pull 0 late renewed.json --at 2025-09-01
	# C-2 was renewed before anybody looked: it never was past its date.
	equal days '2025-01-15 2025-04-01 2025-07-01 2025-09-01 ' "$(sql late 'SELECT day FROM generation' | tr '\n' ' ')"
	equal history 'registered ' "$(sql late "SELECT value FROM facts WHERE entity = 'C-2' AND field = 'status' AND since < '2025-09-02'" | tr '\n' ' ')"
	equal since 2025-03-31T15:00:00Z "$(sql late "SELECT since FROM facts WHERE entity = 'C-1' AND field = 'status' AND value = 'past-date'")"
}

renewal() {
	capture C-1:valid-until=2099-03-31 C-2:valid-until=2099-06-30 C-3:valid-until=2025-06-30 C-4:valid-until=2099-01-01 C-5 >"$WORK/later.json"
	pull 0 gone later.json
	equal again registered "$(fact gone C-1 status)"
	equal still past-date "$(fact gone C-3 status)"
	equal history 'registered past-date registered ' \
		"$(sql gone "SELECT value FROM facts WHERE entity = 'C-1' AND field = 'status' ORDER BY since" | tr '\n' ' ')"
}

first_seen_past() {
	pull 0 seen list.json --at 2025-08-01
	equal status past-date "$(fact seen C-2 status)"
	equal generations 1 "$(sql seen 'SELECT count(*) FROM generation')"
}

last_day() {
	pull 0 last list.json --at 2025-06-30T14:59:59Z
	equal still registered "$(fact last C-2 status)"
	pull 0 over list.json --at 2025-06-30T15:00:00Z
	equal over past-date "$(fact over C-2 status)"
}

vanished() {
	pull 0 vanished list.json --at 2025-01-15
	capture C-2:valid-until=2025-06-30 C-3:valid-until=2025-06-30 C-4:valid-until=2099-01-01 C-5 >"$WORK/without.json"
	pull 0 vanished without.json --at 2025-09-01
	equal status delisted "$(fact vanished C-1 status)"
	equal day 2025-09-01 "$(fact vanished C-1 delisted-on)"
	fails vanished
	equal status delisted "$(fact vanished C-1 status)"
	expect_code 0 "$SYNC" verify --store "$WORK/vanished"
}

refused_too() {
	pull 0 refused list.json --at 2025-01-15
	echo '{"format": "ismapfs-portal-capture", "version": 2}' >"$WORK/bad.json"
	pull 4 refused bad.json
	said '3 services have passed their date'
	equal status past-date "$(fact refused C-1 status)"
}

not_for_mirrors() {
	python3 "$TOP/tests/publications/interchange.py" --services 5 --published 2025-01-01 |
		jq '.registry.name = "ismap" | .registry.time_zone = "Asia/Tokyo" | .services[]["valid-until"] = "2025-02-01"
			| .services[].status = "registered"' >"$WORK/mirror.json"
	expect_code 0 "$SYNC" pull --store "$WORK/mirror" --source interchange --from "$WORK/mirror.json"
	fails mirror
	equal generations 1 "$(sql mirror 'SELECT count(*) FROM generation')"
	equal status registered "$(sql mirror 'SELECT DISTINCT status FROM services')"
}

bad_captures() {
	local change
	pull 0 bad list.json --at 2025-08-01
	while read -r change; do
		jq "$change" "$WORK/list.json" >"$WORK/bad.json"
		echo "$change"
		pull 4 bad bad.json
		said 'refused: .{8}'
		equal generations 1 "$(sql bad 'SELECT count(*) FROM generation')"
	done <<'CHANGES'
.format = "other"
.version = 2
.pages = []
.pages[0].level = "gold"
.pages[0].rows = []
.pages[0].total = 9
.pages[0].rows[0].sys_id = "short"
.pages[0].rows[0].fields = 3
.pages[0].rows[1].fields[0].value = "C-1"
.pages[0].rows = .pages[0].rows[0:1] | .pages[0].total = 1
CHANGES
}

# What went wrong first is what the exit status and the state tell of.
# The list is the one that was read, whatever has been forgotten of its past.
after_a_prune() {
	capture C-1:valid-until=2025-03-31 C-2:valid-until=2025-06-30 C-3:valid-until=2025-06-30 C-5 >"$WORK/shorter.json"
	pull 0 pruned list.json --at 2025-01-15
	pull 0 pruned shorter.json --at 2025-01-16 --accept-loss
	expect_code 0 "$SYNC" prune --store "$WORK/pruned" --keep 1
	fails pruned
	equal status 'past-date past-date registered' \
		"$(fact pruned C-1 status) $(fact pruned C-2 status) $(fact pruned C-5 status)"
	equal since 2025-03-31T15:00:00Z "$(sql pruned "SELECT since FROM facts WHERE entity = 'C-1' AND field = 'status' AND value = 'past-date'")"
}

calendar_in_vain() {
	local file error
	pull 0 vain list.json --at 2025-01-15
	file=$WORK/vain/$(readlink "$WORK/vain/current")
	cp "$file" "$WORK/whole.db"
	chmod +w "$file"
	head -c 5000 /dev/urandom >"$file"
	fails vain
	error=$(sed -n 's/^last-error //p' "$WORK/vain/state")
	[[ $error == "http://127.0.0.1:9/csm"*"can't be fetched: "* ]]
	# The source answers, but nothing can be marked: that isn't a success.
	pull 5 vain list.json
	grep -q '^last-error the store was altered or is damaged' "$WORK/vain/state"
	cp "$WORK/whole.db" "$file"
	pull 0 vain list.json
	said '3 services have passed their date'
	fails_to_find last-error "$WORK/vain/state"
	equal status past-date "$(fact vain C-1 status)"
}
fails_to_find() { if grep "$@"; then return 1; fi; }

test_case "valid-until: 1 year 4 months from the day after the audited period, unless stated" derived
test_case "what can't be read as a date is kept, not guessed" not_guessed
test_case "with the network gone, dates pass all the same, each dated by the rule" network_gone
test_case "and pass once" once
test_case "nothing else changes with them" nothing_else
test_case "the tree and its README stay as they were" readme_stays
test_case "a late pull dates what passed before it; what was renewed didn't pass" late_pull
test_case "a renewed registration is registered again" renewal
test_case "first seen past its date: no transition is invented" first_seen_past
test_case "the last day belongs to it, in Tokyo" last_day
test_case "a vanished service is delisted, whatever its date" vanished
test_case "a refused publication doesn't stop the calendar" refused_too
test_case "lists that others read say themselves what holds" not_for_mirrors
test_case "captures that make no sense are refused" bad_captures
test_case "a prune doesn't stop the calendar" after_a_prune
test_case "a store that can't be marked: the first failure is told, and no success" calendar_in_vain
finish
