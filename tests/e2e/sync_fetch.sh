#!/usr/bin/env bash
# Where publications come from: files, pipes, addresses.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

python3 "$TOP/tests/publications/interchange.py" --published "$(date -u +%F)" >"$WORK/list.json"
python3 "$TOP/tests/publications/interchange.py" --published "$(date -u +%F)" --without E-0005 >"$WORK/other.json"

# Says 304 to who knows its ETag or its date, and writes down each request.
cat >"$WORK/server.py" <<'PYTHON'
import http.server
import sys

work = sys.argv[1]


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def do_GET(self):
        asked = [self.path] + [f"{name}={self.headers[name]}" for name in
                               ("If-None-Match", "If-Modified-Since", "User-Agent") if self.headers[name]]
        with open(work + "/requests", "a") as file:
            print(*asked, file=file)
        with open(work + "/served.json", "rb") as file:
            body = file.read()
        tag, date = '"%d"' % len(body), "Wed, 01 Jan 2025 00:00:00 GMT"
        known = self.headers["If-None-Match"] == tag or (
            self.path == "/dated" and self.headers["If-Modified-Since"] == date)
        status = 503 if self.path == "/busy" else 404 if self.path == "/gone" else 304 if known else 200
        self.send_response(status)
        if self.path == "/dated":
            self.send_header("Last-Modified", date)
        else:
            self.send_header("ETag", tag)
        if status == 200:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Content-Length", "0")
        self.end_headers()
        if status == 200:
            self.wfile.write(body[:len(body) // 2] if self.path == "/cut" else body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
PYTHON
cp "$WORK/list.json" "$WORK/served.json"
: >"$WORK/requests"
start_server "$WORK/port" python3 "$WORK/server.py" "$WORK"
AT=http://127.0.0.1:$(cat "$WORK/port")

pull() {
	local code=$1 store=$2 from=$3
	shift 3
	expect_code "$code" "$SYNC" pull --retries 0 --store "$WORK/$store" --source interchange --from "$from" "$@"
}

state_of() { sed -n "s/^$2 //p" "$WORK/$1/state"; }

standard_input() {
	"$SYNC" pull --store "$WORK/stdin" --source interchange --from - <"$WORK/list.json"
	# shellcheck disable=SC2002 # a pipe is what is tested
	cat "$WORK/list.json" | "$SYNC" pull --store "$WORK/pipe" --source interchange --from -
	: | "$SYNC" pull --store "$WORK/pipe" --source interchange --from - && return 1
	expect_code 0 "$SYNC" verify --store "$WORK/pipe"
}

fifo() {
	mkfifo "$WORK/a.fifo"
	timeout 20 sh -c "cat '$WORK/list.json' >'$WORK/a.fifo'" &
	pull 0 fifo "$WORK/a.fifo"
	wait $!
	pull 0 substituted <(cat "$WORK/list.json")
}

file_address() {
	mkdir "$WORK/with blank"
	cp "$WORK/list.json" "$WORK/with blank/list.json"
	pull 0 address "file://$WORK/with%20blank/list.json"
	said '^changed'
	pull 0 address "file://localhost$WORK/list.json"
	said '^unchanged'
	cd "$WORK/with blank"
	pull 0 relative list.json
}

packed() {
	local tool suffix
	while read -r tool suffix; do
		command -v "$tool" >/dev/null || continue
		"$tool" -c "$WORK/list.json" >"$WORK/list.json.$suffix" 2>/dev/null
		pull 0 "packed-$suffix" "$WORK/list.json.$suffix"
		said '^changed'
		# By its bytes, not by its name; and the same to the byte as the plain one.
		cp "$WORK/list.json.$suffix" "$WORK/plainly"
		pull 0 "packed-$suffix" "$WORK/plainly"
		said '^unchanged'
		pull 0 "packed-$suffix" "$WORK/list.json"
		said '^unchanged'
		head -c 300 "$WORK/list.json.$suffix" >"$WORK/half.$suffix"
		pull 3 "packed-$suffix" "$WORK/half.$suffix"
		said 'damaged or incomplete'
	done <<-TOOLS
		gzip gz
		xz xz
		zstd zst
	TOOLS
}

no_publication() {
	pull 3 nothing "$WORK/missing.json"
	said 'missing.json can.t be opened: No such file'
	mkdir "$WORK/folder"
	pull 4 nothing "$WORK/folder"
	said 'there is no list'
	pull 2 nothing "file://$WORK/%00"
	pull 2 nothing "ftp://127.0.0.1/list.json"
	pull 2 nothing "gopher://127.0.0.1/"
}

not_over_plain_http() {
	command -v strace >/dev/null || skip "strace is not installed"
	local host
	# Addresses for documentation, of no one; and names that only seem to be this machine's.
	for host in 192.0.2.1 '[2001:db8::1]' example.invalid localhost.example.invalid 0.0.0.0 127.0.0.1.example.invalid \
		'127.0.0.1@192.0.2.1'; do
		# A leak checker cannot look into a process that is traced already.
		ASAN_OPTIONS=detect_leaks=0 expect_code 2 strace -f -qq -e trace=socket,connect,sendto -o "$WORK/calls" \
			"$SYNC" pull --store "$WORK/plain" --source interchange --from "http://$host/list.json"
		if grep -E 'AF_INET6?|:53' "$WORK/calls"; then return 1; fi
	done
}

unreachable() {
	local port
	# A port that was just free.
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	pull 3 away "http://127.0.0.1:$port/list.json"
	pull 3 away "$AT/gone"
	pull 3 away "$AT/busy"
	pull 3 away "$AT/cut"
	[ ! -e "$WORK/away" ]
	expect_code 5 "$SYNC" status --store "$WORK/away"
}

etag() {
	local before after
	pull 0 etag "$AT/tagged"
	said '^changed: generation 1'
	before=$(state_of etag last-success)
	pull 0 etag "$AT/tagged"
	said 'unchanged: the source says that nothing is newer'
	tail -n 1 "$WORK/requests" | grep -q '/tagged If-None-Match="[0-9]*" User-Agent=ismap-sync/'
	after=$(state_of etag last-success)
	[ "$after" -gt "$before" ]
	equal files 1.db "$(ls "$WORK/etag/generations")"
	expect_code 0 "$SYNC" export --store "$WORK/etag" "$WORK/etag.tree"
	equal checked "$(date -u -d "@$((after / 1000))" +%FT%TZ)" "$(cat "$WORK/etag.tree/.registry/checked")"
	equal stale no "$(cat "$WORK/etag.tree/.registry/stale")"
}

last_modified() {
	pull 0 dated "$AT/dated"
	pull 0 dated "$AT/dated"
	said 'unchanged: the source says that nothing is newer'
	tail -n 1 "$WORK/requests" | grep -q '/dated If-Modified-Since=Wed, 01 Jan 2025 00:00:00 GMT'
	equal generations 1 "$("$SYNC" log --store "$WORK/dated" | wc -l)"
}

# A server that has dates only, and knows nothing between two seconds: two versions of one date.
changed_within_a_second() {
	local second
	mkdir "$WORK/www"
	serve_folder "$WORK/www" "$WORK/www.port"
	cp "$WORK/list.json" "$WORK/www/list.json"
	pull 0 second "http://127.0.0.1:$(cat "$WORK/www.port")/list.json"
	second=$(stat -c %Y "$WORK/www/list.json")
	cp "$WORK/other.json" "$WORK/www/list.json"
	touch -d "@$second" "$WORK/www/list.json"
	sleep 1.1
	pull 0 second "http://127.0.0.1:$(cat "$WORK/www.port")/list.json"
	said '^changed: generation 2'
	# What has been the same for long enough isn't sent again.
	touch -d '2 minutes ago' "$WORK/www/list.json"
	pull 0 second "http://127.0.0.1:$(cat "$WORK/www.port")/list.json"
	said 'the same to the byte'
	pull 0 second "http://127.0.0.1:$(cat "$WORK/www.port")/list.json"
	said 'the source says that nothing is newer'
}

changed_behind_the_tag() {
	pull 0 tags "$AT/tagged"
	cp "$WORK/other.json" "$WORK/served.json"
	pull 0 tags "$AT/tagged"
	said '^changed: generation 2'
	pull 0 tags "$AT/tagged"
	said 'nothing is newer'
	cp "$WORK/list.json" "$WORK/served.json"
}

tag_of_another_place() {
	pull 0 places "$AT/tagged"
	pull 0 places "$AT/elsewhere"
	tail -n 1 "$WORK/requests" >"$WORK/last"
	fails grep If-None-Match "$WORK/last"
	said 'the same to the byte'
}

tag_of_a_refused_one() {
	# What was refused must be offered again: its tag may not be remembered.
	pull 0 refused "$AT/tagged"
	echo '{}' >"$WORK/served.json"
	pull 4 refused "$AT/tagged"
	pull 4 refused "$AT/tagged"
	cp "$WORK/list.json" "$WORK/served.json"
	pull 0 refused "$AT/tagged"
}

failure_is_noted() {
	local success
	pull 0 noted "$AT/tagged"
	success=$(state_of noted last-success)
	pull 3 noted "$AT/busy"
	equal success "$success" "$(state_of noted last-success)"
	[ "$(state_of noted last-attempt)" -gt "$success" ]
	expect_code 0 "$SYNC" status --store "$WORK/noted"
	said "^last error +$AT/busy isn.t available now \\(status 503\\); try again later"
	said '^stale +no'
	pull 0 noted "$AT/tagged"
	expect_code 0 "$SYNC" status --store "$WORK/noted"
	said '^last error +none'
}

network_proves_now() {
	python3 "$TOP/tests/publications/interchange.py" --published 2020-01-01 >"$WORK/served.json"
	pull 0 proof "$AT/old"
	expect_code 0 "$SYNC" status --store "$WORK/proof"
	said '^published +2020-01-01'
	said '^stale +no'
	cp "$WORK/list.json" "$WORK/served.json"
}

test_case "- is standard input, a file or a pipe" standard_input
test_case "a FIFO and a process's output are read" fifo
test_case "file:// addresses and plain paths are read" file_address
test_case "gzip, xz and zstd are unpacked; half of one is an error in fetching" packed
test_case "a missing file is 3; a directory and other schemes are 2" no_publication
test_case "http:// to anything but this machine is refused without touching the network" not_over_plain_http
test_case "what can't be fetched whole is 3 and leaves no list" unreachable
test_case "an ETag makes the second request conditional, and the check counts" etag
test_case "so does Last-Modified" last_modified
test_case "a date is no proof while the document may change within its second" changed_within_a_second
test_case "what changed behind the tag is a new generation" changed_behind_the_tag
test_case "the tag of one address isn't told to another" tag_of_another_place
test_case "the tag of a refused publication isn't remembered" tag_of_a_refused_one
test_case "a failed fetch is noted and doesn't count as a check" failure_is_noted
test_case "an answer from the network proves now, however old the list" network_proves_now
finish
