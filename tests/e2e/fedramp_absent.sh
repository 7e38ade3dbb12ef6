#!/usr/bin/env bash
# FedRAMP's documents beside the list, when they are missing, damaged or refused: their own facts stay as they were,
# and nothing seems to have happened to a service.
# shellcheck source=../lib.sh disable=SC1091,SC2317
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
MAKE=$TOP/tests/publications/fedramp_today.py
cd "$WORK" || exit 1

# made NAME COMMAND ARGUMENT…: a document, as a file.
made() { python3 "$MAKE" "${@:2}" >"$1"; }
# pull CODE STORE DOCUMENT…
pull() {
	local code=$1 store=$2 from=() file
	shift 2
	for file in "$@"; do from+=(--from "$file"); done
	expect_code "$code" "$SYNC" pull --store "$store" --source fedramp "${from[@]}"
}
tree() { rm -rf tree && expect_code 0 "$SYNC" export --store "$1" tree; }
# facts STORE: all that is said of services, without the history that tells when.
facts() {
	sqlite3 "$1/current" "SELECT entity, field, value FROM facts WHERE kind = 'service' AND until IS NULL ORDER BY 1, 2;
		SELECT e.key, l.relation, l.name, l.path FROM link l JOIN entity e ON e.id = l.entity
		 WHERE l.gen_to IS NULL AND e.kind = (SELECT id FROM kind WHERE name = 'service') ORDER BY 1, 2, 3"
}
value() { sqlite3 "$1/current" "SELECT value FROM facts WHERE entity = '$2' AND field = '$3' AND until IS NULL"; }
generations() { sqlite3 "$1/current" 'SELECT count(*) FROM generation'; }
told() { "$SYNC" changes --store "$1" --since "$2" 2>/dev/null | cut -f3-5 | tr '\t' ' '; }

LIST=("FR1=FedRAMP Authorized" "FR2=FedRAMP Authorized" "FR3=FedRAMP In Process" "FR4=FedRAMP Authorized" "FR5=FedRAMP Ready")
LOG=('FR1|2020-01-02||Authorized|Rev5|Agency|Class C' 'FR1|2026-10-02|Authorized|Delisted|Rev5|Agency|Class C'
	'FR2|2020-01-02||Authorized|Rev5|JAB|Class D' 'FR2|2026-10-03|Authorized|Remediation|Rev5|JAB|Class D'
	'FR3|2026-10-04|PMO Review|Authorized|20x|Program|Class B' 'FR4|2020-01-02||Authorized|Rev5|Agency|Class B'
	'FR4|2026-10-05||Agency Review')
made list-1 data 2026-11-01 "${LIST[@]}"
made list-2 data 2026-11-02 "${LIST[@]}"
made log-1 changelog 3 2026-11-01 "${LOG[@]}"

# filled STORE: by a list with its changelog.
filled() {
	pull 0 "$1" list-1 log-1
	facts "$1" >"$1.facts"
	equal FR1 "delisted certified" "$(value "$1" FR1 status) $(value "$1" FR1 status.list)"
	equal FR2 "certified-in-remediation certified" "$(value "$1" FR2 status) $(value "$1" FR2 status.list)"
	equal FR3 "certified in-process" "$(value "$1" FR3 status) $(value "$1" FR3 status.list)"
	equal FR4 "agency-in-process " "$(value "$1" FR4 status.changelog) $(value "$1" FR4 status.list)"
}
stays_as() { diff "$2.facts" <(facts "$1"); }
stays() { diff "$1.facts" <(facts "$1"); }

# What the changelog decided stays, with its classes and events, while the list says what it said.
without_the_changelog() {
	filled outage
	pull 0 outage list-2
	said '^unchanged: generation 1 stays'
	stays outage
	made list-3 data 2026-11-03 "${LIST[@]}" "FR6=FedRAMP Ready"
	pull 0 outage list-3
	said '^changed: generation 2, .*: 5 services, 1 new, 0 gone, 0 with other values'
	diff outage.facts <(facts outage | grep -v '^FR6|')
	equal told "added FR6 " "$(told outage 2026-11-02)"
	tree outage
	equal controls "../../baselines/20x-class-b/controls" "$(readlink tree/services/FR3/controls)"
	equal delisted "FR1 2026-10-02 stated" "$(ls tree/delisted) $(cat tree/delisted/FR1/delisted-on{,.basis} | xargs)"
	# Back again, it changes nothing.
	made log-3 changelog 3 2026-11-03 "${LOG[@]}"
	pull 0 outage list-3 log-3
	said '^unchanged: '
}

