#!/usr/bin/env bash
# Packs of evidence: what a list said of a service on a day, by an independent reading of the documents; checked
# by sha256sum, minisign, jq and openssl alone; and what a stranger's pack can't do.
#
# Made-up lists, and with LONG=1 the real ones and 200 packs.
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
TODAY=$TOP/tests/publications/fedramp_today.py
ORACLE=$TOP/tests/oracle/evidence.py
KEY=$WORK/key
STORE=$WORK/store

# Without its sandbox, root's --verify is nobody's, who may look here.
chmod 755 "$WORK"

evidence() { "$SYNC" evidence --store "$STORE" --key "$KEY" "$@" >"$WORK/.made" 2>&1 || { cat "$WORK/.made"; return 1; }; }
refuses() { expect_code "$1" "$SYNC" evidence --store "$STORE" --key "$KEY" "${@:2}"; } # CODE OPTIONS…
verify() { "$SYNC" evidence --verify "$1" --pubkey "$KEY.pub"; }
# refused PACK SENTENCE
refused() {
	expect_code 4 "$SYNC" evidence --verify "$1" --pubkey "$KEY.pub"
	said "$2"
}
# says STATEMENT WORDS: in Japanese blanks don't count, as lines end between two words.
says() {
	case $1 in
	*.ja.txt) tr -d ' \n' <"$1" | grep -qF -- "${2// /}" ;;
	*) tr -s ' \n' '  ' <"$1" | grep -qF -- "$2" ;;
	esac || { echo "$1 doesn't say: $2"; cat "$1"; return 1; }
}
# by_tools PACK: what people check who don't have this program.
by_tools() { (cd "$1" && minisign -VQm SHA256SUMS -p "$KEY.pub" && sha256sum --quiet --strict -c SHA256SUMS) >/dev/null 2>&1; }

