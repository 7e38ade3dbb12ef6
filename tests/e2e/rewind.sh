#!/usr/bin/env bash
# A store that holds what never was is set back to a generation of before, as a new store in its place.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

GENERATE=$TOP/tests/publications
STORE=$WORK/store
STATUSES=(one two three four five)

# list NUMBER PUBLISHED OPTIONS…
list() {
	local number=$1 published=$2
	shift 2
	python3 "$GENERATE/interchange.py" --services 30 --published "$published" --status "E-0002=${STATUSES[number]}" "$@" >"$WORK/$number.json"
}
list 0 2025-02-01
list 1 2025-02-02 --without E-0005
list 2 2025-02-03
python3 "$GENERATE/interchange.py" --services 33 --published 2025-02-04 --status E-0002=four --without E-0003 >"$WORK/3.json"
list 4 2025-02-05

pull() {
	expect_code "$1" "$SYNC" pull --store "$2" --source interchange --from "$WORK/$3.json"
}

rewind() {
	local code=$1 store=$2 to=$3
	shift 3
	expect_code "$code" "$SYNC" rewind --store "$store" --to "$to" "$@"
}

sql() { sqlite3 "$1/current" "$2"; }
held="SELECT group_concat(coalesce(held_until, 'now'), ' ') FROM (SELECT held_until FROM generation ORDER BY id)"

fill() {
	local number
	for number in 0 1 2 3; do
		pull 0 "$1" $number
	done
}

the_list_of_before() {
	local uuid
	fill "$STORE"
	uuid=$(sql "$STORE" "SELECT uuid FROM store")
	cp "$STORE/current" "$WORK/former.db"
	rewind 0 "$STORE" 2 --reason "The clock said 2036."
	said "^rewound: generation 5 holds what generation 2 did; the former file is $STORE/rewound/$uuid-4.db\$"
	expect_code 0 "$SYNC" verify --store "$STORE"
	equal "what verify says" "ok: $STORE/generations/5.db" "$(cat "$WORK/.said")"
	cmp "$WORK/former.db" "$STORE/rewound/$uuid-4.db"
	[ "$(sql "$STORE" "SELECT uuid FROM store")" != "$uuid" ]
	equal generations "1 2 5" "$(sql "$STORE" "SELECT group_concat(id, ' ') FROM generation")"
	# As if the two days after had never been read.
	for number in 0 1; do
		pull 0 "$WORK/fresh" $number
	done
	"$SYNC" export --store "$STORE" "$WORK/tree"
	"$SYNC" export --store "$WORK/fresh" "$WORK/fresh-tree"
	# Its sheet about the copy, and a line of the page, name the generation.
	rm "$WORK"/{fresh-tree,tree}/tables/services.xlsx
	for part in services delisted providers controls baselines by-name by-status by-level by-expiry agencies auditors \
		records tables history changes at; do
		[ ! -e "$WORK/fresh-tree/$part" ] ||
			diff -r --no-dereference -I '"list":{' -I '^"calendar":{"uuid":' -I '^<id>urn:uuid:' -I '^UID:' "$WORK/fresh-tree/$part" "$WORK/tree/$part"
	done
	diff -I '^Checked against the source' "$WORK/fresh-tree/README" "$WORK/tree/README"
	grep -q '^Every service of an imaginary registry' "$WORK/tree/README"
	equal "changes of what was undone" 0 "$("$SYNC" changes --store "$STORE" --since 2025-02-03 | wc -l)"
	[ ! -e "$WORK/tree/services/E-0033" ]
}
test_case "it holds what that generation did, in every part of the tree, under a new uuid; the former file stays" the_list_of_before

