#!/usr/bin/env bash
# A mirror: the origin's list to the byte, or a sentence and what was there before.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"

three_days

first_and_next() {
	pull_mirror 0 "$WORK/m" "$WORK/w10"
	said '^changed: generation 1, published 2026-01-10T06:02:03Z: 10 services; [0-9]+ bytes fetched, whole$'
	pull_mirror 0 "$WORK/m" "$WORK/w11/"
	said 'generation 2, .*: 11 services; [0-9]+ bytes fetched, by 1 delta$'
	pull_mirror 0 "$WORK/m" "$WORK/w11/head.json"
	said '^unchanged: generation 2 stays; its signature holds$'
	pull_mirror 0 "$WORK/m" "file://$W" --quiet
	said '^changed: generation 3'
	pull_mirror 0 "$WORK/m" "$W" --quiet
	equal "said, when nothing is new" "" "$(cat "$WORK/.said")"
	pull_mirror 0 "$WORK/late" "$WORK/w10"
	pull_mirror 0 "$WORK/late" "$W"
	said 'by 2 deltas$'
	expect_code 0 "$SYNC" verify --store "$WORK/m"
}
test_case "the first pull takes the whole object, later ones deltas, one behind the other" first_and_next

the_same_to_the_byte() {
	local part
	cmp "$WORK/origin/current" "$WORK/m/current"
	cmp "$WORK/origin10/generations/1.db" "$WORK/m/generations/1.db"
	cmp "$WORK/origin11/generations/2.db" "$WORK/m/generations/2.db"
	"$SYNC" export --store "$WORK/origin" "$WORK/tree-o" --with-at
	"$SYNC" export --store "$WORK/m" "$WORK/tree-m" --with-at
	diff -r --no-dereference "$WORK/tree-o" "$WORK/tree-m" >"$WORK/differences" || true
	cat "$WORK/differences"
	# What is about this copy alone.
	fails grep -vE '^(Only in .*/tree-m/\.registry: (verified|signer|expires)|(diff|Files) .*/\.registry/last-attempt .*|[0-9]+c[0-9]+|[<>] 20..-..-..T..:..:..Z|---)$' "$WORK/differences"
	# It goes on from the state, and so has its time.
	touch -r "$WORK/tree-o/at/days" "$WORK/tree-m/at/days"
	for part in at services delisted providers controls baselines by-name by-status history records changes tables; do
		python3 "$TOP/tests/oracle/same_tree.py" "$WORK/tree-o/$part" "$WORK/tree-m/$part"
	done
	[ -d "$WORK/tree-m/at/2026-01-10/services" ]
}
test_case "a mirrored store and the origin's export are the same trees, history included" the_same_to_the_byte

the_tree_tells() {
	equal signer "$(sed -n 2p "$KEY.pub")" "$(cat "$WORK/tree-m/.registry/signer")"
	equal expires 2027-01-12T12:00:00Z "$(cat "$WORK/tree-m/.registry/expires")"
	grep -qE '^20..-..-..T..:..:..Z$' "$WORK/tree-m/.registry/verified"
	equal checked 2026-01-12T06:02:03Z "$(cat "$WORK/tree-m/.registry/checked")"
	for name in signer expires verified; do
		[ ! -e "$WORK/tree-o/.registry/$name" ]
		grep -q mirror "$WORK/tree-o/.registry/schema/$name"
	done
	"$SYNC" status --store "$WORK/m" >"$WORK/status"
	grep -q '^expires  *2027-01-12' "$WORK/status"
}
test_case ".registry/verified, signer, expires, and checked as the origin has it" the_tree_tells

