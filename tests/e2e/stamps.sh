#!/usr/bin/env bash
# Time stamps: each new chain is stamped by an authority, whose absence or nonsense holds up nothing; what is kept is
# what openssl(1) accepts; what was altered is found.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
command -v openssl >/dev/null || { test_case "time stamps" skip "openssl is not installed"; finish; }
STORE=$WORK/store

# authority NAME SECONDS: $WORK/NAME is its folder, $WORK/NAME.port its port.
authority() {
	mkdir "$WORK/$1"
	echo stamp >"$WORK/$1/word"
	start_server "$WORK/$1.port" python3 "$TOP/tests/servers/authority.py" "$WORK/$1" "$2"
}
answers() { echo "$1" >"$WORK/tsa/word"; }
authority tsa 172800
authority brief 8
TSA=http://127.0.0.1:$(cat "$WORK/tsa.port")/
BRIEF=http://127.0.0.1:$(cat "$WORK/brief.port")/

mkdir "$WORK/lists"
python3 "$TOP/tests/publications/years.py" "$WORK/lists" 19
pull() { # CODE STORE NUMBER OPTIONS…
	expect_code "$1" "$SYNC" pull --store "$2" --source interchange --from "$(printf '%s/lists/%04d.json' "$WORK" "$3")" \
		--accept-loss "${@:4}"
}
newest() { sqlite3 "$1/current" 'SELECT max(id) FROM generation'; }
chain_of() { sqlite3 "$1/current" "SELECT chain FROM generation WHERE id = $2"; }
stamp_of() { echo "$1/stamps/$2-$(chain_of "$1" "$2").tsr"; }
waiting() { find "$1/stamps" -name '*.tsq' -printf x | wc -c; }
requests() { wc -l <"$WORK/tsa/requests"; }
listed() { "$SYNC" stamps --store "$1" "${@:2}" | cut -f 1,3 | paste -sd' '; }
# By another program, which knows the chain and the authority alone.
openssl_accepts() { # STORE GENERATION AUTHORITY OPTIONS…
	openssl ts -verify -digest "$(chain_of "$1" "$2")" -in "$(stamp_of "$1" "$2")" -CAfile "$3" "${@:4}" >/dev/null 2>&1
}

until_true() { # CONDITION: twenty seconds at most
	for _ in {1..400}; do
		if eval "$1"; then return; fi
		sleep 0.05
	done
	echo "not so after 20 s: $1"
	return 1
}

# While the others run: one that is valid for seconds, and then says nothing.
pull 0 "$WORK/brief.store" 0 --quiet --tsa "$BRIEF"
echo hang >"$WORK/brief/word"
{
	began=$SECONDS
	# Not by pull(), as what that said is for one at a time.
	timeout 120 "$SYNC" pull --store "$WORK/brief.store" --source interchange --from "$WORK/lists/0001.json" \
		--accept-loss --tsa "$BRIEF" >"$WORK/brief.result" 2>&1
	echo "exit $? after $((SECONDS - began))" >>"$WORK/brief.result"
} &
SLOW=$!
CHILDREN+=("$SLOW")

current_at_once() {
	until_true '[ "$(newest "$WORK/brief.store")" = 2 ] && [ -s "$WORK/brief/requests" ] && grep -q hang "$WORK/brief/requests"'
	kill -0 "$SLOW"
	equal waiting 1 "$(waiting "$WORK/brief.store")"
	expect_code 0 "$SYNC" verify --store "$WORK/brief.store"
	kill -0 "$SLOW"
}
test_case "the list is current while the authority says nothing" current_at_once

