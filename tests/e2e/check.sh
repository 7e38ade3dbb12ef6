#!/usr/bin/env bash
# check, search and show: what people claim, against lists whose answers are known.
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

STORE=$WORK/store
one_day
YESTERDAY=$(date -u -d yesterday +%F)
TODAY=$(date -u +%F)
python3 "$TOP/tests/publications/claims.py" before "$YESTERDAY" >"$WORK/before.json"
python3 "$TOP/tests/publications/claims.py" after "$TODAY" >"$WORK/after.json"
"$SYNC" pull --quiet --store "$STORE" --source interchange --from "$WORK/before.json" >/dev/null
"$SYNC" pull --quiet --store "$STORE" --source interchange --from "$WORK/after.json" >/dev/null

cat >"$WORK/mine.txt" <<-'END'
	# what we use
	F-0001
	  ｆ‐０００２

	F-0003
	imaginary   CASES
	Imaginary Twin
	Imaginary Vault
	F-0007  # tickets
	F-0008
	F-0009
	Imaginary Old Name
	F-0011
	Imaginary Pair
END

# check CODE ARGUMENTS…: of the store; what it prints is in $WORK/out, what it complains of in $WORK/err.
check() {
	local wanted=$1 code=0
	shift
	env LC_ALL="${LOCALE:-C.UTF-8}" "$SYNC" check --store "$STORE" "$@" >"$WORK/out" 2>"$WORK/err" || code=$?
	equal "exit status of check $*" "$code" "$wanted" || { cat "$WORK/out" "$WORK/err"; return 1; }
}

rows() { # LINE…: what was printed, "·" for tabs
	sed 's/\t/·/g' "$WORK/out" >"$WORK/rows"
	printf '%s\n' "$@" | diff - "$WORK/rows"
}

each_reason() {
	check 1 "$WORK/mine.txt"
	rows \
		"2·F-0001·holds·F-0001·certified·yes·2013-05-01·c·moderate·Imaginary Base·Imaginary Provider·required··fedramp·stated" \
		"3·ｆ‐０００２·holds·F-0002·certified·yes·2021-10-28·c·moderate·Imaginary Mail·Imaginary Provider·required··fedramp·stated" \
		"5·F-0003·fails·F-0003·delisted·no·$TODAY·d·high·Imaginary Analytics·Imaginary Provider·delisted··fedramp·stated" \
		"6·imaginary CASES·holds·F-0004·certified-in-remediation·yes·$TODAY·c·moderate·Imaginary Cases·Imaginary Provider·required··fedramp·stated" \
		"7·Imaginary Twin·unclear·········ambiguous·F-0005 F-0006·fedramp·" \
		"8·Imaginary Vault·fails·········absent··fedramp·" \
		"9·F-0007·holds·F-0007·certified·yes··c·moderate·Imaginary Tickets·Imaginary Provider·required··fedramp·" \
		"10·F-0008·fails·F-0008·in-process·no··c·moderate·Imaginary Draft·Imaginary Provider·other-status··fedramp·" \
		"11·F-0009·unclear·F-0009·unknown·unknown··c·moderate·Imaginary Riddle·Imaginary Provider·unknown-status··fedramp·" \
		"12·Imaginary Old Name·holds·F-0010·certified·yes··c·moderate·Imaginary New Name·Imaginary Provider·required··fedramp·" \
		"13·F-0011·fails·F-0011·delisted·no·$TODAY·c·moderate·Imaginary Vanished·Imaginary Provider·delisted··fedramp·seen" \
		"14·Imaginary Pair·fails·········other-status·F-0013 F-0014·fedramp·"
	equal "rows for lines" 12 "$(wc -l <"$WORK/out")"
	equal complaints "" "$(cat "$WORK/err")"
}
test_case "each reason has its row, in the order of the lines" each_reason

