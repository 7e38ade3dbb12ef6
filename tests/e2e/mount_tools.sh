#!/usr/bin/env bash
# The tree in the hands of ordinary tools, and of a script that decides.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! can_mount; then
	echo "skip - tools: nothing can be mounted here"
	finish
fi

"$SYNC" init --store "$WORK/bundled" --bundled fedramp >/dev/null
M=$WORK/fedramp
mount_store "$WORK/bundled" "$M"

counts_services() {
	equal services "$(find "$M/services" -mindepth 1 -maxdepth 1 | wc -l)" 642
	# shellcheck disable=SC2012 # as a person types it
	equal "ls services" "$(ls "$M/services" | wc -l)" 642
	equal "lines of services.tsv" "$(wc -l <"$M/services.tsv")" 642
	cmp <(cut -f 1 "$M/services.tsv") <(ls "$M/services")
}
test_case "ls services | wc -l is 642" counts_services

counts_statuses() {
	cat "$M"/services/*/status | sort | uniq -c | sed 's/^ *//' >"$WORK/statuses"
	cat "$WORK/statuses"
	if [ -f "$DATA/fedramp/monthly.tar.xz" ]; then
		tar -xJOf "$DATA/fedramp/monthly.tar.xz" monthly/2026-04-28.json |
			python3 -c 'import collections, json, sys
words = {"FedRAMP Authorized": "certified", "FedRAMP Ready": "legacy-ready", "FedRAMP In Process": "in-process",
         "Agency In Process": "agency-in-process"}
for status, count in sorted(collections.Counter(
        words[product["status"]] for product in json.load(sys.stdin)["data"]["Products"]).items()):
    print(count, status)' | cmp - "$WORK/statuses"
	fi
	cmp "$WORK/statuses" - <<-'EOF'
		56 agency-in-process
		510 certified
		17 in-process
		59 legacy-ready
	EOF
	for status in certified legacy-ready in-process agency-in-process; do
		equal "by-status/$status" \
			"$(find "$M/by-status/$status" -mindepth 1 | wc -l) $status" \
			"$(grep " $status\$" "$WORK/statuses")"
	done
}
test_case "the statuses add up to the publication's" counts_statuses

finds_amazon() {
	grep -i amazon "$M/services.tsv" >"$WORK/amazon"
	grep -P '^AGENCYAMAZONEW\tcertified\tmoderate\t' "$WORK/amazon"
	grep -rli amazon "$M/services" | grep -x "$M/services/AGENCYAMAZONEW/provider.name"
	[ -d "$M/services/AGENCYAMAZONEW/provider/services/AGENCYAMAZONEW" ]
}
test_case "grep -i amazon services.tsv" finds_amazon

counts_controls() {
	local service level wanted
	declare -A sizes=([high]=410 [moderate]=323 [low]=156 [li-saas]=156)
	for level in "${!sizes[@]}"; do
		service=$(cd "$M/services" && grep -lx "$level" -- */level | head -n 1 | cut -d/ -f 1)
		# shellcheck disable=SC2012 # as a person types it
		wanted=$(ls "$M/services/$service/controls" | wc -l)
		equal "controls of $service ($level)" "$wanted" "${sizes[$level]}"
		equal "their titles" "$(cat "$M/services/$service"/controls/*/title | wc -l)" "$wanted"
	done
	for service in $(cd "$M/services" && grep -l ^20x -- */level | cut -d/ -f 1); do
		fails test -e "$M/services/$service/controls"
	done
}
test_case "ls controls | wc -l is the size of the baseline" counts_controls

leads_somewhere() {
	equal "links that lead nowhere" "$(find "$M" -xtype l | head -n 3)" ""
	# None of them out of the tree, and none by a whole path.
	find "$M" -type l -lname '/*' | cmp - /dev/null
	equal "where links lead" "$(find "$M/services" "$M/by-name" "$M/providers" -type l -print0 |
		xargs -0 realpath | grep -cv "^$M/")" 0
}
test_case "every link leads to something in the tree" leads_somewhere

finds_by_time() {
	equal "changed after" "$(find "$M/services" -newermt 2026-04-29 | wc -l)" 0
	equal "changed since" "$(find "$M/services" -newermt 2026-01-01 -name status | wc -l)" 642
}
test_case "find -newermt asks about the registry" finds_by_time

