#!/usr/bin/env bash
# What people see on a terminal: changes, diff, log, status, dates; and that programs see none of it.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

STORE=$WORK/store
export ISMAP_SYNC_CLOCK='2026-08-20T12:00:00Z synchronised' TERM=xterm
unset COLUMNS NO_COLOR
JAPANESE=(env LC_ALL=ja_JP.UTF-8)

# list DAY CHANGE…: a list of that day; a change is a line of Python about s, the services by number.
list() {
	python3 - "$@" >"$WORK/list.json" <<-'EOF'
		import json, sys
		services = {
		    "FR1": {"name": "Northwind Case Management", "provider": "Northwind Federal", "class": "c", "level": "moderate",
		            "agencies": ["Office of Samples", "Office of Examples"], "description": "Cases.\n" * 20, "extra.uses": "4"},
		    "FR2": {"name": "Contoso Research Commons, which has a name that no line of a terminal is long enough for",
		            "provider": "Contoso Laboratories of the Northern and the Southern Hemisphere"},
		    "FR3": {"name": "クラウド基盤サービス 90号", "provider": "株式会社〇〇", "valid-until": "2027-05-01",
		            "valid-until.basis": "derived"},
		    "FR4": {"name": "Contoso\u202e Ticketing", "annual-assessment": "--10-14"},
		    "FR5": {"name": "Contoso GovVault", "status": "in-process"},
		}
		s = {number: {"number": number, "status": "certified", **service} for number, service in services.items()}
		for change in sys.argv[2:]:
		    exec(change)
		json.dump({"format": "ismapfs-interchange", "version": 1, "published": sys.argv[1], "complete": True,
		           "registry": {"name": "fedramp", "title": "Example List", "time_zone": "America/New_York", "language": "en"},
		           "services": list(s.values())}, sys.stdout, ensure_ascii=False)
	EOF
	"$SYNC" pull --store "$STORE" --source interchange --from "$WORK/list.json" --accept-loss --quiet >/dev/null
}

FORMER='for number in "FR1", "FR2", "FR3", "FR4": s[number]["status"] = "authorized"'
REMEDIATION='s["FR1"].update({"status": "certified-in-remediation", "agencies": ["Office of Samples", "Department of Examples"],
	"description": "All cases.", "extra.uses": "5"})'
list 2026-08-01 "$FORMER"
list 2026-08-03
list 2026-08-10 "$REMEDIATION" 's["FR2"]["provider"] = "Contoso Labs"' 's["FR3"]["valid-until"] = "2027-04-30"'
list 2026-08-12 "$REMEDIATION" 'del s["FR2"]' 's["FR5"]["status"] = "certified"' 's["FR6"] = {**s["FR4"], "number": "FR6"}' \
	's["FR3"]["valid-until"] = "2027-04-30"'
list 2026-08-20T06:00:00-04:00 "$REMEDIATION" 'del s["FR2"]' 's["FR5"]["status"] = "certified"' \
	's["FR6"] = {**s["FR4"], "number": "FR6"}' 's["FR3"]["valid-until"] = "2027-04-30"' 's["FR4"]["note"] = "Moved."'

# on COLUMNS COMMAND…: what a terminal of that width shows; its colours are left out.
on() {
	python3 "$TOP/tests/helpers/on_terminal.py" "$@" | sed 's/\x1b\[[0-9]*m//g'
	return "${PIPESTATUS[0]}"
}

# shows TEXT: $WORK/shown has these lines, in this order, perhaps among others.
shows() {
	python3 - "$WORK/shown" "$1" <<-'EOF'
		import sys
		shown = iter(open(sys.argv[1], encoding="utf-8").read().splitlines())
		for line in sys.argv[2].strip("\n").splitlines():
		    if line not in shown:
		        with open(sys.argv[1], encoding="utf-8") as file:
		            sys.exit(f"not there, or not behind the others: {line!r}, in:\n{file.read()}")
	EOF
}

