#!/usr/bin/env bash
# https: whom we trust, where we follow, through whom we go, and how much we take.
# After each failure: the sentence, the exit status, the old list whole, and a
# mounted driver that tells the same.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
: >"$WORK/requests"
: >"$WORK/proxy.requests"
python3 "$TOP/tests/publications/fedramp.py" --plain --services 30 --day "$(date -u +%F)" >"$WORK/data.json"
python3 "$TOP/tests/publications/fedramp_today.py" convert "$WORK/data.json" >"$WORK/served.json"

authority() { # NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
		-keyout "$WORK/$1.key" -out "$WORK/$1.pem" 2>/dev/null
}

certificate() { # NAME AUTHORITY ALTERNATIVE-NAME
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=server \
		-keyout "$WORK/$1.key" -out "$WORK/$1.request" 2>/dev/null
	echo "subjectAltName=$3" >"$WORK/$1.extensions"
	openssl x509 -req -days 2 -in "$WORK/$1.request" -CA "$WORK/$2.pem" -CAkey "$WORK/$2.key" -CAcreateserial \
		-extfile "$WORK/$1.extensions" -out "$WORK/$1.pem" 2>/dev/null
}

authority ours
authority stranger
certificate right ours IP:127.0.0.1
certificate other-name ours DNS:other.example
certificate of-stranger stranger IP:127.0.0.1
for name in right other-name of-stranger; do
	start_server "$WORK/$name.port" python3 "$TOP/tests/servers/scripted_http.py" "$WORK" 0 "$WORK/$name.pem" "$WORK/$name.key"
done
start_server "$WORK/plain.port" python3 "$TOP/tests/servers/scripted_http.py" "$WORK"
start_server "$WORK/proxy.port" python3 "$TOP/tests/servers/proxy.py" "$WORK"
AT=https://127.0.0.1:$(cat "$WORK/right.port")
PLAIN=http://127.0.0.1:$(cat "$WORK/plain.port")
PROXY=127.0.0.1:$(cat "$WORK/proxy.port")
STORE=$WORK/store
M=$WORK/mnt

# pull CODE FROM [OPTIONS…]: with our authority; asked once.
pull() {
	local code=$1 from=$2
	shift 2
	expect_code "$code" "$SYNC" pull --store "$STORE" --source fedramp --retries 0 --from "$from" \
		--cacert "$WORK/ours.pem" "$@"
}

requests() { grep -c -- " /$1 " "$WORK/requests"; }
state_of() { sed -n "s/^$1 //p" "$STORE/state"; }

# The mount follows within a second or so.
shows() { # FILE CONTENT
	local i
	[ -n "${MOUNTED:-}" ] || return 0
	for ((i = 0; i < 60; i++)); do
		[ "$(cat "$M/.registry/$1")" = "$2" ] && return 0
		sleep 0.05
	done
	equal "$M/.registry/$1" "$(cat "$M/.registry/$1")" "$2"
}

# refused SENTENCE FROM [OPTIONS…]: 3, the sentence, the same in the state and the mount; nothing else changed.
refused() {
	local sentence=$1 success attempt
	shift
	success=$(state_of last-success)
	attempt=$(state_of last-attempt)
	pull 3 "$@"
	said "$sentence"
	equal "lines said" 1 "$(wc -l <"$WORK/.said")"
	equal "last error" "ismap-sync: $(state_of last-error)" "$(cat "$WORK/.said")"
	equal "last success" "$success" "$(state_of last-success)"
	[ "$(state_of last-attempt)" -gt "$attempt" ]
	equal current generations/1.db "$(readlink "$STORE/current")"
	equal rejected "" "$(ls "$STORE/rejected" 2>/dev/null)"
	expect_code 0 "$SYNC" verify --store "$STORE"
	shows last-error "$(state_of last-error)"
	shows last-attempt "$(date -u -d "@$(($(state_of last-attempt) / 1000))" +%FT%TZ)"
	shows checked "$(date -u -d "@$((success / 1000))" +%FT%TZ)"
	shows stale no
	shows generation 1
}

