#!/usr/bin/env bash
# What a store's state says is believed of the list that it was written for, and of no other; and a list
# whose source has stopped publishing is stale.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
: >"$WORK/requests"
start_server "$WORK/port" python3 "$TOP/tests/servers/scripted_http.py" "$WORK"
AT=http://127.0.0.1:$(cat "$WORK/port")

clock() { export ISMAP_SYNC_CLOCK="$(date -u -d "${1:-now}" +%FT%TZ) synchronised"; }

# list PUBLISHED STATUS [MEMBERS]
list() {
	printf '{"format":"ismapfs-interchange","version":1,"registry":{"name":"t","title":"T","time_zone":"UTC","language":"en"},"published":"%s",%s"complete":true,"services":[{"number":"A1","name":"Alpha","status":"%s"}]}\n' \
		"$1" "${3:-}" "$2" >"$WORK/served.json"
}

fedramp() { # LAST_CHANGE STATUS [FILE]
	printf '{"meta":{"last_change":"%s"},"data":{"Products":[{"id":"FR1","csp":"C","cso":"S","status":"%s","impact_level":"High","leveraged_systems":[]}]}}' \
		"$1" "$2" >"${3:-$WORK/served.json}"
}

# pull CODE STORE FROM [OPTIONS…]
pull() {
	local code=$1 store=$2 from=$3
	shift 3
	expect_code "$code" "$SYNC" pull --store "$WORK/$store" --source "${SOURCE:-interchange}" --retries 0 --from "$from" "$@"
}

of_state() { sed -n "s/^$2 //p" "$WORK/$1/state"; }
status_of() { "$SYNC" status --store "$WORK/$1" 2>/dev/null | sed -n "s/^$2  *//p"; }
sql() { sqlite3 "$WORK/$1/current" "$2"; }
spoken() { # STORE: the state speaks of the newest generation of the current file
	equal "state of $1" "$(sql "$1" "SELECT id || ' ' || chain FROM generation ORDER BY id DESC LIMIT 1")" \
		"$(of_state "$1" generation) $(of_state "$1" chain)"
}

every_way() {
	local store
	clock
	expect_code 0 "$SYNC" init --store "$WORK/init" --bundled fedramp
	spoken init
	equal bundled never "$(status_of init checked)"
	list 2026-01-01 registered
	pull 0 pulled "$AT/200"
	spoken pulled
	cp "$WORK/served.json" "$WORK/first.json"
	list 2026-02-01 revoked
	pull 0 pulled "$AT/200"
	spoken pulled
	expect_code 0 "$SYNC" import --store "$WORK/imported" "$WORK/first.json" "$WORK/served.json"
	spoken imported
	expect_code 0 "$SYNC" import-history --store "$WORK/history" --source interchange "$WORK/first.json" "$WORK/served.json"
	spoken history
	equal published "$(date -u -d 2026-02-01 +%s000)" "$(of_state history published)"
	expect_code 0 "$SYNC" prune --store "$WORK/history" --keep 1
	spoken history
	equal held-until "$(date -u -d 2026-02-01 +%s000)" "$(of_state history held-until)"
	expect_code 0 "$SYNC" keygen --key "$WORK/key"
	expect_code 0 "$SYNC" publish --store "$WORK/pulled" --to "$WORK/web" --key "$WORK/key"
	expect_code 0 "$SYNC" pull --store "$WORK/mirror" --source mirror --from "$WORK/web" --pubkey "$WORK/key.pub"
	spoken mirror
	for store in pulled imported history mirror; do
		equal "$store" "$(date -u -d 2026-02-01 +%s000)" "$(of_state $store published)"
	done
}

# The new state beside the old list: the source is asked for all of it, and nothing is fresh until then.
copied_apart() {
	clock
	list 2026-11-01 registered
	pull 0 original "$AT/200"
	cp -a "$WORK/original" "$WORK/copy"
	list 2026-11-20 revoked
	pull 0 original "$AT/200"
	cp -a "$WORK/original/state" "$WORK/copy/"
	equal stale yes "$(status_of copy stale)"
	status_of copy reason | grep -q 'state is of another list'
	# Neither a failure nor a file of before changes that.
	pull 3 copy http://127.0.0.1:9/x
	equal stale yes "$(status_of copy stale)"
	pull 0 copy "$AT/200"
	said '^changed: generation 2'
	equal status revoked "$(sql copy 'SELECT status FROM services')"
	equal stale no "$(status_of copy stale)"
	spoken copy
	# A file says when it was published, and nothing of the checks of another list.
	rm -rf "$WORK/filed"
	cp -a "$WORK/original" "$WORK/filed"
	sed -i 's/^chain ./chain x/' "$WORK/filed/state"
	pull 0 filed "$WORK/served.json"
	equal checked 2026-11-20T00:00:00Z "$(status_of filed checked)"
}

