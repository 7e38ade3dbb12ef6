#!/usr/bin/env bash
# run: the sync as a service; wait: for what it brings.
# alone: it measures delays
#
# shellcheck disable=SC2317,SC2016 # test_case calls the functions; until_true evaluates its words
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# A list of late: an older one is stale, since its source seems to have stopped publishing.
publication() { # DAYS-AGO OPTIONS…
	local day
	day=$(date -u -d "$1 days ago" +%F)
	shift
	python3 "$TOP/tests/publications/fedramp.py" --plain --services 30 --day "$day" "$@" >"$WORK/data.json"
	python3 "$TOP/tests/publications/fedramp_today.py" convert "$WORK/data.json" >"$WORK/served.json.new"
	mv "$WORK/served.json.new" "$WORK/served.json"
}

publication 12
: >"$WORK/requests"
start_server "$WORK/port" python3 "$TOP/tests/servers/scripted_http.py" "$WORK"
AT=http://127.0.0.1:$(cat "$WORK/port")

# What a service manager hears, one line a message.
cat >"$WORK/manager.py" <<'PYTHON'
import os
import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
    listening.bind(sys.argv[1].replace("@", "\0", 1))
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    with open(sys.argv[2], "a", encoding="utf-8") as heard:
        while True:
            print(listening.recv(4096).decode(), file=heard, flush=True)
PYTHON

listen() { # SOCKET FILE
	: >"$2.new"
	timeout 60 python3 "$WORK/manager.py" "$1" "$2" &
	MANAGER=$!
	until_true "[ -e '$2' ]"
}

# run NAME PATH OPTIONS…: a service on the store NAME; its pid is in SERVICE.
start() {
	local name=$1 from=$AT/$2
	shift 2
	timeout -k 10 100 env --default-signal=INT,HUP "$SYNC" run --retries 0 --store "$WORK/$name" --source fedramp --from "$from" "$@" \
		>"$WORK/$name.said" 2>&1 &
	SERVICE=$!
}

# timeout passes on the signals that it gets itself.
end() { # SIGNAL
	local code=0
	kill "-$1" "$SERVICE"
	wait "$SERVICE" || code=$?
	equal "exit status" 0 "$code"
}