stamped() {
	pull 0 "$STORE" 0 --tsa "$TSA"
	said '^stamped: generation 1 at 20[0-9T:-]+Z by Test time stamps$'
	equal "requests: type and size" "stamp application/timestamp-query" "$(cut -d' ' -f 1,2 "$WORK/tsa/requests")"
	equal "files" "$(stamp_of "$STORE" 1)" "$(find "$STORE/stamps" -type f)"
	equal mode 644 "$(stat -c %a "$(stamp_of "$STORE" 1)")"
	openssl_accepts "$STORE" 1 "$WORK/tsa/ca.pem"
	fails openssl_accepts "$STORE" 1 "$WORK/tsa/other.pem"
	# The chain is in no other form there: its checksum isn't what is stamped.
	openssl ts -reply -in "$(stamp_of "$STORE" 1)" -text 2>/dev/null >"$WORK/text"
	grep -qx 'Hash Algorithm: sha256' "$WORK/text"
	# Again: nothing is asked.
	pull 0 "$STORE" 0 --tsa "$TSA"
	equal requests 1 "$(requests)"
	pull 0 "$STORE" 1
	[ ! -e "$(stamp_of "$STORE" 2)" ]
	equal "waiting, as nobody asked" 0 "$(waiting "$STORE")"
	# Both that have none come after one that has one.
	pull 0 "$STORE" 2 --tsa "$TSA"
	equal listed "1 whole 2 whole 3 whole" "$(listed "$STORE" | tr '\t' ' ')"
	openssl_accepts "$STORE" 2 "$WORK/tsa/ca.pem"
	openssl_accepts "$STORE" 3 "$WORK/tsa/ca.pem"
}
test_case "each new generation's chain is stamped once, and openssl accepts what is kept" stamped

first_of_many() {
	pull 0 "$WORK/many" 0
	pull 0 "$WORK/many" 1
	pull 0 "$WORK/many" 1 --tsa "$TSA"
	equal listed "2 whole" "$(listed "$WORK/many" | tr '\t' ' ')"
}
test_case "of a store that has no stamps, only the newest generation is stamped" first_of_many

# no_stamp WORD SENTENCE: the pull takes the list; the sentence is said once; 'status' says that it waits.
no_stamp() {
	local store=$WORK/without-$1
	cp -a "$STORE" "$store"
	answers "$1"
	pull 0 "$store" 3 --tsa "${URL:-$TSA}"
	said '^changed: generation 4'
	said "$2"
	said '1 generation waits for its time stamp, until the next pull'
	equal waiting 1 "$(waiting "$store")"
	[ ! -e "$(stamp_of "$store" 4)" ]
	expect_code 0 "$SYNC" status --store "$store"
	said '^stamps +3$'
	said '^stamps waiting +1$'
	equal "last error" none "$("$SYNC" status --store "$store" | sed -n 's/^last error *//p')"
	expect_code 0 "$SYNC" status --store "$store" --format json
	jq -e '.stamps == 3 and .stamps_waiting == 1' "$WORK/.said" >/dev/null
	expect_code 0 "$SYNC" status --store "$store" --format table
	said 'time stamps +3; 1 generation waits for its own'
	expect_code 0 "$SYNC" verify --store "$store"
	# The next pull, in vain: not a word. Then all that wait.
	pull 0 "$store" 3 --tsa "${URL:-$TSA}"
	fails grep -E 'stamp' "$WORK/.said"
	pull 0 "$store" 4 --tsa "${URL:-$TSA}"
	said '2 generations wait for their time stamps'
	expect_code 0 "$SYNC" stamps --store "$store"
	equal listed "1 whole 2 whole 3 whole 4 waiting 5 waiting" "$(listed "$store" | tr '\t' ' ')"
	answers stamp
	pull 0 "$store" 4 --tsa "$TSA" --quiet
	equal said "5 4" "$(sed -n 's/^stamped: generation \([0-9]*\) .*/\1/p' "$WORK/.said" | paste -sd' ')"
	equal waiting 0 "$(waiting "$store")"
	openssl_accepts "$store" 4 "$WORK/tsa/ca.pem"
	rm -rf "$store"
}
test_case "an authority that says it can't now" no_stamp 503 'available now'
test_case "one that stamps another checksum" no_stamp other 'refused: its time stamp is of another checksum'
test_case "one that answers another request" no_stamp nonce 'refused: its time stamp is of another request'
test_case "one that sends no certificate" no_stamp bare "refused: its time stamp isn't signed with a certificate that came along"
test_case "one whose signature is wrong" no_stamp broken "refused: its time stamp isn't signed with a certificate that came along"
test_case "one that refuses" no_stamp denied "grants no time stamp \(status 2\): 'Message digest algorithm is not supported"
test_case "one that sends something else" no_stamp noise 'refused: its answer is no time stamp'
test_case "one that sends more than a stamp" no_stamp longer 'refused: its answer is no time stamp'
test_case "one that sends without end" no_stamp endless 'larger than the limit'
URL=http://127.0.0.1:1/ test_case "one that is away" no_stamp stamp "can't be fetched|refused|connect"

