#!/usr/bin/env bash
# What publish lays out: the same from the same, new objects before the head, old
# ones for a while after it, nothing that mirrors would have to refuse.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"

"$SYNC" keygen --key "$KEY" >/dev/null
origin 2026-01-10 >/dev/null

a_flat_directory() {
	publish "$WORK/w" --at 2026-01-11T00:00:00Z
	(cd "$WORK/w/objects" && for name in *; do
		equal "an object's name" "$name" "$(sha256sum <"$name" | cut -c 1-64)"
	done)
	equal "what is there" "head.json head.json.minisig objects signatures" "$(cd "$WORK/w" && echo *)"
	equal "hidden files" "" "$(cd "$WORK/w" && find . -name '.?*')"
	equal objects 1 "$(find "$WORK/w/objects" -mindepth 1 | wc -l)"
	equal "kinds of files below" f "$(find "$WORK/w/objects" "$WORK/w/signatures" -mindepth 1 -printf '%y\n' | sort -u)"
	# What anybody can read back with zstd alone.
	zstd -q -d -c --long=31 "$WORK/w/objects/"* | cmp - "$WORK/origin/$(readlink "$WORK/origin/current")"
	jq -e '.format == "ismapfs-mirror" and .registry == "fedramp" and .generation == 1
		and .published == "2026-01-11T00:00:00Z" and .expires == "2026-01-25T00:00:00Z"
		and .checked == "2026-01-10T06:02:03Z" and .deltas == []' "$WORK/w/head.json"
}
test_case "a head, its signature, and objects named by their checksums alone" a_flat_directory

twice_the_same() {
	publish "$WORK/w-again" --at 2026-01-11T00:00:00Z
	diff -r "$WORK/w" "$WORK/w-again"
	touch -d 2026-01-01 "$WORK/w/head.json"
	publish "$WORK/w" --at 2026-01-11T00:00:00Z
	diff -r "$WORK/w" "$WORK/w-again"
	# Not even written: what asks by date or entity tag goes on getting 304.
	equal "time of the head" 2026-01-01 "$(date -r "$WORK/w/head.json" +%F)"
}
test_case "publishing twice gives identical objects, and with the same --at an identical head" twice_the_same

a_quiet_registry_is_renewed() {
	local objects
	objects=$(cd "$WORK/w/objects" && find . -type f -printf '%f %T@\n')
	publish "$WORK/w" --at 2026-01-20T00:00:00Z --expires 3d >"$WORK/out"
	grep -q '^renewed: generation 1' "$WORK/out"
	equal expires 2026-01-23T00:00:00Z "$(jq -r .expires "$WORK/w/head.json")"
	equal objects "$objects" "$(cd "$WORK/w/objects" && find . -type f -printf '%f %T@\n')"
	minisign -V -m "$WORK/w/head.json" -p "$KEY.pub" >/dev/null
	# From cron: not a word.
	publish "$WORK/w" --at 2026-01-21T00:00:00Z --quiet >"$WORK/out" 2>&1
	publish "$WORK/w" --at 2026-01-22T00:00:00Z --quiet >>"$WORK/out" 2>&1
	equal "said" "" "$(cat "$WORK/out")"
	equal published 2026-01-22T00:00:00Z "$(jq -r .published "$WORK/w/head.json")"
}
test_case "publishing again renews the expiry of a quiet registry; from cron, without a word" a_quiet_registry_is_renewed

nothing_older() {
	local before
	before=$(sha256sum "$WORK/w/head.json")
	publish_fails 5 "$WORK/w" --at 2026-01-21T00:00:00Z
	said 'was published at 2026-01-22T00:00:00Z already'
	cp -a "$WORK/origin" "$WORK/kept"
	origin 2026-01-23 --services 31 >/dev/null
	publish "$WORK/w2" --at 2026-01-24T00:00:00Z >/dev/null
	expect_code 5 "$SYNC" publish --store "$WORK/kept" --to "$WORK/w2" --key "$KEY"
	said 'is at generation 2 already, the store at 1'
	python3 "$TOP/tests/publications/fedramp.py" --plain --services 5 >"$WORK/other.json"
	"$SYNC" pull --quiet --store "$WORK/other" --source fedramp --from "$WORK/other.json" >/dev/null
	expect_code 5 "$SYNC" publish --store "$WORK/other" --to "$WORK/w" --key "$KEY"
	said 'publishes another store'
	equal head "$before" "$(sha256sum "$WORK/w/head.json")"
	"$SYNC" keygen --key "$WORK/key2" >/dev/null
	expect_code 2 "$SYNC" publish --store "$WORK/origin" --to "$WORK/w"
	said -- '--key is missing'
	publish_fails 2 "$WORK/w" --at 2199-01-01
	said 'is in the future: mirrors would refuse it'
}
test_case "what mirrors would refuse isn't published: an older time, an older generation, another store" nothing_older

