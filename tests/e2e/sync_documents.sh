#!/usr/bin/env bash
# A publication of several documents: told by content, each with its own state, from files, folders, addresses, and
# from the official hosts, whose stand-in is a server in a network of this script's own.
# shellcheck source=../lib.sh disable=SC1091,SC2164
if [ -z "${OFFICIAL-}" ]; then
	export OFFICIAL="none" ROOT_OF_TESTS
	ROOT_OF_TESTS=$(mktemp -d)
	mkdir -p "$ROOT_OF_TESTS/www.fedramp.gov/marketplace" \
		"$ROOT_OF_TESTS/raw.githubusercontent.com/FedRAMP/marketplace-fedramp-gov-data/main"
	echo 'nameserver 127.0.0.1' >"$ROOT_OF_TESTS/resolv.conf"
	if unshare -nm true 2>/dev/null; then
		# shellcheck disable=SC2016 # the inner shell's
		OFFICIAL=here unshare -nm bash -ec 'mount --bind "$1/resolv.conf" "$(realpath /etc/resolv.conf)"
			exec python3 "$2" "$1" bash "$3"' - "$ROOT_OF_TESTS" "$(dirname "$0")/../servers/named_https.py" "$0"
	else
		bash "$0"
	fi
	code=$?
	rm -rf "$ROOT_OF_TESTS"
	exit "$code"
fi
. "$(dirname "$0")/../lib.sh"
one_day

MAKE="$TOP/tests/publications/fedramp_today.py"
SITE=$ROOT_OF_TESTS/www.fedramp.gov/marketplace
REPOSITORY=$ROOT_OF_TESTS/raw.githubusercontent.com/FedRAMP/marketplace-fedramp-gov-data/main
PRODUCTS=$SITE/products.json
CHANGELOG=$REPOSITORY/fedramp-status-changelog.json

official() {
	[ "$OFFICIAL" = here ] || skip "a network of its own isn't allowed here"
	AUTHORITY=$ROOT_OF_TESTS/authority.pem
	find "$ROOT_OF_TESTS" -name '*.status' -delete
	: >"$ROOT_OF_TESTS/requests"
}
day() { date -u -d "$1 days" +%F; }

# list SHAPE DAY [ROW…]: products or data, of three services, on standard output.
list() {
	local shape=$1 on=$2 rows=()
	shift 2
	local row
	for row in "FR1=FedRAMP Certified" "FR2=FedRAMP Certified" "FR3=Legacy FedRAMP Ready" "$@"; do
		[ "$shape" = products ] || row=${row/FedRAMP Certified/FedRAMP Authorized}
		[ "$shape" = products ] || row=${row/Legacy FedRAMP Ready/FedRAMP Ready}
		rows+=("$row")
	done
	python3 "$MAKE" "$shape" "$on" "${rows[@]}"
}

# changelog DAY [ROW…]: layout 2; FR2 was certified, and FR1.
changelog() {
	local on=$1
	shift
	python3 "$MAKE" changelog 2 "$on" 'FR1|2020-01-02||FedRAMP Certified|Rev5|Agency|Class C|2020-01-02' \
		'FR2|2020-01-03||FedRAMP Certified|Rev5|Agency|Class C|2020-01-03' "$@"
}

# pull CODE STORE [ARGUMENT…]
pull() {
	local code=$1 store=$2
	shift 2
	expect_code "$code" "$SYNC" pull --retries 0 --store "$WORK/$store" --source fedramp \
		--cacert "${AUTHORITY:-/dev/null}" "$@"
}
fact() { sqlite3 "$WORK/$1/current" "SELECT value FROM facts WHERE entity = '$2' AND field = '$3' AND until IS NULL"; }
generations() { sqlite3 "$WORK/$1/current" 'SELECT count(*) FROM generation'; }
documents() {
	sqlite3 "$WORK/$1/current" "SELECT group_concat(role || ' ' || shape, ', ') FROM
		(SELECT * FROM source_document WHERE generation = (SELECT max(id) FROM generation) ORDER BY role)"
}
state() { sed -n "s/^$2 //p" "$WORK/$1/state"; }
stale() { "$SYNC" status --store "$WORK/$1" | sed -n 's/^stale *//p'; }
asked() { [ ! -e "$ROOT_OF_TESTS/requests" ] || sed 's/.*\///' "$ROOT_OF_TESTS/requests" | tr '\n' ';'; : >"$ROOT_OF_TESTS/requests"; }
# serve FILE < TEXT: with a time stamp of its own, which is what the server's answer depends on.
serve() {
	local stamp=1700000000
	[ ! -e "$1" ] || stamp=$(($(stat -c %Y "$1") + 60))
	cat >"$1"
	touch -d "@$stamp" "$1"
}
fail() { echo "${2:-503}" >"$1.status"; }
heal() { rm -f "$1.status"; }

