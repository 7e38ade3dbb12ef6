#!/usr/bin/env bash
# A visit of a Service Portal: what is read, and what is refused.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

mkdir "$WORK/portal"
start_server "$WORK/ports" python3 "$TOP/tests/servers/portal.py" "$WORK/portal"
read -r PLAIN SECURE <"$WORK/ports"
FROM=http://127.0.0.1:$PLAIN/csm
STORE=$WORK/store

mode() { echo "$*" >"$WORK/portal/mode"; }

# pull CODE STORE [OPTIONS…]
pull() {
	local code=$1 store=$2
	shift 2
	expect_code "$code" "$SYNC" pull --store "$store" --source ismap --from "$FROM" --delay 0s \
		--retries 2 --retry-delay 50ms "$@"
}

facts() { sqlite3 "$1/current" "SELECT value FROM facts WHERE entity = '$2' AND field = '$3' AND until IS NULL"; }
state_of() { sed -n "s/^$2 //p" "$1/state"; }

first_visit() {
	mode
	pull 0 "$STORE" --contact admin@example.org
	said '^changed: generation 1.*120 services, 120 new'
	equal number C23-0007-2 "$(facts "$STORE" C23-0007-2 number)"
	equal status registered "$(facts "$STORE" C23-0007-2 status)"
	equal level ismap "$(facts "$STORE" C23-0007-2 level)"
	equal day 2025-08-08 "$(facts "$STORE" C23-0007-2 registered-on)"
	equal period 2098-04-01/2099-03-31 "$(facts "$STORE" C24-0008-2 audit-period)"
	equal until 2100-07-31 "$(facts "$STORE" C24-0008-2 valid-until)"
	equal basis derived "$(facts "$STORE" C24-0008-2 valid-until.basis)"
	equal provider 株式会社架空8 "$(facts "$STORE" C24-0008-2 provider.name)"
	equal complete 1 "$(sqlite3 "$STORE/current" 'SELECT complete FROM generation')"
	grep -q 'UA=ismap-sync/[0-9.]* (+admin@example.org)$' "$WORK/portal/requests"
}

unknown_labels() {
	equal extra SaaS "$(facts "$STORE" C23-0007-2 extra.サービス区分)"
	equal ignored 0 "$(sqlite3 "$STORE/current" "SELECT count(*) FROM field WHERE name LIKE '%mod_count%' OR name LIKE '%classname%'")"
	equal empty '' "$(facts "$STORE" C23-0007-2 subsequent-events)"
}

statements() {
	equal controls '5.1.1 6.1.2 ' "$(sqlite3 "$STORE/current" "SELECT l.name FROM link l JOIN entity e ON e.id = l.entity
		WHERE e.key = 'C24-0008-2' AND l.relation = 2 ORDER BY 1" | tr '\n' ' ')"
	equal basis statement "$(facts "$STORE" C24-0008-2 controls.basis)"
	# An objective that the edition doesn't have isn't invented.
	equal kept '5.1.1、6.1.2, 9.9.99' "$(facts "$STORE" C23-0007-2 extra.管理目的)"
}

same_again() {
	pull 0 "$STORE"
	said '^unchanged: '
	equal current generations/1.db "$(readlink "$STORE/current")"
}

english() {
	mode english
	pull 0 "$WORK/english"
	mode
	equal number C23-0007-2 "$(facts "$WORK/english" C23-0007-2 number)"
	equal until 2100-07-31 "$(facts "$WORK/english" C23-0007-2 valid-until)"
	equal extra SaaS "$(facts "$WORK/english" C23-0007-2 extra.service-division)"
}

