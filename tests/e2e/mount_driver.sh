#!/usr/bin/env bash
# The driver as a file system and as a program: what it refuses, how it begins
# and ends, and that the kernel's less common questions get right answers.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
HELPERS=$TOP/tests/helpers

if ! can_mount; then
	echo "skip - the driver: nothing can be mounted here"
	finish
fi

# Tests run in subshells: what they mount is told to the clean-up before.
for name in main own other others readonly moving second kill "odd, näme" handles; do
	mkdir -p "$WORK/$name"
	MOUNTS+=("$WORK/$name")
done
STORE=$WORK/store
M=$WORK/main
"$SYNC" init --store "$STORE" --bundled fedramp >/dev/null
SERVICE=$(sqlite3 -readonly "$STORE/current" \
	"SELECT key FROM entity WHERE kind = 5 ORDER BY key LIMIT 1" 2>/dev/null || echo AGENCYAMAZONEW)

pid_of() { # MOUNTPOINT: the newest driver's; one before it may not have ended yet
	pgrep -n -f -- "^$DRIVER $STORE $1( |\$)"
}

until_gone() { # PID: five seconds at most; one that only waits to be reaped is gone
	local i
	for ((i = 0; i < 100; i++)); do
		case $(ps -o stat= -p "$1") in '' | Z*) return 0 ;; esac
		sleep 0.05
	done
	echo "process $1 is still there"
	return 1
}

until_mounted() { # MOUNTPOINT
	local i
	for ((i = 0; i < 100; i++)); do
		mountpoint -q "$1" && [ -d "$1/services" ] && return 0
		sleep 0.05
	done
	echo "$1 was not mounted"
	return 1
}

# The clean-up reaches it through the mount, and the test can wait for its end.
foreground() { # MOUNTPOINT OPTION…
	"$DRIVER" -f "$STORE" "$@" 2>"$WORK/stderr" &
	FOREGROUND=$!
	until_mounted "$1"
}

is_ready_at_once() {
	local i
	for ((i = 0; i < 10; i++)); do
		timeout 20 "$DRIVER" "$STORE" "$WORK/own"
		[ -s "$WORK/own/README" ]
		mountpoint -q "$WORK/own"
		unmount "$WORK/own"
	done
}
test_case "when the command returns, the tree can be read" is_ready_at_once

mount_store "$STORE" "$M"
test_case "every change is refused: the file system is read-only" \
	python3 "$HELPERS/attempts.py" "$M" "$M/services/$SERVICE/status" "$M/services/$SERVICE" \
	"$M/services/$SERVICE/provider"

is_mounted_safely() {
	local options
	options=$(findmnt -no OPTIONS "$M")
	for option in ro nosuid nodev noexec default_permissions; do
		[[ ",$options," == *",$option,"* ]] || { echo "no $option in $options"; return 1; }
	done
	equal type "$(findmnt -no FSTYPE "$M")" fuse.ismapfs
	equal source "$(findmnt -no SOURCE "$M")" "$STORE"
	fails "$M/README"
}
test_case "mounted ro,nosuid,nodev,noexec, under its own name" is_mounted_safely

ends_on() { # SIGNAL
	foreground "$WORK/own"
	local code=0
	kill -"$1" "$FOREGROUND"
	wait "$FOREGROUND" || code=$?
	equal "exit status" "$code" 0
	fails mountpoint -q "$WORK/own"
	[ -z "$(ls -A "$WORK/own")" ]
}
test_case "SIGTERM unmounts and ends it, exit status 0" ends_on TERM
test_case "SIGINT does so too" ends_on INT

unmounting_ends_it() {
	foreground "$WORK/own"
	local code=0
	unmount "$WORK/own"
	wait "$FOREGROUND" || code=$?
	equal "exit status" "$code" 0
}
test_case "unmounting ends it, exit status 0" unmounting_ends_it

background_ends() {
	timeout 20 "$DRIVER" "$STORE" "$WORK/own"
	local pid
	pid=$(pid_of "$WORK/own")
	[ -n "$pid" ]
	kill -TERM "$pid"
	until_gone "$pid"
	fails mountpoint -q "$WORK/own"
}
test_case "SIGTERM ends it in the background" background_ends

