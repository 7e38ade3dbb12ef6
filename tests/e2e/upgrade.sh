#!/usr/bin/env bash
# A store that a program of schema version 1 made becomes one of this version: tests/assets has such files, as
# that program left them.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

HELPER=$TOP/tests/helpers/upgraded.py
LIST=$TOP/tests/publications/interchange.py

# former NAME STORE: the store of that asset.
former() {
	local newest
	mkdir -p "$2/generations"
	xz -dc "$TOP/tests/assets/$1.sql.xz" >"$WORK/former.sql"
	sqlite3 "$2/former.db" <"$WORK/former.sql"
	newest=$(sqlite3 "$2/former.db" 'SELECT max(id) FROM generation')
	mv "$2/former.db" "$2/generations/$newest.db"
	ln -s "generations/$newest.db" "$2/current"
	printf 'ismapfs-state 1\nserial 5\nlast-success 1744286400000\n' >"$2/state"
}

sql() { sqlite3 "$WORK/$1/current" "$2"; }

refused() {
	local command
	former version-1 "$WORK/refused"
	for command in status log verify "changes --since 2025-01-01" "prune --keep 1" "export $WORK/refused-tree"; do
		# shellcheck disable=SC2086
		expect_code 5 "$SYNC" ${command%% *} --store "$WORK/refused" $(cut -sd' ' -f2- <<<"$command")
		said "'ismap-sync upgrade --store $WORK/refused'"
	done
	mkdir "$WORK/refused-mount"
	expect_code 5 "$DRIVER" "$WORK/refused" "$WORK/refused-mount"
	said "'ismap-sync upgrade --store DIR'"
}

# What comes out depends on nothing but the file: neither on the place, nor on the time, nor on the state.
same_bytes() {
	former version-1 "$WORK/once"
	expect_code 0 "$SYNC" upgrade --store "$WORK/once"
	said '^upgraded: generation 6, from schema version 1 to 2'
	sleep 1
	former version-1 "$WORK/again and elsewhere"
	rm "$WORK/again and elsewhere/state"
	TZ=Asia/Tokyo expect_code 0 "$SYNC" upgrade --store "$WORK/again and elsewhere"
	cmp "$WORK/once/current" "$WORK/again and elsewhere/current"
	expect_code 0 "$SYNC" verify --store "$WORK/once"
	equal "chains" 6 "$(python3 "$TOP/tests/oracle/chain.py" "$WORK/once/current" | wc -l)"
	cp "$WORK/once/current" "$WORK/before.db"
	expect_code 0 "$SYNC" upgrade --store "$WORK/once"
	said '^unchanged: the store is of schema version 2 already'
	cmp "$WORK/once/current" "$WORK/before.db"
}

words() {
	python3 "$HELPER" "$WORK/once/generations/5.db" "$WORK/once/current" authorized=certified ready=legacy-ready
	# Another word would have been found.
	fails python3 "$HELPER" "$WORK/once/generations/5.db" "$WORK/once/current" authorized=certified ready=prepared
	equal "rows that begin with the upgrade" "documents generation" \
		"$(sql once "SELECT group_concat(name, ' ') FROM (SELECT f.name FROM value v JOIN field f ON f.id = v.field
			JOIN entity e ON e.id = v.entity WHERE v.gen_from = 6 AND e.kind = 10 ORDER BY 1)")"
	equal held "1736510400000 1739188800000 1741608000000 1741629600000 1744286400000 now" \
		"$(sql once "SELECT group_concat(coalesce(held_until, 'now'), ' ') FROM generation")"
	equal "the documents of each" 6 "$(sql once "SELECT count(*) FROM source_document
		WHERE role = 'list' AND shape = 'interchange' AND published_at IS NOT NULL")"
}

