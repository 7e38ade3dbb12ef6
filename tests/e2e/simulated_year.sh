#!/usr/bin/env bash
# A year of hourly pulls in a made-up world with outages, clocks that jump, restored backups and nights on
# which clocks are set: an independent model says for every hour whether the list is stale and why, when it
# counts as checked, and what is known of each day. A sample of the hours; with LONG=1 all of them.
#
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY

simulated_year() {
	python3 "$TOP/tests/oracle/year.py" "$SYNC" "$WORK" ${LONG:+--whole} | tee "$WORK/said"
	grep -q ' comparisons, 0 differences$' "$WORK/said"
}
test_case "an independent model of a year finds no difference" simulated_year
finish
