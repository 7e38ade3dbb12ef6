#!/usr/bin/env bash
# What a mirror is given by who means harm, and knows the key: refused in a
# sentence, and what was there stays.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"

three_days

# sign_text JQ-ARGUMENTS…: the head as jq can't write it, from standard input.
sign_text() {
	cat >"$B/head.json"
	sign "$B" "$KEY"
}

nothing_that_others_read_otherwise() {
	copy twice
	sed 's/"generation": 3,/&\n  "generation": 4,/' "$W/head.json" | sign_text
	refused "it states 'generation' twice in one object" "$B"
	sed 's/"object": {/&"size": 1, /' "$W/head.json" | sign_text
	refused "it states 'size' twice in one object" "$B"
}
test_case "a head that states a member twice, which others might read otherwise" nothing_that_others_read_otherwise

a_great_head() {
	copy great
	{ cat "$W/head.json" && head -c 70000 /dev/zero | tr '\0' ' '; } | sign_text
	pull_mirror 3 "$WORK/great-head" "$B"
	said 'head.json is larger than 65536 bytes'
	gzip -c "$B/head.json" >"$B/packed" && mv "$B/packed" "$B/head.json"
	pull_mirror 3 "$WORK/great-head" "$B"
	said '65536 bytes'
}
test_case "a head beyond the limit, packed or not, before it is taken apart" a_great_head

pipes_are_not_waited_for() {
	local name
	copy pipes
	change_head "$B" '.deltas = []'
	for name in "$(object_of)" "$B/signatures/$(sha256sum <"$B/head.json" | cut -c 1-64).minisig" "$B/head.json"; do
		rm "$name"
		mkfifo "$name"
		expect_code 3 timeout 20 "$SYNC" pull --store "$WORK/piped" --source mirror --from "$B" --pubkey "$KEY.pub"
		said 'is not a file$'
	done
}
test_case "a pipe in the place of a file is refused, not waited for" pipes_are_not_waited_for

# put_object FILE: published in the place of the right one, and signed for.
put_object() {
	local sum
	sum=$(sha256sum <"$1")
	cp "$1" "$B/objects/${sum%% *}"
	change_head "$B" --arg sum "${sum%% *}" --argjson size "$(stat -c %s "$1")" \
		'.deltas = [] | .object = {sha256: $sum, size: $size}'
}

# put_file FILE: likewise a generation file.
put_file() {
	local sum
	sum=$(sha256sum <"$1")
	zstd -q -f --content-size -o "$WORK/packed" "$1"
	put_object "$WORK/packed"
	change_head "$B" --arg sum "${sum%% *}" --argjson size "$(stat -c %s "$1")" '.file = {sha256: $sum, size: $size}'
}

signed_but_wrong() {
	copy bomb
	head -c 50000000 /dev/zero | zstd -q --no-check --stream-size=50000000 >"$WORK/bomb.zst"
	put_object "$WORK/bomb.zst"
	refused 'unpacks to more than the [0-9]+ bytes' "$B"
	put_object "$WORK/publication.json"
	refused "can't be unpacked" "$B"
	zstd -q -f --content-size -o "$WORK/packed" "$WORK/publication.json"
	put_object "$WORK/packed"
	refused "can't be unpacked|holds another file" "$B"
	put_file "$WORK/publication.json"
	refused 'its file is not a generation file of ismapfs' "$B"
	put_file "$WORK/origin10/generations/1.db"
	refused 'its file is not the generation that it states' "$B"
}
test_case "what was signed by mistake: a bomb, no database, another generation" signed_but_wrong

# The file of generation 3 with something done to it.
hostile() { # SENTENCE SQL
	cp "$WORK/origin/$(readlink "$WORK/origin/current")" "$WORK/hostile.db"
	# Newer shells are defensive by themselves.
	sqlite3 -cmd '.dbconfig defensive off' "$WORK/hostile.db" "$2" >/dev/null
	copy hostile
	put_file "$WORK/hostile.db"
	refused "$1" "$B"
}