# Whatever somebody put there in the place of a head: nobody signed it, so it can't hold up the next one.
what_nobody_signed_is_replaced() {
	local head sum w=$WORK/w9
	publish "$w" --at 2026-01-24 >/dev/null
	head=$(jq '.generation = 99 | .published = "2026-11-01T00:00:00Z" | .expires = "2026-12-01T00:00:00Z" |
		.uuid = "00000000-0000-0000-0000-000000000000"' "$w/head.json")
	echo "$head" >"$w/head.json"
	publish "$w" --at 2026-01-25 >"$WORK/said" 2>&1
	grep -q 'head.json has no signature that fits; it is replaced' "$WORK/said"
	consistent "$w"
	equal generation 2 "$(jq .generation "$w/head.json")"
	# With a signature of ours, which is another head's.
	cp "$w/head.json.minisig" "$WORK/copied.minisig"
	echo "$head" >"$w/head.json"
	sum=$(sha256sum <"$w/head.json")
	cp "$WORK/copied.minisig" "$w/signatures/${sum%% *}.minisig"
	publish "$w" --at 2026-01-26 >/dev/null 2>&1
	consistent "$w"
	head -c 100000 /dev/zero >"$w/head.json"
	publish "$w" --at 2026-01-27 >/dev/null 2>&1
	consistent "$w"
	# What another key signed is another publisher's.
	"$SYNC" publish --store "$WORK/origin" --to "$WORK/w10" --key "$WORK/key2" --at 2026-02-01 >/dev/null
	cp -r "$WORK/w10/." "$w/"
	publish_fails 5 "$w" --at 2026-01-28
	said 'was published at 2026-02-01T05:00:00Z already' # midnight in New York
}
not_into_the_store() {
	local place
	for place in origin origin/web ./origin/generations; do
		expect_code 2 "$SYNC" publish --store "$WORK/origin" --to "$WORK/$place" --key "$KEY"
		said "is in the store; publish to another directory"
	done
	[ ! -e "$WORK/origin/head.json" ]
	[ ! -e "$WORK/origin/web" ]
	# Nor into a folder that has the store in it, however that is called.
	mkdir "$WORK/outer" "$WORK/origin-web"
	cp -a "$WORK/origin" "$WORK/outer/origin"
	ln -s outer/origin "$WORK/by-link"
	for place in "$WORK/outer" "$WORK/outer/./" "$WORK/origin-web/../outer" /; do
		expect_code 2 "$SYNC" publish --store "$WORK/by-link" --to "$place" --key "$KEY"
		said "the store is in --to $place; publish to another directory"
	done
	equal outer origin "$(ls -A "$WORK/outer")"
	# A name that only begins alike is another place.
	publish "$WORK/origin-web" >/dev/null
}
test_case "a store isn't published into itself" not_into_the_store

test_case "a head that nobody signed doesn't hold up the next one" what_nobody_signed_is_replaced

deltas_follow_each_other() {
	local day
	publish "$WORK/w" --at 2026-01-24T00:00:00Z
	for day in 25 26 27; do
		origin "2026-01-$day" --rename "FR900000000$((day - 20))=Name of $day" >/dev/null
		publish "$WORK/w" --at "2026-01-${day}T12:00:00Z" >/dev/null
	done
	equal deltas 4 "$(jq '.deltas | length' "$WORK/w/head.json")"
	equal "objects of the head that are missing" "" "$(
		jq -r '.object.sha256, .deltas[].object.sha256' "$WORK/w/head.json" |
			while read -r sum; do [ -e "$WORK/w/objects/$sum" ] || echo "$sum"; done)"
	jq -e ".deltas[0].object.size * 20 < .object.size" "$WORK/w/head.json"
	# Another key's head is no base: whoever wrote it could have written anything.
	"$SYNC" publish --store "$WORK/origin" --to "$WORK/w" --key "$WORK/key2" --at 2026-01-28T00:00:00Z 2>"$WORK/said"
	grep -q 'signed with another key' "$WORK/said"
	equal deltas 0 "$(jq '.deltas | length' "$WORK/w/head.json")"
	minisign -V -m "$WORK/w/head.json" -p "$WORK/key2.pub" >/dev/null
}
test_case "each generation adds a delta; of another key's head there is none" deltas_follow_each_other

