#!/usr/bin/env bash
# make install, and the units that it installs.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

PREFIX=$WORK/usr
UNITS=$PREFIX/lib/systemd/system
INSTALL=(make --no-print-directory -s -C "$TOP" -o all "BUILD=$BUILD" "PREFIX=$PREFIX" DESTDIR=)
NAMES='ismap-changed@.path ismap-changed@.service ismap-publish@.path ismap-publish@.service ismap-publish@.timer '\
'ismap-pull@.service ismap-pull@.timer ismap-sync@.service ismapfs@.service '

installed() {
	"${INSTALL[@]}" install
	equal units "$NAMES" "$(find "$UNITS" -type f -printf '%f\n' | sort | tr '\n' ' ')"
	equal programs "ismap-sync ismapfs " "$(find "$PREFIX/bin" -type f -printf '%f\n' | sort | tr '\n' ' ')"
	# Nothing names where it would be by default.
	fails grep -rn /usr/local/ "$UNITS" "$PREFIX/share/doc/ismapfs/README.md"
	"$PREFIX/bin/ismap-sync" --version
}

elsewhere_and_gone() {
	"${INSTALL[@]}" install DESTDIR="$WORK/root" PREFIX=/opt SYSTEMD_DIR=/etc/units SYSUSERS_DIR=/etc/users TMPFILES_DIR=/etc/tmpfiles
	equal units "$NAMES" "$(find "$WORK/root/etc/units" -type f -printf '%f\n' | sort | tr '\n' ' ')"
	grep -q '^ExecStart=/opt/bin/ismap-sync run ' "$WORK/root/etc/units/ismap-sync@.service"
	[ -f "$WORK/root/etc/users/ismapfs.conf" ]
	[ -f "$WORK/root/etc/tmpfiles/ismap-sync.conf" ]
	"${INSTALL[@]}" uninstall DESTDIR="$WORK/root" PREFIX=/opt SYSTEMD_DIR=/etc/units SYSUSERS_DIR=/etc/users TMPFILES_DIR=/etc/tmpfiles
	equal left "" "$(find "$WORK/root" ! -type d)"
}