# A wide character takes two columns.
fits() { # COLUMNS FILE
	python3 -c '
import sys, unicodedata
most, path = int(sys.argv[1]), sys.argv[2]
lines = open(path, encoding="utf-8").read().splitlines()
assert lines, path
for line in lines:
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    assert width <= most, f"{width} columns: {line}"
    assert line == line.rstrip(), f"blanks at its end: {line!r}"' "$@"
}

changes_shown() {
	on 80 "$SYNC" changes --store "$STORE" >"$WORK/shown"
	shows '
Example List, 2026-08-01 to 2026-08-20: 5 services changed in status, class,

2026-08-12
    Contoso GovVault                         FR5
    status    in-process → certified                                now in force
  - Contoso Research Commons, which has a …  FR2           Contoso Labs
    left the list (which gives no reason)                     no longer in force
  + Contoso? Ticketing                       FR6
    came onto the list: certified                                   now in force

2026-08-10
  ! Northwind Case Management                FR1           Northwind Federal
    status    certified → certified-in-remediation                still in force
    agencies  + Department of Examples
              - Office of Examples
    and 2 counters or texts (--all shows them)
  ! クラウド基盤サービス 90号                FR3           株式会社〇〇
    valid-until  2027-05-01 → 2027-04-30                          still in force

2026-08-03  words of this program changed: authorized is now certified (4
            services).
            The list itself says what it said before.'
	# What matters less is a number, and --all shows it.
	fails grep -qE 'note|description|2026-08-20$' "$WORK/shown"
	tr '\n' ' ' <"$WORK/shown" | grep -q 'or listing; 1 other only in other fields (--all shows it)'
	on 80 "$SYNC" changes --store "$STORE" --all >"$WORK/shown"
	shows '
2026-08-20
    Contoso? Ticketing                       FR4
    note      – → Moved.
2026-08-10'
	grep -qE '^    description +another text: 10 bytes, before 139$' "$WORK/shown"
	grep -qE '^    extra.uses +4 → 5$' "$WORK/shown"
	fails grep -q -- '--all' "$WORK/shown"
}

others_shown() {
	on 80 "$SYNC" diff --store "$STORE" 2026-08-01 latest --service FR5 >"$WORK/shown"
	shows '
Example List, 2026-08-01 compared with the newest list, of 2026-08-20: 1 service
    Contoso GovVault                         FR5
    status    in-process → certified                                now in force'
	on 80 "$SYNC" log --store "$STORE" >"$WORK/shown"
	shows '
Example List: 5 generations
'
	grep -q '^    1  2026-08-01 00:00 EDT       5  interchange /' "$WORK/shown"
	on 80 "$SYNC" status --store "$STORE" >"$WORK/shown"
	shows '
Example List                                      fresh: yes
  list of         today 06:00 EDT (2 hours ago)
  compared        today 06:00 EDT (2 hours ago)
  services        5, of which 5 in force'
	# A word of this program that changed is no new status.
	on 80 "$SYNC" show --store "$STORE" FR4 >"$WORK/shown"
	shows '  certified    in force: yes'
	ISMAP_SYNC_CLOCK='2026-09-20T12:00:00Z synchronised' on 80 "$SYNC" status --store "$STORE" >"$WORK/shown"
	shows '
Example List                                      fresh: no
  list of         2026-08-20 06:00 EDT (31 days ago)'
	on 80 "$SYNC" dates --store "$STORE" >"$WORK/shown"
	shows '
2026-10-14  annual-assessment  FR4            Contoso? Ticketing
2027-04-30  valid-until*       FR3            クラウド基盤サービス 90号

* computed by the registry'"'"'s rule, not stated by it'
}