old_objects_are_collected() {
	local old
	old=$(jq -r .object.sha256 "$WORK/w2/head.json")
	touch -d '30 days ago' "$WORK/w2/objects/"*
	: >"$WORK/w2/objects/README"
	publish "$WORK/w2" --at 2026-02-01T00:00:00Z
	# It has lain there for long, and is still given up only now.
	[ -e "$WORK/w2/objects/$old" ]
	touch -d '8 days ago' "$WORK/w2/objects/$old" "$WORK/w2/signatures/"*
	publish "$WORK/w2" --at 2026-02-02T00:00:00Z --grace 9d
	[ -e "$WORK/w2/objects/$old" ]
	publish "$WORK/w2" --at 2026-02-02T00:00:00Z
	[ ! -e "$WORK/w2/objects/$old" ]
	[ -e "$WORK/w2/objects/README" ]
	equal "objects of the head that are missing" "" "$(
		jq -r '.object.sha256, .deltas[].object.sha256' "$WORK/w2/head.json" |
			while read -r sum; do [ -e "$WORK/w2/objects/$sum" ] || echo "$sum"; done)"
	[ -e "$WORK/w2/signatures/$(sha256sum <"$WORK/w2/head.json" | cut -c 1-64).minisig" ]
	publish "$WORK/w2" --at 2026-02-03T00:00:00Z --grace 0s
	sleep 1.1
	publish "$WORK/w2" --at 2026-02-03T00:00:00Z --grace 0s
	equal signatures 1 "$(find "$WORK/w2/signatures" -type f | wc -l)"
}
test_case "objects that no head names any more go after a while, and only ours" old_objects_are_collected

damage_is_mended() {
	local object
	object=$WORK/w2/objects/$(jq -r .object.sha256 "$WORK/w2/head.json")
	rm "$object"
	publish "$WORK/w2" --at 2026-02-04T00:00:00Z >/dev/null
	[ -s "$object" ]
	# Of the same size: what a disk lost.
	printf 'spoilt' | dd of="$object" bs=1 seek=1000 conv=notrunc status=none
	publish "$WORK/w2" --at 2026-02-04T00:00:00Z >/dev/null
	consistent "$WORK/w2"
	echo nonsense >"$WORK/w2/head.json"
	publish "$WORK/w2" --at 2026-02-04T00:00:00Z 2>"$WORK/said"
	grep -q 'is replaced' "$WORK/said"
	minisign -V -m "$WORK/w2/head.json" -p "$KEY.pub" >/dev/null
}
test_case "a lost object, a spoilt one, a head of nonsense: made anew" damage_is_mended

a_lost_delta_is_not_named() {
	local day
	for day in 05 06; do
		origin "2026-02-$day" --rename "FR9000000001=Name of $day" >/dev/null
		publish "$WORK/w2" --at "2026-02-${day}T12:00:00Z" >/dev/null
	done
	equal deltas 2 "$(jq '.deltas | length' "$WORK/w2/head.json")"
	rm "$WORK/w2/objects/$(jq -r '.deltas[1].object.sha256' "$WORK/w2/head.json")"
	publish "$WORK/w2" --at 2026-02-07T00:00:00Z >/dev/null
	equal deltas 1 "$(jq '.deltas | length' "$WORK/w2/head.json")"
	consistent "$WORK/w2"
}
test_case "a delta that was lost is not named any more" a_lost_delta_is_not_named

# What a web server in the middle of it can serve: every state that the directory goes through.
always_consistent() {
	local store number
	for store in kept origin; do
		for ((number = 1; number < 100; number++)); do
			rm -rf "$WORK/w5"
			[ ! -e "$WORK/w4" ] || cp -a "$WORK/w4" "$WORK/w5"
			killed_at "$WORK/w5" $number "$SYNC" publish --store "$WORK/$store" --to "$WORK/w5" --key "$KEY" --grace 0s || break
			consistent "$WORK/w5"
			"$SYNC" publish --store "$WORK/$store" --to "$WORK/w5" --key "$KEY" >/dev/null
			consistent "$WORK/w5"
			[ ! -e "$WORK/w5/.publish.new" ]
		done
		echo "$number steps"
		[ $number -gt 10 ] && [ $number -lt 100 ]
		"$SYNC" publish --store "$WORK/$store" --to "$WORK/w4" --key "$KEY" --grace 0s
	done
	equal generation 7 "$(jq .generation "$WORK/w4/head.json")"
}
test_case "killed at any step: the head has its signature and its objects, and the next run ends well" always_consistent

