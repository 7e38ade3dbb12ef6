#!/usr/bin/env bash
# A store that somebody else made, or changed: nothing of it runs, hangs, leads
# out of its tree or reaches the terminal, whichever command is given it.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
GENERATE=$TOP/tests/publications
STORE=$WORK/store
F=$WORK/foreign
M=$WORK/mount
mkdir -p "$M"
MOUNTS+=("$M")
python3 "$GENERATE/fedramp.py" >"$WORK/list.json"
python3 "$GENERATE/fedramp.py" --day 2025-02-01 --level FR9000000006=Low >"$WORK/next.json"
"$SYNC" pull --quiet --store "$STORE" --source fedramp --from "$WORK/list.json" 2>/dev/null

# foreign SQL: a copy of the store in $F, with its file changed.
foreign() {
	rm -rf --one-file-system "$F"
	cp -a "$STORE" "$F"
	rm -f "$F/digests" # who changes the file changes these too
	[ -z "${1:-}" ] || sqlite3 "$F/$(readlink "$F/current")" "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; $1"
}

# refused PATTERN COMMAND…: exit status 5 in time, with a sentence.
refused() {
	local pattern=$1
	shift
	expect_code 5 timeout -s KILL 20 "$@"
	said "$pattern"
}

# refused_by_all PATTERN: by every command that opens a generation, and by the driver.
refused_by_all() {
	local words
	for words in status log changes dates "check A" "search A" "show A" "diff 2025-01-15 latest" "export $WORK/out" "prune --keep 1" \
		"pull --source fedramp --from $WORK/next.json" \
		"import-history --source fedramp $WORK/next.json"; do
		# shellcheck disable=SC2086 # words
		refused "$1" "$SYNC" ${words%% *} --store "$F" $(cut -s -d' ' -f2- <<<"$words")
	done
	refused "$1" "$SYNC" publish --store "$F" --to "$WORK/web" --key "$WORK/key"
	[ ! -e "$WORK/out" ]
	can_mount || return 0
	refused "$1" "$DRIVER" -f "$F" "$M"
	fails mountpoint -q "$M"
}

another_schema() {
	"$SYNC" keygen --key "$WORK/key" >/dev/null
	foreign "CREATE TRIGGER evil AFTER INSERT ON generation BEGIN
		UPDATE value SET text = 'authorized', size = 11 WHERE field = 13 AND gen_to IS NULL; END"
	refused_by_all "another schema than this program's"
	equal "generations" 1 "$(sqlite3 -readonly "$F/current" 'SELECT count(*) FROM generation')"
	refused "another schema than this program's: trigger evil" "$SYNC" verify --store "$F"
}
test_case "a trigger: every command and the driver refuse the file, and verify names it" another_schema

view_without_end() {
	foreign "DROP VIEW services; CREATE VIEW services AS
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS key, 'x' AS status FROM n"
	refused "another schema" "$SYNC" status --store "$F"
	refused "another schema" "$SYNC" pull --store "$F" --source fedramp --from "$WORK/next.json"
	refused "view services" "$SYNC" verify --store "$F"
	foreign "ALTER TABLE store RENAME TO kept;
		CREATE VIEW store AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT kept.*, i FROM kept, n"
	refused "another schema" "$SYNC" status --store "$F"
	foreign "CREATE TABLE more (x)"
	refused "another schema" "$SYNC" log --store "$F"
	foreign "CREATE INDEX more ON value (text)"
	refused "another schema" "$SYNC" log --store "$F"
	foreign "DROP INDEX $(sqlite3 -readonly "$STORE/current" \
		"SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL LIMIT 1")"
	refused "another schema" "$SYNC" log --store "$F"
}
test_case "a view without end, a table or an index more or less: refused before anything is asked" view_without_end