# A run that was killed behind its switch left the state of before.
killed_behind() {
	clock
	list 2026-11-01 registered
	pull 0 killed "$AT/200"
	cp "$WORK/killed/state" "$WORK/state.before"
	list 2026-11-20 revoked
	pull 0 killed "$AT/200"
	cp "$WORK/state.before" "$WORK/killed/state"
	equal stale no "$(status_of killed stale)"
	# It doesn't speak for the newest one, whoever writes it next.
	pull 3 killed http://127.0.0.1:9/x
	equal generation 1 "$(of_state killed generation)"
	: >"$WORK/requests"
	pull 0 killed "$AT/200"
	said '^unchanged: generation 2 stays'
	spoken killed
	list 2026-11-21 registered
	cp "$WORK/state.before" "$WORK/killed/state"
	pull 0 killed "$AT/200"
	equal held "$(date -u -d 2026-11-20 +%s000)" "$(sql killed 'SELECT held_until FROM generation WHERE id = 2')"
}

dangling() {
	clock
	list 2026-11-01 registered
	pull 0 dangling "$AT/200"
	mkdir "$WORK/late"
	cp -a "$WORK/dangling/generations" "$WORK/late/"
	list 2026-11-20 revoked
	pull 0 dangling "$AT/200"
	cp -a "$WORK/dangling/state" "$WORK/dangling/current" "$WORK/late/"
	# Neither a part of a file nor another's counts as whole.
	head -c 40000 "$WORK/late/generations/1.db" >"$WORK/late/generations/9.db"
	echo hello >"$WORK/late/generations/8.db"
	expect_code 0 "$SYNC" status --store "$WORK/late"
	said 'current leads to generations/2.db, which is missing; generations/1.db counts instead, the newest generation that is whole'
	equal stale yes "$(status_of late stale)"
	pull 3 late http://127.0.0.1:9/x
	equal current generations/1.db "$(readlink "$WORK/late/current")"
	pull 0 late "$AT/200"
	said '^changed: generation 2'
	expect_code 0 "$SYNC" verify --store "$WORK/late"
	fails said 'missing'
	spoken late
	rm "$WORK"/late/generations/*
	expect_code 5 "$SYNC" status --store "$WORK/late"
	said 'no other generation is whole; restore the store from a backup'
	pull 5 late "$AT/200"
}

# A copy by a tool that leaves out symlinks holds the list and its past.
without_current() {
	clock
	list 2026-11-01 registered
	pull 0 bare "$AT/200"
	list 2026-11-20 revoked
	pull 0 bare "$AT/200"
	rm "$WORK/bare/current"
	expect_code 0 "$SYNC" status --store "$WORK/bare"
	said 'has no symlink current; generations/2.db counts, the newest generation that is whole'
	expect_code 5 "$SYNC" init --store "$WORK/bare" --bundled ismap
	list 2026-11-21 registered
	# Or makes a file of it.
	rm "$WORK/bare/current"
	echo generations/2.db >"$WORK/bare/current"
	pull 0 bare "$AT/200"
	said '^changed: generation 3'
	equal current generations/3.db "$(readlink "$WORK/bare/current")"
	equal past 2 "$("$SYNC" changes --store "$WORK/bare" | wc -l)"
	# What is damaged, or of a later version, is not written over either.
	rm "$WORK/bare/current" "$WORK/bare/generations/"[12].db
	echo damaged >"$WORK/bare/generations/3.db"
	expect_code 5 "$SYNC" status --store "$WORK/bare"
	said 'has no symlink current, and no generation of it is whole; restore the store'
	expect_code 5 "$SYNC" init --store "$WORK/bare" --bundled ismap
	pull 5 bare "$AT/200"
	equal kept "damaged" "$(cat "$WORK/bare/generations/3.db")"
}

# A source that answers, but has stopped publishing.
stopped() {
	local SOURCE=fedramp day
	clock '2026-04-29 12:00'
	fedramp 2026-04-28T10:00:00.000Z 'FedRAMP Authorized'
	pull 0 stopped "$AT/200"
	sed -i '/^lacks /d' "$WORK/stopped/state"
	equal limit $((7 * 86400000)) "$(of_state stopped publication-limit)"
	equal fresh no "$(status_of stopped stale)"
	for day in 2026-05-05T13:59 2026-05-05T14:01; do
		clock "$day"
		pull 0 stopped "$AT/200"
		said '^unchanged'
		sed -i '/^lacks /d' "$WORK/stopped/state"
		equal "$day" "$([ "$day" = 2026-05-05T13:59 ] && echo no || echo yes)" "$(status_of stopped stale)"
	done
	equal reason 'the source answers, but its list is of 2026-04-28 10:00 EDT, more than 7 days ago: it seems to have stopped publishing' \
		"$(status_of stopped reason)"
	# The same list of a later time makes no generation, but is recent again.
	fedramp 2026-05-05T09:00:00.000Z 'FedRAMP Authorized'
	pull 0 stopped "$AT/200"
	said '^unchanged: generation 1 stays'
	sed -i '/^lacks /d' "$WORK/stopped/state"
	equal fresh no "$(status_of stopped stale)"
}

# What an interchange list states of itself is doubled; one that states nothing has no limit.
publishes_every() {
	local period limit
	clock '2026-04-29 12:00'
	while read -r period limit; do
		rm -rf "$WORK/every"
		list 2026-04-28 registered "\"publishes_every\":\"$period\","
		pull 0 every "$AT/200"
		equal "$period" "$limit" "$(of_state every publication-limit)"
	done <<-'LIMITS'
		P1D 172800000
		P1W 1209600000
		PT6H 43200000
		P1M 5356800000
		P1Y2M3W4DT5H6M7S 78315134000
		PT1M 120000
	LIMITS
	for period in '' P PT 7D P1 P1DT P1H PT1D P1.5D -P1D P99999D P0D 'P1D ' P1D1W P1D1D; do
		list 2026-04-28 registered "\"publishes_every\":\"$period\","
		pull 4 every "$WORK/served.json"
		said "'publishes_every' is not a duration such as P7D or PT6H"
	done
	list 2026-04-28 registered '"publishes_every":7,'
	pull 4 every "$WORK/served.json"
	rm -rf "$WORK/every"
	list 2026-04-28 registered '"publishes_every":null,'
	pull 0 every "$AT/200"
	clock '2027-04-29 12:00'
	pull 0 every "$AT/200"
	equal stale no "$(status_of every stale)"
}

# A mirror judges by what the origin knows.
of_the_origin() {
	local publish=("$SYNC" publish --store "$WORK/origin" --to "$WORK/www" --key "$WORK/signing" --expires 90d)
	clock '2026-04-29 12:00'
	list 2026-04-28 registered '"publishes_every":"P3D",'
	pull 0 origin "$AT/200"
	expect_code 0 "$SYNC" keygen --key "$WORK/signing"
	expect_code 0 "${publish[@]}"
	grep -q '"list-published": "2026-04-28T00:00:00Z"' "$WORK/www/head.json"
	grep -q '"list-limit": 518400' "$WORK/www/head.json"
	follow() { expect_code 0 "$SYNC" pull --store "$WORK/follower" --source mirror --from "$WORK/www" --pubkey "$WORK/signing.pub"; }
	follow
	spoken follower
	equal stale no "$(status_of follower stale)"
	clock '2026-05-04 12:00'
	pull 0 origin "$AT/200"
	expect_code 0 "${publish[@]}"
	follow
	equal stale yes "$(status_of follower stale)"
	status_of follower reason | grep -q 'seems to have stopped publishing'
	# An origin whose state is of another list says nothing of this one.
	sed -i 's/^chain ./chain x/' "$WORK/origin/state"
	expect_code 0 "${publish[@]}"
	fails grep -qE 'checked|held-until|list-' "$WORK/www/head.json"
	follow
	status_of follower reason | grep -q 'nothing says that the list was ever checked'
}

# run's log says why, once for each reason.
told_once() {
	local child i
	export ISMAP_SYNC_CLOCK='now synchronised'
	list 2025-04-28 registered '"publishes_every":"P3D",'
	"$SYNC" run --store "$WORK/served" --source interchange --from "$AT/200" --every 1s >"$WORK/log" 2>&1 &
	child=$!
	for ((i = 0; i < 400; i++)); do
		[ "$(grep -c '^unchanged' "$WORK/log")" -ge 2 ] && break
		sleep 0.05
	done
	equal once 1 "$(grep -c 'seems to have stopped publishing' "$WORK/log")"
	list "$(date -u +%F)" registered '"publishes_every":"P3D",'
	for ((i = 0; i < 400; i++)); do
		grep -q 'may be relied on again' "$WORK/log" && break
		sleep 0.05
	done
	kill "$child"
	wait "$child"
	grep -q "$WORK/served: the list may be relied on again" "$WORK/log"
}

test_case "every way to a list leaves a state that speaks of it" every_way
test_case "a state beside another list says nothing: all is asked for anew" copied_apart
test_case "a run that was killed behind its switch is fresh by its last check, and asks anew" killed_behind
test_case "a current that leads nowhere falls back to the newest whole generation" dangling
test_case "a store without current goes on with the newest whole generation" without_current
test_case "a source that answers, but has stopped publishing, is stale" stopped
test_case "a list states how often it is published" publishes_every
test_case "a mirror judges by its origin's list" of_the_origin
test_case "run says once why a list is stale, and when it isn't any more" told_once
finish