by_hand() {
	local query
	cp -a "$STORE" "$WORK/hand"
	answers 503
	pull 0 "$WORK/hand" 3 --tsa "$TSA"
	answers stamp
	query=$(find "$WORK/hand/stamps" -name '*.tsq')
	curl -fsS -H 'Content-Type: application/timestamp-query' --data-binary "@$query" -o "${query%q}r" "$TSA"
	equal listed "1 trusted 2 trusted 3 trusted 4 trusted" "$(listed "$WORK/hand" --cacert "$WORK/tsa/ca.pem" | tr '\t' ' ')"
	pull 0 "$WORK/hand" 3 --tsa "$TSA"
	fails grep stamped "$WORK/.said"
	equal waiting 0 "$(waiting "$WORK/hand")"
	# What is no request of ours is made anew.
	answers 503
	pull 0 "$WORK/hand" 4 --tsa "$TSA"
	echo x >"$(find "$WORK/hand/stamps" -name '*.tsq')"
	answers stamp
	pull 0 "$WORK/hand" 4 --tsa "$TSA"
	said '^stamped: generation 5'
}
test_case "a request that waits can be sent by hand" by_hand

told() {
	expect_code 0 "$SYNC" stamps --store "$STORE" --cacert "$WORK/tsa/ca.pem" --format json
	jq -e 'length == 3 and all(.state == "trusted" and .authority == "Test time stamps") and (.[0].time | test("^20.*Z$"))' \
		"$WORK/.said" >/dev/null
	equal chain "$(chain_of "$STORE" 2)" "$(jq -r '.[1].chain' "$WORK/.said")"
	expect_code 1 "$SYNC" stamps --store "$STORE" --cacert "$WORK/tsa/other.pem"
	equal untrusted 3 "$(grep -c untrusted "$WORK/.said")"
	expect_code 2 "$SYNC" stamps --store "$STORE" --cacert "$WORK/tsa/word"
	expect_code 2 "$SYNC" stamps --store "$STORE" --cacert "$WORK/tsa/nothing"
	expect_code 0 "$SYNC" stamps --store "$STORE" --format table
	said '^ +1  20[0-9-]+ [0-9:]+ .* whole +Test time stamps$'
	# Another generation's stamp under a name; and one that fits its name, but not the store.
	cp -a "$STORE" "$WORK/moved"
	mv "$(stamp_of "$WORK/moved" 1)" "$(stamp_of "$WORK/moved" 2)"
	mv "$(stamp_of "$WORK/moved" 3)" "$WORK/moved/stamps/7-$(chain_of "$WORK/moved" 3).tsr"
	: >"$WORK/moved/stamps/notes"
	expect_code 1 "$SYNC" stamps --store "$WORK/moved"
	equal listed "2 altered 7 foreign" "$(listed "$WORK/moved" | tr '\t' ' ')"
	rm -r "$WORK/moved/stamps"
	expect_code 0 "$SYNC" stamps --store "$WORK/moved" --format json
	said 'has no time stamps'
	fails grep -q stamps <("$SYNC" status --store "$WORK/moved")
}
test_case "they are listed, and by whose authority; what isn't right has exit status 1" told