schema_of() { python3 -c 'import json, sys
try: import jsonschema
except ImportError: sys.exit()
jsonschema.validate(json.load(open(sys.argv[1] + "/record.json")), json.load(open(sys.argv[1] + "/record.schema.json")))' "$1"; }

"$SYNC" keygen --key "$KEY" >/dev/null
"$SYNC" keygen --key "$WORK/other" >/dev/null

# Four lists of FedRAMP's, with its changelog, of a made-up service that changes, one that leaves and one that comes.
list() { # DAY ROW…
	python3 "$TODAY" data "$@" | jq '.data.Products[] |= . + {sales_email: "somebody@example.invalid"}' >"$WORK/$1.json"
}
pull() { # DAY
	"$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/$1.json" --from "$WORK/$1.log" --accept-loss --quiet --keep-publications
}
EARLY='FR9900000001|2020-01-01||FedRAMP Certified|||Class C|2020-01-02'
list 2026-07-01 FR9900000001='FedRAMP Authorized' FR9900000002='FedRAMP Ready'
list 2026-07-20 FR9900000001='FedRAMP Authorized' FR9900000002='FedRAMP Ready' FR9900000003='FedRAMP In Process'
list 2026-07-22 FR9900000001='FedRAMP Authorized' FR9900000003='FedRAMP In Process'
list 2026-08-02 FR9900000001='FedRAMP Authorized' FR9900000003='FedRAMP Authorized'
python3 "$TODAY" changelog 3 2026-07-01 "$EARLY" >"$WORK/2026-07-01.log"
cp "$WORK/2026-07-01.log" "$WORK/2026-07-20.log"
cp "$WORK/2026-07-01.log" "$WORK/2026-07-22.log"
python3 "$TODAY" changelog 3 2026-08-02 "$EARLY" \
	'FR9900000001|2026-07-21|FedRAMP Certified|FedRAMP Certified (In Remediation)|||Class C|2026-08-01' >"$WORK/2026-08-02.log"
for day in 2026-07-01 2026-07-20 2026-07-22 2026-08-02; do pull $day >"$WORK/pulled" 2>&1 || cat "$WORK/pulled"; done

folder() {
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/pack" --by 'Example Ministry'
	by_tools "$WORK/pack"
	equal files "CHECK.txt SHA256SUMS SHA256SUMS.minisig chain.tsv publication/CUT.txt publication/FR9900000001.json publication/changelog-FR9900000001.json record.json record.schema.json statement.html statement.ja.txt statement.txt" \
		"$(cd "$WORK/pack" && find . -type f -printf '%P\n' | LC_ALL=C sort | paste -sd ' ')"
	verify "$WORK/pack" | tee "$WORK/said"
	grep -q 'service   FR9900000001, listed' "$WORK/said"
	says "$WORK/pack/statement.txt" '22 July 2026, US Eastern time (from 2026-07-22 04:00 to 2026-07-23 04:00 UTC)'
	says "$WORK/pack/statement.txt" 'The list gave its status as "FedRAMP Authorized".'
	says "$WORK/pack/statement.txt" 'its publisher writes "FedRAMP Certified" by now, as far as this software knows; that is about words, and not about the service today.'
	says "$WORK/pack/statement.txt" 'PUBLISHED on that day'
	says "$WORK/pack/statement.txt" 'dates the status that this software writes certified-in-remediation from 21 July 2026. It says that it was recorded on 1 August 2026. BY THAT, THE STATUS IN LINE 4 WAS NO LONGER SO ON THE DAY.'
	says "$WORK/pack/statement.txt" 'THAT IS AFTER THE DAY'
	says "$WORK/pack/statement.txt" 'call themselves "Example Ministry"'
	says "$WORK/pack/statement.txt" 'if the check of line 14 succeeds: that somebody who had the key signed this'
	says "$WORK/pack/statement.ja.txt" '掲載状況の証跡'
	says "$WORK/pack/statement.ja.txt" '【対象日に公表】'
	says "$WORK/pack/statement.ja.txt" '「Example Ministry」と名乗っています'
	# A ministry may be the maker.
	says "$WORK/pack/statement.ja.txt" '公表元は、この文書の作成に関与していません。'
	says "$WORK/pack/statement.ja.txt" '2026年7月22日'
	says "$WORK/pack/statement.ja.txt" '「FedRAMP Authorized」'
	fails grep -rnE '証明書|証明します|有効でした|証拠' "$WORK/pack"
	fails grep -nE 'certifies|compliant|\bvalid\b' "$WORK/pack/statement.txt"
	# One page each: as long as a sheet of A4.
	for page in statement.txt statement.ja.txt; do [ "$(wc -l <"$WORK/pack/$page")" -le 66 ]; done
	grep -q '^@page' "$WORK/pack/statement.html"
}
test_case "a pack as a folder: what people read, checked by minisign and sha256sum" folder

# The publisher's history calls it "FedRAMP Authorized", for which it writes another word today: neither is quoted.
own_words() {
	local day page process='FR9900000001|2020-01-01||FedRAMP In Process|||Class C|2020-01-02'
	STORE=$WORK/history
	python3 "$TODAY" changelog 2 2026-07-01 "$process" >"$WORK/history.log"
	python3 "$TODAY" changelog 2 2026-08-02 "$process" 'FR9900000001|2026-06-21|FedRAMP In Process|FedRAMP Authorized|||Class C|2026-08-01' >"$WORK/later.log"
	for day in 2026-07-01 2026-07-22 2026-08-02; do
		[ $day != 2026-08-02 ] || mv "$WORK/later.log" "$WORK/history.log"
		expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/$day.json" --from "$WORK/history.log" --accept-loss --quiet
	done
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/of-history"
	says "$WORK/of-history/statement.txt" 'dates the status that this software writes certified from 21 June 2026.'
	says "$WORK/of-history/statement.ja.txt" '本ソフトウェアが certified（認証済み（旧称 Authorized、認可））と記す状態が2026年6月21日からであると記されています。'
	for page in statement.txt statement.ja.txt; do
		sed -n '/^ 7 /,/^ 8 /p' "$WORK/of-history/$page" >"$WORK/seventh"
		[ -s "$WORK/seventh" ]
		fails grep -q '["「]' "$WORK/seventh"
	done
}
test_case "a later entry of the publisher's: its status is in this program's words, and not in quotation marks" own_words

cases() {
	evidence --service FR9900000001 --at 2026-07-21 --out "$WORK/unconfirmed"
	says "$WORK/unconfirmed/statement.txt" 'NOT CONFIRMED: the last one known then is the list of 2026-07-20'
	says "$WORK/unconfirmed/statement.txt" 'The last list known before that day ended contained the service'
	says "$WORK/unconfirmed/statement.txt" 'The next list that this copy has is of 22 July 2026'
	evidence --service FR9900000002 --at 2026-07-22 --out "$WORK/left"
	says "$WORK/left/statement.txt" 'It did NOT contain a service with this number. It had contained it before, and no longer did since the list of 22 July 2026'
	evidence --service FR9900000003 --at 2026-07-01 --out "$WORK/later"
	says "$WORK/later/statement.txt" 'It did NOT contain a service with this number. (A list gives no reason'
	says "$WORK/later/statement.txt" 'as the list wrote them on another day'
	evidence --service XX-1 --at 2026-07-01 --out "$WORK/never"
	grep -q "the store's list never had a service with the number 'XX-1'" "$WORK/.made"
	says "$WORK/never/statement.txt" 'did NOT contain a service with this number'
	says "$WORK/never/statement.txt" 'Its newest list is of 2026-08-02'
	says "$WORK/never/statement.txt" "what was said after that, it doesn't know"
	says "$WORK/never/statement.ja.txt" '掲載されていませんでした'
	refuses 1 --service FR9900000001 --at 2026-06-30 --out "$WORK/none"
	said 'knows nothing of 2026-06-30'
	refuses 1 --service FR9900000001 --at 2026-09-30 --out "$WORK/none"
	refuses 2 --service FR9900000001 --at 2026-07 --out "$WORK/none"
	refuses 2 --at 2026-07-01 --out "$WORK/none"
	said 'says which services'
	refuses 2 --service FR9900000001 --at 2026-07-01 --out "$WORK/none" --pubkey "$KEY.pub"
	said 'pubkey goes with --verify'
	refuses 2 --service "$(printf %0101d 0)" --at 2026-07-01 --out "$WORK/none"
	said "is no service's number"
	refuses 5 --service FR9900000001 --at 2026-07-01 --out "$WORK/pack"
	said 'is there already; a pack replaces nothing'
	refuses 5 --service FR9900000001 --at 2026-07-01 --out "$STORE/pack.zip"
	said 'is within the store'
	[ ! -e "$WORK/none" ] && by_tools "$WORK/pack"
}
test_case "a day that nobody confirmed, a service that left, came later or never was, a day that nobody knows" cases

same_bytes() {
	local kind
	printf 'FR9900000001\n# a remark\nfr9900000003\n' >"$WORK/mine"
	for kind in .tar .zip ''; do
		evidence --only "$WORK/mine" --at 2026-07-22 --out "$WORK/one$kind"
		evidence --service FR9900000001 --service FR9900000003 --at 2026-07-22 --out "$WORK/two$kind"
		verify "$WORK/one$kind" >/dev/null
	done
	equal "a zip's end" 504b0506 "$(tail -c 22 "$WORK/one.zip" | head -c 4 | od -An -tx1 | tr -d ' ')"
	diff -r --exclude=SHA256SUMS.minisig "$WORK/one" "$WORK/two"
	(mkdir "$WORK/tar" "$WORK/zip" && cd "$WORK" && tar -xf one.tar -C tar && python3 -m zipfile -e one.zip zip)
	diff -r --exclude=SHA256SUMS.minisig "$WORK/one" "$WORK/tar/fedramp-2026-07-22"
	diff -r --exclude=SHA256SUMS.minisig "$WORK/one" "$WORK/zip/fedramp-2026-07-22"
	by_tools "$WORK/tar/fedramp-2026-07-22"
	by_tools "$WORK/zip/fedramp-2026-07-22"
	equal owners "0/0" "$(tar -tvf "$WORK/one.tar" --numeric-owner | awk '{print $2}' | sort -u)"
	equal "times of the list" 2026-07-22 "$(tar -tvf "$WORK/one.tar" | awk '{print $4}' | sort -u)"
	equal statements 2 "$(find "$WORK/one/services" -name statement.html | wc -l)"
	says "$WORK/one/statement.txt" 'FR9900000003'
	# The archives differ in the signature alone, at the same second not even there.
	export ISMAP_SYNC_CLOCK='2026-11-26T00:00:00Z synchronised'
	for kind in tar zip; do
		evidence --only "$WORK/mine" --at 2026-07-22 --out "$WORK/a.$kind"
		evidence --only "$WORK/mine" --at 2026-07-22 --out "$WORK/b.$kind"
		cmp "$WORK/a.$kind" "$WORK/b.$kind"
	done
}
test_case "several services; the same inputs give the same bytes, in a folder, a tar and a zip" same_bytes

# Who may write in a folder and not read it can't have a name brought onto the disk there.
unreadable() {
	local kind drop=()
	[ "$(id -u)" != 0 ] || drop=(setpriv --bounding-set=-dac_override,-dac_read_search --)
	mkdir -m 333 "$WORK/unreadable"
	for kind in .tar .zip ''; do
		expect_code 5 "${drop[@]}" "$SYNC" evidence --store "$STORE" --key "$KEY" --service FR9900000001 --at 2026-07-22 --out "$WORK/unreadable/pack$kind"
		said "unreadable/pack$kind: cannot be written: "
	done
	chmod 755 "$WORK/unreadable"
	equal left "$(ls -A "$WORK/unreadable")" ""
}
test_case "where it can't be brought onto the disk, there is no pack" unreadable

every_bit() {
	cp -r "$WORK/pack" "$WORK/bits"
	python3 - "$WORK/bits" "$KEY.pub" "$SYNC" <<-'EOF'
		import base64, os, random, subprocess, sys
		pack, key, program = sys.argv[1:]
		chance = random.Random(7)
		def is_whole():
		    quiet = dict(cwd=pack, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		    return subprocess.run(["minisign", "-VQm", "SHA256SUMS", "-p", key], **quiet).returncode == 0 and \
		        subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], **quiet).returncode == 0
		assert is_whole()
		for folder, _, names in sorted(os.walk(pack)):
		    for name in sorted(names):
		        path = os.path.join(folder, name)
		        with open(path, "rb") as file:
		            bytes = file.read()
		        # Of the signature each byte, of the others some.
		        places = range(len(bytes)) if name.endswith(".minisig") else chance.sample(range(len(bytes)), 12)
		        for place in places:
		            changed = bytearray(bytes)
		            changed[place] ^= 1 << chance.randrange(8)
		            with open(path, "wb") as file:
		                file.write(changed)
		            if is_whole():
		                # Six bits of a signature's base64 mean nothing, which minisign takes, and this program doesn't.
		                before, after = (text.split(b"\n") for text in (bytes, bytearray(changed)))
		                assert name.endswith(".minisig") and len(before) == len(after), (path, place)
		                assert [base64.b64decode(line) for line in before[1::2]] == \
		                    [base64.b64decode(bytearray(line)) for line in after[1::2]], (path, place)
		                assert subprocess.run([program, "evidence", "--verify", pack, "--pubkey", key],
		                                      stderr=subprocess.DEVNULL).returncode == 4, (path, place)
		        with open(path, "wb") as file:
		            file.write(bytes)
		assert is_whole()
	EOF
}
test_case "one bit that is changed anywhere is found by minisign and sha256sum alone" every_bit