# As soon as the list's word changes, the list's counts; FR4's newest word in the changelog is still that.
the_lists_word_changes() {
	filled changes
	made list-4 data 2026-11-02 "FR1=FedRAMP Ready" "FR2=FedRAMP In Process" "FR3=FedRAMP Authorized" \
		"FR4=FedRAMP In Process" "FR5=FedRAMP Ready"
	pull 0 changes list-4
	equal statuses "legacy-ready in-process certified in-process" \
		"$(for i in 1 2 3 4; do value changes FR$i status; done | xargs)"
	equal "no word of the list alone" "" "$(for i in 1 2 3 4; do value changes FR$i status.list; done)"
	equal newest agency-in-process "$(value changes FR4 status.changelog)"
	equal classes "c d b" "$(for i in 1 2 3; do value changes FR$i class; done | xargs)"
	# Its old word, in a list of later on, isn't what the changelog was asked about.
	made list-5 data 2026-11-03 "${LIST[@]}"
	pull 0 changes list-5
	equal statuses "certified certified in-process certified" \
		"$(for i in 1 2 3 4; do value changes FR$i status; done | xargs)"
}

# The first layout has no rows to judge by.
first_layout() {
	made log-of-1 changelog 1 2026-11-01 'FR1|2020-01-02||Authorized' 'FR1==Delisted' 'FR2==No Status Found'
	pull 0 first list-1 log-of-1
	facts first >first.facts
	equal statuses "delisted unknown" "$(value first FR1 status) $(value first FR2 status)"
	pull 0 first list-2
	said '^unchanged: '
	stays first
}

# A server's copy of before, beside a list that stays: nothing is new.
an_older_changelog() {
	filled older
	made log-0 changelog 3 2026-10-30 "${LOG[0]}" "${LOG[2]}" 'FR3|2020-01-02||PMO Review' "${LOG[5]}"
	pull 0 older list-1 log-0
	said 'log-0: refused: it was published at'
	said '^unchanged: .*; partly'
	equal generations 1 "$(generations older)"
	stays older
}

# What the changelog decided against one list, it didn't against another: that one's word counts. products.json states
# classes itself; where it doesn't, the changelog's stay.
another_shape() {
	filled shape
	made products products 2026-11-02 "FR1=FedRAMP Certified" 'FR2=FedRAMP Certified (In Remediation),cert_class="Class A"' \
		"FR3=FedRAMP In Process" "FR4=FedRAMP Certified" "FR5=Legacy FedRAMP Ready"
	pull 0 shape products
	equal statuses "certified certified-in-remediation in-process" "$(for i in 1 2 3; do value shape FR$i status; done | xargs)"
	equal classes "c a b b" "$(for i in 1 2 3 4; do value shape FR$i class; done | xargs)"
	# What the list stated isn't carried on when it states it no more.
	made products-2 products 2026-11-03 "FR1=FedRAMP Certified" "FR2=FedRAMP Certified (In Remediation)" \
		"FR3=FedRAMP In Process" "FR4=FedRAMP Certified" "FR5=Legacy FedRAMP Ready"
	pull 0 shape products-2
	equal class d "$(value shape FR2 class)"
}

# All that an overview states: links, files, and what the list states of the same kind.
without_the_overview() {
	local record
	made products-1 products 2026-11-01 'FR1=FedRAMP Certified,trust_center={"url":"https://list.example/"}' \
		'FR2=FedRAMP Certified,trust_center={"url":"https://list.example/"}' "FR3=FedRAMP Certified" \
		'FR4=FedRAMP Certified,leveraged_systems=[{"id":"FR1"}]'
	made products-2 products 2026-11-02 'FR1=FedRAMP Certified,trust_center={"url":"https://list.example/"}' \
		'FR2=FedRAMP Certified' "FR3=FedRAMP Certified" 'FR4=FedRAMP Certified'
	made overviews overview 2026-11-01 'FR1=service:High,on:FR3,on:FR77' 'FR3=on:FR2'
	made log-of-one changelog 3 2026-11-01 'FR4|2020-01-02||FedRAMP Certified|Rev5|Agency|Class C'
	pull 0 overview products-1 overviews log-of-one
	equal overview 'certified-services next-report-on trust-center leverages/FR3 leverages/FR77' \
		"$(value overview FR1 package-overview | xargs)"
	tree overview
	equal links "FR3 FR4" "$(ls tree/services/FR1/leverages | xargs)"
	facts overview | grep -E '^FR[13]\|' | grep -v '|FR4|' >overview.facts
	pull 0 overview products-2
	diff overview.facts <(facts overview | grep -E '^FR[13]\|')
	equal unlisted FR77 "$(value overview FR1 leverages.unlisted)"
	tree overview
	equal "the list's own link went" FR3 "$(ls tree/services/FR1/leverages)"
	equal "so did its page" "" "$(value overview FR2 trust-center)"
	equal "the other way" FR3 "$(ls tree/services/FR2/leveraged-by)"
	# One provider's own overview says nothing of another's; FedRAMP's collection lacks what isn't stated any more.
	made overviews-3 overview 2026-11-03 'FR3=on:FR4'
	record=$(jq '.data."frc-cso-pkg"[0]' overviews-3)
	echo "$record" >record-3
	pull 0 overview products-2 record-3
	equal FR3 leverages/FR4 "$(value overview FR3 package-overview | grep leverages)"
	equal FR1 2 "$(value overview FR1 package-overview | grep -c leverages)"
	pull 0 overview products-2 overviews-3
	equal FR1 "" "$(value overview FR1 package-overview)"
	equal page https://list.example/ "$(value overview FR1 trust-center)"
	tree overview
	fails test -e tree/services/FR1/leverages
}

