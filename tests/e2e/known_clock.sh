#!/usr/bin/env bash
# Clocks: one that was wrong once leaves nothing that is believed later, and without a witness our own
# time dates nothing that stays.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
: >"$WORK/requests"
start_server "$WORK/plain.port" python3 "$TOP/tests/servers/scripted_http.py" "$WORK"
start_server "$WORK/tls.port" python3 "$TOP/tests/servers/scripted_http.py" "$WORK" 0 "$WORK/cert.pem" "$WORK/key.pem"
PLAIN=http://127.0.0.1:$(cat "$WORK/plain.port")
TLS=https://127.0.0.1:$(cat "$WORK/tls.port")

# clock WORD [DIFFERENCE]: the clock as date(1) understands the difference, and whether the kernel vouches for it.
clock() { export ISMAP_SYNC_CLOCK="$(date -u -d "${2:-now}" +%FT%TZ) $1"; }
milliseconds() { date -u -d "$1" +%s000; }

# list PUBLISHED STATUS [FILE]: PUBLISHED empty: it states no time.
list() {
	local published=${1:+\"published\":\"$1\",}
	printf '{"format":"ismapfs-interchange","version":1,"registry":{"name":"t","title":"T","time_zone":"%s","language":"en"},%s"complete":true,"services":[{"number":"A1","name":"Alpha","status":"%s"}]}\n' \
		"${ZONE:-UTC}" "$published" "$2" >"${3:-$WORK/served.json}"
}

# pull CODE STORE FROM [OPTIONS…]
pull() {
	local code=$1 store=$2 from=$3
	shift 3
	expect_code "$code" "$SYNC" pull --store "$WORK/$store" --source "${SOURCE:-interchange}" --retries 0 \
		--cacert "$WORK/cert.pem" --from "$from" "$@"
}

of_state() { sed -n "s/^$2 //p" "$WORK/$1/state"; }
status_of() { "$SYNC" status --store "$WORK/$1" | sed -n "s/^$2  *//p"; }
sql() { sqlite3 "$WORK/$1/current" "$2"; }

# near MILLISECONDS INSTANT: within two minutes.
near() {
	local difference=$(($1 - $(milliseconds "$2")))
	[ "${difference#-}" -lt 120000 ] || { echo "$1 is not $2"; return 1; }
}

# What a clock that was 40 days ahead wrote gives way to the next check.
ahead_once() {
	local word
	for word in synchronised unsynchronised; do
		rm -rf "$WORK/ahead"
		list 2026-01-01 registered
		clock "$word" '+40 days'
		pull 0 ahead "$PLAIN/200"
		clock "$word"
		equal stale yes "$(status_of ahead stale)"
		status_of ahead reason | grep -q 'in the future: a clock was wrong'
		pull 0 ahead "$PLAIN/200"
		near "$(of_state ahead last-success)" now
		near "$(of_state ahead written-at)" now
		near "$(of_state ahead last-attempt)" now
		equal stale no "$(status_of ahead stale)"
	done
}

# A plan of such a run is dropped; until when a list was the newest is known by a witness alone.
ahead_plans_and_days() {
	list 2026-01-01 registered
	clock synchronised '+40 days'
	pull 0 plan "$PLAIN/200"
	near "$(of_state plan held-until)" '+40 days'
	sed -i "s/^next-try .*/next-try $(milliseconds '+41 days')/" "$WORK/plan/state"
	clock synchronised
	pull 0 plan "$PLAIN/200"
	equal next-try 0 "$(of_state plan next-try)"
	near "$(of_state plan held-until)" now
	# Without a witness it stays where it was.
	rm -rf "$WORK/plan"
	clock unsynchronised
	pull 0 plan "$PLAIN/200"
	near "$(of_state plan last-success)" now
	near "$(of_state plan held-until)" 2026-01-01
}

# A server says over TLS what time it is.
told_by_server() {
	local difference
	for difference in '+40 days' '-400 days'; do
		rm -rf "$WORK/tls"
		list '' registered
		clock unsynchronised "$difference"
		pull 0 tls "$TLS/200"
		said "this machine's clock is wrong: it says .*, but it is .*, which counts instead"
		near "$(of_state tls last-success)" now
		near "$(of_state tls held-until)" now
		near "$(sql tls 'SELECT published_at FROM generation')" now
	done
	# No word of it where the two agree, and none over what TLS doesn't protect.
	rm -rf "$WORK/tls"
	clock unsynchronised '+30 minutes'
	pull 0 tls "$TLS/200"
	fails said 'clock'
	rm -rf "$WORK/tls"
	list 2026-01-01 registered
	clock unsynchronised '+40 days'
	pull 0 tls "$PLAIN/200"
	fails said 'clock'
}

witnesses_disagree() {
	list '' registered
	clock synchronised '+40 days'
	pull 4 disagree "$TLS/200"
	said "the server's clock says .*, this machine's says .*; until they agree, nothing is dated by either"
	said "it states no time, and nothing vouches for this machine's clock; 'ismap-sync pull --at TIME' says"
	list 2026-01-01 registered
	pull 0 disagree "$TLS/200"
	near "$(of_state disagree held-until)" 2026-01-01
}

# A list without a time has none of ours, unless somebody vouches for that.
undated() {
	list '' registered
	clock unsynchronised
	pull 4 undated "$PLAIN/200"
	said "it states no time, and nothing vouches for this machine's clock; 'ismap-sync pull --at TIME' says when it was published"
	pull 4 undated "$WORK/served.json"
	pull 0 undated "$PLAIN/200" --at 2026-02-03T04:05:06Z
	equal published 2026-02-03T04:05:06Z "$(status_of undated published)"
	rm -rf "$WORK/undated"
	clock synchronised
	pull 0 undated "$PLAIN/200"
	near "$(sql undated 'SELECT published_at FROM generation')" now
	equal stale no "$(status_of undated stale)"
}

# A file proves nothing later than its publication; without a stated time it proves nothing.
undated_file() {
	list '' registered "$WORK/undated.json"
	clock synchronised
	pull 0 file "$WORK/undated.json"
	said "^note: a file that states no time proves nothing"
	equal checked never "$(status_of file checked)"
	status_of file reason | grep -q 'nothing says that the list was ever checked against its source'
	list '' revoked "$WORK/undated.json"
	pull 0 file "$WORK/undated.json"
	equal checked never "$(status_of file checked)"
	rm -rf "$WORK/file"
	pull 0 file "$WORK/undated.json" --at 2026-03-04
	equal checked 2026-03-04T00:00:00Z "$(status_of file checked)"
	# History is put in order by stated times.
	expect_code 4 "$SYNC" import-history --store "$WORK/history" --source interchange "$WORK/undated.json"
	said "it states no time, so it has no place in a history"
}

# Where nobody vouches for the clock, dated files are read as ever.
dated_files() {
	clock unsynchronised
	list 2026-01-01 registered
	pull 0 dated "$WORK/served.json"
	equal checked 2026-01-01T00:00:00Z "$(status_of dated checked)"
	list 2026-02-01 revoked
	pull 0 dated "$WORK/served.json"
	equal checked 2026-02-01T00:00:00Z "$(status_of dated checked)"
	expect_code 0 "$SYNC" verify --store "$WORK/dated"
}

# Whether a list is of the future is told by the witness.
future() {
	clock synchronised '2020-01-01'
	list 2026-01-01 registered
	pull 4 future "$PLAIN/200"
	said 'it claims to be of 2026-01-01T00:00:00Z, which is in the future'
	clock unsynchronised '2020-01-01'
	pull 0 future "$TLS/200"
}

capture() { # VALID-UNTIL
	python3 - "$1" <<'PYTHON'
import json
import sys

fields = [{"field": "number", "value": "C-1"}, {"field": "name", "value": "Name"}, {"field": "provider", "value": "P"},
          {"field": "auditor", "value": "A"}, {"field": "controls", "value": "5.1.1"},
          {"field": "valid-until", "value": sys.argv[1]}]
print(json.dumps({"format": "ismapfs-portal-capture", "version": 1, "portal": "test", "edition": "2022-04-01",
                  "pages": [{"page": "list", "level": "ismap", "total": 1,
                             "rows": [{"sys_id": "0" * 32, "fields": fields}]}]}))
PYTHON
}

# A clock without a witness passes no date.
no_dates_pass() {
	local SOURCE=ismap
	capture 2026-06-30 >"$WORK/capture.json"
	clock unsynchronised 2026-08-01
	pull 0 dates "$WORK/capture.json" --at 2026-06-01
	pull 3 dates http://127.0.0.1:9/csm
	equal marks 0 "$(sql dates "SELECT count(*) FROM facts WHERE value = 'past-date'")"
	clock synchronised 2026-08-01
	pull 3 dates http://127.0.0.1:9/csm
	said '1 service has passed its date'
	equal marks 1 "$(sql dates "SELECT count(*) FROM facts WHERE field = 'status' AND value = 'past-date'")"
	equal state "$(sql dates "SELECT id || ' ' || chain FROM generation ORDER BY id DESC LIMIT 1")" \
		"$(of_state dates generation) $(of_state dates chain)"
}

# A store that such a clock filled before says how to mend it, also where the source has nothing new.
poisoned() {
	list 2026-01-01 registered
	clock synchronised
	pull 0 poisoned "$PLAIN/200"
	list '' revoked
	clock synchronised 2036-01-01
	pull 0 poisoned "$PLAIN/200"
	clock synchronised
	pull 4 poisoned "$PLAIN/200"
	said "holds? a list of 2036-01-01T.*, which is in the future: a clock was wrong when it was made; 'ismap-sync rewind --store $WORK/poisoned --to 1 --reason TEXT' leaves it out"
	list '' suspended
	pull 4 poisoned "$PLAIN/200"
	said 'rewind --store .* --to 1'
	of_state poisoned last-error | grep -q 'rewind --store .* --to 1'
	# A clock without a witness can't tell which of the two is wrong.
	clock unsynchronised 2020-01-01
	list 2020-01-01 registered
	pull 4 poisoned "$PLAIN/200"
	fails said 'rewind'
	# What it says helps.
	clock synchronised
	expect_code 0 "$SYNC" rewind --store "$WORK/poisoned" --to 1 --reason 'a clock was wrong'
	list '' suspended
	pull 0 poisoned "$PLAIN/200"
	equal status suspended "$(sql poisoned 'SELECT status FROM services')"
	equal stale no "$(status_of poisoned stale)"
	# Nothing before it is good.
	list '' registered
	clock synchronised 2036-01-01
	pull 0 young "$PLAIN/200"
	clock synchronised
	pull 4 young "$PLAIN/200"
	said 'begin a new store'
}

# A head of the future was taken by no mirror: it gives way, if it is known which time is now.
head_of_the_future() {
	local publish=("$SYNC" publish --store "$WORK/origin" --to "$WORK/web" --key "$WORK/signing")
	list 2026-01-01 registered
	clock synchronised
	pull 0 origin "$PLAIN/200"
	expect_code 0 "$SYNC" keygen --key "$WORK/signing"
	clock synchronised 2036-01-01
	expect_code 0 "${publish[@]}"
	clock unsynchronised
	expect_code 5 "${publish[@]}"
	said 'mirrors would refuse what is older'
	clock synchronised
	expect_code 0 "${publish[@]}"
	said 'is of 2036-01-01T00:00:00Z, which is in the future: .*; it is replaced'
	expect_code 0 "$SYNC" pull --store "$WORK/mirror" --source mirror --from "$WORK/web" --pubkey "$WORK/signing.pub"
}

fedramp() { # LAST_CHANGE STATUS
	printf '{"meta":{"last_change":"%s"},"data":{"Products":[{"id":"FR1","csp":"C","cso":"S","status":"%s","impact_level":"High","leveraged_systems":[]}]}}' \
		"$1" "$2" >"$WORK/fedramp.json"
}

# The clock shows one o'clock twice on that Sunday, and never two o'clock in March.
eastern_hours() {
	local SOURCE=fedramp ZONE=America/New_York
	clock synchronised 2025-11-02T07:00
	fedramp 2025-11-02T01:50:00.000Z 'FedRAMP Ready'
	pull 0 twice "$WORK/fedramp.json"
	fedramp 2025-11-02T01:20:00.000Z 'FedRAMP Authorized'
	pull 0 twice "$WORK/fedramp.json"
	equal twice '2025-11-02 05:50:00 2025-11-02 06:20:00 ' \
		"$(sql twice "SELECT datetime(published_at / 1000, 'unixepoch') FROM generation" | tr '\n' ' ')"
	fedramp 2026-03-08T01:50:00.000Z 'FedRAMP Ready'
	clock synchronised 2026-03-08T08:00
	pull 0 never "$WORK/fedramp.json"
	fedramp 2026-03-08T02:30:00.000Z 'FedRAMP Authorized'
	pull 0 never "$WORK/fedramp.json"
	SOURCE=interchange
	clock synchronised 2025-11-02T07:00
	list 2025-11-02T01:50:00 registered
	pull 0 local "$WORK/served.json"
	list 2025-11-02T01:20:00 revoked
	pull 0 local "$WORK/served.json"
	list 2025-11-02T01:10:00-04:00 revoked
	pull 4 local "$WORK/served.json"
}

# A time of which no file's time can be made is none.
out_of_range() {
	local year SOURCE
	clock synchronised
	for year in 0001 1601 1969 2262 9999; do
		SOURCE=interchange
		list "$year-01-01T00:00:00Z" registered
		pull 4 range "$WORK/served.json"
		said "'published' is not a time: '$year"
		SOURCE=fedramp
		fedramp "$year-01-02T00:00:00.000Z" 'FedRAMP Ready'
		pull 4 range "$WORK/fedramp.json"
		said "meta.last_change is not a time: '$year"
		expect_code 2 "$SYNC" pull --store "$WORK/range" --source fedramp --from "$WORK/fedramp.json" --at "$year-01-02"
	done
	SOURCE=interchange
	list 1970-01-02 registered
	pull 0 range "$WORK/served.json"
	equal mtime 86400000000000 "$(sql range 'SELECT mtime FROM generation')"
}

# Whoever sets the switch for tests badly has the real clock.
odd_switch() {
	local text
	list 2026-01-01 registered
	for text in '' synchronised 'yesterday synchronised' '2036-01-01T00:00:00Z'; do
		rm -rf "$WORK/switch"
		export ISMAP_SYNC_CLOCK=$text
		pull 0 switch "$PLAIN/200"
		near "$(of_state switch last-success)" now
	done
}

test_case "a check by a clock that was ahead gives way to the next one" ahead_once
test_case "so do its plans and until when the list was the newest, which takes a witness" ahead_plans_and_days
test_case "a server's time over TLS is a witness, which counts instead of a wrong clock" told_by_server
test_case "witnesses that contradict each other are told, and date nothing" witnesses_disagree
test_case "a list without a time is refused where nothing vouches for the clock" undated
test_case "a file without a time proves nothing" undated_file
test_case "dated files need no clock" dated_files
test_case "what is in the future is told by the witness" future
test_case "no date passes by a clock without a witness" no_dates_pass
test_case "a store of the future is refused, with the way to mend it" poisoned
test_case "a head of the future gives way" head_of_the_future
test_case "an hour that comes twice, and one that doesn't come" eastern_hours
test_case "times out of range are no times" out_of_range
test_case "an odd switch leaves the real clock" odd_switch
finish