own_map() {
	printf '[labels]\nservice-model = サービス区分\n[pages]\nliu_list = ismap-liu\n[details]\nliu_list = cloud_service_list_detail\n' >"$WORK/own.map"
	cp -r "$STORE" "$WORK/mapped"
	pull 0 "$WORK/mapped" --map "$WORK/own.map"
	said ': 128 services, 8 new'
	equal model SaaS "$(facts "$WORK/mapped" C23-0007-2 service-model)"
	equal extra '' "$(facts "$WORK/mapped" C23-0007-2 extra.サービス区分)"
	equal status registered-liu "$(facts "$WORK/mapped" L23-0002-2 status)"
	equal level ismap-liu "$(facts "$WORK/mapped" L23-0002-2 level)"
	# Its page alone may be given as an option.
	pull 0 "$WORK/liu" --liu-page liu_list
	said ': 128 services, 128 new'
	equal level ismap-liu "$(facts "$WORK/liu" L23-0002-2 level)"
	expect_code 0 "$SYNC" probe --from "$FROM" --delay 0s --liu-page liu_list
	said '^list of level ismap-liu: page id=liu_list$'
	fails grep 'No page of the ISMAP-LIU list' "$WORK/.said"
	pull 2 "$WORK/liu" --liu-page 'a&b=c'
	said "liu-page is the id= of the page's address"
	# Without the map the LIU list isn't read, and that isn't its end.
	pull 4 "$WORK/mapped"
	said '8 services of level ismap-liu, but no page of that level was read'
}

bad_maps() {
	local map
	for map in '[labels]
colour = 色' '[pages]
x = gold' '[pages]
a/b = ismap' '[colours]
a = b' '[labels]
number' '[portal]
speed = 9' '[ignore]
words = x' '[labels]
number =' "[labels]
number = $(printf 'x%.0s' {1..250})"; do
		echo "$map" >"$WORK/bad.map"
		expect_code 2 "$SYNC" pull --store "$WORK/none" --source ismap --from "$FROM" --map "$WORK/bad.map"
		said 'bad.map, line [12]: '
	done
	printf '[labels]\nnumber = \223o\230^\224\324\215\206\n' >"$WORK/bad.map"
	expect_code 2 "$SYNC" pull --store "$WORK/none" --source ismap --from "$FROM" --map "$WORK/bad.map"
	said 'not UTF-8'
}

without_number() {
	mode no-number
	pull 0 "$WORK/unnumbered"
	mode
	equal keys 1 "$(find_keys "$WORK/unnumbered" 'unnumbered-%')"
}
find_keys() { sqlite3 "$1/current" "SELECT count(*) FROM entity WHERE kind = 5 AND key LIKE '$2' AND length(key) = 43"; }

after_bundled() {
	"$SYNC" init --store "$WORK/bundled" --bundled ismap
	pull 0 "$WORK/bundled"
	said ': 120 services, 118 new, 14 gone, 2 with'
	equal delisted 0 "$(sqlite3 "$WORK/bundled/current" "SELECT count(*) FROM services WHERE listed_in = 'delisted'")"
}

no_total() {
	mode no-total
	pull 0 "$WORK/no-total"
	said 'states no number of entries'
	mode
	equal complete 0 "$(sqlite3 "$WORK/no-total/current" 'SELECT complete FROM generation')"
}

repeated_rows() {
	cp -r "$STORE" "$WORK/repeat"
	mode repeat
	pull 0 "$WORK/repeat"
	mode
	# In the same order or not: the same 120, each once.
	equal count 120 "$(sqlite3 "$WORK/repeat/current" "SELECT count(*) FROM services WHERE listed_in = 'services'")"
}

one_new_session() {
	local word
	for word in stale empty-once; do
		: >"$WORK/portal/requests"
		mode "$word"
		pull 0 "$STORE"
		mode
		said '^unchanged'
	done
}

# The mount follows within a second or so.
shows() { # FILE CONTENT
	local i
	[ -n "${MOUNTED:-}" ] || return 0
	for ((i = 0; i < 60; i++)); do
		[ "$(cat "$WORK/mnt/.registry/$1")" = "$2" ] && return 0
		sleep 0.05
	done
	equal ".registry/$1" "$(cat "$WORK/mnt/.registry/$1")" "$2"
}