exit_statuses() {
	check 0 F-0001 F-0002 'Imaginary Cases'
	check 1 F-0001 F-0009 F-0008
	check 6 F-0001 F-0009
	check 6 'Imaginary Twin'
	check 2
	check 2 "$WORK/none.txt"
	check 2 F-0001 --format pdf
	check 2 F-0001 --require ,
	check 2 F-0001 --require certifed
	grep -q "no list here has the status 'certifed'" "$WORK/err"
	expect_code 5 "$SYNC" check --store "$WORK/none" F-0001
	expect_code 2 "$SYNC" check F-0001
	said 'check: --store is missing'
	expect_code 2 "$SYNC" check --store "$STORE" F-0001 " "
	said "an empty word is no service.s number"
	: >"$WORK/empty"
	check 2 "$WORK/empty"
	grep -q 'names no service' "$WORK/err"
	printf '\n# nothing\n' | check 2 -
	"$SYNC" check --store "$STORE" F-0001 >/dev/full 2>"$WORK/err" && return 1
	equal "full disk" 6 "$("$SYNC" check --store "$STORE" F-0001 >/dev/full 2>/dev/null; echo $?)"
}
test_case "exit status 0, 1, 6; 2 for what can't be meant, 5 for no store" exit_statuses

requires() {
	check 1 --require certified F-0001 'Imaginary Cases'
	equal reasons "required other-status" "$(cut -f12 "$WORK/out" | paste -sd ' ')"
	check 0 --require certified,certified-in-remediation F-0001 'Imaginary Cases'
	check 0 --require 'in-process certified' F-0008 F-0001
	check 6 --require certified F-0009
}
test_case "--require names the statuses that hold" requires

# stale WORD: no verdicts, the driver's own sentence, exit status 6; with --allow-stale the verdicts.
stale() {
	check 6 "$WORK/mine.txt"
	equal results unclear "$(cut -f3 "$WORK/out" | sort -u)"
	equal reasons stale "$(cut -f12 "$WORK/out" | sort -u)"
	grep -q -- "$1" "$WORK/err"
	grep -qxF -- ". See what it last said: --allow-stale. Ask again: ismap-sync pull --store $STORE --source NAME" \
		<(sed 's/.*\(\. See what\)/\1/' "$WORK/err")
	check 6 --format table "$WORK/mine.txt"
	equal "the page of a stale list" "" "$(cat "$WORK/out")"
	check 1 --allow-stale F-0001 F-0008
	equal results "holds fails" "$(cut -f3 "$WORK/out" | paste -sd ' ')"
	grep -q -- "$1" "$WORK/err"
}

no_verdicts() {
	local reason later
	cp -a "$STORE" "$WORK/stale"
	STORE=$WORK/stale
	# Eight days later by our clock.
	later=$(date -u -d '8 days' +%FT%TZ)
	export ISMAP_SYNC_CLOCK="$later synchronised"
	stale 'last checked against its source at 20[0-9-]* [0-9:]* UTC, more than 7 days ago'
	"$SYNC" status --store "$STORE" >"$WORK/status"
	reason=$(sed -n 's/^reason  *//p' "$WORK/status")
	grep -qF "$reason" "$WORK/err"
	export ISMAP_SYNC_CLOCK='now synchronised'
	sed -i "s/^chain .*/chain $(printf '%064d' 7)/" "$WORK/stale/state"
	stale "when this list was checked isn't known"
	rm -r "$WORK/stale"
	python3 "$TOP/tests/publications/claims.py" after "$TODAY" --partial >"$WORK/part.json"
	"$SYNC" pull --quiet --store "$WORK/stale" --source interchange --from "$WORK/part.json" >/dev/null
	stale "isn't the whole list"
	# What a part of the list lacks may be in the rest.
	check 6 --allow-stale 'Imaginary Vault'
}
test_case "a stale, unspoken or partial list gives no verdicts but 6" no_verdicts

# The same answer from the same words in whatever file.
files() {
	local form
	printf 'F-0001\nImaginary Cases\nクラウド\n' >"$WORK/plain"
	check 1 "$WORK/plain"
	cp "$WORK/out" "$WORK/wanted"
	{ printf '\xef\xbb\xbf'; sed 's/$/\r/' "$WORK/plain"; } >"$WORK/bom-crlf"
	iconv -t CP932 "$WORK/plain" >"$WORK/cp932"
	iconv -t UTF-16 "$WORK/plain" >"$WORK/utf-16"
	for form in bom-crlf cp932 utf-16; do
		check 1 "$WORK/$form"
		diff "$WORK/wanted" "$WORK/out"
	done
	check 1 - <"$WORK/cp932"
	diff "$WORK/wanted" "$WORK/out"
	check 1 <(cat "$WORK/plain")
	diff "$WORK/wanted" "$WORK/out"
}
test_case "files as people have them: BOM, CRLF, CP932, UTF-16, a pipe" files

