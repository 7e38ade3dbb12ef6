#!/usr/bin/env bash
# Every recipe of ismapfs-recipes(7) and ismap-mirror(7), taken from the page and run as it stands.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"

PAGES=("$TOP/fs/manual/ismapfs-recipes.7.scd" "$TOP/sync/manual/ismap-mirror.7.scd")
GENERATE=$TOP/tests/publications
PATH=$BUILD:$PATH
export STORE=$WORK/store M=$WORK/tree NUMBER=FR9000000030 DAY=2025-01-15 CONTROL=ac-2
cd "$WORK"

# The list needs the changelog, which here says nothing of these services.
python3 "$GENERATE/fedramp_today.py" changelog 3 2025-01-15 'FR9999999999|2020-01-01||Legacy FedRAMP Ready' \
	>"$WORK/changelog.json"
fedramp() {
	python3 "$GENERATE/fedramp.py" "$@" >"$WORK/publication.json"
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/publication.json" \
		--from "$WORK/changelog.json"
}

fedramp --day 2025-01-15
fedramp --day 2025-01-16 --rename FR9000000030="O'Brien's Cloud & Co" --without FR9000000031
# A list whose days are known in different ways.
days() {
	python3 "$GENERATE/interchange.py" --services 4 --published "$1" --status "E-0002=$2" >"$WORK/day.json"
	expect_code 0 "$SYNC" pull --store "$WORK/days" --source interchange --from "$WORK/day.json"
}
days 2025-02-01 registered
days 2025-02-03 registered
days 2025-02-06 suspended
if can_mount; then
	mount_store "$STORE" "$M" -o max-age=3650d,max-publication-age=none
	mount_store "$STORE" "$WORK/stale" -o max-age=1s
	mount_store "$WORK/days" "$WORK/day-tree"
fi
printf '%s\n' FR9000000030 FR9000000031 FR9000000032 >my-services.txt

# The smallest shell that a reader may have: what runs in it runs in the others, too.
PLAIN=$(command -v dash || echo sh)

# recipe NAME: what it prints. Literal text in the page has its backslashes doubled.
recipe() {
	python3 - "$1" "${PAGES[@]}" >"$WORK/$1.sh" <<-'EOF'
		import re, sys
		blocks = []
		for page in sys.argv[2:]:
		    with open(page, encoding="utf-8") as file:
		        blocks += re.findall(r"^```\n# (\S+)\n(.*?)^```$", file.read(), re.M | re.S)
		scripts = [text for name, text in blocks if name == sys.argv[1]]
		assert len(scripts) == 1, (sys.argv[1], [name for name, _ in blocks])
		print(scripts[0].replace("\\\\", "\\"), end="")
	EOF
	timeout 60 "$PLAIN" "$WORK/$1.sh"
}

mounted() {
	can_mount || skip "mounting is not allowed here"
}

purchase() {
	mounted
	recipe purchase | grep -qx 'go on'
	recipe purchase-python | grep -qx yes
	local script
	for script in purchase.sh purchase-python.sh; do
		fails env NUMBER=FR9000000031 "$PLAIN" $script
		fails env NUMBER=FR0000000000 "$PLAIN" $script
		fails env M="$WORK/nothing" "$PLAIN" $script
		# In process is not in force.
		fails env NUMBER="$(awk -F'\t' '$2 == "in-process" {print $1; exit}' "$M/services.tsv")" "$PLAIN" $script
	done
	# Why: a list that doesn't count, a service that left, one that never was there, nothing at all.
	M=$WORK/stale stopped purchase.sh "last known: certified" "more than 1 second ago"
	NUMBER=FR9000000031 stopped purchase.sh "last known: not on the list"
	NUMBER=FR0000000000 stopped purchase.sh "last known: not on the list"
	M=$WORK/nothing stopped purchase.sh "last known: not on the list"
}