# misbehaves CODE SENTENCE MODE…: and the list stays as it was.
misbehaves() {
	local code=$1 sentence=$2
	shift 2
	mode "$@"
	pull "$code" "$STORE" --retries 1
	mode
	said "$sentence"
	equal current generations/1.db "$(readlink "$STORE/current")"
	# What was said last about it is what the state and a mount tell, too.
	grep -qxF "ismap-sync: $(state_of "$STORE" last-error)" "$WORK/.said"
	state_of "$STORE" last-error | grep -qE "$sentence"
	[ "$code" != 4 ] || said 'refused: '
	shows last-error "$(state_of "$STORE" last-error)"
	shows checked "$(date -u -d "@$(($(state_of "$STORE" last-success) / 1000))" +%FT%TZ)"
	shows last-attempt "$(date -u -d "@$(($(state_of "$STORE" last-attempt) / 1000))" +%FT%TZ)"
	[ "$(state_of "$STORE" last-attempt)" -gt "$(state_of "$STORE" last-success)" ]
	shows stale no
	shows generation 1
}

asked_to_wait() {
	mode once-429
	pull 0 "$STORE"
	mode
	said 'status 429'
}

stated_twice() {
	misbehaves 4 "it states 'u_number' twice in one object: " twice
	mode twice-elsewhere
	pull 0 "$STORE"
	mode
	said '^unchanged'
}

# From cron: a word only about what changed or failed.
quietly() {
	local word
	cp -r "$STORE" "$WORK/quiet"
	for word in '' stale empty-once once-429; do
		mode "$word"
		pull 0 "$WORK/quiet" --quiet
		equal "said of $word" '' "$(cat "$WORK/.said")"
	done
	mode no-total
	pull 0 "$WORK/quiet" --quiet
	equal "lines about a list that isn't complete any more" 1 "$(wc -l <"$WORK/.said")"
	said '^changed: generation 2'
	pull 0 "$WORK/quiet" --quiet
	equal "said of the same" '' "$(cat "$WORK/.said")"
	mode server-error
	pull 3 "$WORK/quiet" --quiet
	equal "lines about a failure" 1 "$(wc -l <"$WORK/.said")"
	mode containers
	pull 4 "$WORK/quiet" --quiet
	said 'refused: '
	mode
}

late_failures() {
	misbehaves 3 'status 500' late server-error
	misbehaves 4 'no containers' late containers
	misbehaves 4 "doesn't show that service" detail-empty
}

redirects() {
	misbehaves 3 'redirects to another place, https://example.invalid/csm' elsewhere
	misbehaves 3 'redirects to another place, file:///etc/passwd' to-file
}

too_much() {
	misbehaves 3 'larger|exceeds|more than' bomb
	misbehaves 3 'larger' huge
}

not_text() {
	misbehaves 4 'not UTF-8' not-utf8
	misbehaves 4 'not UTF-8' cp932
	misbehaves 4 'NUL byte' nul
	misbehaves 4 'deeper than' deep
	misbehaves 4 'not JSON' not-json
}

certificates() {
	expect_code 3 "$SYNC" pull --store "$STORE" --source ismap --from "https://127.0.0.1:$SECURE/csm" --delay 0s
	said 'certificate'
	expect_code 0 "$SYNC" pull --store "$WORK/secure" --source ismap --from "https://127.0.0.1:$SECURE/csm" --delay 0s \
		--cacert "$WORK/portal/authority.pem"
	said ': 120 services'
	expect_code 2 "$SYNC" pull --store "$STORE" --source ismap --from http://portal.example/csm
	said 'use https://'
}

# A vanished service is delisted; half the list at once is not believed.
losses() {
	cp -r "$STORE" "$WORK/losses"
	echo 119 >"$WORK/portal/services"
	pull 0 "$WORK/losses"
	equal delisted delisted "$(facts "$WORK/losses" C21-0120-2 status)"
	echo 60 >"$WORK/portal/services"
	pull 4 "$WORK/losses"
	said '59 of 119 services would leave the list at once'
	rm "$WORK/portal/services"
	pull 0 "$WORK/losses"
	equal returned registered "$(facts "$WORK/losses" C21-0120-2 status)"
}

