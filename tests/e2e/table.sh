#!/usr/bin/env bash
# Any table and a map are a list: what people's spreadsheets export is read right, or refused in a sentence that names the place.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

MAPS=$TOP/sync/sources/table/maps
# As root, without Landlock, probe is nobody, who reads what everybody may.
chmod 755 "$WORK"

# pull_table MAP FILE [OPTION…]: into a store of its own, STORE; the tree is in T.
pull_table() {
	STORE=$(mktemp -d "$WORK/store.XXXX") T=$(mktemp -d -u "$WORK/tree.XXXX")
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$1" --from "$2" --at 2026-08-20 "${@:3}"
	cp "$WORK/.said" "$WORK/pulled"
	expect_code 0 "$SYNC" export --store "$STORE" "$T"
}

odd_map() { # [LINE…]: sections of its own
	printf '%s\n' '[list]' 'registry = odd' 'title = Odd' 'time-zone = Asia/Tokyo' 'language = ja' 'complete = yes' \
		'[labels]' 'number = 番号' '    ID' 'name = 名称' '    Name' 'registered-on = 登録日' '    Date' "$@" >"$WORK/odd.map"
}

# services: number|name|day of each, in one line.
services() {
	local dir
	for dir in "$T"/services/*/; do
		printf '%s|%s|%s ' "$(cat "$dir/number")" "$(cat "$dir/name")" "$(cat "$dir/registered-on" 2>/dev/null)"
	done
}

# right EXPECTED TABLE [ENCODING]: the odd map reads that of it. TABLE: as printf has it.
right() {
	# shellcheck disable=SC2059 # that is what it is
	printf "$2" | iconv -f UTF-8 -t "${3:-UTF-8}" >"$WORK/odd.csv"
	pull_table "$WORK/odd.map" "$WORK/odd.csv"
	equal "services of $2" "$1 " "$(services)"
}

# refused SENTENCE TABLE: a regular expression.
refused() {
	# shellcheck disable=SC2059
	printf "$2" >"$WORK/odd.csv"
	expect_code 4 "$SYNC" pull --store "$WORK/never" --source table --map "$WORK/odd.map" --from "$WORK/odd.csv" --at 2026-08-20
	said "$1"
}

encodings_and_separators() {
	odd_map
	right 'A-1|表ソ|2026-03-31' '番号,名称,登録日\r\nA-1,表ソ,2026-03-31\r\n' CP932
	grep -q 'odd.csv: read as CP932' "$WORK/pulled"
	right 'A-1|名|2026-03-31' 'sep=;\r\n番号;名称;登録日\r\nA-1;名;2026-03-31\r\n' UTF-16
	right 'A-1|a,b;c|2026-03-31' '番号\t名称\t登録日\rA-1\ta,b;c\t2026-03-31\r'
	right 'A-1|two lines "so"|2026-03-31' '\xef\xbb\xbf番号,名称,登録日\n"A-1","two\r\nlines ""so""","2026-03-31"\n'
	right 'A-1|x|2026-03-31 A-2|y|2026-04-01' '{"ID":"A-1","Name":"x","Date":"2026-03-31"}\n{"Name":"y","ID":"A-2","Date":"2026/4/1"}\n'
	right 'A-1|x|2026-03-31' '{"n":1,"rows":[["ID","Name","Date"],["A-1","x","2026-03-31"]]}'
}

dates() {
	odd_map '[table]' 'dates = serial'
	right '1|a|2026-03-31 2|b|2026-03-31 3|c|2019-05-01 4|d|2026-03-31' \
		'番号,名称,登録日\n1,a,令和8年3月31日\n2,b,２０２６／３／３１\n3,c,令和元年５月１日\n4,d,R8.3.31\n'
	right '1|a|2026-03-31 2|b|2026-03-31 3|c|2026-03 4|d|2026-03-31' \
		'番号,名称,登録日\n1,a,46112\n2,b,2026-03-31 00:00:00\n3,c,2026年3月\n4,d,"March 31, 2026"\n'
	right '1|a|2026-03-31 2|b|1989-01-08 3|c| 4|d|2026-03-31' \
		'番号,名称,登録日\n1,a,20260331\n2,b,平成1年1月8日\n3,c,\n4,d,46112.75\n'
	odd_map '[table]' 'dates = m/d/y'
	right '1|a|2026-03-31' 'ID,Name,Date\n1,a,3/31/2026\n'
	odd_map '[table]' 'dates = d/m/y'
	right '1|a|2026-03-31' 'ID,Name,Date\n1,a,31.03.2026\n'
}

dates_that_are_none() {
	odd_map
	refused "line 2, column 'Date': '3/4/2026' is a date only where \[table\] dates" 'ID,Name,Date\n1,a,3/4/2026\n'
	refused "line 4, column 'Date': '46112' is a date only where" 'ID,Name,Date\n\n\n1,a,46112\n'
	refused "line 3, column 'Date': '2026-02-30' is not a date" 'ID,Name,Date\n1,a,2026-02-28\n2,b,2026-02-30\n'
	refused "line 2, column 'Date': '1900-01-00' is not a date" 'ID,Name,Date\n1,a,1900-01-00\n'
	refused "line 2, column 'Date': '20260300' is not a date" 'ID,Name,Date\n1,a,20260300\n'
	refused "line 2, column 'Date': '2026年0月' is not a date" 'ID,Name,Date\n1,a,2026年0月\n'
	refused "line 2, column '登録日': 'soon' is not a date" '番号,名称,登録日\n1,a,soon\n'
}

headings() {
	odd_map
	right '1|a|2026-03-31' 'ＩＤ , name:,ｄａｔｅ\n1,a,2026-03-31\n'
	right '1|a|2026-03-31 2|b|' 'The list of everybody,,\n,,\nID,Name,Date\n,,\n1,a,2026-03-31\nID,Name,Date\n2,b,\n'
	right '1|a|2026-03-31' ',ID,,Name,Date,\n,1,,a,2026-03-31,\n'
	refused 'line 1 comes nearest, and lacks registered-on \(登録日\)' 'ID,Name,Day\n1,a,2026-03-31\n'
	refused "line 1: two columns are called 'ID'" 'ID,ID,Name,Date\n1,2,a,\n'
	odd_map 'valid-until = 有効期間満了' '[table]' 'heading-rows = 2'
	right '1|a|2026-03-31' '番号,名称,登録日,有効期間,\n,,,開始,満了\n1,a,2026-03-31,2026-04-01,2027-03-31\n'
	equal valid-until 2027-03-31 "$(cat "$T/services/1/valid-until")"
	equal 'a column that nobody knows' 2026-04-01 "$(cat "$T/services/1/extra.有効期間-開始")"
}

# None of a name that two columns would share is lost, or refuses the table.
columns_of_one_name() {
	odd_map 'extra.owner = Owner' '    Team'
	right '1|a|' 'ID,Name,Date,Note 2,Note,Owner,Team\n1,a,,n,m,o,t\n'
	equal notes 'n m o t' "$(cd "$T/services/1" && cat extra.note-2 extra.note.column-5 extra.owner extra.team | paste -sd ' ')"
	odd_map 'extra.note = Remark'
	right '1|a|' 'ID,Name,Date,Note,Remark\n1,a,,n,r\n'
	equal notes 'n r' "$(cd "$T/services/1" && cat extra.note.column-4 extra.note | paste -sd ' ')"
	odd_map 'audit-period.start = From' 'audit-period.end = To'
	right '1|a| 2|b|' 'ID,Name,Date,From,To\n1,a,,2025-04-01,2026-03-31\n2,b,,,2026-03-31\n'
	equal 'a period and an end of none' '2025-04-01/2026-03-31 2026-03-31' \
		"$(cd "$T/services" && cat 1/audit-period 2/extra.audit-period.end | paste -sd ' ')"
}

rows() {
	odd_map
	refused 'line 3: the row states no number' 'ID,Name,Date\n1,a,\n,* provisional,\n'
	refused "'1'.*twice|twice.*'1'" 'ID,Name,Date\n1,a,\n1,b,\n'
	right '1|a|' 'ID,Name,Date\n1,a,\n1,a,\n'
	refused 'no row behind the headings is one of the list' 'ID,Name,Date\n'
	refused 'line 2: a cell begins with a double quote' 'ID,Name,Date\n1,"a,\n2,b,\n'
	refused 'line 2: a cell goes on behind' 'ID,Name,Date\n1,"a"b,\n'
	odd_map '[listed]' 'number = A-*' '[table]' 'nothing = N/A' '    -'
	right 'A-1|a|' 'ID,Name,Date\nA-1,a,n/a\n* provisional,,\nSum,1,\n'
	grep -q '2 rows are none of the list' "$WORK/pulled"
	grep -q 'most of its 3 rows' "$WORK/pulled"
	right 'A-1|a| A-2|b|' 'ID,Name,Date\nA-1,a,\nA-2,b,\nSum,2,\n'
	grep -q '1 row is none of the list' "$WORK/pulled"
	! grep -q 'most of' "$WORK/pulled"
	odd_map '[table]' 'needed = name' 'key = name'
	printf 'Name,Note\nA b,x\n' >"$WORK/odd.csv"
	pull_table "$WORK/odd.map" "$WORK/odd.csv"
	equal 'a key of its name' unnumbered-a-b "$(ls "$T/services")"
	equal 'a column that nobody knows' x "$(cat "$T/services/unnumbered-a-b/extra.note")"
}

words() {
	odd_map 'status = 状態' '[status]' 'listed = 登録中' '    登録 済' 'over = 失効' '[in-force]' 'yes = listed' 'no = over' '[values]' 'level = basic'
	right '1|a| 2|b|' 'ID,Name,Date,状態\n1,a,,登録済\n2,b,,失効\n'
	equal words 'listed over 登録済 yes no basic' "$(cd "$T/services" && cat 1/status 2/status 1/status.source 1/in-force 2/in-force 1/level | paste -sd ' ')"
	refused "line 2, column '状態': '審査中' is none of the texts in \[status\]" 'ID,Name,Date,状態\n1,a,,審査中\n'
	odd_map 'service-model = Model' 'small-business = Small' '[table]' 'separator = slash'
	right '1|a|' 'ID,Name,Date,Model,Small\n1,a,,"iaas / paas\nsaas",○\n'
	equal 'lists, yes and no' 'iaas paas saas yes' "$(cd "$T/services/1" && cat service-model small-business | paste -sd ' ')"
	refused "column 'Small': 'maybe' is neither yes nor no" 'ID,Name,Date,Model,Small\n1,a,,,maybe\n'
	# Where the map says nothing of a field, a text is a word by itself, or needs one.
	odd_map 'level = Level'
	right '1|a|' 'ID,Name,Date,Level\n1,a,,Level 2\n'
	equal level 'level-2 Level 2' "$(cd "$T/services/1" && cat level level.source | paste -sd ' ')"
	refused "line 2, column 'Level': '水準２' is no word" 'ID,Name,Date,Level\n1,a,,水準２\n'
}

maps_that_make_no_sense() {
	odd_map
	printf 'ID,Name,Date\n1,a,\n' >"$WORK/odd.csv"
	expect_code 4 "$SYNC" pull --store "$WORK/never" --source table --from "$WORK/odd.csv"
	said 'nothing says what its columns mean; --map names the file'
	odd_map '[table]' 'dates = fuzzy'
	refused 'line 15: \[table\] dates: that is none of the words' 'ID,Name,Date\n1,a,\n'
	odd_map 'colour = Colour'
	refused 'line 14: \[labels\] colour: that is not a field' 'ID,Name,Date\n1,a,\n'
	[ ! -e "$WORK/never/current" ]
}

a_new_map_is_news() {
	odd_map
	right '1|a|' 'ID,Name,Date\n1,a,\n'
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$WORK/odd.map" --from "$WORK/odd.csv" --at 2026-08-20
	said unchanged
	odd_map '[values]' 'status = listed'
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$WORK/odd.map" --from "$WORK/odd.csv" --at 2026-08-20
	said 'changed: generation 2'
}

states_its_time() { # a cell, the file's name
	odd_map '[published]' 'above = yes' 'file-name = %Y%m%d' '    %Y-%m'
	STORE=$WORK/timed
	printf '一覧（令和8年3月31日現在）\n番号,名称,登録日\n1,a,\n' >"$WORK/list.csv"
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$WORK/odd.map" --from "$WORK/list.csv"
	said 'published 2026-03-30T15:00:00Z'
	expect_code 0 "$SYNC" pull --store "$STORE-given" --source table --map "$WORK/odd.map" --from "$WORK/list.csv" --at 2026-04-02
	said 'published 2026-04-01T15:00:00Z'
	printf '番号,名称,登録日\n1,b,\n' >"$WORK/list-20260401.csv"
	cp "$WORK/list-20260401.csv" "$WORK/list-later-2026-05.csv"
	expect_code 0 "$SYNC" import-history --store "$STORE" --source table --map "$WORK/odd.map" "$WORK/list-20260401.csv" "$WORK/list-later-2026-05.csv"
	said '2 of 2 files read: 1 changed something, 1 said nothing new'
	equal days '2026-03-31 2026-04-01' "$("$SYNC" export --with-at --store "$STORE" "$WORK/timed-tree" >/dev/null; cd "$WORK/timed-tree/at" && echo 2026*)"
}

# A server that says when the file was modified, and needn't send it again.
from_a_server() {
	local from
	odd_map '[published]' 'last-modified = yes'
	mkdir "$WORK/served"
	printf 'ID,Name,Date\n1,a,\n' >"$WORK/served/list.csv"
	touch -d 2026-08-20T01:02:03Z "$WORK/served/list.csv"
	serve_folder "$WORK/served" "$WORK/port"
	from=http://127.0.0.1:$(cat "$WORK/port")/list.csv
	STORE=$WORK/fetched
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$WORK/odd.map" --from "$from"
	said 'published 2026-08-20T01:02:03Z: 1 service,'
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$WORK/odd.map" --from "$from"
	said unchanged
	odd_map '[published]' 'last-modified = yes' '[values]' 'status = listed'
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$WORK/odd.map" --from "$from"
	said 'changed: generation 2, published 2026-08-20T01:02:03Z'
	expect_code 0 "$SYNC" probe --source table --from "$from"
	said '^number = ID$'
}

workbooks_are_told() {
	printf 'PK\003\004....' >"$WORK/book.xlsx"
	expect_code 4 "$SYNC" pull --store "$WORK/never" --source table --map "$MAPS/tx-ramp.map" --from "$WORK/book.xlsx"
	said "it is a workbook, not text: 'xlsx2csv FILE.xlsx FILE.csv'"
	expect_code 4 "$SYNC" probe --source table --from "$WORK/book.xlsx"
	said xlsx2csv
}

ismap_by_its_own_rules() {
	printf '%s\r\n' 'ISMAPクラウドサービスリスト（令和8年3月31日現在）,,,,,,' '登録番号,クラウドサービスの名称,事業者名,登録日,監査対象期間,区分,ご担当' \
		'C21-0001-2,試験,試験株式会社,令和３年３月１２日,2024/4/1～2025/3/31,ISMAP,"営業
一部"' 'Ｃ２１－０００２－２,試験二,試験株式会社,44270,,ＩＳＭＡＰ－ＬＩＵ,' | iconv -t CP932 >"$WORK/ismap.csv"
	{ cat "$MAPS/ismap-table.map"; printf '[labels]\nlevel = 区分\n'; } >"$WORK/ismap.map"
	STORE=$WORK/ismap
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$WORK/ismap.map" --from "$WORK/ismap.csv"
	expect_code 0 "$SYNC" export --store "$STORE" "$WORK/ismap-tree"
	cd "$WORK/ismap-tree/services"
	equal validity '2026-07-31 derived' "$(cat C21-0001-2/valid-until C21-0001-2/valid-until.basis | paste -sd ' ')"
	equal levels 'past-date registered-liu ismap-liu 2021-03-15' "$(cat C21-0001-2/status C21-0002-2/status C21-0002-2/level C21-0002-2/registered-on | paste -sd ' ')"
	equal extra 2 "$(wc -l <C21-0001-2/extra.ご担当)"
	[ -d ../controls/2022-04-01 ]
	# A field that these rules don't know would be lost without a word.
	printf '[values]\nauditor = 監査\n' >>"$WORK/ismap.map"
	expect_code 0 "$SYNC" pull --store "$STORE-values" --source table --map "$WORK/ismap.map" --from "$WORK/ismap.csv"
	expect_code 0 "$SYNC" export --store "$STORE-values" "$WORK/ismap-values-tree"
	equal 'of every row' 監査 "$(cat "$WORK/ismap-values-tree/services/C21-0002-2/auditor")"
	printf '[labels]\nagencies = ご担当\n' >>"$WORK/ismap.map"
	expect_code 4 "$SYNC" pull --store "$WORK/never" --source table --map "$WORK/ismap.map" --from "$WORK/ismap.csv"
	said "\[labels\] agencies: the rules of 'ismap' know no such field"
}

# What an inventory of one's own may look like; the map is guessed, and then reads it.
probe_guesses() {
	printf 'Product ID,Cloud Product,Vendor,Status,Expiration Date,Owner\nP-1,Post,ACME,Active,3/31/2027,me\nP-2,Chat,ACME,Retired,12/1/2026,\n' >"$WORK/own.csv"
	expect_code 0 "$SYNC" probe --source table --from "$WORK/own.csv"
	said 'Cloud Product: Post \| Chat'
	cp "$WORK/.said" "$WORK/own.map"
	pull_table "$WORK/own.map" "$WORK/own.csv"
	equal guessed 'Post ACME active 2027-03-31 me' "$(cd "$T/services/P-1" && cat name provider.name status valid-until extra.owner | paste -sd ' ')"
}

# A guess invents nothing: whether 3/4 is of March or April, or whether two texts mean the same.
probe_leaves_open() {
	printf 'ID,Name,Level,Status,Expiration Date\n1,a,Low,有効,3/4/2026\n2,b,Low+,失効,5/6/2026\n3,c,LOW,失効,\n' >"$WORK/own.csv"
	expect_code 0 "$SYNC" probe --source table --from "$WORK/own.csv"
	said '^# dates = m/d/y, or d/m/y: either fits'
	equal words 'low = Low low-2 = Low+ word = 有効 word-2 = 失効 ' "$(grep -E '^(low|word)' "$WORK/.said" | sort | tr '\n' ' ')"
	cp "$WORK/.said" "$WORK/own.map"
	expect_code 4 "$SYNC" pull --store "$WORK/never" --source table --map "$WORK/own.map" --from "$WORK/own.csv" --at 2026-08-20
	said "'3/4/2026' is a date only where \[table\] dates"
	printf 'ID,Name,Date\n1,a,3/4/2026\n2,b,13/4/2026\n' >"$WORK/own.csv"
	expect_code 0 "$SYNC" probe --source table --from "$WORK/own.csv"
	said '^dates = d/m/y$'
	printf 'ID,Name\n1,G\xe9n\xe9rale\n' >"$WORK/own.csv"
	expect_code 0 "$SYNC" probe --source table --from "$WORK/own.csv"
	said 'it is another one, such as windows-1252'
}

# The TX-RAMP extract in three dialects of CSV, in JSON and through a workbook.
tx_ramp() {
	local table=$DATA/other-lists/tx-ramp-2026-08.tsv form map first=
	[ -e "$table" ] || skip "there is no ../shared"
	for form in comma semicolon tab json jsonl xlsx; do
		map=$MAPS/tx-ramp.map
		python3 "$TOP/tests/publications/tables.py" $form <"$table" >"$WORK/tx.$form"
		if [ $form = json ]; then
			sed 's/^needed/rows = page.rows\n&/' "$map" >"$WORK/json.map"
			map=$WORK/json.map
		elif [ $form = xlsx ]; then
			# The recipe of ismap-table(5).
			command -v xlsx2csv >/dev/null || continue
			xlsx2csv "$WORK/tx.xlsx" "$WORK/tx.csv"
			mv "$WORK/tx.csv" "$WORK/tx.xlsx"
		fi
		pull_table "$map" "$WORK/tx.$form"
		# What names the document itself differs.
		rm -r "$T/.registry" "$T/tables/report.html" "$T/tables/services.xlsx"
		[ -n "$first" ] || { first=$T; continue; }
		diff -r --no-dereference -I '^<id>urn:uuid:' -I '^UID:' "$first" "$T"
	done
	python3 "$TOP/tests/oracle/table_tree.py" "$table" "$first"
}

# Another public list, by a map alone.
by_a_map_alone() {
	local table=$DATA/fedramp-2026/services-2026-08-17.tsv
	[ -e "$table" ] || skip "there is no ../shared"
	printf '%s\n' '[list]' 'registry = marketplace-extract' 'title = FedRAMP Marketplace, an extract' 'time-zone = America/New_York' 'language = en' \
		'complete = yes' '[published]' 'file-name = %Y-%m-%d' '[labels]' 'number = id' 'provider = provider' 'name = service' \
		'status = status' 'level = level' 'certification-path = path' 'registered-on = date' 'auditor = assessor' 'service-model = models' \
		'deployment-model = deployment' >"$WORK/extract.map"
	STORE=$WORK/extract T=$WORK/extract-tree
	expect_code 0 "$SYNC" pull --store "$STORE" --source table --map "$WORK/extract.map" --from "$table"
	expect_code 0 "$SYNC" export --store "$STORE" "$T"
	equal services "$(($(wc -l <"$table") - 1))" "$(find "$T/services" -mindepth 1 -maxdepth 1 | wc -l)"
	equal 'one of them' 'CG-TTS - Cloud.Gov fedramp-authorized moderate jab 2017-02-02 PaaS' \
		"$(cd "$T/services/F1607067912" && cat name status level certification-path registered-on service-model | paste -sd ' ')"
}

# The blocks of ismap-table(5), as they stand there.
manual_example() {
	python3 - "$TOP/sync/manual/ismap-table.5.scd" "$WORK/example" <<-'EOF'
		import os, re, sys
		with open(sys.argv[1], encoding="utf-8") as file:
		    blocks = re.findall(r"^```\n(.*?)^```$", file.read().split("# EXAMPLE")[1], re.M | re.S)
		os.mkdir(sys.argv[2])
		for name, text in zip(("list.csv", "list.map", "run"), blocks, strict=True):
		    with open(os.path.join(sys.argv[2], name), "w", encoding="utf-8") as file:
		        file.write(text)
	EOF
	cd "$WORK/example"
	PATH=$BUILD:$PATH bash -e run
	expect_code 0 "$SYNC" export --store store tree
	equal 'what the table says' 'Post 2027-03-31 approved yes' "$(cd tree/services/A-1 && cat name valid-until status in-force | paste -sd ' ')"
	grep -q '^List of 2026-08-20: 2 services. The whole list: yes' tree/README
}

# The commands of README's "Any other list", as they stand there but for where the store is.
readme_example() {
	mkdir "$WORK/readme"
	cd "$WORK/readme"
	printf 'Product ID,Cloud Product,Vendor,Status\nP-1,Post,ACME,Active\n' >products.csv
	sed -n '/^## Any other list/,/^## /s/^    //p' "$TOP/README.md" | sed "s|/var/lib/ismapfs|$PWD|" >run
	equal commands 2 "$(wc -l <run)"
	PATH=$BUILD:$PATH bash -e run
	expect_code 0 "$SYNC" export --store products tree
	equal 'what the table says' 'Post active' "$(cd tree/services/P-1 && cat name status | paste -sd ' ')"
}

test_case "encodings and separators are found" encodings_and_separators
test_case "dates are read as they are written" dates
test_case "what is no date is named by its line and column" dates_that_are_none
test_case "headings are found wherever they stand, and one that is gone refuses the table" headings
test_case "what two columns of one name state is kept" columns_of_one_name
test_case "rows count as the map says" rows
test_case "texts become the words that the map has for them" words
test_case "a map that makes no sense is refused with its line" maps_that_make_no_sense
test_case "a table that is read by another map is news" a_new_map_is_news
test_case "a cell or the file's name says when the list was published" states_its_time
test_case "a server says when a table was published, and what is not modified is asked for again by a new map" from_a_server
test_case "a workbook is refused with the recipe" workbooks_are_told
test_case "a table of the ISMAP list has ISMAP's own rules" ismap_by_its_own_rules
test_case "probe guesses a map that reads the table" probe_guesses
test_case "probe leaves open what nobody can tell" probe_leaves_open
test_case "the example of ismap-table(5) works as it stands" manual_example
test_case "README's commands for any other list work as they stand" readme_example
test_case "TX-RAMP in six forms is one tree, as read by an independent program" tx_ramp
test_case "another list by a map alone" by_a_map_alone
finish
