#!/usr/bin/env bash
# export: the tree as plain files, whole or not at all.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

GENERATE=$TOP/tests/publications
STORE=$WORK/store
TREE=$WORK/tree
python3 "$GENERATE/fedramp.py" >"$WORK/fedramp.json"
python3 "$GENERATE/fedramp.py" --day 2025-01-16 --rename FR9000000030=Other --without FR9000000031 >"$WORK/next.json"
python3 "$GENERATE/interchange.py" --hostile >"$WORK/hostile.json"
python3 "$GENERATE/interchange.py" --services 3 >"$WORK/small.json"
"$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/fedramp.json" --quiet >/dev/null
"$SYNC" pull --store "$WORK/small" --source interchange --from "$WORK/small.json" --quiet >/dev/null

whole() {
	expect_code 0 "$SYNC" export --store "$STORE" "$TREE"
	equal words "" "$(cat "$WORK/.said")"
	python3 "$GENERATE/check_tree.py" "$STORE" "$TREE"
	equal mode 755 "$(stat -c %a "$TREE")"
	local name
	for name in README services.tsv services delisted providers auditors controls baselines by-name by-status \
		by-expiry by-level records tables .registry; do
		[ -e "$TREE/$name" ] || echo "no $name"
		[ -e "$TREE/$name" ]
	done
	[ ! -L "$TREE/fresh" ]
}

sorted() {
	LC_ALL=C sort -c "$TREE/services.tsv"
	equal lines 60 "$(wc -l <"$TREE/services.tsv")"
	equal columns 6 "$(awk -F'\t' '{print NF}' "$TREE/services.tsv" | sort -u)"
}

no_value_twice() {
	# A grep under services/ finds a name once: links there lead away, and the rest are values.
	equal hits 1 "$(grep -rlx 'Imaginary Service 0030' "$TREE/services" | wc -l)"
}

no_broken_links() {
	equal broken "" "$(find "$TREE" -xtype l)"
	equal absolute "" "$(find "$TREE" -lname '/*')"
}

ends_with_a_newline() {
	local file
	find "$TREE/services" "$TREE/providers" "$TREE/.registry" -type f -size +0 >"$WORK/files"
	while read -r file; do
		[ -z "$(tail -c 1 "$file")" ] || echo "$file"
		[ -z "$(tail -c 1 "$file")" ]
	done < <(head -n 200 "$WORK/files")
}

hostile_texts() {
	expect_code 0 "$SYNC" pull --store "$WORK/hostile" --source interchange --from "$WORK/hostile.json"
	expect_code 0 "$SYNC" verify --store "$WORK/hostile"
	expect_code 0 "$SYNC" export --store "$WORK/hostile" "$WORK/hostile.tree"
	python3 "$GENERATE/check_tree.py" "$WORK/hostile" "$WORK/hostile.tree"
	cd "$WORK/hostile.tree"
	[ -d services/Case ] && [ -d services/case ]
	[ -L by-name/CaseTwin ] && [ -L by-name/casetwin ]
	[ ! -e by-name/same ] && [ -L by-name/same~H-same ] && [ -L by-name/same~H-same-too ]
	equal same H-1 "$(sed -n 's/.*\(H-1\)$/\1/p' services/H-1/number)"
	LC_ALL=C sort -c services.tsv
	expect_code 0 "$SYNC" pull --store "$WORK/hostile" --source interchange --from "$WORK/hostile.json" --at 2025-03-01
	equal generations 1 "$("$SYNC" log --store "$WORK/hostile" | wc -l)"
}

hostile_twice() {
	# Names and keys mustn't depend on what was there before.
	python3 "$GENERATE/interchange.py" --hostile --published 2025-03-01 >"$WORK/later.json"
	expect_code 0 "$SYNC" pull --store "$WORK/hostile" --source interchange --from "$WORK/later.json"
	said '^unchanged'
}

foreign_is_refused() {
	local target
	mkdir -p "$WORK/foreign"
	echo precious >"$WORK/foreign/file"
	expect_code 5 "$SYNC" export --store "$STORE" "$WORK/foreign"
	said 'is not an export of this store'
	equal file precious "$(cat "$WORK/foreign/file")"
	# An export of another store is foreign too.
	expect_code 0 "$SYNC" export --store "$WORK/small" "$WORK/small.tree"
	expect_code 5 "$SYNC" export --store "$STORE" "$WORK/small.tree"
	for target in "$WORK/fedramp.json" /proc "$STORE" . "$WORK/no/such/place"; do
		expect_code 5 "$SYNC" export --store "$STORE" "$target"
	done
	ln -s "$WORK/foreign" "$WORK/link"
	expect_code 5 "$SYNC" export --store "$STORE" "$WORK/link"
	equal file precious "$(cat "$WORK/foreign/file")"
	expect_code 0 "$SYNC" verify --store "$STORE"
	equal leftovers "" "$(find "$WORK" -mindepth 1 -maxdepth 1 -name '*.??????' -type d)"
}

empty_is_taken() {
	mkdir "$WORK/empty"
	expect_code 0 "$SYNC" export --store "$WORK/small" "$WORK/empty"
	[ -s "$WORK/empty/README" ]
	expect_code 0 "$SYNC" export --store "$WORK/small" "$WORK/slash/"
	[ -s "$WORK/slash/README" ]
	cd "$WORK"
	expect_code 0 "$SYNC" export --store "$WORK/small" relative
	[ -s "$WORK/relative/README" ]
}

