# What every end-to-end test needs. A test script sources this, runs `test_case
# NAME FUNCTION` for each promise, and ends with `finish`.
#
# Each script gets a directory of its own, which is unmounted and removed when
# it ends, however it ends. BUILD names the folder of the programs under test.

set -u
# Most tests are about lists, not about clocks: their clock is right, and they say so.
export ISMAP_SYNC_CLOCK='now synchronised'
export LC_ALL=C.UTF-8 LANGUAGE= TZ=UTC PYTHONDONTWRITEBYTECODE=1
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${BUILD:-$TOP/build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
SYNC=$BUILD/ismap-sync
DRIVER=$BUILD/ismapfs
DATA=$TOP/../shared/data # real publications, where a checkout has them beside it
# In memory where there is room: the tests write many small files.
if [ -z "${TMPDIR:-}" ] && [ "$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 2000000 ] 2>/dev/null; then
	TMPDIR=/dev/shm
fi
WORK=$(mktemp -d "${TMPDIR:-/tmp}/ismapfs-test.XXXXXX")
FAILED=0
MOUNTS=()
CHILDREN=()

# end_all MOUNTS CHILDREN: unmounts and ends what came after so many of them.
end_all() {
	local i
	for ((i = ${#MOUNTS[@]} - 1; i >= $1; i--)); do
		mountpoint -q "${MOUNTS[i]}" 2>/dev/null || stat "${MOUNTS[i]}" 2>&1 | grep -q 'not connected' || continue
		fusermount3 -u -z "${MOUNTS[i]}" 2>/dev/null || umount -l "${MOUNTS[i]}" 2>/dev/null || true
	done
	for i in "${CHILDREN[@]:$2}"; do
		kill "$i" 2>/dev/null && wait "$i" 2>/dev/null || true
	done
}

clean_up() {
	end_all 0 0
	rm -rf --one-file-system "$WORK"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Runs a test in a subshell with `set -e`, its output shown only when it fails. What it mounts and
# starts ends with it. A test that returns 77 was skipped: it says why on its last line.
test_case() {
	local name=$1 code
	shift
	(
		# shellcheck disable=SC2064 # how many there are now
		trap "end_all ${#MOUNTS[@]} ${#CHILDREN[@]}" EXIT
		set -e
		"$@"
	) >"$WORK/.output" 2>&1 </dev/null
	code=$?
	if [ $code -eq 0 ]; then
		echo "ok - $name"
	elif [ $code -eq 77 ]; then
		echo "skip - $name: $(tail -n 1 "$WORK/.output")"
	else
		echo "not ok - $name (exit $code)"
		sed 's/^/# /' "$WORK/.output" | tail -n 40
		FAILED=$((FAILED + 1))
	fi
}

# counters_of PID FILE NAME…: the sum of these counters of a driver in the foreground, which writes
# them on SIGUSR1 to FILE, where its messages go.
counters_of() {
	local pid=$1 said=$2 before line sum=0 name value i
	shift 2
	before=$(grep -c requests: "$said")
	kill -USR1 "$pid"
	for ((i = 0; i < 1000; i++)); do
		[ "$(grep -c requests: "$said")" -gt "$before" ] && break
		sleep 0.02
	done
	[ "$i" -lt 1000 ] || echo "no counters after 20 s: $said" >&2
	line=$(grep requests: "$said" | tail -n 1)
	for name in "$@"; do
		value=$(grep -oE " $name=[0-9]+" <<<"$line")
		sum=$((sum + ${value#*=}))
	done
	echo "$sum"
}

# start_server FILE COMMAND…: in the background until the test, or outside of one the script, ends. FILE receives what it prints,
# its ports, and has them when this returns; FILE.errors what it complains of.
start_server() {
	local said=$1 _
	shift
	"$@" >"$said" 2>"$said.errors" &
	CHILDREN+=($!)
	for _ in {1..200}; do
		[ -s "$said" ] && return 0
		sleep 0.05
	done
	echo "not up after 10 s: $*"
	cat "$said.errors"
	return 1
}

# serve_folder FOLDER FILE: what is in the folder, over HTTP on loopback; FILE receives the port, as of start_server.
serve_folder() {
	start_server "$2" python3 -c '
import functools, http.server, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_address[1], flush=True)
server.serve_forever()' "$1"
}

# one_day: waits for midnight, UTC's or Japan's, where it is nearer than two minutes, so that a script
# that speaks of today and yesterday sees one day.
one_day() {
	local midnight left
	for midnight in 0 54000; do
		left=$(((midnight + 86400 - $(date +%s) % 86400) % 86400))
		[ "$left" -gt 120 ] || sleep "$((left + 1))"
	done
}

skip() {
	echo "$*"
	exit 77
}

finish() {
	exit $((FAILED > 0))
}

# can_mount: whether this machine lets us mount at all.
can_mount() {
	[ -c /dev/fuse ] && { [ "$(id -u)" = 0 ] || command -v fusermount3 >/dev/null; } &&
		( : <>/dev/fuse ) 2>/dev/null
}

# mount_store STORE DIR [OPTIONS...]: to be called at a script's top level, so
# that the clean-up knows of it.
mount_store() {
	local store=$1 dir=$2
	shift 2
	mkdir -p "$dir"
	MOUNTS+=("$dir")
	timeout 20 "$DRIVER" "$store" "$dir" "$@"
}

# driver_of PATTERN: the newest driver whose whole command line matches. One that was unmounted goes on
# as long as another mount namespace has its mount, such as another test's; and what a driver has just
# forked still has its command line.
driver_of() {
	local pid newest="" all
	all=" $(pgrep -f -x -- "$1" | xargs) "
	for pid in $all; do
		case $all in
		*" $(ps -o ppid= -p "$pid" | tr -d ' ') "*) ;;
		*) newest=$pid ;;
		esac
	done
	[ -n "$newest" ] && echo "$newest"
}

# unmount DIR: waits until the driver is gone from it.
unmount() {
	fusermount3 -u "$1" 2>/dev/null || umount "$1"
}

# expect_code N COMMAND…: the command's exit status is N; its output is in $WORK/.said.
expect_code() {
	local wanted=$1 code=0
	shift
	timeout 120 "$@" >"$WORK/.said" 2>&1 || code=$?
	[ "$code" = "$wanted" ] || {
		echo "exit $code instead of $wanted: $*"
		cat "$WORK/.said"
		return 1
	}
}

# said PATTERN: what the last expect_code's command said matches.
said() {
	grep -qE -- "$1" "$WORK/.said" || {
		echo "nobody said: $1; but:"
		cat "$WORK/.said"
		return 1
	}
}

# fails COMMAND…: it must not succeed. (`! command` alone ends no test: `set -e` lets it pass.)
fails() {
	if "$@"; then
		echo "succeeded: $*"
		return 1
	fi
}

# equal WHAT IS WANTED
equal() {
	[ "$2" = "$3" ] || {
		echo "$1: '$2' instead of '$3'"
		return 1
	}
}
