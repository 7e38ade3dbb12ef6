#!/usr/bin/env bash
# Real publications, read a second time by an independent program, against the
# trees that are made of them: a store for each month, and one store through
# all of them.
#
# Trees are written and removed eighty times: in memory, where there is enough.
# shellcheck disable=SC2317 # test_case calls the functions
[ -n "${TMPDIR:-}" ] || [ "$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -lt 1000000 ] ||
	export TMPDIR=/dev/shm
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
ORACLE=$TOP/tests/oracle/fedramp_tree.py
SYNTHETIC=$TOP/tests/publications/fedramp.py

publications() {
	if [ -f "$DATA/fedramp/monthly.tar.xz" ]; then
		tar -xJf "$DATA/fedramp/monthly.tar.xz" -C "$WORK"
	else
		mkdir -p "$WORK/monthly"
		python3 "$SYNTHETIC" >"$WORK/monthly/2026-01-31.json"
	fi
}

pull() { # STORE PUBLICATION
	"$SYNC" pull --quiet --store "$1" --source fedramp --from "$2"
}

# A month in a store of its own, which remains for the mounts when it is KEPT. With LONG=1 each month, else those
# that are kept and each eighth of the others: all are read one after the other below.
KEPT=" 2023-02-28 2024-10-31 2026-01-31 2026-04-28 "
each_alone() {
	local file day number=0
	for file in "$WORK"/monthly/*.json; do
		day=$(basename "$file" .json)
		[ -n "${LONG:-}" ] || [[ $KEPT == *" $day "* ]] || [ $((number++ % 8)) = 0 ] || continue
		pull "$WORK/alone-$day" "$file"
		"$SYNC" export --store "$WORK/alone-$day" "$WORK/alone"
		python3 "$ORACLE" "$file" "$WORK/alone"
		rm -rf "$WORK/alone"
		[[ $KEPT == *" $day "* ]] || rm -rf "$WORK/alone-$day"
	done
}

# All in one store, so that services change, leave and come back.
one_after_the_other() {
	local file
	for file in "$WORK"/monthly/*.json; do
		pull "$WORK/all" "$file"
		"$SYNC" export --store "$WORK/all" "$WORK/sequence"
		python3 "$ORACLE" --seen "$WORK/seen" "$file" "$WORK/sequence"
		rm -rf "$WORK/sequence"
	done
	"$SYNC" verify --store "$WORK/all"
}

mounted() { # DAY MOUNTPOINT
	python3 "$ORACLE" "$WORK/monthly/$1.json" "$2"
}

mounted_sequence() {
	local files=("$WORK"/monthly/*.json)
	python3 "$ORACLE" --seen "$WORK/seen" "${files[-1]}" "$WORK/mnt-all"
}

# An oracle that finds nothing proves nothing: a tree that was tampered with.
finds_differences() {
	local tree=$WORK/tampered service code=0
	"$SYNC" export --store "$WORK/all" "$tree"
	chmod -R u+w "$tree"
	service=$(cd "$tree/services" && grep -lx certified -- */status | head -n 1 | cut -d/ -f1)
	echo unknown >"$tree/services/$service/status"
	rm "$tree/services/$service/number"
	rm -r "$tree/services/$(find "$tree/services" -mindepth 1 -maxdepth 1 -printf '%f\n' |
		sort | tail -n 1)"
	local files=("$WORK"/monthly/*.json)
	python3 "$ORACLE" --seen "$WORK/seen" "${files[-1]}" "$tree" >"$WORK/found" || code=$?
	equal "exit status" "$code" 1
	grep "^difference: $service/status: 'unknown' in the tree, 'certified'" "$WORK/found"
	grep "^difference: $service/number: None in the tree" "$WORK/found"
	grep "^difference: services: .* is in the publication alone" "$WORK/found"
}

if [ ! -f "$DATA/fedramp/monthly.tar.xz" ] && [ ! -f "$SYNTHETIC" ]; then
	echo "skip - the oracle: there is no publication to read"
	finish
fi
publications
COUNT=$(find "$WORK/monthly" -name '*.json' | wc -l)

# Two series that have nothing to do with each other, on two processors.
(set -e; each_alone) >"$WORK/alone.output" 2>&1 &
CHILDREN+=($!)
(set -e; one_after_the_other) >"$WORK/sequence.output" 2>&1 &
CHILDREN+=($!)
result() { # CHILD OUTPUT
	cat "$2"
	[ "$1" = 0 ]
}
codes=()
for child in "${CHILDREN[@]}"; do
	code=0
	wait "$child" || code=$?
	codes+=("$code")
done
CHILDREN=()
test_case "export and publication agree: of $COUNT publications some, or with LONG=1 each, in a store of its own" \
	result "${codes[0]}" "$WORK/alone.output"
test_case "export and publication agree: $COUNT publications through one store, with what left" \
	result "${codes[1]}" "$WORK/sequence.output"
test_case "a tree that was tampered with is noticed" finds_differences

if can_mount; then
	for day in $KEPT; do
		[ -d "$WORK/alone-$day" ] || continue
		mount_store "$WORK/alone-$day" "$WORK/mnt-$day"
		test_case "mount and publication agree: $day" mounted "$day" "$WORK/mnt-$day"
	done
	mount_store "$WORK/all" "$WORK/mnt-all"
	test_case "mount and publication agree: the store that saw them all" mounted_sequence
else
	echo "skip - mount and publication agree: nothing can be mounted here"
fi
finish