cut_again() {
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/whole" --whole
	cmp "$WORK/2026-07-22.json" "$WORK/whole/publication/documents/list.json"
	cmp "$WORK/2026-07-22.log" "$WORK/whole/publication/documents/changelog.json"
	grep '^jq' "$WORK/whole/publication/CUT.txt" >"$WORK/cuts"
	equal cuts 2 "$(wc -l <"$WORK/cuts")"
	(cd "$WORK/whole" && bash -e "$WORK/cuts") | tee "$WORK/differs"
	[ ! -s "$WORK/differs" ]
	equal record 'FedRAMP Authorized' "$(jq -r .status "$WORK/pack/publication/FR9900000001.json")"
	# Addresses of people are in the documents, and in no other file.
	grep -q somebody@example.invalid "$WORK/whole/publication/documents/list.json"
	fails grep -r somebody@example.invalid "$WORK/pack"
	says "$WORK/pack/statement.txt" 'without what may be about persons (sales_email, security_email)'
	# The store gives the same documents, as CUT.txt tells.
	cp -r "$WORK/pack" "$WORK/from-store"
	sed -n "/ismap-sync/s,ismap-sync,$SYNC,; s,--store DIR,--store $STORE,p; /^jq/p" "$WORK/pack/publication/CUT.txt" >"$WORK/commands"
	equal commands 4 "$(wc -l <"$WORK/commands")"
	(cd "$WORK/from-store" && bash -e "$WORK/commands") | tee "$WORK/differs"
	[ ! -s "$WORK/differs" ]
	diff -r "$WORK/from-store/publication/documents" "$WORK/whole/publication/documents"
}
# Of two records of one number, the second has an address that the first lacks.
two_records() {
	STORE=$WORK/twice
	jq '.data.Products |= ([.[0] | del(.sales_email)] + .)' "$WORK/2026-07-22.json" >"$WORK/twice.json"
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/twice.json" --from "$WORK/2026-07-22.log" --keep-publications
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/of-two" --whole
	grep '^jq' "$WORK/of-two/publication/CUT.txt" >"$WORK/cuts"
	(cd "$WORK/of-two" && bash -e "$WORK/cuts") | tee "$WORK/differs"
	[ ! -s "$WORK/differs" ]
	equal records 2 "$(jq -s length "$WORK/of-two/publication/FR9900000001.json")"
	equal "left out" '["sales_email","security_email"]' "$(jq -c '.documents[] | select(.role == "list").left_out' "$WORK/of-two/record.json")"
	equal "changelog's" '["comments"]' "$(jq -c '.documents[] | select(.role == "changelog").left_out' "$WORK/of-two/record.json")"
	(cd "$WORK/of-two" && jq -c "$(sed -n "s/^jq '\(.*\)' publication.documents.list.*/\1/p" "$WORK/cuts")" publication/documents/list.json) >"$WORK/cut"
	equal records 2 "$(wc -l <"$WORK/cut")"
	fails grep -q somebody@example.invalid "$WORK/cut"
}
test_case "the publisher's own record: jq cuts the same out of the document; no addresses of people" cut_again
test_case "two records of one number: neither has addresses of people" two_records

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