refused_answer_kept() {
	mode containers
	pull 4 "$WORK/losses"
	mode
	said 'kept in .*/rejected/[0-9a-f]{64} for inspection;'
	grep -q '"containers": \[\]' "$WORK"/losses/rejected/*
}

# A line for the list's entries and one for the services, cleared before anything is said.
progress_on_a_terminal() {
	local word command
	command -v script >/dev/null || skip "script is not installed"
	command="'$SYNC' pull --store '$STORE' --source ismap --from '$FROM' --delay 10ms --retry-delay 10ms"
	mode
	script -qec "$command" "$WORK/typed" >/dev/null
	grep -qE 'entries of the list: \[#+ *\] [0-9]+/120' "$WORK/typed"
	grep -qE 'services: \[#+ *\] [0-9]+/120, [0-9.]+/s, 0:0[0-9], 0:0[0-9] left' "$WORK/typed"
	for word in --quiet --verbose; do
		script -qec "$command $word" "$WORK/typed" >/dev/null
		fails grep -E 'services: \[|entries of the list' "$WORK/typed"
	done
	pull 0 "$STORE"
	fails grep -E 'services: \[|entries of the list' "$WORK/.said"
}

# While a visit waits to ask again, the state tells of it.
state_meanwhile() {
	local i pulling
	cp -r "$STORE" "$WORK/meanwhile"
	mode server-error
	timeout 60 "$SYNC" pull --store "$WORK/meanwhile" --source ismap --from "$FROM" --delay 0s --retry-delay 2s \
		>"$WORK/meanwhile.said" 2>&1 &
	pulling=$!
	for ((i = 0; i < 200; i++)); do
		state_of "$WORK/meanwhile" last-error | grep -q 'status 500' && break
		sleep 0.02
	done
	state_of "$WORK/meanwhile" last-error | grep -q 'status 500'
	[ "$(state_of "$WORK/meanwhile" next-try)" -gt "$(state_of "$WORK/meanwhile" last-attempt)" ]
	mode
	wait "$pulling"
	cat "$WORK/meanwhile.said"
	equal "last error" '' "$(state_of "$WORK/meanwhile" last-error)"
	equal "next try" 0 "$(state_of "$WORK/meanwhile" next-try)"
}

a_slow_portal() {
	local began
	mode
	began=$(date +%s%3N)
	expect_code 0 "$SYNC" probe --from "$FROM" --delay 1s
	# Three requests: the page, the list, one service. Two pauses of a second, a quarter less at most.
	[ $(($(date +%s%3N) - began)) -ge 1500 ]
}

probing() {
	mode
	mkdir "$WORK/empty"
	expect_code 0 env -C "$WORK/empty" "$SYNC" probe --from "$FROM" --delay 0s
	said '^list of level ismap: page id=cloud_service_list$'
	said 'widget service-list: column_labels\{\} list\[\]\(50\) p row_count'
	said 'states a total of 120; this answer has 50'
	said '登録番号 \(u_number\) -> number: C22-0001-2'
	said 'サービス区分 \(u_division\) -> NOT MAPPED: SaaS'
	said 'className -> ignored'
	said '^\[labels\]$'
	said 'No page of the ISMAP-LIU list is known'
	equal stored '' "$(ls "$WORK/empty")"
	for word in containers login no-token stale-always; do
		mode "$word"
		expect_code 4 "$SYNC" probe --from "$FROM" --delay 0s || [ "$word" = login ]
	done
	mode login
	expect_code 0 "$SYNC" probe --from "$FROM" --delay 0s
	said 'it is a login page'
	said 'save its pages \(--from FOLDER\), or copy the list into a table'
	mode
}

bad_options() {
	expect_code 2 "$SYNC" probe --from "http://127.0.0.1:$PLAIN/" --delay 0s
	said 'ends in the portal'
	expect_code 2 "$SYNC" probe --from "$FROM" --contact $'a\nb'
	said 'contact'
	expect_code 2 "$SYNC" probe --from "$FROM" --delay soon
	expect_code 2 "$SYNC" probe
}

slow_bytes() {
	local i
	for ((i = 0; i < 1000; i++)); do
		grep -q '^exit ' "$WORK/slow.said" && break
		sleep 0.1
	done
	cat "$WORK/slow.said"
	grep -q 'exit 3' "$WORK/slow.said"
	grep -qiE 'too slow|timed out|timeout' "$WORK/slow.said"
}

# Its own portal, as it takes half a minute.
start_slow() {
	local ports
	mkdir "$WORK/slow"
	echo slow >"$WORK/slow/mode"
	start_server "$WORK/slow.ports" python3 "$TOP/tests/servers/portal.py" "$WORK/slow"
	read -r ports _ <"$WORK/slow.ports"
	{
		timeout 120 "$SYNC" pull --store "$WORK/slow.store" --source ismap --from "http://127.0.0.1:$ports/csm" \
			--delay 0s --retries 0 2>&1
		echo "exit $?"
	} >"$WORK/slow.said" &
	CHILDREN+=($!)
}

nothing_forbidden() {
	[ ! -s "$WORK/portal/forbidden" ]
	equal paths '/api/now/sp/page /csm ' "$(sed 's/[?].*//' "$WORK/portal/requests" | sort -u | tr '\n' ' ')"
	[ "$(grep -c . "$WORK/portal/requests")" -gt 100 ]
	grep -v '^----' "$WORK/ports.errors" | grep AssertionError && return 1
	expect_code 0 "$SYNC" verify --store "$STORE"
}