a_hostile_file() {
	local other="its file has another schema than this program's"
	hostile "$other: trigger evil" "CREATE TRIGGER evil AFTER INSERT ON value BEGIN SELECT load_extension('x'); END"
	hostile "$other: view evil" 'CREATE VIEW evil AS SELECT * FROM value'
	hostile "$other: index evil" 'CREATE INDEX evil ON value (text)'
	hostile "$other: table evil" 'CREATE TABLE evil (x)'
	hostile "$other: index touch_gen" 'DROP INDEX touch_gen'
	hostile "$other: view services" 'DROP VIEW services; CREATE VIEW services AS SELECT 1'
	hostile "$other: table value" "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'size >= 0', 'size >= 1') WHERE name = 'value'"
	hostile 'its file is of another version' 'PRAGMA user_version = 7'
	hostile 'its file is not a generation file of ismapfs' 'PRAGMA application_id = 7'
	hostile 'breaks a rule: names are names' "UPDATE presence SET name = '..' WHERE id = (SELECT max(id) FROM presence)"
	hostile 'breaks a rule: links lead' "UPDATE link SET path = '../../etc' WHERE id = (SELECT max(id) FROM link WHERE gen_to IS NULL AND path GLOB '../../services/*')"
	hostile 'breaks a rule: names are names' "UPDATE link SET name = char(10, 27) || '[2J' WHERE id = (SELECT max(id) FROM link)"
	hostile 'breaks a rule: names are names' "UPDATE link SET name = char(155) || '2J' WHERE id = (SELECT max(id) FROM link)"
	hostile 'breaks a rule: names are names' "UPDATE link SET name = 'fdp.' || char(8238) || 'exe' WHERE id = (SELECT max(id) FROM link)"
	hostile 'breaks a rule: names are names' "UPDATE document SET name = 'a' || char(0) || 'b' WHERE id = (SELECT max(id) FROM document)"
	# The right place, by a way that goes out of the tree; and one that only at/ shows.
	hostile 'breaks a rule: links stay in the tree' "UPDATE link SET path = '../../' || path WHERE id = (SELECT max(id) FROM link WHERE gen_to IS NULL AND path GLOB '../../*')"
	hostile 'breaks a rule: links stay in the tree' "UPDATE link SET gen_from = 1, gen_to = 3, path = '../../services/../../../etc' WHERE id = (SELECT max(id) FROM link WHERE gen_to IS NULL AND path GLOB '../../services/*')"
	hostile 'breaks a rule: links stay in the tree' "UPDATE link SET path = hex(zeroblob(2048)) WHERE id = (SELECT l.id FROM link l JOIN entity e ON e.id = l.entity WHERE e.kind = 11)"
	hostile 'breaks a rule: every directory is where its kind belongs' "UPDATE presence SET parent = 1 WHERE id = (SELECT p.id FROM presence p JOIN entity e ON e.id = p.entity WHERE e.kind = 5)"
	hostile 'breaks a rule: every directory is where its kind belongs' "UPDATE presence SET parent = (SELECT id FROM entity WHERE kind = 2 AND key = 'providers') WHERE id = (SELECT p.id FROM presence p JOIN entity e ON e.id = p.entity WHERE e.kind = 5)"
	hostile 'breaks a rule: every directory is where its kind belongs' "UPDATE presence SET kind = 6 WHERE id = (SELECT max(id) FROM presence WHERE kind = 5)"
	hostile 'breaks a rule: values of one field never overlap' "INSERT INTO value (entity, field, gen_from, gen_to, size, text) SELECT entity, field, gen_from, gen_from + 1, 2, 'x' FROM value WHERE id = (SELECT id FROM value WHERE gen_from = 1 AND gen_to IS NULL LIMIT 1)"
	hostile 'breaks a rule: generations follow' "UPDATE generation SET published_at = published_at + 86400000 * 30 WHERE id = 1"
	hostile 'breaks a rule: generations follow' "UPDATE generation SET kept = 0 WHERE id = 3"
	hostile 'breaks a rule: generations follow' "UPDATE generation SET day = '2026-13-12' WHERE id = 3"
	hostile 'breaks a rule: ids fit into inode numbers' "UPDATE value SET id = 1 << 44 WHERE id = (SELECT max(id) FROM value)"
	hostile 'breaks a rule: names are names' "UPDATE field SET name = char(27) || '[2J' WHERE id = 13"
	hostile 'breaks a rule: a directory has a name once' "UPDATE document SET name = 'services', entity = 1 WHERE id = (SELECT max(id) FROM document)"
	hostile 'breaks a rule: documents have all their chunks' "DELETE FROM chunk WHERE rowid = 5"
	hostile 'the document .* is damaged' "UPDATE document SET size = size - 1 WHERE id = 5"
	hostile 'is damaged' "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'touch_gen'"
	hostile "what generation 1 holds isn't what its chain says" "UPDATE store SET uuid = '00000000-0000-4000-8000-000000000000'"
	# What breaks no rule, but was never so.
	hostile "what generation 2 holds isn't what its chain says" "UPDATE generation SET fetched_at = fetched_at + 1 WHERE id = 2"
	hostile "holds isn't what its chain says" "UPDATE value SET text = 'x', size = 2 WHERE id = (SELECT max(id) FROM value WHERE field = 10)"
	hostile "what generation 3 holds isn't what its chain says" "UPDATE generation SET chain = CASE WHEN chain GLOB 'a*' THEN 'b' ELSE 'a' END || substr(chain, 2) WHERE id = 3"
	hostile 'damaged' "UPDATE chunk SET bytes = zeroblob(100) WHERE rowid = 5"
	hostile 'its file is not a generation file of ismapfs' "PRAGMA journal_mode = WAL"
	printf 'more' >>"$WORK/hostile.db"
	copy hostile
	put_file "$WORK/hostile.db"
	refused 'its file is not a generation file of ismapfs' "$B"
}
test_case "a hostile file: another schema, trigger, view, index, names, links, damage" a_hostile_file

