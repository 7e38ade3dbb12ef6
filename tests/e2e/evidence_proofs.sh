#!/usr/bin/env bash
# What shows that a pack of evidence is true: the chain, computed again by sha256sum; time stamps, of which openssl
# says the same; and heads that an origin signed.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/evidence.sh
. "$TOP/tests/servers/evidence.sh"

evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/pack" --by 'Example Ministry'
evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/whole" --whole

computed() {
	# Each text's checksum is its generation's chain, and each names the one before.
	(cd "$WORK/whole/chain" && sha256sum [0-9]*.txt) | sed 's/\.txt$//' | sort -k2n >"$WORK/sums"
	equal generations 4 "$(wc -l <"$WORK/sums")"
	python3 "$TOP/tests/oracle/chain.py" "$STORE/current" >"$WORK/chains"
	equal chains "$(cut -d' ' -f2 "$WORK/chains" | paste -sd' ')" "$(cut -d' ' -f1 "$WORK/sums" | paste -sd' ')"
	equal "chain.tsv" "$(tail -n 2 "$WORK/chains" | cut -d' ' -f2 | paste -sd' ')" \
		"$(grep ^generation "$WORK/pack/chain.tsv" | awk -F'\t' '{print $NF}' | paste -sd' ')"
	equal before "$(sed -n 2p "$WORK/chains" | cut -d' ' -f2)" "$(sed -n 's/^before\t//p' "$WORK/whole/chain/3.txt")"
	# What was so on the day began in one of them.
	grep -q $'^+value\tservice\tFR9900000001\tstatus.source\tFedRAMP Authorized$' "$WORK/whole/chain/1.txt"
	verify "$WORK/whole" | grep -qx 'chain     4 generations computed'
	# Of one that came later, from that list on.
	evidence --service FR9900000003 --at 2026-07-22 --out "$WORK/whole-later" --whole
	equal first "$(cd "$WORK/whole-later/chain" && ls [0-9]*.txt | sort -n | head -n 1)" 2.txt
	verify "$WORK/whole-later" | grep -qx 'chain     3 generations computed'
}
test_case "the chain from that generation to the newest, computed again by sha256sum" computed