former_version() {
	foreign "PRAGMA user_version = 1; ALTER TABLE store RENAME TO kept;
		CREATE VIEW store AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT kept.*, i FROM kept, n"
	refused "isn't as ismap-sync made it, so it isn't upgraded" "$SYNC" upgrade --store "$F"
}
test_case "in a file of a former version no view stands for a table" former_version

pipes() {
	local file command
	for file in state shown current generations/1.db; do
		foreign
		rm -f "$F/$file"
		mkfifo "$F/$file"
		for command in status verify log "prune --keep 1" "pull --source fedramp --from $WORK/next.json"; do
			# shellcheck disable=SC2086 # words
			timeout -s KILL 20 "$SYNC" ${command%% *} --store "$F" $(cut -s -d' ' -f2- <<<"$command") \
				>"$WORK/.said" 2>&1 || [ $? -ne 137 ] || {
				echo "$command waits for the pipe $file"
				return 1
			}
		done
		can_mount || continue
		rm -rf --one-file-system "$F"
		cp -a "$STORE" "$F"
		rm -f "$F/$file"
		mkfifo "$F/$file"
		timeout -s KILL 20 "$DRIVER" "$F" "$M" >"$WORK/.said" 2>&1 || [ $? -ne 137 ] || {
			echo "the driver waits for the pipe $file"
			return 1
		}
		case $file in
		state | shown) timeout -s KILL 20 cat "$M/README" >/dev/null ;;
		esac
		mountpoint -q "$M" || continue
		unmount "$M"
	done
}
test_case "a pipe in the place of state, shown, current or a generation hangs nothing" pipes

out_of_the_tree() {
	local change
	mkdir -p "$WORK/outside"
	for change in "UPDATE presence SET name = '../escaped' WHERE parent = 1 AND name = 'services'" \
		"UPDATE presence SET name = '..' WHERE parent = 1 AND name = 'services'" \
		"UPDATE presence SET name = '$WORK/outside/x' WHERE parent = 1 AND name = 'services'" \
		"UPDATE document SET name = '../../escaped' WHERE name = 'services.tsv'" \
		"UPDATE field SET name = '../escaped' WHERE name = 'status'" \
		"UPDATE link SET name = '../escaped' WHERE id = (SELECT min(id) FROM link)" \
		"UPDATE link SET path = '$WORK/outside' WHERE id = (SELECT min(id) FROM link)" \
		"UPDATE link SET path = '../../../../../outside' WHERE id = (SELECT min(id) FROM link)" \
		"UPDATE link SET path = 'x/../../../../../outside' WHERE id = (SELECT min(id) FROM link)" \
		"UPDATE link SET path = '../../x/../../..' WHERE id = (SELECT min(id) FROM link)"; do
		foreign "$change"
		expect_code 5 "$SYNC" export --store "$F" "$WORK/tree"
		said "isn't as ismap-sync makes it" || { echo "$change"; return 1; }
		[ ! -e "$WORK/tree" ]
		[ ! -e "$WORK/escaped" ]
		equal "outside" "" "$(ls -A "$WORK/outside")"
	done
}
test_case "an export writes no file and no link that leads out of it" out_of_the_tree

# Bytes that a terminal obeys. By bytes, not by characters.
is_printable() { # FILE
	[ -s "$1" ]
	LC_ALL=C fails grep -nP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$1"
}

# Bytes that no character begins with: whoever cuts between characters found no place to cut, for ever.
not_utf8() {
	local bytes words
	bytes=$(head -c 3000 /dev/zero | tr '\0' '\277' | od -An -v -t x1 | tr -d ' \n')
	foreign "UPDATE value SET text = CAST(x'$bytes' AS TEXT), size = 3001 WHERE field IN (
			SELECT id FROM field WHERE name IN ('name', 'provider.name', 'description', 'status.source'));
		UPDATE store SET title = CAST(x'$bytes' AS TEXT), title_en = CAST(x'$bytes' AS TEXT)"
	for words in "show FR9000000003" "search --format table FR9" "check --allow-stale --format table FR9000000003" \
		"changes --format table" "dates --format table" "dates --format ics" "changes --format atom" "status" "log"; do
		# shellcheck disable=SC2086 # words
		timeout -s KILL 20 "$SYNC" ${words%% *} --store "$F" $(cut -s -d' ' -f2- <<<"$words") >"$WORK/.said" 2>&1 || [ $? != 137 ]
		[ "$(stat -c %s "$WORK/.said")" -lt 5000000 ] || { echo "$words: endless"; return 1; }
	done
}
test_case "bytes that aren't UTF-8 don't make an answer endless" not_utf8

