#!/usr/bin/env bash
# A mirror that is mounted: fresh as long as its origin is and its signer says, and
# the same files, inode for inode.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"

can_mount || {
	echo "skip - mirrors that are mounted: nothing can be mounted here"
	exit 0
}

"$SYNC" keygen --key "$KEY" >/dev/null
start_server "$WORK/port" python3 "$TOP/tests/servers/scripted_http.py" "$WORK"

# Days of late: an older list is stale, since its source seems to have stopped publishing.
FIRST=$(date -u -d '2 days ago' +%F) SECOND=$(date -u -d '1 day ago' +%F)

# checked DAY OPTIONS…: the origin asks a server, and so knows of today.
checked() {
	local day=$1
	shift
	python3 "$TOP/tests/publications/fedramp.py" --plain --services 30 --day "$day" "$@" >"$WORK/data.json"
	python3 "$TOP/tests/publications/fedramp_today.py" convert "$WORK/data.json" >"$WORK/served.json"
	"$SYNC" pull --quiet --store "$WORK/origin" --source fedramp --from "http://127.0.0.1:$(cat "$WORK/port")/200/a"
}

until_shown() { # COMMAND…
	local i
	for ((i = 0; i < 200; i++)); do
		"$@" >"$WORK/.shown" 2>&1 && return 0
		sleep 0.1
	done
	echo "not in time: $*"
	cat "$WORK/.shown"
	return 1
}

checked "$FIRST" >/dev/null
publish "$WORK/w" --expires 365d >/dev/null
pull_mirror 0 "$WORK/mirror" "$WORK/w"
M=$WORK/mnt O=$WORK/mnt-origin
mount_store "$WORK/mirror" "$M"
mount_store "$WORK/origin" "$O"

fresh_and_signed() {
	equal "fresh" "$(ls "$M/services")" "$(ls "$M/fresh/")"
	equal signer "$(sed -n 2p "$KEY.pub")" "$(cat "$M/.registry/signer")"
	grep -qE '^20..-..-..T..:..:..Z$' "$M/.registry/verified"
	equal expires "$(jq -r .expires "$WORK/w/head.json")" "$(cat "$M/.registry/expires")"
	equal checked "$(cat "$O/.registry/checked")" "$(cat "$M/.registry/checked")"
	[ ! -e "$O/.registry/signer" ]
	[ "$(stat -c %s "$M/.registry/signer")" = 57 ]
	ls "$M/.registry" >"$WORK/names"
	grep -qx verified "$WORK/names" && grep -qx expires "$WORK/names"
}
test_case "fresh, with what vouches for it in .registry" fresh_and_signed

inode_for_inode() {
	diff <(cd "$O" && find . -path ./.registry -prune -o ! -name README ! -path ./at/days -printf '%p %i %T@ %s\n' | sort) \
		<(cd "$M" && find . -path ./.registry -prune -o ! -name README ! -path ./at/days -printf '%p %i %T@ %s\n' | sort) &&
		diff <(cd "$O/at/$FIRST" && find . -printf '%p %i %T@ %s\n' | sort) \
			<(cd "$M/at/$FIRST" && find . -printf '%p %i %T@ %s\n' | sort)
}
test_case "the same inodes, sizes and times as the origin's mount, at a date, too" inode_for_inode

shows_what_is_new() {
	checked "$SECOND" --rename "FR9000000003=A new name" >/dev/null
	publish "$WORK/w" --expires 365d >/dev/null
	pull_mirror 0 "$WORK/mirror" "$WORK/w"
	until_shown grep -qx 'A new name' "$M/services/FR9000000003/name"
	until_shown [ -e "$M/fresh" ]
	until_shown grep -qx 2 "$M/.registry/generation"
	# Nobody announces the root's own times: the kernel keeps them for up to a second. The origin's mount switches by itself.
	until_shown inode_for_inode
}
test_case "a running mount shows what a pull brought" shows_what_is_new

closes_when_it_expires() {
	publish "$WORK/w" --expires 4s >/dev/null
	pull_mirror 0 "$WORK/mirror" "$WORK/w"
	until_shown grep -qx "$(jq -r .expires "$WORK/w/head.json")" "$M/.registry/expires"
	until_shown fails [ -e "$M/fresh" ]
	until_shown grep -qx yes "$M/.registry/stale"
	grep -qx 'Stale: yes' "$M/README"
	# The origin, checked at the same time, is none the worse.
	[ -e "$O/fresh" ]
	[ "$(ls "$M/services" | wc -l)" = 30 ]
	publish "$WORK/w" --expires 365d >/dev/null
	pull_mirror 0 "$WORK/mirror" "$WORK/w"
	until_shown [ -e "$M/fresh" ]
	until_shown grep -qx no "$M/.registry/stale"
}
test_case "fresh closes when the head expires, and opens when it is renewed" closes_when_it_expires

no_fresher_than_its_origin() {
	local last
	# The origin's source was last asked ten days ago, though it publishes today.
	last=$((($(date +%s) - 864000) * 1000))
	sed -i "s/^last-success .*/last-success $last/" "$WORK/origin/state"
	publish "$WORK/w" --expires 365d >/dev/null
	pull_mirror 0 "$WORK/mirror" "$WORK/w"
	until_shown fails [ -e "$M/fresh" ]
	until_shown grep -qx yes "$M/.registry/stale"
	equal checked "$(date -u -d "@$((last / 1000))" +%FT%TZ)" "$(cat "$M/.registry/checked")"
}
test_case "a mirror is no fresher than its origin" no_fresher_than_its_origin

on_read_only_media() {
	unshare -m true 2>/dev/null || skip "a private view of the mounts isn't allowed here"
	mkdir "$WORK/media" "$WORK/on-media"
	cp -a "$WORK/mirror" "$WORK/media/store"
	cp -a "$WORK/w" "$WORK/media/published"
	# shellcheck disable=SC2016 # the inner shell's
	timeout 60 unshare -m bash -ec 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"
		if touch "$1/new" 2>/dev/null; then exit 1; fi
		"$2" "$1/store" "$3"
		[ "$(ls "$3/services" | wc -l)" = 30 ]
		[ -s "$3/.registry/signer" ]
		umount "$3"
		"$4" pull --store "$5" --source mirror --from "$1/published" --pubkey "$6"' - \
		"$WORK/media" "$DRIVER" "$WORK/on-media" "$SYNC" "$WORK/handed-over" "$KEY.pub"
	cmp "$WORK/handed-over/current" "$WORK/origin/current"
}
replaced_under_a_mount() {
	local r=$WORK/repaired m=$WORK/mnt-repaired
	pull_mirror 0 "$r" "$WORK/w"
	sqlite3 "$r/current" "UPDATE value SET text = 'forged', size = 7 WHERE text = 'Imaginary Service 0007'"
	# As an older program left it: without its digest, which would keep it from being mounted.
	rm "$r/digests"
	mount_store "$r" "$m"
	# What changes the file's change time alone is nothing.
	ln "$r/$(readlink "$r/current")" "$WORK/linked"
	sleep 1.5
	grep -rqx forged "$m/services"
	mountpoint -q "$m"
	pull_mirror 0 "$r" "$WORK/w"
	until_shown fails mountpoint -q "$m"
	mount_store "$r" "$m"
	fails grep -rqx forged "$m/services"
	umount "$m"
}
test_case "a file that a pull put right under its name: a mount of the wrong one ends" replaced_under_a_mount

test_case "read-only media: a store on them is mounted, a published directory on them is pulled" on_read_only_media
finish