# Everything is wrong with it at once, and is put right one after the other.
in_this_order() {
	copy order
	head -c 1000 "$(object_of)" >"$B/cut"
	change_head "$B" '.registry = "ismap" | .published = "2026-01-01T00:00:00Z"
		| .expires = "2026-01-02T00:00:00Z" | .schema = 99 | .deltas = [] | .file.size = 99999999999'
	sign "$B" "$WORK/key2"
	cp "$B/cut" "$(object_of)"
	rm "$B/signatures/"*
	cp -a "$B" "$WORK/order.registry"
	refused "it is of the registry 'ismap', and this store holds 'fedramp'" "$B"

	again() { # JQ: one thing right, signed with another key
		jq "$1" "$B/head.json" >"$B/head.new" && mv "$B/head.new" "$B/head.json"
		sign "$B" "$WORK/key2"
	}
	again '.registry = "fedramp"'
	rm "$B/signatures/"*
	refused 'it has no signature: there is no signatures/[0-9a-f]{64}.minisig' "$B"
	echo "nonsense" >"$B/signatures/$(sha256sum <"$B/head.json" | cut -c 1-64).minisig"
	refused "is not a signature of minisign's kind" "$B"
	sign "$B" "$WORK/key2"
	refused 'it is signed with the key [0-9A-F]{16}; .*key.pub holds [0-9A-F]{16}' "$B"
	# The right key, of another head.
	cp "$WORK/w10/head.json.minisig" "$B/signatures/$(sha256sum <"$B/head.json" | cut -c 1-64).minisig"
	refused "its signature doesn't fit" "$B"
	sign "$B" "$KEY"
	refused 'it is of 2026-01-01T00:00:00Z, older than the head of 2026-01-10T12:00:00Z that this store follows' "$B"
	change_head "$B" '.published = "2026-02-01T00:00:00Z"'
	refused 'it expired at 2026-01-02T00:00:00Z' "$B"
	change_head "$B" '.expires = "2099-01-01T00:00:00Z"'
	refused 'its file is of schema version 99' "$B"
	change_head "$B" '.schema = 2'
	refused 'its file of 99999999999 bytes, [0-9]+ when packed, is beyond the limit' "$B"
	change_head "$B" --argjson size "$(jq .file.size "$W/head.json")" '.file.size = $size'
	refused 'the object [0-9a-f]{64} is cut off: 1000 of [0-9]+ bytes came' "$B"
	cp -a "$W/objects/." "$B/objects"
	rm -rf "$WORK/r"
	cp -a "$WORK/first" "$WORK/r"
	pull_mirror 0 "$WORK/r" "$B"
	said '^changed: generation 3'
}
test_case "registry, signature, key, age, expiry, object: in this order, each in its own sentence" in_this_order

another_store() {
	copy uuid
	change_head "$B" '.uuid = "00000000-0000-4000-8000-000000000000"'
	refused "it is of another store of 'fedramp'" "$B"
	python3 "$TOP/tests/publications/interchange.py" >"$WORK/interchange.json" 2>/dev/null || true
	"$SYNC" init --store "$WORK/bundled" --bundled ismap >/dev/null
	"$SYNC" publish --store "$WORK/bundled" --to "$WORK/w-ismap" --key "$KEY" >/dev/null
	refused "it is of the registry 'ismap'" "$WORK/w-ismap"
}
test_case "another registry, another store of the same" another_store

a_replay() {
	FROM=$WORK/m refused 'it is of 2026-01-11T12:00:00Z, older than the head of 2026-01-12T12:00:00Z that this store follows' "$WORK/w11"
	# A newer head, of an older list.
	copy older
	change_head "$B" '.generation = 2 | .published = "2026-02-01T00:00:00Z"'
	FROM=$WORK/m refused 'it offers generation 2, older than generation 3' "$B"
	# The state that knew of the time is lost: the generation still counts.
	cp -a "$WORK/m" "$WORK/stateless"
	rm "$WORK/stateless/state"
	FROM=$WORK/stateless refused 'it offers generation 2, older than generation 3' "$WORK/w11"
	copy future
	change_head "$B" '.published = "2099-02-01T00:00:00Z" | .expires = "2099-03-01T00:00:00Z"'
	refused 'it states the time 2099-02-01T00:00:00Z, which is in the future' "$B"
	copy diverged
	change_head "$B" '.file.sha256 |= sub("^.."; "00") | .published = "2026-02-01T00:00:00Z"'
	FROM=$WORK/m refused "its generation 3 isn't the one that this store has" "$B"
}
test_case "a replayed old head, one from the future, another generation of that number" a_replay