# Each of them was opened for each other one.
many_generations() {
	foreign
	ln -sfn generations/9999999.db "$F/current"
	python3 -c 'import sys
for number in range(100000, 120000):
	open(f"{sys.argv[1]}/generations/{number}.db", "w").close()' "$F"
	timeout 20 "$SYNC" status --store "$F" >"$WORK/.said" 2>&1 || [ $? = 5 ]
	said "9999999.db, which is missing, and no other generation is whole"
	# Few of them: the newest that is whole counts, as before.
	find "$F/generations" -size 0 -delete
	touch "$F/generations/100000.db"
	expect_code 0 "$SYNC" status --store "$F"
	said "which is missing; generations/1.db counts instead"
}
many_refused() {
	foreign
	mkdir -m 700 "$F/rejected"
	python3 -c 'import sys
for number in range(20000):
	open(f"{sys.argv[1]}/rejected/{number}", "w").close()' "$F"
	echo '{}' >"$WORK/refused.json"
	expect_code 4 timeout 20 "$SYNC" pull --store "$F" --source fedramp --from "$WORK/refused.json"
	[ "$(find "$F/rejected" -type f | wc -l)" -lt 20000 ]
}
test_case "20,000 refused publications: some are removed, and the pull ends" many_refused

pipe_in_an_export() {
	mkdir -p "$WORK/exported/.registry"
	mkfifo "$WORK/exported/.registry/uuid"
	refused 'is there already and is not an export of this store' "$SYNC" export --store "$STORE" "$WORK/exported"
}
test_case "a pipe in the place of an export's uuid: refused" pipe_in_an_export

test_case "20,000 files in a generation's place: one look at each" many_generations

# mounted_shows SQL NAME: what a mount of a changed store shows leads nowhere else, and no name begins so.
mounted_shows() {
	foreign "$1"
	timeout 20 "$DRIVER" "$F" "$M"
	python3 - "$M" "$2" >"$WORK/shown" <<-'PYTHON' || { echo "$1"; return 1; }
		import os, sys
		top, unwanted = sys.argv[1:]
		for place, folders, files in os.walk(top):
		    for name in folders + files:
		        path = os.path.join(place, name)
		        link = os.readlink(path) if os.path.islink(path) else ""
		        print(name, link)
		        whole = os.path.normpath(os.path.join(place, link))
		        if name.startswith(unwanted) or not (whole + "/").startswith(top + "/"):
		            sys.exit(f"{path} -> {link}")
	PYTHON
	LC_ALL=C is_printable "$WORK/shown" || { echo "$1"; return 1; }
	unmount "$M"
}

shown_by_the_driver() {
	can_mount || skip "nothing can be mounted here"
	local path first="id = (SELECT min(id) FROM link WHERE gen_to IS NULL)"
	for path in "$WORK/outside" ../../../../../outside x/../../../../../outside ../../x/../../.. .. ../../../.. \
		"../../services/" "../../a//b" "x' || char(0) || '../outside"; do
		mounted_shows "UPDATE link SET path = '$path' WHERE $first" nothing
	done
	mounted_shows "UPDATE link SET path = path || char(27) || '[2J' WHERE $first" nothing
	mounted_shows "UPDATE link SET name = 'led' || char(0x202e) WHERE $first" led
	mounted_shows "UPDATE presence SET name = 'esc' || char(27) || ']0;x' || char(7) WHERE parent = 1 AND name = 'services'" esc
	mounted_shows "UPDATE presence SET name = CAST(x'6c6f6e659b' AS TEXT) WHERE parent = 1 AND name = 'services'" lone
	# A directory where its kind can't be, so that its links would climb too far.
	mounted_shows "UPDATE presence SET parent = 1, name = 'risen' WHERE entity = (SELECT id FROM entity WHERE key = 'FR9000000006')" risen
	mounted_shows "UPDATE presence SET kind = 2, parent = 1, name = 'risen' WHERE entity = (SELECT id FROM entity WHERE key = 'FR9000000006')" nothing
}
test_case "the driver shows no link that leads out of its tree, and no name that moves a terminal" shown_by_the_driver