tables() {
	printf '番号,サービス名,備考\r\n1,"Imaginary\nCases",x\r\n2,F-0001,"a ""b"""\r\n3,,y\r\n4,Imaginary Vault,z\r\n' >"$WORK/table.csv"
	iconv -t CP932 "$WORK/table.csv" >"$WORK/table932.csv"
	for form in table table932; do
		check 1 --column サービス名 "$WORK/$form.csv"
		equal given '2 Imaginary Cases holds,4 F-0001 holds,6 Imaginary Vault fails' \
			"$(cut -f1-3 "$WORK/out" | tr '\t' ' ' | paste -sd ,)"
		grep -q '1 row has nothing in the column' "$WORK/err"
	done
	sed 's/,/\t/g' "$WORK/table.csv" >"$WORK/table.tsv"
	check 1 --column サービス名 "$WORK/table.tsv"
	check 2 --column なし "$WORK/table.csv"
	grep -q "has no column 'なし'; there are 番号, サービス名, 備考" "$WORK/err"
	# Taken for names, its lines would all be absent.
	check 2 "$WORK/table.csv"
	grep -q -- "is a table, not a number or a name a line; 'ismap-sync check --column' reads a column of it: 番号, サービス名, 備考" "$WORK/err"
	check 2 "$WORK/table.tsv"
	check 2 - <<<'# nobody'
	grep -q 'standard input names no service' "$WORK/err"
	printf 'PK\3\4xxxxxxxxxxxxxxxxxxxxxxxxxxxx' >"$WORK/book.xlsx"
	check 2 "$WORK/book.xlsx"
	grep -q xlsx2csv "$WORK/err"
}
test_case "a column of a table; a table without a column is refused" tables

several_stores() {
	local other=$WORK/other
	python3 "$TOP/tests/publications/interchange.py" --published "$TODAY" --registry ismap --status E-0002=unverified \
		>"$WORK/other.json"
	"$SYNC" pull --quiet --store "$other" --source interchange --from "$WORK/other.json" >/dev/null
	check 1 --store "$other" F-0001 E-0001 E-0002 F-0003 Nowhere
	equal rows 'F-0001 holds fedramp,E-0001 holds ismap,E-0002 unclear ismap,F-0003 fails fedramp,Nowhere fails ' \
		"$(cut -f2,3,14 "$WORK/out" | tr '\t' ' ' | paste -sd ,)"
	check 1 --store "$other" --format table F-0001 E-0001 Nowhere
	grep -q '^Imaginary Marketplace, list of' "$WORK/out"
	grep -q '^Synthetic List, list of' "$WORK/out"
	grep -q 'on none of these lists' "$WORK/out"
	# A list that can't be relied on leaves open what no other one decides.
	sed -i "s/^last-success .*/last-success 1000/" "$other/state"
	check 6 --store "$other" F-0001 E-0001 Nowhere
	equal results 'holds unclear unclear' "$(cut -f3 "$WORK/out" | paste -sd ' ')"
	grep -q "no answer from $other: " "$WORK/err"
}
test_case "several stores: one that holds is enough, one that is stale leaves it open" several_stores

# Of long texts only a beginning is compared, so one that is longer is nobody's name.
long_names() {
	local long
	long=$(printf 'Long %.0s' {1..110})
	python3 - "$long" >"$WORK/long.json" <<-'EOF'
		import datetime, json, sys
		json.dump({"format": "ismapfs-interchange", "version": 1, "published": str(datetime.date.today()), "complete": True,
		           "registry": {"name": "long", "title": "L", "time_zone": "UTC", "language": "en"},
		           "services": [{"number": "L-1", "name": sys.argv[1] + "A", "status": "registered"},
		                        {"number": "L-2", "name": sys.argv[1][:200], "status": "registered"}]}, sys.stdout)
	EOF
	"$SYNC" pull --quiet --store "$WORK/long" --source interchange --from "$WORK/long.json" >/dev/null
	printf '%s\n' "${long}B" "${long:0:512}" "${long:0:200}" L-1 >"$WORK/long.txt"
	"$SYNC" check --store "$WORK/long" --allow-stale --format tsv "$WORK/long.txt" >"$WORK/out" 2>/dev/null || true
	equal found ",,L-2,L-1" "$(cut -f4 "$WORK/out" | paste -sd ,)"
}
test_case "a name that only begins like another one is not it, however long" long_names