trusted() {
	pull 0 "$AT/200/a"
	said '^changed: generation 1.*30 services'
	pull 0 "$AT/200/a"
	said 'unchanged: the source says that nothing is newer'
	pull 0 "$AT/gzip/a"
	said 'unchanged'
}

distrusted() {
	local at
	refused "certificate problem: .*check the clock, the host's name and the trusted certificates" \
		"https://127.0.0.1:$(cat "$WORK/of-stranger.port")/200/b"
	refused 'no alternative certificate subject name matches' "https://127.0.0.1:$(cat "$WORK/other-name.port")/200/b"
	# Without --cacert nobody vouches for the right one either.
	for at in of-stranger right; do
		expect_code 3 "$SYNC" pull --store "$STORE" --source fedramp --retries 0 \
			--from "https://127.0.0.1:$(cat "$WORK/$at.port")/200/b"
		said 'certificate problem'
	done
	equal requests 0 "$(requests 200/b)"
	pull 2 "$AT/200/b" --cacert "$WORK/missing.pem"
	said 'missing.pem can.t be read'
	pull 2 "$AT/200/b" --cacert "$WORK/served.json"
	said 'no certificate can be read from the certificate file given'
	pull 0 "$AT/200/b"
	shows last-error ''
}

# Neither by an option nor by what curl's own tools obey.
verification_stays() {
	local option at
	at=https://127.0.0.1:$(cat "$WORK/of-stranger.port")/200/c
	for option in --insecure -k --no-check-certificate --no-verify; do
		expect_code 2 "$SYNC" pull --store "$STORE" --source fedramp --from "$at" "$option"
	done
	mkdir -p "$WORK/home/.config"
	echo insecure | tee "$WORK/home/.curlrc" >"$WORK/home/.config/curlrc"
	expect_code 3 env HOME="$WORK/home" CURL_HOME="$WORK/home" CURL_INSECURE=1 SSL_VERIFY=0 SSL_NO_VERIFY=1 \
		"$SYNC" pull --store "$STORE" --source fedramp --retries 0 --from "$at"
	said 'certificate problem'
	equal requests 0 "$(requests 200/c)"
}

redirects() {
	echo "$AT/200/d" >"$WORK/whole"
	echo /200/d >"$WORK/part"
	echo "https://127.0.0.1:$(cat "$WORK/other-name.port")/200/d" >"$WORK/port-of-another"
	echo "https://localhost:$(cat "$WORK/right.port")/200/d" >"$WORK/host"
	echo "$PLAIN/200/d" >"$WORK/plainly"
	echo "file://$WORK/served.json" >"$WORK/file"
	pull 0 "$AT/to-whole/d"
	pull 0 "$AT/to-part/d"
	equal requests 2 "$(requests 200/d)"
	for name in host port-of-another plainly file; do
		refused "redirects to another place, $(cat "$WORK/$name"), and isn't followed" "$AT/to-$name/d"
	done
	equal requests 2 "$(requests 200/d)"
	echo "/to-loop/d" >"$WORK/loop"
	refused 'redirects more than 5 times' "$AT/to-loop/d"
}

too_much() {
	refused 'larger than' "$AT/endless/e"
	refused 'larger than' "$AT/1gb/e"
	refused 'larger than 67108864 bytes when unpacked \(gzip\)' "$AT/bomb/e"
	# What libcurl calls want of memory, which would end a run that goes on for months.
	refused 'a header is longer than libcurl reads' "$AT/header/e"
}

broken_off() {
	refused "can't be fetched: .*try again later" "$AT/cut/f"
	refused 'damaged or incomplete gzip' "$AT/half/f"
	refused "isn't available now \(status 500\); try again later" "$AT/500/f"
	refused "isn't available now \(status 429\); try again later" "$AT/429-7200/f"
	refused "doesn't exist there \(status 404\); check the address" "$AT/404/f"
	equal "requests of 404" 1 "$(requests 404/f)"
	# The second time it works.
	pull 0 "$AT/429-1,500,cut,200/f" --retries 4 --retry-delay 10ms
	equal requests 4 "$(requests 429-1,500,cut,200/f)"
	shows last-error ''
	shows stale no
}

