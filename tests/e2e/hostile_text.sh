#!/usr/bin/env bash
# Valid publications that mean harm: the tree stays well-formed, nothing in it
# moves a terminal's cursor or leads outside, and the usual tools work on it.
# LONG=1: a million links.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
PUBLICATIONS=$TOP/tests/publications
hostile() {
	python3 "$PUBLICATIONS/hostile.py" "$@"
}
for name in fedramp interchange large links; do
	mkdir -p "$WORK/$name"
	MOUNTS+=("$WORK/$name")
done

# Bytes that a terminal obeys, in what a command prints.
is_printable() { # FILE
	[ -s "$1" ]
	fails grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$1"
}

reads_well() { # STORE
	expect_code 0 "$SYNC" verify --store "$1"
	"$SYNC" export --store "$1" "$1.tree"
	python3 "$PUBLICATIONS/check_tree.py" "$1" "$1.tree"
	python3 "$PUBLICATIONS/safe_tree.py" "$1.tree"
	"$SYNC" status --store "$1" >"$WORK/printed"
	"$SYNC" log --store "$1" >>"$WORK/printed"
	# grep -P by bytes, not by characters.
	LC_ALL=C is_printable "$WORK/printed"
}

fedramp_is_safe() {
	hostile fedramp >"$WORK/fedramp.json"
	"$SYNC" pull --store "$WORK/fedramp.store" --source fedramp --from "$WORK/fedramp.json" --verbose \
		>"$WORK/pulled" 2>&1
	LC_ALL=C is_printable "$WORK/pulled"
	grep -q ': 66 services, 66 new' "$WORK/pulled"
	reads_well "$WORK/fedramp.store"
	# What left the list hostilely, too.
	python3 - "$WORK" <<-'PYTHON'
		import json, sys
		document = json.load(open(sys.argv[1] + "/fedramp.json"))
		del document["data"]["Products"][::7]
		document["meta"]["last_change"] = "2025-01-16T01:02:03.004Z"
		json.dump(document, open(sys.argv[1] + "/fedramp2.json", "w"))
	PYTHON
	"$SYNC" pull --store "$WORK/fedramp.store" --source fedramp --from "$WORK/fedramp2.json" >"$WORK/pulled" 2>&1
	"$SYNC" changes --store "$WORK/fedramp.store" >>"$WORK/pulled"
	"$SYNC" diff --store "$WORK/fedramp.store" 2025-01-15 latest >>"$WORK/pulled"
	LC_ALL=C is_printable "$WORK/pulled"
	grep -q delisted "$WORK/pulled"
	reads_well "$WORK/fedramp.store"
}
test_case "fedramp: each text of a product hostile" fedramp_is_safe

interchange_is_safe() {
	python3 "$PUBLICATIONS/interchange.py" --hostile >"$WORK/interchange.json"
	"$SYNC" pull --store "$WORK/interchange.store" --source interchange --from "$WORK/interchange.json" \
		>"$WORK/pulled" 2>&1
	LC_ALL=C is_printable "$WORK/pulled"
	reads_well "$WORK/interchange.store"
}
test_case "interchange: each text of a service hostile" interchange_is_safe

words_are_short() {
	python3 - "$WORK" <<-'PYTHON'
		import json, sys
		document = json.load(open(sys.argv[1] + "/interchange.json"))
		for name, word in (("long", "x" * 101), ("device", "con")):
		    document["services"][0]["level"] = word
		    json.dump(document, open(f"{sys.argv[1]}/{name}.json", "w"))
	PYTHON
	local name
	for name in long device; do
		expect_code 4 "$SYNC" pull --store "$WORK/$name" --source interchange --from "$WORK/$name.json"
		said 'level is not one short word'
	done
}
test_case "a word that is no file's name is refused" words_are_short