# While it waits for the authorities, which it reads last, a pull brings another generation, and stamps it.
meanwhile() {
	local pid
	cp -a "$STORE" "$WORK/meanwhile"
	mkfifo "$WORK/authorities" "$WORK/go"
	{ : >"$WORK/is-read" && cat "$WORK/go"; } >"$WORK/authorities" &
	CHILDREN+=($!)
	timeout 60 "$SYNC" stamps --store "$WORK/meanwhile" --cacert "$WORK/authorities" >"$WORK/meanwhile.said" 2>&1 &
	pid=$!
	until_true '[ -e "$WORK/is-read" ]'
	pull 0 "$WORK/meanwhile" 3 --tsa "$TSA"
	said '^stamped: generation 4'
	timeout 10 cat "$WORK/tsa/ca.pem" >"$WORK/go"
	wait "$pid" || { cat "$WORK/meanwhile.said"; return 1; }
	equal listed "1 trusted 2 trusted 3 trusted" "$(cut -f 1,3 "$WORK/meanwhile.said" | tr '\t' ' ' | paste -sd' ')"
}
test_case "a pull while authorities are read makes none of them foreign" meanwhile

unread() {
	cp -a "$STORE" "$WORK/unread"
	rm "$(stamp_of "$WORK/unread" 2)"
	mkdir "$(stamp_of "$WORK/unread" 2)"
	expect_code 5 "$SYNC" stamps --store "$WORK/unread"
	said "stamps/2-.*tsr can't be read: "
	fails grep -E 'altered|foreign' "$WORK/.said"
	head -c 70000 /dev/zero >"$WORK/large"
	rmdir "$(stamp_of "$WORK/unread" 2)"
	mv "$WORK/large" "$(stamp_of "$WORK/unread" 2)"
	expect_code 1 "$SYNC" stamps --store "$WORK/unread"
	equal listed "1 whole 2 altered 3 whole" "$(listed "$WORK/unread" | tr '\t' ' ')"
}
test_case "one that can't be read is an error, and not an altered one" unread

# Those of a long history that came at once: the newest 100 wait, and no other is ever asked for.
hundred() {
	mkdir "$WORK/long"
	python3 "$TOP/tests/publications/years.py" "$WORK/long" 103
	expect_code 0 "$SYNC" pull --store "$WORK/hundred" --source interchange --from "$WORK/long/0000.json" --tsa "$TSA" --quiet
	rm "$WORK/long/0000.json"
	local -x ISMAP_SYNC_CLOCK='2032-01-01T00:00:00Z synchronised'
	expect_code 0 "$SYNC" import-history --store "$WORK/hundred" --source interchange --accept-loss "$WORK"/long/*.json
	equal generations 103 "$(newest "$WORK/hundred")"
	expect_code 0 "$SYNC" pull --store "$WORK/hundred" --source interchange --from "$WORK/long/0102.json" --tsa http://127.0.0.1:1/
	equal waiting 100 "$(waiting "$WORK/hundred")"
	equal "the oldest of them" 4 "$(find "$WORK/hundred/stamps" -name '*.tsq' -printf '%f\n' | sort -n | head -n 1 | cut -d- -f 1)"
}
test_case "of more than 100 that came at once, the newest 100 wait" hundred

# At most 16 at a pull, the newest first. On a busy machine fewer, as a pull asks for seconds only.
eighteen() {
	local i began=0 stamped="" now
	pull 0 "$WORK/eighteen" 0 --tsa "$TSA"
	for ((i = 1; i <= 18; i++)); do pull 0 "$WORK/eighteen" "$i" --quiet; done
	for ((i = 0; i < 19; i++)); do
		began=$SECONDS
		pull 0 "$WORK/eighteen" 18 --tsa "$TSA"
		now=$(sed -n 's/^stamped: generation \([0-9]*\) .*/\1/p' "$WORK/.said" | paste -sd' ')
		[ $i != 0 ] || [ "$(wc -w <<<"$now")" = 16 ] || [ $((SECONDS - began)) -ge 9 ]
		[ "$(wc -w <<<"$now")" -le 16 ]
		stamped+="${stamped:+ }$now"
		[ "$(waiting "$WORK/eighteen")" != 0 ] || break
	done
	equal stamped "$stamped" "$(seq 19 -1 2 | paste -sd' ')"
}
test_case "of more than sixteen that wait, the rest is asked for at the next pull" eighteen

