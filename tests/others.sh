#!/usr/bin/env bash
# The mount among other people's programs: what an administrator points at a
# directory works on this one. `make check-others`.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if ! can_mount; then
	echo "skip - other programs: nothing can be mounted here"
	finish
fi

STORE=$WORK/store
M=$WORK/mnt
"$SYNC" init --store "$STORE" --bundled fedramp >/dev/null
mount_store "$STORE" "$M"

needs() { # PROGRAM…
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}

remount() {
	unmount "$M"
	timeout 20 "$DRIVER" "$STORE" "$M"
}

until_true() { # CONDITION: fifteen seconds at most
	local i
	for ((i = 0; i < 300; i++)); do
		eval "$1" && return 0
		sleep 0.05
	done
	echo "never: $1"
	return 1
}

with_rsync() {
	needs rsync
	rsync -a "$M/services" "$M/providers" "$WORK/rsync/"
	# After a remount nothing is new: times, sizes and contents are the registry's.
	remount
	equal "sent again" "" "$(rsync -ai --delete "$M/services" "$M/providers" "$WORK/rsync/")"
	rm -rf "$WORK/rsync"
}
test_case "rsync: a second run over a new mount has nothing to do" with_rsync

with_tar() {
	tar -c -f "$WORK/one.tar" --sort=name -C "$M" services changes tables
	remount
	tar -c -f "$WORK/two.tar" --sort=name -C "$M" services changes tables
	cmp "$WORK/one.tar" "$WORK/two.tar"
	tar -c -g "$WORK/snapshot" -f /dev/null -C "$M" services
	tar -c -g "$WORK/snapshot" -f "$WORK/increment.tar" -C "$M" services
	equal "files in the increment" 0 "$(tar -t -f "$WORK/increment.tar" | grep -vc '/$' || true)"
	rm "$WORK"/*.tar
}
test_case "tar: the same archive from every mount, and an empty increment" with_tar

with_cp() {
	cp -a "$M/services" "$WORK/cp"
	diff -r --no-dereference "$M/services" "$WORK/cp"
	equal "times" "$(cd "$WORK/cp" && find . -printf '%P %T@\n' | sort | sha256sum)" \
		"$(cd "$M/services" && find . -printf '%P %T@\n' | sort | sha256sum)"
	cp -au "$M/services/." "$WORK/cp"
	rm -rf "$WORK/cp"
}
test_case "cp -a: contents, links and times" with_cp

with_find() {
	touch -d 2026-01-01 "$WORK/reference"
	equal "newer than a file" "$(find "$M/services" -newer "$WORK/reference" -name status | wc -l)" \
		"$(find "$M/services" -newermt 2026-01-01 -name status | wc -l)"
	touch -d 2100-01-01 "$WORK/reference"
	equal "newer than the future" 0 "$(find "$M/services" -newer "$WORK/reference" | wc -l)"
}
test_case "find -newer" with_find

with_make() {
	needs make
	printf 'report: %s/services.tsv\n\t@echo made; cp $< $@\n' "$M" >"$WORK/Makefile"
	equal first made "$(make -s -C "$WORK" report)"
	touch "$WORK/report"
	equal second "" "$(make -s -C "$WORK" report)"
	rm "$WORK/report" "$WORK/Makefile"
}
test_case "make: what depends on the list is made once" with_make

with_restic() {
	needs restic
	export RESTIC_REPOSITORY=$WORK/restic RESTIC_PASSWORD=tests RESTIC_CACHE_DIR=$WORK/restic-cache
	restic init -q
	(cd "$M" && restic backup -q services providers)
	remount
	(cd "$M" && restic backup services providers) >"$WORK/restic.said"
	cat "$WORK/restic.said"
	grep -qE '^Files: +0 new, +0 changed' "$WORK/restic.said"
	restic restore -q latest --target "$WORK/restored"
	diff -r --no-dereference "$M/services" "$WORK/restored/services"
	restic check -q
	rm -rf "$WORK/restic" "$WORK/restored"
}
test_case "restic: an unchanged list is unchanged to it, also after a remount" with_restic

with_borg() {
	needs borg
	export BORG_BASE_DIR=$WORK/borg-home BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
	borg init -e none "$WORK/borg"
	# With README, the newest file: borg never trusts the newest, which may still be written.
	(cd "$M" && borg create "$WORK/borg::one" README services providers)
	remount
	(cd "$M" && borg create --list --filter AMCE "$WORK/borg::two" README services providers) >"$WORK/borg.said" 2>&1
	tail -n 20 "$WORK/borg.said"
	equal "read again" 0 "$(grep -vc ' README$' "$WORK/borg.said" || true)"
	mkdir "$WORK/extracted"
	(cd "$WORK/extracted" && borg extract "$WORK/borg::two")
	diff -r --no-dereference "$M/services" "$WORK/extracted/services"
	rm -rf "$WORK/borg" "$WORK/extracted"
}
test_case "borg: likewise" with_borg

with_git() {
	needs git
	export HOME=$WORK GIT_CONFIG_NOSYSTEM=1
	"$SYNC" export --store "$STORE" "$WORK/export" >/dev/null
	git init -q "$WORK/repository"
	git -C "$WORK/repository" config user.email tests@localhost
	git -C "$WORK/repository" config user.name tests
	git -C "$WORK/repository" --work-tree="$WORK/export" add -A
	git -C "$WORK/repository" --work-tree="$WORK/export" commit -q -m list
	[ "$(git -C "$WORK/repository" ls-files | wc -l)" -gt 10000 ]
	"$SYNC" export --store "$STORE" "$WORK/export" >/dev/null
	equal "changed by a second export" "" "$(git -C "$WORK/repository" --work-tree="$WORK/export" status --porcelain)"
	# The mount is the same tree.
	equal "changed in the mount" "" "$(git -C "$WORK/repository" --work-tree="$M" diff --name-only -- services providers)"
	rm -rf "$WORK/repository" "$WORK/export"
}
test_case "git: an export is a work tree; a second one and the mount change nothing" with_git

with_ripgrep() {
	needs rg
	equal "services of level high" "$(rg -l -g level '^high$' "$M/services" | sort)" \
		"$(grep -rl --include=level '^high$' "$M/services" | sort)"
	equal lines "$(rg -i amazon "$M/services.tsv")" "$(grep -i amazon "$M/services.tsv")"
}
test_case "ripgrep finds what grep finds" with_ripgrep

with_fzf() {
	needs fzf
	equal lines "$(fzf --filter="'amazon" --no-sort <"$M/services.tsv")" "$(grep -i amazon "$M/services.tsv")"
}
test_case "fzf --filter" with_fzf

with_mc() {
	needs mc tmux
	local session
	export HOME=$WORK/mc-home TERM=xterm
	mkdir "$HOME"
	screen() { tmux -L "$session" capture-pane -p; }
	session=ismapfs-$$-panels
	tmux -L "$session" -f /dev/null new-session -d -x 120 -y 40 "mc -u -b '$M/services/AGENCYAMAZONEW' '$M'"
	until_true 'screen | grep -q "provider" && screen | grep -q "services.tsv"'
	screen
	screen | grep -q 'status'
	tmux -L "$session" kill-server
	session=ismapfs-$$-viewer
	tmux -L "$session" -f /dev/null new-session -d -x 120 -y 40 "mc -u -b -v '$M/services/AGENCYAMAZONEW/status'"
	until_true 'screen | grep -qx "$(cat "$M/services/AGENCYAMAZONEW/status") *"'
	tmux -L "$session" kill-server
}
test_case "mc: two panels and the viewer" with_mc

with_nginx() {
	needs nginx curl
	local dir=$WORK/nginx port=$((40000 + $$ % 20000)) server at changed
	at=http://127.0.0.1:$port
	mkdir -p "$dir"
	cat >"$dir/nginx.conf" <<-CONF
		$([ "$(id -u)" = 0 ] && echo "user root;")
		pid $dir/pid;
		error_log $dir/error.log;
		events {}
		http {
			access_log off;
			sendfile on;
			default_type text/plain;
			client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/fastcgi;
			uwsgi_temp_path $dir/uwsgi; scgi_temp_path $dir/scgi;
			server { listen 127.0.0.1:$port; root $M; autoindex on; }
		}
	CONF
	nginx -e "$dir/error.log" -c "$dir/nginx.conf" -g 'daemon off;' >"$dir/said" 2>&1 &
	server=$!
	until_true "curl -sf $at/README >/dev/null" || { kill $server; cat "$dir/said" "$dir/error.log"; return 1; }
	curl -sf "$at/services.tsv" | cmp - "$M/services.tsv"
	curl -sf "$at/services/AGENCYAMAZONEW/provider/name" | cmp - "$M/services/AGENCYAMAZONEW/provider/name"
	curl -sf -r 100-199 "$at/services.tsv" | cmp - <(dd if="$M/services.tsv" bs=1 skip=100 count=100 status=none)
	equal "entries of the index" "$(curl -sf "$at/services/" | grep -c '<a href="[^.]')" \
		"$(find "$M/services" -mindepth 1 -maxdepth 1 | wc -l)"
	# What has not changed in the registry is not sent again.
	changed=$(curl -sfI "$at/services.tsv" | sed -n 's/^Last-Modified: \(.*\)\r$/\1/p')
	equal Last-Modified "$(date -d "$changed" +%s)" "$(stat -c %Y "$M/services.tsv")"
	equal status 304 "$(curl -s -o /dev/null -w '%{http_code}' -H "If-Modified-Since: $changed" "$at/services.tsv")"
	kill $server
	wait $server || true
}
test_case "nginx: the mount as a web root, with ranges and Last-Modified" with_nginx

with_plocate() {
	needs plocate updatedb.plocate
	# What updatedb.conf's PRUNEFS names is left out: the manual says to add ours.
	updatedb.plocate -l 0 -U "$M" -o "$WORK/everything.db" --prunefs "proc sysfs" --prunepaths "" --prunenames ""
	plocate -d "$WORK/everything.db" AGENCYAMAZONEW/status | grep -q .
	updatedb.plocate -l 0 -U "$WORK" -o "$WORK/pruned.db" --prunefs "proc sysfs fuse.ismapfs" --prunepaths "" --prunenames ""
	equal "found below the mount" "" "$(plocate -d "$WORK/pruned.db" AGENCYAMAZONEW/status || true)"
	plocate -d "$WORK/pruned.db" "$STORE/state" | grep -q .
}
test_case "plocate: with fuse.ismapfs in PRUNEFS it passes the mount by" with_plocate

finish
