#!/usr/bin/env bash
# Mirrors over the network: nginx as the origin's web server, nginx with a cache
# as an edge before it; and the same with network namespaces as hosts.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"

[ -x /usr/sbin/nginx ] || {
	echo "skip - mirrors over the network: there is no nginx"
	exit 0
}

"$SYNC" keygen --key "$KEY" >/dev/null
mkdir "$WORK/web" "$WORK/origin-server" "$WORK/edge" "$WORK/late-edge"
ORIGIN_PORT=$(free_port)
EDGE_PORT=$(free_port)
LATE_PORT=$(free_port)
ORIGIN=http://127.0.0.1:$ORIGIN_PORT
EDGE=http://127.0.0.1:$EDGE_PORT
LATE=http://127.0.0.1:$LATE_PORT
# One second, so that the edge asks again soon; the late one keeps a head for an hour.
HEAD_AGE=1 origin_server "$WORK/origin-server" "$WORK/web" "127.0.0.1:$ORIGIN_PORT"
edge_server "$WORK/edge" "$ORIGIN" "127.0.0.1:$EDGE_PORT"
edge_server "$WORK/late-edge" "$ORIGIN" "127.0.0.1:$LATE_PORT"
sed -i 's/proxy_cache edge;/& proxy_ignore_headers Cache-Control; proxy_cache_valid 200 1h;/' "$WORK/late-edge/conf"
serve "$WORK/origin-server"
serve "$WORK/edge"
serve "$WORK/late-edge"
wait_for "$ORIGIN" && wait_for "$EDGE" && wait_for "$LATE"

next() { # DAY
	origin "2026-01-$1" --rename "FR9000000003=Name of $1" >/dev/null
	publish "$WORK/web" --expires 365d >/dev/null
}

# Until the edge's copy of the head is too old for it.
head_ages() { sleep 2.1; }

next 10
# The ETag of a head says that it is the same only when the head's second is over.
head_ages

# answered WHAT COUNT DIRECTORY PATTERN: so many of a server's answers match. It logs each when it has given it.
answered() {
	local i
	for ((i = 0; i < 200; i++)); do
		[ "$(requests "$3" "$4")" -lt "$2" ] || break
		sleep 0.02
	done
	equal "$1" "$2" "$(requests "$3" "$4")"
}

through_an_edge() {
	local i
	for i in 1 2 3 4 5 6; do
		pull_mirror 0 "$WORK/m$i" "$EDGE"
		cmp "$WORK/m$i/current" "$WORK/origin/current"
	done
	answered "objects that the origin was asked for" 1 "$WORK/origin-server" '^200 .* /objects/'
	answered "signatures" 1 "$WORK/origin-server" '^200 .* /signatures/'
	answered "objects that the edge was asked for" 6 "$WORK/edge" '^200 .* /objects/'
	# Head, signature, object: one connection each pull.
	equal "connections to the edge" 6 "$(awk '{ print $3 }' "$WORK/edge/access" | sort -u | wc -l)"
}
test_case "six mirrors behind an edge: the origin is asked once for each file" through_an_edge

nothing_new_costs_nothing() {
	local before
	before=$(requests "$WORK/edge" .)
	pull_mirror 0 "$WORK/m1" "$EDGE"
	said 'the source says that nothing is newer'
	answered "requests" $((before + 1)) "$WORK/edge" .
	equal "status and bytes" "304 0" "$(tail -n 1 "$WORK/edge/access" | cut -d ' ' -f 1,2)"
}
test_case "nothing new: one request, answered by 304" nothing_new_costs_nothing

# The signed head is what a mirror's list is proved by; the server would say that nothing is newer.
# One letter might not be in a signature, eight are.
a_lost_head_comes_back() {
	local how
	for how in rm 'truncate -s 100' 'sed -i 2y/ABCDEFGH/BADCFEHG/' 'sed -i s/fedramp/fedramq/'; do
		# shellcheck disable=SC2086 # words
		$how "$WORK/m1/mirror/head"
		pull_mirror 0 "$WORK/m1" "$EDGE"
		said '^unchanged: generation [0-9]+ stays; its signature holds'
		keeps_its_head "$WORK/m1"
		pull_mirror 0 "$WORK/m1" "$EDGE"
		said 'the source says that nothing is newer'
	done
}
test_case "a mirror that lost its head, or has a damaged one, asks for it again" a_lost_head_comes_back