# Began with the script, as it takes half a minute.
slow_bytes() {
	local i
	for ((i = 0; i < 900; i++)); do
		grep -q '^exit ' "$WORK/slow.said" && break
		sleep 0.1
	done
	cat "$WORK/slow.said"
	grep -q '^exit 3' "$WORK/slow.said"
	grep -q 'Operation too slow.*try again later' "$WORK/slow.said"
	[ ! -e "$WORK/slow" ]
}

through_a_proxy() {
	local name
	for name in https_proxy HTTPS_PROXY all_proxy ALL_PROXY; do
		: >"$WORK/proxy.requests"
		expect_code 0 env "$name=http://$PROXY" "$SYNC" pull --store "$STORE" --source fedramp \
			--cacert "$WORK/ours.pem" --from "$AT/200/g"
		equal "proxy's requests" "CONNECT ${AT#https://}" "$(cat "$WORK/proxy.requests")"
	done
	# Where no proxy is wanted, and to this machine over http, there is none.
	: >"$WORK/proxy.requests"
	expect_code 0 env https_proxy="http://$PROXY" no_proxy=127.0.0.1 "$SYNC" pull --store "$STORE" --source fedramp \
		--cacert "$WORK/ours.pem" --from "$AT/200/g"
	expect_code 0 env http_proxy="http://$PROXY" all_proxy="http://$PROXY" "$SYNC" pull --store "$STORE" \
		--source fedramp --from "$PLAIN/200/g"
	equal "proxy's requests" "" "$(cat "$WORK/proxy.requests")"
}

# Through a proxy the server's certificate is verified, too.
proxy_changes_no_trust() {
	export https_proxy=http://$PROXY
	refused 'certificate problem' "https://127.0.0.1:$(cat "$WORK/of-stranger.port")/200/h"
}

proxy_refuses() {
	local before
	export https_proxy=http://$PROXY
	echo login >"$WORK/proxy.mode"
	before=$(wc -l <"$WORK/proxy.requests")
	refused 'the proxy answers with status 407; check the proxy and its login' "$AT/200/i" --retries 3
	equal "requests for what won't get better" 1 $(($(wc -l <"$WORK/proxy.requests") - before))
	https_proxy=http://user:secret@$PROXY pull 0 "$AT/200/i"
	fails grep -r secret "$STORE/state"
	echo 503 >"$WORK/proxy.mode"
	refused 'the proxy answers with status 503; try again later' "$AT/200/i"
	rm "$WORK/proxy.mode"
	https_proxy=http://127.0.0.1:9 refused 'check the address, the network and the proxy' "$AT/200/i"
}

# However odd it is, and whoever states it: on the way here nobody writes a password down.
passwords_are_not_told() {
	local proxy from
	unset https_proxy
	: >"$WORK/told"
	for proxy in http://us:s3cret@127.0.0.1:9 'http://us:x#s3cret@127.0.0.1:9' us:s3cret@127.0.0.1:9 ftp://us:s3cret@127.0.0.1:9 \
		"ftp://us:'s3cret@127.0.0.1:9" http://us:s3cret@no.such.invalid 'http://us:x/s3cret@127.0.0.1:9' \
		'http://us:x s3cret@127.0.0.1:9' http://us:s3cret@127.0.0.1:99999; do
		https_proxy=$proxy pull 3 "$AT/200/i" --verbose
		cat "$WORK/.said" "$STORE/state" >>"$WORK/told"
	done
	for from in "https://us:s3cret@${AT#*//}/200/i" "https://us:x#s3cret@${AT#*//}/200/i" https://s3cret@; do
		"$SYNC" pull --store "$STORE" --source fedramp --retries 0 --verbose --from "$from" || true
		"$SYNC" probe --from "$from" || true
		"$SYNC" pull --store "$STORE" --source mirror --retries 0 --from "$from" --pubkey "$WORK/ours.pem" || true
		timeout 2 "$SYNC" run --store "$STORE" --source fedramp --every 1s --retries 0 --from "$from" || true
		cat "$STORE/state"
	done >>"$WORK/told" 2>&1
	echo "https://us:s3cret@127.0.0.2/x" >"$WORK/secret"
	pull 3 "$AT/to-secret/i"
	said 'redirects to another place, https://127.0.0.2/x, and'
	cat "$WORK/.said" "$STORE/state" >>"$WORK/told"
	[ "$(wc -l <"$WORK/told")" -gt 100 ]
	fails grep s3cret "$WORK/told"
	fails grep -r s3cret "$STORE"
	pull 0 "$AT/200/i"
}