replaced() {
	local inode
	inode=$(stat -c %i "$TREE")
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/next.json"
	expect_code 0 "$SYNC" export --store "$STORE" "$TREE"
	[ "$inode" != "$(stat -c %i "$TREE")" ]
	equal name Other "$(cat "$TREE/services/FR9000000030/name")"
	[ ! -e "$TREE/services/FR9000000031" ]
	python3 "$GENERATE/check_tree.py" "$STORE" "$TREE"
	equal leftovers "" "$(find "$WORK" -maxdepth 1 -name 'tree.*')"
}

never_half() {
	# A reader that looks all the time sees an old or a new tree, each whole.
	local left
	: >"$WORK/go"
	(
		while [ -e "$WORK/go" ]; do
			[ -e "$WORK/small.tree/services.tsv" ] && [ -e "$WORK/small.tree/.registry/uuid" ] || echo torn
		done
	) >"$WORK/torn" &
	left=$!
	for _ in 1 2 3 4 5 6 7 8; do
		expect_code 0 "$SYNC" export --store "$WORK/small" "$WORK/small.tree"
	done
	rm "$WORK/go"
	wait $left
	equal torn "" "$(cat "$WORK/torn")"
}

# The tree is on disk before it gets its name, and the name before the old tree goes.
on_disk() {
	local how=count
	mkdir "$WORK/durable"
	export_it() {
		FAULT_BELOW=$WORK/durable FAULT_AT=$1 FAULT_HOW=$how FAULT_LOG=$WORK/calls LD_PRELOAD=$BUILD/faults/writes.so \
			ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" "$SYNC" export --sandbox=off --store "$WORK/small" \
			"$WORK/durable/tree"
	}
	export_it 0
	equal "last calls" "syncfs rename fsync" "$(tail -n 3 "$WORK/calls" | paste -sd' ')"
	: >"$WORK/calls"
	export_it 0
	equal "last calls" "syncfs rename fsync" "$(tail -n 3 "$WORK/calls" | paste -sd' ')"
	# Where the disk can't, the old tree stays.
	echo old >"$WORK/durable/tree/old"
	how=eio
	fails export_it "$(grep -n syncfs "$WORK/calls" | cut -d: -f 1)"
	equal old old "$(cat "$WORK/durable/tree/old")"
	equal "in the directory" tree "$(ls "$WORK/durable")"
}

# A mask of whoever exports it doesn't leave directories that nobody else can enter.
whatever_the_mask() {
	(umask 077; "$SYNC" export --store "$WORK/small" "$WORK/masked")
	equal "not for all" "" "$(find "$WORK/masked" \( -type d ! -perm 755 \) -o \( -type f ! -perm 644 \))"
}

no_room() {
	unshare -m true 2>/dev/null || skip "mounting is not allowed here"
	mkdir "$WORK/tiny"
	# shellcheck disable=SC2016 # the inner shell's
	expect_code 5 unshare -m sh -c '
		mount -t tmpfs -o size=256k tmpfs "$1/tiny" && mkdir "$1/tiny/out" || exit 99
		"$2" export --store "$3" "$1/tiny/out"
		code=$?
		ls -A "$1/tiny" | grep -vx out && exit 98
		exit $code' - "$WORK" "$SYNC" "$STORE"
	said 'No space left on device'
}

same_every_time() {
	expect_code 0 "$SYNC" export --store "$STORE" "$WORK/again"
	diff -r --no-dereference "$TREE" "$WORK/again"
	(cd "$TREE" && find . -printf '%P %y %s %T@ %l\n' | grep -v ' d ' | sort) >"$WORK/one"
	(cd "$WORK/again" && find . -printf '%P %y %s %T@ %l\n' | grep -v ' d ' | sort) >"$WORK/two"
	cmp "$WORK/one" "$WORK/two"
}

test_case "each row is a file or a link, each file a row; records and tables agree" whole
test_case "services.tsv: sorted bytewise, a line for each service, six columns" sorted
test_case "a grep under services/ gives each fact once" no_value_twice
test_case "no link is broken, none is absolute" no_broken_links
test_case "a value ends with a newline" ends_with_a_newline
test_case "hostile names, numbers and texts become harmless names and whole tables" hostile_texts
test_case "hostile names come out the same the second time" hostile_twice
test_case "what isn't an export of this store is left alone" foreign_is_refused
within_the_store() {
	local place before
	before=$(find "$WORK/small" | sort)
	ln -s small "$WORK/small-link"
	for place in small/tree small/generations/tree small small-link/tree ./small/../small/tree/; do
		expect_code 5 "$SYNC" export --store "$WORK/small" "$WORK/$place"
		said 'is within the store|not an export of this store'
	done
	equal "the store" "$before" "$(find "$WORK/small" | sort)"
	expect_code 5 "$SYNC" export --store "$WORK/small" "$WORK/missing/tree"
	(cd "$WORK/small" && expect_code 5 "$SYNC" export --store . tree && said 'is within the store')
	(cd "$WORK/small" && expect_code 0 "$SYNC" export --store . ../small.tree)
}
test_case "not into the store" within_the_store
test_case "an empty directory and a new one are taken" empty_is_taken
test_case "an earlier export is replaced" replaced
test_case "a replaced export is never seen half" never_half
test_case "a full disk leaves nothing behind" no_room
test_case "a power cut finds the old tree or the new one, whole" on_disk
test_case "everybody can read it, whatever the umask" whatever_the_mask
test_case "the same store gives the same tree, to the mtime" same_every_time
finish