# stopped SCRIPT LAST [WHY]: it says stop, then what was last known, then why, if anything, and fails.
stopped() {
	local code=0
	"$PLAIN" "$1" >out 2>err || code=$?
	equal "exit status" 1 $code
	equal "standard output" "" "$(cat out)"
	equal stop "stop: $NUMBER is not known to be in force today" "$(sed -n 1p err)"
	equal last "$2" "$(sed -n 2p err)"
	if [ $# -gt 2 ]; then
		cmp <(sed -n 3p err) "$M/.registry/stale.reason"
		sed -n 3p err | grep -qE "$3"
	else
		equal lines 2 "$(wc -l <err)"
	fi
}

contract() {
	local today
	mounted
	today=$(date +%F)
	equal listed "listed as certified, in force: yes" "$(recipe contract)"
	equal before-it-left "listed as legacy-ready, in force: no" "$(NUMBER=FR9000000031 "$PLAIN" contract.sh)"
	equal now "not listed" "$(NUMBER=FR9000000031 DAY=2025-01-16 "$PLAIN" contract.sh)"
	equal before "unknown: 2025-01-14 is not known" "$(DAY=2025-01-14 "$PLAIN" contract.sh)"
	equal later "unknown: 2025-01-20 is not known" "$(DAY=2025-01-20 "$PLAIN" contract.sh)"
	equal "the day after the last check" "unknown: $today is not known" "$(DAY=$today "$PLAIN" contract.sh)"
	# The list of the first was found again on the third: the second is confirmed, what follows isn't.
	export M=$WORK/day-tree NUMBER=E-0002
	equal published "listed as registered, in force: unknown" "$(DAY=2025-02-01 "$PLAIN" contract.sh)"
	equal confirmed "listed as registered, in force: unknown" "$(DAY=2025-02-02 "$PLAIN" contract.sh)"
	equal unconfirmed "unknown: 2025-02-03 is unconfirmed" "$(DAY=2025-02-03 "$PLAIN" contract.sh)"
	equal unconfirmed "unknown: 2025-02-05 is unconfirmed" "$(DAY=2025-02-05 "$PLAIN" contract.sh)"
	equal published "listed as suspended, in force: unknown" "$(DAY=2025-02-06 "$PLAIN" contract.sh)"
	equal "after it" "unknown: 2025-02-07 is not known" "$(DAY=2025-02-07 "$PLAIN" contract.sh)"
}

# As of the day after the list.
comparing() {
	export ISMAP_SYNC_CLOCK='2025-01-17T12:00:00Z synchronised'
	cp my-services.txt known-services.txt
	echo FR0000000000 >>my-services.txt
	equal mine "holds fails holds fails" "$(recipe mine | cut -f3 | paste -sd ' ')"
	equal reasons "delisted absent" "$(recipe mine | grep -w fails | cut -f12 | paste -sd ' ')"
	mv known-services.txt my-services.txt
	"$SYNC" show --store "$STORE" --field name FR9000000032 | tr '[:lower:]' '[:upper:]' >names.txt
	equal numbers FR9000000032 "$(recipe numbers)"
}

pipeline() {
	command -v minisign >/dev/null || skip "minisign is not installed"
	export ISMAP_SYNC_CLOCK='2025-01-17T12:00:00Z synchronised' MIRROR=$WORK/mirror
	minisign -G -W -s mirror.key -p mirror.pub >/dev/null
	"$SYNC" publish --store "$STORE" --to "$MIRROR" --key mirror.key >/dev/null
	equal holds "go on" "$(NUMBER=FR9000000030 recipe pipeline)"
	equal fails "stop: FR9000000031 is not in force" "$(NUMBER=FR9000000031 recipe pipeline)"
	equal "nothing there" "nobody can tell" "$(MIRROR=$WORK/nowhere NUMBER=FR9000000030 recipe pipeline)"
}

agencies() {
	mounted
	export AGENCY="Imaginary Agency"
	equal users FR9000000022 "$(recipe agency)"
	equal nobody "" "$(AGENCY="No Agency" "$PLAIN" agency.sh)"
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
	equal statements "E-0002 E-0004 E-0006 " "$(CONTROL=1.1.1 "$PLAIN" control.sh | tr '\n' ' ')"
	# What expires: the list's dates are spread over the months.
	export DAY=2026-05-10
	equal quarter "E-0003 E-0004 E-0005 " "$(recipe expires | tr '\n' ' ')"
	equal december "" "$(DAY=2026-12-31 "$PLAIN" expires.sh 2>&1)"
	# That of FedRAMP has none at all, which is another answer.
	equal dateless "this list states no days of expiry" "$(M=$WORK/tree "$PLAIN" expires.sh 2>&1)"
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
	MAIL='tee sent' "$PLAIN" mail.sh >/dev/null
	cmp sent changes.txt
	grep -q FR9000000031 sent
	rm sent
	MAIL='tee sent' DAY=2025-02-01 "$PLAIN" mail.sh
	[ ! -e sent ]
	MAIL='tee sent' STORE=$WORK/nothing expect_code 5 "$PLAIN" mail.sh
	[ ! -e sent ]
}

assessments() {
	mounted
	equal numbers "FR9000000030 FR9000000032" "$(recipe assessment | cut -f3 | sort | xargs)"
	equal days "$(cat "$M"/services/FR90000000{30,32}/annual-assessment | sort | xargs)" "$(recipe assessment | cut -f2 | sort | xargs)"
	recipe assessment | sort -c
}

feed() {
	mounted
	recipe feed
	grep -q '<title>.*left the list' changes.atom
	equal events 2 "$(grep -c '^BEGIN:VEVENT' dates.ics)"
}

loops() {
	mounted
	recipe names | LC_ALL=C sort >listed
	equal links "$(find "$M/by-name" -type l | wc -l)" "$(wc -l <listed)"
	grep -qxF "O'Brien's Cloud & Co	certified" listed
	recipe names-python >python
	recipe names-sql >sql
	cmp python sql
	grep -qxF "FR9000000030	certified	O'Brien's Cloud & Co" sql
}

up_to_date() {
	mounted
	equal first "review $NUMBER again" "$(recipe newer)"
	equal made certified "$(recipe make)"
	equal fresh "" "$("$PLAIN" newer.sh)"
	touch -d '2020-01-01' review.txt
	equal stale "review $NUMBER again" "$("$PLAIN" newer.sh)"
	equal again certified "$("$PLAIN" make.sh)"
	equal fresh "" "$("$PLAIN" newer.sh)"
	# A list that was published long before the review, and comes after it.
	local i
	fedramp --day 2025-01-17 --rename FR9000000030="O'Brien's Cloud & Co" --without FR9000000031 \
		--status FR9000000030="FedRAMP In Process"
	for ((i = 0; i < 100; i++)); do
		grep -qx in-process "$M/services/$NUMBER/status" && break
		sleep 0.05
	done
	equal late "review $NUMBER again" "$("$PLAIN" newer.sh)"
	equal "made of the late list" in-process "$("$PLAIN" make.sh)"
	equal fresh "" "$("$PLAIN" newer.sh)"
}

# What the recipes below copy: $WORK/w, and a web server that has it.
W=$WORK/w
"$SYNC" keygen --key "$KEY" >/dev/null
origin 2026-01-10 >/dev/null
publish "$W" >/dev/null
serve_folder w "$WORK/port"

# The copy in $WEBROOT is what is published, signature included, and mirrors take it.
is_the_original() {
	consistent "$WEBROOT"
	cmp "$WEBROOT/head.json" "$W/head.json"
	cmp "$WEBROOT/head.json.minisig" "$W/head.json.minisig"
	pull_mirror 0 "$WEBROOT.store" "$WEBROOT"
	cmp "$WEBROOT.store/current" "$WORK/origin/current"
}

# not_taken SCRIPT: it fails, and the copy is as consistent as before, with the head that it had.
not_taken() {
	local before
	before=$(sha256sum <"$WEBROOT/head.json")
	fails "$PLAIN" "$1"
	equal head "$before" "$(sha256sum <"$WEBROOT/head.json")"
	consistent "$WEBROOT"
}

# passed_on SCRIPT DAY: after a first copy was made, with a new publication of that day.
passed_on() {
	local script=$1 object
	is_the_original
	origin "$2" --rename "FR9000000003=Name of $2" >/dev/null
	publish "$W" >/dev/null
	cp -a "$W" whole
	# Of the right size, but with another byte in it.
	object=objects/$(jq -r .deltas[0].object.sha256 "$W/head.json")
	printf x | dd of="$W/$object" bs=1 seek=20 conv=notrunc status=none
	not_taken "$script"
	cp "whole/$object" "$W/$object"
	# A head that somebody else made, under the signature of the true one.
	jq -c '.expires = "2099-01-01T00:00:00Z"' whole/head.json >"$W/head.json"
	cp whole/head.json.minisig "$W/signatures/$(sha256sum <"$W/head.json" | cut -c 1-64).minisig"
	not_taken "$script"
	cp whole/head.json "$W/head.json"
	"$PLAIN" "$script"
	is_the_original
	rm -r whole
}

by_rsync() {
	command -v rsync >/dev/null || skip "rsync is not installed"
	export FROM=$W WEBROOT=$WORK/by-rsync PUBKEY=$KEY.pub
	recipe pass-on-rsync
	passed_on pass-on-rsync.sh 2026-01-12
}

by_curl() {
	command -v curl >/dev/null || skip "curl is not installed"
	export FROM WEBROOT=$WORK/by-curl PUBKEY=$KEY.pub
	FROM=http://127.0.0.1:$(cat port)
	recipe pass-on-curl
	passed_on pass-on-curl.sh 2026-01-14
}

cleaned() {
	export WEBROOT=$WORK/copy-clean
	cp -a "$W" "$WEBROOT"
	echo old >"$WEBROOT/objects/old"
	echo new >"$WEBROOT/objects/new"
	find "$WEBROOT/objects" "$WEBROOT/signatures" -type f ! -name new -exec touch -d '8 days ago' {} +
	recipe pass-on-clean
	consistent "$WEBROOT"
	[ ! -e "$WEBROOT/objects/old" ]
	[ -e "$WEBROOT/objects/new" ]
	equal signatures 1 "$(find "$WEBROOT/signatures" -type f | wc -l)"
}

all_tried() {
	local name
	grep -h -A1 '^```$' "${PAGES[@]}" | sed -n 's/^# //p' >tried
	[ "$(wc -l <tried)" -gt 15 ]
	while read -r name; do
		grep -qE "recipe $name( |\)|\$)" "$TOP/tests/e2e/recipes.sh" || { echo "$name is not tried"; return 1; }
	done <tried
}

test_case "a purchase is blocked unless the list vouches for the service today: sh, Python" purchase
test_case "was it registered on the day of the contract" contract
test_case "who uses what, by agency" agencies
test_case "whose yearly assessment comes next" assessments
test_case "a feed of what changed, and a calendar, of one's own services" feed
test_case "what is used, against the list; names made numbers" comparing
test_case "one line in a pipeline, without a store" pipeline
test_case "which services declare a control: files and SQL agree" controls
test_case "a control in services' own statements; what expires this quarter" own_controls
test_case "what changed since the tender, what left, whose it was" changes
test_case "a mail goes out when something changed, and only then" mail
test_case "loops over names with blanks and apostrophes: sh, Python, SQL" loops
test_case "make and find -cnewer know what is out of date, also when the list came late" up_to_date
test_case "a published directory is passed on by rsync, with the original signature" by_rsync
test_case "a published directory is passed on by curl, with the original signature" by_curl
test_case "a copy is rid of what no head names any more" cleaned
test_case "each recipe of the pages is tried here" all_tried
finish