# run: the same network, and a mount that tells of it meanwhile.
service_and_mount() {
	local from="$AT/503,503,200/j" running i
	timeout -k 5 60 "$SYNC" run --store "$STORE" --source fedramp --from "$from" --cacert "$WORK/ours.pem" --every 1s \
		--retries 0 >"$WORK/run.said" 2>&1 &
	running=$!
	shows last-error "$from isn't available now (status 503); try again later"
	for ((i = 0; i < 100; i++)); do
		[ "$(requests "503,503,200/j")" -ge 3 ] && break
		sleep 0.1
	done
	shows last-error ''
	[ -z "${MOUNTED:-}" ] || [ -s "$M/.registry/next-try" ]
	kill "$running"
	wait "$running"
}

looks_names_up() {
	[ "$(id -u)" = 0 ] || skip "a network of its own is root's"
	unshare -nm true 2>/dev/null || skip "a network of its own isn't allowed here"
	mkdir -p "$WORK/registry"
	cp "$WORK/served.json" "$WORK/registry/list.json"
	echo 'nameserver 127.0.0.1' >"$WORK/resolv.conf"
	# shellcheck disable=SC2016 # the inner shell's
	timeout 60 unshare -nm bash -ec 'mount --bind "$1/resolv.conf" "$(realpath /etc/resolv.conf)"
		exec python3 "$2" "$1/registry" "$3" pull --store "$1/named" --source fedramp \
			--from https://registry.test/list.json --cacert "$1/registry/authority.pem" --retries 0' \
		- "$WORK" "$TOP/tests/servers/named_https.py" "$SYNC" | grep '^changed: generation 1'
}

{
	timeout 120 "$SYNC" pull --store "$WORK/slow" --source fedramp --retries 0 --from "$AT/trickle/k" \
		--cacert "$WORK/ours.pem" 2>&1
	echo "exit $?"
} >"$WORK/slow.said" &
CHILDREN+=($!)
test_case "an authority given with --cacert is trusted" trusted
if can_mount && mount_store "$STORE" "$M"; then
	MOUNTED=yes
fi
test_case "another authority, another name, nobody: refused before anything is asked" distrusted
test_case "verification can't be turned off" verification_stays
test_case "redirects within the host are followed; to another, to http: and to file: not" redirects
test_case "64 MB are the limit, before and after unpacking" too_much
test_case "cut, half of a gzip, 404, 429, 500: said, noted, shown in the mount" broken_off
test_case "proxies from the environment, but not to this machine over http" through_a_proxy
test_case "a proxy changes nothing about certificates" proxy_changes_no_trust
test_case "a proxy that refuses, or isn't there" proxy_refuses
test_case "no password of an address or of a proxy is told or kept" passwords_are_not_told
test_case "run: a mount tells of each failure, and of its end" service_and_mount
test_case "bytes that trickle are a failure, and leave no store" slow_bytes
test_case "names are looked up, and certificates checked, in the sandbox" looks_names_up
finish