# Without a write. Whoever wrote them may have ended before: the objects, the signatures, the head.
what_is_there_is_synced() {
	local arguments=(publish --store "$WORK/origin" --to "$WORK/w6" --key "$KEY" --at 2026-02-08T00:00:00Z --sandbox=off)
	"$SYNC" "${arguments[@]}"
	FAULT_BELOW=$WORK/w6 FAULT_AT=0 FAULT_HOW=count FAULT_LOG=$WORK/calls LD_PRELOAD=$BUILD/faults/writes.so \
		ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" "$SYNC" "${arguments[@]}"
	equal calls "mkdir openat mkdirat mkdirat unlinkat fsync fsync fsync unlinkat" "$(tr '\n' ' ' <"$WORK/calls" | sed 's/ $//')"
}
test_case "what an earlier run left there is on disk before a head names it" what_is_there_is_synced

# Wherever the disk becomes full: the directory is as it was, but for what may say that it was tried.
no_room() {
	local number code before arguments=(publish --quiet --store "$WORK/origin" --to "$WORK/w8" --key "$KEY" --sandbox=off)
	publish_at() {
		FAULT_BELOW=$WORK/w8 FAULT_AT=$1 FAULT_HOW=enospc LD_PRELOAD=$BUILD/faults/writes.so \
			ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" "$SYNC" "${arguments[@]}" "${@:2}" >"$WORK/out" 2>&1
	}
	mkdir "$WORK/w8"
	for ((number = 1; ; number++)); do
		code=0
		publish_at $number --at 2026-02-08 || code=$?
		[ $code = 0 ] && break
		equal "exit status when write $number fails" 5 $code
		grep -q 'No space left on device' "$WORK/out" || { cat "$WORK/out"; return 1; }
		[ -e "$WORK/w8/head.json" ] && break
		equal "left when write $number fails" "" "$(find "$WORK/w8" -type f ! -path '*/signatures/*' ! -name head.json.minisig)"
	done
	[ "$number" -gt 4 ]
	publish_at 0 --at 2026-02-09
	before=$(find "$WORK/w8/objects" | sort)
	echo '{}' >"$WORK/w8/head.json"
	publish_at 5 --at 2026-02-10 && return 1
	publish_at 0 --at 2026-02-10
	equal objects "$before" "$(find "$WORK/w8/objects" | sort)"
}
test_case "a disk that becomes full keeps nothing of a publish in vain" no_room

# From where OpenSSL makes what it goes on without, to where the objects are packed.
memory_runs_out() {
	local number code
	case $BUILD in */sanitize-*) skip "memory is the sanitizer's" ;; esac
	for ((number = 60; number < 1000; number += 13)); do
		rm -rf "$WORK/w7"
		code=0
		ALLOCATION_AT=$number LD_PRELOAD=$BUILD/faults/allocations.so "$SYNC" publish --store "$WORK/origin" \
			--to "$WORK/w7" --key "$KEY" --at 2026-02-08T00:00:00Z --sandbox=off >"$WORK/out" 2>&1 || code=$?
		[ $code = 0 ] && continue
		equal "exit status when allocation $number fails" 5 $code
		grep -q memory "$WORK/out" || { cat "$WORK/out"; return 1; }
	done
}
test_case "without enough memory it says so, and doesn't crash" memory_runs_out

one_at_a_time() {
	exec 9>"$WORK/w2/.publish.lock"
	flock -n 9
	publish_fails 5 "$WORK/w2"
	said 'is locked'
	exec 9<&-
	publish "$WORK/w2"
	[ ! -e "$WORK/w2/.publish.lock" ]
	# Whoever may read the directory can lock it.
	exec 9<"$WORK/w2"
	flock -n 9
	publish "$WORK/w2"
	exec 9<&-
	publish_fails 5 "$WORK/no/such/directory"
	mkdir "$WORK/piped"
	mkfifo "$WORK/piped/head.json"
	expect_code 5 timeout 20 "$SYNC" publish --store "$WORK/origin" --to "$WORK/piped" --key "$KEY"
	said 'piped/head.json: cannot read'
}
test_case "one writer at a time" one_at_a_time
finish