# Of what was checked before nothing is forgotten, and nothing is made up.
its_state() {
	local sum
	former version-1 "$WORK/named"
	sum=$(sqlite3 "$WORK/named/current" 'SELECT sha256 FROM generation ORDER BY id DESC LIMIT 1')
	printf 'sha256 %s\netag "x"\n' "$sum" >>"$WORK/named/state"
	expect_code 0 "$SYNC" upgrade --store "$WORK/named"
	equal state "$(sql named "SELECT 'generation ' || id || ' held-until 1744286400000 chain ' || chain FROM generation ORDER BY id DESC LIMIT 1")" \
		"$(grep -E '^(generation|held-until|chain) ' "$WORK/named/state" | paste -sd' ')"
	grep -qx 'last-success 1744286400000' "$WORK/named/state"
	# The next pull reads the list: no state of that version knows what it states of itself.
	fails grep -qE '^(etag|sha256) ' "$WORK/named/state"
	"$SYNC" status --store "$WORK/named" | grep -q '^reason  *the list was last checked against its source at 2025-04-10'
	former version-1 "$WORK/other-list"
	printf 'sha256 %064d\n' 1 >>"$WORK/other-list/state"
	expect_code 0 "$SYNC" upgrade --store "$WORK/other-list"
	"$SYNC" status --store "$WORK/other-list" | grep -q '^reason .*state is of another list'
}