until_true() { # CONDITION: within a minute
	local end=$((SECONDS + 60))
	while [ $SECONDS -lt $end ]; do
		eval "$1" && return 0
		sleep 0.02
	done
	echo "not within a minute: $1"
	tail -n 5 "$WORK"/*.said "$WORK/requests"
	return 1
}

requests() { grep -c -- " /$1 " "$WORK/requests"; }
state_of() { sed -n "s/^$2 //p" "$WORK/$1/state"; }
now() { date +%s%3N; }

again_and_again() {
	local signal
	for signal in TERM INT; do
		start "again$signal" "200/$signal" --every 1s
		until_true "[ \$(requests 200/$signal) -ge 3 ]"
		until_true "[ \$(state_of again$signal next-try) -gt \$(state_of again$signal last-attempt) ]"
		[ "$(state_of "again$signal" next-try)" -le $(($(now) + 1100)) ]
		equal "last error" "" "$(state_of "again$signal" last-error)"
		expect_code 0 "$SYNC" status --store "$WORK/again$signal"
		end "$signal"
		# Nobody will try any more.
		equal "next try" 0 "$(state_of "again$signal" next-try)"
		equal generations 1 "$("$SYNC" log --store "$WORK/again$signal" | wc -l)"
		# At least about a second between the requests; how much more depends on the machine's load.
		awk -v path="/200/$signal" '$2 == path { if (before && $1 - before < 0.85) { print $1 - before; exit 1 }
			before = $1 }' "$WORK/requests"
	done
}

hangup_is_now() {
	start hangup 200/hangup --every 6h
	until_true '[ $(requests 200/hangup) -eq 1 ]'
	until_true '[ -n "$(state_of hangup next-try)" ]'
	until_true '[ "$(state_of hangup next-try)" -gt $(($(now) + 19000000)) ]'
	[ "$(state_of hangup next-try)" -lt $(($(now) + 24000000)) ]
	publication 11 --status "FR9000000003=FedRAMP Ready"
	kill -HUP "$SERVICE"
	until_true '[ $(requests 200/hangup) -eq 2 ]'
	until_true 'grep -q "^changed: generation 2" "$WORK/hangup.said"'
	end TERM
}

goes_on_without_network() {
	start gone 200,503,503,503,404,404,404,200/gone --every 1s
	until_true '[ $(requests 200,503,503,503,404,404,404,200/gone) -ge 2 ]'
	until_true '[[ $(state_of gone last-error) == *"(status 503)"* ]]'
	[ "$(state_of gone next-try)" -gt "$(state_of gone last-attempt)" ]
	[ "$(state_of gone last-attempt)" -gt "$(state_of gone last-success)" ]
	expect_code 0 "$SYNC" export --store "$WORK/gone" "$WORK/gone.tree"
	grep -q 503 "$WORK/gone.tree/.registry/last-error"
	[ -s "$WORK/gone.tree/.registry/next-try" ]
	equal stale no "$(cat "$WORK/gone.tree/.registry/stale")"
	until_true '[[ $(state_of gone last-error) == *"(status 404)"* ]]'
	until_true '[ -z "$(state_of gone last-error)" ]'
	[ "$(state_of gone last-success)" -ge "$(state_of gone last-attempt)" ]
	end TERM
}

sooner_after_failure() {
	start sooner 503/sooner --every 6h
	until_true '[ "$(state_of sooner next-try)" -gt 0 ] 2>/dev/null'
	# A minute, rather than six hours.
	[ "$(state_of sooner next-try)" -lt $(($(now) + 70000)) ]
	[ "$(state_of sooner next-try)" -gt $(($(now) + 50000)) ]
	end TERM
	# But never sooner than the server asks for.
	start later 503-7200/later --every 6h
	until_true '[ "$(state_of later next-try)" -gt 0 ] 2>/dev/null'
	[ "$(state_of later next-try)" -gt $(($(now) + 7100000)) ]
	end TERM
}

# A restarted service asks when it would have asked, and says when that is.
restarted() {
	start restarted 200/restarted --every 1h
	until_true '[ "$(state_of restarted next-try)" -gt 0 ] 2>/dev/null'
	end TERM
	start restarted 200/restarted --every 1h
	until_true '[ "$(state_of restarted next-try)" -gt 0 ]'
	sleep 0.3
	equal requests 1 "$(requests 200/restarted)"
	kill -HUP "$SERVICE"
	until_true '[ $(requests 200/restarted) -eq 2 ]'
	end TERM
}

never_two_at_once() {
	local i
	start locked 200/locked --every 1s
	until_true '[ $(requests 200/locked) -ge 1 ]'
	until_true '[ -e "$WORK/locked/current" ]'
	# Somebody holds the lock: no pull, no error, tried again.
	exec 9<>"$WORK/locked/lock"
	flock -w 20 9
	i=$(requests 200/locked)
	until_true 'grep -q "another ismap-sync is writing" "$WORK/locked.said"'
	sleep 2.5
	equal "requests while locked" "$i" "$(requests 200/locked)"
	equal "last error" "" "$(state_of locked last-error)"
	equal "times said" 1 "$(grep -c 'another ismap-sync is writing' "$WORK/locked.said")"
	exec 9<&-
	until_true '[ $(requests 200/locked) -gt '"$i"' ]'
	# It doesn't hold the lock while it waits.
	for ((i = 0; i < 30; i++)); do
		flock -w 5 "$WORK/locked/lock" true
	done
	# A pull beside it has its turn, too.
	until_true 'timeout 20 "$SYNC" pull --store "$WORK/locked" --source fedramp --from "$AT/200/locked" 2>"$WORK/.beside"'
	end TERM
	# Two services on one store: each pull is whole, and there is one at a time.
	publication 10 --status "FR9000000004=FedRAMP Ready"
	start locked slow/one --every 1s
	i=$SERVICE
	start locked slow/two --every 1s
	until_true '[ $(($(requests slow/one) + $(requests slow/two))) -ge 4 ]'
	end TERM
	SERVICE=$i
	end TERM
	expect_code 0 "$SYNC" verify --store "$WORK/locked"
	# "slow" takes two seconds each time that it has something to tell.
	[ ! -e "$WORK/overlaps" ]
}

store_gone() {
	start vanishing 200/vanishing --every 1s
	until_true '[ "$(state_of vanishing next-try)" -gt 0 ] 2>/dev/null'
	mv "$WORK/vanishing" "$WORK/away"
	until_true 'grep -q "vanishing: cannot open the store" "$WORK/vanishing.said"'
	sleep 1.2
	# An empty store in its place would be worse than none.
	[ ! -e "$WORK/vanishing" ]
	mv "$WORK/away" "$WORK/vanishing"
	publication 9 --status "FR9000000005=FedRAMP Ready"
	until_true 'grep -q "^changed: generation 2" "$WORK/vanishing.said"'
	end TERM
}

tells_the_manager() {
	local socket
	for socket in "$WORK/notify" "@ismapfs-test-$$"; do
		rm -rf "$WORK/told" "$WORK/heard"
		listen "$socket" "$WORK/heard"
		NOTIFY_SOCKET=$socket WATCHDOG_USEC=400000 start told 200/told --every 1h
		until_true 'grep -q "^STATUS=Checked: 20.*Next try: 20" "$WORK/heard"'
		until_true '[ $(grep -c "^WATCHDOG=1$" "$WORK/heard") -ge 5 ]'
		equal "first word" READY=1 "$(grep -v '^WATCHDOG' "$WORK/heard" | head -n 1)"
		end TERM
		until_true 'grep -qx "STOPPING=1" "$WORK/heard"'
		kill "$MANAGER"
		rm -f "$WORK/notify"
	done
	# A manager that is gone is no reason to fail.
	NOTIFY_SOCKET=$WORK/nobody start told 200/told --every 1h
	until_true '[ "$(state_of told next-try)" -gt 0 ]'
	end TERM
}

told_to_stop_while_asking() {
	start asking hang/asking --every 1h
	until_true '[ $(requests hang/asking) -eq 1 ]'
	end TERM
	equal "next try" 0 "$(state_of asking next-try)"
	[ -n "$(state_of asking last-error)" ]
}

usage() {
	local base=(run --store "$WORK/usage" --source fedramp)
	expect_code 2 "$SYNC" "${base[@]}" --from "$AT/200/u"
	said '^ismap-sync: run: --every is missing'
	expect_code 2 "$SYNC" "${base[@]}" --from "$AT/200/u" --every often
	expect_code 2 "$SYNC" "${base[@]}" --from "$AT/200/u" --every 10ms
	expect_code 2 "$SYNC" "${base[@]}" --from "$AT/200/u" --every 6h --at 2026-01-01
	expect_code 2 "$SYNC" "${base[@]}" --from - --every 6h
	mkfifo "$WORK/fifo"
	expect_code 2 "$SYNC" "${base[@]}" --from "$WORK/fifo" --every 6h
	said 'is not a regular file'
	expect_code 2 "$SYNC" "${base[@]}" --from "$AT/200/u" --from - --every 6h
	expect_code 2 "$SYNC" "${base[@]}" --from ftp://127.0.0.1/ --every 6h
	[ ! -e "$WORK/usage" ]
}

# Whether what timeout runs for the shell's last child has begun to wait.
watches() { find "/proc/$(pgrep -P $!)/fd" -lname 'anon_inode:inotify' 2>/dev/null | grep -q .; }

waits() {
	local from=$WORK/served.json store=$WORK/waiting began
	expect_code 5 "$SYNC" wait --store "$store" --timeout 1
	publication 8
	"$SYNC" pull --store "$store" --source fedramp --from "$from"
	expect_code 0 "$SYNC" wait --store "$store" --since 0
	equal said 1 "$(cat "$WORK/.said")"
	expect_code 1 "$SYNC" wait --store "$store" --timeout 200ms
	equal said "" "$(cat "$WORK/.said")"
	expect_code 1 "$SYNC" wait --store "$store" --since 7 --timeout 0
	timeout 60 "$SYNC" wait --store "$store" >"$WORK/waited" &
	until_true watches
	publication 7 --status "FR9000000006=FedRAMP Ready"
	"$SYNC" pull --store "$store" --source fedramp --from "$from"
	began=$(now)
	wait $!
	[ $(($(now) - began)) -lt 500 ]
	equal said 2 "$(cat "$WORK/waited")"
	# A new state is nothing new.
	timeout 20 "$SYNC" wait --store "$store" --timeout 1s >"$WORK/waited" &
	sleep 0.2
	"$SYNC" pull --store "$store" --source fedramp --from "$from"
	if wait $!; then return 1; fi
	expect_code 2 "$SYNC" wait --store "$store" --since first
	expect_code 2 "$SYNC" wait --store "$store" --timeout never
}

# An empty store fills: also what inotify doesn't tell of, as on a network file system.
waits_without_inotify() {
	mkdir -p "$WORK/empty/generations"
	timeout 60 "$SYNC" wait --store "$WORK/empty" >"$WORK/waited" &
	until_true watches
	publication 6
	"$SYNC" pull --store "$WORK/empty" --source fedramp --from "$WORK/served.json"
	wait $!
	equal said 1 "$(cat "$WORK/waited")"
	command -v strace >/dev/null || skip "strace is not installed"
	# A leak checker cannot look into a process that is traced already.
	ASAN_OPTIONS=detect_leaks=0 timeout 60 strace -f -qq -o "$WORK/calls" -e trace=inotify_init1,poll -e inject=inotify_init1:error=EMFILE \
		"$SYNC" wait --store "$WORK/empty" >"$WORK/waited" &
	until_true 'grep -q "poll(" "$WORK/calls" 2>/dev/null'
	grep -q 'EMFILE.*INJECTED' "$WORK/calls"
	publication 5 --status "FR9000000007=FedRAMP Ready"
	"$SYNC" pull --store "$WORK/empty" --source fedramp --from "$WORK/served.json"
	wait $!
	equal said 2 "$(cat "$WORK/waited")"
}

replaced_files() {
	local service i code=0
	publication 12
	"$SYNC" run --store "$WORK/lasting" --source fedramp --from "$WORK/served.json" --every 1s >"$WORK/lasting.said" 2>&1 &
	service=$!
	CHILDREN+=("$service")
	until_true '[ -e "$WORK/lasting/current" ]'
	publication 11 --level FR9000000006=Low
	until_true 'grep -q "changed: generation 2" "$WORK/lasting.said"'
	"$DRIVER" -V | grep -q 'sandbox: none' && skip "this build has no sandbox"
	# Another directory under the store's name is none of this process's any more.
	mv "$WORK/lasting" "$WORK/lasting.old"
	cp -a "$WORK/lasting.old" "$WORK/lasting"
	timeout 20 tail --pid="$service" -f /dev/null
	wait "$service" || code=$?
	equal "exit status" 5 "$code"
	grep 'another directory than when this service began' "$WORK/lasting.said"
}

test_case "pulls again and again; SIGTERM and SIGINT end it with 0" again_and_again
test_case "SIGHUP: now" hangup_is_now
test_case "without the network it goes on, and the state says so" goes_on_without_network
test_case "sooner after a failure, later when the server asks for it" sooner_after_failure
test_case "a restarted service waits for its time" restarted
test_case "never two at once; a locked store is tried again" never_two_at_once
test_case "a store that vanishes isn't made again, and is found again" store_gone
test_case "READY, STATUS, WATCHDOG, STOPPING to the service manager" tells_the_manager
test_case "SIGTERM in the middle of a transfer" told_to_stop_while_asking
test_case "what can't work is said at once" usage
test_case "wait: for the next generation, or until the time is over" waits
test_case "wait: for the first generation; without inotify" waits_without_inotify
test_case "in its sandbox it reads a file that is replaced; a replaced store ends it" replaced_files
finish
