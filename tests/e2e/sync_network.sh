#!/usr/bin/env bash
# A network that isn't always well: what is asked again, how often and when, and
# what is said about it, there and in the state.
# alone: it measures delays
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

publication() { # DAY OPTIONS…
	python3 "$TOP/tests/publications/fedramp.py" --plain --services 30 --day "$@" >"$WORK/served.json"
}

publication 2026-01-10
: >"$WORK/requests"
start_server "$WORK/port" python3 "$TOP/tests/servers/scripted_http.py" "$WORK"
AT=http://127.0.0.1:$(cat "$WORK/port")

pull() { # CODE STORE FROM OPTIONS…
	local code=$1 store=$2 from=$3
	shift 3
	expect_code "$code" "$SYNC" pull --retry-delay 20ms --store "$WORK/$store" --source fedramp --from "$from" "$@"
}

requests() { grep -c -- " /$1 " "$WORK/requests"; }
state_of() { sed -n "s/^$2 //p" "$WORK/$1/state"; }
now() { date +%s%3N; }

again_after_500() {
	pull 0 a "$AT/500,502,503,200/a"
	equal requests 4 "$(requests 500,502,503,200/a)"
	said '500,502,503,200/a isn.t available now \(status 500\); try again later \(again in [0-9]+ ms, attempt 2 of 5\)'
	said 'status 503.*attempt 4 of 5'
	said '^changed: generation 1'
	equal "last error" "" "$(state_of a last-error)"
	equal "next try" 0 "$(state_of a next-try)"
}

again_when_cut() {
	pull 0 b "$AT/cut,cut,200/b"
	equal requests 3 "$(requests cut,cut,200/b)"
	expect_code 0 "$SYNC" verify --store "$WORK/b"
}

longer_each_time() {
	local times
	pull 0 c "$AT/503,503,503,503,200/c" --retry-delay 200ms
	# Pauses of 0.2, 0.4, 0.8 and 1.6 s, a quarter more or less.
	times=$(awk '$2 == "/503,503,503,503,200/c" { if (before) print int(($1 - before) * 1000); before = $1 }' "$WORK/requests")
	# shellcheck disable=SC2086 # one word a number
	set -- $times
	equal pauses 4 $#
	for least in 150 300 600 1200; do
		echo "$1 ms, at least $least"
		[ "$1" -ge "$least" ]
		[ "$1" -le $((least * 5 / 3 + 400)) ]
		shift
	done
}

as_the_server_asks() {
	local before
	before=$(now)
	pull 0 d "$AT/429-2,200/d"
	[ $(($(now) - before)) -ge 2000 ]
	said 'status 429.*again in 2 s'
	equal requests 2 "$(requests 429-2,200/d)"
	# Who asks for an hour is left alone, and isn't waited for.
	before=$(now)
	pull 3 d2 "$AT/503-3600,200/d"
	[ $(($(now) - before)) -lt 2000 ]
	equal requests 1 "$(requests 503-3600,200/d)"
	# Nor may nonsense make us wait.
	pull 0 d3 "$AT/503--5,503-x,200/d"
}

down_then_up() {
	local port pulling
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	"$SYNC" pull --retry-delay 300ms --retries 8 --store "$WORK/e" --source fedramp --from "http://127.0.0.1:$port/200/e" \
		>"$WORK/e.said" 2>&1 &
	pulling=$!
	mkdir "$WORK/e.then"
	for _ in {1..1000}; do
		grep -qs '^last-error' "$WORK/e/state" && break
		sleep 0.02
	done
	# While it waits, the state tells of it. One state: the next try writes another.
	cp "$WORK/e/state" "$WORK/e.then/state"
	[[ $(state_of e.then last-error) == "http://127.0.0.1:$port/200/e can't be fetched: "*"check the address, the network and the proxy" ]]
	[ "$(state_of e.then next-try)" -gt "$(state_of e.then last-attempt)" ]
	timeout 60 python3 "$TOP/tests/servers/scripted_http.py" "$WORK" "$port" >/dev/null &
	wait "$pulling"
	kill $!
	cat "$WORK/e.said"
	equal "last error" "" "$(state_of e last-error)"
	grep -q '^changed: generation 1' "$WORK/e.said"
}

