#!/usr/bin/env bash
# The packages as an administrator meets them: Debians of their own are booted, with their own systemd, in a
# container, and the packages that were built on them do there what the README promises. Takes many minutes,
# root, and the network that apt uses: `make check-boot`.
#
# BOOT_SUITES    which Debians
# BOOT_PACKAGES  a folder with packages that were built before, in one folder for each suite
#
# shellcheck disable=SC2317,SC2016 # test_case calls the functions; what is quoted runs in the machine
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BOOT_SUITES=${BOOT_SUITES:-bookworm trixie}
# Trees are fetched once for each suite.
TREES=$BUILD/boot
ON_DISK=$(mktemp -d /var/tmp/ismapfs-boot.XXXXXX)
MACHINE=$ON_DISK/machine
BUILDER=$ON_DISK/builder

# Only our own container: its process was noted when it was started.
stop_machine() {
	local pid _
	[ -s "$ON_DISK/pid" ] || return 0
	pid=$(cat "$ON_DISK/pid")
	rm "$ON_DISK/pid"
	kill "$pid" 2>/dev/null || return 0
	for _ in {1..100}; do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.2
	done
	kill -KILL "$pid"
}

clean_up_machine() {
	stop_machine
	clean_up
	rm -rf --one-file-system "$ON_DISK"
}
trap clean_up_machine EXIT

until_true() { # SECONDS COMMAND…
	local i seconds=$1
	shift
	for ((i = 0; i < seconds * 5; i++)); do
		"$@" >"$WORK/.tried" 2>&1 && return 0
		sleep 0.2
	done
	echo "not within $seconds s: $*"
	cat "$WORK/.tried"
	return 1
}

# The container's first process, as it is seen from outside.
leader() {
	pgrep -P "$(cat "$ON_DISK/pid")"
}

# In the machine, and no longer than two minutes.
in_machine() {
	timeout 120 nsenter -t "$(leader)" -a -- /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root "$@"
}

shell() { # SCRIPT: its first command that fails fails it
	in_machine sh -ec "$1"
}

is_up() {
	shell 'case $(systemctl is-system-running) in running | degraded) ;; *) exit 1 ;; esac'
}

boot_machine() {
	# nspawn's own filter lacks what the sandbox asks for; a real machine has none.
	local devices=(--bind=/dev/fuse)
	[ ! -c /dev/autofs ] || devices+=(--bind=/dev/autofs)
	SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn -q --boot -D "$MACHINE" --machine="ismapfs-test-$$" --register=no \
		--keep-unit "${devices[@]}" --console=pipe \
		--system-call-filter='landlock_create_ruleset landlock_add_rule landlock_restrict_self' \
		</dev/null >"$ON_DISK/console" 2>&1 &
	echo $! >"$ON_DISK/pid"
}

a_tree() { # SUITE: once; without what a minimal system has not
	[ "$(id -u)" = 0 ] || skip "it takes root"
	[ -c /dev/fuse ] || skip "nothing can be mounted here"
	[ ! -s "$TREES/$1.tar" ] || return 0
	mkdir -p "$TREES"
	timeout 1200 debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates "$1" "$ON_DISK/tree" \
		http://deb.debian.org/debian >"$WORK/.bootstrap" 2>&1 || { tail -n 5 "$WORK/.bootstrap"; skip "no tree could be fetched"; }
	tar -cf "$TREES/$1.new" -C "$ON_DISK/tree" .
	mv "$TREES/$1.new" "$TREES/$1.tar"
	rm -rf --one-file-system "$ON_DISK/tree"
}

needs_tree() {
	[ -s "$TREES/$SUITE.tar" ] || skip "there is no tree"
}

