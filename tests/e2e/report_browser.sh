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
	"$SYNC" export --store "$WORK/fedramp" "$WORK/tree"
	python3 "$TOP/tests/publications/interchange.py" --hostile --services 30 >"$WORK/hostile.json"
	"$SYNC" pull --store "$WORK/hostile" --source interchange --from "$WORK/hostile.json" --quiet >/dev/null
	"$SYNC" export --store "$WORK/hostile" "$WORK/hostile.tree"
fi

browse() {
	can_browse || skip "no Chromium, chromedriver or python3-selenium here; make check-report installs them"
	timeout 120 "$PYTHON" "$BROWSER" "$1" "$WORK/${2:-tree}/tables/report.html"
}

axe() {
	can_browse || skip "no Chromium, chromedriver or python3-selenium here; make check-report installs them"
	[ -r "${AXE:-}" ] || skip "AXE names no axe-core script"
	timeout 120 "$PYTHON" "$BROWSER" "$1" "$WORK/${2:-tree}/tables/report.html" "$AXE"
}

test_case "search: by any word of a row, all words, none, all again" browse search
test_case "sort: both ways, by mouse and keyboard, what is unknown last" browse sort
test_case "a browser in English shows English; the switch shows the other" browse english
test_case "a browser in Japanese shows Japanese; the switch shows the other" browse japanese
test_case "without script everything is there, and the language can be chosen" browse without-script
test_case "on a telephone the page isn't wider than the screen" browse narrow
test_case "it can be printed" browse print
test_case "it asks for nothing and keeps nothing" browse quiet
test_case "hostile texts: nothing runs, the console stays silent" browse sort hostile.tree
test_case "axe finds nothing: light, English" axe axe
test_case "axe finds nothing: dark, Japanese" axe axe-dark-japanese
test_case "axe finds nothing in a page of hostile texts" axe axe hostile.tree
finish