start_slow
test_case "a visit reads 120 services from list and detail pages" first_visit
if can_mount && mount_store "$STORE" "$WORK/mnt"; then
	MOUNTED=yes
fi
test_case "an unknown label is kept as extra.LABEL, and what says nothing is not" unknown_labels
test_case "3-digit objectives of a statement become the service's controls" statements
test_case "the same list makes no generation" same_again
test_case "English labels mean the same" english
test_case "a map of one's own: more labels, the LIU list" own_map
test_case "a map that makes no sense is refused with its line" bad_maps
test_case "an entry without a number is found by the portal's own key" without_number
test_case "unverified entries of the bundled list give way to the real list" after_bundled
test_case "without a stated number of entries the list isn't complete" no_total
test_case "rows that two pages repeat count once" repeated_rows
test_case "an expired token and an empty list are tried again in one new session" one_new_session
test_case "a guest who may not see the page: containers [] are refused" misbehaves 4 'no containers' containers
test_case "a login widget with status 200 is refused" misbehaves 4 'login page' login
test_case "a login page in place of the portal is refused with what can be done" misbehaves 4 'the list is behind an account; log in with a browser' wall
test_case "a token that no session makes valid is refused" misbehaves 4 'status 401, also in a new session' stale-always
test_case "a page without a token is refused" misbehaves 4 'no session token' no-token
test_case "an empty list is refused" misbehaves 4 'no entry that the label map recognizes' empty
test_case "an error within a 200, after half the rows, is refused" misbehaves 4 'error within: Transaction cancelled' error-half
test_case "an error that the widget tells is refused" misbehaves 4 'error within: Query failed' widget-error
test_case "a page that is missing is refused" misbehaves 4 'states a total of 120, but shows 50' missing
test_case "a count that is not met is refused" misbehaves 4 'states a total of 125, but shows 120' count
test_case "what isn't UTF-8 JSON of sane depth is refused" not_text
test_case "a value that is stated twice is refused" stated_twice
test_case "--quiet: nothing unless something changed or failed" quietly
test_case "429 with Retry-After is waited for" asked_to_wait
test_case "429 with a Retry-After of hours is a failure at once" misbehaves 3 'status 429' long-429
test_case "500 is a failure" misbehaves 3 'status 500' server-error
test_case "500 at the first page is a failure" misbehaves 3 'status 500' 500
test_case "a cut connection is a failure" misbehaves 3 "can.t be fetched" cut
test_case "redirects to another host and to file: are not followed" redirects
test_case "a gzip bomb and a body of 1 GB are stopped" too_much
test_case "a failure at one service's page fails the whole visit" late_failures
test_case "certificates are verified; http is for this machine" certificates
test_case "a vanished service is delisted, half the list at once is refused" losses
test_case "a refused answer is kept aside" refused_answer_kept
test_case "probe shows pages, widgets, labels and what to map, and stores nothing" probing
test_case "options that make no sense" bad_options
test_case "progress on a terminal, nowhere else" progress_on_a_terminal
test_case "the state tells of a visit that waits" state_meanwhile
test_case "there is a pause between requests" a_slow_portal
test_case "bytes that trickle are a failure" slow_bytes
test_case "no table, widget or export was ever asked for, and the store is whole" nothing_forbidden
finish