makes_packages() {
	needs_tree
	mkdir -p "$ON_DISK/packages"
	if [ -n "${BOOT_PACKAGES:-}" ]; then
		cp "$BOOT_PACKAGES/$SUITE"/*.deb "$ON_DISK/packages"
		return 0
	fi
	mkdir -p "$BUILDER/src"
	tar -xf "$TREES/$SUITE.tar" -C "$BUILDER"
	tar -c -C "$TOP" --exclude=./build --exclude=./.git . | tar -x -C "$BUILDER/src"
	timeout 3000 systemd-nspawn -q -D "$BUILDER" --machine="ismapfs-build-$$" --register=no --keep-unit --console=pipe \
		--setenv=DEBIAN_FRONTEND=noninteractive --setenv=DEB_BUILD_OPTIONS="parallel=$(nproc)" \
		/bin/sh -ec 'apt-get -q update; apt-get -q -y install make; make -C /src deb; cd /src/build/deb;
			lintian --allow-root --fail-on error,warning ismapfs_*.changes' </dev/null >"$WORK/.made" 2>&1 ||
		{ tail -n 20 "$WORK/.made"; return 1; }
	cp "$BUILDER"/src/build/deb/ismap*_[0-9]*.deb "$ON_DISK/packages"
	rm -f "$ON_DISK"/packages/*dbgsym*
	rm -rf --one-file-system "$BUILDER"
}

# The same packages with a lower version, to upgrade from.
make_previous() {
	local file name
	mkdir -p "$MACHINE/new" "$MACHINE/previous"
	cp "$ON_DISK"/packages/*.deb "$MACHINE/new"
	for file in "$ON_DISK"/packages/*.deb; do
		name=$(dpkg-deb -f "$file" Package)
		rm -rf "$ON_DISK/repack"
		dpkg-deb -R "$file" "$ON_DISK/repack"
		sed -i 's/^Version: .*/Version: 0.0.1/' "$ON_DISK/repack/DEBIAN/control"
		dpkg-deb -b "$ON_DISK/repack" "$MACHINE/previous/$name.deb" >/dev/null
	done
}

# Publications, by http from this machine, whose network the container shares.
publish_list() { # NAME SERVICES DAY
	python3 "$TOP/tests/publications/interchange.py" --services "$2" --registry "$1" --published "$3T00:00:00Z" >"$WORK/lists/$1.new"
	mv "$WORK/lists/$1.new" "$WORK/lists/$1.json"
}

configure() { # NAME LINE…
	local name=$1
	shift
	printf '%s\n' SOURCE=interchange "FROM=http://127.0.0.1:$PORT/$name.json" EVERY=6h OPTIONS= "$@" >"$MACHINE/etc/ismapfs/$name.conf"
}

boots() {
	needs_tree
	compgen -G "$ON_DISK/packages/*.deb" >/dev/null || skip "there are no packages"
	mkdir -p "$MACHINE"
	tar -xf "$TREES/$SUITE.tar" -C "$MACHINE"
	echo 0123456789abcdef0123456789abcdef >"$MACHINE/etc/machine-id"
	echo '127.0.0.1 localhost' >"$MACHINE/etc/hosts"
	make_previous
	boot_machine
	until_true 60 is_up
	shell 'apt-get -q update && apt-get -q -y install --no-install-recommends /previous/*.deb' >"$WORK/.installed" 2>&1 ||
		{ cat "$WORK/.installed"; return 1; }
	equal "units that run" "" "$(shell 'systemctl list-units --no-legend "ismap*"')"
}

needs_machine() {
	[ -s "$ON_DISK/pid" ] || skip "no machine is up"
	[ -x "$MACHINE/usr/bin/ismapfs" ] || skip "nothing is installed"
}

generation() { # NAME NUMBER: the mount shows it
	equal generation "$(in_machine cat "/srv/ismapfs/$1/.registry/generation")" "$2"
}

list_appears() {
	needs_machine
	publish_list one 4 2026-01-01
	configure one
	shell 'systemctl enable --now ismap-sync@one && systemctl enable --now ismapfs@one'
	generation one 1
	shell 'test -s /srv/ismapfs/one/services.tsv; test -d /srv/ismapfs/one/fresh; test ! -e /srv/ismapfs/one/NOT-MOUNTED
		test "$(awk "/^Uid:/ { print \$2 }" "/proc/$(systemctl show -P MainPID ismapfs@one)/status")" = "$(id -u ismapfs-mount)"'
	# As a service they have the whole sandbox.
	fails shell 'journalctl -b -q -u ismapfs@one -u ismap-sync@one | grep -i "this kernel"'
}

timer_pulls() {
	needs_machine
	publish_list two 3 2026-01-01
	configure two
	# The mount may be asked for before there is a list.
	shell 'systemctl enable ismapfs@two && systemctl start --no-block ismapfs@two
		systemctl enable --now ismap-pull@two.timer && systemctl start ismap-pull@two'
	until_true 20 generation two 1
	shell 'systemctl list-timers --no-legend ismap-pull@two.timer | grep -q ismap-pull@two.service'
}

follows() {
	needs_machine
	publish_list one 5 2026-01-02
	in_machine systemctl reload ismap-sync@one
	until_true 20 generation one 2
}

