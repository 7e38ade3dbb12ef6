#!/usr/bin/env bash
# The command line: help, usage errors, what status, log and verify say.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

COMMANDS=(init pull import status log verify export)
STORE=$WORK/store
python3 "$TOP/tests/publications/interchange.py" >"$WORK/list.json"
python3 "$TOP/tests/publications/interchange.py" --published 2025-02-02 --without E-0003 >"$WORK/next.json"
"$SYNC" pull --store "$STORE" --source interchange --from "$WORK/list.json" >/dev/null
"$SYNC" pull --store "$STORE" --source interchange --from "$WORK/next.json" >/dev/null

narrow() {
	[ "$(wc -L <"$WORK/.said")" -le 80 ] || {
		cat "$WORK/.said"
		return 1
	}
}

help_of_each() {
	local command
	"$SYNC" --help | sed -n 's/^  \([a-z-]\+\) \+[a-z].*/\1/p' >"$WORK/commands"
	[ "$(wc -l <"$WORK/commands")" -ge ${#COMMANDS[@]} ]
	while read -r command; do
		expect_code 0 "$SYNC" "$command" --help
		said "^Usage: ismap-sync $command "
		said '^Exit status: 0 done, 2 usage, 6 output lost,$'
		fails grep -F '(null)' "$WORK/.said"
		fails grep -E '^ +--[a-z-]+( [A-Z|a-z]+)? *$' "$WORK/.said"
		narrow
		equal stderr "" "$("$SYNC" "$command" --help 2>&1 >/dev/null)"
		expect_code 0 "$SYNC" "$command" -h
	done <"$WORK/commands"
}

# What a command takes is what its help tells of, and each option has its line.
options_are_told() {
	local command option
	while read -r command; do
		"$SYNC" "$command" --help >"$WORK/help"
		while read -r option; do
			grep -qE "^  $option [A-Za-z]+" "$WORK/help" || { echo "$command $option"; return 1; }
		done < <(sed -n 's/^Usage: //p' "$WORK/help" | grep -o -- '--[a-z-]*')
	done <"$WORK/commands"
	for option in store source from at loss-limit accept-loss cacert retries retry-delay map delay contact quiet verbose; do
		"$SYNC" pull --help | grep -qE "^  --$option " || { echo "pull --$option"; return 1; }
		"$SYNC" run --help | grep -qE "^  --$option " || { echo "run --$option"; return 1; }
	done
	"$SYNC" wait --help >"$WORK/help"
	grep -q '^1 none came in time' "$WORK/help"
}

help_of_all() {
	local command
	expect_code 0 "$SYNC" --help
	narrow
	for command in "${COMMANDS[@]}"; do
		said "^  $command "
	done
	said '3 could not fetch, 4 publication or pack refused'
	expect_code 0 "$SYNC" --version
	said '^ismap-sync [0-9]'
	expect_code 2 "$SYNC"
}

usage_errors() {
	local command
	expect_code 2 "$SYNC" frobnicate
	said "'frobnicate' is not a command"
	for command in "${COMMANDS[@]}"; do
		expect_code 2 "$SYNC" "$command" --frobnicate
		said '^ismap-sync: '
		expect_code 2 "$SYNC" "$command"
		said "^ismap-sync: $command: --store is missing; see 'ismap-sync $command --help'"
		expect_code 2 "$SYNC" "$command" --store
		expect_code 2 "$SYNC" "$command" -x --store "$STORE"
	done
	for command in status log verify; do
		expect_code 2 "$SYNC" $command --store "$STORE" more
		said "'more' is one word too many"
	done
	expect_code 2 "$SYNC" init --store "$WORK/never"
	expect_code 2 "$SYNC" init --store "$WORK/never" --bundled ismap more
	expect_code 2 "$SYNC" pull --store "$WORK/never" --from x
	expect_code 2 "$SYNC" pull --store "$WORK/never" --source interchange
	expect_code 2 "$SYNC" pull --store "$WORK/never" --source csv --from x
	said "'csv' is not a source; there are fedramp, interchange"
	expect_code 2 "$SYNC" pull --store "$WORK/none" --source fedramp --list csv
	said "fedramp has no official list 'csv'; see"
	expect_code 2 "$SYNC" pull --store "$WORK/none" --source fedramp --list data.json --from x
	said '--list chooses among the official addresses'
	expect_code 2 "$SYNC" pull --store "$WORK/none" --source interchange
	said '--from is missing; see'
	expect_code 2 "$SYNC" import --store "$WORK/never"
	expect_code 2 "$SYNC" export --store "$STORE"
	expect_code 2 "$SYNC" export --store "$STORE" "$WORK/one" "$WORK/two"
	for limit in x -1 101 20% 1.5 ''; do
		expect_code 2 "$SYNC" pull --store "$WORK/never" --source interchange --from x --loss-limit "$limit"
	done
	[ ! -e "$WORK/never" ] && [ ! -e "$WORK/one" ]
}

status_says() {
	expect_code 0 "$SYNC" status --store "$STORE"
	said '^registry +synthetic \(Synthetic List\)$'
	said '^generation +2$'
	said '^published +2025-02-02T00:00:00Z$'
	said '^fetched +20[0-9]{2}-'
	said "^source +interchange, $WORK/next.json$"
	said '^complete +yes$'
	said '^services +9$'
	said '^checked +2025-02-02T00:00:00Z$'
	said '^last error +none$'
	said '^stale +yes$'
	said '^  delisted +1$'
	said '^  registered +9$'
}

log_says() {
	expect_code 0 "$SYNC" log --store "$STORE"
	equal log "$(printf '%s\t' 1 2025-02-01T00:00:00Z stated 10 interchange)$WORK/list.json
$(printf '%s\t' 2 2025-02-02T00:00:00Z stated 9 interchange)$WORK/next.json" "$(cut -f 1-6 "$WORK/.said")"
}

verify_says() {
	expect_code 0 "$SYNC" verify --store "$STORE"
	equal verify "ok: $STORE/generations/2.db" "$(cat "$WORK/.said")"
}

readers_change_nothing() {
	local before
	before=$(find "$STORE" -printf '%P %s %T@ %C@\n' | sort)
	"$SYNC" status --store "$STORE" >/dev/null
	"$SYNC" log --store "$STORE" >/dev/null
	"$SYNC" verify --store "$STORE" >/dev/null
	"$SYNC" export --store "$STORE" "$WORK/tree"
	equal store "$before" "$(find "$STORE" -printf '%P %s %T@ %C@\n' | sort)"
}

results_and_complaints_apart() {
	equal result "" "$("$SYNC" status --store "$WORK/nowhere" 2>/dev/null)"
	equal complaint "" "$("$SYNC" status --store "$STORE" 2>&1 >/dev/null)"
	equal lines 1 "$("$SYNC" status --store "$WORK/nowhere" 2>&1 | wc -l)"
}

# onto_full CODE COMMAND…: with standard output on a disk that is full.
onto_full() {
	local wanted=$1 code=0
	shift
	timeout 60 "$@" >/dev/full 2>"$WORK/.said" || code=$?
	equal "exit status of $*" "$wanted" "$code"
	said 'standard output could not be written whole'
}

# However short or long an answer is, and whatever the command has done.
full_disk_is_told() {
	local command list=$WORK/list.json
	while read -r command; do
		onto_full 6 "$SYNC" "$command" --help
	done <"$WORK/commands"
	onto_full 6 "$SYNC" --help
	onto_full 6 "$SYNC" --version
	onto_full 1 "$DRIVER" --help
	onto_full 1 "$DRIVER" --version
	onto_full 6 "$SYNC" pull --store "$WORK/full" --source interchange --from "$list"
	onto_full 6 "$SYNC" pull --store "$WORK/full" --source interchange --from "$list"
	onto_full 6 "$SYNC" pull --store "$WORK/full" --source interchange --from "$WORK/next.json"
	equal generation 2 "$("$SYNC" log --store "$WORK/full" | tail -n 1 | cut -f 1)"
	onto_full 6 "$SYNC" wait --store "$WORK/full" --since 1
	for command in status log verify changes "changes --format json" "changes --exit-code"; do
		# shellcheck disable=SC2086 # words
		onto_full 6 "$SYNC" $command --store "$WORK/full"
	done
	onto_full 6 "$SYNC" diff --store "$WORK/full" 2025-02-01 2025-02-02
	onto_full 6 "$SYNC" prune --store "$WORK/full" --keep 1
	onto_full 6 "$SYNC" keygen --key "$WORK/full.key"
	onto_full 6 "$SYNC" publish --store "$WORK/full" --key "$WORK/full.key" --to "$WORK/full.www"
	onto_full 6 "$SYNC" sources
	# What fails otherwise keeps its exit status; who has nothing to say loses nothing.
	onto_full 4 "$SYNC" import --store "$WORK/full.2" --source interchange "$list" /dev/null
	expect_code 0 sh -c '"$0" pull --quiet --store "$1" --source interchange --from "$2" >/dev/full' "$SYNC" "$WORK/full" "$WORK/next.json"
}

each_exit_status() {
	expect_code 0 "$SYNC" pull --store "$WORK/codes" --source interchange --from "$WORK/list.json"
	expect_code 2 "$SYNC" pull --store "$WORK/codes" --source interchange
	expect_code 3 "$SYNC" pull --store "$WORK/codes" --source interchange --from "$WORK/missing"
	expect_code 4 "$SYNC" pull --store "$WORK/codes" --source interchange --from /dev/null
	expect_code 5 "$SYNC" pull --store "$WORK/list.json" --source interchange --from "$WORK/list.json"
}

test_case "--help of each command: 80 columns, exit status 0, on standard output" help_of_each
test_case "each option is described" options_are_told
test_case "--help and --version" help_of_all
test_case "what makes no sense is exit status 2 and touches nothing" usage_errors
test_case "status" status_says
test_case "log: a line for each generation" log_says
test_case "verify" verify_says
test_case "reading changes nothing in the store" readers_change_nothing
test_case "results on standard output, complaints in one line on standard error" results_and_complaints_apart
test_case "standard output on a full disk is exit status 6, in words, for every command" full_disk_is_told
test_case "exit statuses 0, 2, 3, 4 and 5" each_exit_status
finish