page() {
	check 1 --format table "$WORK/mine.txt"
	[ "$(wc -L <"$WORK/out")" -le 80 ]
	sed -n 's/^[A-Z ]*$/&/p' "$WORK/out" | grep . >"$WORK/groups"
	printf 'DOES NOT HOLD\nUNCLEAR\nHOLDS\n' | diff - "$WORK/groups"
	sed -n 2p "$WORK/out" | grep -qx '12 lines: 5 hold, 5 do not hold, 2 unclear'
	grep -qE '^  line 5   F-0003  Imaginary Analytics$' "$WORK/out"
	grep -qE '^ +not on the list since '"$TODAY"' \(Imaginary Marketplace says:$' "$WORK/out"
	grep -qE '^ +before that: certified  D  High$' "$WORK/out"
	grep -qE "not on this list, nor ever since $YESTERDAY, when this copy begins" "$WORK/out"
	grep -qE "^ +built on F-0003, which left the list on $TODAY$" "$WORK/out"
	grep -qE "^ +certified-in-remediation, since $TODAY: certified still, under a\$" "$WORK/out"
	grep -qE '^ +found by a name that it had: "Imaginary Old Name"$' "$WORK/out"
	grep -qE '^ +2 services have this name; write the number instead:$' "$WORK/out"
	check 0 --format table F-0012
	grep -qE '^ +was to be assessed on 2020-02-03$' "$WORK/out"
	grep -qE "^ +its class was d until $TODAY$" "$WORK/out"
	# Notes never change a result.
	equal "last line" 'permission to buy or to operate.' "$(tail -n 1 "$WORK/out")"
}
test_case "on a terminal: what needs a person first, with its reason; 80 columns" page

japanese() {
	LOCALE=ja_JP.UTF-8 check 1 --format table "$WORK/mine.txt"
	[ "$(python3 -c 'import sys, unicodedata
print(max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in l.rstrip("\n")) for l in open(sys.argv[1])))' "$WORK/out")" -le 80 ]
	printf '有効でない\n要確認\n有効\n' >"$WORK/groups"
	grep -xE '有効でない|要確認|有効' "$WORK/out" | diff "$WORK/groups" -
	grep -q '12件: 有効 5件、有効でない 5件、要確認 2件' "$WORK/out"
	grep -qE '^  5行目 +F-0003  Imaginary Analytics$' "$WORK/out"
	grep -q '公表元との照合' "$WORK/out"
	cp "$WORK/out" "$WORK/page"
	check 1 "$WORK/mine.txt"
	cp "$WORK/out" "$WORK/english"
	LOCALE=ja_JP.UTF-8 check 1 "$WORK/mine.txt"
	diff "$WORK/english" "$WORK/out"
	# Names of the list aside, no English is left.
	fails grep -E '\b(the|list|services?|line|hold)\b' "$WORK/page"
}
test_case "in Japanese; tsv is the same in every language" japanese

objects() {
	check 1 --format json "$WORK/mine.txt"
	cp "$WORK/out" "$WORK/json"
	check 1 --format jsonl "$WORK/mine.txt"
	equal objects 12 "$(wc -l <"$WORK/out")"
	jq -s . "$WORK/out" >"$WORK/lines"
	jq . "$WORK/json" | diff - "$WORK/lines"
	jq -e '.[0] | .line == 2 and .number == "F-0001" and .["status-since"] == "2013-05-01"' "$WORK/json" >/dev/null
	jq -e '.[4].candidates == ["F-0005", "F-0006"]' "$WORK/json" >/dev/null
	jq -e '.[6].notes == [{"note": "built-on-delisted", "number": "F-0003", "day": "'"$TODAY"'"}]' "$WORK/json" >/dev/null
	jq -e '.[9]["found-by"] == "former-name"' "$WORK/json" >/dev/null
}
test_case "json and jsonl say the same, notes included" objects

start_server "$WORK/ports" python3 "$TOP/tests/servers/misbehaving_http.py" "$WORK"

