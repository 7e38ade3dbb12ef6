#!/usr/bin/env bash
# A publication costs time and memory in proportion to its bytes, whatever a stranger has written into it. Each case is
# pulled at two sizes (helpers/costs.py). LONG=1: all cases, ten times as large.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

COSTS=$TOP/tests/helpers/costs.py
SIZE=40000
[ -z "${LONG:-}" ] || SIZE=400000

# in_proportion CASE…
in_proportion() {
	[ -z "${SANITIZER_REPORTS:-}" ] || skip "sanitizers take memory of their own"
	mkdir "$WORK/costs"
	python3 "$COSTS" "$SYNC" "$WORK/costs" "$SIZE" "$@"
}

# proportion NAME CASE…
proportion() {
	test_case "$@"
	rm -rf "$WORK/costs"
}

proportion "products, whatever they are called" in_proportion \
	"ids alone" "namesakes" "providers of no letter" "ids of tildes" "long tildes" "marks" "levels" "statuses"
proportion "products that are repeated, missing, or of odd members" in_proportion \
	"repeated products" "missing products" "unread members" "members"
proportion "providers of one slug, and renamed ones" in_proportion \
	"twins of a slug" "more twins of a slug" "renamed providers" "providers of parts"
proportion "a product of many agencies, links or lines" in_proportion \
	"agencies of one" "built on one" "built on each other" "functions" "resources" "events of a product" "certified services"
proportion "changelogs and package overviews" in_proportion \
	"history of one" "delisted" "first changelog" "overviews" "an overview again" "services of an overview"
proportion "a capture of the portal" in_proportion \
	"rows" "labels" "rows of labels" "a statement"
proportion "saved pages of the portal" in_proportion \
	"labels beside rows" "details" "files of details" "joined fields" "rows again"
proportion "saved pages that are copied over and over" in_proportion \
	"a long label" "a label of marks" "tables within" "tags of HTML" "attributes of HTML" \
	"ends of a tag in quotes" "scripts without an end"
proportion "services, providers and fields of the interchange format" in_proportion \
	"a number again" "pairs" "fields" "fields of one" "fields of one, twice" "stated providers" "left"
proportion "lists of the interchange format" in_proportion \
	"agencies" "built on unlisted" "carried" "table" "lines" "controls" "baselines" "declared"
proportion "tables" in_proportion \
	"short rows" "empty cells" "columns" "headings" "headings of marks" "quotes" "rows of no list" "members of rows" "lines of JSON" \
	"short rows of a wide table" "labels of a map"
proportion "what nobody reads" in_proportion \
	"zeros" "empty texts" "empty lists" "short members" "nested"
# 48 times 62 MB would be more than the 1 GB that nothing may take.
SIZE=15500000 proportion "62 MB of texts, of a long cell, of a table's empty rows" in_proportion \
	"controls in texts" "separators" "a column of marks" "empty rows"
SIZE=1000000 proportion "strings of one hash, which the page shares" in_proportion "strings of one hash"
[ -z "${LONG:-}" ] || proportion "all other cases" in_proportion

# memory_of COMMAND…: prints how many MB it took, whatever it ended with; what it says is in $WORK/.said.
memory_of() {
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "w"), stderr=subprocess.STDOUT)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)' "$WORK/.said" "$@"
}

# no_more THAN MB
no_more() {
	[ -n "${SANITIZER_REPORTS:-}" ] || [ "$2" -le "$1" ] || {
		echo "$2 MB of memory, more than $1"
		return 1
	}
}

zeros() {
	python3 -c 'import gzip, sys
with gzip.open(sys.argv[1], "wb", 9) as file:
	file.write(b"{\"x\":[" + b"0," * 33000000 + b"0]}")' "$WORK/zeros.json.gz"
	no_more 160 "$(memory_of "$SYNC" pull --store "$WORK/zeros" --source fedramp --from "$WORK/zeros.json.gz")"
	said 'refused: its JSON holds more than 1000000 values'
}

# publish FIELDS TEXT ABOUT: a list of one service with so many fields of its own and so long texts.
publish() {
	python3 - "$@" >"$WORK/list.json" <<'END'
import json, sys
fields, text, about = map(int, sys.argv[1:])
service = {"number": "A", **{f"extra.{i}": "" for i in range(fields)}}
if text:
	service["description"] = "x" * text
json.dump({"format": "ismapfs-interchange", "version": 1, "published": "2026-01-15", "complete": True,
           "registry": {"name": "list", "title": "List", "time_zone": "UTC", "language": "en"},
           "about": ["x" * about] if about else [], "services": [service]}, sys.stdout)
END
}