in_japanese() {
	command -v msgfmt >/dev/null || skip "msgfmt is not installed"
	on 80 "${JAPANESE[@]}" "$SYNC" changes --store "$STORE" >"$WORK/shown"
	shows '
2026-08-12
    状態      審査中 → 認証済み                                 有効になりました
    一覧から外れました（理由は一覧に記載されません）        有効でなくなりました
    認証済み（旧称 Authorized、認可）として掲載されました       有効になりました
2026-08-10
    状態      認証済み（旧称 Authorized、認可） → 認証済み（是正計画の実施中）
              引き続き有効
    利用機関  + Department of Examples
              - Office of Examples
    有効期限  2027-05-01 → 2027-04-30                               引き続き有効'
	on 80 "${JAPANESE[@]}" "$SYNC" status --store "$STORE" >"$WORK/shown"
	shows '
  一覧の日時      本日 06:00 EDT（2時間前）
  サービス        5件、うち有効 5件'
}

# Below a service as among others: what came onto a list and what left it, names of services, a registry's own words.
lists_shown() {
	local change day=10
	STORE=$WORK/lists
	for change in '' 's["FR5"]["leverages"] = ["FR1", "FR3"]' \
		's["FR5"].update({"agencies": [f"Office {i}" for i in range(20)], "certification-path": "jab", "class": "b", "note": "x" * 500})' \
		's["FR5"].update({"agencies": [f"Office {i}" for i in range(1, 26)], "note": "y" * 501, "leverages": ["FR3"], "class": "c"})'; do
		list "2026-08-$day" 's["FR5"]["agencies"] = ["Office 0"]' "$change"
		day=$((day + 2))
	done
	on 80 "$SYNC" show --store "$STORE" FR5 >"$WORK/shown"
	shows '
Class, level    Class C
What this copy saw (since 2026-08-10)
  2026-08-16   class               B → C
               certification-path  JAB → –
               agencies            + Office 20
                                   + Office 21
                                   + Office 22
                                   and 4 more
               leverages           + FR3           クラウド基盤サービス 90号
               and 1 counter or text'
	# What it cuts, the command that it names tells whole.
	equal cut 0 "$(grep -c 'yyy → \|Office 0.*→' "$WORK/shown")"
	tail -n 6 "$WORK/shown" | tr -s ' \n' ' ' | grep -qF "More: ismap-sync changes --store $STORE --service FR5 --all"
	fails grep -q -- '(--all' "$WORK/shown"
	# A long remark is cut, and a day on which only a text changed isn't told.
	grep -qx '                (--field note)' "$WORK/shown"
	list 2026-08-18 's["FR5"].update({"status.source": "Under Review", "description": "Other."})'
	list 2026-08-19 's["FR5"].update({"status.source": "Reviewing", "description": "Another."})'
	on 80 "$SYNC" show --store "$STORE" FR5 >"$WORK/shown"
	fails grep -q '^  2026-08-19' "$WORK/shown"
	# Where nothing but that was seen, its command is named; a name is told whole, however long.
	list 2026-08-19T12:00:00-04:00 's["FR1"]["description"] = "Other."' \
		's["FR3"]["name"] = "政府情報システム向け統合クラウド基盤サービス（東日本・西日本リージョン対応版）第二世代・行政専用"' \
		's["FR4"]["auditor"] = "一般財団法人日本情報システム監査評価機構東京本部"' \
		's["FR2"]["note"] = "注記" * 40'
	on 80 "$SYNC" show --store "$STORE" FR1 >"$WORK/shown"
	grep -A 1 '^What this copy saw' "$WORK/shown" | tr -s ' \n' ' ' | grep -qF ' More: ismap-sync changes --store '
	on 80 "$SYNC" show --store "$STORE" FR3 >"$WORK/shown"
	shows '
What this copy saw (since 2026-08-10)
  2026-08-19   name      クラウド基盤サービス 90号 → 政府情報システム向け統合ク
                         ラウド基盤サービス（東日本・西日本リージョン対応版）第
                         二世代・行政専用'
	list 2026-08-19T13:00:00-04:00 's["FR4"]["auditor"] = "一般社団法人日本情報システム監査評価協会大阪支部"'
	on 80 "$SYNC" changes --store "$STORE" --since 2026-08-19 --service FR4 --all >"$WORK/shown"
	grep -qx '    auditor   一般財団法人日本情報システム監査評価機構東京本部 → 一般社団法人日' "$WORK/shown"
	on 80 "$SYNC" changes --store "$STORE" --since 2026-08-19 --service FR2 --all >"$WORK/shown"
	grep -qx '    note      another text: 240 bytes, before 0' "$WORK/shown"
	# Whose page an address is.
	list 2026-08-20 's["FR5"]["url"] = "https://contoso.example/"' \
		's["FR4"].update({"url": "https://marketplace.fedramp.gov/products/FR4", "annual-assessment": "--11-15"})'
	on 80 "$SYNC" changes --store "$STORE" --since 2026-08-20 --service FR4 --all >"$WORK/shown"
	grep -qE '^    annual-assessment +10-14 → 11-15$' "$WORK/shown"
	for change in "FR5 Provider's site https://contoso.example/" \
		"FR4 At the source   https://marketplace.fedramp.gov/products/FR4"; do
		on 80 "$SYNC" show --store "$STORE" "${change%% *}" >"$WORK/shown"
		grep -qxF "${change#* }" "$WORK/shown"
	done
	on 80 "$SYNC" changes --store "$STORE" --service fr5 --since 2026-08-12 --all >"$WORK/shown"
	shows '
    class               – → B
    certification-path  – → JAB
    agencies            + Office 1
    note                another text: 500 bytes, before 0
    leverages           - FR1           Northwind Case Management
                        - FR3           クラウド基盤サービス 90号'
}