signed_for_another() {
	copy comment
	cp "$B/signatures/$(sha256sum <"$B/head.json" | cut -c 1-64).minisig" "$WORK/sig"
	sed -i '3s/generation:3/generation:9/' "$WORK/sig"
	cp "$WORK/sig" "$B/signatures/$(sha256sum <"$B/head.json" | cut -c 1-64).minisig"
	refused "its signature doesn't fit" "$B"
	rm "$B/head.json.minisig"
	minisign -S -s "$KEY" -m "$B/head.json" -t 'ismapfs registry:fedramp generation:9 published:2026-01-12T12:00:00Z' >/dev/null </dev/null
	cp "$B/head.json.minisig" "$B/signatures/$(sha256sum <"$B/head.json" | cut -c 1-64).minisig"
	refused "its signature's comment names another head: ismapfs registry:fedramp generation:9" "$B"
}
test_case "the comment is signed, too, and must speak of this head" signed_for_another

no_head_at_all() {
	local text
	copy head
	for text in '' '{' '[]' '{}' '{"format": "ismapfs-mirror", "version": 2}' 'null' \
		'{"format": "ismapfs-mirror", "version": 1, "schema": 1}'; do
		printf '%s' "$text" >"$B/head.json"
		refused 'refused|empty|JSON|head|version|missing' "$B"
	done
	for text in .uuid .generation .published .expires .file .object .deltas .file.sha256 .object.size; do
		copy head
		change_head "$B" "del($text)"
		refused "its member '[a-z0-9]+' is missing or makes no sense" "$B"
	done
	for text in '.generation = -1' '.generation = "3"' '.file.sha256 = "../../etc/passwd"' '.object.size = 1e300' \
		'.object.sha256 |= ascii_upcase' '.published = "yesterday"' '.deltas = {}' '.deltas[0].from = 7' '.checked = ""'; do
		copy head
		change_head "$B" "$text"
		refused "its member '[a-z0-9]+' is missing or makes no sense" "$B"
	done
	rm "$B/head.json"
	pull_mirror 3 "$WORK/r" "$B"
	said "head.json can't be opened"
}
test_case "what is no head is refused, whatever is missing in it" no_head_at_all

# Every damage to the whole object, deltas out of the way.
a_spoilt_object() {
	local object
	copy object
	change_head "$B" '.deltas = []'
	object=$(object_of)
	cp "$object" "$WORK/good"
	head -c -1 "$WORK/good" >"$object"
	refused 'is cut off: [0-9]+ of [0-9]+ bytes came' "$B"
	: >"$object"
	refused 'is cut off: 0 of' "$B"
	cp "$WORK/good" "$object"
	printf 'x' | dd of="$object" bs=1 seek=5000 conv=notrunc status=none
	cmp -s "$object" "$WORK/good" && printf 'y' | dd of="$object" bs=1 seek=5000 conv=notrunc status=none
	refused "isn't what its name says: it was changed or exchanged" "$B"
	cp "$WORK/w10/objects/$(jq -r .object.sha256 "$WORK/w10/head.json")" "$object"
	truncate -s "$(stat -c %s "$WORK/good")" "$object"
	refused "isn't what its name says: it was changed or exchanged" "$B"
	cat "$WORK/good" <(echo more) >"$object"
	refused 'is larger than the [0-9]+ bytes that the head states' "$B"
	rm "$object"
	pull_mirror 3 "$WORK/r" "$B"
	said "objects/[0-9a-f]{64} can't be opened"
}
test_case "a truncated, flipped, swapped or longer object: its sentence, and the old list" a_spoilt_object