mkdir "$WORK/portal"
start_server "$WORK/ports" python3 "$TOP/tests/servers/portal.py" "$WORK/portal"
: >"$WORK/portal/mode"
portal() {
	STORE=$WORK/ismap
	expect_code 0 "$SYNC" pull --store "$STORE" --source ismap --from "http://127.0.0.1:$(cut -d' ' -f1 "$WORK/ports")/csm" --delay 0s --quiet --keep-publications
	evidence --service C23-0007-2 --at "$(TZ=Asia/Tokyo date +%F)" --out "$WORK/of-portal" --whole
	grep '^jq' "$WORK/of-portal/publication/CUT.txt" >"$WORK/cuts"
	equal cuts 1 "$(wc -l <"$WORK/cuts")"
	(cd "$WORK/of-portal" && bash -e "$WORK/cuts") | tee "$WORK/differs"
	[ ! -s "$WORK/differs" ]
	equal number C23-0007-2 "$(jq -r '.fields[] | select(.field == "number").value' "$WORK/of-portal/publication/C23-0007-2.json")"
	equal "fields without a name" 0 "$(jq '[.fields[] | select(.field | not)] | length' "$WORK/of-portal/publication/C23-0007-2.json")"
	equal "left out" '["fields without a name"]' "$(jq -c '.documents[0].left_out' "$WORK/of-portal/record.json")"
	says "$WORK/of-portal/statement.ja.txt" 'ISMAPクラウドサービスリスト（公表元: ISMAP運営委員会（ISMAPポータル））。'
	says "$WORK/of-portal/statement.ja.txt" '日本時間'
	says "$WORK/of-portal/statement.ja.txt" '上記のサービスが掲載されていました。'
	says "$WORK/of-portal/statement.ja.txt" '制度の規則から計算した日付で、一覧の記載ではありません'
	by_tools "$WORK/of-portal"
	schema_of "$WORK/of-portal"
}
test_case "ISMAP's portal: its record, without fields that nobody knows" portal

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

