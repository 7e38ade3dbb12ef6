#!/usr/bin/env bash
# The store under stress: locks, killed runs, damage, files that shouldn't be there.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

GENERATE=$TOP/tests/publications
python3 "$GENERATE/interchange.py" --services 40 >"$WORK/first.json"
python3 "$GENERATE/interchange.py" --services 41 --published 2025-02-02 >"$WORK/second.json"
python3 "$GENERATE/fedramp.py" --services 400 --plain >"$WORK/large.json"

pull() {
	local code=$1 store=$2 file=$3
	shift 3
	expect_code "$code" "$SYNC" pull --store "$store" --source interchange --from "$file" "$@"
}

filled() {
	STORE=$WORK/$1
	pull 0 "$STORE" "$WORK/first.json"
}

# In Python, as neither sqlite3 nor dd is sure to be there.
damage() {
	python3 - "$@" <<-'PYTHON'
		import os, sqlite3, sys
		path, how = sys.argv[1:]
		# Or whatever is done to the file would be told, and nothing else.
		os.remove(os.path.join(os.path.dirname(path), "..", "digests"))
		size = os.path.getsize(path)
		if how == "version":
		    database = sqlite3.connect(path)
		    database.execute("PRAGMA user_version = 99")
		    database.commit()
		elif how == "application":
		    database = sqlite3.connect(path)
		    database.execute("PRAGMA application_id = 7")
		    database.commit()
		elif how == "schema":
		    database = sqlite3.connect(path)
		    database.execute("CREATE TABLE more (x)")
		    database.commit()
		elif how == "rule":
		    database = sqlite3.connect(path)
		    database.execute("UPDATE link SET path = '../../providers/nobody' WHERE name = 'provider'")
		    database.commit()
		elif how == "reference":
		    database = sqlite3.connect(path)
		    database.execute("UPDATE value SET entity = 1000000 WHERE id = 3")
		    database.commit()
		else:
		    with open(path, "r+b") as file:
		        if how == "header":
		            file.write(b"not a database")
		        elif how == "cut":
		            file.truncate(size // 2)
		        elif how == "empty":
		            file.truncate(0)
		        else:
		            # Whole pages, so that it is structure that is hit and not a letter of some text.
		            for page in range(3, size // 4096, 7):
		                file.seek(page * 4096)
		                file.write(bytes(255 - byte for byte in b"\x0d\x05" * 2048))
	PYTHON
}

# An independent program finds the same chains; a history that was changed without a trace else is found by them.
chains() {
	local day store=$WORK/chains
	for day in 01 02 03 04; do
		python3 "$GENERATE/interchange.py" --services 40 --published "2025-02-$day" --status "E-0002=state-$day" \
			>"$WORK/chain-$day.json"
		pull 0 "$store" "$WORK/chain-$day.json"
	done
	equal "chains of all" 4 "$(python3 "$TOP/tests/oracle/chain.py" "$store/current" | wc -l)"
	rm "$store/digests"
	sqlite3 "$(readlink -f "$store/current")" "UPDATE value SET text = 'state-99' WHERE text = 'state-02'"
	expect_code 5 "$SYNC" verify --store "$store"
	said "what generation 2 holds isn't what its chain says"
	sqlite3 "$(readlink -f "$store/current")" "UPDATE value SET text = 'state-02' WHERE text = 'state-99'"
	expect_code 0 "$SYNC" verify --store "$store"
	expect_code 0 "$SYNC" prune --store "$store" --keep 3
	expect_code 0 "$SYNC" verify --store "$store"
	equal "chains behind the oldest that is kept" "3 4 5" \
		"$(python3 "$TOP/tests/oracle/chain.py" "$store/current" | cut -d' ' -f1 | paste -sd' ')"
}

# Until when each generation was known to be the newest: a file proves no more than its own time.
held() {
	local store=$WORK/held query="SELECT group_concat(coalesce(held_until, 'now'), ' ') FROM generation"
	pull 0 "$store" "$WORK/chain-01.json"
	sed 's/2025-02-01/2025-02-02/' "$WORK/chain-01.json" >"$WORK/chain-again.json"
	pull 0 "$store" "$WORK/chain-again.json"
	said '^unchanged'
	grep -qx 'held-until 1738454400000' "$store/state"
	grep -qx 'generation 1' "$store/state"
	pull 0 "$store" "$WORK/chain-03.json"
	equal held "1738454400000 now" "$(sqlite3 "$store/current" "$query")"
	pull 0 "$store" "$WORK/chain-04.json"
	equal held "1738454400000 1738540800000 now" "$(sqlite3 "$store/current" "$query")"
	expect_code 0 "$SYNC" prune --store "$store" --keep 2
	equal "held by the list that was pruned" "1738454400000 1738540800000 1738627200000 now" \
		"$(sqlite3 "$store/current" "$query")"
}

locked() {
	local before
	filled locked
	before=$(find "$STORE" -printf '%P %s %T@\n' | sort)
	exec 9<>"$STORE/lock"
	flock 9
	pull 5 "$STORE" "$WORK/second.json"
	said 'locked: another ismap-sync is writing it; try again later'
	expect_code 5 "$SYNC" init --store "$STORE" --bundled ismap
	said 'locked'
	expect_code 5 "$SYNC" import --store "$STORE" "$WORK/second.json"
	# Readers need no lock.
	expect_code 0 "$SYNC" status --store "$STORE"
	expect_code 0 "$SYNC" verify --store "$STORE"
	expect_code 0 "$SYNC" export --store "$STORE" "$STORE.tree"
	equal store "$before" "$(find "$STORE" -printf '%P %s %T@\n' | sort)"
	exec 9>&-
	pull 0 "$STORE" "$WORK/second.json"
}

# as_nobody COMMAND…: runs it in the background, as a user without rights who reads the store.
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@" &
	CHILDREN+=($!)
}

# Taking a lock needs an open file and nothing more.
readers_do_not_lock() {
	[ "$(id -u)" = 0 ] || skip "needs another user"
	chmod 711 "$WORK"
	filled readers
	equal "mode of lock" 600 "$(stat -c %a "$STORE/lock")"
	as_nobody flock "$STORE/lock" sleep 20
	as_nobody flock --shared "$STORE/lock" sleep 20
	as_nobody flock "$STORE" sleep 20
	sleep 0.3
	pull 0 "$STORE" "$WORK/second.json"
	said '^changed: generation 2'
}

# A store of an earlier version: who opened its lock while that was possible has nothing in hand.
older_lock() {
	local opened
	[ "$(id -u)" = 0 ] || skip "needs another user"
	chmod 711 "$WORK"
	filled older
	chmod 644 "$STORE/lock"
	opened=$(stat -c %i "$STORE/lock")
	as_nobody bash -c 'exec 9<"$0/lock"; sleep 1; flock 9; sleep 20' "$STORE"
	sleep 0.3
	pull 0 "$STORE" "$WORK/second.json"
	equal "mode of lock" 600 "$(stat -c %a "$STORE/lock")"
	[ "$opened" != "$(stat -c %i "$STORE/lock")" ]
	sleep 1.2
	python3 "$GENERATE/interchange.py" --services 42 --published 2025-02-03 >"$WORK/third.json"
	pull 0 "$STORE" "$WORK/third.json"
	said '^changed: generation 3'
	# A group that may write it, shares it.
	chmod 660 "$STORE/lock"
	pull 0 "$STORE" "$WORK/third.json"
	equal "mode of a group's lock" 660 "$(stat -c %a "$STORE/lock")"
}

litter() {
	filled litter
	head -c 100000 /dev/urandom >"$STORE/generations/new.db"
	echo half >"$STORE/state.new"
	ln -s generations/77.db "$STORE/current.new"
	mkdir -p "$STORE"/{rejected,stamps,publications,mirror/forks}
	for file in rejected/new stamps/new publications/new mirror/head.new mirror/forks/.new; do
		echo half >"$STORE/$file"
	done
	echo half >"$STORE/etilqs_0123456789abcdef" # SQLite's temporary file
	expect_code 0 "$SYNC" verify --store "$STORE"
	expect_code 0 "$SYNC" export --store "$STORE" "$STORE.tree"
	pull 0 "$STORE" "$WORK/second.json"
	said '^changed: generation 2'
	equal litter "" "$(find "$STORE" -name '*new*' -o -name 'etilqs*')"
	# A generation whose rename was the last thing that happened: finished, but not current.
	cp "$STORE/generations/2.db" "$STORE/generations/3.db"
	expect_code 0 "$SYNC" verify --store "$STORE"
	python3 "$GENERATE/interchange.py" --services 42 --published 2025-02-03 >"$WORK/third.json"
	pull 0 "$STORE" "$WORK/third.json"
	said '^changed: generation 3'
	expect_code 0 "$SYNC" verify --store "$STORE"
}

# on_small_disk COMMAND…: in a mount namespace where $WORK/tiny is a disk of 8 MB, of which 1 MB is left
# beside what $WORK/tiny.now has.
on_small_disk() {
	unshare -m true 2>/dev/null || skip "mounting is not allowed here"
	mkdir -p "$WORK/tiny"
	# shellcheck disable=SC2016 # the inner shell's
	unshare -m bash -c '
		tiny=$1/tiny
		shift
		mount -t tmpfs -o size=8m tmpfs "$tiny" && cp -a "$tiny.now" "$tiny/store" || exit 99
		dd if=/dev/zero of="$tiny/fill" bs=1k count=$(($(df -k --output=avail "$tiny" | tail -n 1) - 1000)) status=none
		"$@"
		code=$?
		rm "$tiny/fill"
		rm -rf "$tiny.then"
		cp -a "$tiny" "$tiny.then"
		exit $code' - "$WORK" "$@"
}

full_disk() {
	local code
	python3 "$GENERATE/interchange.py" --services 1200 >"$WORK/wide.json"
	python3 "$GENERATE/interchange.py" --services 1300 --published 2025-02-02 >"$WORK/wider.json"
	STORE=$WORK/tiny.now
	pull 0 "$STORE" "$WORK/wide.json"
	[ "$(stat -L -c %s "$STORE/current")" -gt 1100000 ]
	code=0
	on_small_disk "$SYNC" pull --store "$WORK/tiny/store" --source interchange --from "$WORK/wider.json" >"$WORK/.said" 2>&1 || code=$?
	equal "exit status" 5 $code
	said 'No space left on device'
	equal "last error" "the store could not be written" "$(sed -n 's/^last-error //p' "$WORK/tiny.then/store/state")"
	equal generations 1.db "$(ls "$WORK/tiny.then/store/generations")"
	equal litter "" "$(find "$WORK/tiny.then" -name '*new*')"
	# A first one leaves nothing at all.
	code=0
	on_small_disk "$SYNC" pull --store "$WORK/tiny/first" --source interchange --from "$WORK/wider.json" >"$WORK/.said" 2>&1 || code=$?
	equal "exit status" 5 $code
	equal "on the disk" store "$(ls "$WORK/tiny.then")"
	# A mirror says so, too.
	expect_code 0 "$SYNC" keygen --key "$WORK/tiny.key"
	expect_code 0 "$SYNC" publish --store "$STORE" --key "$WORK/tiny.key" --to "$WORK/tiny.www"
	code=0
	on_small_disk "$SYNC" pull --store "$WORK/tiny/mirror" --source mirror --from "$WORK/tiny.www" --pubkey "$WORK/tiny.key.pub" \
		>"$WORK/.said" 2>&1 || code=$?
	equal "exit status" 5 $code
	equal "on the disk" store "$(ls "$WORK/tiny.then")"
}

limited_files() {
	filled limited
	# shellcheck disable=SC2016 # the inner shell's
	expect_code 5 bash -c 'ulimit -f 50; exec "$@"' - "$SYNC" pull --store "$STORE" --source interchange --from "$WORK/second.json"
	said 'File too large'
	equal "last error" "the store could not be written" "$(sed -n 's/^last-error //p' "$STORE/state")"
	equal generations 1.db "$(ls "$STORE/generations")"
}

killed() {
	local delay current next
	STORE=$WORK/killed
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/large.json"
	next=2
	for delay in 0 0.005 0.01 0.02 0.04 0.06 0.08 0.1 0.12 0.15 0.2 0.3; do
		python3 "$GENERATE/fedramp.py" --services 400 --plain --day "2025-02-$(printf %02d "$next")" \
			--rename "FR9000000001=After $delay" --rename "FR9000000002=$next" >"$WORK/killing.json"
		"$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/killing.json" >/dev/null 2>&1 &
		sleep "$delay"
		kill -9 $! 2>/dev/null || true
		wait $! || true
		expect_code 0 "$SYNC" verify --store "$STORE"
		current=$(readlink "$STORE/current")
		[ "$current" = "generations/$((next - 1)).db" ] || [ "$current" = "generations/$next.db" ]
		expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/killing.json"
		equal current "generations/$next.db" "$(readlink "$STORE/current")"
		equal litter "" "$(find "$STORE" -name '*new*')"
		next=$((next + 1))
	done
}

killed_while_new() {
	local delay
	for delay in 0 0.01 0.05 0.1 0.15; do
		rm -rf "$WORK/young"
		"$SYNC" pull --store "$WORK/young" --source fedramp --from "$WORK/large.json" >/dev/null 2>&1 &
		sleep "$delay"
		kill -9 $! 2>/dev/null || true
		wait $! || true
		expect_code 0 "$SYNC" pull --store "$WORK/young" --source fedramp --from "$WORK/large.json"
		expect_code 0 "$SYNC" verify --store "$WORK/young"
	done
}

odd_places() {
	: >"$WORK/file"
	pull 5 "$WORK/file" "$WORK/first.json"
	said 'Not a directory'
	pull 5 "$WORK/no/such/folder" "$WORK/first.json"
	said 'cannot make the store: No such file or directory'
	for command in status log verify; do
		expect_code 5 "$SYNC" $command --store "$WORK/nowhere"
		said 'nowhere: cannot open the store: No such file'
	done
	expect_code 5 "$SYNC" export --store "$WORK/nowhere" "$WORK/out"
	[ ! -e "$WORK/out" ] && [ ! -e "$WORK/nowhere" ]
	mkdir "$WORK/bare"
	expect_code 5 "$SYNC" status --store "$WORK/bare"
	said 'holds no list yet'
	pull 0 "$WORK/bare" "$WORK/first.json"
	pull 5 "" "$WORK/first.json"
}

read_only() {
	# No permission stops root.
	AS_NOBODY=(env)
	if [ "$(id -u)" = 0 ]; then
		command -v setpriv >/dev/null || skip "setpriv is not installed"
		AS_NOBODY=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	fi
	filled readonly
	chmod 755 "$WORK"
	"${AS_NOBODY[@]}" test -x "$SYNC" || skip "the programs are where nobody else may go"
	chmod -R a-w "$STORE"
	expect_code 5 "${AS_NOBODY[@]}" "$SYNC" pull --store "$STORE" --source interchange --from "$WORK/second.json"
	said 'Permission denied'
	expect_code 0 "${AS_NOBODY[@]}" "$SYNC" verify --store "$STORE"
	expect_code 0 "${AS_NOBODY[@]}" "$SYNC" status --store "$STORE"
	chmod -R u+w "$STORE"
}

damaged() {
	local how before
	for how in pages header cut empty application; do
		filled "damaged-$how"
		damage "$STORE/generations/1.db" "$how"
		before=$(sha256sum <"$STORE/generations/1.db")
		expect_code 5 "$SYNC" verify --store "$STORE"
		said '^ismap-sync: .*generations/1.db.+ '
		pull 5 "$STORE" "$WORK/second.json"
		said '^ismap-sync: '
		equal current generations/1.db "$(readlink "$STORE/current")"
		equal bytes "$before" "$(sha256sum <"$STORE/generations/1.db")"
		equal litter "" "$(find "$STORE" -name '*new*')"
	done
}

rules_broken() {
	local how
	for how in schema rule reference; do
		filled "broken-$how"
		damage "$STORE/generations/1.db" "$how"
		expect_code 5 "$SYNC" verify --store "$STORE"
		said 'another schema|breaks a rule|is damaged'
	done
}

# So long that sorting its rows takes more than SQLite keeps in memory unasked: the sandbox lets no file be made.
a_long_list() {
	python3 "$TOP/tests/publications/interchange.py" --services 8000 --no-catalogue >"$WORK/long.json"
	expect_code 0 "$SYNC" pull --store "$WORK/long" --source interchange --from "$WORK/long.json"
	expect_code 0 "$SYNC" verify --store "$WORK/long"
	"$SYNC" keygen --key "$WORK/long.key" </dev/null
	expect_code 0 "$SYNC" publish --store "$WORK/long" --to "$WORK/long.web" --key "$WORK/long.key"
	expect_code 0 "$SYNC" pull --store "$WORK/long.mirror" --source mirror --from "$WORK/long.web" --pubkey "$WORK/long.key.pub"
	cmp "$WORK/long/current" "$WORK/long.mirror/current"
}

other_version() {
	filled numbered
	damage "$STORE/generations/1.db" version
	for command in status log verify; do
		expect_code 5 "$SYNC" $command --store "$STORE"
		said 'version'
	done
	expect_code 5 "$SYNC" export --store "$STORE" "$STORE.tree"
	said 'version'
	[ ! -e "$STORE.tree" ]
	pull 5 "$STORE" "$WORK/second.json"
	said 'schema version 99, this program writes version 2'
	equal current generations/1.db "$(readlink "$STORE/current")"
}

odd_current() {
	local target
	filled link
	for target in /etc/passwd ../elsewhere.db generations/../../x.db generations/1.db.gz generations/x.db; do
		ln -sfn "$target" "$STORE/current"
		expect_code 5 "$SYNC" verify --store "$STORE"
		said '^ismap-sync: '
		pull 5 "$STORE" "$WORK/second.json"
		equal current "$target" "$(readlink "$STORE/current")"
	done
	ln -sfn generations/9.db "$STORE/current"
	expect_code 0 "$SYNC" verify --store "$STORE"
	said 'is missing; generations/1.db counts instead'
	pull 0 "$STORE" "$WORK/second.json"
	equal current generations/2.db "$(readlink "$STORE/current")"
	rm "$STORE/current"
	mkdir "$STORE/current"
	expect_code 5 "$SYNC" verify --store "$STORE"
	pull 5 "$STORE" "$WORK/second.json"
}

odd_state() {
	filled state
	echo 'nothing of ours' >"$STORE/state"
	expect_code 0 "$SYNC" status --store "$STORE"
	said 'is not a state file'
	pull 0 "$STORE" "$WORK/second.json"
	expect_code 0 "$SYNC" status --store "$STORE"
	fails grep -q 'not a state file' "$WORK/.said"
	rm "$STORE/state"
	expect_code 0 "$SYNC" status --store "$STORE"
	said '^checked +never'
	said '^stale +yes'
}

links_are_not_followed() {
	filled links
	mkdir "$WORK/elsewhere"
	ln -s "$WORK/elsewhere" "$STORE/rejected"
	echo bad >"$WORK/bad.json"
	pull 4 "$STORE" "$WORK/bad.json"
	equal elsewhere "" "$(ls "$WORK/elsewhere")"
	rm "$STORE/lock"
	ln -s "$WORK/target" "$STORE/lock"
	pull 5 "$STORE" "$WORK/second.json"
	[ ! -e "$WORK/target" ]
}

copied_store() {
	filled original
	cp -a "$STORE" "$WORK/copy"
	rm -rf "$STORE"
	expect_code 0 "$SYNC" verify --store "$WORK/copy"
	pull 0 "$WORK/copy" "$WORK/second.json"
	said '^changed: generation 2'
}

two_at_once() {
	local pids=() pid code done=0
	for _ in 1 2 3 4 5 6; do
		"$SYNC" pull --store "$WORK/race" --source interchange --from "$WORK/first.json" >/dev/null 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		code=0
		wait "$pid" || code=$?
		[ $code = 0 ] || [ $code = 5 ]
		[ $code != 0 ] || done=$((done + 1))
	done
	[ $done -ge 1 ]
	equal generations 1 "$("$SYNC" log --store "$WORK/race" | wc -l)"
	expect_code 0 "$SYNC" verify --store "$WORK/race"
}

test_case "an independent program finds the same chains, and verify a changed history" chains
test_case "each generation says until when it was the newest" held
test_case "a store that another run writes is 5, untouched, and readable" locked
test_case "who may read a store can't lock it" readers_do_not_lock
test_case "an earlier version's lock is exchanged for one that readers can't open" older_lock
test_case "litter of a killed run is no damage, and the next run sweeps it" litter
test_case "a full disk is noted in the state, a first pull onto it leaves nothing" full_disk
test_case "so is a limit on the size of files" limited_files
test_case "kill -9 at any moment: verify passes, and the next run works" killed
test_case "the same while the store is being made" killed_while_new
test_case "a store that is a file, missing, empty or nowhere" odd_places
test_case "a store that may not be written can still be read" read_only
test_case "a damaged file is 5, and a pull makes nothing worse" damaged
test_case "verify finds a foreign schema, broken rules and broken references" rules_broken
test_case "a list of 8000 services: verify passes, and a mirror takes it" a_long_list
test_case "a schema of another version is 5, in words" other_version
test_case "current that names anything else is 5, and stays for a look" odd_current
test_case "a state file that isn't ours counts as none" odd_state
test_case "symlinks in the store lead nowhere" links_are_not_followed
test_case "a copied store goes on" copied_store
test_case "six at once: one writes, the others say that it is locked" two_at_once
finish
