#!/usr/bin/env bash
# Publications that must be refused: exit status 4, a sentence, and the list stays.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

GENERATE=$TOP/tests/publications
STORE=$WORK/store

python3 "$GENERATE/fedramp.py" --plain --services 8 >"$WORK/first.json"
python3 "$GENERATE/fedramp.py" --plain --services 8 --day 2025-01-16 --rename FR9000000003=Other >"$WORK/next.json"
python3 "$GENERATE/interchange.py" --services 5 >"$WORK/list.json"
"$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/first.json" >/dev/null
"$SYNC" pull --store "$WORK/lists" --source interchange --from "$WORK/list.json" >/dev/null

# refused [FILE]: by the filled store, in a sentence, without harm.
refused() {
	local before
	before=$(readlink "$STORE/current")
	expect_code 4 "$SYNC" pull --store "$STORE" --source fedramp --from "${1:-$WORK/bad.json}"
	said '^ismap-sync: .*: refused: [a-z].*'
	equal current "$before" "$(readlink "$STORE/current")"
	equal litter "" "$(find "$STORE" -name '*new*')"
}

not_json() {
	echo 'This page is under maintenance.' >"$WORK/bad.json"
	refused
	said 'not JSON'
	echo '<!DOCTYPE html><html><body>Sign in</body></html>' >"$WORK/bad.json"
	refused
	{ cat "$WORK/next.json" && echo ','; } >"$WORK/bad.json"
	refused
	{ cat "$WORK/next.json" "$WORK/next.json"; } >"$WORK/bad.json"
	refused
}

cut_off() {
	local size position
	size=$(stat -c %s "$WORK/next.json")
	# The last two bytes are "}\n": without the newline alone it is whole.
	for position in 1 2 3 10 60 100 1000 $((size / 4)) $((size / 2)) $((size / 2 + 1)) $((size - 100)) \
		$((size - 10)) $((size - 4)) $((size - 3)) $((size - 2)); do
		head -c "$position" "$WORK/next.json" >"$WORK/bad.json"
		refused
		said 'cut off|not JSON'
	done
	head -c $((size / 2)) "$WORK/next.json" >"$WORK/bad.json"
	refused
	said 'cut off'
}

empty() {
	: >"$WORK/bad.json"
	refused
	said 'empty \(0 bytes\)'
	printf ' \n\t ' >"$WORK/bad.json"
	refused
	refused /dev/null
}

other_shapes() {
	local text
	for text in '{}' '[]' 'null' '7' '"text"' '{"data":null}' '{"data":{"Products":{}}}' '{"data":{"Products":[]}}' \
		'{"data":{"Products":[7]}}' '{"data":{"Products":[{"id":""}]}}' '{"data":[{"Products":[]}]}' \
		'{"DATA":{"PRODUCTS":[{"id":"A"}]}}' '{"meta":{"last_change":"soon"},"data":{"Products":[{"id":"A"}]}}'; do
		echo "$text" >"$WORK/bad.json"
		refused
	done
	refused "$WORK/list.json"
	said 'not a FedRAMP Marketplace publication'
}

not_utf8() {
	local bytes
	for bytes in '\xff' '\xc3' '\xc0\x80' '\xed\xa0\x80' '\xf5\x80\x80\x80' '\xe9 latin'; do
		python3 - "$WORK" "$bytes" <<-'PYTHON'
			import sys
			work, escaped = sys.argv[1:]
			text = open(work + "/next.json", "rb").read()
			bad = escaped.encode().decode("unicode_escape").encode("latin-1")
			open(work + "/bad.json", "wb").write(text.replace(b"Imaginary Service 0004", bad))
		PYTHON
		refused
		said 'not UTF-8'
	done
	iconv -t UTF-16 "$WORK/next.json" >"$WORK/bad.json"
	refused
}

raw_nul() {
	sed 's/Imaginary Service 0004/Imagi\x00nary/' "$WORK/next.json" >"$WORK/bad.json"
	refused
	said 'NUL'
	{ cat "$WORK/next.json" && printf '\0 behind'; } >"$WORK/bad.json"
	refused
}

deep_nesting() {
	local depth
	for depth in 101 1000 1000000; do
		python3 -c "print('[' * $depth + ']' * $depth)" >"$WORK/bad.json"
		refused
		said 'nested deeper'
	done
	python3 -c "print('{\"a\":' * 5000000)" >"$WORK/bad.json"
	refused
	python3 -c "print('[' * 20000000, end='')" >"$WORK/bad.json"
	refused
}