# Some stores of objects put words there that name no encoding, and hand them out.
an_encoding_that_is_none() {
	local word port
	for word in aws-chunked UTF-8; do
		port=$(free_port)
		mkdir "$WORK/$word"
		origin_server "$WORK/$word" "$WORK/web" "127.0.0.1:$port"
		sed -i "s/add_header/add_header Content-Encoding $word; &/" "$WORK/$word/conf"
		serve "$WORK/$word"
		wait_for "http://127.0.0.1:$port"
		curl -s -o "$WORK/odd.head" -D "$WORK/odd.headers" "http://127.0.0.1:$port/head.json"
		grep -i "^content-encoding: $word" "$WORK/odd.headers"
		pull_mirror 0 "$WORK/odd.$word" "http://127.0.0.1:$port"
		cmp "$WORK/odd.$word/current" "$WORK/origin/current"
		kill "${CHILDREN[-1]}"
	done
}
test_case "a Content-Encoding that names none doesn't stop a mirror" an_encoding_that_is_none

a_delta_a_day() {
	local day i bytes
	pull_mirror 0 "$WORK/behind" "$LATE"
	for day in 11 12 13; do
		next "$day"
		head_ages
		: >"$WORK/edge/access"
		for i in 1 2; do
			pull_mirror 0 "$WORK/m$i" "$EDGE"
			said 'by 1 delta$'
		done
		# All of a pull, head and signature too.
		bytes=$(head -n 3 "$WORK/edge/access" | awk '{ sum += $2 } END { print sum }')
		echo "$bytes bytes for a day, of $(jq .object.size "$WORK/web/head.json")"
		[ $((bytes * 20)) -lt "$(jq .object.size "$WORK/web/head.json")" ]
	done
	cmp "$WORK/m1/current" "$WORK/origin/current"
	pull_mirror 0 "$WORK/m3" "$EDGE"
	said 'by 3 deltas$'
	cmp "$WORK/m3/current" "$WORK/origin/current"
}
test_case "a day's delta costs less than 5 % of the whole object" a_delta_a_day

an_edge_with_a_stale_head() {
	local before
	before=$(state_of_list "$WORK/m1")
	# It serves the first head still. That is a whole set for a new mirror …
	pull_mirror 0 "$WORK/behind" "$LATE"
	said '^unchanged'
	pull_mirror 0 "$WORK/new" "$LATE"
	said '^changed: generation 1'
	# … and nothing to go back to for one that is further.
	pull_mirror 4 "$WORK/m1" "$LATE"
	said 'a cache lags behind, or an attacker replays an old head'
	equal "the store" "$before" "$(state_of_list "$WORK/m1")"
	# The right edge again.
	pull_mirror 0 "$WORK/m1" "$EDGE"
	equal "last error" "" "$(sed -n 's/^last-error //p' "$WORK/m1/state")"
}
test_case "an edge with a stale head: a sentence, and the list stays" an_edge_with_a_stale_head

# An edge has the newest head, of which it got a piece wrong, once.
an_edge_with_a_spoilt_object() {
	local object
	next 14
	object=$(jq -r .object.sha256 "$WORK/web/head.json")
	mv "$WORK/web/objects/$object" "$WORK/kept"
	head -c 5000 "$WORK/kept" >"$WORK/web/objects/$object"
	head_ages
	pull_mirror 4 "$WORK/empty" "$EDGE"
	said 'is cut off: 5000 of [0-9]+ bytes came'
	[ ! -e "$WORK/empty/current" ]
	cp "$WORK/kept" "$WORK/web/objects/$object"
	# The edge keeps what it has for a year; whoever comes by a delta has no need of it.
	pull_mirror 0 "$WORK/m1" "$EDGE"
	pull_mirror 4 "$WORK/empty" "$EDGE"
	grep -rlsa "objects/$object" "$WORK/edge/cache" | xargs rm
	pull_mirror 0 "$WORK/empty" "$EDGE"
	cmp "$WORK/empty/current" "$WORK/origin/current"
}
test_case "an edge with a spoilt object: refused, until it is mended" an_edge_with_a_spoilt_object