terminal() {
	local format evil="char(27) || ']0;owned' || char(7) || char(27) || '[2J' || char(0x9b) || '31m' || char(0x202e) || 'x' || char(10) || 'stale no'"
	foreign "UPDATE store SET registry = 'r' || $evil, title = 't' || $evil;
		UPDATE generation SET source = 's' || $evil;
		UPDATE source_document SET location = 'l' || $evil;
		UPDATE value SET text = 'v' || $evil WHERE gen_to IS NULL;
		INSERT INTO change (gen, kind, entity, field, new_value)
			SELECT 1, 'changed', entity, field, id FROM value WHERE field = 13 LIMIT 3"
	printf 'last-error \033]0;owned\007\302\2331m\342\200\256x\n' >>"$F/state"
	"$SYNC" status --store "$F" >"$WORK/printed"
	is_printable "$WORK/printed"
	grep -q '^registry  *r?\]0;owned??\[2J?31m?x?stale no (t?' "$WORK/printed"
	grep -q '^last error  *?\]0;owned???1m???x' "$WORK/printed"
	equal "lines about stale" 1 "$(grep -c '^stale' "$WORK/printed")"
	"$SYNC" log --store "$F" >"$WORK/printed"
	is_printable "$WORK/printed"
	equal "lines of the log" 1 "$(wc -l <"$WORK/printed")"
	for format in tsv json; do
		"$SYNC" changes --store "$F" --format "$format" >"$WORK/printed"
		is_printable "$WORK/printed"
		grep -q 'owned' "$WORK/printed"
	done
	"$SYNC" verify --store "$F" >"$WORK/printed" 2>&1 || true
	is_printable "$WORK/printed"
	foreign "UPDATE document SET name = 'd' || $evil WHERE name = 'services.tsv'"
	"$SYNC" verify --store "$F" >"$WORK/printed" 2>&1 || true
	is_printable "$WORK/printed"
}
test_case "escape sequences and what reverses text: question marks, whatever command prints them" terminal

portal() {
	start_server "$WORK/port" python3 -c '
import http.server, json
ESC = "\x1b]0;owned\x07\x1b[2J\x1b[H\u009b31m\u202e"
class Portal(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words): pass
    def do_GET(self):
        body = "<script>g_ck = \x27abc\x27; portal_id = \x27x\x27</script>"
        if "/api/now/sp/page" in self.path:
            row = {"sys_id": "0" * 32, "a" + ESC: "v" + ESC, "number": "C-1"}
            data = {"list" + ESC: [row], "column_labels": {"number": "L" + ESC}}
            body = json.dumps({"result": {"containers": [{"rows": [{"columns": [{"widgets": [
                {"widget": {"id": "w" + ESC, "data": data}}]}]}]}]}})
        body = body.encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
print(server.server_address[1], flush=True); server.serve_forever()'
	timeout 30 "$SYNC" probe --from "http://127.0.0.1:$(cat "$WORK/port")/csm" --delay 1ms >"$WORK/printed" 2>&1 || true
	is_printable "$WORK/printed"
	grep -q 'widget w?\]0;owned' "$WORK/printed"
}
test_case "so is what a portal answers to a probe" portal
finish