copies_by_rsync() {
	rsync -a "$M/" "$WORK/rsync"
	rsync -anci --delete "$M/" "$WORK/rsync" >"$WORK/rsync.said"
	cat "$WORK/rsync.said"
	[ ! -s "$WORK/rsync.said" ]
	rm -rf "$WORK/rsync"
}
if command -v rsync >/dev/null; then
	test_case "rsync -a, then rsync -anc has nothing to say" copies_by_rsync
else
	echo "skip - rsync: not installed"
fi

copies_by_tar() {
	tar -c -f "$WORK/tar" -C "$M" . 2>"$WORK/tar.said"
	tar --compare -f "$WORK/tar" -C "$M" 2>&1 | tee -a "$WORK/tar.said"
	[ ! -s "$WORK/tar.said" ]
	equal "entries" "$(tar -t -f "$WORK/tar" | wc -l)" "$(find "$M" | wc -l)"
	rm "$WORK/tar"
}
test_case "tar, then tar --compare has nothing to say" copies_by_tar

copies_by_cp() {
	cp -a "$M" "$WORK/cp"
	diff -r --no-dereference "$M" "$WORK/cp"
	python3 "$TOP/tests/oracle/same_tree.py" "$M" "$WORK/cp"
	chmod -R u+w "$WORK/cp"
	rm -rf "$WORK/cp"
}
test_case "cp -a, then diff -r finds nothing" copies_by_cp

measures() {
	equal "bytes in files" "$(find "$M" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" \
		"$(find "$M" -type f -print0 | xargs -0 cat | wc -c)"
	[ "$(du -s "$M" | cut -f 1)" -gt 1000 ]
	[ "$(du -s --apparent-size "$M" | cut -f 1)" -gt 1000 ]
	df "$M"
	stat -f -c %T "$M" | grep -x fuseblk || stat -f -c %T "$M"
	equal "longest name" "$(stat -f -c %l "$M")" 255
}
test_case "du, df and stat -f" measures

follows_links() {
	local directory code
	for directory in services/AGENCYAMAZONEW services/FR2214150164 providers; do
		code=0
		# Providers and services lead to each other, a baseline and its controls
		# too: each level multiplies, so those who follow links need a limit.
		timeout 60 find -L "$M/$directory" -maxdepth 4 >"$WORK/followed" 2>"$WORK/loops" || code=$?
		[ "$code" -le 1 ]
		fails grep -v 'loop detected' "$WORK/loops"
		[ -s "$WORK/followed" ]
	done
	# Without following, which is the rule: one visit of each.
	timeout 20 find "$M" | sort | uniq -d | cmp - /dev/null
}
test_case "find -L with a limit ends, and says which directories it has seen" follows_links

# Deciding.

decides() { # MOUNTPOINT NUMBER: as README's `how to decide`
	grep -qx yes "$1/fresh/$2/in-force" 2>/dev/null
}
yes() { decides "$@" || { echo "$*: no"; ls "$1" "$1/.registry"; return 1; }; }
no() { ! decides "$@" || { echo "$*: yes"; return 1; }; }

never_of_bundled() {
	no "$M" AGENCYAMAZONEW
	mkdir -p "$WORK/patient"
	expect_code 0 "$DRIVER" "$WORK/bundled" "$WORK/patient" -o max-age=3650d,max-publication-age=none
	no "$WORK/patient" AGENCYAMAZONEW
	equal complete "$(cat "$WORK/patient/.registry/complete")" no
	equal stale "$(cat "$WORK/patient/.registry/stale")" yes
	equal status "$(cat "$WORK/patient/services/AGENCYAMAZONEW/status")" certified
	unmount "$WORK/patient"
}
MOUNTS+=("$WORK/patient")
test_case "no: a list that came along, however patient the mount" never_of_bundled

