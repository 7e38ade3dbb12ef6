#!/usr/bin/env bash
# A generation's file that was altered since it was made is found, and nothing is built on it.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

GENERATE=$TOP/tests/publications
DAYS=(2025-02-01 2025-02-02 2025-02-03 2025-02-04 2025-02-05 2025-02-06)
for DAY in "${DAYS[@]}"; do
	python3 "$GENERATE/interchange.py" --services 40 --published "$DAY" --status "E-0002=state-${DAY##*-}" >"$WORK/$DAY.json"
done
STORE=$WORK/store

pull() {
	local code=$1 store=$2 day=$3
	shift 3
	expect_code "$code" "$SYNC" pull --store "$store" --source interchange --from "$WORK/$day.json" "$@"
}

# digests_of STORE: the lines that its files should have.
digests_of() {
	local file
	for file in "$1"/generations/*.db; do
		echo "$(basename "$file" .db) $(stat -c %s "$file") $(sha256sum "$file" | cut -d' ' -f1)"
	done | sort -n
}

# right STORE: each of its files has its line, and verify has nothing to say.
right() {
	fails grep -vxFf "$1/digests" <<<"$(digests_of "$1")"
	expect_code 0 "$SYNC" verify --store "$1"
	equal "what verify says" "ok: $1/$(readlink "$1/current")" "$(cat "$WORK/.said")"
}

# alter FILE letters FROM TO: other letters in the place of as many. alter FILE byte OFFSET: another byte there.
alter() {
	python3 - "$@" <<-'PYTHON'
		import sys
		path, how, where, *rest = sys.argv[1:]
		with open(path, "rb") as file:
		    content = file.read()
		if how == "letters":
		    before, after = where.encode(), rest[0].encode()
		    assert len(before) == len(after) and before in content
		    content = content.replace(before, after)
		else:
		    at = int(where)
		    content = content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]
		with open(path, "wb") as file:
		    file.write(content)
	PYTHON
}

each_writer() {
	pull 0 "$STORE" "${DAYS[0]}"
	right "$STORE"
	pull 0 "$STORE" "${DAYS[1]}"
	right "$STORE"
	expect_code 0 "$SYNC" import-history --store "$STORE" --source interchange "$WORK/${DAYS[2]}.json" "$WORK/${DAYS[3]}.json"
	right "$STORE"
	expect_code 0 "$SYNC" prune --store "$STORE" --keep 2
	right "$STORE"
	expect_code 0 "$SYNC" init --store "$WORK/bundled" --bundled ismap
	right "$WORK/bundled"
	cp -r "$STORE" "$WORK/rewound"
	expect_code 0 "$SYNC" rewind --store "$WORK/rewound" --to 3 --reason "as a test"
	expect_code 0 "$SYNC" verify --store "$WORK/rewound"
	digests_of "$WORK/rewound" | grep "^6 " | grep -xFf "$WORK/rewound/digests"
	mkdir -p "$WORK/former/generations"
	xz -dc "$TOP/tests/assets/version-1.sql.xz" | sqlite3 "$WORK/former/generations/5.db"
	ln -s generations/5.db "$WORK/former/current"
	expect_code 0 "$SYNC" upgrade --store "$WORK/former"
	digests_of "$WORK/former" | grep "^6 " | grep -xFf "$WORK/former/digests"
}
test_case "every command that makes a generation notes what its file is" each_writer

removed_files() {
	local store=$WORK/removed number old
	pull 0 "$store" "${DAYS[0]}"
	for number in 1 2 3 4 5; do
		pull 0 "$store" "${DAYS[number]}"
		old=$(date -d "10 minutes ago" +%s)
		touch -d "@$old" "$store"/generations/*.db
	done
	right "$store"
	equal "files that are kept" "4 5 6" "$(digests_of "$store" | cut -d' ' -f1 | xargs)"
	fails grep -E '^[12] ' "$store/digests"
}
test_case "a file that is removed loses its line when the next one is made" removed_files

altered() {
	local store=$WORK/altered file before
	pull 0 "$store" "${DAYS[0]}"
	pull 0 "$store" "${DAYS[1]}"
	file=$(readlink -f "$store/current")
	cp "$file" "$WORK/altered.db"
	alter "$file" "$@"
	before=$(sha256sum "$store/digests" "$file" "$store/state")
	expect_code 5 "$SYNC" verify --store "$store"
	said 'generations/2.db was altered since it was made: .*put the store back from a backup, or move it away and fill a new one'
	equal "files after verify" "$before" "$(sha256sum "$store/digests" "$file" "$store/state")"
	for _ in 1 2; do
		pull 5 "$store" "${DAYS[2]}"
		said 'was altered since it was made'
		grep -q '^last-error .*altered' "$store/state"
		equal current generations/2.db "$(readlink "$store/current")"
	done
	expect_code 5 "$SYNC" prune --store "$store" --keep 1
	said 'was altered since it was made'
	expect_code 5 "$SYNC" import-history --store "$store" --source interchange "$WORK/${DAYS[3]}.json"
	said 'was altered since it was made'
	expect_code 0 "$SYNC" keygen --key "$WORK/altered-key"
	expect_code 5 "$SYNC" publish --store "$store" --to "$WORK/altered-www" --key "$WORK/altered-key"
	said 'was altered since it was made'
	[ ! -e "$WORK/altered-www/head.json" ]
	equal "files left over" "" "$(find "$store" -name 'new*' -o -name '*.new')"
	cp "$WORK/altered.db" "$file"
	expect_code 0 "$SYNC" verify --store "$store"
	pull 0 "$store" "${DAYS[2]}"
	rm -r "$WORK"/altered*
}
test_case "a status that was replaced by as many other letters is found, and nobody builds on it" altered letters state-01 state-99
test_case "so is the name of a provider" altered letters "Provider 2 KK" "Provider X KK"
test_case "so is a byte that means nothing to SQLite" altered byte 75

cut_off() {
	local store=$WORK/cut
	pull 0 "$store" "${DAYS[0]}"
	pull 0 "$store" "${DAYS[1]}"
	printf '\0' >>"$store/current"
	expect_code 5 "$SYNC" verify --store "$store"
	said 'was altered since it was made'
}
test_case "so is a byte more at its end" cut_off

without_line() {
	local store=$WORK/older
	pull 0 "$store" "${DAYS[0]}"
	rm "$store/digests"
	expect_code 0 "$SYNC" verify --store "$store"
	said 'has no digest of generations/1.db'
	echo "nonsense" >"$store/digests"
	expect_code 0 "$SYNC" verify --store "$store"
	said 'has no digest of generations/1.db'
	pull 0 "$store" "${DAYS[1]}"
	equal digests "$(digests_of "$store" | grep '^2 ')" "$(cat "$store/digests")"
}
test_case "a file without a line, of an older program, is told; the next generation gets one" without_line

killed_before_the_switch() {
	local store=$WORK/killed
	pull 0 "$store" "${DAYS[0]}"
	# As a run leaves it that noted the next file's digest, and was killed.
	echo "2 4096 $(printf x | sha256sum | cut -d' ' -f1)" >>"$store/digests"
	echo half >"$store/digests.new"
	expect_code 0 "$SYNC" verify --store "$store"
	pull 0 "$store" "${DAYS[1]}"
	right "$store"
	[ ! -e "$store/digests.new" ]
}
test_case "a run that was killed between its digest and its switch does no harm" killed_before_the_switch

mirror() {
	expect_code "$1" "$SYNC" pull --store "$WORK/mirror" --source mirror --from "$WORK/www" --pubkey "$WORK/key.pub"
}

a_mirror() {
	local file
	expect_code 0 "$SYNC" keygen --key "$WORK/key"
	expect_code 0 "$SYNC" publish --store "$STORE" --to "$WORK/www" --key "$WORK/key"
	mirror 0
	right "$WORK/mirror"
	file=$(readlink -f "$WORK/mirror/current")
	alter "$file" letters state-04 state-99
	expect_code 5 "$SYNC" verify --store "$WORK/mirror"
	said "was altered since it was mirrored: .*'ismap-sync pull' fetches it again"
	# Whoever alters the digest too can't sign the head.
	digests_of "$WORK/mirror" >"$WORK/mirror/digests"
	expect_code 5 "$SYNC" verify --store "$WORK/mirror"
	said "isn't the file that .* signed; 'ismap-sync pull' fetches it again"
	mirror 0
	right "$WORK/mirror"
	cmp "$STORE/current" "$WORK/mirror/current"
}
test_case "a mirror's file is compared with the signed head as well; the next pull mends it" a_mirror

a_forged_head() {
	local sum
	sum=$(sha256sum "$WORK/mirror/current" | cut -d' ' -f1)
	alter "$(readlink -f "$WORK/mirror/current")" letters state-04 state-99
	digests_of "$WORK/mirror" >"$WORK/mirror/digests"
	alter "$WORK/mirror/mirror/head" letters "$sum" "$(sha256sum "$WORK/mirror/current" | cut -d' ' -f1)"
	expect_code 5 "$SYNC" verify --store "$WORK/mirror"
	said "mirror/head isn't what .* signed"
	rm "$WORK/mirror/mirror/head"
	expect_code 5 "$SYNC" verify --store "$WORK/mirror"
	said "mirror/head: No such file or directory; 'ismap-sync pull' fetches it again"
}
test_case "and the head with its signature" a_forged_head

finish