# A registry that calls a step of its review by another word isn't sixty changes.
alike_shown() {
	local twelve='s.update({f"FR{i}": {"number": f"FR{i}", "name": f"Step {i}", "status": word} for i in range(50, 62)})'
	STORE=$WORK/alike
	list 2026-08-10 'word = "in-process"' "$twelve"
	# What says the same comes along; whatever else changed is told.
	list 2026-08-11 'word = "agency-in-process"' "$twelve" 's["FR5"]["status"] = "agency-in-process"' 's["FR50"]["level"] = "high"' \
		's["FR51"]["name"] = "Stride 51"' 's["FR52"]["provider"] = "Northwind"' 's["FR53"]["status.source"] = "Agency Review"'
	on 80 "$SYNC" changes --store "$STORE" >"$WORK/shown"
	shows '
2026-08-11
    Step 50                                  FR50
    status    in-process → agency-in-process
    level     – → high
    Step 52                                  FR52          Northwind
    status         in-process → agency-in-process
    provider.name  – → Northwind
    Stride 51                                FR51
    status    in-process → agency-in-process
    name      Step 51 → Stride 51
    10 services: status in-process → agency-in-process (--all names them)'
	fails grep -q 'Step 53' "$WORK/shown"
	on 80 "$SYNC" changes --store "$STORE" --all >"$WORK/shown"
	equal named 12 "$(grep -c '^    St' "$WORK/shown")"
	fails grep -q '10 services' "$WORK/shown"
	equal rows 17 "$("$SYNC" changes --store "$STORE" | wc -l)"
	# What is in force now, or holds less than before, or isn't in force any more, is named one by one.
	list 2026-08-12 'word = "certified"' "$twelve"
	on 80 "$SYNC" changes --store "$STORE" --since 2026-08-12 >"$WORK/shown"
	equal named 12 "$(grep -c '^    Step' "$WORK/shown")"
	list 2026-08-13 'word = "certified-in-remediation"' "$twelve"
	on 80 "$SYNC" changes --store "$STORE" --since 2026-08-13 >"$WORK/shown"
	equal named 12 "$(grep -c '^  ! Step' "$WORK/shown")"
	list 2026-08-14 'word = "in-process"' "$twelve"
	on 80 "$SYNC" changes --store "$STORE" --since 2026-08-14 --field status >"$WORK/shown"
	equal named 12 "$(grep -c '^  ! Step' "$WORK/shown")"
}

