#!/usr/bin/env bash
# The tree as a share of Samba, with the lines of ismapfs(8): what a client lists and reads, and that
# each name is one that Windows can open. `make check` doesn't install Samba, which would go on serving
# files when the tests are over.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
PATH=$PATH:/usr/sbin

if ! can_mount || [ "$(id -u)" != 0 ]; then
	echo "skip - Samba: it serves a mount as root"
	finish
fi
for program in smbd smbclient; do
	command -v $program >/dev/null || {
		echo "skip - Samba: $program isn't installed, and would stay a server on this machine"
		finish
	}
done

STORE=$WORK/store
M=$WORK/mnt
# smbd serves as nobody.
chmod 755 "$WORK"
PORT=$((10000 + $$ % 10000)) # where no port is given out, nor units.sh's
"$SYNC" init --store "$STORE" --bundled fedramp >/dev/null
mount_store "$STORE" "$M" -o allow_other
python3 "$TOP/tests/publications/interchange.py" --hostile >"$WORK/hostile.json"
"$SYNC" pull --store "$WORK/odd" --source interchange --from "$WORK/hostile.json" >/dev/null 2>&1
mount_store "$WORK/odd" "$WORK/odd-mnt" -o allow_other

# The page's share, without a password: [list]; and [odd], of names that try to break out.
write_conf() {
	local dir=$WORK/samba lines
	mkdir -p "$dir"/{private,lock,state,cache,pid,ncalrpc}
	lines=$(sed -n '/^# SHARING WITH WINDOWS/,/^# ENVIRONMENT/p' "$TOP/fs/manual/ismapfs.8.scd" |
		sed -n '/^\[fedramp\]$/,/^```$/{/^\[/d;/^`/d;p}')
	[ "$(wc -l <<<"$lines")" -gt 5 ] || return 1
	{
		printf '[global]\nsmb ports = %s\ninterfaces = 127.0.0.1\nbind interfaces only = yes\n' "$PORT"
		printf 'disable netbios = yes\nmap to guest = Bad User\nload printers = no\nlog file = %s/log\n' "$dir"
		printf '%s dir = %s/%s\n' private "$dir" private ncalrpc "$dir" ncalrpc
		printf '%s directory = %s/%s\n' pid "$dir" pid lock "$dir" lock state "$dir" state cache "$dir" cache
		printf '[list]\n%s\nguest ok = yes\n' "${lines/\/srv\/fedramp/$M}"
		printf '[odd]\n%s\nguest ok = yes\n' "${lines/\/srv\/fedramp/$WORK/odd-mnt}"
	} >"$dir/smb.conf"
	testparm -s "$dir/smb.conf" >"$dir/shown" 2>"$dir/complaints"
	fails grep -iE 'unknown|ignoring' "$dir/complaints"
}

client() { # SHARE COMMANDS
	timeout 30 smbclient -N -p "$PORT" "//127.0.0.1/$1" -c "$2"
}

can_ask() {
	local _
	# smbd makes a session of its own: when it ends, it signals its whole process group.
	for _ in {1..200}; do
		client list "get README $WORK/README" >"$WORK/client" 2>&1 && return 0
		sleep 0.05
	done
	cat "$WORK/client" "$WORK/samba/said" "$WORK"/samba/log*
	return 1
}

reads() {
	cmp "$M/README" "$WORK/README"
	client list "cd services\\AGENCYAMAZONEW; get status $WORK/status" >/dev/null
	cmp "$M/services/AGENCYAMAZONEW/status" "$WORK/status"
	client list "cd services\\AGENCYAMAZONEW\\provider; get name $WORK/name" >/dev/null
	cmp "$M/services/AGENCYAMAZONEW/provider/name" "$WORK/name"
}

refuses_writes() {
	local attempt
	for attempt in "put $WORK/README evil" 'del README' 'cd services\AGENCYAMAZONEW; rename status other'; do
		client list "$attempt" >"$WORK/refused" 2>&1 || true
		grep -qE 'NT_STATUS_(ACCESS_DENIED|MEDIA_WRITE_PROTECTED)' "$WORK/refused"
	done
}

# Samba gives what Windows can't open a name of its own making.
same_names() { # SHARE TREE FOLDER
	client "$1" "cd $3; ls" | sed -nE 's/^  (.*[^ ]) +[A-Z]+ +[0-9]+  [A-Z][a-z]{2} .*/\1/p' |
		grep -vxE '\.\.?' | LC_ALL=C sort >"$WORK/theirs"
	find "$2/$3" -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort >"$WORK/ours"
	[ "$(wc -l <"$WORK/ours")" -gt 1 ]
	diff "$WORK/ours" "$WORK/theirs"
}

lists() {
	local folder
	for folder in services by-name providers by-status; do
		same_names list "$M" $folder
	done
}

lists_odd_names() {
	local folder
	for folder in services by-name providers; do
		same_names odd "$WORK/odd-mnt" $folder
	done
	[ -L "$WORK/odd-mnt/by-name/_nul.txt" ]
	[ -L "$WORK/odd-mnt/by-name/Colon- a-" ]
	[ -L "$WORK/odd-mnt/by-name/Full Stop Co" ]
}

test_case "the lines of the manual are ones that Samba knows" write_conf
smbd -F -s "$WORK/samba/smb.conf" >"$WORK/samba/said" 2>&1 &
CHILDREN+=($!)
test_case "the share answers" can_ask
test_case "files are read, also through links" reads
test_case "nothing can be written" refuses_writes
test_case "each name is shown as it is" lists
test_case "so are names that try to break out" lists_odd_names
finish
