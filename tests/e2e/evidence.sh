#!/usr/bin/env bash
# Packs of evidence: what a list said of a service on a day, by an independent reading of the documents, checked
# by sha256sum, minisign and jq alone.
#
# Made-up lists, and with LONG=1 the real ones and 200 packs.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/evidence.sh
. "$TOP/tests/servers/evidence.sh"
ORACLE=$TOP/tests/oracle/evidence.py

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
		[ "$day" != 2026-08-02 ] || mv "$WORK/later.log" "$WORK/history.log"
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

# A pack has its name before the folder above is brought onto the disk.
broken_disk() {
	mkdir "$WORK/broken"
	expect_code 5 "$BUILD/tests/without_calls" EIO fsync "$SYNC" evidence --store "$STORE" --key "$KEY" --service FR9900000001 --at 2026-07-22 --out "$WORK/broken/pack"
	said "broken/pack: cannot be written: Input/output error"
	equal left "$(ls -A "$WORK/broken")" ""
}
test_case "nor where the disk fails at the very last" broken_disk

older_kernel() {
	local error
	for error in ENOSYS EPERM; do
		expect_code 0 "$BUILD/tests/without_calls" "$error" newer "$SYNC" evidence --store "$STORE" --key "$KEY" --service FR9900000001 --at 2026-07-22 --out "$WORK/older-$error"
		verify "$WORK/older-$error" >/dev/null
		expect_code 5 "$BUILD/tests/without_calls" "$error" newer "$SYNC" evidence --store "$STORE" --key "$KEY" --service FR9900000001 --at 2026-07-22 --out "$WORK/older-$error"
		said 'is there already'
	done
}
test_case "an older kernel, or a container that knows fewer calls, is enough" older_kernel

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

mkdir "$WORK/portal"
start_server "$WORK/ports" python3 "$TOP/tests/servers/portal.py" "$WORK/portal"
: >"$WORK/portal/mode"
portal() {
	one_day
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

mkdir "$WORK/www"
serve_folder "$WORK/www" "$WORK/port"
fetched() {
	one_day
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