brackets_in_strings() {
	python3 - "$WORK" <<-'PYTHON'
		import json, sys
		publication = json.load(open(sys.argv[1] + "/next.json"))
		publication["data"]["Products"][2]["service_desc"] = "[" * 500 + '"{\\' * 500
		publication["data"]["more"] = json.loads("[" * 90 + "]" * 90)
		json.dump(publication, open(sys.argv[1] + "/deep.json", "w"))
	PYTHON
	expect_code 0 "$SYNC" pull --store "$WORK/deep" --source fedramp --from "$WORK/deep.json"
}

nul_escapes() {
	sed 's/Imaginary Service 0004/Imagi\\u0000nary \\\\u0000/' "$WORK/next.json" >"$WORK/nul.json"
	expect_code 0 "$SYNC" pull --store "$WORK/nul" --source fedramp --from "$WORK/nul.json"
	expect_code 0 "$SYNC" export --store "$WORK/nul" "$WORK/nul.tree"
	equal name "$(printf 'Imagi\xef\xbf\xbdnary \\u0000')" "$(cat "$WORK/nul.tree/services/FR9000000004/name")"
}

repeated_ids() {
	python3 "$GENERATE/fedramp.py" --plain --services 8 --repeat different --day 2025-01-16 >"$WORK/bad.json"
	refused
	said "two different products have the id 'FR9000000007'"
	python3 "$GENERATE/fedramp.py" --plain --services 8 --repeat same >"$WORK/repeated.json"
	expect_code 0 "$SYNC" pull --store "$WORK/repeated" --source fedramp --from "$WORK/repeated.json"
	said ': 8 services, 8 new'
}

not_whole() {
	python3 "$GENERATE/fedramp.py" --plain --services 60 --lose 9 >"$WORK/bad.json"
	expect_code 4 "$SYNC" pull --store "$WORK/whole" --source fedramp --from "$WORK/bad.json"
	said 'lists 51 products, but speaks elsewhere of 9 more'
	python3 "$GENERATE/fedramp.py" --plain --services 60 --lose 2 >"$WORK/nearly.json"
	expect_code 0 "$SYNC" pull --store "$WORK/whole" --source fedramp --from "$WORK/nearly.json"
}

too_large() {
	{ head -c -2 "$WORK/next.json" && head -c 67108864 /dev/zero | tr '\0' ' ' && echo '}'; } >"$WORK/large.json"
	expect_code 3 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/large.json"
	said 'larger than 67108864 bytes'
	zstd -q "$WORK/large.json" -o "$WORK/large.zst"
	expect_code 3 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/large.zst"
	said 'when unpacked'
	rm "$WORK/large.json"
}

mistakes_in_a_list() {
	local mistake
	sed -n 's/.* name == "\(.*\)":$/\1/p' "$GENERATE/interchange.py" >"$WORK/mistakes"
	[ "$(wc -l <"$WORK/mistakes")" -gt 30 ]
	while read -r mistake; do
		python3 "$GENERATE/interchange.py" --services 5 --published 2025-03-01 --break "$mistake" >"$WORK/bad.json"
		echo "$mistake"
		expect_code 4 "$SYNC" pull --store "$WORK/lists" --source interchange --from "$WORK/bad.json"
		said 'refused: .{8}'
		equal current generations/1.db "$(readlink "$WORK/lists/current")"
	done <"$WORK/mistakes"
}

# Of what nobody can tell which is right, none is taken; what is only said twice, is.
said_twice() {
	local change
	python3 "$GENERATE/interchange.py" --services 5 --published 2025-03-01 >"$WORK/whole.json"
	for change in '.editions += [.editions[0] | .title = "Another"] edition' \
		'.editions += [.editions[0] | .controls = .controls[:1]] edition' \
		'.editions[0].controls += [.editions[0].controls[0] | .title = "Another"] control' \
		'.baselines += [.baselines[0] | .controls = .controls[:1]] baseline' \
		'.baselines += [.baselines[0] | .title = "Another"] baseline' \
		'.providers = [{"name": "P", "uei": "1"}, {"name": " P", "uei": "2"}] provider' \
		'.services += [.services[0] | .name = "Another"] service' \
		'.services += [.services[0] | .number |= " " + . | .name = "Another"] service'; do
		jq "${change% *}" "$WORK/whole.json" >"$WORK/bad.json"
		expect_code 4 "$SYNC" pull --store "$WORK/lists" --source interchange --from "$WORK/bad.json"
		said "${change##* } '.*' is stated twice, and differently"
	done
	jq '.editions += [.editions[0]] | .baselines += [.baselines[0]] | .editions[0].controls += [.editions[0].controls[0]] |
		.editions[-1].controls += [.editions[-1].controls[0]] |
		.services += [.services[0] | to_entries | reverse | from_entries] |
		.providers = [{"name": "P", "uei": "1"}, {"uei": "1", "name": "P"}]' "$WORK/whole.json" >"$WORK/same.json"
	expect_code 0 "$SYNC" pull --store "$WORK/twice" --source interchange --from "$WORK/same.json"
	expect_code 0 "$SYNC" verify --store "$WORK/twice"
}