# A publication from a server counts as checked now.
mkdir -p "$WORK/www"
publish() { # DAY COUNT CHANGE…
	python3 "$TOP/tests/helpers/publication.py" "$@" >"$WORK/www/new"
	# Last-Modified counts in seconds: two publications within one would be one.
	touch -d "$1" "$WORK/www/new"
	mv "$WORK/www/new" "$WORK/www/data.json"
}
# That list needs the changelog, which here says nothing of these services.
python3 "$TOP/tests/publications/fedramp_today.py" changelog 3 2026-05-01 \
	'FR9999999999|2020-01-01||Legacy FedRAMP Ready' >"$WORK/www/changelog.json"
publish 2026-05-01 30 'FR0000000002=FedRAMP Ready' 'FR0000000003=FedRAMP In Process' \
	'FR0000000004=' 'FR0000000005=Agency In Process'
python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$WORK/www" >"$WORK/server" 2>&1 &
CHILDREN+=($!)
PORT=
for ((i = 0; i < 100; i++)); do
	PORT=$(sed -nE 's/.* port ([0-9]+) .*/\1/p' "$WORK/server")
	[ -n "$PORT" ] && break
	sleep 0.05
done
pull() {
	"$SYNC" pull --quiet --accept-loss --store "$WORK/store" --source fedramp \
		--from "http://127.0.0.1:$PORT/data.json" --from "http://127.0.0.1:$PORT/changelog.json"
}
within_two_seconds() { # COMMAND…
	local i
	for ((i = 0; i < 40; i++)); do
		"$@" && return 0
		sleep 0.05
	done
	"$@"
}

no "$WORK/mnt" FR0000000001 || FAILED=$((FAILED + 1)) # no such directory yet
pull
mount_store "$WORK/store" "$WORK/mnt" -o max-publication-age=none
D=$WORK/mnt

says_yes() {
	yes "$D" FR0000000001
	equal stale "$(cat "$D/.registry/stale")" no
	equal complete "$(cat "$D/.registry/complete")" yes
	equal "fresh leads to" "$(readlink "$D/fresh")" at/2026-05-01/services
	test "$D/fresh/FR0000000001/status" -ef "$D/services/FR0000000001/status"
	tail -n 1 "$D/README" | grep -x 'Stale: no'
}
test_case "yes: listed, in force, checked just now" says_yes

other_statuses() {
	no "$D" FR0000000002
	no "$D" FR0000000003
	no "$D" FR0000000004
	no "$D" FR0000000005
	equal status "$(cat "$D/fresh/FR0000000004/status")" unknown
	no "$D" FR0000000031
	no "$D" ''
	no "$D" .
	no "$D" ..
	no "$D" missing
}
test_case "no: another status, not listed, no number at all" other_statuses

is_not_listed() {
	fails grep -x fresh <(ls -A "$D")
	equal "find's answer" "$(find "$D" -maxdepth 1 -name fresh)" ""
	[ -L "$D/fresh" ]
}
test_case "fresh is there, but in no listing" is_not_listed

delisting() {
	# The same server, the day after.
	publish 2026-05-02 30 -FR0000000001 'FR0000000006=FedRAMP Ready' 'FR0000000002=FedRAMP Authorized'
	yes "$D" FR0000000006
	pull
	within_two_seconds no "$D" FR0000000001
	within_two_seconds no "$D" FR0000000006
	within_two_seconds yes "$D" FR0000000002
	equal "delisted" "$(cat "$D/delisted/FR0000000001/status")" delisted
	[ ! -e "$D/fresh/FR0000000001" ]
	yes "$D" FR0000000007
}
test_case "no: delisted, or its status changed, within two seconds of the pull" delisting

goes_stale() {
	local i
	mkdir -p "$WORK/brief"
	pull
	expect_code 0 "$DRIVER" "$WORK/store" "$WORK/brief" -o max-age=2s,max-publication-age=none
	yes "$WORK/brief" FR0000000007
	equal stale "$(cat "$WORK/brief/.registry/stale")" no
	cat "$WORK/brief/fresh/FR0000000007/name"
	# Nobody writes anything: the clock alone decides.
	for ((i = 0; i < 30; i++)); do
		decides "$WORK/brief" FR0000000007 || break
		sleep 0.1
	done
	no "$WORK/brief" FR0000000007
	within_two_seconds grep -qx yes "$WORK/brief/.registry/stale"
	tail -n 1 "$WORK/brief/README" | grep -x 'Stale: yes'
	fails test -L "$WORK/brief/fresh"
	equal "what is listed" "$(cat "$WORK/brief/services/FR0000000007/status")" certified
	yes "$D" FR0000000007 # the other mount is more patient
	# An unchanged publication is a check all the same.
	pull
	within_two_seconds yes "$WORK/brief" FR0000000007
	within_two_seconds grep -qx no "$WORK/brief/.registry/stale"
	unmount "$WORK/brief"
}
MOUNTS+=("$WORK/brief")
test_case "no: stale by the clock alone; yes again after a check" goes_stale