altered() {
	cp -a "$STORE" "$WORK/altered"
	rm "$(stamp_of "$WORK/altered" 1)" "$(stamp_of "$WORK/altered" 3)"
	python3 - "$(stamp_of "$WORK/altered" 2)" "$(chain_of "$STORE" 2)" "$WORK/tsa/ca.pem" "$SYNC" "$WORK/altered" <<-'EOF'
		import subprocess, sys
		file, chain, authority, sync, store = sys.argv[1:]
		with open(file, "rb") as opened:
		    whole = opened.read()
		def ends(*words):
		    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
		def compare(bytes_, what):
		    with open(file, "wb") as opened:
		        opened.write(bytes_)
		    theirs = ends("openssl", "ts", "-verify", "-digest", chain, "-in", file, "-CAfile", authority).returncode == 0
		    ours = ends(sync, "stamps", "--store", store, "--cacert", authority)
		    accepts = ours.returncode == 0 and ours.stdout.split(b"\t")[2] == b"trusted"
		    assert ours.returncode in (0, 1), what
		    assert theirs or not accepts, (what, ours.stdout)
		    return accepts
		assert compare(whole, "whole")
		found = [not compare(whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1:], i) for i in range(0, len(whole), 24)]
		# What isn't signed, such as the authority's own certificate, which is known already.
		assert sum(found) > len(found) / 2, found
		# All that the signature is of, and the signature.
		for needle in (bytes.fromhex(chain), whole[-32:]):
		    at = whole.index(needle)
		    for i in range(at, at + len(needle), 3):
		        assert not compare(whole[:i] + bytes([whole[i] ^ 128]) + whole[i + 1:], i), i
		for length in (0, 1, 40, len(whole) - 1):
		    assert not compare(whole[:length], length), length
		assert not compare(whole + b"\0", "longer") and not compare(whole * 60, "large")
	EOF
}
test_case "an altered one is found, and none is taken that openssl refuses" altered

left_alone() {
	local before
	cp -a "$STORE" "$WORK/origin"
	before=$(cd "$WORK/origin/stamps" && sha256sum -- *)
	expect_code 0 "$SYNC" prune --store "$WORK/origin" --keep 1
	equal "behind prune" "$before" "$(cd "$WORK/origin/stamps" && sha256sum -- *)"
	pull 0 "$WORK/origin" 3 --tsa "$TSA"
	expect_code 0 "$SYNC" stamps --store "$WORK/origin" --cacert "$WORK/tsa/ca.pem"
	equal trusted 5 "$(grep -c "	trusted" "$WORK/.said")"
	"$SYNC" keygen --key "$KEY" >/dev/null
	publish "$WORK/www" >/dev/null
	equal published "" "$(find "$WORK/www" -name '*.ts?')"
	# A mirror has the same chains, and stamps of its own.
	pull_mirror 0 "$WORK/mirror" "$WORK/www"
	[ ! -e "$WORK/mirror/stamps" ]
	pull_mirror 0 "$WORK/mirror" "$WORK/www" --tsa "$TSA"
	equal listed "5 whole" "$(listed "$WORK/mirror" | tr '\t' ' ')"
	openssl_accepts "$WORK/mirror" 5 "$WORK/tsa/ca.pem"
	pull 0 "$WORK/origin" 4
	publish "$WORK/www" >/dev/null
	pull_mirror 0 "$WORK/mirror" "$WORK/www"
	equal listed "5 whole" "$(listed "$WORK/mirror" | tr '\t' ' ')"
	expect_code 0 "$SYNC" verify --store "$WORK/mirror"
}
test_case "prune leaves them alone; they aren't published; a mirror has its own" left_alone