ends_while_in_use() {
	foreground "$WORK/own"
	local code=0
	exec 7<"$WORK/own/tables/services.csv"
	head -c 10 <&7 >"$WORK/began"
	kill -TERM "$FOREGROUND"
	timeout 10 tail --pid="$FOREGROUND" -f /dev/null
	wait "$FOREGROUND" || code=$?
	exec 7<&-
	equal "exit status" "$code" 0
	fails mountpoint -q "$WORK/own"
}
test_case "SIGTERM ends it while a file is open" ends_while_in_use

takes_over_after_a_crash() {
	timeout 20 "$DRIVER" "$STORE" "$WORK/kill"
	local pid
	pid=$(pid_of "$WORK/kill")
	kill -KILL "$pid"
	until_gone "$pid"
	fails ls "$WORK/kill" 2>/dev/null
	expect_code 0 "$DRIVER" "$STORE" "$WORK/kill"
	said 'crashed'
	[ -s "$WORK/kill/services/$SERVICE/status" ]
	equal mounts "$(grep -c " $WORK/kill " /proc/self/mountinfo)" 1
	# With a slash behind it, after the root's attributes were seen, with a file open.
	exec 7<"$WORK/kill/README"
	pid=$(pid_of "$WORK/kill")
	kill -KILL "$pid"
	until_gone "$pid"
	expect_code 0 "$DRIVER" "$STORE" "$WORK/kill/"
	exec 7<&-
	[ -s "$WORK/kill/services/$SERVICE/status" ]
	unmount "$WORK/kill"
}
test_case "after kill -9 the next one takes the mount point over" takes_over_after_a_crash

refuses_the_store() {
	local place
	mkdir -p "$WORK/above/below"
	cp -a "$STORE" "$WORK/above/below/store"
	ln -s "$WORK/above/below/store" "$WORK/alias"
	for place in store store/generations . ..; do
		expect_code 1 "$DRIVER" "$WORK/above/below/store" "$WORK/above/below/$place"
		said 'must be neither the store nor above nor inside'
	done
	expect_code 1 "$DRIVER" "$WORK/above/below/store" /
	said 'must be neither the store nor above nor inside'
	expect_code 1 "$DRIVER" "$WORK/alias" "$WORK/above/below/store"
	said 'must be neither the store nor above nor inside'
	expect_code 1 "$DRIVER" "$WORK/above/below/store" "$WORK/alias"
	said 'must be neither the store nor above nor inside'
	fails grep " $WORK/above" /proc/self/mountinfo
}
test_case "a mount point over, under or inside the store is refused" refuses_the_store

refuses_bad_places() {
	expect_code 1 "$DRIVER" "$STORE" "$WORK/missing"
	said "$WORK/missing: .*No such file"
	expect_code 1 "$DRIVER" "$STORE" "$STORE/../store/state"
	said "can't be mounted there: "
	: >"$WORK/file"
	expect_code 1 "$DRIVER" "$STORE" "$WORK/file"
	said "$WORK/file: .*Not a directory"
	expect_code 1 "$DRIVER" "$STORE" "$M"
	said "$M: already mounted"
	[ -s "$M/README" ]
	equal mounts "$(grep -c " $M " /proc/self/mountinfo)" 1
}
test_case "no directory, a file, a place in use: a sentence and exit status 1" refuses_bad_places

refuses_bad_stores() {
	mkdir -p "$WORK/empty" "$WORK/damaged/generations" "$WORK/garbled/generations"
	: >"$WORK/file"
	expect_code 5 "$DRIVER" "$WORK/missing" "$WORK/other"
	said "$WORK/missing: .*No such file"
	expect_code 5 "$DRIVER" "$WORK/empty" "$WORK/other"
	said "$WORK/empty"
	expect_code 5 "$DRIVER" "$WORK/file" "$WORK/other"
	said "$WORK/file: .*Not a directory"
	ln -s generations/7.db "$WORK/damaged/current"
	expect_code 5 "$DRIVER" "$WORK/damaged" "$WORK/other"
	echo "not a database" >"$WORK/damaged/generations/7.db"
	expect_code 5 "$DRIVER" "$WORK/damaged" "$WORK/other"
	said "7\.db"
	ln -s /etc/passwd "$WORK/garbled/current"
	expect_code 5 "$DRIVER" "$WORK/garbled" "$WORK/other"
	fails mountpoint -q "$WORK/other"
}
test_case "a store that can't be used: a sentence and exit status 5" refuses_bad_stores
where_children_are_ignored() {
	mkdir -p "$WORK/empty"
	expect_code 5 env --ignore-signal=CHLD "$DRIVER" "$WORK/empty" "$WORK/other"
	said "$WORK/empty"
}
test_case "likewise when started by who ignores SIGCHLD" where_children_are_ignored

