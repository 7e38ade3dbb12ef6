#!/usr/bin/env bash
# The ten broken or surprising publications that FedRAMP really made.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

if [ ! -f "$DATA/fedramp/odd.tar.xz" ]; then
	echo "skip - the odd real publications: ../shared/data is not there"
	finish
fi
tar -C "$WORK" -xJf "$DATA/fedramp/odd.tar.xz"
ODD=$WORK/odd

# pull CODE STORE NAME
pull() {
	expect_code "$1" "$SYNC" pull --store "$WORK/$2" --source fedramp --from "$ODD/$3.json"
}

# read STORE NAME SERVICES [STATUS=COUNT…]: imported into a store of its own, with these counts.
read_as() {
	local store=$1 name=$2 services=$3 count
	shift 3
	pull 0 "$store" "$name"
	said "^changed: generation 1, published .*: $services services, $services new, 0 gone"
	expect_code 0 "$SYNC" verify --store "$WORK/$store"
	expect_code 0 "$SYNC" status --store "$WORK/$store"
	for count in "$@"; do
		said "^  ${count%=*} +${count#*=}$"
	done
}

refused_as() {
	local store=$1 name=$2 sentence=$3
	mkdir "$WORK/$store"
	pull 4 "$store" "$name"
	said "refused: $sentence"
	cmp "$ODD/$name.json" "$WORK/$store/rejected/$(sha256sum <"$ODD/$name.json" | cut -d ' ' -f 1)"
	[ ! -e "$WORK/$store/current" ]
}

one_byte() { refused_as a 2023-02-15-empty-1byte 'the publication is empty \(1 byte\)'; }
partial() { refused_as b 2023-05-02-partial-345 'it is not whole: it lists 345 products, but speaks elsewhere of 72 more'; }
blank_rows() {
	pull 0 c0 2023-02-15-999-rows-oldest-schema
	said '612 rows without an id were left out'
	read_as c 2023-02-15-999-rows-oldest-schema 387 certified=298 in-process=71 legacy-ready=18
}
blank_status() { read_as d 2023-02-25-blank-status 407 unknown=20 certified=314 in-process=61 legacy-ready=12; }
impact_na() {
	read_as e 2023-03-09-impact-NA 403 certified=303 in-process=79 legacy-ready=21
	expect_code 0 "$SYNC" export --store "$WORK/e" "$WORK/e.tree"
	equal levels "" "$(find "$WORK/e.tree/by-level" -iname '*n-a*')"
	fails grep -rqxF '#N/A' "$WORK/e.tree/services"
}
no_status_found() { read_as f 2023-04-17-no-status-found 417 unknown=1 certified=302 in-process=89 legacy-ready=25; }
restored() { read_as g 2023-05-02-restored-418 418 certified=308 in-process=88 legacy-ready=22; }
other_key() { read_as h 2023-10-19-AtoExport-key 443 certified=319 in-process=104 legacy-ready=20; }
before_rename() { read_as i 2026-04-15-before-status-rename 640 certified=506 in-process=75 legacy-ready=59; }
after_rename() { read_as j 2026-04-15-after-status-rename 641 certified=506 agency-in-process=74 in-process=2 legacy-ready=59; }

rename_delists_nobody() {
	pull 0 rename 2026-04-15-before-status-rename
	pull 0 rename 2026-04-15-after-status-rename
	said '641 services, 1 new, 0 gone'
	expect_code 0 "$SYNC" export --store "$WORK/rename" "$WORK/rename.tree"
	equal delisted "" "$(ls "$WORK/rename.tree/delisted")"
	# Counted straight from the two files: whose word for the status became another.
	python3 - "$ODD" "$WORK/rename.tree" <<-'PYTHON'
		import json, os, sys
		odd, tree = sys.argv[1:]
		def statuses(name):
		    with open(f"{odd}/2026-04-15-{name}-status-rename.json") as file:
		        return {p["id"].strip(): p["status"] for p in json.load(file)["data"]["Products"]}
		before, after = statuses("before"), statuses("after")
		renamed = [i for i in after if after[i] == "Agency In Process" and before.get(i) == "FedRAMP In Process"]
		print(len(renamed), "relabelled")
		assert len(renamed) > 50
		shown = set(os.listdir(f"{tree}/by-status/agency-in-process"))
		assert shown == {i for i in after if after[i] == "Agency In Process"}, shown
		for i in renamed:
		    path = f"{tree}/services/{i}/status"
		    assert open(path).read() == "agency-in-process\n", path
	PYTHON
}

in_sequence() {
	pull 0 all 2023-02-15-999-rows-oldest-schema
	pull 4 all 2023-02-15-empty-1byte
	pull 0 all 2023-02-25-blank-status
	said '407 services, 20 new, 0 gone'
	pull 0 all 2023-03-09-impact-NA
	said '403 services, 7 new, 11 gone'
	pull 0 all 2023-04-17-no-status-found
	said '417 services, 17 new, 3 gone'
	pull 4 all 2023-05-02-partial-345
	expect_code 0 "$SYNC" status --store "$WORK/all"
	said '^services +417$'
	said '^last error +.*: refused: it is not whole'
	pull 0 all 2023-05-02-restored-418
	said '418 services, 2 new, 1 gone'
	pull 0 all 2023-10-19-AtoExport-key
	said '443 services, 49 new, 24 gone'
	pull 0 all 2026-04-15-before-status-rename
	said ': 640 services,'
	pull 0 all 2026-04-15-after-status-rename
	said '641 services, 1 new, 0 gone'
	pull 4 all 2026-04-15-before-status-rename
	said 'already holds a publication of 2026-04-15T14:34:35Z'
	expect_code 0 "$SYNC" verify --store "$WORK/all"
	equal generations 8 "$("$SYNC" log --store "$WORK/all" | wc -l)"
}

each_after_its_predecessor() {
	# Whatever came before: no publication takes more than the limit off the list.
	expect_code 0 "$SYNC" log --store "$WORK/all"
	awk -F'\t' 'last && $4 < last * 0.8 { print; bad = 1 } { last = $4 } END { exit bad }' "$WORK/.said"
}

test_case "one byte: refused" one_byte
test_case "999 rows: 387 services, 612 rows left out and counted" blank_rows
test_case "blank statuses: 407 services, 20 of them unknown" blank_status
test_case "#N/A as a level: 403 services, no such level" impact_na
test_case "No Status Found: 417 services, one unknown" no_status_found
test_case "345 of 418 products: refused, also as the first" partial
test_case "restored: 418 services" restored
test_case "AtoExport as a key: 443 services" other_key
test_case "before the relabelling: 640 services" before_rename
test_case "after it: 641 services, 74 in process with an agency" after_rename
test_case "relabelling delists nobody" rename_delists_nobody
test_case "all ten, one after the other" in_sequence
test_case "no mass delisting on the way" each_after_its_predecessor
finish