in_vain() {
	pull 0 f "$AT/200/f"
	pull 3 f "$AT/503/f" --retries 2
	equal requests 3 "$(requests 503/f)"
	equal "sentences" 3 "$(wc -l <"$WORK/.said")"
	equal "last error" "$AT/503/f isn't available now (status 503); try again later" "$(state_of f last-error)"
	equal "the same on stderr" "ismap-sync: $(state_of f last-error)" "$(tail -n 1 "$WORK/.said")"
	expect_code 0 "$SYNC" export --store "$WORK/f" "$WORK/f.tree"
	equal ".registry/last-error" "$(state_of f last-error)" "$(cat "$WORK/f.tree/.registry/last-error")"
	equal ".registry/generation" 1 "$(cat "$WORK/f.tree/.registry/generation")"
	equal "services" 30 "$(wc -l <"$WORK/f.tree/services.tsv")"
	pull 3 f "$AT/503/f2" --retries 0
	equal requests 1 "$(requests 503/f2)"
	equal "sentences" 1 "$(wc -l <"$WORK/.said")"
}

not_in_vain() {
	local word
	pull 0 g "$AT/200/g"
	for word in 400 401 403 404 410 418; do
		pull 3 g "$AT/$word/g"
		equal "requests of $word" 1 "$(requests "$word/g")"
		equal "last error" "ismap-sync: $(state_of g last-error)" "$(cat "$WORK/.said")"
	done
	[[ $(state_of g last-error) == *"is answered unexpectedly (status 418); check the address" ]]
	cp "$WORK/served.json" "$WORK/whole.json"
	echo '{}' >"$WORK/served.json"
	pull 4 g "$AT/200/refused"
	equal "requests of what is refused" 1 "$(requests 200/refused)"
	equal "a refusal" "ismap-sync: $(state_of g last-error)" "$(head -n 1 "$WORK/.said")"
	said 'refused: '
	cp "$WORK/whole.json" "$WORK/served.json"
	pull 3 g "$WORK/missing.json"
	equal "a file" "ismap-sync: $(state_of g last-error)" "$(cat "$WORK/.said")"
	gzip -c "$WORK/whole.json" | head -c 300 >"$WORK/half.gz"
	pull 3 g "$WORK/half.gz"
	equal "half a file" "ismap-sync: $(state_of g last-error)" "$(cat "$WORK/.said")"
	said 'damaged or incomplete gzip'
}

quietly() {
	pull 0 h "$AT/200/h" --quiet
	said '^changed: generation 1'
	pull 0 h "$AT/200/h" --quiet
	equal "said of 304" "" "$(cat "$WORK/.said")"
	pull 0 h "$AT/500,cut,200/h" --quiet
	equal "said of the same after two failures" "" "$(cat "$WORK/.said")"
	pull 3 h "$AT/500/h" --quiet --retries 2
	equal "sentences in vain" 1 "$(wc -l <"$WORK/.said")"
	said "500/h isn.t available now"
	publication 2026-01-11 --status "FR9000000003=FedRAMP Ready"
	pull 0 h "$AT/200/h" --quiet
	equal "lines of a change" 1 "$(wc -l <"$WORK/.said")"
	said '^changed: generation 2'
	pull 2 h "$AT/200/h" --quiet --verbose
}

verbosely() {
	pull 0 i "$AT/503,200/i" --verbose
	said "asking for $AT/503,200/i, attempt 1 of 5$"
	said 'answered with status 503 after'
	said "asking for $AT/503,200/i, attempt 2 of 5$"
	said "answered with status 200 after .*; size: $(wc -c <"$WORK/served.json"), unpacked: $(wc -c <"$WORK/served.json")$"
	pull 0 i "$AT/503,200/i" --verbose
	said 'attempt 1 of 5, unless still "[0-9a-f]+"'
	said 'answered with status 304 after'
}

