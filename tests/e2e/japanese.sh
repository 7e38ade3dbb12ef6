#!/usr/bin/env bash
# What a Japanese reader gets: trees in the registry's language and in English, terms that all texts
# keep to, and pages that say what the English ones say.
# shellcheck source=../lib.sh disable=SC1091,SC2164,SC2317
. "$(dirname "$0")/../lib.sh"

for registry in ismap fedramp; do
	"$SYNC" init --store "$WORK/$registry" --bundled $registry >/dev/null 2>&1
	"$SYNC" export --store "$WORK/$registry" "$WORK/$registry.tree" >/dev/null
done
TREE=$WORK/ismap.tree

readme_is_in_both() {
	equal title "ISMAPクラウドサービスリスト" "$(head -n 1 "$TREE/README")"
	equal title "ISMAP Cloud Service List" "$(sed -n 2p "$TREE/README")"
	grep -qx '2026-06-26時点の一覧: 16件。一覧の全体: いいえ' "$TREE/README"
	grep -qx 'List of 2026-06-26: 16 services. The whole list: no.' "$TREE/README"
	local heading
	for heading in 探し方 判断のしかた 'HOW TO FIND' 'HOW TO DECIDE'; do
		equal "$heading" 1 "$(grep -cx "$heading" "$TREE/README")"
	done
	# Each word of a status in each of the two, with the same answer to whether it is in force.
	equal words 12 "$(grep -cE '^  [a-z-]+ +(yes|no|unknown) ' "$TREE/README")"
	equal different 6 "$(grep -oE '^  [a-z-]+ +(yes|no|unknown) ' "$TREE/README" | sort -u | wc -l)"
	# A registry that writes English has no need of the other.
	fails grep -qP '[^\x00-\x7f]' "$WORK/fedramp.tree/README"
}

# What the list says of itself is kept when a README is made anew from an old one.
readme_keeps_what_the_list_says() {
	"$SYNC" rewind --store "$WORK/ismap" --to 1 --reason "To see it." >/dev/null
	"$SYNC" export --store "$WORK/ismap" "$WORK/again" >/dev/null
	diff "$TREE/README" "$WORK/again/README"
}

schema_is_in_both() {
	local file
	for file in "$TREE"/.registry/schema/*; do
		grep -qP '^[a-z-]+: .*[^\x00-\x7f].* / [A-Za-z]' "$file" || { head "$file"; return 1; }
	done
	equal files "$(cd "$WORK/fedramp.tree/.registry/schema" && echo *)" "$(cd "$TREE/.registry/schema" && echo *)"
	fails grep -rqP '[^\x00-\x7f]' "$WORK/fedramp.tree/.registry/schema"
}

titles() {
	cd "$TREE/controls/2022-04-01"
	equal titles 121 "$(cat ./*/title | grep -cP '[^\x00-\x7f]')"
	equal english 121 "$(cat ./*/title.en | grep -cvP '[^\x00-\x7f]')"
	equal title 職務の分離 "$(cat 6.1.2/title)"
	equal title "Segregation of duties" "$(cat 6.1.2/title.en)"
	# Whose they are stands where a reader looks first.
	grep -q '題名はJIS Q 27002:2014とJIS Q 27017:2016のもの' ../../README
	[ ! -e 3.1.1/title ]
}

sample_says_so() {
	local sentence=これは一覧ではありません。公開情報から集めた16件の例です。
	equal first "$sentence" "$(grep -m 1 -A 1 '^$' <(tail -n +4 "$TREE/README") | tail -n 1)"
	grep -q "<b>$sentence</b>" "$TREE/tables/report.html"
	grep -q '<b>This is not the list. It is 16 examples from public sources.</b>' "$TREE/tables/report.html"
	expect_code 0 "$SYNC" init --store "$WORK/sample" --bundled ismap
	said 'This is not the list'
	fails grep -q 'not the list' "$WORK/fedramp.tree/tables/report.html"
}

test_case "a tree's README is in the registry's language and in English" readme_is_in_both
test_case "a README made anew keeps what the list says of itself" readme_keeps_what_the_list_says
test_case "each field is explained in the registry's language and in English" schema_is_in_both
test_case "controls of ISMAP have their Japanese titles, and title.en" titles
test_case "the sample says that it is not the list" sample_says_so
finish