# as_table COLUMNS LANGUAGE COMMAND…: what it prints there is appended to $WORK/shown; check may say no.
as_table() {
	local code=0
	echo "${*:2}" >>"$WORK/shown"
	COLUMNS=$1 LC_ALL=$2 "$SYNC" "${@:3}" --store "$STORE" --format table >>"$WORK/shown" || code=$?
	[ $code = 0 ] || [ "$3 $code" = "check 1" ] || {
		echo "exit $code in $1 columns: ${*:2}"
		return 1
	}
}

# Whatever the width and the language.
within_the_width() {
	local columns language command
	for columns in 80 40; do
		on $columns "$SYNC" changes --store "$STORE" >"$WORK/shown"
		for language in C.UTF-8 ja_JP.UTF-8; do
			for command in changes "changes --all" "changes --important" "diff 2026-08-01 latest --all" log status dates \
				"show FR1" "show FR3" "search contoso" "check FR1 FR2 none Contoso"; do
				# shellcheck disable=SC2086 # words
				as_table $columns $language $command
			done
		done
		fits $columns "$WORK/shown"
	done
	# COLUMNS counts before the terminal's own width, if it makes sense.
	COLUMNS=40 on 80 "$SYNC" changes --store "$STORE" >"$WORK/shown"
	fits 40 "$WORK/shown"
	COLUMNS=40 "$SYNC" changes --store "$STORE" --format table >"$WORK/shown"
	fits 40 "$WORK/shown"
	for columns in 3 x 40x -40 99999999999999999999 ''; do
		COLUMNS=$columns on 80 "$SYNC" changes --store "$STORE" >"$WORK/shown"
		shows '2026-08-03  words of this program changed: authorized is now certified (4'
	done
	on 200 "$SYNC" changes --store "$STORE" >"$WORK/shown"
	shows '  - Contoso Research Commons, which has a name that no line of a terminal is long enough for             FR2           Contoso Labs'
}

colours() {
	local terminal="$TOP/tests/helpers/on_terminal.py"
	python3 "$terminal" 80 "$SYNC" changes --store "$STORE" >"$WORK/coloured"
	NO_COLOR=1 python3 "$terminal" 80 "$SYNC" changes --store "$STORE" >"$WORK/plain"
	grep -q $'\x1b\\[31m-\x1b\\[0m' "$WORK/coloured"
	fails grep -q $'\x1b' "$WORK/plain"
	# They only repeat what is said.
	cmp "$WORK/plain" <(sed 's/\x1b\[[0-9]*m//g' "$WORK/coloured")
	NO_COLOR='' python3 "$terminal" 80 "$SYNC" changes --store "$STORE" | cmp - "$WORK/coloured"
	TERM=dumb python3 "$terminal" 80 "$SYNC" changes --store "$STORE" | cmp - "$WORK/plain"
	"$SYNC" changes --store "$STORE" --format table | cmp - "$WORK/plain"
}

# Nobody has to know that there is a table to be rid of it.
for_programs() {
	local command
	for command in changes "diff 2026-08-01 latest" log status dates; do
		# shellcheck disable=SC2086 # words
		"$SYNC" $command --store "$STORE" >"$WORK/piped"
		# shellcheck disable=SC2086
		"${JAPANESE[@]}" "$SYNC" $command --store "$STORE" | cmp - "$WORK/piped"
		fails grep -q $'\x1b' "$WORK/piped"
		[ "$command" = status ] && continue
		# shellcheck disable=SC2086
		on 80 "$SYNC" $command --store "$STORE" --format tsv | cmp - "$WORK/piped"
		# shellcheck disable=SC2086
		"$SYNC" $command --store "$STORE" --format json >"$WORK/json"
		# shellcheck disable=SC2086
		"$SYNC" $command --store "$STORE" --format jsonl >"$WORK/jsonl"
		python3 - "$WORK" <<-'EOF'
			import json, sys
			def lines(name):
			    return open(f"{sys.argv[1]}/{name}", encoding="utf-8").read().splitlines()
			whole = json.loads("\n".join(lines("json")))
			assert whole and whole == [json.loads(line) for line in lines("jsonl")]
			assert len(whole) == len(lines("piped"))
		EOF
	done
	equal columns "7 5 6 6" "$(for command in changes "diff 2026-08-01 latest" log dates; do
		# shellcheck disable=SC2086
		"$SYNC" $command --store "$STORE" | awk -F'\t' '{print NF}' | sort -u
	done | xargs)"
	"$SYNC" status --store "$STORE" --format tsv | grep -qx $'stale\tno'
	"$SYNC" status --store "$STORE" --format tsv | grep -qx $'status\tcertified\t4'
	"$SYNC" status --store "$STORE" --format json | python3 -c 'import json, sys