rewound() {
	local before
	cp -a "$STORE" "$WORK/rewound"
	before=$(cd "$STORE/stamps" && sha256sum -- *)
	expect_code 0 "$SYNC" rewind --store "$WORK/rewound" --to 2 --reason "a test"
	[ ! -e "$WORK/rewound/stamps" ]
	equal aside "$before" "$(cd "$WORK"/rewound/rewound/*.stamps && sha256sum -- *)"
	[ -e "$(basename "$(ls -d "$WORK"/rewound/rewound/*.stamps)" .stamps | sed "s,.*,$WORK/rewound/rewound/&.db,")" ]
	pull 0 "$WORK/rewound" 3 --tsa "$TSA"
	expect_code 0 "$SYNC" stamps --store "$WORK/rewound" --cacert "$WORK/tsa/ca.pem"
}
test_case "what a rewind sets aside has its stamps beside it" rewound

usage() {
	local address
	for address in "$WORK/tsa/word" - http://example.org/ ftp://127.0.0.1/ https://me:secret@127.0.0.1/; do
		expect_code 2 "$SYNC" pull --store "$WORK/usage" --source interchange --from "$WORK/lists/0000.json" --tsa "$address"
		[ ! -e "$WORK/usage" ]
	done
}
test_case "an address that isn't asked is a mistake, told before anything is made" usage

service() {
	local pid began
	timeout 30 "$SYNC" run --store "$WORK/service" --source interchange --from "$WORK/lists/0000.json" --every 1s \
		--tsa "$TSA" >"$WORK/service.said" 2>&1 &
	pid=$!
	until_true 'grep -q "^stamped: generation 1" "$WORK/service.said"'
	openssl_accepts "$WORK/service" 1 "$WORK/tsa/ca.pem"
	# Told to stop while the authority says nothing, it doesn't wait for it.
	answers hang
	cp "$WORK/lists/0001.json" "$WORK/service.json"
	mv "$WORK/service.json" "$WORK/lists/0000.json"
	until_true '[ "$(tail -n 1 "$WORK/tsa/requests" | cut -d" " -f1)" = hang ]'
	began=$SECONDS
	kill "$pid"
	wait "$pid"
	[ $((SECONDS - began)) -lt 8 ]
	equal waiting 1 "$(waiting "$WORK/service")"
}
test_case "run asks, too, and ends at once when it is told to" service

slow() {
	local seconds
	until_true 'grep -q "^exit" "$WORK/brief.result"'
	grep -q '^exit 0 ' "$WORK/brief.result" || { cat "$WORK/brief.result"; exit 1; }
	seconds=$(sed -n 's/^exit 0 after //p' "$WORK/brief.result")
	[ "$seconds" -ge 9 ]
	[ "$seconds" -lt 60 ]
	equal generation 2 "$(newest "$WORK/brief.store")"
	equal waiting 1 "$(waiting "$WORK/brief.store")"
}
test_case "one that says nothing is waited for ten seconds" slow

# Its certificate has expired by now, and was valid when it stamped.
expired() {
	until_true '! openssl_accepts "$WORK/brief.store" 1 "$WORK/brief/ca.pem"'
	openssl_accepts "$WORK/brief.store" 1 "$WORK/brief/ca.pem" \
		-attime "$(date -ud "$("$SYNC" stamps --store "$WORK/brief.store" --format jsonl | jq -r 'select(.generation == 1).time')" +%s)"
	equal listed "1 trusted 2 waiting" "$(listed "$WORK/brief.store" --cacert "$WORK/brief/ca.pem" | tr '\t' ' ')"
	# What it stamps now is of no use.
	echo stamp >"$WORK/brief/word"
	pull 0 "$WORK/brief.store" 2 --tsa "$BRIEF"
	said "certificate that came along, is for time stamps and was valid then"
}
test_case "a certificate counts as of the stamp's time" expired
finish