several_locations() {
	list data "$(day -1)" >"$WORK/one"
	changelog "$(day -1)" >"$WORK/two"
	pull 0 several --from "$WORK/two" --from "$WORK/one"
	said '^changed: generation 1, .*: 3 services'
	equal documents 'changelog changelog-2, list data.json' "$(documents several)"
	[ -n "$(fact several FR1 class)" ]
	equal stale no "$(stale several)"
	equal location "$WORK/one" "$(state several location)"
	grep -q '^document list shape data.json$' "$WORK/several/state"
	grep -q "^document changelog location $WORK/two\$" "$WORK/several/state"
	pull 0 several --from "$WORK/two" --from "$WORK/one"
	said 'unchanged: the publication is the same to the byte'
	cp "$WORK/one" "$WORK/three"
	pull 0 several --from "$WORK/three" --from "$WORK/two"
	said 'unchanged: the publication is the same to the byte'
	equal location "$WORK/three" "$(state several location)"
}

a_folder() {
	mkdir "$WORK/papers"
	cp "$WORK/one" "$WORK/papers/anything.txt"
	gzip -c "$WORK/two" >"$WORK/papers/whatever"
	echo secret >"$WORK/papers/.hidden"
	pull 0 folder --from "$WORK/papers"
	equal documents 'changelog changelog-2, list data.json' "$(documents folder)"
	pull 0 folder --from "$WORK/papers"
	said 'unchanged: the publication is the same to the byte'
	echo 'none of them' >"$WORK/papers/notes"
	pull 0 folder --from "$WORK/papers"
	said "papers/notes: refused: it is none of the documents that --source fedramp reads"
	said '^unchanged: .*; partly'
	said 'kept in .*rejected/'
	grep -qx 'none of them' "$WORK"/folder/rejected/*
	mkdir "$WORK/empty"
	pull 4 folder --from "$WORK/empty"
	said 'there is no list, which a publication must have'
}

twice_is_refused() {
	pull 4 folder --from "$WORK/one" --from "$WORK/three"
	said "three: refused: it is a list, and so is $WORK/one; a publication has only one"
	pull 4 folder --from "$WORK/one" --from "$WORK/two" --from "$WORK/papers/whatever"
	said "whatever: refused: it is a changelog, and so is $WORK/two; a publication has only one"
	pull 2 folder --from - --from -
	said 'standard input can be read only once'
	pull 4 folder --from "$WORK/two" --from "$WORK/two"
	equal generations 1 "$(generations folder)"
}

alone_it_is_stale() {
	pull 0 alone --from "$WORK/one"
	equal lacks changelog "$(state alone lacks)"
	equal stale yes "$(stale alone)"
	"$SYNC" status --store "$WORK/alone" | grep -qE '^lacks +changelog$'
	pull 0 alone --from "$WORK/one" --from "$WORK/two"
	equal lacks '' "$(state alone lacks)"
	equal stale no "$(stale alone)"
	list products "$(day -1)" >"$WORK/products"
	pull 0 alone --from "$WORK/products"
	equal lacks '' "$(state alone lacks)"
	equal stale no "$(stale alone)"
}

missing_is_partly() {
	pull 0 partly --from "$WORK/one" --from "$WORK/two"
	list data "$(day 0)" 'FR4=FedRAMP Certified' >"$WORK/newer"
	pull 0 partly --from "$WORK/newer" --from "$WORK/never"
	said 'changed: generation 2, .* 1 new.*; partly, without .*/never$'
	said "ismap-sync: .*never can't be opened"
	equal class "$(fact several FR1 class)" "$(fact partly FR1 class)"
	pull 0 both --from "$WORK/newer" --from "$WORK/never" --from "$WORK/neither"
	said '; partly, without .*/never, .*/neither$'
	said "ismap-sync: .*never can't be opened"
	said "ismap-sync: .*neither can't be opened"
	state partly last-error | grep -q never
	equal stale yes "$(stale partly)"
	pull 3 partly --from "$WORK/never" --from "$WORK/two"
	pull 3 partly --from "$WORK/never"
	equal generations 2 "$(generations partly)"
	pull 0 partly --from "$WORK/newer" --from "$WORK/two"
	equal error '' "$(state partly last-error)"
	equal stale no "$(stale partly)"
}

