#!/usr/bin/env bash
# The layout of the code: which folder may include which, who may name a registry, how large a folder may be.
# shellcheck source=lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/lib.sh"

# A folder includes itself and what stands before it in its program's list.
declare -A ORDER=(
	[sync]="util terminal fetch store stage sources render gather pull mirror stamp query evidence cli commands main.c"
	[fs]="store tree kernel mount main.c"
	[include]="common chunk.h days.h digest.h inode.h state.h stale.h store_limits.h store.h vocabulary.h"
)
FILES_MAX=24

# includes ROOT: a line FILE INCLUDED for each include, both from the top. An include's path is one from its
# program's folder or from include/.
includes() {
	cd "$1"
	grep -rnoE --include='*.[ch]' '^#include "[^"]+"' fs sync include |
		sed -E 's/^([^:]+):[0-9]+:#include "(.*)"/\1 \2/' |
		while read -r file path; do
			for folder in "${file%%/*}" include; do
				[ -e "$folder/$path" ] && { echo "$file $folder/$path"; continue 2; }
			done
			echo "$file missing/$path"
		done
}

# place FILE: its folder's number in its program's list.
place() {
	local root=${1%%/*} names number=-1 i
	read -r -a names <<<"${ORDER[$root]}"
	for i in "${!names[@]}"; do
		case $1 in "$root/${names[i]}" | "$root/${names[i]}/"*) number=$i ;; esac
	done
	echo "$number"
}

# The programs know nothing of each other, and include/ nothing of them.
upward() {
	local file path
	includes "$1" | while read -r file path; do
		case $path in missing/*) echo "$file: \"${path#missing/}\" is no path from its program's folder or include/"; continue ;; esac
		if [ "${path%%/*}" != "${file%%/*}" ]; then
			[ "${path%%/*}" = include ] || echo "$file includes $path, of another program"
		elif [ "$(place "$file")" -lt 0 ]; then
			echo "$file is in a folder without a place in the order"
		elif [ "${file%%/*}" != include ] && [ "$(place "$path")" -gt "$(place "$file")" ]; then
			echo "$file includes $path, which stands above it"
		elif [[ $file == include/common/* && $path != include/common/* ]]; then
			echo "$file includes $path, which stands above it"
		fi
	done
}

between_sources() {
	local file path theirs
	includes "$1" | while read -r file path; do
		[[ $file == sync/sources/*/* && $path == sync/sources/*/* ]] || continue
		theirs=${path#sync/sources/}
		[[ $file == sync/sources/${theirs%%/*}/* ]] || echo "$file includes $path, of another source"
	done
}

# A file with its header is a unit.
circles() {
	includes "$1" | sed -E 's/\.[ch]( |$)/\1/g' | awk '$1 != $2' | sort -u | { tsort >/dev/null; } 2>&1
}

# Names of programs, manuals and variables (ismap-sync, ISMAP_SYNC_…) aren't names of registries, and schema.sql's comments are part of
# each store.
named_registries() {
	local names
	cd "$1"
	names=$(grep -rhoE 'const struct registry registry_[a-z0-9_]+' sync/sources | sed 's/.*registry_//' | paste -sd '|')
	[ -n "$names" ] || { echo "there is no registry"; return; }
	find fs sync include -type f ! -path 'sync/sources/*' ! -path '*/install/*' ! -path '*/manual/*' ! -path '*/po/*' \
		! -path '*/debian/*' ! -path '*/rpm/*' ! -name schema.sql ! -name 'README*.md' -exec \
		grep -HniP "(?<![a-z0-9])($names)(?![a-z0-9]|-(sync|interchange|mirror|pull|evidence)\b|_sync_)" {} +
}

large_folders() {
	cd "$1"
	find fs sync include -type f -printf '%h\n' | sort | uniq -c |
		awk -v max=$FILES_MAX '$1 > max {print $2 " has " $1 " files; it needs folders of its own"}'
}

# README.md shows each program's folders in this order.
order_in_readme() {
	local root folders
	for root in sync fs; do
		folders=$(sed -nE "s|^    $root/ +||p" "$1/README.md" | head -n 1)
		[ "$folders main.c" = "${ORDER[$root]}" ] || echo "README.md has for $root/: $folders"
	done
}

keeps() { # RULE: it finds nothing
	local found
	found=$("$1" "$TOP") || true # a search that finds nothing fails
	[ -z "$found" ] || { echo "$found"; return 1; }
}

# finds RULE TEXT: in a tree that breaks every rule.
finds() {
	{ "$1" "$WORK/bad" || true; } | grep -q -- "$2" || { echo "$1 doesn't find: $2"; return 1; }
}

rules_are_alive() {
	local bad=$WORK/bad i
	mkdir -p "$bad"/{fs/{store,odd},include/common,sync/{util,store,commands,sources/{here,there}}}
	echo '#include "common/a.h"' >"$bad/include/a.h"
	echo '#include "a.h"' >"$bad/include/common/a.h"
	echo '#include "store/a.h"' >"$bad/sync/util/a.c"
	printf '#include "store/b.h"\n' >"$bad/sync/store/a.h"
	printf '#include "store/a.h"\n#include "nowhere.h"\n' >"$bad/sync/store/b.h"
	echo '#include "odd/b.h"' >"$bad/fs/odd/a.c"
	: >"$bad/fs/odd/b.h"
	echo 'const struct registry registry_here;' >"$bad/sync/sources/here/here.h"
	echo '#include "sources/here/here.h"' >"$bad/sync/sources/there/a.c"
	echo 'f("here");' >"$bad/sync/commands/a.c"
	for ((i = 0; i < 25; i++)); do : >"$bad/fs/store/$i.c"; done
	printf '    sync/  util store\n    fs/  store tree kernel mount\n' >"$bad/README.md"
	finds order_in_readme 'sync/: util store'
	finds upward 'sync/util/a.c includes sync/store/a.h, which stands above it'
	finds upward 'include/common/a.h includes include/a.h'
	finds upward 'b.h: "nowhere.h" is no path'
	finds upward 'fs/odd/a.c is in a folder without a place'
	finds between_sources 'sync/sources/there/a.c includes sync/sources/here/here.h'
	finds circles 'sync/store/b'
	finds named_registries 'sync/commands/a.c:1:'
	finds large_folders 'fs/store has 25 files'
}

test_case "each rule finds what breaks it" rules_are_alive
test_case "no folder includes one that stands above it" keeps upward
test_case "no source includes another one's files" keeps between_sources
test_case "no files include each other in a circle" keeps circles
test_case "no file outside sync/sources names a registry" keeps named_registries
test_case "README.md shows the folders in their order" keeps order_in_readme
test_case "no folder has more than $FILES_MAX files" keeps large_folders
finish