status = json.load(sys.stdin)
assert status["stale"] is False and status["services"] == 5 and status["statuses"]["certified"] == 4, status
assert status["last_error"] is None and status["checked"] == "2026-08-20T10:00:00Z", status'
}

important() {
	"$SYNC" changes --store "$STORE" >"$WORK/all"
	"$SYNC" changes --store "$STORE" --important >"$WORK/important"
	equal fields ",in-force,status,valid-until" "$(cut -f5 "$WORK/important" | sort -u | paste -sd ,)"
	equal services "FR1 FR2 FR3 FR5 FR6" "$(cut -f4 "$WORK/important" | sort -u | xargs)"
	grep -q $'authorized\tcertified' "$WORK/all"
	fails grep -q authorized "$WORK/important"
	equal rows "$(wc -l <"$WORK/important")" "$("$SYNC" changes --store "$STORE" --important --format jsonl | wc -l)"
	equal "of a difference" "FR1 FR2 FR3 FR5 FR6" \
		"$("$SYNC" diff --store "$STORE" 2026-08-01 latest --important | cut -f2 | sort -u | xargs)"
	on 80 "$SYNC" changes --store "$STORE" --important >"$WORK/shown"
	fails grep -qE 'agencies|counter|--all' "$WORK/shown"
	# The exit status goes by what is asked for, not by what is shown.
	expect_code 1 "$SYNC" changes --store "$STORE" --since 2026-08-20 --exit-code
	expect_code 0 "$SYNC" changes --store "$STORE" --since 2026-08-20 --exit-code --important
	expect_code 1 "$SYNC" changes --store "$STORE" --since 2026-08-20 --exit-code --format table
	said '^Example List, 2026-08-20: nothing changed in status, class, level, validity or$'
	expect_code 1 "$SYNC" diff --store "$STORE" 2026-08-12 latest --exit-code
	expect_code 0 "$SYNC" diff --store "$STORE" 2026-08-12 latest --exit-code --important
	expect_code 0 "$SYNC" diff --store "$STORE" 2026-08-12 2026-08-12 --exit-code
	expect_code 2 "$SYNC" changes --store "$STORE" --all --important
}