verified() {
	command -v systemd-analyze >/dev/null || skip "systemd-analyze is not installed"
	expect_code 0 env SYSTEMD_LOG_LEVEL=warning systemd-analyze verify "$UNITS"/*
	equal said "" "$(cat "$WORK/.said")"
}

hardened() {
	local unit
	command -v systemd-analyze >/dev/null || skip "systemd-analyze is not installed"
	systemd-analyze security --help | grep -q -- --offline || skip "systemd-analyze knows no --offline"
	for unit in ismap-sync@.service ismap-pull@.service ismap-publish@.service; do
		# In tenths: 20 of 100, where 100 is a service that may do everything.
		expect_code 0 systemd-analyze security --offline=true --threshold=20 "$UNITS/$unit"
	done
	# What gives a service a mount namespace of its own would hide the mount.
	fails grep -E '^(Private(Tmp|Devices|Mounts|Users)|Protect|ProcSubset|ReadOnly|ReadWrite|Inaccessible|Bind|Temporary|RootDirectory|DynamicUser|StateDirectory|MountFlags)' \
		"$UNITS/ismapfs@.service"
}

# What the programs ask of the kernel, the filters let through.
filters_fit() {
	local unit
	command -v systemd-analyze >/dev/null || skip "systemd-analyze is not installed"
	command -v strace >/dev/null || skip "strace is not installed"
	[[ $BUILD != *sanitize* ]] || skip "a sanitizer asks for more"
	prepare
	systemd-analyze syscall-filter >"$WORK/groups" 2>/dev/null
	for unit in ismap-pull@.service ismap-sync@.service; do
		rm -rf "$WORK/stores/example"
		mkdir -p "$WORK/stores/example"
		# Nobody answers there: all is asked of the kernel but what an answer takes.
		OPTIONS='--tsa http://127.0.0.1:1/' eval \
			"timeout -s TERM 5 strace -f -qq -o '$WORK/calls' $(command_of "$unit" ExecStart)" || [ $? = 124 ]
		[ -e "$WORK/stores/example/current" ]
		[ "$(find "$WORK/stores/example/stamps" -name '*.tsq' | wc -l)" = 1 ]
		# Over the network, too: one that refuses asks for all but the answer.
		FROM=https://127.0.0.1:9/ SOURCE=fedramp OPTIONS='--retries 0' eval \
			"timeout -s TERM 3 strace -f -qq -o '$WORK/more' $(command_of "$unit" ExecStart)" || echo "refused, as it must be"
		cat "$WORK/more" >>"$WORK/calls"
		filter_allows "$unit"
	done
	rm -rf "$WORK/published/example"
	eval "strace -f -qq -o '$WORK/calls' $(command_of ismap-publish@.service ExecStart)"
	filter_allows ismap-publish@.service
	[ "$(id -u)" = 0 ] && can_mount || return 0
	mkdir -p "$WORK/mounts/example"
	chmod 755 "$WORK" "$WORK/stores"
	eval "strace -f -qq -o '$WORK/calls' $(driver_command) &"
	until_true '[ -r "$WORK/mounts/example/services.tsv" ]'
	unmount "$WORK/mounts/example"
	wait
	filter_allows ismapfs@.service
}

# Whether each call in $WORK/calls is in the unit's filter, in the groups of this systemd.
filter_allows() { # UNIT
	python3 - "$WORK/groups" "$UNITS/$1" "$WORK/calls" <<-'PYTHON'
		import re, sys
		groups, unit, calls = (open(name, encoding="utf-8", errors="replace").read() for name in sys.argv[1:])
		members, name = {}, None
		for line in groups.splitlines():
		    word = line.strip()
		    if line.startswith("@"):
		        name = word
		        members[name] = []
		    elif line.startswith(" ") and name and not word.startswith("#"):
		        members[name].append(word)
		def expand(word):
		    return set().union(*(expand(m) for m in members[word])) if word.startswith("@") else {word}
		allowed = expand("@default")
		for value in re.findall("^SystemCallFilter=(.*)$", unit, re.M):
		    words = set().union(*(expand(word) for word in value.lstrip("~").split()))
		    allowed = allowed - words if value.startswith("~") else allowed | words
		# What systemd itself does before the filter holds: execve.
		asked = set(re.findall(r"^\d+ +([a-z0-9_]+)\(", calls, re.M)) - {"execve"}
		assert len(allowed) > 100 and len(asked) > 20, (len(allowed), len(asked))
		print(*sorted(asked - allowed))
		sys.exit(1 if asked - allowed else 0)
	PYTHON
}

# What a unit's KEY runs for the list `example`, with the words as systemd makes them of the
# configuration, a line each; the store and the mount are ours.
command_of() { # UNIT KEY
	local line
	line=$(sed -n "s/^$2=-\?//p" "$UNITS/$1")
	line=${line//%i/example}
	line=${line//\/var\/lib\/ismapfs-published/$WORK/published}
	line=${line//\/var\/lib\/ismapfs/$WORK/stores}
	line=${line//\/srv\/ismapfs/$WORK/mounts}
	# systemd's way to write a dollar.
	echo "${line//\$\$/\$}"
}

# The capabilities that the driver's unit leaves it, as setpriv has them.
unit_capabilities() {
	local name set=-all
	for name in $(sed -n 's/^CapabilityBoundingSet=//p' "$UNITS/ismapfs@.service"); do
		name=${name#CAP_}
		set+=,+${name,,}
	done
	echo "$set"
}

# The driver's, with a user that this machine has.
driver_command() {
	local line
	line=$(command_of ismapfs@.service ExecStart)
	echo "${line/user=ismapfs-mount/user=nobody}"
}

prepare() {
	mkdir -p "$WORK/stores/example" "$WORK/mounts" "$WORK/published"
	[ -e "$WORK/key" ] || "$SYNC" keygen --key "$WORK/key"
	python3 "$TOP/tests/publications/interchange.py" --services 4 >"$WORK/list.json"
	printf '# of the tests\nSOURCE=interchange\nFROM=%s\nEVERY=1h\nOPTIONS=--retries 2 --loss-limit 30\nMOUNT_OPTIONS=-o max-age=1h\nPUBLISH_OPTIONS=--key %s\n' \
		"$WORK/list.json" "$WORK/key" >"$WORK/example.conf"
	eval "$(sed -n 's/^\([A-Z_]*\)=\(.*\)/\1="\2"/p' "$WORK/example.conf")"
}

pulls() {
	prepare
	# As systemd: ${…} is one word, $… is split.
	eval "timeout 20 $(command_of ismap-pull@.service ExecStart)"
	expect_code 0 "$SYNC" status --store "$WORK/stores/example"
	said '^services +4$'
}

runs() {
	local running i
	prepare
	# timeout is to signal the program, not a shell in between.
	eval "timeout 20 $(command_of ismap-sync@.service ExecStart) >'$WORK/ran' 2>&1 &"
	running=$!
	for ((i = 0; i < 100; i++)); do
		grep -q '^next-try [1-9]' "$WORK/stores/example/state" && break
		sleep 0.1
	done
	cat "$WORK/ran"
	grep -q '^next-try [1-9]' "$WORK/stores/example/state"
	kill "$running"
	wait "$running"
}

users_and_directories() {
	command -v systemd-sysusers >/dev/null || skip "systemd-sysusers is not installed"
	local root=$WORK/system
	mkdir -p "$root/etc" "$root/usr/lib"
	cp -r "$PREFIX/lib/sysusers.d" "$PREFIX/lib/tmpfiles.d" "$root/usr/lib"
	printf 'root:x:0:0::/:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\n' >"$root/etc/group"
	systemd-sysusers --root="$root"
	equal users "ismapfs ismapfs-changed ismapfs-mount ismapfs-publish root " "$(cut -d: -f1 "$root/etc/passwd" | sort | tr '\n' ' ')"
	command -v systemd-tmpfiles >/dev/null || return 0
	[ "$(id -u)" = 0 ] || return 0
	systemd-tmpfiles --root="$root" --create
	equal owner "$(awk -F: '$1 == "ismapfs" { print $3 }' "$root/etc/passwd") 755" "$(stat -c '%u %a' "$root/var/lib/ismapfs")"
	[ -d "$root/etc/ismapfs" ]
}

manager() { # what a service manager would hear, into $WORK/heard
	python3 -c '
import socket, sys
listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listening.bind(sys.argv[1])
print("listening", flush=True)
with open(sys.argv[2], "w") as heard:
    while True:
        print(listening.recv(4096).decode(), file=heard, flush=True)' "$WORK/notify" "$WORK/heard" >"$WORK/listening" &
	MANAGER=$!
	until_true '[ -s "$WORK/listening" ]'
}

until_true() { # CONDITION: ten seconds at most
	local i
	for ((i = 0; i < 200; i++)); do
		eval "$1" && return 0
		sleep 0.05
	done
	echo "never: $1"
	return 1
}

mounts() {
	local pre driver code=0
	can_mount || skip "nothing can be mounted here"
	[ "$(id -u)" = 0 ] || skip "the unit is root's"
	prepare
	chmod 755 "$WORK" "$WORK/stores"
	while read -r pre; do
		eval "$pre"
	done < <(command_of ismapfs@.service ExecStartPre)
	[ -s "$WORK/mounts/example/NOT-MOUNTED" ]
	manager
	# With no more capabilities than the unit leaves it.
	eval "NOTIFY_SOCKET=$WORK/notify WATCHDOG_USEC=400000 setpriv --no-new-privs \
		--bounding-set=$(unit_capabilities) --inh-caps=-all $(driver_command) 2>'$WORK/driver.said' &"
	driver=$!
	until_true 'grep -qx READY=1 "$WORK/heard"'
	equal generation 1 "$(cat "$WORK/mounts/example/.registry/generation")"
	[ -r "$WORK/mounts/example/services.tsv" ]
	[ ! -e "$WORK/mounts/example/NOT-MOUNTED" ]
	equal user "$(id -u nobody)" "$(ps -o uid= -p $driver | tr -d ' ')"
	grep -q '^STATUS=Generation 1, list of 20..-..-..' "$WORK/heard"
	until_true '[ $(grep -cx WATCHDOG=1 "$WORK/heard") -ge 3 ]'
	# It has become another user, and the unit's reload reaches it all the same.
	MAINPID=$driver setpriv --no-new-privs --bounding-set="$(unit_capabilities)" --inh-caps=-all \
		sh -c "$(command_of ismapfs@.service ExecReload)"
	kill $driver
	wait $driver || code=$?
	equal "exit status" 0 $code
	until_true 'grep -qx STOPPING=1 "$WORK/heard"'
	kill "$MANAGER"
	[ -s "$WORK/mounts/example/NOT-MOUNTED" ]
}

publishes() {
	prepare
	eval "timeout 20 $(command_of ismap-pull@.service ExecStart)"
	eval "timeout 20 $(command_of ismap-publish@.service ExecStart)"
	[ -s "$WORK/published/example/head.json" ]
}

# The example includes no server: one around it, as an administrator has.
served_by_nginx() {
	local dir=$WORK/nginx port=$((20000 + $$ % 10000)) at server name
	command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || skip "nginx is not installed"
	command -v curl >/dev/null || skip "curl is not installed"
	[ -s "$WORK/published/example/head.json" ]
	mkdir -p "$dir"
	sed "s|/var/lib/ismapfs-published|$WORK/published|" "$PREFIX/share/doc/ismapfs/examples/nginx-mirror.conf" >"$dir/mirror.conf"
	cat >"$dir/nginx.conf" <<-CONF
		$([ "$(id -u)" = 0 ] && echo "user root;")
		pid $dir/pid;
		events {}
		http {
			access_log off;
			client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/fastcgi;
			uwsgi_temp_path $dir/uwsgi; scgi_temp_path $dir/scgi;
			server { listen 127.0.0.1:$port; include $dir/mirror.conf; }
		}
	CONF
	PATH=$PATH:/usr/sbin nginx -e "$dir/errors" -c "$dir/nginx.conf" -g 'daemon off;' &
	server=$!
	at=http://127.0.0.1:$port/example
	until_true "curl -sf $at/head.json >/dev/null"
	expect_code 0 "$SYNC" pull --store "$WORK/mirror" --source mirror --from "$at" --pubkey "$WORK/key.pub"
	curl -sfI "$at/head.json" | grep -i '^cache-control: max-age=60'
	name=$(cd "$WORK/published/example/objects" && echo *)
	curl -sfI "$at/objects/$name" | grep -i '^cache-control: .*immutable'
	# Nothing else is there for anybody.
	equal "another file's status" 404 "$(curl -s -o /dev/null -w '%{http_code}' "$at/lock")"
	kill $server
	wait $server || true
}

# The administrator's program, once for each change, with what changed since.
runs_after_changes() {
	prepare
	mkdir -p "$WORK/etc" "$WORK/memory"
	cat >"$WORK/etc/example.changed" <<-'SH'
		#!/bin/sh
		[ ! -e "${0%/*}/fail" ] || exit 1
		echo "$LIST ${STORE##*/} ${TREE##*/}"
		cut -f 3,4
	SH
	chmod 755 "$WORK/etc/example.changed"
	rm -rf "$WORK/stores/example"
	pull_services 4
	run_changed
	equal "the first time" "example example example" "$(cat "$WORK/ran")"
	run_changed
	equal "without a change" "" "$(cat "$WORK/ran")"
	pull_services 5
	touch "$WORK/etc/fail"
	fails run_changed
	rm "$WORK/etc/fail"
	run_changed
	cat "$WORK/ran"
	equal "lines after one service more" 2 "$(wc -l <"$WORK/ran")"
	grep -q '^added' "$WORK/ran"
	run_changed
	equal "and then" "" "$(cat "$WORK/ran")"
}

