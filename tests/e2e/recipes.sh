#!/usr/bin/env bash
# Every recipe of ismapfs-recipes(7), taken from the page and run as it stands.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

PAGE=$TOP/fs/manual/ismapfs-recipes.7.scd
GENERATE=$TOP/tests/publications
PATH=$BUILD:$PATH
export STORE=$WORK/store M=$WORK/tree NUMBER=FR9000000030 DAY=2025-01-15 CONTROL=ac-2
cd "$WORK"

fedramp() {
	python3 "$GENERATE/fedramp.py" "$@" >"$WORK/publication.json"
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/publication.json"
}

fedramp --day 2025-01-15
fedramp --day 2025-01-16 --rename FR9000000030="O'Brien's Cloud & Co" --without FR9000000031
if can_mount; then
	mount_store "$STORE" "$M" -o max-age=3650d
fi
printf '%s\n' FR9000000030 FR9000000031 FR9000000032 FR0000000000 >my-services.txt

# recipe NAME: what it prints. Literal text in the page has its backslashes doubled.
recipe() {
	python3 - "$PAGE" "$1" >"$WORK/$1.sh" <<-'EOF'
		import re, sys
		with open(sys.argv[1], encoding="utf-8") as file:
		    blocks = re.findall(r"^```\n# (\S+)\n(.*?)^```$", file.read(), re.M | re.S)
		scripts = [text for name, text in blocks if name == sys.argv[2]]
		assert len(scripts) == 1, (sys.argv[2], [name for name, _ in blocks])
		print(scripts[0].replace("\\\\", "\\"), end="")
	EOF
	timeout 60 bash "$WORK/$1.sh"
}

mounted() {
	can_mount || skip "mounting is not allowed here"
}

purchase() {
	mounted
	recipe purchase | grep -qx 'go on'
	recipe purchase-python | grep -qx authorized
	local script
	for script in purchase.sh purchase-python.sh; do
		fails env NUMBER=FR9000000031 bash $script
		fails env NUMBER=FR0000000000 bash $script
		fails env M="$WORK/nothing" bash $script
		# In process is not authorized.
		fails env NUMBER="$(awk -F'\t' '$2 == "in-process" {print $1; exit}' "$M/services.tsv")" bash $script
	done
}

contract() {
	mounted
	equal listed "listed as authorized" "$(recipe contract)"
	equal later "listed as authorized" "$(DAY=2025-01-20 bash contract.sh)"
	equal before "unknown: no list of 2025-01-14" "$(DAY=2025-01-14 bash contract.sh)"
	equal before-it-left "listed as ready" "$(NUMBER=FR9000000031 bash contract.sh)"
	equal now "not listed" "$(NUMBER=FR9000000031 DAY=2025-01-16 bash contract.sh)"
}

comparing() {
	mounted
	equal missing "FR0000000000 FR9000000031 " "$(recipe used-not-listed | tr '\n' ' ')"
	equal joined "FR9000000030 FR9000000032 " "$(recipe join | cut -f1 | tr '\n' ' ')"
	equal joined "authorized" "$(recipe join | head -n 1 | cut -f2)"
}

controls() {
	mounted
	recipe control >files
	recipe control-sql >rows
	[ "$(wc -l <files)" -gt 10 ]
	cmp files rows
	# The other way round: from the services.
	for service in "$M"/services/*; do
		[ ! -e "$service/controls/$CONTROL" ] || echo "${service##*/}"
	done | LC_ALL=C sort >walked
	cmp files walked
}

own_controls() {
	mounted
	python3 "$GENERATE/interchange.py" --services 6 >list.json
	expect_code 0 "$SYNC" pull --store "$WORK/own" --source interchange --from list.json
	expect_code 0 "$SYNC" export --store "$WORK/own" "$WORK/own.tree"
	export CONTROL=1.1 STORE=$WORK/own M=$WORK/own.tree
	equal both "E-0001 E-0002 E-0003 E-0004 E-0005 E-0006 " "$(recipe control | tr '\n' ' ')"
	equal sql "E-0001 E-0002 E-0003 E-0004 E-0005 E-0006 " "$(recipe control-sql | tr '\n' ' ')"
	equal statements "E-0002 E-0004 E-0006 " "$(CONTROL=1.1.1 bash control.sh | tr '\n' ' ')"
	# What expires: the list's dates are spread over the months.
	export DAY=2026-05-10
	equal quarter "E-0003 E-0004 E-0005 " "$(recipe expires | tr '\n' ' ')"
	equal december "" "$(DAY=2026-12-31 bash expires.sh)"
}

changes() {
	mounted
	recipe tender >said
	equal kinds "changed delisted " "$(cut -f3 said | sort -u | tr '\n' ' ')"
	equal left "2025-01-16	FR9000000031" "$(recipe delisted)"
	equal by 1 "$(recipe delisted-by | awk '{n += $1} END {print n}')"
}

mail() {
	mounted
	recipe mail >/dev/null 2>&1 || :
	MAIL='tee sent' bash mail.sh >/dev/null
	cmp sent changes.txt
	grep -q FR9000000031 sent
	rm sent
	MAIL='tee sent' DAY=2025-02-01 bash mail.sh
	[ ! -e sent ]
	MAIL='tee sent' STORE=$WORK/nothing expect_code 5 bash mail.sh
	[ ! -e sent ]
}

loops() {
	mounted
	recipe names | LC_ALL=C sort >listed
	equal links "$(find "$M/by-name" -type l | wc -l)" "$(wc -l <listed)"
	grep -qxF "O'Brien's Cloud & Co	authorized" listed
	recipe names-python >python
	recipe names-sql >sql
	cmp python sql
	grep -qxF "FR9000000030	authorized	O'Brien's Cloud & Co" sql
}

up_to_date() {
	mounted
	equal first "review $NUMBER again" "$(recipe newer)"
	equal made authorized "$(recipe make)"
	equal fresh "" "$(bash newer.sh)"
	touch -d '2020-01-01' review.txt
	equal stale "review $NUMBER again" "$(bash newer.sh)"
	equal again authorized "$(bash make.sh)"
	equal fresh "" "$(bash newer.sh)"
}

all_tried() {
	local name
	grep -A1 '^```$' "$PAGE" | sed -n 's/^# //p' >tried
	[ "$(wc -l <tried)" -gt 15 ]
	while read -r name; do
		grep -qE "recipe $name( |\)|\$)" "$TOP/tests/e2e/recipes.sh" || { echo "$name is not tried"; return 1; }
	done <tried
}

test_case "a purchase is blocked unless the list vouches for the service today: sh, Python" purchase
test_case "was it registered on the day of the contract" contract
test_case "used and registered compared, joined" comparing
test_case "which services declare a control: files and SQL agree" controls
test_case "a control in services' own statements; what expires this quarter" own_controls
test_case "what changed since the tender, what left, whose it was" changes
test_case "a mail goes out when something changed, and only then" mail
test_case "loops over names with blanks and apostrophes: sh, Python, SQL" loops
test_case "make and -nt know what is out of date" up_to_date
test_case "each recipe of the page is tried here" all_tried
finish