tools() { # NAME
	local tree=$WORK/$1 plain=$WORK/$1.store.tree
	can_mount || skip "nothing can be mounted here"
	timeout 20 "$DRIVER" "$WORK/$1.store" "$tree"
	python3 "$PUBLICATIONS/safe_tree.py" "$tree"
	equal "find" "$(find "$plain" | wc -l)" "$(find "$tree" | wc -l)"
	ls -lR "$tree" >"$WORK/listed"
	LC_ALL=C is_printable "$WORK/listed"
	grep -r . "$tree/services" >"$WORK/grepped"
	# shellcheck disable=SC2038 # that no name holds a newline is the point
	find "$tree" -type f | xargs -d '\n' cat >/dev/null
	(cd "$tree/services" && for service in *; do cat "$service/status" >/dev/null; done)
	tar -C "$tree" -cf "$WORK/tar" .
	tar -C "$tree" --compare -f "$WORK/tar"
	mkdir -p "$WORK/copy-$1"
	rsync -a "$tree/" "$WORK/copy-$1/"
	equal "rsync -n" "" "$(rsync -anc --delete -i "$tree/" "$WORK/copy-$1/")"
	diff -r --no-dereference -x README -x .registry "$tree" "$plain"
	unmount "$tree"
}
test_case "fedramp: find, ls, grep, xargs, tar and rsync work on the mount" tools fedramp
test_case "interchange: so they do" tools interchange

twins_have_names() {
	hostile twins 10000 >"$WORK/twins.json"
	expect_code 0 "$SYNC" pull --store "$WORK/twins" --source interchange --from "$WORK/twins.json"
	said '10000 services, 10000 new'
	sqlite3 -readonly "$WORK/twins/current" "SELECT count(*), count(DISTINCT name), min(name), max(name)
		FROM link l JOIN entity e ON e.id = l.entity WHERE e.key = '/by-name' OR e.key = 'by-name'" >"$WORK/names"
	equal "by-name" "10000|10000|Same Service~T-000000|Same Service~T-009999" "$(cat "$WORK/names")"
	equal "providers" "5001|5001" "$(sqlite3 -readonly "$WORK/twins/current" \
		"SELECT count(*), count(DISTINCT key) FROM entity WHERE kind = 6")"
	equal "the same again" "$(sqlite3 -readonly "$WORK/twins/current" \
		"SELECT count(*) FROM entity WHERE kind = 6 AND (key = 'same' OR key GLOB 'same~[0-9]*')")" 5001
}
test_case "10,000 services of one name, 5,000 providers of one slug: each has its own" twins_have_names

large_value() {
	hostile large 10000000 >"$WORK/large.json"
	expect_code 0 "$SYNC" pull --store "$WORK/large.store" --source interchange --from "$WORK/large.json"
	python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["services"][0]["description"])' "$WORK/large.json" >"$WORK/wanted"
	equal "size, with the newline" 10000001 "$(wc -c <"$WORK/wanted")"
	"$SYNC" export --store "$WORK/large.store" "$WORK/large.tree"
	cmp "$WORK/wanted" "$WORK/large.tree/services/L-1/description"
	can_mount || skip "nothing can be mounted here"
	timeout 20 "$DRIVER" "$WORK/large.store" "$WORK/large"
	cmp "$WORK/wanted" "$WORK/large/services/L-1/description"
	equal "from the middle" "$(tail -c +5000001 "$WORK/wanted" | head -c 100)" \
		"$(dd if="$WORK/large/services/L-1/description" bs=100 skip=50000 count=1 2>/dev/null)"
	jq -e '.description | length > 9999000' "$WORK/large/records/services/L-1.json"
	unmount "$WORK/large"
}
test_case "a value of 10 MB is read whole" large_value

many_links() {
	local services=200 controls=250 links
	[ -z "${LONG:-}" ] || services=1000 controls=1000
	links=$((services * controls))
	hostile links "$services" "$controls" >"$WORK/links.json"
	expect_code 0 "$SYNC" pull --store "$WORK/links.store" --source interchange --from "$WORK/links.json"
	can_mount || skip "nothing can be mounted here"
	timeout 20 "$DRIVER" "$WORK/links.store" "$WORK/links"
	equal "stated" "$links" "$(find "$WORK/links/services" -path '*/controls/*' -type l | wc -l)"
	equal "of the controls" "$links" "$(find "$WORK/links/controls" -path '*/services/*' -type l | wc -l)"
	equal "one" "$(readlink "$WORK/links/services/S-000007/controls/c.7")" ../../../controls/2025/c.7
	# shellcheck disable=SC2012 # no odd names here
	equal "in one directory" "$services" "$(ls -U "$WORK/links/controls/2025/c.7/services" | wc -l)"
	unmount "$WORK/links"
}
test_case "50,000 links (LONG=1: a million), from both their ends" many_links
finish