pull_services() { # HOW-MANY
	python3 "$TOP/tests/publications/interchange.py" --services "$1" --published "2025-02-0$1T00:00:00Z" >"$WORK/list.json"
	"$SYNC" pull --quiet --store "$WORK/stores/example" --source interchange --from "$WORK/list.json"
}

run_changed() {
	PATH=$PREFIX/bin:$PATH STATE_DIRECTORY=$WORK/memory ISMAPFS_ETC=$WORK/etc ISMAPFS_STORES=$WORK/stores ISMAPFS_TREES=$WORK/mounts \
		"$PREFIX/lib/ismapfs/run-changed" example >"$WORK/ran"
}

MOUNTS+=("$WORK/mounts/example")
test_case "make install brings programs and units" installed
test_case "into any directory, and out of it again" elsewhere_and_gone
test_case "systemd finds nothing wrong with them" verified
test_case "they may do little; the driver's mount is seen by all" hardened
test_case "users and directories are made by systemd's own tools" users_and_directories

owners_of() { # FOLDER: of all but the folder itself
	find "$1" -mindepth 1 -printf '%U:%G\n' | sort -u | tr '\n' ' '
}

hands_over() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	local lists=$WORK/lists before
	mkdir -p "$lists" "$WORK/elsewhere"
	"$PREFIX/lib/ismapfs/hand-over" "$lists"
	"$SYNC" init --store "$WORK/elsewhere/roots" --bundled ismap >/dev/null
	cp -a "$WORK/elsewhere/roots" "$lists/roots list"
	chown 1234:1235 "$lists"
	# What is no store of root's stays as it is, and so does what links lead to.
	ln -s "$WORK/elsewhere" "$lists/link"
	ln -s "$WORK/elsewhere/roots" "$lists/linked store"
	mkdir -p "$lists/planted" "$lists/folder" "$lists/others/generations"
	chown 1236 "$lists/others"
	ln -s "$WORK/elsewhere/roots/generations" "$lists/planted/generations"
	touch "$lists/folder/file" "$lists/others/generations/1.db"
	before=$(find "$WORK/elsewhere" "$lists/planted" "$lists/folder" "$lists/others" -printf '%p %U:%G\n')
	"$PREFIX/lib/ismapfs/hand-over" "$lists"
	equal "owners of the store" "1234:1235 " "$(owners_of "$lists/roots list")"
	equal "the store's owner" 1234:1235 "$(stat -c %u:%g "$lists/roots list")"
	equal "owners of all else" "$before" "$(find "$WORK/elsewhere" "$lists/planted" "$lists/folder" "$lists/others" -printf '%p %U:%G\n')"
}
test_case "the packages give root's stores to who keeps lists, and nothing that a link leads to" hands_over
test_case "what the timer starts pulls" pulls
test_case "what the service starts runs" runs
test_case "what the driver's unit starts mounts, tells its manager, and ends in peace" mounts
test_case "what the publish unit starts signs and lays out" publishes
test_case "the example for nginx serves it to a mirror" served_by_nginx
test_case "the administrator's program runs once for each change, and again if it failed" runs_after_changes
test_case "the units let through what the programs ask of the kernel" filters_fit
finish
