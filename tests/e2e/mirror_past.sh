#!/usr/bin/env bash
# A past that is told otherwise than before, by who has the key: a mirror refuses it and says what differs,
# and 'compare' finds it. The chains and statements of a pruning, computed by an independent program.
#
# Made-up years, and with LONG=1 the real ones, and a thousand honest generations.
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"
CHAIN=$TOP/tests/oracle/chain.py
REWRITE=$TOP/tests/oracle/rewrite.py
YEARS=$TOP/tests/publications/years.py

mkdir "$WORK/lists"
SOURCE=interchange
if [ -n "${LONG:-}" ] && [ -f "$DATA/fedramp/monthly.tar.xz" ]; then
	SOURCE=fedramp
	tar -xJf "$DATA/fedramp/monthly.tar.xz" -C "$WORK/lists" --strip-components=1
else
	python3 "$YEARS" "$WORK/lists" 37
fi
LISTS=("$WORK"/lists/*.json)
NEXT=${LISTS[-1]}
unset 'LISTS[-1]'

import() { "$SYNC" import --store "$1" --source $SOURCE --accept-loss "${@:2}" >/dev/null; }
file_of() { readlink -f "$1/current"; }
newest() { sqlite3 "$1/current" 'SELECT max(id) FROM generation'; }
chain_of() { sqlite3 "$1/current" "SELECT chain FROM generation WHERE id = ${2:-(SELECT max(id) FROM generation)}"; }
publish_as() { # STORE WEBROOT
	"$SYNC" publish --store "$1" --to "$2" --key "$KEY" --quiet >/dev/null
}

"$SYNC" keygen --key "$KEY" >/dev/null
"$SYNC" keygen --key "$WORK/key2" >/dev/null
import "$WORK/origin" "${LISTS[@]}"
publish_as "$WORK/origin" "$WORK/www"
pull_mirror 0 "$WORK/mirror" "$WORK/www"

the_head_states_it() {
	equal chain "$(chain_of "$WORK/origin")" "$(jq -r .chain "$WORK/www/head.json")"
	equal chain "$(python3 "$CHAIN" "$WORK/mirror/current" | tail -n 1 | cut -d' ' -f2)" "$(jq -r .chain "$WORK/www/head.json")"
	cp -a "$WORK/www" "$WORK/wrong"
	change_head "$WORK/wrong" '.chain |= sub("^.."; "zz")'
	pull_mirror 4 "$WORK/new" "$WORK/wrong"
	said "its member 'chain' is missing or makes no sense"
	change_head "$WORK/wrong" '.chain = ("0" * 64)'
	pull_mirror 4 "$WORK/new" "$WORK/wrong"
	said 'its file has another chain than it states'
	cp -a "$WORK/mirror" "$WORK/has-it"
	pull_mirror 4 "$WORK/has-it" "$WORK/wrong"
	said 'its file is not the generation that it states'
}
test_case "the signed head states the chain, and its file has it" the_head_states_it

# rewrite CASE: $EVIL, the origin with another past, and $TOLD, what rewrite.py says of it.
rewrite() {
	EVIL=$WORK/evil-$1
	rm -rf "$EVIL" "$EVIL.www"
	cp -a "${ORIGIN:-$WORK/origin}" "$EVIL"
	TOLD=$(python3 "$REWRITE" "$(file_of "$EVIL")" "$1")
	rm "$EVIL/digests"
	cp -a "${WWW:-$WORK/www}" "$EVIL.www"
}

# is_refused WEBROOT SENTENCE: by the mirror, which stays as it is; and 'compare' finds it, too.
is_refused() {
	local number before
	rm -rf "$WORK/r"
	cp -a "${MIRROR:-$WORK/mirror}" "$WORK/r"
	before=$(state_of_list "$WORK/r")
	number=$(newest "$WORK/r")
	pull_mirror 4 "$WORK/r" "$1"
	said "it tells another past than this store has: $2"
	equal "the store" "$before" "$(state_of_list "$WORK/r")"
	# What proves it: both heads, each with its signature, and the file that one of them is of.
	(
		cd "$WORK/r/mirror/forks"
		[ "$(find . -name '*.head' | wc -l)" = 2 ] && [ "$(find . -name '*.db' | wc -l)" = 1 ]
		for file in *.head; do
			head -n 4 "$file" >"$WORK/kept.minisig"
			tail -n +5 "$file" >"$WORK/kept"
			minisign -V -q -m "$WORK/kept" -x "$WORK/kept.minisig" -p "$KEY.pub"
		done
		sha256sum ./*.db | grep -q "^$(jq -r .file.sha256 "$1/head.json") "
	)
	# Again: nothing more is kept.
	pull_mirror 4 "$WORK/r" "$1"
	equal "files kept" 3 "$(find "$WORK/r/mirror/forks" -type f | wc -l)"
	expect_code 1 "$SYNC" compare "$WORK/r" "$1" --pubkey "$KEY.pub"
	said "^differ: $2"
	said '^fork: both are signed with the key'
	if [ "$number" = "$(jq .generation "$1/head.json")" ]; then
		expect_code 1 "$SYNC" compare "$WORK"/r/mirror/forks/*.head --pubkey "$KEY.pub"
		said "^differ: generation $number has two chains"
		said '^fork: both are signed with the key'
	fi
}

# Under the number that the mirror has, and in a later generation.
rewritten() { # CASE SENTENCE, where @ is what rewrite.py told
	rewrite "$1"
	expect_code 0 "$SYNC" verify --store "$EVIL"
	python3 "$CHAIN" "$EVIL/current" >/dev/null
	publish_as "$EVIL" "$EVIL.www"
	is_refused "$EVIL.www" "${2//@/$TOLD}"
	[ -n "${3:-}" ] || return 0
	import "$EVIL" "$NEXT"
	publish_as "$EVIL" "$EVIL.www"
	is_refused "$EVIL.www" "${2//@/$TOLD}"
}
since='since 20[0-9-]+ \(generation [0-9]+\)'
test_case "a value of a former year is another one" rewritten value \
	"service @, [a-z]+, $since: [a-z ]+ '.*', [a-z ]+ '.* \(rewritten\)'" later
test_case "the end of a value is another one" rewritten end "service @, [a-z]+, $since: [a-z ]+ '.*', [a-z ]+ '"
test_case "a service was never there" rewritten removed "service @, .*, since 20[0-9-]+ \(generation 1\): [a-z ]+ '.*', [a-z ]+ nothing" later
test_case "two services have each other's history" rewritten swapped "service @, .*, since 20[0-9-]+ \(generation 1\): [a-z ]+ '.*', [a-z ]+ '"
test_case "a generation is gone" rewritten dropped "[a-z]+ .*, since 20[0-9-]+ \(generation @\): "

withheld() {
	rewrite value
	publish_as "$EVIL" "$EVIL.www"
	rm -rf "$EVIL.www/objects" "$WORK/r"
	cp -a "$WORK/mirror" "$WORK/r"
	pull_mirror 3 "$WORK/r" "$EVIL.www"
	equal "heads kept" 2 "$(find "$WORK/r/mirror/forks" -name '*.head' | wc -l)"
}
test_case "the heads of two lists under one number are kept, though the file is withheld" withheld

# As on a disk that is full for a while.
torn() {
	local file
	command -v strace >/dev/null || skip "strace is not installed"
	rewrite value
	publish_as "$EVIL" "$EVIL.www"
	rm -rf "$WORK/r"
	cp -a "$WORK/mirror" "$WORK/r"
	file=$(jq -r '"\(.generation)-\(.file.sha256[:16]).db"' "$EVIL.www/head.json")
	expect_code 4 strace -f -qq -o "$WORK/calls" -P "$WORK/r/mirror/forks/$file" -P "$WORK/r/mirror/forks/.new" \
		-e inject=write:error=ENOSPC "$SYNC" pull --store "$WORK/r" --source mirror --from "$EVIL.www" --pubkey "$KEY.pub"
	said 'cannot be written'
	pull_mirror 4 "$WORK/r" "$EVIL.www"
	equal sha256 "$(jq -r .file.sha256 "$EVIL.www/head.json")" "$(sha256sum <"$WORK/r/mirror/forks/$file" | cut -d' ' -f1)"
}
test_case "half a file that proves it isn't taken for a whole one" torn

# Who has the key can't fill the disk of a mirror.
bounded() {
	rewrite value
	publish_as "$EVIL" "$EVIL.www"
	rm -rf "$WORK/r"
	cp -a "$WORK/mirror" "$WORK/r"
	mkdir "$WORK/r/mirror/forks"
	touch "$WORK"/r/mirror/forks/{1..29}
	pull_mirror 4 "$WORK/r" "$EVIL.www"
	said "$WORK/r/mirror/forks has 30 files, so no more is kept of this"
	equal "files kept" 30 "$(find "$WORK/r/mirror/forks" -type f | wc -l)"
	pull_mirror 4 "$WORK/r" "$EVIL.www"
	equal "files kept" 30 "$(find "$WORK/r/mirror/forks" -type f | wc -l)"
}
test_case "of what proves it, no more than 30 files are kept" bounded

no_character() {
	local file
	for file in first second; do
		cp "$(file_of "$WORK/origin")" "$WORK/$file.db"
		chmod u+w "$WORK/$file.db"
		sqlite3 "$WORK/$file.db" "UPDATE value SET text = CAST(x'$(printf '80%.0s' {1..60})' || '$file' AS TEXT), size = 61 + length('$file')
			WHERE id = (SELECT max(id) FROM value WHERE gen_to IS NULL)"
		python3 "$CHAIN" "$WORK/$file.db" --reseal
	done
	expect_code 1 "$SYNC" compare "$WORK/first.db" "$WORK/second.db"
	said "^differ: .*: in the first '.+first', in the second '.+second'"
}
test_case "texts that differ behind what is no character are quoted from their beginning" no_character

# The file here was damaged, so only the state knows which chain it had.
state_alone() {
	rewrite value
	import "$EVIL" "$NEXT"
	publish_as "$EVIL" "$EVIL.www"
	cp -a "$WORK/mirror" "$WORK/damaged"
	printf x >>"$(file_of "$WORK/damaged")"
	cp -a "$WORK/damaged" "$WORK/damaged2"
	pull_mirror 4 "$WORK/damaged" "$EVIL.www"
	said "its generation [0-9]+ has the chain [0-9a-f]{16}, and this store had one with the chain"
	pull_mirror 0 "$WORK/damaged2" "$WORK/www"
	said '^changed: generation'
	expect_code 0 "$SYNC" verify --store "$WORK/damaged2"
}
test_case "a mirror whose file was damaged still knows its chain, and takes the right file" state_alone

pruned() {
	local before first
	cp -a "$WORK/origin" "$WORK/pruned"
	cp -a "$WORK/www" "$WORK/pruned.www"
	cp -a "$WORK/mirror" "$WORK/behind"
	before=$(newest "$WORK/origin")
	expect_code 0 "$SYNC" prune --store "$WORK/pruned" --keep 12
	expect_code 0 "$SYNC" verify --store "$WORK/pruned"
	python3 "$CHAIN" "$WORK/pruned/current" >/dev/null
	first=$(python3 "$CHAIN" "$WORK/pruned/current" --kept | cut -d' ' -f2)
	equal first $((before - 11)) "$first"
	equal "chains of all generations" "$(sqlite3 "$WORK/origin/current" 'SELECT id, chain FROM generation')" \
		"$(sqlite3 "$WORK/pruned/current" "SELECT id, chain FROM generation WHERE id <= $before")"
	publish_as "$WORK/pruned" "$WORK/pruned.www"
	# Of ten, the oldest makes room.
	mkdir "$WORK/behind/mirror/pruned"
	touch "$WORK"/behind/mirror/pruned/{1..10}.db
	pull_mirror 0 "$WORK/behind" "$WORK/pruned.www"
	equal "files of before a pruning" "$(printf '%d.db\n' {2..10} "$before" | sort)" "$(cd "$WORK/behind/mirror/pruned" && printf '%s\n' * | sort)"
	cmp "$WORK/behind/mirror/pruned/$before.db" "$WORK/origin/current"
	equal forgotten "$(python3 "$CHAIN" "$WORK/behind/mirror/pruned/$before.db" --forgotten "$first")" \
		"$(sqlite3 "$WORK/pruned/current" "SELECT sha256 FROM source_document WHERE role = 'forgotten'")"
	grep -qE "^forgotten history [0-9a-f]{64} before generation $first\$" <<<"$(sqlite3 "$WORK/pruned/current" \
		"SELECT v.text FROM value v JOIN field f ON f.id = v.field WHERE f.name = 'documents' AND v.gen_to IS NULL")"
	expect_code 0 "$SYNC" compare "$WORK/mirror" "$WORK/pruned.www" --pubkey "$KEY.pub"
	said "^same: up to generation $before both"
	# It goes on from there, and the statement is of that generation alone.
	import "$WORK/pruned" "$NEXT"
	equal statements 2 "$(sqlite3 "$WORK/pruned/current" "SELECT count(*) FROM source_document WHERE role IN ('kept', 'forgotten')")"
	publish_as "$WORK/pruned" "$WORK/pruned.www"
	pull_mirror 0 "$WORK/behind" "$WORK/pruned.www"
	expect_code 0 "$SYNC" verify --store "$WORK/behind"
}
test_case "a pruning states what it kept and what it forgot, and a mirror keeps its file of before" pruned

# Rows that begin before what is kept are in no chain that could be computed again.
pruned_and_rewritten() {
	local sql="UPDATE value SET text = 'Other', size = 6 WHERE id = (SELECT v.id FROM value v JOIN entity e ON e.id = v.entity
		JOIN field f ON f.id = v.field WHERE f.name = 'name' AND e.kind = 5 AND gen_to IS NULL ORDER BY gen_from, v.id LIMIT 1)"
	cp -a "$WORK/pruned" "$WORK/unsealed"
	# A prune to where some name was given before.
	expect_code 0 "$SYNC" prune --store "$WORK/unsealed" --keep 1
	publish_as "$WORK/unsealed" "$WORK/pruned.www"
	pull_mirror 0 "$WORK/behind" "$WORK/pruned.www"
	cp -a "$WORK/unsealed" "$WORK/sealed"
	sqlite3 "$(file_of "$WORK/unsealed")" "$sql"
	rm "$WORK/unsealed/digests"
	expect_code 5 "$SYNC" verify --store "$WORK/unsealed"
	said "what is left of the time before generation [0-9]+ isn't what the pruning kept"
	fails python3 "$CHAIN" "$WORK/unsealed/current" --kept
	sqlite3 "$(file_of "$WORK/sealed")" "$sql"
	rm "$WORK/sealed/digests"
	python3 "$CHAIN" "$(file_of "$WORK/sealed")" --reseal
	expect_code 0 "$SYNC" verify --store "$WORK/sealed"
	cp -a "$WORK/pruned.www" "$WORK/sealed.www"
	publish_as "$WORK/sealed" "$WORK/sealed.www"
	MIRROR=$WORK/behind is_refused "$WORK/sealed.www" "service .*, name, $since: [a-z ]+ '.*', [a-z ]+ 'Other'"
	# One that is far behind has only what was kept to compare with.
	MIRROR=$WORK/mirror is_refused "$WORK/sealed.www" "service .*, name, $since: [a-z ]+ .*, [a-z ]+ 'Other'"
}
test_case "what is left of the time before a pruning can't be rewritten either" pruned_and_rewritten

rewound() {
	cp -a "$WORK/pruned" "$WORK/rewound"
	expect_code 0 "$SYNC" rewind --store "$WORK/rewound" --to "$(($(newest "$WORK/pruned") - 1))" --reason "A wrong list"
	expect_code 0 "$SYNC" verify --store "$WORK/rewound"
	python3 "$CHAIN" "$WORK/rewound/current" --kept
	expect_code 0 "$SYNC" prune --store "$WORK/rewound" --keep 1
	import "$WORK/rewound" "$NEXT"
	expect_code 0 "$SYNC" prune --store "$WORK/rewound" --keep 1
	expect_code 0 "$SYNC" verify --store "$WORK/rewound"
	# Why it was set back outlives every pruning.
	sqlite3 "$WORK/rewound/current" "SELECT location FROM source_document WHERE role = 'rewind'" | grep -q 'A wrong list$'
	expect_code 1 "$SYNC" compare "$WORK/rewound" "$WORK/pruned"
	said '^differ: they are two stores'
}
test_case "a rewound store keeps why for ever, and is another store" rewound

compared() {
	local file=$WORK/mirror/mirror/head other
	expect_code 0 "$SYNC" compare "$WORK/origin" "$WORK/mirror"
	said "^$WORK/origin: generation [0-9]+ of [a-z]+, chain [0-9a-f]{64}, not signed\$"
	said "^$WORK/mirror: .*, signed, it says, with the key [0-9A-F]{16}\$"
	said '^same: up to generation [0-9]+ both tell the same past$'
	expect_code 0 "$SYNC" compare "$WORK/mirror" "$WORK/www/" --pubkey "$KEY.pub"
	said "^$WORK/www/: .*, signed with the key [0-9A-F]{16}\$"
	expect_code 0 "$SYNC" compare "$WORK/www/head.json" "$file" --pubkey "$KEY.pub"
	expect_code 0 "$SYNC" compare "$WORK/mirror" "$(file_of "$WORK/origin")"
	expect_code 4 "$SYNC" compare "$WORK/mirror" "$WORK/www" --pubkey "$WORK/key2.pub"
	said "it is signed with the key [0-9A-F]{16}, which .*key2.pub doesn't hold"
	sed 's/"generation": 3/"generation": 4/' "$file" >"$WORK/forged"
	expect_code 4 "$SYNC" compare "$file" "$WORK/forged" --pubkey "$KEY.pub"
	said "its signature doesn't fit"
	# What is no list of ours, large, small or empty.
	printf 'a\nb\nc\nd\ne\n' >"$WORK/lines"
	echo a >"$WORK/line"
	: >"$WORK/nothing"
	for other in "$NEXT" "$WORK"/{lines,line,nothing}; do
		expect_code 4 "$SYNC" compare "$file" "$other"
		said "$other: refused: it is neither a store nor anything that one publishes"
	done
	expect_code 3 "$SYNC" compare "$WORK/mirror" "$WORK/nowhere"
	expect_code 2 "$SYNC" compare "$WORK/mirror"
	# A head alone, of another generation.
	import "$WORK/origin" "$NEXT"
	expect_code 3 "$SYNC" compare "$WORK/origin" "$file"
	said 'a head alone says nothing of generations other than its own'
	expect_code 0 "$SYNC" compare "$WORK/origin" "$WORK/www"
	printf x | dd of="$WORK/www/objects/$(jq -r .object.sha256 "$WORK/www/head.json")" bs=1 seek=100 conv=notrunc status=none
	expect_code 4 "$SYNC" compare "$WORK/origin" "$WORK/www"
}
test_case "two copies in any form: the same, forged, damaged, of another key, not there" compared

# What must be sorted is more than SQLite keeps in its cache, and nothing may be written anywhere.
large() {
	local day
	for day in 1 2; do
		python3 "$TOP/tests/publications/interchange.py" --services $((2500 - day)) --published "2025-02-0$day" >"$WORK/large.json"
		SOURCE=interchange import "$WORK/large" "$WORK/large.json"
	done
	"$SYNC" prune --store "$WORK/large" --keep 1 >/dev/null
	publish_as "$WORK/large" "$WORK/large.www"
	expect_code 0 "$SYNC" compare "$WORK/large" "$WORK/large.www" --pubkey "$KEY.pub"
	expect_code 0 "$SYNC" compare "$WORK/large.www" "$(file_of "$WORK/large")"
	said '^same: '
}
test_case "large lists are compared, too" large

# No honest origin is refused, however it prunes and however far its mirror is behind.
honest() {
	local count=${LONG:+1000} month
	count=${count:-14}
	# A thousand months end in 2106.
	export ISMAP_SYNC_CLOCK='2106-06-01T00:00:00Z synchronised'
	mkdir "$WORK/honest-lists"
	python3 "$YEARS" "$WORK/honest-lists" "$count"
	for ((month = 0; month < count; month++)); do
		SOURCE=interchange import "$WORK/honest" "$(printf '%s/%04d.json' "$WORK/honest-lists" "$month")"
		[ $((month % 5)) != 3 ] || "$SYNC" prune --store "$WORK/honest" --keep $((month % 4 + 1)) >/dev/null
		publish_as "$WORK/honest" "$WORK/honest.www"
		pull_mirror 0 "$WORK/follows" "$WORK/honest.www"
		[ $((month % 7)) != 6 ] || pull_mirror 0 "$WORK/follows-slowly" "$WORK/honest.www"
	done
	expect_code 0 "$SYNC" verify --store "$WORK/follows"
	[ ! -e "$WORK/follows/mirror/forks" ] && [ ! -e "$WORK/follows-slowly/mirror/forks" ]
	[ "$(find "$WORK/follows/mirror/pruned" -type f | wc -l)" -le 10 ]
	equal "generations whose chain is known" "$(newest "$WORK/honest")" \
		"$(sqlite3 "$WORK/follows/current" 'SELECT count(*) FROM generation')"
}
test_case "an honest origin is never refused" honest
finish