# A signer who lies about the chain: signed, and yet refused.
sign_again() { # PACK [KEY]
	(
		cd "$1"
		rm SHA256SUMS SHA256SUMS.minisig
		find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum >"$WORK/sums.new"
		mv "$WORK/sums.new" SHA256SUMS
		minisign -S -s "${2:-$KEY}" -m SHA256SUMS -x SHA256SUMS.minisig -t signed </dev/null >/dev/null
		sed -i '1s/: .*/: /' SHA256SUMS.minisig
	)
}
# link_again FOLDER: each text names the one before, as it is now.
link_again() {
	local i
	for i in 2 3 4; do sed -i "2s/.*/before	$(sha256sum <"$1/$((i - 1)).txt" | cut -d' ' -f1)/" "$1/$i.txt"; done
}
lies() {
	cp -r "$WORK/whole" "$WORK/lie"
	sed -i 's/FedRAMP Authorized/FedRAMP Pending/' "$WORK/lie/chain/1.txt"
	sign_again "$WORK/lie"
	by_tools "$WORK/lie"
	refused "$WORK/lie" "generation 2 doesn't follow that of 1"
	cp "$WORK/whole/chain/1.txt" "$WORK/lie/chain"
	sed -i 's/.$/0/; 4s/0$/1/' "$WORK/lie/chain.tsv"
	sign_again "$WORK/lie"
	refused "$WORK/lie" "isn't what its chain is of"
	# A text that names nothing, and lines that C's texts end before.
	cp "$WORK/whole/chain.tsv" "$WORK/lie"
	printf x >"$WORK/lie/chain/4.txt"
	sed -i '/^generation\t4\t/d' "$WORK/lie/chain.tsv"
	sign_again "$WORK/lie"
	refused "$WORK/lie" "generation 4 doesn't follow that of 3"
	cp "$WORK/whole/chain/4.txt" "$WORK/lie/chain"
	(printf '\0' && sed 's/.$/0/; 4s/0$/1/' "$WORK/whole/chain.tsv") >"$WORK/lie/chain.tsv"
	sign_again "$WORK/lie"
	refused "$WORK/lie" 'chain.tsv has a line that makes no sense'
	# Texts that lead to no chain that anybody else may know.
	rm -rf "$WORK/lie"
	cp -r "$WORK/whole" "$WORK/lie"
	sed -i 's/FedRAMP Authorized/FedRAMP Pending/' "$WORK/lie/chain/1.txt"
	link_again "$WORK/lie/chain"
	cp -r "$WORK/lie/chain" "$WORK/linked"
	rm "$WORK/lie/chain"/[34].txt
	sign_again "$WORK/lie"
	refused "$WORK/lie" 'it has no text of generation 3'
	sed -i '/^generation/d' "$WORK/lie/chain.tsv"
	sign_again "$WORK/lie"
	refused "$WORK/lie" 'the text of generation 2 leads to no line of chain.tsv'
	cp "$WORK/linked"/*.txt "$WORK/lie/chain"
	sign_again "$WORK/lie"
	refused "$WORK/lie" 'the text of generation 4 leads to no line of chain.tsv'
	rm -r "$WORK/lie/chain"
	cp -r "$WORK/whole/chain" "$WORK/whole/chain.tsv" "$WORK/lie"
	cp "$WORK/linked/1.txt" "$WORK/lie/chain/01.txt"
	sign_again "$WORK/lie"
	refused "$WORK/lie" 'generation 1 has two texts'
	# Who signs another's words: the statement says whose they are.
	rm -rf "$WORK/lie"
	cp -r "$WORK/pack" "$WORK/lie"
	sign_again "$WORK/lie"
	verify "$WORK/lie" >/dev/null
	sign_again "$WORK/lie" "$WORK/other"
	cat "$KEY.pub" "$WORK/other.pub" >"$WORK/both.pub"
	expect_code 4 "$SYNC" evidence --verify "$WORK/lie" --pubkey "$WORK/both.pub"
	said "signed with the key .*, but says that another one did"
}
test_case "texts that aren't what the chain is of are refused, whoever signed them" lies

# stamp DIGEST FILE: the authority's time stamp of that.
stamp() {
	openssl ts -query -digest "$1" -sha256 -cert 2>/dev/null |
		curl -fsS -H 'Content-Type: application/timestamp-query' --data-binary @- -o "$2" "http://127.0.0.1:$(cat "$WORK/tsa.port")/"
}
stamped() {
	local chain
	cp -r "$STORE" "$WORK/stamped"
	STORE=$WORK/stamped
	mkdir "$STORE/stamps" "$WORK/tsa"
	echo stamp >"$WORK/tsa/word"
	start_server "$WORK/tsa.port" python3 "$TOP/tests/servers/authority.py" "$WORK/tsa"
	chain=$(sqlite3 "$STORE/current" 'SELECT chain FROM generation WHERE id = 3')
	stamp "$chain" "$STORE/stamps/3-$chain.tsr"
	stamp "$(printf %064d 0)" "$STORE/stamps/4-$(sqlite3 "$STORE/current" 'SELECT chain FROM generation WHERE id = 4').tsr"
	printf rubbish >"$STORE/stamps/rubbish"
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/with-stamp"
	grep -q 'is no time stamp of that chain, so it is left out' "$WORK/.made"
	equal stamps "3-$chain.tsr" "$(ls "$WORK/with-stamp/stamps")"
	openssl ts -verify -digest "$chain" -in "$WORK/with-stamp/stamps/3-$chain.tsr" -CAfile "$WORK/tsa/ca.pem"
	says "$WORK/with-stamp/statement.txt" 'an authority that calls itself "Test time stamps" stamped a checksum of the list in line 4 at 20'
	says "$WORK/with-stamp/statement.ja.txt" 'Test time stamps'
	equal stamp 'Test time stamps' "$(jq -r .stamp.authority "$WORK/with-stamp/record.json")"
	by_tools "$WORK/with-stamp"
	schema_of "$WORK/with-stamp"
	evidence --service FR9900000001 --at 2026-07-01 --out "$WORK/before-stamp"
	says "$WORK/before-stamp/statement.txt" "this copy's later list number 3, and of all before it"
	says "$WORK/pack/statement.txt" 'NONE of the pack: nothing here shows when it was made.'
	mkdir "$STORE/stamps/2-$(sqlite3 "$STORE/current" 'SELECT chain FROM generation WHERE id = 2').tsr"
	refuses 5 --service FR9900000001 --at 2026-07-01 --out "$WORK/unread-stamp"
	said "stamps/2-.*\.tsr can't be read: "
}
test_case "time stamps that there are, and what openssl says of them" stamped

mirrored() {
	"$SYNC" publish --store "$STORE" --to "$WORK/published" --key "$WORK/other" --quiet >/dev/null
	"$SYNC" pull --store "$WORK/mirror" --source mirror --from "$WORK/published" --pubkey "$WORK/other.pub" --quiet >/dev/null
	STORE=$WORK/mirror
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/of-mirror"
	local head
	head=$(cd "$WORK/of-mirror/heads" && echo 4-*.json)
	cmp "$WORK/published/head.json" "$WORK/of-mirror/heads/$head"
	minisign -VQm "$WORK/of-mirror/heads/$head" -p "$WORK/other.pub" >/dev/null
	grep -q "$(jq -r .chain "$WORK/of-mirror/heads/$head")" "$WORK/of-mirror/chain.tsv"
	says "$WORK/of-mirror/statement.txt" "they follow the copy of somebody else, who signs it with the key $(tail -n 1 "$WORK/other.pub")"
	says "$WORK/of-mirror/statement.txt" 'signed a list whose chain, in heads/, is in chain.tsv'
	fails grep -q 'TWO DIFFERENT LISTS' "$WORK/of-mirror/statement.txt"
	by_tools "$WORK/of-mirror"
}
test_case "a mirror's pack has the origin's signed head" mirrored

# forked KEY EDIT: what a pack of the mirror has and says when forks/ has a head that differs so and that the key signed.
forked() {
	rm -rf "$STORE/mirror/forks" "$WORK/of-fork" "$WORK/forked.sig"
	mkdir "$STORE/mirror/forks"
	sed "$2" "$WORK/published/head.json" >"$WORK/forked.json"
	minisign -S -s "$1" -m "$WORK/forked.json" -x "$WORK/forked.sig" </dev/null >/dev/null
	cat "$WORK/forked.sig" "$WORK/forked.json" >"$STORE/mirror/forks/0-0123456789abcdef.head"
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/of-fork" && by_tools "$WORK/of-fork" && schema_of "$WORK/of-fork" || return
	(cd "$WORK/of-fork/heads" && ls ./*.json | sed 's/^..\([0-9]*\)-.*/\1/' | paste -sd' ')
	jq -r '.chain | "\(.heads) \(.forked)"' "$WORK/of-fork/record.json"
}
forks() {
	local key another=' s/"chain": *"[0-9a-f]*"/"chain": "'"$(printf %064d 7)"'"/' two='THE SAME KEY SIGNED TWO DIFFERENT LISTS UNDER ONE NUMBER'
	STORE=$WORK/mirror
	equal "the same number" $'4 4\n1 true' "$(forked "$WORK/other" "$another")"
	says "$WORK/of-fork/statement.txt" "$two"
	equal "one before the day" $'2 4\n1 true' "$(forked "$WORK/other" "s/\"generation\": *4/\"generation\": 2/;$another")"
	says "$WORK/of-fork/statement.txt" "$two"
	equal "one that the copy doesn't have" $'4 5\n1 true' "$(forked "$WORK/other" "s/\"generation\": *4/\"generation\": 5/;$another")"
	says "$WORK/of-fork/statement.txt" "THE SAME KEY SIGNED A LIST WHICH THIS COPY DOESN'T HAVE (heads/)"
	says "$WORK/of-fork/statement.ja.txt" '同じ鍵で、この写しにない一覧にも署名されたこと'
	fails grep -q 'TWO DIFFERENT' "$WORK/of-fork/statement.txt"
	equal "its own again" $'4\n1 false' "$(forked "$WORK/other" '')"
	# Another's key accuses nobody; nor does what isn't about this store.
	for key in "$KEY" "$WORK/other"; do
		[ "$key" = "$KEY" ] || another+=';s/\("uuid": *"\)[0-9a-f]\{8\}/\100000000/'
		equal "of another" $'4\n1 false' "$(forked "$key" "$another")"
		grep -qF "forks/0-0123456789abcdef.head is no head of this list that $(tail -n 1 "$WORK/other.pub") signed, so it is left out" "$WORK/.made"
		fails grep -q 'THE SAME KEY' "$WORK/of-fork/statement.txt"
	done
	# What can't be read is no absence.
	mkdir "$STORE/mirror/forks/1-0123456789abcdef.head"
	refuses 5 --service FR9900000001 --at 2026-07-22 --out "$WORK/unread"
	said 'forks/1-0123456789abcdef.head: '
	rm -r "$STORE/mirror/forks"
	: >"$STORE/mirror/forks"
	refuses 5 --service FR9900000001 --at 2026-07-22 --out "$WORK/unread"
	said 'mirror/forks: '
	[ ! -e "$WORK/unread" ]
	rm "$STORE/mirror/forks"
}
test_case "the heads of a fork that the origin signed, of whatever number, and no one else's" forks

finish
