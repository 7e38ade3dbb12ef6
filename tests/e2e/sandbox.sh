#!/usr/bin/env bash
# Least privilege: what the running programs have given up, that nothing which
# they do needs it, and that the driver still gets unmounted. What happens when
# they try is in tests/unit/test_sandbox.c.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
GENERATE=$TOP/tests/publications
STORE=$WORK/store
M=$WORK/mount
chmod 711 "$WORK"
mkdir -p "$M" "$WORK/other"
MOUNTS+=("$M" "$WORK/other")
python3 "$GENERATE/fedramp.py" >"$WORK/list.json"
"$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/list.json" >/dev/null
UNCONFINED=
"$DRIVER" -V | grep -q 'sandbox: none' && UNCONFINED=yes

only_confined() {
	[ -z "$UNCONFINED" ] || skip "this build has no sandbox"
}
only_root() {
	[ "$(id -u)" = 0 ] || skip "only root has something to give up"
}
pid_of() { # MOUNTPOINT
	pgrep -n -f -- "^$DRIVER .*$STORE $1( |\$)"
}
guardian_of() { # PID of a driver: the process that unmounts
	pgrep -P "$1" ismapfs-guard
}
status_of() { # PID FIELD
	awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"
}
until_gone() { # PID: within a minute, as another test's mount namespace may still have its mount
	local i
	for ((i = 0; i < 1200; i++)); do
		case $(ps -o stat= -p "$1") in '' | Z*) return 0 ;; esac
		sleep 0.05
	done
	echo "process $1 is still there"
	return 1
}
mounted() { # OPTION…
	timeout 20 "$DRIVER" "$STORE" "$M" "$@"
	DRIVER_PID=$(pid_of "$M")
	[ -n "$DRIVER_PID" ]
}
is_confined() { # PID
	local set
	for set in CapInh CapPrm CapEff CapAmb; do
		equal "$set" "$(status_of "$1" "$set")" 0000000000000000
	done
	equal NoNewPrivs "$(status_of "$1" NoNewPrivs)" 1
	equal Seccomp "$(status_of "$1" Seccomp)" 2
	for task in /proc/"$1"/task/*; do
		equal "Seccomp of a thread" "$(awk '/^Seccomp:/ { print $2 }' "$task/status")" 2
		equal "CapEff of a thread" "$(awk '/^CapEff:/ { print $2 }' "$task/status")" 0000000000000000
	done
}

driver_is_confined() {
	only_confined
	mounted
	is_confined "$DRIVER_PID"
	[ "$(find "/proc/$DRIVER_PID/task" -mindepth 1 -maxdepth 1 | wc -l)" -ge 3 ]
	kill -TERM "$DRIVER_PID"
	until_gone "$DRIVER_PID"
	fails mountpoint -q "$M"
}
test_case "the driver has no capability, NoNewPrivs and a list of system calls, in all threads" driver_is_confined

becomes_nobody() {
	only_confined
	only_root
	mounted -o user=nobody,allow_other
	is_confined "$DRIVER_PID"
	equal uids "$(awk '/^Uid:/ { print $2, $3, $4, $5 }' "/proc/$DRIVER_PID/status")" \
		"$(id -u nobody) $(id -u nobody) $(id -u nobody) $(id -u nobody)"
	equal gids "$(awk '/^Gid:/ { print $2, $3, $4, $5 }' "/proc/$DRIVER_PID/status")" \
		"$(id -g nobody) $(id -g nobody) $(id -g nobody) $(id -g nobody)"
	equal groups "$(status_of "$DRIVER_PID" Groups)" ""
	grep -rq . "$M/services"
	kill -TERM "$DRIVER_PID"
	until_gone "$DRIVER_PID"
	fails mountpoint -q "$M"
}
test_case "-o user=nobody: uid, gid and groups are gone, and it still unmounts at SIGTERM" becomes_nobody

leaves_groups() {
	only_confined
	only_root
	setpriv --groups=4,24 true || skip "needs setpriv"
	timeout 20 setpriv --groups=4,24 "$DRIVER" "$STORE" "$M"
	DRIVER_PID=$(pid_of "$M")
	equal groups "$(status_of "$DRIVER_PID" Groups)" ""
	unmount "$M"
	until_gone "$DRIVER_PID"
}
test_case "root that stays root leaves its groups" leaves_groups

guardian_is_small() {
	only_confined
	only_root
	mounted
	local guardian
	guardian=$(guardian_of "$DRIVER_PID")
	# CAP_SYS_ADMIN: umount; CAP_DAC_READ_SEARCH: the way there.
	equal "its rights" "$(status_of "$guardian" CapEff)" 0000000000200004
	equal Seccomp "$(status_of "$guardian" Seccomp)" 2
	equal NoNewPrivs "$(status_of "$guardian" NoNewPrivs)" 1
	equal "open files" "$(find "/proc/$guardian/fd" -type l -printf '%f\n' | sort | xargs)" "0 1 2 3 4 5"
	equal "the mount point's lock" "$(readlink "/proc/$guardian/fd/5")" "$(dirname "$M")"
	equal "where it is" "$(readlink "/proc/$guardian/cwd")" /
	# Everybody is told to end, as a service manager does: it waits for the driver.
	kill -TERM "$guardian"
	kill -INT "$guardian"
	kill -TERM "$DRIVER_PID"
	until_gone "$DRIVER_PID"
	until_gone "$guardian"
	fails mountpoint -q "$M"
}
test_case "the process that unmounts has that right and the way there alone, and outlives a SIGTERM to all" guardian_is_small

below_a_private_directory() {
	only_root
	mkdir -p "$WORK/private/mount"
	chown nobody "$WORK/private"
	chmod 700 "$WORK/private"
	MOUNTS+=("$WORK/private/mount")
	timeout 20 "$DRIVER" "$STORE" "$WORK/private/mount"
	DRIVER_PID=$(pid_of "$WORK/private/mount")
	kill -TERM "$DRIVER_PID"
	until_gone "$DRIVER_PID"
	fails grep -q " $WORK/private/mount " /proc/self/mountinfo
}
test_case "in a directory that is somebody's alone, such as a home, it is unmounted at SIGTERM too" below_a_private_directory

leaves_what_is_not_its_own() {
	local first
	mounted
	first=$DRIVER_PID
	exec 7<"$M/README"
	umount -l "$M" || fusermount3 -u -z "$M"
	mounted
	[ "$first" != "$DRIVER_PID" ]
	kill -TERM "$first"
	until_gone "$first"
	exec 7<&-
	[ -s "$M/README" ]
	unmount "$M"
	until_gone "$DRIVER_PID"
}
test_case "a mount that has taken its place is not unmounted at SIGTERM" leaves_what_is_not_its_own

crash_shows_errors() {
	mounted
	local guardian
	guardian=$(guardian_of "$DRIVER_PID")
	kill -KILL "$DRIVER_PID"
	until_gone "$DRIVER_PID"
	until_gone "$guardian"
	grep -q " $M " /proc/self/mountinfo
	fails ls "$M"
	# An empty source would have rsync delete the copy.
	mkdir -p "$WORK/copy"
	echo kept >"$WORK/copy/file"
	fails rsync -a --delete "$M/" "$WORK/copy/"
	[ -s "$WORK/copy/file" ]
	mounted
	[ -s "$M/README" ]
	unmount "$M"
	until_gone "$DRIVER_PID"
}
test_case "killed, it leaves errors and no empty directory; the next one takes over" crash_shows_errors

lost_guardian() { # COMMAND…: what starts the driver
	only_confined
	"$@" "$DRIVER" -f "$STORE" "$M" 2>"$WORK/said" &
	local driver=$! i
	for ((i = 0; i < 100; i++)); do mountpoint -q "$M" && [ -s "$M/README" ] && break; sleep 0.05; done
	kill -KILL "$(guardian_of "$driver")"
	for ((i = 0; i < 100; i++)); do grep -q 'no files are read ahead' "$WORK/said" && break; sleep 0.05; done
	grep -q 'guards the mount has ended: from now on no files are read ahead' "$WORK/said"
	grep -r . "$M/services" >/dev/null
	equal "read ahead" "$(counters_of "$driver" "$WORK/said" pushed)" 0
	unmount "$M"
	wait "$driver"
}
test_case "without that process it answers, but reads nothing ahead; umount works" lost_guardian
test_case "also when started by who ignores SIGCHLD" lost_guardian env --ignore-signal=CHLD

tells_that_it_stays() {
	only_confined
	"$DRIVER" -f "$STORE" "$M" 2>"$WORK/said" &
	local driver=$! i code=0
	for ((i = 0; i < 100; i++)); do mountpoint -q "$M" && [ -s "$M/README" ] && break; sleep 0.05; done
	kill -KILL "$(guardian_of "$driver")"
	kill -TERM "$driver"
	wait "$driver" || code=$?
	equal "exit status" $code 1
	grep -q "$M: can't be unmounted" "$WORK/said"
	fails ls "$M"
	umount -l "$M"
}
test_case "what couldn't be unmounted at the end: a sentence and exit status 1" tells_that_it_stays

refreshes_confined() {
	only_root
	mounted -o user=nobody
	fails grep -qx low "$M/services/FR9000000006/level"
	python3 "$GENERATE/fedramp.py" --day 2025-02-01 --level FR9000000006=Low >"$WORK/next.json"
	"$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/next.json"
	local i
	for ((i = 0; i < 100; i++)); do
		[ "$(cat "$M/services/FR9000000006/level")" = low ] && break
		sleep 0.05
	done
	equal level "$(cat "$M/services/FR9000000006/level")" low
	kill -USR1 "$DRIVER_PID"
	kill -HUP "$DRIVER_PID"
	unmount "$M"
	until_gone "$DRIVER_PID"
}
test_case "as nobody it shows a new generation" refreshes_confined

store_unreadable() {
	only_root
	cp -a "$STORE" "$WORK/closed"
	chmod 700 "$WORK/closed"
	expect_code 5 "$DRIVER" "$WORK/closed" "$WORK/other" -o user=nobody
	said "closed: user nobody can't read the store \(Permission denied\): allow that user"
	fails mountpoint -q "$WORK/other"
	chmod 755 "$WORK/closed"
	chmod 600 "$WORK"/closed/generations/*.db
	expect_code 5 "$DRIVER" "$WORK/closed" "$WORK/other" -o user=nobody
	said "user nobody can't read the store"
	chown -R nobody "$WORK/closed"
	expect_code 0 "$DRIVER" "$WORK/closed" "$WORK/other" -o user=nobody
	unmount "$WORK/other"
	only_confined
	expect_code 5 "$DRIVER" "$WORK/closed" "$WORK/other"
	said "can't be read without root's rights"
	fails mountpoint -q "$WORK/other"
}
test_case "a store that the user can't read: a sentence, exit status 5, nothing mounted" store_unreadable

unknown_user() {
	expect_code 2 "$DRIVER" "$STORE" "$WORK/other" -o "user=no such user"
	said 'there is no such user'
	fails mountpoint -q "$WORK/other"
	expect_code 2 "$DRIVER" "$STORE" "$WORK/other" -o sandbox=maybe
}
test_case "an unknown user: a sentence and exit status 2" unknown_user

# As in a container, or under a unit, that keeps the right to.
user_out_of_reach() {
	only_root
	setpriv --bounding-set=-setuid,-setgid true || skip "needs setpriv"
	expect_code 1 setpriv --bounding-set=-setuid,-setgid "$DRIVER" "$STORE" "$WORK/other" -o user=nobody
	said "-o user=nobody: can't become that user: Operation not permitted"
	fails mountpoint -q "$WORK/other"
}
test_case "a user that it may not become: a sentence, and nothing stays mounted" user_out_of_reach

can_be_off() {
	only_confined
	"$DRIVER" -f "$STORE" "$M" -o sandbox=off 2>"$WORK/said" &
	local driver=$! i
	for ((i = 0; i < 100; i++)); do mountpoint -q "$M" && break; sleep 0.05; done
	grep -q 'sandbox=off: the driver keeps all rights of its user' "$WORK/said"
	equal Seccomp "$(status_of "$driver" Seccomp)" 0
	equal NoNewPrivs "$(status_of "$driver" NoNewPrivs)" 0
	kill -TERM "$driver"
	wait "$driver"
	fails mountpoint -q "$M"
	expect_code 0 "$SYNC" status --store "$STORE" --sandbox=off
	said 'sandbox=off: this command runs without its sandbox'
}
test_case "sandbox=off keeps everything, and is said" can_be_off

without_root() {
	only_root
	command -v setpriv >/dev/null || skip "needs setpriv"
	unshare -m true 2>/dev/null || skip "a private view of the mounts isn't allowed here"
	mkdir -p "$WORK/theirs"
	chown nobody "$WORK/theirs"
	# /dev/fuse may be root's alone here.
	# shellcheck disable=SC2016 # the inner shell's
	timeout 60 unshare -m bash -ec 'mknod "$1/fuse" c 10 229; chmod 666 "$1/fuse"
		mount --bind "$1/fuse" /dev/fuse
		as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups --"
		$as_nobody "$2" -f "$3" "$1/theirs" 2>"$1/said" &
		pid=$!
		for i in $(seq 100); do mountpoint -q "$1/theirs" && break; sleep 0.05; done
		$as_nobody test -s "$1/theirs/README"
		# By whoever may not end a connection nothing is pushed, so that a kill leaves nobody waiting.
		[ -e /sys/fs/fuse/connections/. ] && mountpoint -q /sys/fs/fuse/connections ||
			grep -q "files are not read ahead" "$1/said"
		[ -n "$4" ] || grep -q "^NoNewPrivs:.1" "/proc/$pid/status"
		kill -TERM "$pid"
		for i in $(seq 100); do mountpoint -q "$1/theirs" || break; sleep 0.05; done
		! mountpoint -q "$1/theirs"' - "$WORK" "$DRIVER" "$STORE" "$UNCONFINED"
}
test_case "mounted without root, by fusermount3, it is unmounted at SIGTERM too" without_root

sync_is_confined() {
	only_confined
	mkfifo "$WORK/pipe"
	"$SYNC" pull --store "$WORK/piped" --source fedramp --from "$WORK/pipe" &
	local sync=$! i
	CHILDREN+=("$sync")
	for ((i = 0; i < 100; i++)); do
		[ "$(status_of "$sync" Seccomp)" = 2 ] && break
		sleep 0.05
	done
	equal Seccomp "$(status_of "$sync" Seccomp)" 2
	equal NoNewPrivs "$(status_of "$sync" NoNewPrivs)" 1
	# Of root: DAC_READ_SEARCH, as Landlock says of which files.
	case $(status_of "$sync" CapEff) in 0000000000000004 | 0000000000000000) ;; *)
		echo "CapEff $(status_of "$sync" CapEff)"
		return 1
		;;
	esac
	cat "$WORK/list.json" >"$WORK/pipe"
	wait "$sync"
}
test_case "a pull has a list of system calls, NoNewPrivs, and of root the right to read its files" sync_is_confined

root_serves_the_owner() {
	only_root
	mkdir -p "$WORK/lists"
	chown nobody "$WORK/lists"
	install -m 600 "$WORK/list.json" "$WORK/private.json"
	# A new store belongs to the owner of the folder that it is made in.
	"$SYNC" pull --store "$WORK/lists/new" --source fedramp --from "$WORK/list.json"
	equal "files of others" "" "$(find "$WORK/lists" ! -user nobody)"
	equal "mode" "755 nobody" "$(stat -c '%a %U' "$WORK/lists/new")"
	python3 "$GENERATE/fedramp.py" --day 2025-02-01 --level FR9000000006=Low >"$WORK/private.json"
	"$SYNC" pull --store "$WORK/lists/new" --source fedramp --from "$WORK/private.json"
	"$SYNC" prune --store "$WORK/lists/new" --keep 1
	"$SYNC" status --store "$WORK/lists/new"
	equal "files of others after a pull" "" "$(find "$WORK/lists" ! -user nobody)"
	# Nor does the owner need a name, or a password's entry.
	mkdir "$WORK/numbered"
	chown 12345:12345 "$WORK/numbered"
	"$SYNC" init --store "$WORK/numbered/ismap" --bundled ismap
	equal "files of others than 12345" "" "$(find "$WORK/numbered" ! -uid 12345)"
	# What root alone could write is for root: the folder of an export.
	"$SYNC" export --store "$WORK/lists/new" "$WORK/exported"
	equal "the export's owner" root "$(stat -c %U "$WORK/exported")"
	"$SYNC" export --store "$STORE" "$WORK/lists/exported"
	equal "the other export's owner" nobody "$(stat -c %U "$WORK/lists/exported")"
}
test_case "root becomes the store's owner, or that of the folder that it writes into" root_serves_the_owner

root_among_roots() {
	only_root
	"$SYNC" init --store "$WORK/plain" --bundled fedramp 2>"$WORK/said"
	equal "sentences" "" "$(cat "$WORK/said")"
	equal "owner" root "$(stat -c %U "$WORK/plain/current")"
	"$SYNC" import --store "$WORK/plain2" --source fedramp "$WORK/list.json"
	# Another user's directory: who put root's store there?
	mkdir "$WORK/theirs2"
	mv "$WORK/plain" "$WORK/theirs2"
	chown nobody "$WORK/theirs2"
	expect_code 5 "$SYNC" prune --store "$WORK/theirs2/plain" --keep 1
	said "plain belongs to root, in a directory of another user; 'chown -R --reference=$WORK/theirs2 $WORK/theirs2/plain' gives it to that user"
	expect_code 5 timeout 20 "$SYNC" run --every 1h --source fedramp --from "$WORK/list.json" --store "$WORK/theirs2/plain"
	expect_code 0 "$SYNC" status --store "$WORK/theirs2/plain"
	chown -R --reference="$WORK/theirs2" "$WORK/theirs2/plain"
	expect_code 0 "$SYNC" prune --store "$WORK/theirs2/plain" --keep 1
	# A link of theirs to what is root's.
	mkdir "$WORK/of-root"
	ln -s "$WORK/of-root" "$WORK/theirs2/www"
	"$SYNC" keygen --key "$WORK/of-root.key" >/dev/null
	expect_code 5 "$SYNC" publish --store "$WORK/plain2" --to "$WORK/theirs2/www" --key "$WORK/of-root.key"
	said "www belongs to root, in a directory of another user"
	equal "what was written" "" "$(ls -A "$WORK/of-root")"
}
test_case "root's own store in root's directory: no word; in another user's: nothing is written, and a sentence" root_among_roots

unbound_root() {
	only_root
	expect_code 0 "$BUILD/tests/without_calls" ENOSYS newer "$SYNC" init --store "$WORK/unbound" --bundled ismap
	said "this kernel has no Landlock, so what breaks into this command may write all files of root's; when $WORK/unbound belongs to another user"
	expect_code 0 "$BUILD/tests/without_calls" ENOSYS newer "$SYNC" status --store "$WORK/unbound"
	fails grep Landlock "$WORK/.said"
	chown -R nobody "$WORK/unbound"
	expect_code 0 "$BUILD/tests/without_calls" ENOSYS newer "$SYNC" prune --store "$WORK/unbound" --keep 400d
	fails grep Landlock "$WORK/.said"
}
test_case "root's own store on a kernel without Landlock: a warning, as root's files can be written" unbound_root

unreadable_to_nobody() {
	only_root
	local file=$WORK/roots.csv
	printf 'ID,Name\n1,One\n' >"$file"
	chmod 600 "$file"
	expect_code 3 "$BUILD/tests/without_calls" ENOSYS newer "$SYNC" probe --source table --from "$file"
	said "started by root, this command runs as user 65534, who may not read $file; let that user read it"
	expect_code 3 "$SYNC" probe --sandbox=off --source table --from "file://$file"
	said "runs as user 65534, who may not read $file;"
	chmod 644 "$file"
	expect_code 0 "$BUILD/tests/without_calls" ENOSYS newer "$SYNC" probe --source table --from "$file"
	fails grep 'may not read' "$WORK/.said"
	# So it is with whatever else a command reads.
	install -m 600 /dev/null "$WORK/roots.map"
	expect_code 3 "$SYNC" probe --sandbox=off --source table --from "$file" --map "$WORK/roots.map"
	said "may not read $WORK/roots.map;"
	install -d -o nobody "$WORK/theirs3"
	install -m 600 "$WORK/list.json" "$WORK/roots.json"
	expect_code 3 "$SYNC" import --sandbox=off --store "$WORK/theirs3/new" --source fedramp "$WORK/roots.json"
	said "may not read $WORK/roots.json;"
	cp -a "$STORE" "$WORK/theirs3/store"
	chown -R nobody "$WORK/theirs3/store"
	cp -a "$STORE" "$WORK/roots"
	chmod 700 "$WORK/roots"
	expect_code 5 "$SYNC" search --sandbox=off --store "$WORK/theirs3/store" --store "$WORK/roots" cloud
	said "may not read $WORK/roots;"
	only_confined
	chmod 600 "$file"
	expect_code 0 "$SYNC" probe --source table --from "$file"
	fails grep 'may not read' "$WORK/.said"
}
test_case "root's file that the command's user may not read: without Landlock a sentence says why" unreadable_to_nobody

half_of_root() {
	only_root
	cp -a "$STORE" "$WORK/half"
	chown nobody "$WORK/half"
	expect_code 5 "$SYNC" prune --store "$WORK/half" --keep 400d
	said "half/.*: Permission denied"
	said "parts of it belong to another user than its owner; as root, 'chown -R --reference=$WORK/half $WORK/half' gives"
	chown -R --reference="$WORK/half" "$WORK/half"
	expect_code 0 "$SYNC" prune --store "$WORK/half" --keep 400d
}
test_case "a store that belongs to root in part: the sentence says how to give it to its owner" half_of_root

reads_confined() { # FILE COMMAND…: the file is opened for reading only behind the sandbox
	local file=$1 opened entered
	shift
	timeout 60 strace -f -o "$WORK/calls" -e trace=open,openat,seccomp "$@" >/dev/null 2>&1
	opened=$(grep -n "$file\"" "$WORK/calls" | grep -v O_PATH | head -n 1 | cut -d: -f1)
	entered=$(grep -n 'SECCOMP_SET_MODE_FILTER.* = 0' "$WORK/calls" | head -n 1 | cut -d: -f1)
	[ -n "$opened" ] && [ -n "$entered" ] && [ "$entered" -lt "$opened" ] || {
		echo "$file: opened at line ${opened:-none}, the sandbox entered at ${entered:-none}: $*"
		return 1
	}
}
sandbox_first() {
	only_confined
	command -v strace >/dev/null || skip "needs strace"
	xz -k <"$WORK/list.json" >"$WORK/packed.json.xz"
	reads_confined packed.json.xz "$SYNC" import-history --store "$WORK/first" --source fedramp "$WORK/packed.json.xz"
	[ -e "$WORK/first/current" ]
	reads_confined list.json "$SYNC" pull --store "$WORK/first" --source fedramp --from "$WORK/list.json"
	"$SYNC" keygen --key "$WORK/key" >/dev/null
	reads_confined state "$SYNC" pull --store "$WORK/first" --source fedramp --from "$WORK/list.json"
	reads_confined state "$SYNC" prune --store "$WORK/first" --keep 400d
	reads_confined state "$SYNC" upgrade --store "$WORK/first"
	reads_confined state "$SYNC" status --store "$WORK/first"
	reads_confined state "$SYNC" stamps --store "$WORK/first"
	reads_confined state "$SYNC" export --store "$WORK/first" "$WORK/first.tree"
	reads_confined state "$SYNC" publish --store "$WORK/first" --to "$WORK/first.web" --key "$WORK/key"
	reads_confined state "$SYNC" evidence --store "$WORK/first" --service NO-1 --at "$(sqlite3 "$WORK/first/current" 'SELECT max(day) FROM generation')" \
		--key "$WORK/key" --out "$WORK/first.tar"
	reads_confined first.tar "$SYNC" evidence --verify "$WORK/first.tar" --pubkey "$WORK/key.pub"
}
test_case "nothing of a store or a publication is read before the sandbox is entered" sandbox_first

driver_sandbox_first() {
	only_confined
	only_root
	command -v strace >/dev/null || skip "needs strace"
	can_mount || skip "nothing can be mounted here"
	timeout 60 strace -f -o "$WORK/calls" -e trace=open,openat,seccomp,execve "$DRIVER" -f "$STORE" "$M" 2>/dev/null &
	local tracer=$! i opened entered
	for ((i = 0; i < 200; i++)); do [ -s "$M/README" ] && break; sleep 0.05; done
	[ -s "$M/README" ]
	unmount "$M"
	wait "$tracer" || true
	opened=$(grep -n '"state"' "$WORK/calls" | head -n 1 | cut -d: -f1)
	entered=$(grep -n 'SECCOMP_SET_MODE_FILTER.* = 0' "$WORK/calls" | tail -n 1 | cut -d: -f1)
	[ "$entered" -lt "$opened" ]
	fails grep -n 'generations/.*O_RDWR' "$WORK/calls"
}
test_case "the driver reads its store in its sandbox alone" driver_sandbox_first

finish