mirror() {
	local signal i before web=$WORK/web
	command -v minisign >/dev/null || skip "minisign is not installed"
	minisign -G -W -s "$WORK/key" -p "$WORK/key.pub" >/dev/null
	minisign -G -W -s "$WORK/key2" -p "$WORK/key2.pub" >/dev/null
	"$SYNC" publish --store "$STORE" --to "$web" --key "$WORK/key" >/dev/null
	mkdir "$WORK/tmp"
	before=$(find "$WORK/tmp" "$web" -type f | sort)
	expect_code 0 env TMPDIR="$WORK/tmp" "$SYNC" check --mirror "$web" --pubkey "$WORK/key.pub" F-0001
	equal row 'F-0001 holds' "$(cut -f2,3 "$WORK/.said" | tr '\t' ' ')"
	expect_code 1 env TMPDIR="$WORK/tmp" "$SYNC" check --mirror "$web" --pubkey "$WORK/key.pub" "$WORK/mine.txt"
	equal rows 12 "$(wc -l <"$WORK/.said")"
	expect_code 4 env TMPDIR="$WORK/tmp" "$SYNC" check --mirror "$web" --pubkey "$WORK/key2.pub" F-0001
	expect_code 3 env TMPDIR="$WORK/tmp" "$SYNC" check --mirror "$WORK/nowhere" --pubkey "$WORK/key.pub" F-0001
	expect_code 2 env TMPDIR="$WORK/tmp" "$SYNC" check --mirror "$web" --pubkey "$WORK/key.pub" "$WORK/empty"
	expect_code 2 "$SYNC" check --mirror "$web" F-0001
	expect_code 2 "$SYNC" check --mirror "$web" --pubkey "$WORK/key.pub" --store "$STORE" F-0001
	# Nothing is kept, so nothing is said of a store.
	expect_code 4 env TMPDIR="$WORK/tmp" ISMAP_SYNC_CLOCK="$(date -u -d '90 days' +%FT%TZ) synchronised" \
		"$SYNC" check --mirror "$web" --pubkey "$WORK/key.pub" F-0001
	said 'it expired at .* held back on the way$'
	# A list that was never checked, which the sentence calls by its address.
	"$SYNC" init --store "$WORK/sample" --bundled ismap >/dev/null
	"$SYNC" publish --store "$WORK/sample" --to "$WORK/sample.web" --key "$WORK/key" >/dev/null
	expect_code 6 env TMPDIR="$WORK/tmp" "$SYNC" check --mirror "$WORK/sample.web" --pubkey "$WORK/key.pub" F-0001
	said "no answer from $WORK/sample.web: "
	# There is no store that could be pulled, and no command that searches a mirror.
	fails grep -q 'ismap-sync pull' "$WORK/.said"
	said 'See what it last said: --allow-stale$'
	expect_code 1 env TMPDIR="$WORK/tmp" "$SYNC" check --mirror "$web" --pubkey "$WORK/key.pub" --format table 'Imaginary Ca'
	said '^ +1 service has these words: F-0004$'
	fails grep -q 'ismap-sync search' "$WORK/.said"
	rm -r "$WORK/sample.web"
	# Somebody loses patience with a server that says nothing.
	for signal in TERM HUP; do
		TMPDIR=$WORK/tmp "$SYNC" check --mirror "http://127.0.0.1:$(cut -d' ' -f1 "$WORK/ports")/silent" \
			--pubkey "$WORK/key.pub" F-0001 >/dev/null 2>&1 &
		for ((i = 0; i < 200; i++)); do
			[ -n "$(ls -A "$WORK/tmp")" ] && break
			sleep 0.05
		done
		[ -n "$(ls -A "$WORK/tmp")" ]
		kill -$signal $!
		kill -TERM $! || true # it may have ended at once
		wait $! && return 1
		equal "left behind after SIG$signal" "" "$(ls -A "$WORK/tmp")"
	done
	equal "left behind" "$before" "$(find "$WORK/tmp" "$web" -type f | sort)"
	equal "left behind" "" "$(ls -A "$WORK/tmp")"
}