# SQLite leaves CHECKs out of what it reads of a file that it can't write.
checks_hold() {
	local change
	for change in "store SET schema_version = 0" "store SET uuid = substr(uuid, 2)" \
		"generation SET published_basis = 'guessed'" "generation SET chain = ''" "source_document SET sha256 = ''" "source_document SET role = ''" "generation SET complete = 2" \
		"generation SET services = -1" "generation SET kept = 2 WHERE id = 1" "generation SET day = '2026-1-10' WHERE id = 1" \
		"field SET type = 'html' WHERE id = 13" "entity SET key = '' WHERE id = 9" \
		"presence SET name = 'a/b' WHERE id = 9" "presence SET name = '' WHERE id = 9" "presence SET gen_to = gen_from WHERE id = 9" \
		"value SET size = size + 1 WHERE id = 9" "value SET gen_to = gen_from WHERE id = 9" \
		"link SET name = 'a/b' WHERE id = 9" "link SET path = '/etc' WHERE id = 9" "link SET path = '' WHERE id = 9" \
		"link SET gen_to = gen_from WHERE id = 9" \
		"change SET kind = 'made' WHERE seq = 1" "change SET relation = 1, field = 13 WHERE seq = 1"; do
		hostile 'breaks a rule: rows are what the schema wants' "PRAGMA ignore_check_constraints = ON; UPDATE $change"
	done
	hostile 'the document .* is damaged' "PRAGMA ignore_check_constraints = ON; UPDATE document SET size = -1 WHERE id = 5"
	hostile 'the document .* is damaged' "PRAGMA ignore_check_constraints = ON; UPDATE chunk SET seq = -1 WHERE rowid = 5"
	hostile 'is damaged: PRAGMA foreign_key_check: value' "UPDATE value SET gen_from = 99 WHERE id = 9"
	# Of a store of one's own likewise.
	rm -rf "$WORK/spoilt"
	cp -a "$WORK/origin" "$WORK/spoilt"
	sqlite3 "$WORK/spoilt/$(readlink "$WORK/spoilt/current")" "PRAGMA ignore_check_constraints = ON; UPDATE value SET size = 9999 WHERE id = 9"
	expect_code 5 "$SYNC" verify --store "$WORK/spoilt"
	said 'breaks a rule: rows are what the schema wants \(first: value 9\)'
}
test_case "a hostile file: what the schema's CHECKs forbid, though SQLite doesn't check them" checks_hold