reloads() {
	needs_machine
	local before
	before=$(in_machine systemctl show -P MainPID ismapfs@one)
	in_machine systemctl reload ismapfs@one
	sleep 1
	equal "process" "$(in_machine systemctl show -P MainPID ismapfs@one)" "$before"
	generation one 2
}

restarts() {
	needs_machine
	in_machine systemctl restart ismapfs@one ismap-sync@one
	generation one 2
}

comes_back() {
	[ "$(in_machine systemctl show -P MainPID ismapfs@one)" != "$1" ] && generation one 2
}

is_killed() {
	needs_machine
	local before
	before=$(in_machine systemctl show -P MainPID ismapfs@one)
	in_machine systemctl kill -s KILL --kill-whom=main ismapfs@one
	until_true 20 comes_back "$before"
}

is_aborted() {
	needs_machine
	local before number
	before=$(in_machine systemctl show -P MainPID ismapfs@one)
	number=$(shell 'mountpoint -d /srv/ismapfs/one | cut -d: -f2')
	mkdir "$WORK/fusectl"
	mount -t fusectl fusectl "$WORK/fusectl" || skip "no fusectl here"
	echo 1 >"$WORK/fusectl/$number/abort"
	umount "$WORK/fusectl"
	rmdir "$WORK/fusectl"
	until_true 20 comes_back "$before"
}

by_fstab() {
	needs_machine
	[ -c /dev/autofs ] || skip "no automounts here"
	mkdir -p "$MACHINE/srv/fstab"
	echo '/var/lib/ismapfs/one /srv/fstab fuse.ismapfs ro,allow_other,nofail,x-systemd.automount 0 0' >>"$MACHINE/etc/fstab"
	shell 'systemctl daemon-reload && systemctl start srv-fstab.automount'
	shell 'timeout 20 ls /srv/fstab/services'
	shell 'timeout 20 cat /srv/fstab/.registry/generation'
}

published() { # NUMBER
	equal "published generation" "$(shell 'grep -oE "\"generation\": *[0-9]+" /var/lib/ismapfs-published/one/head.json | head -n 1 |
		grep -oE "[0-9]+$"')" "$1"
}

publishes() {
	needs_machine
	shell 'ismap-sync keygen --key /etc/ismapfs/one.key && chown ismapfs-publish: /etc/ismapfs/one.key
		echo "PUBLISH_OPTIONS=--key /etc/ismapfs/one.key" >>/etc/ismapfs/one.conf
		systemctl enable --now ismap-publish@one.path ismap-publish@one.timer && systemctl start ismap-publish@one'
	published 2
	publish_list one 6 2026-01-03
	in_machine systemctl reload ismap-sync@one
	until_true 20 published 3
	# And a mirror takes it.
	shell 'printf "%s\n" SOURCE=mirror FROM=/var/lib/ismapfs-published/one "OPTIONS=--pubkey /etc/ismapfs/one.key.pub" >/etc/ismapfs/mirror.conf
		systemctl start ismap-pull@mirror && ismap-sync verify --store /var/lib/ismapfs/mirror'
}

is_told() {
	shell 'test -s /srv/share/one/report.html && grep -q added /srv/share/mail'
}

runs_after_changes() {
	needs_machine
	# The example as it comes, and something that takes the place of mail(1).
	mkdir -p "$MACHINE/usr/local/bin" "$MACHINE/srv/share/one"
	printf '#!/bin/sh\necho "$@"\nexec cat >/srv/share/mail\n' >"$MACHINE/usr/local/bin/mail"
	chmod 755 "$MACHINE/usr/local/bin/mail"
	shell 'chown -R ismapfs-changed: /srv/share
		install -m 755 /usr/share/doc/ismap-sync/examples/example.changed /etc/ismapfs/one.changed
		systemctl enable --now ismap-changed@one.path && systemctl start ismap-changed@one
		test -s /srv/share/one/report.html; test ! -e /srv/share/mail'
	publish_list one 7 2026-01-04
	in_machine systemctl reload ismap-sync@one
	until_true 30 is_told
}

# The store of a third list is on a file system that comes late.
late_store() {
	needs_machine
	publish_list three 3 2026-01-01
	configure three
	shell 'systemctl start ismap-pull@three && mkdir /var/late && mv /var/lib/ismapfs/three /var/late && mkdir /var/lib/ismapfs/three'
	printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sleep 8\n' \
		>"$MACHINE/etc/systemd/system/late.service"
	echo '/var/late/three /var/lib/ismapfs/three none bind,_netdev,nofail,x-systemd.requires=late.service 0 0' >>"$MACHINE/etc/fstab"
	in_machine systemctl enable ismapfs@three
}