# Nobody removes anything after SIGKILL: the next one does, a day later, and nothing else.
killed() {
	local i left tmp=$WORK/killed
	[ -e "$WORK/key.pub" ] || skip "minisign is not installed"
	mkdir "$tmp"
	TMPDIR=$tmp "$SYNC" check --mirror "http://127.0.0.1:$(cut -d' ' -f1 "$WORK/ports")/silent" \
		--pubkey "$WORK/key.pub" F-0001 >/dev/null 2>&1 &
	for ((i = 0; i < 200; i++)); do
		[ -n "$(find "$tmp" -type f)" ] && break
		sleep 0.05
	done
	kill -KILL $!
	wait $! || true
	left=$(ls -A "$tmp")
	[ -n "$left" ]
	expect_code 0 env TMPDIR="$tmp" "$SYNC" check --mirror "$WORK/web" --pubkey "$WORK/key.pub" F-0001
	equal "not a day old" "$left" "$(ls -A "$tmp")"
	cp -a "$tmp/$left" "$tmp/ismap-sync-another"
	mkdir "$tmp/$left.d" "$WORK/kept"
	ln -s "$WORK/kept" "$tmp/ismap-sync-00000000000000aa"
	touch -h -d '2 days ago' "$tmp"/*
	[ "$(id -u)" != 0 ] || { cp -a "$tmp/$left" "$tmp/ismap-sync-00000000000000bb" && chown 65534 "$tmp/ismap-sync-00000000000000bb"; }
	find "$tmp" | grep -v "$left\(/\|$\)" | sort >"$WORK/others"
	expect_code 0 env TMPDIR="$tmp" "$SYNC" check --mirror "$WORK/web" --pubkey "$WORK/key.pub" F-0001
	find "$tmp" | sort | diff "$WORK/others" -
	[ -e "$WORK/kept" ]
}
test_case "--mirror: fetched, verified, answered, nothing left behind" mirror
test_case "--mirror: what a kill left behind goes with the next one, a day later" killed

real_day() {
	local list=$WORK/real.json
	[ -e "$DATA/fedramp-2026/days.tar.xz" ] || skip "there are no publications beside the checkout"
	tar -xJOf "$DATA/fedramp-2026/days.tar.xz" 2026-04-27T0226.data.json >"$list"
	"$SYNC" pull --quiet --store "$WORK/real" --source fedramp --from "$list" >/dev/null 2>&1
	python3 "$TOP/tests/oracle/claims.py" claims "$list" >"$WORK/claims"
	python3 "$TOP/tests/oracle/claims.py" verdicts "$list" <"$WORK/claims" >"$WORK/wanted"
	[ "$(cut -f2 "$WORK/wanted" | sort -u | wc -l)" = 3 ]
	STORE=$WORK/real check 1 --allow-stale "$WORK/claims"
	equal rows 500 "$(wc -l <"$WORK/out")"
	cut -f2-4,13 "$WORK/out" | diff "$WORK/wanted" -
}
test_case "500 numbers and names of a real day: the same as an independent reading" real_day

# A part of a name is no name, but the way to those that have it.
points_to_search() {
	local flat command
	check 1 --format table "imaginary t" Nowhere
	flat=$(tr -s ' \n' ' ' <"$WORK/out")
	equal once 1 "$(grep -o 'these words' <<<"$flat" | wc -l)"
	command=$(grep -oE "ismap-sync search --store [^ ]+ 'imaginary t'" <<<"$flat")
	# The command that is printed finds as many.
	bash -c "$BUILD/$command" >"$WORK/found"
	equal found "$(grep -oE '[0-9]+ services have' <<<"$flat")" "$(wc -l <"$WORK/found") services have"
	# Each list has its own, and a file of strangers doesn't have all of it searched.
	yes 'Imaginary F' | head -n 40 | check 1 --format table -
	equal bounded 16 "$(tr -s ' \n' ' ' <"$WORK/out" | grep -o 'these words' | wc -l)"
}
test_case "a part of a name: the command that finds the services" points_to_search

# Many lines against many services, half of which share a name, as half of the lines do.
many() {
	local seconds
	python3 - 10000 >"$WORK/many.json" <<-'END'
		import json, sys
		count = int(sys.argv[1])
		services = [{"number": f"N-{i:05d}", "name": f"Imaginary Service {i}", "status": "certified"} for i in range(count // 2)]
		services += [{"number": f"N-{i:05d}", "name": "Imaginary Same", "status": "in-process"} for i in range(count // 2, count)]
		print(json.dumps({"format": "ismapfs-interchange", "version": 1, "published": "2026-01-01", "complete": True,
		    "registry": {"name": "fedramp", "title": "T", "time_zone": "UTC", "language": "en"}, "services": services}))
	END
	{ seq -f 'Imaginary Service %.0f' 0 4999; yes 'Imaginary Same' | head -n 5000; } >"$WORK/many.txt"
	"$SYNC" pull --quiet --store "$WORK/many" --source interchange --from "$WORK/many.json" >/dev/null
	seconds=$SECONDS
	STORE=$WORK/many check 6 --allow-stale "$WORK/many.txt"
	[ $((SECONDS - seconds)) -lt 20 ]
	equal results '5000 holds required,5000 unclear ambiguous' \
		"$(cut -f3,12 "$WORK/out" | tr '\t' ' ' | uniq -c | sed 's/^ *//' | paste -sd ,)"
	[ "$(wc -c <"$WORK/out")" -lt 3000000 ]
}
test_case "10,000 lines against 10,000 services" many