files_are_as_old_as_they_are() {
	mkdir -p "$WORK/old"
	python3 "$TOP/tests/helpers/publication.py" 2024-05-01 30 >"$WORK/old.json"
	"$SYNC" pull --quiet --store "$WORK/oldstore" --source fedramp --from "$WORK/old.json" --from "$WORK/www/changelog.json"
	expect_code 0 "$DRIVER" "$WORK/oldstore" "$WORK/old"
	no "$WORK/old" FR0000000001
	equal stale "$(cat "$WORK/old/.registry/stale")" yes
	equal complete "$(cat "$WORK/old/.registry/complete")" yes
	unmount "$WORK/old"
	expect_code 0 "$DRIVER" "$WORK/oldstore" "$WORK/old" -o max-age=3650d,max-publication-age=none
	yes "$WORK/old" FR0000000001
	equal stale "$(cat "$WORK/old/.registry/stale")" no
	unmount "$WORK/old"
}
MOUNTS+=("$WORK/old")
test_case "a file was checked when it was published: no, unless the mount is patient" \
	files_are_as_old_as_they_are

failed_checks_renew_nothing() {
	mkdir -p "$WORK/brief"
	pull
	expect_code 0 "$DRIVER" "$WORK/store" "$WORK/brief" -o max-age=2s,max-publication-age=none
	yes "$WORK/brief" FR0000000007
	sleep 1
	"$SYNC" pull --quiet --store "$WORK/store" --source fedramp \
		--from "http://127.0.0.1:$PORT/missing" && return 1
	echo '{"data":' >"$WORK/www/cut.json"
	"$SYNC" pull --quiet --store "$WORK/store" --source fedramp \
		--from "http://127.0.0.1:$PORT/cut.json" && return 1
	sleep 1.2
	no "$WORK/brief" FR0000000007
	[ -s "$WORK/brief/.registry/last-error" ]
	unmount "$WORK/brief"
}
test_case "no: checks that failed renew nothing" failed_checks_renew_nothing

damaged_state_is_no_proof() {
	pull
	within_two_seconds yes "$D" FR0000000007
	cp "$WORK/store/state" "$WORK/state"
	echo garbage >"$WORK/store/state.new"
	mv "$WORK/store/state.new" "$WORK/store/state"
	within_two_seconds no "$D" FR0000000007
	rm "$WORK/store/state"
	within_two_seconds no "$D" FR0000000007
	cp "$WORK/state" "$WORK/store/state.new"
	mv "$WORK/store/state.new" "$WORK/store/state"
	within_two_seconds yes "$D" FR0000000007
}
test_case "no: a damaged or missing record of the last check" damaged_state_is_no_proof

unmounted() {
	unmount "$D"
	no "$D" FR0000000007
	mkdir -p "$D"
	no "$D" FR0000000007
	equal "what lies under it" "$(ls -A "$D")" ""
	rmdir "$D"
	no "$D" FR0000000007
}
test_case "no: unmounted, an empty directory, none at all" unmounted

dies() {
	mkdir -p "$WORK/dead"
	"$DRIVER" -f "$WORK/store" "$WORK/dead" -o max-publication-age=none &
	local pid=$!
	within_two_seconds yes "$WORK/dead" FR0000000007
	kill -KILL "$pid"
	wait "$pid" || true
	# What the kernel has cached answers on, but not this path for more than a second.
	within_two_seconds no "$WORK/dead" FR0000000007
	unmount "$WORK/dead"
}
MOUNTS+=("$WORK/dead")
test_case "no: the driver was killed" dies
finish