# A changelog that lost most of its products says nothing of them; one that lost a few does.
a_cut_changelog() {
	local i rows=() events=() few
	for i in {10..29}; do
		rows+=("FR$i=FedRAMP Authorized")
		events+=("FR$i|2020-01-02||Authorized|Rev5|Agency|Class C")
	done
	events[0]='FR10|2026-10-02|Authorized|Remediation|Rev5|Agency|Class C'
	made whole-list data 2026-11-01 "${rows[@]}"
	made whole-log changelog 2 2026-11-01 "${events[@]}"
	pull 0 cut whole-list whole-log
	facts cut >cut.facts
	for few in 1 15; do
		made cut-log changelog 2 2026-11-02 "${events[@]:20-few}"
		pull 0 cut whole-list cut-log
		said "cut-log: refused: it lacks $((20 - few)) of the services whose events the store has \\(20\\), more than 20 %"
		said '^unchanged: .*; partly'
		stays cut
	done
	made cut-log changelog 2 2026-11-02 "${events[@]:0:16}"
	pull 0 cut whole-list cut-log
	said '0 gone, 0 with other values|^changed: .* 4 with other values'
	fails grep -q partly .said
	equal "its events went" "" "$(value cut FR29 events.tsv)"
	made cut-log changelog 2 2026-11-03 "${events[0]}"
	pull 0 cut whole-list cut-log
	said partly
	expect_code 0 "$SYNC" pull --store cut --source fedramp --from whole-list --from cut-log --accept-loss
	equal events "" "$(value cut FR11 events.tsv)"
}

# For the first time, without an address that the state knows: a half, a page instead of it, a cut archive.
damaged_documents() {
	local damaged code=4
	mkdir -p damaged folder
	head -c 200 log-1 >damaged/half
	echo '<html><body>Service unavailable</body></html>' >damaged/page
	gzip -c log-1 | head -c 100 >damaged/archive
	: >damaged/empty
	for damaged in half page empty archive; do
		pull 0 "damaged-$damaged" "damaged/$damaged" list-1
		said "^ismap-sync: damaged/$damaged"
		said '^changed: generation 1, .*: 5 services.*; partly'
		case $damaged in
			half | page) cmp "damaged/$damaged" "damaged-$damaged/rejected/$(sha256sum <"damaged/$damaged" | cut -d ' ' -f 1)" ;;
			archive) code=3 ;; # it can't be read at all
		esac
		grep -q "^last-error .*damaged/$damaged" "damaged-$damaged/state"
		# Without a list there is nothing to go on with.
		pull "$code" "none-$damaged" "damaged/$damaged" log-1
		pull "$code" "alone-$damaged" "damaged/$damaged"
		fails test -e "none-$damaged/current"
	done
	cp list-1 damaged/half folder
	pull 0 of-folder folder
	said 'folder/half: refused: it is none of the documents that --source fedramp reads'
	said partly
	# Of two lists nobody can tell which one is meant, whole or not.
	pull 4 two list-1 list-2 damaged/half
	said 'it is a list, and so is list-1'
	# The next pull has it.
	pull 0 damaged-half log-1 list-1
	fails grep -q partly .said
	equal status delisted "$(value damaged-half FR1 status)"
}

read_for() { sqlite3 "$1/current" "SELECT group_concat(location, ' ') FROM (SELECT * FROM source_document
	WHERE generation = $2 ORDER BY role)"; }