refuses_bad_usage() {
	expect_code 2 "$DRIVER"
	said 'usage'
	expect_code 2 "$DRIVER" "$STORE"
	expect_code 2 "$DRIVER" "$STORE" "$WORK/other" more
	expect_code 2 "$DRIVER" "$STORE" "$WORK/other" -x
	said "-x"
	expect_code 2 "$DRIVER" "$STORE" "$WORK/other" --long
	expect_code 2 "$DRIVER" "$STORE" "$WORK/other" -o
	local option
	for option in unknown auto_unmount lang= lang=../x max-age max-age= max-age=7 max-age=0d max-age=-1d \
		max-age=99999d max-age=1w max-age=1dd max-age=9999999999s prefetch= prefetch=yes prefetch prefetch=1 sandbox=ON ro,unknown; do
		expect_code 2 "$DRIVER" "$STORE" "$WORK/other" -o "$option"
		said "-o "
	done
	fails mountpoint -q "$WORK/other"
}
test_case "unknown options and wrong usage: a sentence and exit status 2" refuses_bad_usage

accepts_fstab_options() {
	expect_code 0 "$DRIVER" "$STORE" "$WORK/other" \
		-o ro,nosuid,nofail,_netdev,x-systemd.automount,X-mount.mkdir,max-age=12h,,noatime,dirsync,iversion,mand,silent,nosymfollow,symfollow,default_permissions
	[ -s "$WORK/other/README" ]
	cd "$WORK/other/by-name/$(ls "$WORK/other/by-name" | head -n 1)/"
	cd "$WORK"
	unmount "$WORK/other"
	expect_code 0 "$DRIVER" "$STORE" "$WORK/odd, näme" -o max-age=3650d
	[ -s "$WORK/odd, näme/README" ]
	expect_code 1 "$DRIVER" "$STORE" "$WORK/odd, näme"
	said 'already mounted'
	unmount "$WORK/odd, näme"
}
test_case "what mount(8) passes is accepted; odd names too" accepts_fstab_options

follows_no_links() {
	local link
	if [ "$(id -u)" != 0 ]; then
		expect_code 1 "$DRIVER" "$STORE" "$WORK/other" -o nosymfollow
		said 'takes root'
		fails mountpoint -q "$WORK/other"
		return
	fi
	expect_code 0 "$DRIVER" "$STORE" "$WORK/other" -o nosymfollow
	link=$(find "$WORK/other/by-name" -type l | head -n 1)
	[ -d "$WORK/other/by-name/$(readlink "$link")" ]
	fails ls "$link/" 2>"$WORK/refused"
	grep -q 'Too many levels of symbolic links' "$WORK/refused"
	unmount "$WORK/other"
	# A kernel that can't: refused, with nothing left mounted.
	expect_code 1 env ASAN_OPTIONS=detect_leaks=0 strace -f -o /dev/null -e trace=mount_setattr -e inject=mount_setattr:error=EINVAL \
		"$DRIVER" "$STORE" "$WORK/other" -o nosymfollow
	said 'nosymfollow.*Linux 5.14'
	fails mountpoint -q "$WORK/other"
}
test_case "nosymfollow is done, or refused" follows_no_links

tells_about_itself() {
	expect_code 0 "$DRIVER" -V
	said '^ismapfs [0-9.]+, libfuse [0-9.]+, SQLite [0-9.]+$'
	expect_code 0 "$DRIVER" --version
	expect_code 0 "$DRIVER" -h
	said '^usage: ismapfs STORE MOUNTPOINT'
	fails grep -E '.{81}' "$WORK/.said"
	expect_code 0 "$DRIVER" --help
}
test_case "-V and -h, exit status 0" tells_about_itself