search_finds() {
	expect_code 0 "$SYNC" search --store "$STORE" imaginary
	equal first F-0001 "$(head -n 1 "$WORK/.said" | cut -f1)"
	equal last F-0011 "$(tail -n 1 "$WORK/.said" | cut -f1)"
	# In force, others, those that left.
	equal groups 'yes yes,no yes,unknown yes,no no' "$(awk -F'\t' '{
		group = $3 == "yes" ? 1 : $8 == "yes" ? 2 : 3; if (group < before) print "disorder"; before = group
		if (!seen[$3 " " $8]++) print $3 " " $8 }' "$WORK/.said" | paste -sd ,)"
	expect_code 0 "$SYNC" search --store "$STORE" ＣＡＳＥＳ imag
	equal found F-0004 "$(cut -f1 "$WORK/.said")"
	expect_code 0 "$SYNC" search --store "$STORE" 'old name'
	equal found F-0010 "$(cut -f1 "$WORK/.said")"
	expect_code 0 "$SYNC" search --store "$STORE" f‐0012
	equal found F-0012 "$(cut -f1 "$WORK/.said")"
	expect_code 1 "$SYNC" search --store "$STORE" imaginary fabrikam
	said "neither among the 32 services of $TODAY nor among the 2 that left since $YESTERDAY"
	expect_code 1 "$SYNC" search --store "$STORE" --format json fabrikam
	"$SYNC" search --store "$STORE" --format json imaginary 2>/dev/null | jq -e 'length == 34 and .[0].number == "F-0001"' >/dev/null
	"$SYNC" search --store "$STORE" --format json fabrikam 2>/dev/null | jq -e 'length == 0' >/dev/null
	expect_code 2 "$SYNC" search --store "$STORE"
	expect_code 0 "$SYNC" search --store "$STORE" --format table draft
	# As check and show write it.
	said '^F-0008  in-process    C  Moderate  Imaginary Draft$'
	said '^        not in force               Imaginary Provider$'
	said '^1 service, none that left the list. More about one: ismap-sync show --store'
	tr '\n' ' ' <"$WORK/.said" | grep -q "show --store $STORE F-0008"
	[ "$(wc -L <"$WORK/.said")" -le 80 ]
	expect_code 0 "$SYNC" search --store "$STORE" --store "$WORK/other" e
	equal registries 'fedramp ismap' "$(cut -f9 "$WORK/.said" | sort -u | paste -sd ' ')"
}
test_case "search: all words, folded; in force first; nothing found says where it looked" search_finds