in_the_middle_of_publishing() {
	local child i
	(for i in 15 16 17 18; do next "$i"; done) &
	child=$!
	for ((i = 0; i < 400; i++)); do
		kill -0 "$child" 2>/dev/null || break
		pull_mirror 0 "$WORK/m4" "$ORIGIN" --quiet
		pull_mirror 0 "$WORK/m5" "$EDGE" --quiet
	done
	wait "$child"
	echo "$i pulls"
	pull_mirror 0 "$WORK/m4" "$ORIGIN"
	cmp "$WORK/m4/current" "$WORK/origin/current"
}
test_case "in the middle of publishing, every pull finds a whole set" in_the_middle_of_publishing

without_an_origin() {
	head_ages
	pull_mirror 0 "$WORK/m5" "$EDGE"
	kill "${CHILDREN[0]}"
	head_ages
	pull_mirror 3 "$WORK/m6" "$ORIGIN" --retries 0
	expect_code 0 "$SYNC" verify --store "$WORK/m6"
	pull_mirror 0 "$WORK/m6" "$EDGE"
	cmp "$WORK/m6/current" "$WORK/origin/current"
}
test_case "the origin is gone: an edge goes on with what it has; without one, the list stays" without_an_origin

# Four hosts on one wire.
PREFIX=ismapfs-$$
hosts() {
	local names=(origin edge one two) i
	[ "$(id -u)" = 0 ] && command -v ip >/dev/null &&
		ip netns add "$PREFIX-wire" 2>/dev/null &&
		ip -n "$PREFIX-wire" link add wire type bridge &&
		ip -n "$PREFIX-wire" link set wire up || return 1
	for i in "${!names[@]}"; do
		ip netns add "$PREFIX-${names[i]}" &&
			ip -n "$PREFIX-wire" link add "to-${names[i]}" type veth peer name wire0 netns "$PREFIX-${names[i]}" &&
			ip -n "$PREFIX-wire" link set "to-${names[i]}" master wire up &&
			ip -n "$PREFIX-${names[i]}" address add "10.77.0.$((i + 1))/24" dev wire0 &&
			ip -n "$PREFIX-${names[i]}" link set wire0 up &&
			ip -n "$PREFIX-${names[i]}" link set lo up || return 1
	done
}

remove_hosts() {
	local name
	for name in wire origin edge one two; do
		ip netns delete "$PREFIX-$name" 2>/dev/null
	done
}
trap 'clean_up; remove_hosts' EXIT

certify() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=mirrors \
		-addext subjectAltName=IP:10.77.0.2 -keyout "$WORK/tls.key" -out "$WORK/tls.pem" 2>/dev/null
}

on() { # CODE HOST COMMAND…
	local code=$1 host=$2
	shift 2
	expect_code "$code" ip netns exec "$PREFIX-$host" "$@"
}

between_hosts() {
	local host
	for host in one two; do
		on 0 $host "$SYNC" pull --store "$WORK/on-$host" --source mirror --from https://10.77.0.2 \
			--pubkey "$KEY.pub" --cacert "$WORK/tls.pem"
		cmp "$WORK/on-$host/current" "$WORK/origin/current"
	done
	equal "objects that the origin was asked for" 1 "$(requests "$WORK/far-origin" '^200 .* /objects/')"
	# Nobody vouches for the edge; and beyond this machine, not a word in the clear.
	on 3 one "$SYNC" pull --store "$WORK/untrusting" --source mirror --from https://10.77.0.2 --pubkey "$KEY.pub"
	on 2 one "$SYNC" pull --store "$WORK/clear" --source mirror --from http://10.77.0.1 --pubkey "$KEY.pub"
}

if hosts && certify; then
	mkdir "$WORK/far-origin" "$WORK/far-edge"
	# The edge's own way to the origin is in the clear; mirrors' way to it never is.
	origin_server "$WORK/far-origin" "$WORK/web" 10.77.0.1:80
	EDGE_TLS="ssl_certificate $WORK/tls.pem; ssl_certificate_key $WORK/tls.key;" \
		edge_server "$WORK/far-edge" http://10.77.0.1 10.77.0.2:443 ssl
	serve "$WORK/far-origin" ip netns exec "$PREFIX-origin"
	serve "$WORK/far-edge" ip netns exec "$PREFIX-edge"
	wait_for http://10.77.0.1:80 ip netns exec "$PREFIX-one" &&
		wait_for https://10.77.0.2 ip netns exec "$PREFIX-one"
	test_case "hosts of their own, over https: origin, edge, two mirrors" between_hosts
else
	echo "skip - hosts of their own: network namespaces can't be made here"
fi
finish
