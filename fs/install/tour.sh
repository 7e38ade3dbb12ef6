#!/bin/sh
# Loads the bundled lists, mounts them, and shows what can be typed now.
#   tour.sh start BUILD    stores under ./var, mounts under ./mnt
#   tour.sh stop           unmounts them
# Both may be repeated. Where there is no FUSE, the trees are exported instead.
set -eu

lists="ismap fedramp"

is_mounted() {
	awk -v dir="$(realpath "$1")" '$5 == dir && $0 ~ / - fuse\.ismapfs / { found = 1 }
		END { exit !found }' /proc/self/mountinfo
}

can_mount() {
	[ -c /dev/fuse ] || return 1
	[ "$(id -u)" = 0 ] || command -v fusermount3 >/dev/null || return 1
	(: <>/dev/fuse) 2>/dev/null
}

# The file beneath a mount point, seen only while nothing is mounted on it.
mark_unmounted() {
	[ -e "$1/NOT-MOUNTED" ] ||
		echo "ismapfs is not mounted here: 'make run' mounts it." >"$1/NOT-MOUNTED"
}

load() {
	[ -e "var/$1/current" ] || "$build/ismap-sync" init --store "var/$1" --bundled "$1"
}

show_mounted() {
	mkdir -p "mnt/$1"
	if is_mounted "mnt/$1" && ls "mnt/$1" >/dev/null 2>&1; then
		echo "mnt/$1 is mounted already"
		return
	fi
	[ -e "mnt/$1/.registry/uuid" ] && ! is_mounted "mnt/$1" && rm -rf "mnt/$1" && mkdir "mnt/$1"
	ls "mnt/$1" >/dev/null 2>&1 && mark_unmounted "mnt/$1"
	if "$build/ismapfs" "var/$1" "mnt/$1"; then
		echo "mnt/$1 is mounted"
	else
		echo "It cannot be mounted here: the tree is exported as plain files."
		show_exported "$1"
	fi
}

show_exported() {
	rm -f "mnt/$1/NOT-MOUNTED"
	"$build/ismap-sync" export --store "var/$1" "mnt/$1"
	echo "mnt/$1 is exported as plain files"
}

tour() {
	cat <<'TOUR'

These are samples, for trying. ISMAP's is not the list: it is 16 examples from public
sources. Neither has fresh/, by which scripts decide, as nobody compared it with its source.

Try:
  cat mnt/fedramp/README
  ls mnt/fedramp/services | wc -l
  grep -i amazon mnt/fedramp/services.tsv
  cat mnt/fedramp/services/*/status | sort | uniq -c
  ls mnt/fedramp/services/AGENCYAMAZONEW/ mnt/fedramp/services/AGENCYAMAZONEW/controls/
  cat mnt/fedramp/services/AGENCYAMAZONEW/events.tsv
  ls -l mnt/fedramp/by-status/legacy-ready/
  grep -rl High mnt/fedramp/services --include=level.source | wc -l
  head mnt/ismap/services/*/name mnt/ismap/controls/2022-04-01/5.1.1/title
  cat mnt/fedramp/baselines/20x-class-b/controls/*/title
  jq . mnt/ismap/records/services/C21-0008-2.json
  cat mnt/fedramp/at/README mnt/fedramp/at/days
  sqlite3 -column "file:var/fedramp/current?immutable=1" \
      "SELECT status, level, count(*) FROM services GROUP BY 1, 2"
TOUR
}

start() {
	build=$1
	mkdir -p var mnt
	if can_mount; then
		show=show_mounted
	else
		show=show_exported
		echo "This machine offers no FUSE (no usable /dev/fuse): the trees are exported as plain files."
	fi
	for list in $lists; do
		load "$list"
		$show "$list"
	done
	tour
	[ $show = show_exported ] || echo "'make stop' unmounts."
}

stop() {
	for list in $lists; do
		[ -d "mnt/$list" ] || continue
		if is_mounted "mnt/$list"; then
			fusermount3 -u "mnt/$list" 2>/dev/null || umount "mnt/$list"
			echo "mnt/$list is unmounted"
		fi
	done
}

case ${1:-} in
start) start "${2:-build}" ;;
stop) stop ;;
*)
	echo "usage: tour.sh start BUILD | stop" >&2
	exit 2
	;;
esac
