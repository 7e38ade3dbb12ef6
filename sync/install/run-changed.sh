#!/bin/sh
# For ismap-changed@.service: run-changed LIST. Runs the administrator's /etc/ismapfs/LIST.changed, unless
# the store has the same generation as when the program last succeeded. The program gets, in its environment,
# LIST, its STORE and its TREE; and on its standard input what changed since (`ismap-sync changes`: sequence,
# time, kind, service, field, old value, new value). The first time, that is empty: nothing is known to be new.
set -eu
list=$1
etc=${ISMAPFS_ETC:-/etc/ismapfs} store=${ISMAPFS_STORES:-/var/lib/ismapfs}/$list tree=${ISMAPFS_TREES:-/srv/ismapfs}/$list
cd "$STATE_DIRECTORY"

generation=$(readlink "$store/current")
[ "$generation" != "$(cat generation 2>/dev/null)" ] || exit 0
if [ -e sequence ]; then
	ismap-sync changes --store "$store" --since-seq "$(cat sequence)" >changes
	cp sequence sequence.new
	[ ! -s changes ] || tail -n 1 changes | cut -f 1 >sequence.new
else
	ismap-sync changes --store "$store" | tail -n 1 | cut -f 1 >sequence.new
	[ -s sequence.new ] || echo 0 >sequence.new
	: >changes
fi

LIST=$list STORE=$store TREE=$tree "$etc/$list.changed" <changes

mv sequence.new sequence
echo "$generation" >generation