# A folder of lists and changelogs: each list has the changelog of its day, or the newest one that no list before it had.
a_history() {
	local day
	mkdir history
	for day in 1 2 4 6; do
		made "history/list-$day" data "2026-11-0$day" "${LIST[@]}" FR{20..30}="FedRAMP Ready" "FR$((day + 10))=FedRAMP Ready"
	done
	made history/a-log-1 changelog 3 2026-11-01 "${LOG[@]}"
	made history/b-log-1 changelog 3 2026-11-01T08:26:44Z "${LOG[@]}" 'FR5|2026-10-05||FRR'
	made history/log-3 changelog 3 2026-11-03 "${LOG[@]}" 'FR4|2026-11-02|Authorized|Delisted'
	made history/log-6 changelog 3 2026-11-06T23:00:00Z "${LOG[@]}" 'FR5|2026-10-05||FRR'
	made history/log-7 changelog 3 2026-11-07T06:00:00Z "${LOG[@]}" 'FR5|2026-11-06|FRR|Delisted'
	expect_code 0 "$SYNC" import-history --store imported --source fedramp history/*
	said '^9 of 9 files read: 4 changed something'
	said "^of these, documents beside a list: 5, of which 3 were read with one$"
	equal 1 "history/b-log-1 history/list-1" "$(read_for imported 1)"
	equal 2 "history/list-2" "$(read_for imported 2)"
	equal 3 "history/log-3 history/list-4" "$(read_for imported 3)"
	equal 4 "history/log-6 history/list-6" "$(read_for imported 4)"
	# It is as if each had been pulled on its day.
	pull 0 pulled history/list-1 history/b-log-1
	pull 0 pulled history/list-2
	pull 0 pulled history/list-4 history/log-3
	pull 0 pulled history/list-6 history/log-6
	facts pulled >imported.facts
	stays imported
	equal "FR1, all the time" 1 "$(sqlite3 imported/current "SELECT count(*) FROM facts WHERE entity = 'FR1' AND field = 'status'")"
	equal "FR4, for a while" "certified delisted certified" "$(sqlite3 imported/current \
		"SELECT value FROM facts WHERE entity = 'FR4' AND field = 'status' ORDER BY since" | xargs)"
	# In two runs it is the same.
	expect_code 0 "$SYNC" import-history --store twice --source fedramp history/{a-log-1,b-log-1,list-1,list-2}
	expect_code 0 "$SYNC" import-history --store twice --source fedramp history/*
	said ': 2 changed something, 0 said nothing new, 2 not newer than the store, 0 refused'
	stays_as twice imported
	# Of a changelog that is refused the list has no need; the same files again are known.
	made history/log-6 changelog 3 2026-11-06T23:00:00Z "${LOG[0]}"
	expect_code 4 "$SYNC" import-history --store refusing --source fedramp history/*
	said 'history/log-6: refused: it lacks 3 of the services whose events the store has \(4\)'
	said ': 4 changed something, 0 said nothing new, 0 not newer than the store, 1 refused'
	equal 4 "history/list-6" "$(read_for refusing 4)"
	pull 0 twice history/list-6 history/log-6
	said partly
	expect_code 0 "$SYNC" verify --store imported
}

# Of a changelog, what is certain is read, and the rest is counted and told.
odd_members() {
	jq -n '{products: {
		"FR1": {current_status: "FedRAMP Paused", statuses: {status_name: "Authorized", start_date: "2020-01-02T05:00:00.000Z"}},
		"FR2": {current_status: {"word": "Delisted"}, statuses: "Authorized"},
		"FR3": {current_status: "Authorized", statuses: [{status_name: "Authorized", start_date: "2020-01-02"}]},
		"fr4": {current_status: "Delisted", statuses: []}, "FR5": "FRR"}}' >odd-log
	made odd-list data 2026-11-01 "${LIST[@]}"
	pull 0 odd odd-list odd-log
	said "'FedRAMP Paused' is a current_status that this program doesn't know, in 1 entry"
	said "current_status of 1 entry can't be read"
	said "statuses of 1 entry can't be read"
	said "products of 1 entry can't be read"
	equal "FR1, by the list" "certified unknown" "$(value odd FR1 status) $(value odd FR1 status.changelog)"
	equal "its event" 2020-01-02 "$(value odd FR1 events.tsv | tail -n 1 | cut -f 1)"
	equal "FR2, by the list" certified "$(value odd FR2 status)"
	equal FR3 certified "$(value odd FR3 status)"
	# The list has it in capitals.
	equal FR4 delisted "$(value odd FR4 status)"
}

test_case "without the changelog its statuses, classes and events stay, and nobody returns" without_the_changelog
test_case "a status that the changelog decided ends when the list's word changes" the_lists_word_changes
test_case "the same after a changelog of the first layout" first_layout
test_case "an older changelog beside an unchanged list makes no generation" an_older_changelog
test_case "another shape of the list has its own words, and the classes that the changelog stated" another_shape
test_case "an overview's facts and links stay while it isn't read, the list's own don't" without_the_overview
test_case "a changelog that lost more than the limit is refused, and its facts stay" a_cut_changelog
test_case "a damaged document that comes for the first time leaves the list be: partly" damaged_documents
test_case "a history's lists have the changelogs of their days, never later ones" a_history
test_case "a changelog's members of another type, and words that nobody knows" odd_members
finish
