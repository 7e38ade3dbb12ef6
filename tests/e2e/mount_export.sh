#!/usr/bin/env bash
# The mounted tree and the exported one are the same, entry by entry: the two
# programs read the store with code of their own.
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - mount and export: nothing can be mounted here"
	finish
fi

same() { # STORE MOUNTPOINT
	"$SYNC" export --store "$1" "$2.export"
	python3 "$TOP/tests/oracle/same_tree.py" "$2" "$2.export"
	chmod -R u+w "$2.export"
	rm -rf "$2.export"
}

publish() { # DAY COUNT CHANGE…
	python3 "$TOP/tests/helpers/publication.py" "$@" >"$WORK/publication.json"
}

pull() {
	"$SYNC" pull --quiet --accept-loss --store "$WORK/pulled" --source fedramp \
		--from "$WORK/publication.json"
}

for registry in ismap fedramp; do
	"$SYNC" init --store "$WORK/$registry" --bundled "$registry" >/dev/null
	mount_store "$WORK/$registry" "$WORK/mnt-$registry"
	test_case "mount and export are the same: the bundled list of $registry" \
		same "$WORK/$registry" "$WORK/mnt-$registry"
done

publish 2025-12-15 60
pull
mount_store "$WORK/pulled" "$WORK/mnt-1"
test_case "mount and export are the same: a pulled store" same "$WORK/pulled" "$WORK/mnt-1"

# Another mount each time: following the store is tested elsewhere.
publish 2026-01-10 61 'FR0000000007=FedRAMP Ready' 'FR0000000008~A new name' -FR0000000009
pull
mount_store "$WORK/pulled" "$WORK/mnt-2"
test_case "mount and export are the same: two generations, a service delisted" \
	same "$WORK/pulled" "$WORK/mnt-2"
publish 2026-02-10 40 'FR0000000007=FedRAMP In Process' 'FR0000000010=' -FR0000000001
pull
mount_store "$WORK/pulled" "$WORK/mnt-3"
test_case "mount and export are the same: many delisted, one came back" \
	same "$WORK/pulled" "$WORK/mnt-3"

# A failed attempt changes the state alone: .registry and the end of README.
"$SYNC" pull --quiet --store "$WORK/pulled" --source fedramp --from "$WORK/missing" 2>/dev/null
mount_store "$WORK/pulled" "$WORK/mnt-4"
test_case "mount and export are the same: after a failed attempt" \
	same "$WORK/pulled" "$WORK/mnt-4"
failed_attempt() {
	[ -s "$WORK/mnt-4/.registry/last-error" ]
	[ -s "$WORK/mnt-4/.registry/last-attempt" ]
	tail -n 1 "$WORK/mnt-4/README" | grep -x 'Stale: yes'
}
test_case "a failed attempt shows in .registry" failed_attempt

# A difference that is there must be found.
finds() { # WHAT COMMAND…: in a copy, the command makes a difference
	local what=$1 code=0
	shift
	rm -rf "$WORK/copy"
	cp -a "$WORK/mnt-ismap" "$WORK/copy"
	chmod -R u+w "$WORK/copy"
	(cd "$WORK/copy" && "$@")
	python3 "$TOP/tests/oracle/same_tree.py" "$WORK/mnt-ismap" "$WORK/copy" >"$WORK/found" || code=$?
	equal "exit status for $what" "$code" 1
	grep -F ": $what: " "$WORK/found"
}
copies_differ() {
	cp -a "$WORK/mnt-ismap" "$WORK/copy"
	python3 "$TOP/tests/oracle/same_tree.py" "$WORK/mnt-ismap" "$WORK/copy"
	finds "modification time" touch -d 2020-01-01 README
	finds "modification time" touch -h -d 2020-01-01 by-name/Firebase
	finds "content" sed -i s/ISMAP/ISMAQ/ README
	finds "size" sh -c 'echo >>README'
	finds "exists" rm services.tsv
	finds "exists" touch extra
	finds "target" ln -sfn elsewhere by-name/Firebase
	finds "type" sh -c 'rm README && mkdir README'
}
test_case "the comparison finds each kind of difference" copies_differ
finish