schema() {
	python3 - "$WORK/pack" "$WORK/never" "$WORK/left" "$WORK/one" <<-'EOF'
		import json, sys
		try:
		    import jsonschema
		except ImportError:
		    print("python3-jsonschema is not installed")
		    sys.exit(77)
		for pack in sys.argv[1:]:
		    with open(pack + "/record.schema.json") as file:
		        schema = json.load(file)
		    with open(pack + "/record.json") as file:
		        jsonschema.validate(json.load(file), schema)
	EOF
}
test_case "record.json is as its schema says" schema

documented() {
	python3 - "$TOP/sync/evidence/facts/record.schema.json" "$TOP/sync/manual/ismap-evidence.7.scd" <<-'EOF'
		import json, re, sys
		with open(sys.argv[1], encoding="utf-8") as file:
		    schema = json.load(file)
		with open(sys.argv[2], encoding="utf-8") as file:
		    named = {name.replace("\\", "") for name in re.findall(r"\*([^*\n]+)\*", file.read())}
		members = set()
		def collect(node):
		    if isinstance(node, dict):
		        members.update(node.get("properties", {}))
		        for value in node.values():
		            collect(value)
		    elif isinstance(node, list):
		        for value in node:
		            collect(value)
		collect(schema)
		missing = sorted(members - named)
		assert len(members) > 40, members
		print("not in the page:", missing)
		sys.exit(bool(missing))
	EOF
}
test_case "ismap-evidence(7) names each member of the record" documented

mkdir "$WORK/www"
start_server "$WORK/port" python3 -c '
import functools, http.server, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_address[1], flush=True)
server.serve_forever()' "$WORK/www"
fetched() {
	STORE=$WORK/fetched
	python3 "$TOP/tests/publications/interchange.py" --services 3 --published "$(date -u +%F)" >"$WORK/www/list.json"
	expect_code 0 "$SYNC" pull --store "$STORE" --source interchange --from "http://127.0.0.1:$(cat "$WORK/port")/list.json" --keep-publications
	evidence --service E-0001 --at "$(date -u +%F)" --out "$WORK/from-server"
	says "$WORK/from-server/statement.txt" "http://127.0.0.1:$(cat "$WORK/port")/list.json, SHA-256 $(sha256sum <"$WORK/www/list.json" | cut -d' ' -f1). Fetched from there at "
	says "$WORK/from-server/statement.txt" 'for which another clock vouched.'
	fails grep -q 'THAT IS' "$WORK/from-server/statement.txt"
	equal status 200 "$(jq .documents[0].http_status "$WORK/from-server/record.json")"
	schema_of "$WORK/from-server"
	# What isn't the whole list proves nothing by what it lacks.
	python3 "$TOP/tests/publications/interchange.py" --services 3 --incomplete --published 2025-02-01 >"$WORK/part.json"
	STORE=$WORK/part
	expect_code 0 "$SYNC" pull --store "$STORE" --source interchange --from "$WORK/part.json" --accept-loss
	evidence --service E-9999 --at 2025-02-01 --out "$WORK/of-a-part"
	says "$WORK/of-a-part/statement.txt" 'IS NOT THE WHOLE LIST'
	says "$WORK/of-a-part/statement.txt" 'that says nothing'
	says "$WORK/of-a-part/statement.txt" 'The document itself was not kept'
	says "$WORK/of-a-part/statement.ja.txt" '一覧の全部ではありません'
	# A service may be called as a document is.
	jq '.services[0].number = "list"' "$WORK/www/list.json" >"$WORK/named-list.json"
	STORE=$WORK/named
	expect_code 0 "$SYNC" pull --store "$STORE" --source interchange --from "$WORK/named-list.json" --keep-publications
	evidence --service list --at "$(date -u +%F)" --out "$WORK/of-named" --whole
	cmp "$WORK/named-list.json" "$WORK/of-named/publication/documents/list.json"
	equal record list "$(jq -r .number "$WORK/of-named/publication/list.json")"
	verify "$WORK/of-named" >/dev/null
}
test_case "from where, when and by which clock it was fetched; a list that isn't whole" fetched