chosen() {
	printf '\xef\xbb\xbfFR3 of ours\r\n\r\n# FR9\r\n' >"$WORK/mine"
	equal only FR3 "$("$SYNC" diff --store "$STORE" 2026-08-01 latest --only "$WORK/mine" | cut -f2 | sort -u)"
	# By numbers and names, folded as check folds them.
	printf 'ｆｒ３  of ours\ncontoso   GOVVAULT  # ours\n' >"$WORK/folded"
	equal folded "FR3 FR5" "$("$SYNC" diff --store "$STORE" 2026-08-01 latest --only "$WORK/folded" | cut -f2 | sort -u | xargs)"
	equal folded "holds holds" "$(sed 's/  of/ # of/' "$WORK/folded" | "$SYNC" check --store "$STORE" - | cut -f3 | xargs)"
	equal service FR3 "$("$SYNC" changes --store "$STORE" --service fr3 | cut -f4 | sort -u)"
	printf 'Contoso Ticketing\n' >"$WORK/twice"
	expect_code 2 "$SYNC" changes --store "$STORE" --only "$WORK/twice"
	said "twice: line 1: several services are called 'Contoso Ticketing': FR4, FR6"
	equal field valid-until "$("$SYNC" diff --store "$STORE" 2026-08-01 latest --field valid-until | cut -f3 | sort -u)"
	equal dates 2027-04-30 "$("$SYNC" dates --store "$STORE" --only "$WORK/mine" | cut -f1)"
	equal until 2026-10-14 "$("$SYNC" dates --store "$STORE" --until 2026-12-31 --service FR4 | cut -f1)"
	# In any encoding that check reads.
	printf 'ＦＲ３ # 当社\r\n' | iconv -t CP932 >"$WORK/encoded"
	printf '\xff\xfe' | cat - <(printf 'クラウド基盤サービス 90号\r\nFR3 当社' | iconv -t UTF-16LE) >"$WORK/encoded16"
	for encoded in encoded encoded16; do
		equal $encoded FR3 "$("$SYNC" diff --store "$STORE" 2026-08-01 latest --only "$WORK/$encoded" | cut -f2 | sort -u)"
	done
	printf 'FR9\n\nGovVault\n' >>"$WORK/mine"
	for command in changes "diff 2026-08-01 latest" dates; do
		# shellcheck disable=SC2086 # words
		expect_code 2 "$SYNC" $command --store "$STORE" --only "$WORK/mine"
		said "mine: line 4: the store knows no service 'FR9'"
		said "mine: line 6: the store knows no service 'GovVault'"
		said "1 service has these words: ismap-sync search --store $STORE GovVault"
	done
	printf 'number,name\nFR3,Ours\nFR4,Ours\n' >"$WORK/mine"
	expect_code 2 "$SYNC" changes --store "$STORE" --only "$WORK/mine"
	said "mine is a table, not a number or a name a line; 'ismap-sync check --column' reads a column of it: number, name"
	: >"$WORK/mine"
	expect_code 2 "$SYNC" changes --store "$STORE" --only "$WORK/mine"
	said 'mine names no service$'
	printf '%05000d\n' 1 >"$WORK/mine"
	expect_code 2 "$SYNC" diff --store "$STORE" 2026-08-01 latest --only "$WORK/mine"
	said "mine: line 1: the store knows no service '0*'"
	expect_code 2 "$SYNC" diff --store "$STORE" 2026-08-01 latest --only "$WORK/nowhere"
	said 'nowhere: No such file'
	expect_code 2 "$SYNC" dates --store "$STORE" --until tomorrow
	expect_code 2 "$SYNC" log --store "$STORE" --format xml
	said "one of table, tsv, json, jsonl, not 'xml'"
}

# For monitoring.
fresh_or_not() {
	expect_code 0 "$SYNC" status --store "$STORE" --exit-code --quiet
	equal quiet "" "$(cat "$WORK/.said")"
	ISMAP_SYNC_CLOCK='2026-09-20T12:00:00Z synchronised' expect_code 1 "$SYNC" status --store "$STORE" --exit-code --quiet
	equal quiet "" "$(cat "$WORK/.said")"
	ISMAP_SYNC_CLOCK='2026-09-20T12:00:00Z synchronised' expect_code 0 "$SYNC" status --store "$STORE"
	expect_code 5 "$SYNC" status --store "$WORK/nowhere" --exit-code --quiet
}

pruned() {
	cp -a "$STORE" "$WORK/pruned"
	"$SYNC" prune --store "$WORK/pruned" --keep 2 >/dev/null
	"$SYNC" log --store "$WORK/pruned" --format table >"$WORK/shown"
	grep -qE ': [0-9]+ generations, 3 of them pruned' "$WORK/shown"
	equal marked 3 "$(grep -cE '^ +[123] .* pruned +interchange' "$WORK/shown")"
	equal marks "true true true false false false" \
		"$("$SYNC" log --store "$WORK/pruned" --format jsonl | python3 -c 'import json, sys
for line in sys.stdin: print(str(json.loads(line)["pruned"]).lower())' | xargs)"
}