a_stale_index() {
	hostile 'is damaged: PRAGMA integrity_check' "PRAGMA writable_schema = ON;
		CREATE TEMP TABLE hidden AS SELECT rowid AS r, * FROM main.sqlite_schema WHERE name = 'presence_name_now';
		DELETE FROM main.sqlite_schema WHERE rowid IN (SELECT r FROM hidden); PRAGMA writable_schema = RESET;
		UPDATE presence SET name = 'x' WHERE id = (SELECT max(id) FROM presence); PRAGMA writable_schema = ON;
		INSERT INTO main.sqlite_schema (rowid, type, name, tbl_name, rootpage, sql)
			SELECT r, type, name, tbl_name, rootpage, sql FROM hidden"
}
test_case "a hostile file: an index that says another thing than its table" a_stale_index

# A document of 20 GB in a file that is hardly greater: memory is for one piece of it.
a_file_that_unpacks_to_more() {
	python3 - "$WORK" <<-'EOF'
		import sqlite3, subprocess, sys
		chunk = subprocess.run(["zstd", "-q", "-c", "--no-check"], input=b"\0" * 65536, stdout=subprocess.PIPE, check=True).stdout
		store = sqlite3.connect(sys.argv[1] + "/hostile.db")
		row = store.execute("SELECT id FROM document WHERE size > 65536").fetchone()[0]
		store.execute("DELETE FROM chunk WHERE document = ?", [row])
		store.executemany("INSERT INTO chunk VALUES (?, ?, ?)", ((row, seq, chunk) for seq in range(100000)))
		store.execute("UPDATE document SET size = 100000 * 65536 - 1 WHERE id = ?", [row])
		store.commit()
	EOF
	copy hostile
	put_file "$WORK/hostile.db"
	[ -n "${ASAN_OPTIONS:-}" ] || ulimit -v 2000000
	refused 'the document .* is damaged' "$B"
}

# With every size as CHECK wants it, which counts two bytes for a letter then.
a_file_of_another_encoding() {
	python3 - "$WORK" <<-'EOF'
		import sqlite3, sys
		ours = sqlite3.connect(sys.argv[1] + "/origin/current")
		theirs = sqlite3.connect(sys.argv[1] + "/hostile.db")
		theirs.executescript("PRAGMA encoding = 'UTF-16le'; PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON;")
		theirs.executescript("\n".join(ours.iterdump()))
		theirs.execute("UPDATE value SET size = 2 * (size - 1) + 1 WHERE size > 0")
		theirs.commit()
		for name in "application_id", "user_version":
		    theirs.execute("PRAGMA %s = %d" % (name, ours.execute("PRAGMA " + name).fetchone()[0]))
		assert theirs.execute("PRAGMA encoding").fetchone() == ("UTF-16le",)
		assert theirs.execute("PRAGMA quick_check").fetchone() == ("ok",)
	EOF
	copy hostile
	put_file "$WORK/hostile.db"
	refused 'its file is not a generation file of ismapfs' "$B"
}

cp "$WORK/origin/$(readlink "$WORK/origin/current")" "$WORK/hostile.db"
test_case "a hostile file: a document that unpacks to more than any memory holds" a_file_that_unpacks_to_more
rm "$WORK/hostile.db"
test_case "a hostile file: text that isn't UTF-8" a_file_of_another_encoding
finish