has_ended() { # PID
	! kill -0 "$1" 2>/dev/null
}

reboots() {
	needs_machine
	local pid
	pid=$(cat "$ON_DISK/pid")
	in_machine systemctl reboot || true
	# nspawn ends, so that whoever keeps it starts it again: we do.
	until_true 60 has_ended "$pid"
	boot_machine
	until_true 90 is_up
	until_true 20 generation one 4
	until_true 20 generation two 1
	until_true 30 generation three 1
	equal "failed units" "" "$(shell 'systemctl list-units --no-legend --plain --state=failed "ismap*"')"
	shell 'timeout 20 ls /srv/fstab/services'
}

upgrades() {
	needs_machine
	shell 'apt-get -q -y install --no-install-recommends /new/*.deb' >"$WORK/.installed" 2>&1 || { cat "$WORK/.installed"; return 1; }
	shell 'for unit in ismapfs@one ismapfs@two ismap-sync@one; do
		systemctl is-active $unit
		readlink /proc/$(systemctl show -P MainPID $unit)/exe
	done' >"$WORK/running"
	cat "$WORK/running"
	fails grep -E 'deleted|previous|^(in)?activ.*ing' "$WORK/running"
	equal "active units" 3 "$(grep -cx active "$WORK/running")"
	generation one 4
	generation two 1
	shell 'timeout 20 ls /srv/fstab/services'
}

is_purged() {
	needs_machine
	shell 'umount /srv/fstab; sed -i /ismapfs/d /etc/fstab; systemctl daemon-reload; systemctl stop srv-fstab.automount || true
		apt-get -q -y purge ismapfs ismap-sync' >"$WORK/.purged" 2>&1 || { cat "$WORK/.purged"; return 1; }
	cat "$WORK/.purged"
	grep -q '^ismap-sync leaves /var/lib/ismapfs:' "$WORK/.purged"
	grep -q '^ismap-sync leaves the user ismapfs:' "$WORK/.purged"
	grep -q '^ismapfs leaves the user ismapfs-mount:' "$WORK/.purged"
	fails shell 'grep ismapfs /proc/self/mounts | grep -v /var/lib/ismapfs'
	fails shell 'for file in /proc/[0-9]*/exe; do readlink "$file" || true; done | grep /ismap'
	equal "left of the units" "" "$(shell 'find /etc/systemd/system -name "ismap*"')"
	shell 'test ! -e /srv/ismapfs && test -e /var/lib/ismapfs/one/current'
}

halts() {
	local pid
	[ -s "$ON_DISK/pid" ] || skip "no machine is up"
	pid=$(cat "$ON_DISK/pid")
	in_machine systemctl poweroff || true
	until_true 60 has_ended "$pid"
	rm "$ON_DISK/pid"
}

mkdir "$WORK/lists"
start_server "$WORK/server" python3 -u -m http.server --bind 127.0.0.1 --directory "$WORK/lists" 0
PORT=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$WORK/server")

for SUITE in $BOOT_SUITES; do
	rm -rf --one-file-system "$MACHINE" "$BUILDER" "$ON_DISK/packages"
	test_case "$SUITE: a minimal tree" a_tree "$SUITE"
	test_case "$SUITE: 'make deb' on it, and lintian has nothing to say" makes_packages
	test_case "$SUITE: it boots; the packages install, and start nothing" boots
	test_case "$SUITE: a list is kept and mounted; it is there, fresh, and confined" list_appears
	test_case "$SUITE: a timer pulls another; a mount that was asked for before waits for it" timer_pulls
	test_case "$SUITE: reload of the service is a look now, and the mount follows" follows
	test_case "$SUITE: reload of the mount" reloads
	test_case "$SUITE: restart of both" restarts
	test_case "$SUITE: a driver that was killed comes back" is_killed
	test_case "$SUITE: a driver whose connection was aborted comes back" is_aborted
	test_case "$SUITE: a line of fstab with x-systemd.automount" by_fstab
	test_case "$SUITE: publishing follows each pull, and a mirror takes it" publishes
	test_case "$SUITE: the administrator's program runs after a change" runs_after_changes
	test_case "$SUITE: a store on a file system that comes late" late_store
	test_case "$SUITE: after a reboot all of it is there" reboots
	test_case "$SUITE: an upgrade runs the new programs, mounts and all" upgrades
	test_case "$SUITE: purged: nothing runs, and what is left is said" is_purged
	test_case "$SUITE: it halts" halts
	stop_machine
done
finish