a_spoilt_delta() {
	local delta
	for spoil in 'head -c -1' 'tr \000-\377 \001-\377\000' 'cat /dev/null'; do
		copy delta
		delta=$B/objects/$(jq -r '.deltas[0].object.sha256' "$B/head.json")
		cp "$delta" "$WORK/good.delta"
		$spoil <"$WORK/good.delta" >"$delta"
		rm -rf "$WORK/r"
		pull_mirror 0 "$WORK/r" "$WORK/w11"
		pull_mirror 0 "$WORK/r" "$B"
		said 'the whole object is fetched instead$'
		said '^changed: generation 3, .*, whole$'
	done
	rm "$delta"
	rm -rf "$WORK/r"
	pull_mirror 0 "$WORK/r" "$WORK/w11"
	pull_mirror 0 "$WORK/r" "$B"
	said ', whole$'
	# One that leads elsewhere, as another libzstd's might.
	copy delta
	change_head "$B" '.deltas[0].object = .deltas[1].object'
	rm -rf "$WORK/r"
	pull_mirror 0 "$WORK/r" "$WORK/w11"
	pull_mirror 0 "$WORK/r" "$B"
	said "makes another file than the head states.*the whole object is fetched instead"
	cmp "$WORK/r/current" "$WORK/origin/current"
}
test_case "a spoilt delta, a lost one, one that leads elsewhere: the whole object instead" a_spoilt_delta

expired_and_kept() {
	copy expired
	change_head "$B" '.published = "2026-02-01T00:00:00Z" | .expires = "2026-02-02T00:00:00Z"'
	rm -rf "$WORK/x"
	export ISMAP_SYNC_CLOCK='2026-02-01T23:59:59Z synchronised'
	pull_mirror 0 "$WORK/x" "$B"
	export ISMAP_SYNC_CLOCK='2026-02-02T00:00:01Z synchronised'
	expect_code 4 "$SYNC" pull --store "$WORK/x" --source mirror --from "$B" --pubkey "$KEY.pub"
	said "it expired at .*, and it is .*Z now \(this machine's clock shows 20.*Z\): .*the store keeps its list, which counts as stale"
	"$SYNC" export --store "$WORK/x" "$WORK/x.tree"
	equal services 12 "$(wc -l <"$WORK/x.tree/services.tsv")"
	equal stale yes "$(cat "$WORK/x.tree/.registry/stale")"
	grep -q 'it expired at' "$WORK/x.tree/.registry/last-error"
	# Published again, all is well.
	change_head "$B" '.published = "2026-02-02T00:00:00Z" | .expires = "2099-01-01T00:00:00Z"'
	pull_mirror 0 "$WORK/x" "$B"
	equal "last error" "" "$(sed -n 's/^last-error //p' "$WORK/x/state")"
}
test_case "expired: it goes on being shown, and says so; renewed, it counts again" expired_and_kept

# copy_published FROM TO: as the manual says, the head last.
copy_published() {
	mkdir -p "$2"
	cp -rp "$1/objects" "$1/signatures" "$2"
	cp -p "$1/head.json.minisig" "$2"
	cp -p "$1/head.json" "$2"
}

a_copied_directory() {
	copy_published "$WORK/w11" "$WORK/relay"
	pull_mirror 0 "$WORK/second" "$WORK/relay"
	copy_published "$W" "$WORK/relay"
	consistent "$WORK/relay"
	pull_mirror 0 "$WORK/second" "$WORK/relay"
	said ' by 1 delta$'
	cmp "$WORK/second/current" "$WORK/origin/current"
	equal signer "$(sed -n 's/^signer //p' "$WORK/m/state")" "$(sed -n 's/^signer //p' "$WORK/second/state")"
}
test_case "a copy of the published directory is one, with the original signature" a_copied_directory

a_mirror_is_not_published() {
	expect_code 2 "$SYNC" publish --store "$WORK/m" --to "$WORK/again"
	said 'is a mirror of what .* signed; to pass that on, copy the published directory'
	expect_code 2 "$SYNC" publish --store "$WORK/m" --to "$WORK/again" --key "$WORK/key2"
	said 'is a mirror of what'
	[ ! -e "$WORK/again" ]
}
test_case "a mirror isn't published: one sentence says what to do instead" a_mirror_is_not_published