helps() {
	local command
	for command in changes pull import-history help; do
		"$SYNC" help "$command" | cmp - <("$SYNC" "$command" --help)
	done
	"$SYNC" help | cmp - <("$SYNC" --help)
	expect_code 2 "$SYNC" help nonsense
	expect_code 2 "$SYNC" chagnes --store "$STORE"
	said "'chagnes' is not a command; did you mean 'changes'"
	expect_code 2 "$SYNC" stat
	said "did you mean 'status'"
	expect_code 2 "$SYNC" nonsense
	fails grep -q 'did you mean' "$WORK/.said"
	expect_code 2 "$SYNC" changes --stroe "$STORE"
	said "'--stroe' is not an option, but '--store' is"
	expect_code 2 "$SYNC" pull --form=x
	said "but '--from' is"
	expect_code 2 "$SYNC" changes --store
	said "'--store' is not an option, or lacks its value"
	expect_code 2 "$SYNC" changes "--$(printf 'x%.0s' {1..5000})"
	said 'changes: .--xxx'
}

test_case "changes: headings, marks, lists, what matters first, the program's own words as one line" changes_shown
test_case "diff, log, status and dates for people" others_shown

# What an old list says of a day that it knows nothing of isn't "nothing changed".
old_list_says_so() {
	export ISMAP_SYNC_CLOCK='2026-12-01T12:00:00Z synchronised'
	on 80 "$SYNC" changes --store "$STORE" --since 2026-11-01 >"$WORK/shown" 2>"$WORK/err"
	equal heading 'Example List, 2026-11-01: nobody knows what changed' "$(cat "$WORK/shown")"
	on 80 "$SYNC" changes --store "$STORE" --since 2026-08-13 --important >"$WORK/shown"
	grep -q ': nothing changed in' "$WORK/shown"
	"$SYNC" dates --store "$STORE" --format tsv >"$WORK/shown" 2>"$WORK/err"
	grep -q 'Not to be relied on: the list was last checked against its source at 2026-08-20' "$WORK/err"
	on 80 "$SYNC" show --store "$STORE" FR4 >"$WORK/shown"
	grep -qx 'Yearly check *10-14, next on 2027-10-14' "$WORK/shown"
	on 80 "$SYNC" show --store "$STORE" FR4 --at 2026-08-12 >"$WORK/shown"
	grep -qx 'Yearly check *10-14, next on 2026-10-14' "$WORK/shown"
	expect_code 1 "$SYNC" show --store "$STORE" FR99
	said 'Not to be relied on: '
	expect_code 1 "$SYNC" search --store "$STORE" nothing
	said 'Not to be relied on: '
}
test_case "an old list says that it is old" old_list_says_so

# Neither what never was there nor what had left was in force before.
arrivals_say_whether_they_hold() {
	local STORE=$WORK/back
	list 2026-08-01 && list 2026-08-02 'del s["FR5"]' && list 2026-08-03
	on 80 "$SYNC" diff --store "$STORE" 2026-08-02 latest >"$WORK/shown"
	grep -qE '^    came (back )?onto the list: in-process +not in force$' "$WORK/shown"
	on 80 "$SYNC" changes --store "$STORE" --since 2026-08-02 >"$WORK/shown"
	grep -qE '^    came back onto the list: in-process +not in force$' "$WORK/shown"
}
test_case "what comes, or comes back, is said to be in force or not" arrivals_say_whether_they_hold
test_case "the same in Japanese" in_japanese
test_case "lists as what came and what left, with names and a registry's own words, wherever they are told of" lists_shown
test_case "many services whose status changed in the same way share a line" alike_shown
test_case "no line is wider than the terminal, in 80 columns and 40, in both languages" within_the_width
test_case "colours only repeat what is said, and NO_COLOR leaves them out" colours
test_case "programs get whole rows, the same in every language" for_programs
test_case "--important chooses in every format, and the exit status goes by the same choice" important
test_case "diff and dates choose as changes does; what doesn't exist is a mistake" chosen
test_case "status --exit-code tells monitoring whether the list is fresh" fresh_or_not
test_case "log marks what was pruned" pruned
test_case "help explains a command, and a mistyped word is answered with the one it looks like" helps
finish
