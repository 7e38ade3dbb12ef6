#!/usr/bin/env bash
# tables/report.html in a browser. `make check-report` installs what this needs;
# elsewhere it is skipped. AXE: the axe-core script, for the cases about accessibility.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

# Debian's Python, as Debian's package of Selenium belongs to it.
PYTHON=/usr/bin/python3
BROWSER=$TOP/tests/helpers/report_browser.py

can_browse() {
	command -v chromium >/dev/null && command -v chromedriver >/dev/null && "$PYTHON" -c 'import selenium' 2>/dev/null
}

if can_browse; then
	"$SYNC" init --store "$WORK/fedramp" --bundled fedramp >/dev/null
	for turn in 1 2 3; do
		python3 "$TOP/tests/publications/report_list.py" $turn >"$WORK/list.json"
		"$SYNC" pull --store "$WORK/past" --source interchange --from "$WORK/list.json" --quiet >/dev/null
	done
	python3 "$TOP/tests/publications/interchange.py" --hostile --services 3 >"$WORK/hostile.json"
	"$SYNC" pull --store "$WORK/hostile" --source interchange --from "$WORK/hostile.json" --quiet >/dev/null
	python3 "$TOP/tests/publications/hostile.py" feeds 2026-03-01 registered >"$WORK/names.json"
	"$SYNC" pull --store "$WORK/names" --source interchange --from "$WORK/names.json" --quiet >/dev/null
	python3 - >"$WORK/days.json" <<-'EOF'
		import json, sys
		services = [{"number": f"D{i}", "status": "certified", **more} for i, more in enumerate((
		    {"name": "Northwind <Case>; \"a, b\"", "provider": "Northwind; Federal, of A\\B", "valid-until": "2027-05-01", "url": "https://northwind.example/?a=1&b=2"},
		    {"name": "クラウド基盤サービス" * 12, "valid-until": "2027-11", "valid-until.basis": "derived", "provider": "長い名前の会社" * 12},
		    {"name": "Contoso\ufffe Ticketing", "annual-assessment": "--02-29", "url": "javascript:alert(1)"},
		    {"name": "Vault 𠮷", "annual-assessment": "--10-14", "next-report-on": "2026-12-24"}, {"name": "Notes"},
		    {"name": "e" + "\u0301" * 50000, "valid-until": "2028", "url": "https://long.example/" + "x" * 5000}))]
		json.dump({"format": "ismapfs-interchange", "version": 1, "published": "2026-03-01", "complete": True, "services": services,
		           "registry": {"name": "fedramp", "title": "Example, List", "time_zone": "UTC", "language": "en"}}, sys.stdout)
	EOF
	"$SYNC" pull --store "$WORK/days" --source interchange --from "$WORK/days.json" --quiet >/dev/null
	for store in fedramp past hostile names days; do "$SYNC" export --store "$WORK/$store" "$WORK/$store.tree"; done
fi

browse() { # CASE STORE [FILE]
	can_browse || skip "no Chromium, chromedriver or python3-selenium here; make check-report installs them"
	timeout 120 "$PYTHON" "$BROWSER" "$1" "$WORK/$2.tree/tables/report.html" "${@:3}"
}

axe() {
	can_browse || skip "no Chromium, chromedriver or python3-selenium here; make check-report installs them"
	[ -r "${AXE:-}" ] || skip "AXE names no axe-core script"
	browse "$1" "$2" "$AXE"
}

check() {
	can_browse || skip "no Chromium, chromedriver or python3-selenium here; make check-report installs them"
	printf '%s\n' 'C1' '  c2 ' '# a remark' '' 'wide-name service' 'C5' 'Same Name' 'Old Title' 'C6' 'C8' 'Fabrikam' '=1+1' >"$WORK/lines"
	printf '%s\t%s\t%s\t%s\n' 1 holds C1 required 2 holds C2 required 5 holds C2 required 6 fails C5 delisted 7 unclear '' ambiguous \
		8 holds C7 required 9 unclear C6 unknown-status 10 unclear C8 unknown-status 11 fails '' absent 12 unclear C8 unknown-status >"$WORK/verdicts"
	{ cat "$WORK/lines" && echo --- && cat "$WORK/verdicts"; } >"$WORK/check"
	browse check past "$WORK/check"
}

# The command judges as the page just did.
check_as_command() {
	can_browse || skip "no Chromium, chromedriver or python3-selenium here; make check-report installs them"
	"$SYNC" check --store "$WORK/past" --allow-stale --format tsv "$WORK/lines" >"$WORK/said" || true
	equal verdicts "$(cat "$WORK/verdicts")" "$(awk -F'\t' -v OFS='\t' '{ print $1, $3, $4, $12 }' "$WORK/said")"
}

test_case "find: names, numbers and providers, folded; filters; the address holds what is shown; sorting" browse find past
test_case "a service opens in the page: all values, history, neighbours; below it what changed, what comes, numbers" browse service past
test_case "check my list: a verdict for each line, and rows for a spreadsheet" check
test_case "check my list: ismap-sync check says the same" check_as_command
# The page's calendar is the command's, and other programs read it.
calendar() { # STORE [KEY]
	can_browse || skip "no Chromium, chromedriver or python3-selenium here; make check-report installs them"
	mkdir -p "$WORK/$1.dates"
	"$SYNC" dates --store "$WORK/$1" ${2:+--service "$2"} --format ics >"$WORK/$1.dates/wanted" 2>/dev/null
	browse calendar "$1" "$WORK/$1.dates/wanted" "${@:2}"
	python3 "$TOP/tests/helpers/feeds.py" ics "$(find "$WORK/$1.dates" -name "${2:-*-dates}.ics")" >"$WORK/events"
	[ -s "$WORK/events" ]
}

calendars() {
	calendar past
	calendar past C2
	calendar fedramp
	calendar days
	equal leap 1 "$(grep -c BYMONTHDAY=-1 "$WORK/days.dates/fedramp-dates.ics")"
}

test_case "a browser in English shows English; each text is there in Japanese, too" browse english past
test_case "an old list says so first, on paper, too, and decides nothing" browse old past
test_case "without script the page says where the list is" browse without-script past
test_case "on a telephone: cards, search at the top, a whole screen for one, back to the place" browse phone past
test_case "on paper: a service is one page with its source and two lines to sign; a list has headings on each" browse paper past
test_case "the service that states most is one page, too" browse paper fedramp
test_case "it asks for nothing, keeps nothing and is quick" browse quiet fedramp
test_case "hostile texts: nothing runs, the console stays silent" browse hostile hostile
test_case "names that JavaScript's objects have are names like others" browse names names
test_case "dates as a calendar: what ismap-sync dates says, of all, of one service, of my list" calendars
test_case "five tasks of somebody who sees it for the first time" browse tasks past
test_case "axe finds nothing: light, English" axe axe fedramp
test_case "axe finds nothing: light, Japanese, an old list" axe axe-japanese past
test_case "axe finds nothing: dark, English, an old list" axe axe-dark past
test_case "axe finds nothing: dark, Japanese" axe axe-dark-japanese past
test_case "axe finds nothing: a telephone, dark, English" axe axe-phone hostile
test_case "axe finds nothing: a telephone, light, Japanese, an old list" axe axe-phone-japanese past
finish