limits_of_readers() {
	publish 20 0 1000
	expect_code 0 "$SYNC" pull --store "$WORK/limits" --source interchange --from "$WORK/list.json"
	publish 66000 0 0
	expect_code 4 "$SYNC" pull --store "$WORK/limits" --source interchange --from "$WORK/list.json"
	said 'refused: with it the store would have 66[0-9]+ fields; it can have 65536'
	publish 1 34000000 0
	expect_code 4 "$SYNC" pull --store "$WORK/limits" --source interchange --from "$WORK/list.json"
	said 'refused: one of its values has 34000000 bytes; a file of the tree can have 33554432'
	publish 1 0 600000
	expect_code 4 "$SYNC" pull --store "$WORK/limits" --source interchange --from "$WORK/list.json"
	said 'refused: it says 600001 bytes about itself; README has room for 524288'
	publish 65000 1000000 500000
	expect_code 0 "$SYNC" pull --store "$WORK/limits" --source interchange --from "$WORK/list.json"
	expect_code 0 "$SYNC" verify --store "$WORK/limits"
}

mounted_limits() {
	can_mount || skip "nothing can be mounted here"
	equal README "$(wc -c <"$WORK/exported/README")" "$(wc -c <"$WORK/limits-mounted/README")"
	equal fields 65000 "$(find "$WORK/limits-mounted/services/A" -name 'extra.*' -type f | wc -l)"
}

# A document of 200 MB, which is one chunk of zeros again and again.
huge_document() {
	"$SYNC" init --store "$WORK/huge" --bundled ismap >/dev/null
	sqlite3 "$WORK/huge/current" "UPDATE document SET size = 3200 * 65536 WHERE name = 'services.tsv';
		CREATE TEMP TABLE packed AS SELECT x'$(head -c 65536 /dev/zero | zstd -q -3 --content-size -c | od -An -v -t x1 | tr -d ' \n')' AS bytes;
		DELETE FROM chunk WHERE document = (SELECT id FROM document WHERE name = 'services.tsv');
		WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3199)
		INSERT INTO chunk (document, seq, bytes) SELECT d.id, i, p.bytes FROM document d, n, packed p WHERE d.name = 'services.tsv'"
	no_more 60 "$(memory_of "$SYNC" export --store "$WORK/huge" "$WORK/huge-tree")"
	equal size $((3200 * 65536)) "$(stat -c %s "$WORK/huge-tree/services.tsv")"
}

# Each line of what a terminal shows was looked for in all that followed.
long_line() {
	"$SYNC" init --store "$WORK/lines" --bundled ismap >/dev/null
	head -c 16000000 /dev/zero | tr '\0' x >"$WORK/claim"
	expect_code 6 timeout 60 "$SYNC" check --store "$WORK/lines" --allow-stale --format table "$WORK/claim"
	python3 -c 'print("e" + "\u0301" * 8000000)' >"$WORK/claim"
	expect_code 6 timeout 60 "$SYNC" check --store "$WORK/lines" --allow-stale --format table "$WORK/claim"
}

lines_of_a_map() {
	printf 'ID,Name\n1,a\n' >"$WORK/table.csv"
	printf '[list]\nregistry = x\n[labels]\nnumber = ID\nname = Name\n[values]\n' >"$WORK/map"
	seq 501 | sed 's/.*/extra.a& = v/' >>"$WORK/map"
	expect_code 4 "$SYNC" pull --store "$WORK/mapped" --source table --map "$WORK/map" --from "$WORK/table.csv"
	said '\[values\] has more than 500 lines'
}

test_case "a line of 16 MB, of letters or of marks, is shown in time" long_line
test_case "a map has few lines that are looked at for each row" lines_of_a_map
test_case "64 MB of zeros in 65 kB of gzip are refused before they are parsed" zeros
test_case "what no reader takes is refused, what is just below is verified" limits_of_readers
"$SYNC" export --store "$WORK/limits" "$WORK/exported" >/dev/null 2>&1
can_mount && mount_store "$WORK/limits" "$WORK/limits-mounted" >/dev/null 2>&1
test_case "and a mount shows it, README as long as an export's" mounted_limits
test_case "an export of a huge document takes little memory" huge_document
finish