stamped() {
	local chain
	cp -r "$STORE" "$WORK/stamped"
	STORE=$WORK/stamped
	mkdir "$STORE/stamps" "$WORK/tsa"
	chain=$(sqlite3 "$STORE/current" 'SELECT chain FROM generation WHERE id = 3')
	(
		cd "$WORK/tsa"
		openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj '/CN=Invented Authority' -days 3650 \
			-addext extendedKeyUsage=critical,timeStamping
		cat >tsa.conf <<-EOF
			[tsa]
			default_tsa = it
			[it]
			serial = serial
			signer_cert = ca.pem
			signer_key = ca.key
			signer_digest = sha256
			default_policy = 1.2.3.4
			digests = sha256
			ess_cert_id_alg = sha256
		EOF
		echo 01 >serial
		openssl ts -query -digest "$chain" -sha256 -cert -out q
		openssl ts -reply -config tsa.conf -queryfile q -out "$STORE/stamps/3-$chain.tsr"
		openssl ts -query -digest "$(printf %064d 0)" -sha256 -cert -out q
		openssl ts -reply -config tsa.conf -queryfile q -out "$STORE/stamps/4-$(sqlite3 "$STORE/current" 'SELECT chain FROM generation WHERE id = 4').tsr"
	) >/dev/null 2>&1
	printf rubbish >"$STORE/stamps/rubbish"
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/with-stamp"
	grep -q 'is no time stamp of that chain, so it is left out' "$WORK/.made"
	equal stamps "3-$chain.tsr" "$(ls "$WORK/with-stamp/stamps")"
	openssl ts -verify -digest "$chain" -in "$WORK/with-stamp/stamps/3-$chain.tsr" -CAfile "$WORK/tsa/ca.pem"
	says "$WORK/with-stamp/statement.txt" 'an authority that calls itself "Invented Authority" stamped a checksum of the list in line 4 at 20'
	says "$WORK/with-stamp/statement.ja.txt" 'Invented Authority'
	equal stamp 'Invented Authority' "$(jq -r .stamp.authority "$WORK/with-stamp/record.json")"
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

examples() {
	STORE=$WORK/examples
	"$SYNC" init --store "$STORE" --bundled ismap >/dev/null 2>&1
	refuses 1 --service C21-0008-2 --at 2026-06-26 --out "$WORK/none"
	said 'examples that came with this program, and no list'
	[ ! -e "$WORK/none" ]
	STORE=$WORK/came
	"$SYNC" init --store "$STORE" --bundled fedramp >/dev/null
	evidence --service FR1828574469 --at 2026-04-28 --out "$WORK/of-bundled"
	says "$WORK/of-bundled/statement.txt" 'THAT COPY CAME WITH THE SOFTWARE'
	says "$WORK/of-bundled/statement.txt" 'THAT CAME WITH THE SOFTWARE, and not from the publisher. Read at '
	says "$WORK/of-bundled/statement.ja.txt" '本ソフトウェアに同梱されたもので'
	fails grep -q 'who got it from the publisher' "$WORK/of-bundled/statement.txt"
}
test_case "what came with the program: examples are no list, and a list is none of the publisher's" examples

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

hostile() {
	local bad=$WORK/bad archive option
	refused "$WORK/2026-07-22.json" 'it is no tar or zip that can be read|is no pack'
	expect_code 4 "$SYNC" evidence --verify "$WORK/pack" --pubkey "$WORK/other.pub"
	said "signed with the key .*, which the given file doesn't hold"
	expect_code 2 "$SYNC" evidence --verify "$WORK/nothing" --pubkey "$KEY.pub"
	expect_code 2 "$SYNC" evidence --verify "$WORK/pack"
	for option in --store=x --at=2026-07-22 --key=x --out=x --service=x --only=x --by=x --whole; do
		expect_code 2 "$SYNC" evidence --verify "$WORK/pack" --pubkey "$KEY.pub" "$option"
		said 'verify goes with --pubkey alone'
	done
	# change WHAT COMMAND…: run in a copy of the pack.
	changed() { rm -rf "$bad" && cp -r "$WORK/pack" "$bad" && (cd "$bad" && eval "$1") && refused "$bad" "$2"; }
	changed 'echo >>statement.txt' 'statement.txt was changed after the pack was signed'
	changed 'rm statement.html' 'files that were signed are missing|is missing, or'
	changed 'echo >more' "more is missing, or isn't among the files that were signed"
	changed 'ln -s statement.txt more' 'more in it is not a plain file'
	changed 'mkfifo more' 'more in it is not a plain file'
	changed 'ln -sf /etc/passwd SHA256SUMS' 'SHA256SUMS in it is not a plain file'
	changed 'echo >"a b"' 'has a file that no pack has: a b'
	changed 'mkdir -p a/b/c/d/e && echo >a/b/c/d/e/f' 'is not a plain file'
	changed 'rm SHA256SUMS' 'it is no pack'
	changed 'echo "# ok" >>SHA256SUMS' "its signature doesn't fit"
	changed 'truncate -s 0 SHA256SUMS.minisig' 'no signature of minisign'
	changed "sed -i '1s/$/stamped by nobody/' SHA256SUMS.minisig" 'an untrusted comment, which nobody signed'
	python3 - "$WORK/pack" "$WORK" <<-'EOF'
		import io, os, sys, tarfile, zipfile
		pack, work = sys.argv[1:]
		files = {}
		for folder, _, names in os.walk(pack):
		    for name in names:
		        path = os.path.join(folder, name)
		        files[os.path.relpath(path, pack)] = open(path, "rb").read()
		def tar(name, change):
		    with tarfile.open("%s/%s.tar" % (work, name), "w", format=tarfile.PAX_FORMAT) as out:
		        for file in sorted(files):
		            entry = tarfile.TarInfo("p/" + file)
		            entry.size = len(files[file])
		            out.addfile(entry, io.BytesIO(files[file]))
		        change(out)
		def entry(name, kind=tarfile.REGTYPE, link="", size=0):
		    made = tarfile.TarInfo(name)
		    made.type, made.linkname, made.size = kind, link, size
		    return made
		tar("good", lambda out: None)
		tar("up", lambda out: out.addfile(entry("p/../../up")))
		tar("root", lambda out: out.addfile(entry("/tmp/root")))
		tar("other", lambda out: out.addfile(entry("q/other")))
		tar("link", lambda out: out.addfile(entry("p/link", tarfile.SYMTYPE, "/etc/passwd")))
		tar("hard", lambda out: out.addfile(entry("p/hard", tarfile.LNKTYPE, "p/record.json")))
		tar("device", lambda out: out.addfile(entry("p/device", tarfile.CHRTYPE)))
		for number, name in enumerate(("../../up/", "p/../../up/", "/up/", "p/-x y/", "q/", "p/a//")):
		    tar("folder%d" % number, lambda out: out.addfile(entry(name, tarfile.DIRTYPE)))
		tar("folders", lambda out: [out.addfile(entry(name, tarfile.DIRTYPE)) for name in ("p/", "p/services/", "p/a/b")])
		tar("twice", lambda out: out.addfile(entry("p/record.json")))
		with zipfile.ZipFile(work + "/bomb.zip", "w", zipfile.ZIP_DEFLATED) as out:
		    for number in range(9):
		        out.writestr("p/%d" % number, bytes(64 << 20))
		with zipfile.ZipFile(work + "/many.zip", "w") as out:
		    for number in range(20001):
		        out.writestr("p/%d" % number, b"")
		with open(work + "/good.tar", "rb") as whole, open(work + "/cut.tar", "wb") as out:
		    out.write(whole.read()[:-14000])
		# Two archives in one file: what somebody unpacks depends on their program.
		def zip(name, statement):
		    with zipfile.ZipFile("%s/%s.zip" % (work, name), "w") as out:
		        for file in sorted(files):
		            out.writestr("p/" + file, statement if file == "statement.txt" else files[file])
		def join(name, *parts):
		    with open(work + "/" + name, "wb") as out:
		        for part in parts:
		            out.write(part if isinstance(part, bytes) else open(work + "/" + part[0], "rb").read())
		zip("good", files["statement.txt"])
		zip("bad", b"another")
		join("tar-zip.zip", ("good.tar",), ("bad.zip",))
		join("zip-zip.zip", ("bad.zip",), ("good.zip",))
		join("zip-zip-more.zip", ("good.zip",), ("bad.zip",), bytes(30000))
		join("tar-tar.tar", ("good.tar",), ("good.tar",))
		join("before.zip", b"before", ("good.zip",))
	EOF
	verify "$WORK/good.tar" >/dev/null
	verify "$WORK/good.zip" >/dev/null
	grep -q another <(python3 -c 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("p/statement.txt"))' "$WORK/tar-zip.zip")
	for archive in tar-zip.zip zip-zip.zip zip-zip-more.zip tar-tar.tar before.zip; do
		refused "$WORK/$archive" 'other programs may find other files in it|statement.txt is in it twice'
	done
	refused "$WORK/up.tar" 'has a file that no pack has: '
	refused "$WORK/root.tar" 'has a file that no pack has: '
	refused "$WORK/other.tar" 'has a file that no pack has: q/other'
	# Folders, too, are made by whoever unpacks it.
	verify "$WORK/folders.tar" >/dev/null
	for archive in 0 1 2 3 4 5; do
		refused "$WORK/folder$archive.tar" 'has a file that no pack has: '
	done
	refused "$WORK/link.tar" 'is not a plain file'
	refused "$WORK/hard.tar" 'is not a plain file'
	refused "$WORK/device.tar" 'is not a plain file'
	refused "$WORK/twice.tar" 'record.json is in it twice'
	refused "$WORK/bomb.zip" 'it is larger than 512 MB'
	refused "$WORK/many.zip" 'it has more than 20000 files'
	refused "$WORK/cut.tar" .
	# Nothing was written beside the packs, and what is wrong stays a sentence: no cursor is moved.
	[ ! -e /tmp/root ] && [ ! -e "$WORK/up" ]
}
test_case "a stranger's pack: each thing that is wrong has a sentence, and nothing is written" hostile

strange() {
	cp -a "$STORE" "$WORK/strange.store"
	STORE=$WORK/strange.store
	sqlite3 "$STORE/current" "UPDATE store SET registry = '../up'; UPDATE source_document SET role = '../../up' WHERE role = 'list'"
	python3 "$TOP/tests/oracle/chain.py" "$STORE/current" --reseal
	sed -i $'s,\tlist\t,\t../../up\t,' "$STORE/publications/index"
	sed -i "s/^chain .*/chain $(sqlite3 "$STORE/current" 'SELECT chain FROM generation ORDER BY id DESC LIMIT 1')/
		s/^sha256 .*/sha256 $(sha256sum <"$STORE/current" | cut -d' ' -f1)/" "$STORE/state"
	rm "$STORE/digests"
	mkdir "$WORK/strange"
	refuses 5 --service FR9900000001 --at 2026-07-22 --out "$WORK/strange/pack" --whole
	said "publications: number [0-9]+ can't be read"
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/strange/pack.tar"
	equal folder list-2026-07-22 "$(tar -tf "$WORK/strange/pack.tar" | cut -d/ -f1 | sort -u)"
	equal made pack.tar "$(ls "$WORK/strange")"
	verify "$WORK/strange/pack.tar" >/dev/null
}
test_case "a stranger's store: what it calls its list and its documents leads out of no pack" strange

many() {
	local source=interchange count=20 lists number day i=0
	mkdir "$WORK/lists" "$WORK/packs"
	STORE=$WORK/years
	if [ -n "${LONG:-}" ] && [ -f "$DATA/fedramp/monthly.tar.xz" ]; then
		source=fedramp count=200
		tar -xJf "$DATA/fedramp/monthly.tar.xz" -C "$WORK/lists" --strip-components=1
	else
		python3 "$TOP/tests/publications/years.py" "$WORK/lists" 24
	fi
	lists=("$WORK"/lists/*.json)
	for list in "${lists[@]}"; do
		expect_code 0 "$SYNC" pull --store "$STORE" --source "$source" --from "$list" --accept-loss --quiet --keep-publications
	done
	python3 "$ORACLE" choose "$source" "$count" "${lists[@]}" >"$WORK/chosen"
	while IFS=$'\t' read -r number day; do
		evidence --service "$number" --at "$day" --out "$WORK/packs/$((++i))"
		by_tools "$WORK/packs/$i"
	done <"$WORK/chosen"
	equal agree "$count packs agree" "$(python3 "$ORACLE" check "$source" "$WORK/packs" "${lists[@]}" <"$WORK/chosen")"
}
test_case "packs of random services and days say what the documents say, read by another program" many
finish