why() {
	local uuid reason sum
	uuid=$(basename "$STORE"/rewound/*-4.db -4.db)
	sum=$(sha256sum "$WORK/former.db" | cut -d' ' -f1)
	reason="from generation 4 of $uuid to 2: The clock said 2036."
	grep -qxF "rewind generation $sum $reason" "$WORK/tree/.registry/documents"
	equal uuid "$(sql "$STORE" "SELECT uuid FROM store")" "$(cat "$WORK/tree/.registry/uuid")"
	"$SYNC" log --store "$STORE" | tail -n 1 | grep -qF "$reason"
	# The reason is part of the chain, which an independent program computes from the new uuid on.
	equal chains "1 2 5" "$(python3 "$TOP/tests/oracle/chain.py" "$STORE/current" | cut -d' ' -f1 | xargs)"
	cp -r "$STORE" "$WORK/excuse"
	rm "$WORK/excuse/digests"
	sqlite3 "$(readlink -f "$WORK/excuse/current")" "UPDATE source_document SET location = 'from nothing' WHERE role = 'rewind'"
	expect_code 5 "$SYNC" verify --store "$WORK/excuse"
	said "what generation 5 holds isn't what its chain says"
}
test_case "the reason is kept in the tree, the log and the chain" why

nothing_is_checked() {
	expect_code 0 "$SYNC" status --store "$STORE"
	cat "$STORE/state"
	fails grep -E '^(last-success [1-9]|etag|sha256|document|last-error|next-try [1-9])' "$STORE/state"
	grep -qx 'generation 5' "$STORE/state"
	grep -qx "chain $(sql "$STORE" "SELECT chain FROM generation WHERE id = 5")" "$STORE/state"
	equal held "1738368000000 1738454400000 now" "$(sql "$STORE" "$held")"
	grep -qx 'held-until 1738454400000' "$STORE/state"
	[ ! -e "$STORE/shown" ]
}
test_case "nothing counts as checked until the next pull" nothing_is_checked

goes_on() {
	pull 0 "$STORE" 2
	said '^changed: generation 6'
	pull 0 "$STORE" 4
	expect_code 0 "$SYNC" verify --store "$STORE"
	expect_code 0 "$SYNC" prune --store "$STORE" --keep 1
	expect_code 0 "$SYNC" verify --store "$STORE"
	fails grep -q rewind <<<"$(sql "$STORE" "SELECT role FROM source_document WHERE generation > 5")"
	[ "$(find "$STORE/rewound" -name '*.db' | wc -l)" = 1 ]
}
test_case "later publications follow on it, and the former file is never swept away" goes_on

# What is undone may be a pruning; what a pruning took can't come back.
around_a_pruning() {
	local store=$WORK/pruned
	fill "$store"
	expect_code 0 "$SYNC" prune --store "$store" --keep 2
	rewind 2 "$store" 2 --reason "before the pruning"
	said "keeps no generation 2; 'ismap-sync log' lists them"
	rewind 0 "$store" 3 --reason "at it"
	expect_code 0 "$SYNC" verify --store "$store"
	equal status three "$(sql "$store" "SELECT status FROM services WHERE service = 'E-0002'")"
	# The newest itself: only the uuid is new.
	rewind 0 "$store" 6 --reason "the newest"
	expect_code 0 "$SYNC" verify --store "$store"
	equal status three "$(sql "$store" "SELECT status FROM services WHERE service = 'E-0002'")"
	equal "files that were set aside" 2 "$(find "$store/rewound" -name '*.db' | wc -l)"
}
test_case "around a pruning, and twice" around_a_pruning

# Checks that a wrong clock made reach beyond today.
a_clock_of_2036() {
	local store=$WORK/clock now
	fill "$store"
	sqlite3 "$(readlink -f "$store/current")" "UPDATE generation SET held_until = 2085004800000 WHERE id = 2"
	rm "$store/digests"
	rewind 0 "$store" 3 --reason "The clock said 2036."
	now=$(date +%s)999
	[ "$(sql "$store" "SELECT max(held_until) FROM generation")" -le "$now" ]
	expect_code 0 "$SYNC" verify --store "$store"
}
test_case "what a clock of 2036 confirmed is confirmed until now at most" a_clock_of_2036

refused() {
	local store=$WORK/refused before
	fill "$store"
	before=$(find "$store" -path "$store/generations/*" -printf '%P %s %T@\n' -o -name current -printf '%P %l\n' -o -name state -printf '%P %T@\n' | sort)
	for to in 0 -1 2x "" 99999999999999999999; do
		rewind 2 "$store" "$to" --reason "why"
	done
	rewind 2 "$store" 9 --reason "why"
	said 'keeps no generation 9'
	rewind 2 "$store" 2
	rewind 2 "$store" 2 --reason ""
	rewind 2 "$store" 2 --reason $'two\nlines'
	rewind 2 "$store" 2 --reason "$(printf '%600s' x)"
	rewind 2 "$store" 2 --reason $'\xff'
	equal store "$before" "$(find "$store" -path "$store/generations/*" -printf '%P %s %T@\n' -o -name current -printf '%P %l\n' -o -name state -printf '%P %T@\n' | sort)"
	[ ! -e "$store/rewound" ]
	rewind 5 "$WORK/nowhere" 2 --reason "why"
	mkdir "$WORK/empty"
	rewind 5 "$WORK/empty" 2 --reason "why"
	(
		exec 9<>"$store/lock"
		flock 9
		rewind 5 "$store" 2 --reason "why"
		said locked
	)
	printf x >>"$(readlink -f "$store/current")"
	rewind 5 "$store" 2 --reason "why"
	said 'was altered since it was made'
}
test_case "a generation that isn't there, no reason, a locked store, an altered file: nothing is touched" refused

mirrors() {
	local store=$WORK/origin
	fill "$store"
	expect_code 0 "$SYNC" keygen --key "$WORK/key"
	expect_code 0 "$SYNC" publish --store "$store" --to "$WORK/www" --key "$WORK/key"
	expect_code 0 "$SYNC" pull --store "$WORK/mirror" --source mirror --from "$WORK/www" --pubkey "$WORK/key.pub"
	rewind 5 "$WORK/mirror" 2 --reason "why"
	said "is a mirror: .*only 'ismap-sync pull --source mirror' changes it"
	rewind 0 "$store" 2 --reason "why"
	expect_code 2 "$SYNC" publish --store "$store" --to "$WORK/www" --key "$WORK/key" ||
		expect_code 5 "$SYNC" publish --store "$store" --to "$WORK/www" --key "$WORK/key"
	said 'each has a directory of its own'
	expect_code 0 "$SYNC" publish --store "$store" --to "$WORK/www2" --key "$WORK/key"
	expect_code 4 "$SYNC" pull --store "$WORK/mirror" --source mirror --from "$WORK/www2" --pubkey "$WORK/key.pub"
	said 'it is of another store of .* for that one take another directory'
}
test_case "a mirror isn't rewound, and refuses its rewound origin as another store" mirrors

killed() {
	local store=$WORK/killed delay
	for delay in 0.01 0.03 0.05 0.08 0.12 0.2; do
		rm -rf "$store"
		cp -r "$WORK/refused-copy" "$store"
		timeout -s KILL $delay "$SYNC" rewind --store "$store" --to 2 --reason why >"$WORK/.killed" 2>&1 || true
		expect_code 0 "$SYNC" verify --store "$store"
		rewind 0 "$store" "$(sql "$store" "SELECT min(id) + 1 FROM generation")" --reason "again"
		expect_code 0 "$SYNC" verify --store "$store"
	done
}
fill "$WORK/refused-copy"
test_case "killed at any moment: the old store or the new one" killed

if can_mount; then
	fill "$WORK/shown"
	mount_store "$WORK/shown" "$WORK/mnt"
	a_mount() {
		equal before four "$(cat "$WORK/mnt/services/E-0002/status")"
		rewind 0 "$WORK/shown" 2 --reason why
		for _ in {1..100}; do
			mountpoint -q "$WORK/mnt" || return 0
			sleep 0.1
		done
		echo "still mounted after 10 s"
		return 1
	}
	test_case "a running mount ends by itself" a_mount
else
	test_case "a running mount ends by itself" skip "this machine can't mount"
fi

finish
