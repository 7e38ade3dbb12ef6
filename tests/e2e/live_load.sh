#!/usr/bin/env bash
# Generations are switched under a continuous load: `grep -r`, `tar c`, `ls -lR`
# and eight readers of status files. Nobody sees an error, a torn file or, a
# second after the switch, an old value; the driver doesn't grow.
# alone: it watches how a driver keeps up under load
#
#   LIVE_LOAD_GENERATIONS   how many (40)
#   LIVE_LOAD_REAL=1        made of the real publications, where there are any
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - switching under load: nothing can be mounted here"
	finish
fi

GENERATIONS=${LIVE_LOAD_GENERATIONS:-40}
STORE=$WORK/store
M=$WORK/mnt
HELPER=$TOP/tests/helpers/live_load.py

prepare() {
	local sources=(120)
	if [ -n "${LIVE_LOAD_REAL:-}" ] && [ -f "$DATA/fedramp/daily.tar.xz" ]; then
		mkdir "$WORK/real"
		tar -C "$WORK/real" -xf "$DATA/fedramp/daily.tar.xz"
		mapfile -t sources < <(find "$WORK/real" -name '*.json' | sort | awk 'NR % 20 == 1')
	fi
	python3 "$HELPER" prepare "$WORK" "$GENERATIONS" "${sources[@]}"
}

# Makes publication N current, and writes down when `current` was switched.
switch_to() {
	"$SYNC" pull --quiet --store "$STORE" --source fedramp --accept-loss \
		--from "$WORK/$(printf %04d "$1").json" >"$WORK/pulled"
	grep -q "^changed: generation $1," "$WORK/pulled" || { cat "$WORK/pulled"; return 1; }
	echo "$1 $(stat -c %.6Y "$STORE/current")" >>"$WORK/switches"
}

driver_pid() { pgrep -f -- "^$DRIVER $STORE $M( |\$)" | head -n 1; }

# A line for each generation: open files, kilobytes in memory.
sample() {
	echo "$(find "/proc/$PID/fd" -mindepth 1 2>/dev/null | wc -l) $(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$PID/status")" \
		>>"$WORK/samples"
}

# walk NAME COMMAND…: again and again; what it complains of goes to a file. Each
# finishes what it began.
walk() {
	local name=$1 rounds=0
	shift
	while [ ! -e "$WORK/stop" ]; do
		"$@" 2>>"$WORK/complaints.$name" >/dev/null || true
		rounds=$((rounds + 1))
	done
	echo "$rounds" >"$WORK/rounds.$name"
}

# tar recognizes /dev/null and reads nothing then.
tar_all() { tar -c -f - -C "$M" . | cat; }

# A name that has gone since it was listed, and a directory that changed while it
# was being archived, are the truth. Nothing else is. The store knows which names came
# or went.
only_the_truth() {
	python3 - "$STORE/current" "$M" "$WORK"/complaints.* >"$WORK/untrue" <<-'EOF'
		import os, re, sqlite3, sys
		store, mount, *files = sys.argv[1:]
		database = sqlite3.connect("file:%s?immutable=1" % store, uri=True)
		wandered = {name for (name,) in database.execute(
		    "SELECT name FROM link WHERE gen_from > 1 OR gen_to IS NOT NULL UNION "
		    "SELECT name FROM presence WHERE gen_from > 1 OR gen_to IS NOT NULL")}
		# A directory of links is there while it has one: a facet, a provider's services.
		emptied = {name for (name,) in database.execute(
		    "SELECT DISTINCT p.name FROM presence p JOIN link l ON l.entity = p.entity "
		    "WHERE l.gen_from > 1 OR l.gen_to IS NOT NULL")}
		gone = re.compile(r"(?:^|[ '])((?:/|\./)[^:']*)'?: (?:.*: )?"
		                  "(?:No such file or directory|File removed before we read it)")
		for file in files:
		    for line in open(file, encoding="utf-8"):
		        found = gone.search(line)
		        changed = re.match("tar: (.*): file changed as we read it$", line)
		        # A record is there while its service is.
		        parts = found.group(1).removesuffix(".json").split("/") if found else []
		        if wandered & set(parts) or emptied & set(parts[-2:]):
		            continue
		        # What may change while it is read is a directory.
		        if changed and not os.path.isfile(os.path.join(mount, changed.group(1))):
		            continue
		        if not line.startswith("tar: Exiting with failure status"):
		            print(line.strip())
	EOF
	[ ! -s "$WORK/untrue" ] || { sort "$WORK/untrue" | uniq -c | sort -rn | head -n 20; return 1; }
}

under_load() {
	local number pids=() i
	prepare
	switch_to 1
	mount_store "$STORE" "$M"
	PID=$(driver_pid)
	[ -n "$PID" ]
	python3 "$HELPER" watch "$WORK" "$M" &
	pids+=($!)
	walk grep grep -r -e authorized "$M" &
	pids+=($!)
	walk ls ls -lR "$M" &
	pids+=($!)
	walk tar tar_all &
	pids+=($!)
	for ((number = 2; number <= GENERATIONS; number++)); do
		switch_to "$number"
		sample
		# Three switches at once now and then; else time for the readers to see each.
		[ $((number % 8)) -lt 3 ] || sleep 0.3
	done
	sleep 1.5
	: >"$WORK/stop"
	for i in "${pids[@]}"; do
		wait "$i"
	done
	kill -0 "$PID"
}

nothing_stale() {
	python3 "$HELPER" judge "$WORK" >"$WORK/verdict" || { cat "$WORK/verdict"; return 1; }
}

# The last third of the samples against the middle one: the beginning fills what
# is kept of a few generations.
flat() { # COLUMN SLACK
	awk -v column="$1" -v slack="$2" -v count="$(wc -l <"$WORK/samples")" '
		NR > count / 3 && NR <= 2 * count / 3 && $column > middle { middle = $column }
		NR > 2 * count / 3 && $column > end { end = $column }
		END { print middle " in the middle, " end " at the end"; exit !(middle > 0 && end <= middle + slack) }' \
		"$WORK/samples"
}

# Not in a subshell: the clean-up must know of the mount.
MOUNTS+=("$M")
test_case "$GENERATIONS generations under grep -r, tar c, ls -lR and 8 readers" under_load
: >"$WORK/stop"
test_case "no error: names that went had gone, and no file changed under tar" only_the_truth
test_case "no torn file, nothing stale later than a second after its switch" nothing_stale
# One for each generation would be a dozen; how many connections are open at a time varies.
test_case "no leaked descriptor" flat 1 8
test_case "memory stays flat" flat 2 2048
# For whoever looks at the figures: how often each walked through.
[ ! -f "$WORK/verdict" ] || cat "$WORK/verdict"
for walker in grep ls tar; do
	echo "# $walker: $(cat "$WORK/rounds.$walker" 2>/dev/null) rounds"
done
echo "# complaints of what had gone: $(cat "$WORK"/complaints.* 2>/dev/null | wc -l)"
echo "# descriptors: $(flat 1 0 || true); kilobytes: $(flat 2 0 || true)"
finish
