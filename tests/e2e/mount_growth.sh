#!/usr/bin/env bash
# What the driver does for a request, and what it tells the kernel after a pull,
# depends on what was asked and what changed, not on how long the list is.
# Counted, never timed: `make bench-scale` times it.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

SCALE=$BUILD/bench/scale
BENCH=$TOP/tests/bench

# work_of SERVICES: into $WORK/work.SERVICES, a line for each operation: order, name, steps, pages,
# pages read from the file.
work_of() {
	python3 "$BENCH/make_store.py" "$SYNC" "$WORK/$1" "$1" 4
	"$SCALE" "$WORK/$1" "$1" | grep -v machine | cut -f 1,2,4-6 | sort >"$WORK/work.$1"
	rm -r "${WORK:?}/$1"
	[ "$(wc -l <"$WORK/work.$1")" -ge 15 ]
}

same_work() {
	[ -x "$SCALE" ] || skip "$SCALE is not built"
	work_of 1000
	work_of 100000
	# The steps, and for announcements the messages, to a tenth: where a piece of a long listing
	# begins differs. The pages grow with the depth of the trees in the file, which is a logarithm.
	paste "$WORK/work.1000" "$WORK/work.100000" | awk -F '\t' '
		$1 != $6 || $2 != $7 { print "not the same operation: " $0; bad = 1 }
		$8 > 1.1 * $3 || $9 > 2 * $4 { print "grows: " $0; bad = 1 }
		END { exit bad }'
}
test_case "a request takes the same steps in a list of 100,000 as in one of 1,000" same_work

# For services in any order each tree that a request goes down costs one page, the others of its way
# are kept but for a few: of a service its name and its time; of a value its key and itself.
few_reads() {
	[ -x "$SCALE" ] || skip "$SCALE is not built"
	awk -F '\t' '
		BEGIN {
			most["lookup of a service"] = 2
			most["lookup of a value"] = 2
			most["lookup of a missing name"] = 1
			most["read"] = 1
			most["a value at a past date"] = 4.5
		}
		$1 == "anywhere" && $2 in most {
			seen++
			if ($5 > most[$2]) { print "reads more than " most[$2] " pages: " $0; bad = 1 }
		}
		END { exit bad || seen != 5 }' "$WORK/work.100000"
}
test_case "a request reads a page of each tree that it asks, wherever in a list of 100,000" few_reads

# publication N SERVICES: as of day N; all say the same, but for twenty in the second.
publication() {
	python3 - "$@" <<-'END'
		import json, sys
		n, count = map(int, sys.argv[1:])
		step = count // 20
		print(json.dumps({
		    "format": "ismapfs-interchange", "version": 1,
		    "registry": {"name": "test", "title": "T", "time_zone": "UTC", "language": "en"},
		    "published": "2026-01-%02d" % n, "complete": True,
		    "services": [{"number": "S-%05d" % i, "name": "Service %d" % i, "status": "registered",
		                  "description": "Said on day %d" % (n if i % step == 0 else 1)} for i in range(count)]}))
	END
}

announced() { counters_of "$PID" "$WORK/counters" announced; }

# announcements_of SERVICES: what a pull that touches twenty of them announces; in $WORK/announced.SERVICES.
announcements_of() {
	local i seen before now
	publication 1 "$1" >"$WORK/first.json"
	publication 2 "$1" >"$WORK/second.json"
	"$SYNC" import --store "$WORK/store.$1" --source interchange "$WORK/first.json" >/dev/null
	"$DRIVER" -f "$WORK/store.$1" "$M" 2>"$WORK/counters" &
	PID=$!
	echo "$PID" >"$WORK/pid"
	for ((i = 0; i < 400; i++)); do
		mountpoint -q "$M" && break
		sleep 0.02
	done
	grep -rq 'day 1' "$M/services"
	equal "announced before" "$(announced)" 0
	"$SYNC" import --store "$WORK/store.$1" --source interchange "$WORK/second.json" >/dev/null
	for ((i = 0; i < 400; i++)); do
		seen=$(cat "$M/services/S-00000/description")
		[ "$seen" = "Said on day 2" ] && break
		sleep 0.02
	done
	equal "description" "$seen" "Said on day 2"
	# The directories that changed are announced twice, the second time a second later.
	before=$(announced)
	for ((i = 0; i < 20; i++)); do
		sleep 0.25
		now=$(announced)
		[ "$i" -ge 6 ] && [ "$now" = "$before" ] && break
		before=$now
	done
	equal "services that changed" "$(grep -rl 'day 2' "$M/services" | wc -l)" 20
	echo "$now" >"$WORK/announced.$1"
	unmount "$M"
	wait "$PID"
}

few_announcements() {
	local few many
	can_mount || skip "nothing can be mounted here"
	announcements_of 200
	announcements_of 4000
	few=$(cat "$WORK/announced.200")
	many=$(cat "$WORK/announced.4000")
	echo "$few announcements for 20 of 200 services, $many for 20 of 4000"
	# For each service a value, a record and a history, with the directories that these are in,
	# twice; the list's own documents once, and the state files once or twice, as the state is
	# written just before or just after the generation is seen.
	[ "$few" -ge 60 ]
	[ "$few" -le 300 ]
	[ "$((many - few))" -le 30 ]
}
M=$WORK/mnt
mkdir "$M"
MOUNTS+=("$M")
test_case "a pull that touches 20 services announces no more among 4,000 than among 200" few_announcements
finish