error_of() { # PATH: what the kernel says, as a word
	python3 -c 'import errno, os, sys
try:
    os.lstat(sys.argv[1])
    print("exists")
except OSError as error:
    print(errno.errorcode[error.errno])' "$1"
}
long_name() { # LENGTH
	printf '%*s' "$1" '' | tr ' ' x
}
answers_about_names() {
	local directory
	for directory in "$M" "$M/services" "$M/services/$SERVICE" "$M/.registry" "$M/tables" \
		"$M/by-name" "$M/controls" "$M/records/services"; do
		equal "a missing name in $directory" "$(error_of "$directory/missing")" ENOENT
		equal "255 bytes" "$(error_of "$directory/$(long_name 255)")" ENOENT
		equal "256 bytes" "$(error_of "$directory/$(long_name 256)")" ENAMETOOLONG
		equal "3000 bytes" "$(error_of "$directory/$(long_name 3000)")" ENAMETOOLONG
		equal "not UTF-8" "$(error_of "$directory/"$'\xff\xfe')" ENOENT
		equal "of other case" "$(error_of "$directory/STATUS")" ENOENT
		equal "a wildcard" "$(error_of "$directory/%")" ENOENT
	done
	equal "below a file" "$(error_of "$M/README/x")" ENOTDIR
	[ ! -e "$M/services/$(tr '[:upper:]' '[:lower:]' <<<"$SERVICE")" ]
}
test_case "names that are missing, too long, not UTF-8, below a file" answers_about_names

test_case "listings: tiny buffers, seekdir, telldir, rewinddir, unique positions" \
	python3 "$HELPERS/listing.py" "$M" "$M/services" "$M/services/$SERVICE" \
	"$M/baselines/high/controls" "$M/by-name" "$M/.registry" "$M/.registry/schema" "$M/tables" \
	"$M/records/services" "$M/delisted"

has_unique_inodes() {
	find "$M" -printf '%i\n' | sort | uniq -d >"$WORK/twice"
	[ ! -s "$WORK/twice" ] || { find "$M" -inum "$(head -n 1 "$WORK/twice")"; return 1; }
}
test_case "no inode number stands for two entries" has_unique_inodes

fits_doubles() {
	# Also in the dated trees; stat() and the listing say the same number.
	python3 - "$M" <<-'PYTHON'
	import os, sys
	numbers = {}
	count = 0
	for folder in (sys.argv[1], os.path.join(sys.argv[1], "at/latest/")):
	    for place, folders, files in os.walk(folder):
	        for entry in os.scandir(place):
	            status = entry.stat(follow_symlinks=False)
	            assert entry.inode() == status.st_ino, entry.path
	            assert 0 < status.st_ino < 2**53, entry.path
	            numbers.setdefault(float(status.st_ino), set()).add(status.st_ino)
	            count += 1
	assert count > 20000 and all(len(same) == 1 for same in numbers.values()), count
	PYTHON
}
test_case "inode numbers are below 2^53, also in listings" fits_doubles

refuses_great_ids() {
	cp -r "$STORE" "$WORK/great"
	# As an older program made it, without digests.
	rm "$WORK/great/digests"
	python3 - "$WORK/great/current" <<-'PYTHON'
	import sqlite3, sys
	database = sqlite3.connect(sys.argv[1])
	database.execute("INSERT INTO entity (id, kind, key) VALUES (1 << 26, 5, 'GREAT')")
	database.commit()
	PYTHON
	expect_code 5 "$DRIVER" "$WORK/great" "$WORK/other"
	said 'ids that are too large for inode numbers'
}
test_case "a store with ids beyond the inode numbers is refused" refuses_great_ids