show_tells() {
	expect_code 0 "$SYNC" show --store "$STORE" --format table F-0007
	said '^Imaginary Tickets +F-0007$'
	said '^  certified +in force: yes$'
	said '^Built on +F-0003 +Imaginary Analytics, left the list on'
	[ "$(wc -L <"$WORK/.said")" -le 80 ]
	expect_code 0 "$SYNC" show --store "$STORE" --format table f-0004
	said "certified-in-remediation +since $TODAY +in force: yes"
	said "^  $TODAY +certified → certified-in-remediation$"
	said "^  $TODAY +status +certified → certified-in-remediation +still in force$"
	expect_code 0 "$SYNC" show --store "$STORE" --format table F-0004 --at "$YESTERDAY"
	said "^As listed at the end of $YESTERDAY \\(UTC\\): the list was published that day$"
	said '^  certified +since 2013-05-01 +in force: yes$'
	fails grep -q remediation "$WORK/.said"
	expect_code 0 "$SYNC" show --store "$STORE" --format table F-0003
	said "not on the list since $TODAY \\(Imaginary Marketplace says: Delisted\\)"
	equal "said once" 1 "$(grep -c 'Imaginary Marketplace \(says\|writes\)' "$WORK/.said")"
	expect_code 0 "$SYNC" show --store "$STORE" --field name F-0010 --at "$YESTERDAY"
	equal name 'Imaginary Old Name' "$(cat "$WORK/.said")"
	expect_code 0 "$SYNC" show --store "$STORE" --field leverages F-0007
	equal leverages F-0003 "$(cat "$WORK/.said")"
	expect_code 1 "$SYNC" show --store "$STORE" --field scope F-0007
	said "the list doesn't state 'scope'"
	expect_code 2 "$SYNC" show --store "$STORE" --field scoop F-0007
	expect_code 1 "$SYNC" show --store "$STORE" "fab rikam's"
	said "is neither a number nor a name on Imaginary Marketplace, nor was it since $YESTERDAY"
	said "ismap-sync search --store $STORE 'fab rikam'\\\\''s'\$"
	expect_code 1 "$SYNC" show --store "$STORE" -- -fabrikam
	said "ismap-sync search --store $STORE -- -fabrikam\$"
	expect_code 1 "$SYNC" show --store "$STORE" 'Imaginary Twin'
	said 'F-0005, F-0006'
	expect_code 2 "$SYNC" show --store "$STORE" F-0007 --at 2020-01-01
	expect_code 2 "$SYNC" show --store "$STORE"
}
test_case "show: one service, now, on a day, or one field of it" show_tells

# The registry's history may lack a certification that the list showed: the review behind it is a new one.
since_the_list_took_it_back() {
	local day status
	for status in "$YESTERDAY certified" "$TODAY in-process"; do
		day=${status% *}
		python3 "$TOP/tests/publications/claims.py" after "$day" | jq --arg status "${status#* }" '.services = [.services[] |
			if .number == "F-0008" then .status = $status | .["events.tsv"] = [{date: "2012-11-02", to: "in-process"}] else . end]' \
			>"$WORK/back.json"
		"$SYNC" pull --quiet --store "$WORK/back" --source interchange --from "$WORK/back.json" >/dev/null
	done
	expect_code 1 "$SYNC" check --store "$WORK/back" F-0008
	equal since "$TODAY" "$(cut -f7 "$WORK/.said")"
	expect_code 0 "$SYNC" show --store "$WORK/back" --format table F-0008
	# The registry states no such day, so this copy says that it is its own.
	said "^  in-process +seen since $TODAY +in force: no"
	equal basis seen "$("$SYNC" check --store "$WORK/back" --format json F-0008 | jq -r '.[0]["status-since-basis"]')"
	expect_code 1 "$SYNC" check --store "$WORK/back" --format table F-0008
	said "^ +in-process, seen since $TODAY: "
}
test_case "a status that the list took back begins then, whatever the registry's history lacks" since_the_list_took_it_back

# Every field is the file that the tree has.
show_is_the_tree() {
	local file
	"$SYNC" export --store "$STORE" "$WORK/tree" >/dev/null 2>&1
	for file in "$WORK/tree/services/F-0004/"*; do
		if [ ! -f "$file" ] || [ -L "$file" ]; then continue; fi
		"$SYNC" show --store "$STORE" --field "${file##*/}" F-0004 >"$WORK/field"
		cmp "$file" "$WORK/field"
	done
	"$SYNC" show --store "$STORE" --format json F-0004 | jq -r '.status' | diff "$WORK/tree/services/F-0004/status" -
	equal fields "$(find "$WORK/tree/services/F-0004/" -type f | wc -l)" "$("$SYNC" show --store "$STORE" F-0004 | wc -l)"
}
test_case "show --field prints what the tree's file holds" show_is_the_tree

finish