# a_list SENTENCE: $WORK/bad.json in the interchange format is refused with it.
a_list() {
	expect_code 4 "$SYNC" pull --store "$WORK/lists" --source interchange --from "$WORK/bad.json"
	said "$1"
	equal current generations/1.db "$(readlink "$WORK/lists/current")"
}

# Which of two counts can't be told; where both say the same, a stranger's slip doesn't matter.
members_twice() {
	local name
	for name in published services registry time_zone editions title number id; do
		grep -q "\"$name\":" "$WORK/list.json" || { echo "no $name"; return 1; }
		sed "0,/\"$name\":/s//\"$name\": null, \"$name\":/" "$WORK/list.json" >"$WORK/bad.json"
		a_list "it states '$name' twice in one object"
	done
	for name in meta last_change data Products id status leveraged_systems; do
		sed "0,/\"$name\": *[[{\"]/s//\"$name\": 0, &/" "$WORK/next.json" >"$WORK/bad.json"
		fails cmp -s "$WORK/next.json" "$WORK/bad.json"
		refused
		said "it states '$name' twice in one object: "
	done
	python3 - "$WORK" <<-'PYTHON'
		import sys
		text = open(sys.argv[1] + "/first.json").read()
		# The same twice in what is read; and a contradiction in what isn't.
		place = text.index('"status"')
		end = text.index(",", place) + 1
		open(sys.argv[1] + "/bad.json", "w").write(text[:end] + " " + text[place:end] + text[end:])
		text = text.replace('"meta":', '"more": {"x": 1, "x": 2}, "meta":', 1)
		open(sys.argv[1] + "/elsewhere.json", "w").write(text)
	PYTHON
	refused
	said "it states 'status' twice in one object: "
	[ "$(grep -c '"x": 2' "$WORK/elsewhere.json")" -gt 0 ]
	expect_code 0 "$SYNC" pull --store "$WORK/elsewhere" --source fedramp --from "$WORK/elsewhere.json"
	said ': 8 services, 8 new'
}

unknown_members() {
	local place
	for place in . .registry '.editions[0]' '.baselines[0]'; do
		for name in titel extra.ticket; do
			jq "$place += {\"$name\": \"x\"}" "$WORK/list.json" >"$WORK/bad.json"
			a_list "'$name' is not a member that it may have"
		done
	done
}

still_whole() {
	expect_code 0 "$SYNC" verify --store "$STORE"
	expect_code 0 "$SYNC" verify --store "$WORK/lists"
	[ "$(find "$STORE/rejected" -type f | wc -l)" -le 10 ]
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/next.json"
	said '^changed: generation 2'
}

test_case "what is not JSON is refused" not_json
test_case "what is cut off is refused, wherever it ends" cut_off
test_case "an empty publication is refused" empty
test_case "JSON of another shape is refused" other_shapes
test_case "what is not UTF-8 is refused" not_utf8
test_case "a NUL byte is refused, rather than cutting a value short" raw_nul
test_case "deep nesting is refused, however deep" deep_nesting
test_case "brackets within strings are no nesting, and 94 levels are allowed" brackets_in_strings
test_case "an escaped NUL becomes U+FFFD and cuts nothing" nul_escapes
test_case "the same id twice: merged when the same, refused when not" repeated_ids
test_case "a publication that speaks of more products than it lists is refused" not_whole
test_case "more than 64 MB is refused, also when packed" too_large
test_case "a control, baseline, edition, provider or service stated twice: refused when differently" said_twice
test_case "each mistake in a list of the interchange format is refused" mistakes_in_a_list
test_case "a member twice: refused where it is read, in our own format always" members_twice
test_case "a member that registry, editions and baselines don't have is refused" unknown_members
test_case "after all that the store is whole and takes the next publication" still_whole
finish