counts_links_well() {
	# find and others may take 2 as "no subdirectories"; 1 is a file system that doesn't count.
	find "$M" -type d -printf '%n\n' | sort -u >"$WORK/links"
	! grep -vx 1 "$WORK/links" || equal subdirectories "$(stat -c %h "$M")" \
		"$(($(find "$M" -mindepth 1 -maxdepth 1 -type d | wc -l) + 2))"
	equal "links of files" "$(find "$M" ! -type d -printf '%n\n' | sort -u)" 1
}
test_case "link counts promise nothing that isn't so" counts_links_well

keeps_inodes_over_remount() {
	timeout 20 "$DRIVER" "$STORE" "$WORK/second"
	find "$WORK/second" -printf '%P %i %T@ %s\n' | sort >"$WORK/before"
	unmount "$WORK/second"
	timeout 20 "$DRIVER" "$STORE" "$WORK/second"
	find "$WORK/second" -printf '%P %i %T@ %s\n' | sort >"$WORK/after"
	unmount "$WORK/second"
	[ "$(wc -l <"$WORK/before")" -gt 10000 ]
	cmp "$WORK/before" "$WORK/after"
}
test_case "inode numbers, times and sizes are the same after a remount" keeps_inodes_over_remount

handles_survive() {
	timeout 20 "$DRIVER" "$STORE" "$WORK/handles"
	python3 "$HELPERS/handles.py" save "$WORK/handles" "$WORK/saved" ||
		skip "this kernel gives no file handles"
	python3 "$HELPERS/handles.py" open "$WORK/handles" "$WORK/saved"
	unmount "$WORK/handles"
	timeout 20 "$DRIVER" "$STORE" "$WORK/handles"
	python3 "$HELPERS/handles.py" open "$WORK/handles" "$WORK/saved"
	unmount "$WORK/handles"
}
if [ "$(id -u)" = 0 ]; then
	test_case "file handles can be opened after a restart; made-up ones can't" handles_survive
else
	echo "skip - file handles: only the superuser may open them"
fi

"$SYNC" export --store "$STORE" "$WORK/export"
test_case "a table: pread, O_DIRECT, mmap, sendfile, splice, sixteen readers at once" \
	python3 "$HELPERS/reading.py" "$M/tables/services.csv" "$WORK/export/tables/services.csv"

many_walkers() {
	local pids=() i pid
	timeout 20 "$DRIVER" "$STORE" "$WORK/own"
	for ((i = 0; i < 16; i++)); do
		(cd "$WORK/own/services" && find . -type f -name 'F[0-9]*' -o -type f -print0 | sort -z |
			xargs -0 cat | sha256sum) >"$WORK/sum-$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	unmount "$WORK/own"
	(cd "$WORK/export/services" && find . -type f -name 'F[0-9]*' -o -type f -print0 | sort -z |
		xargs -0 cat | sha256sum) >"$WORK/sum"
	for ((i = 0; i < 16; i++)); do cmp "$WORK/sum" "$WORK/sum-$i"; done
}
test_case "sixteen walks over a cold tree at once read the same" many_walkers

# ticks PID: the processor's time that it took, in hundredths of a second.
ticks() { echo $(($(cut -d ' ' -f 14,15 "/proc/$1/stat" | tr ' ' '+'))); }

sleeps_when_nobody_asks() {
	local pid before after i
	timeout 20 "$DRIVER" "$STORE" "$WORK/own"
	pid=$(pid_of "$WORK/own")
	(cd "$WORK/own/services" && find . -type f -print0 | sort -z | xargs -0 cat >/dev/null)
	# Others may hold it up: once in ten times half a second without work must be seen.
	for ((i = 0; i < 10; i++)); do
		before=$(ticks "$pid")
		sleep 0.5
		after=$(ticks "$pid")
		[ $((after - before)) -gt 1 ] || break
	done
	[ $i -lt 10 ]
	kill "$pid"
	until_gone "$pid"
	fails mountpoint -q "$WORK/own"
}
test_case "after a walk it sleeps when nobody asks" sleeps_when_nobody_asks

