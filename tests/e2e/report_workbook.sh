#!/usr/bin/env bash
# tables/services.xlsx: the list for a spreadsheet. Where LibreOffice is, it opens it.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

BOOK=$TOP/tests/helpers/workbook.py

pulls() { # STORE FILE…
	local file
	for file in "${@:2}"; do
		"$SYNC" pull --store "$WORK/$1" --source interchange --from "$file" --quiet >/dev/null
	done
	"$SYNC" export --store "$WORK/$1" "$WORK/$1.tree"
}

for turn in 1 2 3; do python3 "$TOP/tests/publications/report_list.py" $turn >"$WORK/$turn.json"; done
pulls past "$WORK"/{1,2,3}.json

as_the_tree() {
	python3 "$BOOK" "$WORK/past.tree"
	"$SYNC" init --store "$WORK/fedramp" --bundled fedramp >/dev/null
	"$SYNC" export --store "$WORK/fedramp" "$WORK/fedramp.tree"
	python3 "$BOOK" "$WORK/fedramp.tree"
}

hostile() {
	python3 "$TOP/tests/publications/interchange.py" --hostile --incomplete >"$WORK/hostile.json"
	python3 - "$WORK/hostile.json" <<-'EOF'
		import json, sys
		with open(sys.argv[1], encoding="utf-8") as file:
		    document = json.load(file)
		for number, text in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "\u202egnp.exe", "a\tb",
		                               "é" * 3000)):
		    document["services"].append({"number": f"X-{number}", "name": text[:200], "provider": text[:200], "description": text, "status": "registered",
		                                 "url": ["external:x.xlsx", "internal:A1", "file:///etc/passwd", "http://good.example/?a=1&b=\"2\"<3>"][number % 4].replace(" ", "")})
		for number, url in enumerate(("https://x.example/\u0001", "https://x.example/\ufffe", "https://x.example/\u009b2J", "https://x.example/\r\nb")):
		    document["services"].append({"number": f"U-{number}", "name": url, "status": "registered", "url": url})
		with open(sys.argv[1], "w", encoding="utf-8") as file:
		    json.dump(document, file)
	EOF
	pulls hostile "$WORK/hostile.json"
	python3 "$BOOK" "$WORK/hostile.tree"
}

# Made at another time, in another zone, by another run.
same_bytes() {
	local file
	for file in "$WORK"/{1,2,3}.json; do
		TZ=America/New_York faketime '2031-02-03 04:05:06' "$SYNC" pull --store "$WORK/later" --source interchange --from "$file" --quiet >/dev/null
	done
	"$SYNC" export --store "$WORK/later" "$WORK/later.tree"
	cmp "$WORK/past.tree/tables/services.xlsx" "$WORK/later.tree/tables/services.xlsx"
	# Events of a calendar are named after the store.
	cmp <(sed "s/\"uuid\":\"[0-9a-f-]*\"//" "$WORK/past.tree/tables/report.html") \
		<(sed "s/\"uuid\":\"[0-9a-f-]*\"//" "$WORK/later.tree/tables/report.html")
	equal litter "" "$(find "$WORK/later" -name '*workbook*' -o -name 'tmp.*')"
}

# What a killed run leaves is swept by the next.
swept() {
	cp -a "$WORK/later" "$WORK/killed"
	touch "$WORK/killed/generations/"{new.db-workbook,tmp.AbCdEf}
	"$SYNC" prune --store "$WORK/killed" --keep 2 >/dev/null
	equal litter "" "$(find "$WORK/killed" -name '*workbook*' -o -name 'tmp.*')"
}

# A fault that nobody has to do with memory for isn't called one of memory.
other_faults() {
	local code=0
	mkdir "$WORK/faulty"
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -P "$WORK/faulty/generations/new.db-workbook" -e trace=openat \
		-e inject=openat:signal=SEGV "$SYNC" init --store "$WORK/faulty" --bundled fedramp >"$WORK/said" 2>&1 || code=$?
	equal code $((128 + 11)) "$code"
	fails grep -q memory "$WORK/said"
}

opens() {
	command -v soffice >/dev/null || skip "there is no LibreOffice here"
	timeout 100 soffice "-env:UserInstallation=file://$WORK/office" --headless --convert-to csv:'Text - txt - csv (StarCalc)':44,34,76,1,,0,false,true,false,false,false,-1 \
		--outdir "$WORK/csv" "$WORK/past.tree/tables/services.xlsx" >/dev/null
	grep -qx 'ISMAP-LIU登録,registered-liu,C2,Ｗｉｄｅ－Name Service,乙 Inc,ismap-liu,2026-02-01,2026-07-27,規則による計算,https://example.jp/2' "$WORK"/csv/*一覧.csv
	grep -q ',C8,=1+1,' "$WORK"/csv/*一覧.csv
	grep -q ',C5,Gone Service,.*,2026-10-15,' "$WORK"/csv/*掲載終了.csv
}

test_case "each row as in the tree, days as dates; set up for reading and for paper" as_the_tree
test_case "hostile texts are texts: no formula, no link but to the web" hostile
test_case "the same list gives the same bytes, whenever and wherever" same_bytes
test_case "what a killed run leaves is swept away" swept
test_case "a fault that isn't one of memory isn't called that" other_faults
test_case "LibreOffice opens it and sees the same" opens
finish