# Whether a listing held, told of the past as well.
in_force() {
	equal in-force "FR0002 1 no
FR0002 3 yes
FR0004 1 yes
FR0004 2 no
FR0004 3 yes
FR0004 4 no" "$(sql once "SELECT e.key || ' ' || v.gen_from || ' ' || v.text FROM value v JOIN entity e ON e.id = v.entity
		WHERE v.field = 49 AND e.key IN ('FR0002', 'FR0004') ORDER BY e.key, v.gen_from")"
}

mounted() {
	local tree=$WORK/tree
	mount_store "$WORK/once" "$tree"
	equal status certified "$(cat "$tree/services/FR0002/status")"
	equal "status of then" legacy-ready "$(cat "$tree/at/2025-01-10/services/FR0002/status")"
	equal "in-force of then" yes "$(cat "$tree/at/2025-01-10/services/FR0001/in-force")"
	equal "since when" 2025-03-10 "$(date -u -r "$tree/services/FR0002/status" +%F)"
	equal facets "certified delisted in-process legacy-ready" "$(cd "$tree/by-status" && echo *)"
	equal "facets of then" "certified in-process legacy-ready" "$(cd "$tree/at/2025-01-10/by-status" && echo *)"
	equal "services of one" "FR0001 FR0004" "$(cd "$tree/at/2025-01-10/by-status/certified" && echo *)"
	grep -q $'FR0002\tstatus\tin-process\tcertified$' "$tree/changes/2025-03-10.tsv"
	fails grep -rqx -e authorized -e ready "$tree/services" "$tree/by-status"
	fails grep -qE '	(authorized|ready)(	|$)' "$tree/changes/all.tsv" "$tree/history/services/FR0002.tsv"
	grep -q '^word: ' "$tree/.registry/schema/in-force"
	unmount "$tree"
}

pruned() {
	former version-1-pruned "$WORK/pruned"
	expect_code 0 "$SYNC" upgrade --store "$WORK/pruned"
	said '^upgraded: generation 7'
	expect_code 0 "$SYNC" verify --store "$WORK/pruned"
	python3 "$HELPER" "$WORK/pruned/generations/6.db" "$WORK/pruned/current" authorized=certified ready=legacy-ready
	equal "chains behind the oldest that is kept" "4 5 6 7" \
		"$(python3 "$TOP/tests/oracle/chain.py" "$WORK/pruned/current" | cut -d' ' -f1 | paste -sd' ')"
	expect_code 0 "$SYNC" prune --store "$WORK/pruned" --keep 1
	expect_code 0 "$SYNC" verify --store "$WORK/pruned"
}

# The next pull brings a store over as well, and what it brings then is told as ever.
by_pull() {
	former version-1 "$WORK/pulled"
	jq '.published = "2025-05-10T12:00:00Z" | .services[0].status = "certified"' >"$WORK/next.json" <<-'JSON'
		{"format": "ismapfs-interchange", "version": 1, "complete": true,
		 "registry": {"name": "fedramp", "title": "FedRAMP Marketplace", "time_zone": "America/New_York", "language": "en"},
		 "services": [
		  {"number": "FR0001", "name": "Shinonome Cloud", "status": "?", "status.source": "In-Process", "provider": "Shinonome",
		   "auditor": "Kaede", "baseline": "moderate"},
		  {"number": "FR0002", "name": "Tsukimi Store", "status": "certified", "status.source": "Authorized",
		   "provider": "Tsukimi", "leverages": ["FR0001"]},
		  {"number": "FR0003", "name": "Hoshizora Mail", "status": "legacy-ready", "status.source": "Ready",
		   "provider": "Tsukimi"}]}
	JSON
	expect_code 0 "$SYNC" pull --store "$WORK/pulled" --source interchange --from "$WORK/next.json"
	said '^upgraded: generation 6'
	said '^changed: generation 7, .*: 3 services, 0 new, 0 gone, 1 with other values'
	cmp "$WORK/pulled/generations/6.db" "$WORK/once/current"
	equal changes "FR0001 status in-process certified
FR0001 in-force no yes" "$("$SYNC" changes --store "$WORK/pulled" --since 2025-05-01 2>/dev/null | cut -f4- | tr '\t' ' ')"
	expect_code 0 "$SYNC" verify --store "$WORK/pulled"
}

# Other lists keep their words, and one whose statuses nobody knows has unknown in force: as the next pull says, too.
other_lists() {
	local store=$WORK/other
	former version-1 "$store"
	sqlite3 "$(readlink -f "$store/current")" "UPDATE store SET registry = 'other'"
	expect_code 0 "$SYNC" upgrade --store "$store"
	equal words "authorized delisted in-process ready" \
		"$(sql other "SELECT group_concat(text, ' ') FROM (SELECT DISTINCT text FROM value v JOIN entity e ON e.id = v.entity
			WHERE field = 13 AND e.kind = 5 ORDER BY text)")"
	sed -e 's/"fedramp"/"other"/' -e 's/"certified"/"authorized"/' -e 's/"legacy-ready"/"ready"/' "$WORK/next.json" |
		jq '.services[0].status = "in-process"' >"$WORK/other.json"
	expect_code 0 "$SYNC" pull --store "$store" --source interchange --from "$WORK/other.json"
	said ' 0 with other values'
	equal "changes" "" "$("$SYNC" changes --store "$store" --since 2025-05-01 2>/dev/null)"
}

# A mirror holds its origin's file, to the byte: nobody but the origin upgrades that.
mirrors() {
	former version-1 "$WORK/mirror"
	printf 'signer RWQfake\n' >>"$WORK/mirror/state"
	expect_code 5 "$SYNC" upgrade --store "$WORK/mirror"
	said 'is a mirror'
	expect_code 5 "$SYNC" status --store "$WORK/mirror"
	said 'a mirror is filled anew'
}

odd_stores() {
	expect_code 5 "$SYNC" upgrade --store "$WORK/nowhere"
	former version-1 "$WORK/newer"
	sqlite3 "$(readlink -f "$WORK/newer/current")" "PRAGMA user_version = 3"
	expect_code 5 "$SYNC" upgrade --store "$WORK/newer"
	said 'of another version'
	former version-1 "$WORK/damaged"
	sqlite3 "$(readlink -f "$WORK/damaged/current")" "PRAGMA foreign_keys = OFF; DELETE FROM entity WHERE kind = 5"
	expect_code 5 "$SYNC" upgrade --store "$WORK/damaged"
	equal "the old one stays" generations/5.db "$(readlink "$WORK/damaged/current")"
	equal litter "" "$(find "$WORK/damaged" -name '*new*')"
}

test_case "whoever reads a store of version 1 says what to do" refused
test_case "the same file gives the same bytes, wherever and whenever" same_bytes
test_case "words change and facts don't, and no id is used again" words
test_case "the past says whether a listing held" in_force
test_case "mounted, the past has the words of today" mounted
test_case "its state speaks of the new file if it named the newest list" its_state
test_case "a pruned store" pruned
test_case "the next pull upgrades, and tells what really changed" by_pull
test_case "a list with words of its own keeps them" other_lists
test_case "a mirror is its origin's to upgrade" mirrors
test_case "no store, a newer one, a damaged one" odd_stores
finish