told_to_stop() {
	local signal path pulling before code
	for signal in TERM INT; do
		for path in 503/j hang/j; do
			rm -rf "$WORK/j"
			pull 0 j "$AT/200/j"
			# A shell's background job ignores SIGINT, which is to be so.
			env --default-signal=INT "$SYNC" pull --retry-delay 20s --store "$WORK/j" --source fedramp \
				--from "$AT/$path.$signal" >"$WORK/j.said" 2>&1 &
			pulling=$!
			for _ in {1..1000}; do
				grep -q " /$path.$signal " "$WORK/requests" && break
				sleep 0.02
			done
			sleep 0.2
			before=$(now)
			kill -"$signal" "$pulling"
			code=0
			wait "$pulling" || code=$?
			equal "exit status" 3 "$code"
			[ $(($(now) - before)) -lt 2500 ]
			grep -qE 'told to stop|interrupted' "$WORK/j.said"
			[ -n "$(state_of j last-error)" ]
			[ "$(state_of j last-attempt)" -gt 0 ]
			expect_code 0 "$SYNC" verify --store "$WORK/j"
		done
	done
}

bar_on_a_terminal() {
	command -v script >/dev/null || skip "script is not installed"
	script -qec "'$SYNC' pull --store '$WORK/k' --source fedramp --from '$AT/slow/k'" "$WORK/typed" >/dev/null
	grep -qE 'fetching: \[#+ *\] [0-9.]+ kB/[0-9.]+ kB, [0-9.]+ k?B/s, 0:0[0-9], 0:0[0-9] left' "$WORK/typed"
	script -qec "'$SYNC' pull --quiet --store '$WORK/k' --source fedramp --from '$AT/slow/k2'" "$WORK/typed" >/dev/null
	fails grep fetching "$WORK/typed"
	pull 0 k2 "$AT/slow/k3"
	fails grep fetching "$WORK/.said"
}

# A name mistyped, a source that was never there or is refused: no empty store is left.
first_in_vain() {
	pull 3 m "$AT/404/m"
	pull 3 m "$WORK/missing.json"
	pull 2 m "http://example.invalid/list.json"
	pull 2 m ftp://127.0.0.1/list.json
	pull 2 m "$AT/200/m" --cacert "$WORK/missing.pem"
	expect_code 3 "$SYNC" import --store "$WORK/m" "$WORK/missing.json"
	expect_code 3 "$SYNC" import-history --store "$WORK/m" --source fedramp "$WORK/missing.json"
	[ ! -e "$WORK/m" ]
	# A directory that was there is the user's.
	mkdir "$WORK/m"
	pull 3 m "$AT/404/m"
	[ -n "$(state_of m last-error)" ]
	echo '{}' >"$WORK/nothing.json"
	pull 4 m2 "$WORK/nothing.json"
	[ ! -e "$WORK/m2" ]
	pull 0 m2 "$AT/200/m"
}

options() {
	pull 2 l "$AT/200/l" --retries -1
	pull 2 l "$AT/200/l" --retries 1000
	pull 2 l "$AT/200/l" --retries four
	pull 2 l "$AT/200/l" --retry-delay soon
	pull 2 l "$AT/200/l" --retry-delay 5parsecs
	pull 2 l "$AT/200/l" --retry-delay 99999999999999999999
	[ ! -e "$WORK/l" ]
}

test_case "a server's errors: asked again, and the fourth answer counts" again_after_500
test_case "a body that ends early: asked again" again_when_cut
test_case "pauses are twice as long each time" longer_each_time
test_case "Retry-After is kept; an hour isn't waited for" as_the_server_asks
test_case "connection refused, then up; the state tells of it meanwhile" down_then_up
test_case "in vain: 3, one sentence each, last-error in the tree, the list stays" in_vain
test_case "what won't get better is asked for once: 4xx, refused publications, files" not_in_vain
test_case "--quiet: nothing unless something changed or failed in the end" quietly
test_case "--verbose: each attempt, status, sizes" verbosely
test_case "SIGTERM and SIGINT end the waiting and the transfer: 3, state written" told_to_stop
test_case "a progress bar on a terminal, nowhere else, never with --quiet" bar_on_a_terminal
test_case "a first pull in vain leaves no store" first_in_vain
test_case "options out of bounds are usage errors" options
finish