refused_is_partly() {
	pull 0 older --from "$WORK/one" --from "$WORK/two"
	changelog "$(day -9)" >"$WORK/old"
	pull 0 older --from "$WORK/newer" --from "$WORK/old"
	said "old: refused: it was published at .*, but the store already holds"
	said 'changed: generation 2, .*; partly, without .*/old$'
	cmp "$WORK/old" "$WORK"/older/rejected/*
	equal class "$(fact several FR1 class)" "$(fact older FR1 class)"
	sed 's/"export_timestamp": *"[^"]*"/"export_timestamp": "soon"/' "$WORK/old" >"$WORK/timeless"
	pull 0 worded --from "$WORK/newer" --from "$WORK/timeless"
	said 'timeless: refused: metadata.export_timestamp is not a time'
	cp "$WORK/two" "$WORK/portal"
	pull 0 behind --from "$WORK/newer" --from "$WORK/portal"
	echo '<!doctype html><title>Log in</title>' >"$WORK/portal"
	pull 0 behind --from "$WORK/newer" --from "$WORK/portal"
	said "portal: refused: it is not JSON, but the HTML page 'Log in'"
	said 'partly'
	list data "$(day -2)" >"$WORK/before"
	pull 4 older --from "$WORK/before" --from "$WORK/two"
	equal generations 2 "$(generations older)"
}

times_are_of_the_role() {
	local published
	pull 0 times --from "$WORK/one" --from "$WORK/two"
	changelog "$(day 0)" 'FR3|2020-01-03||Legacy FedRAMP Ready|Rev5|Agency|Class B|2020-01-03' >"$WORK/later"
	pull 0 times --from "$WORK/one" --from "$WORK/later"
	said 'changed: generation 2'
	published=$(sqlite3 "$WORK/times/current" "SELECT published_at = (SELECT published_at FROM source_document
		WHERE generation = 2 AND role = 'changelog') FROM generation WHERE id = 2")
	equal "the changelog's time" 1 "$published"
	# The list is of yesterday all the same.
	"$SYNC" status --store "$WORK/times" | grep -qE "^checked +$(day -1)T"
	# A list that said the same is the same list, too.
	list data "$(day -3)" >"$WORK/before-it"
	list data "$(day -2)" >"$WORK/same"
	changelog "$(day -3)" >"$WORK/log"
	pull 0 again --from "$WORK/before-it" --from "$WORK/log"
	pull 0 again --from "$WORK/same" --from "$WORK/log"
	said '^unchanged: generation 1 stays'
	pull 0 again --from "$WORK/same" --from "$WORK/later"
	said "^changed: generation 2, published $(day 0)T"
	# In another shape the same day is no step back, whatever its clock says.
	list products "$(day -1)" 'FR5=FedRAMP Certified' >"$WORK/shape"
	pull 0 times --from "$WORK/shape" --from "$WORK/later"
	said 'changed: generation 3'
	equal order 1 "$(sqlite3 "$WORK/times/current" 'SELECT published_at >= (SELECT published_at FROM generation WHERE id = 2)
		FROM generation WHERE id = 3')"
}

from_the_official_hosts() {
	official
	list products "$(day -1)" | serve "$PRODUCTS"
	list data "$(day -1)" | serve "$REPOSITORY/data.json"
	changelog "$(day -1)" | serve "$CHANGELOG"
	pull 0 official
	said '^list: products.json, from https://www.fedramp.gov/marketplace/products.json$'
	said '^changelog: changelog-2, from https://raw.githubusercontent.com/.*/fedramp-status-changelog.json$'
	said '^changed: generation 1'
	equal asked 'products.json 200;fedramp-status-changelog.json 200;' "$(asked)"
	equal stale no "$(stale official)"
	pull 0 official
	said 'unchanged: the source says that nothing is newer'
	equal asked 'products.json 304;fedramp-status-changelog.json 304;' "$(asked)"
}

one_is_new() {
	official
	changelog "$(day 0)" 'FR3|2020-01-03||Legacy FedRAMP Ready|Rev5|Agency|Class B|2020-01-03' | serve "$CHANGELOG"
	asked >/dev/null
	pull 0 official
	said '^changed: generation 2'
	equal asked 'products.json 304;fedramp-status-changelog.json 200;products.json 200;' "$(asked)"
	equal events 2020-01-03 "$(fact official FR3 events.tsv | tail -n 1 | cut -f 1)"
	pull 0 official
	equal asked 'products.json 304;fedramp-status-changelog.json 304;' "$(asked)"
}