as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
}
others_may_look() {
	chmod 711 "$WORK"
	fails as_nobody ls "$M" 2>/dev/null
	timeout 20 "$DRIVER" "$STORE" "$WORK/others" -o allow_other
	as_nobody cat "$WORK/others/services/$SERVICE/status"
	as_nobody ls "$WORK/others/services" | cmp - <(ls "$M/services")
	# shellcheck disable=SC2016 # the inner shell's
	fails as_nobody sh -c 'echo >>"$1"' - "$WORK/others/README"
	fails as_nobody mkdir "$WORK/others/new"
	fails as_nobody rm -f "$WORK/others/README"
	fails as_nobody touch "$WORK/others/README"
	equal "the file" "$(head -n 1 "$WORK/others/README")" "$(head -n 1 "$M/README")"
	unmount "$WORK/others"
}
# Killed while fusermount3 hasn't mounted yet, which it does then for nobody.
late_mount() {
	command -v strace >/dev/null || skip "strace is not installed"
	command -v fusermount3 >/dev/null || skip "fusermount3 is not installed"
	chmod 755 "$WORK"
	mkdir "$WORK/late"
	cp -a "$STORE" "$WORK/late/store"
	cp "$DRIVER" "$WORK/late/ismapfs"
	mkdir "$WORK/late/m"
	chown -R 65534:65534 "$WORK/late"
	# shellcheck disable=SC2016
	unshare -m bash -e -c '
		mount --make-rprivate /
		cd "$1"
		mkdir dev
		mount -t tmpfs none dev
		mknod -m 666 dev/fuse c 10 229
		cp -p "$(readlink -f "$(command -v fusermount3)")" dev/real
		printf "#!/bin/sh\nsleep 0.5\n%s/dev/real \"\$@\"\ntouch %s/m.done\n" "$1" "$1" >dev/slow
		chmod 755 dev/slow
		chmod 777 .
		mount --bind dev/slow "$(readlink -f "$(command -v fusermount3)")"
		mount --bind dev/fuse /dev/fuse
		nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"; }
		nobody ./ismapfs store m
		nobody test -s m/README
		rm -f m.done
		nobody fusermount3 -u m
		rm -f m.done
		nobody strace -qq -o dev/null -e trace=recvmsg -e inject=recvmsg:signal=KILL:when=1 ./ismapfs -f store m || true
		for i in {1..100}; do [ -e m.done ] && ! grep -qF " $1/m " /proc/self/mountinfo && break; sleep 0.05; done
		[ -e m.done ]
		! grep -F " $1/m " /proc/self/mountinfo
	' - "$WORK/late"
}

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	test_case "killed before fusermount3 mounts: no mount is left" late_mount
	test_case "another user may look with allow_other alone, and never write" others_may_look
else
	echo "skip - another user: needs the superuser and setpriv"
fi

says_without_fuse() {
	unshare -m true 2>/dev/null || skip "a private view of the mounts isn't allowed here"
	mkdir -p "$WORK/nothing"
	# All of it through another name: it may itself lie under /dev.
	# shellcheck disable=SC2016 # the inner shell's
	expect_code 1 unshare -m bash -c 'mount --bind "$1" /mnt && mount --bind /mnt/nothing /dev &&
		exec "$2" /mnt/store /mnt/other' - "$WORK" "$DRIVER"
	said '/dev/fuse|FUSE|fuse'
}
test_case "without /dev/fuse: a sentence and exit status 1" says_without_fuse

store_may_be_readonly() {
	unshare -m true 2>/dev/null || skip "a private view of the mounts isn't allowed here"
	# shellcheck disable=SC2016 # the inner shell's
	timeout 60 unshare -m bash -ec 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"
		if touch "$1/new" 2>/dev/null; then exit 1; fi
		"$2" "$1" "$3"
		[ "$(ls "$3/services" | wc -l)" = 642 ]
		umount "$3"' - "$STORE" "$DRIVER" "$WORK/readonly"
}
test_case "a store on read-only media can be mounted" store_may_be_readonly

store_may_move() {
	cp -a "$STORE" "$WORK/before-moving"
	timeout 20 "$DRIVER" "$WORK/before-moving" "$WORK/moving"
	mv "$WORK/before-moving" "$WORK/moved"
	[ "$(find "$WORK/moving/services" -name status | wc -l)" = 642 ]
	cmp "$WORK/moving/tables/services.csv" "$M/tables/services.csv"
	unmount "$WORK/moving"
}
test_case "a mounted store may be moved" store_may_move
finish