nobody_else_writes() {
	local state
	state=$(sha256sum "$WORK/m/state")
	expect_code 5 "$SYNC" pull --store "$WORK/m" --source fedramp --from "$WORK/publication.json" --at 2026-03-01
	said 'is a mirror: what it holds is another.s'
	# By the very location of the head, too, where a 304 could pass for a check of the list.
	expect_code 5 "$SYNC" pull --store "$WORK/m" --source fedramp --from "$W/head.json"
	expect_code 5 "$SYNC" prune --store "$WORK/m" --keep 1
	said 'is a mirror'
	equal state "$state" "$(sha256sum "$WORK/m/state")"
	expect_code 2 "$SYNC" import --store "$WORK/m" --source mirror "$W"
	said 'a mirror is pulled'
	expect_code 2 "$SYNC" pull --store "$WORK/m" --source mirror --from "$W" --pubkey "$KEY.pub" --at 2026-01-01
	said -- '--at, --loss-limit'
	expect_code 2 "$SYNC" pull --store "$WORK/m" --source fedramp --from "$WORK/publication.json" --pubkey "$KEY.pub"
	cmp "$WORK/m/current" "$WORK/origin/current"
}
test_case "a mirror takes nothing but what was signed" nobody_else_writes

# The calendar is the origin's to apply: the bundled ISMAP list has dates that have passed.
no_calendar_of_its_own() {
	pull_mirror 0 "$WORK/ismap" "$WORK/w-ismap"
	pull_mirror 0 "$WORK/ismap" "$WORK/w-ismap"
	cmp "$WORK/ismap/current" "$WORK/bundled/current"
	equal generation 1 "$("$SYNC" status --store "$WORK/ismap" | sed -n 's/^generation  *//p')"
}
test_case "no rule of the calendar is applied by a mirror" no_calendar_of_its_own

carried_by_hand() {
	mkdir "$WORK/stick"
	cp -r "$W/." "$WORK/stick/"
	pull_mirror 0 "$WORK/offline" "$WORK/stick"
	cmp "$WORK/offline/current" "$WORK/origin/current"
	(cd "$WORK/stick" && pull_mirror 0 "$WORK/offline2" .)
	cmp "$WORK/offline2/current" "$WORK/origin/current"
}
test_case "from a directory that was carried here" carried_by_hand

damage_here() {
	rm -rf "$WORK/r"
	cp -a "$WORK/m" "$WORK/r"
	# Somebody wrote into the file: the signed one takes its place.
	sqlite3 "$WORK/r/current" "UPDATE value SET text = 'forged', size = 7 WHERE id = (SELECT max(id) FROM value)"
	pull_mirror 0 "$WORK/r" "$W"
	said '^changed: generation 3'
	cmp "$WORK/r/current" "$WORK/origin/current"
}
test_case "what was changed here is put right by the next pull" damage_here

killed_at_any_step() {
	local number from
	for from in "$WORK/none" "$WORK/first"; do
		for ((number = 1; number < 100; number++)); do
			rm -rf "$WORK/r"
			[ ! -e "$from" ] || cp -a "$from" "$WORK/r"
			killed_at "$WORK/r" $number "$SYNC" pull --store "$WORK/r" --source mirror --from "$W" --pubkey "$KEY.pub" || break
			[ ! -e "$from" ] || expect_code 0 "$SYNC" verify --store "$WORK/r"
			pull_mirror 0 "$WORK/r" "$W"
			cmp "$WORK/r/current" "$WORK/origin/current"
			keeps_its_head "$WORK/r"
		done
		echo "$number steps"
		[ $number -gt 5 ] && [ $number -lt 100 ]
	done
}
rm -rf "$WORK/none"
test_case "a mirror killed at any step has the old list or the new one, and the next pull ends well" killed_at_any_step

again_and_again() {
	local child i
	"$SYNC" run --store "$WORK/served" --source mirror --from "$WORK/w" --pubkey "$KEY.pub" --every 1s >"$WORK/run" 2>&1 &
	child=$!
	for ((i = 0; i < 200; i++)); do
		grep -q '^unchanged' "$WORK/run" && break
		sleep 0.05
	done
	kill "$child"
	wait "$child"
	grep -q '^changed: generation 3' "$WORK/run"
	cmp "$WORK/served/current" "$WORK/origin/current"
}
test_case "run mirrors as a service" again_and_again
finish