the_changelog_fails() {
	official
	fail "$CHANGELOG"
	pull 0 official
	said 'unchanged: the source says that nothing is newer; partly, without https://.*/fedramp-status-changelog.json$'
	said 'ismap-sync: .*changelog.json: the server .*503|503'
	list products "$(day 0)" 'FR4=FedRAMP Certified' | serve "$PRODUCTS"
	pull 0 official
	said 'changed: generation 3, .*; partly'
	equal events 2020-01-03 "$(fact official FR3 events.tsv | tail -n 1 | cut -f 1)"
	equal stale no "$(stale official)"
	heal "$CHANGELOG"
	asked >/dev/null
	pull 0 official
	equal asked 'products.json 304;fedramp-status-changelog.json 200;products.json 200;' "$(asked)"
	equal error '' "$(state official last-error)"
	cp "$CHANGELOG" "$WORK/changelog.kept"
	echo '{"not": "a changelog"}' | serve "$CHANGELOG"
	pull 0 official
	said 'changelog.json: refused: it is not the document that this address offers'
	said 'partly'
	grep -q '"not": "a changelog"' "$WORK"/official/rejected/*
	serve "$CHANGELOG" <"$WORK/changelog.kept"
}

no_way_back() {
	local before
	official
	pull 0 official
	before=$(readlink "$WORK/official/current")
	fail "$PRODUCTS"
	asked >/dev/null
	pull 3 official
	said 'products.json.*503'
	asked | grep -q data.json && return 1
	fail "$PRODUCTS" 404
	pull 3 official
	heal "$PRODUCTS"
	cp "$PRODUCTS" "$WORK/products.kept"
	serve "$PRODUCTS" <"$REPOSITORY/data.json"
	pull 4 official
	said 'products.json: refused: it is not the document that this address offers'
	equal current "$before" "$(readlink "$WORK/official/current")"
	serve "$PRODUCTS" <"$WORK/products.kept"
	pull 0 official
}

first_fill() {
	official
	fail "$PRODUCTS"
	pull 0 first
	said 'products.json.*; asking for https://raw.githubusercontent.com/.*/data.json'
	said '^list: data.json, from https://raw.githubusercontent.com'
	equal stale no "$(stale first)"
	pull 3 first
	pull 0 first --list data.json
	said 'unchanged: the source says that nothing is newer'
	fail "$CHANGELOG"
	pull 0 without
	said 'partly'
	equal stale yes "$(stale without)"
	fail "$REPOSITORY/data.json"
	pull 3 nothing
	[ ! -e "$WORK/nothing/current" ]
}

the_list_option() {
	official
	asked >/dev/null
	pull 0 chosen --list data.json
	equal asked 'data.json 200;fedramp-status-changelog.json 200;' "$(asked)"
	pull 2 chosen --list other.json
	said "fedramp has no official list 'other.json'"
	pull 2 chosen --list data.json --from "$WORK/one"
	expect_code 2 "$SYNC" pull --store "$WORK/chosen" --source interchange
	said '--from is missing'
}

a_service_of_official_lists() {
	official
	timeout 60 "$SYNC" run --retries 0 --every 1s --store "$WORK/service" --source fedramp \
		--cacert "$AUTHORITY" >"$WORK/service.said" 2>&1 &
	local service=$! i
	CHILDREN+=("$service")
	for ((i = 0; i < 200; i++)); do grep -q 'nothing is newer' "$WORK/service.said" && break; sleep 0.05; done
	kill "$service"
	wait "$service" || true
	grep -q '^changed: generation 1' "$WORK/service.said"
	grep -q '^unchanged: the source says that nothing is newer' "$WORK/service.said"
}

lists_sources() {
	expect_code 0 "$SYNC" sources
	said '^fedramp	list	required	products.json	https://www.fedramp.gov/marketplace/products.json$'
	said '^fedramp	changelog	optional	changelog-1,changelog-2,changelog-3	https://'
	said '^interchange	list	required	interchange	-$'
	equal columns 5 "$("$SYNC" sources | awk -F'\t' '{ print NF }' | sort -u)"
	expect_code 2 "$SYNC" sources more
}

test_case "--from several times: the documents are told by content, in any order" several_locations
test_case "a folder's files are the documents; one that nobody knows is told by its name" a_folder
test_case "two documents of one role are refused, both named" twice_is_refused
test_case "a list that needs another document is stale without it" alone_it_is_stale
test_case "a document that can't be had leaves its facts as they were: partly" missing_is_partly
test_case "so does one that is refused, which is kept; a refused list refuses all" refused_is_partly
test_case "older is judged by role and shape; a generation has the time of what is new" times_are_of_the_role
test_case "without --from the official hosts are asked, each document conditionally" from_the_official_hosts
test_case "where one document is new, the others are asked for again" one_is_new
test_case "the changelog fails: partly, and it is asked for unconditionally after that" the_changelog_fails
test_case "the list fails: nothing else takes its place" no_way_back
test_case "a first fill may take the older list, and says so" first_fill
test_case "--list chooses it" the_list_option
test_case "run asks the official hosts, too" a_service_of_official_lists
test_case "sources lists documents and addresses" lists_sources
finish
