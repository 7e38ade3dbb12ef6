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
	grep -qF "\"ja\":\"$sentence\"" "$TREE/tables/report.html"
	grep -qF '"en":"This is not the list. It is 16 examples from public sources."' "$TREE/tables/report.html"
	grep -qF '"title":"ISMAPクラウドサービスリスト","titleEnglish":"ISMAP Cloud Service List"' "$TREE/tables/report.html"
	expect_code 0 "$SYNC" init --store "$WORK/sample" --bundled ismap
	said 'This is not the list'
	fails grep -qF '"sample":' "$WORK/fedramp.tree/tables/report.html"
}

# Every message, option, help text, field and word has Japanese: messages.sh and the types of vocabulary.h see to
# the first ones. Words of statuses are in constants.
words_have_japanese() {
	local registry
	for registry in ismap fedramp; do
		tail -n +2 "$WORK/$registry.tree/.registry/words" >"$WORK/words"
		[ "$(wc -l <"$WORK/words")" -ge 6 ]
		equal "without Japanese" "" "$(awk -F'\t' 'NF != 6 || $6 == ""' "$WORK/words")"
	done
	python3 - "$TOP/include/vocabulary.h" <<-'EOF'
		import re, sys
		with open(sys.argv[1], encoding="utf-8") as file:
		    text = file.read().replace("\\\n", "")
		rows = re.findall(r'(?:KIND|RELATION|FIELD)\(\d+, \w+,(?:\s|,|"(?:[^"\\]|\\.)*")+\)', text)
		assert len(rows) == len(re.findall(r"\b(?:KIND|RELATION|FIELD)\(\d", text)) > 90, len(rows)
		wrong = [row for row in rows if not re.search(r"[^\x00-\x7f]", row)]
		print(*wrong, sep="\n")
		sys.exit(bool(wrong))
	EOF
}

JAPANESE_PAGES=$(cd "$TOP" && ls fs/manual/ja/*.scd sync/manual/ja/*.scd)

keeps_to_terms() {
	local page files=()
	for page in $JAPANESE_PAGES; do files+=("$TOP/$page"); done
	python3 "$TOP/tests/helpers/japanese.py" terms "$TOP/tests/terms.tsv" "$TOP/sync/po/ja.po" "$TOP/fs/po/ja.po" \
		"$TOP/sync/README.ja.md" "$TOP/include/vocabulary.h" "${files[@]}"
}

pages_name_the_same() {
	local page wrong=0
	for page in $JAPANESE_PAGES; do
		python3 "$TOP/tests/helpers/japanese.py" pages "$TOP/${page/\/ja\///}" "$TOP/$page" || wrong=1
	done
	equal wrong 0 $wrong
	for page in ismap-sync.1 ismapfs.8 ismapfs-tree.5 ismapfs-recipes.7; do
		grep -q "/ja/$page.scd" <<<"$JAPANESE_PAGES" || { echo "$page has no Japanese page"; return 1; }
	done
}

# In the page's own words, which are those of vocabulary.h: /extra.X, say, is no field.
tree_page_has_the_vocabulary() {
	python3 "$TOP/tests/helpers/tree_manual.py" --language ja "$TOP/fs/manual/ja/ismapfs-tree.5.scd" \
		"$TOP/include/vocabulary.h"
}

readme_leads_on() {
	equal link "[日本語](sync/README.ja.md)" "$(sed -n 3p "$TOP/README.md")"
	# The commands and headings of both are the same ones.
	diff <(grep '^    [a-z$]' "$TOP/README.md" | sed 's/ *#.*//') \
		<(grep '^    [a-z$]' "$TOP/sync/README.ja.md" | sed 's/ *#.*//') >"$WORK/differ" || true
	equal commands "" "$(grep '^[<>]' "$WORK/differ" | grep -vE 'include/|sync/|fs/|mnt/fedramp/$|──' || true)"
	equal headings "$(grep -c '^## ' "$TOP/README.md")" "$(grep -c '^## ' "$TOP/sync/README.ja.md")"
	# A link within the page leads to a heading of it, one to a file to a file.
	local target
	grep -oE '\]\([^)]*\)' "$TOP/sync/README.ja.md" | sed 's/^](//; s/)$//' | while read -r target; do
		case $target in
		'#'*) grep -qx "## ${target#\#}" "$TOP/sync/README.ja.md" ;;
		*) [ -e "$TOP/sync/${target%%#*}" ] ;;
		esac || { echo "leads nowhere: $target"; exit 1; }
	done
}

installs_pages() {
	local page manuals=$WORK/root/usr/share/man document
	make -s -C "$TOP" install BUILD="$BUILD" DESTDIR="$WORK/root" PREFIX=/usr >/dev/null
	for page in man1/ismap-sync.1 man5/ismapfs-tree.5 man7/ismapfs-recipes.7 man8/ismapfs.8; do
		[ -s "$manuals/ja/$page" ] && [ -s "$manuals/$page" ]
		fails cmp "$manuals/ja/$page" "$manuals/$page"
		grep -qx '.SH 名前' "$manuals/ja/$page"
	done
	document=$WORK/root/usr/share/doc/ismapfs
	grep -qF '](README.ja.md)' "$document/README.md"
	grep -qF '](README.md)' "$document/README.ja.md"
	make -s -C "$TOP" uninstall BUILD="$BUILD" DESTDIR="$WORK/root" PREFIX=/usr >/dev/null
	equal left "" "$(find "$WORK/root/usr" -name '*ismap*' ! -type d)"
}

# With and without the locale, and with whichever C library: messages are looked up by the program itself.
speaks_in_any_locale() {
	[ -e "$BUILD/locale/ja/LC_MESSAGES/ismap-sync.mo" ] || skip "built without gettext"
	local locale
	for locale in ja_JP.UTF-8 ja_JP.utf8 ja_JP ja; do
		expect_code 2 env -u LANGUAGE LC_ALL=$locale "$SYNC" nonsense
		said 'というコマンドはありません'
	done
	expect_code 2 env -u LC_ALL -u LANGUAGE LANG=ja_JP.UTF-8 "$SYNC" nonsense
	said 'というコマンドはありません'
	expect_code 2 env -u LANGUAGE LC_ALL=C.UTF-8 "$SYNC" nonsense
	said 'is not a command'
	# One that was generated for this test alone.
	mkdir "$WORK/locales"
	localedef -i ja_JP -f UTF-8 "$WORK/locales/ja_JP.UTF-8" 2>/dev/null || skip "no locale can be generated here"
	expect_code 2 env -u LANGUAGE LOCPATH="$WORK/locales" LC_ALL=ja_JP.UTF-8 "$SYNC" nonsense
	said 'というコマンドはありません'
}

# What stands on a page is Japanese: labels, words of the registry, each word once; rows for programs stay as they are.
answers_in_japanese() {
	local page=$WORK/page ja=(env LC_ALL=ja_JP.UTF-8)
	[ -e "$BUILD/locale/ja/LC_MESSAGES/ismap-sync.mo" ] || skip "built without gettext"
	"${ja[@]}" "$SYNC" show --store "$WORK/fedramp" --format table AGENCYAMAZONEW >"$page"
	equal "the status's word" 1 "$(head -n 8 "$page" | grep -o 認証済み | wc -l)"
	equal "its remark" 1 "$(head -n 8 "$page" | grep -o 旧称 | wc -l)"
	grep -qx '  FedRAMP Marketplaceの表記は「FedRAMP Authorized」（旧称 Authorized、認可）' "$page"
	grep -qE '^クラス・影響度 .*経路 合同認可委員会（JAB）、.*影響度レベル Moderate' "$page"
	"${ja[@]}" "$SYNC" search --store "$WORK/fedramp" --format table slack >"$page"
	grep -qE ' 認証済み +Moderate +Slack$' "$page"
	fails grep -q '…' "$page"
	# No label is English.
	"${ja[@]}" "$SYNC" show --store "$WORK/ismap" --format table "$(head -n 1 "$TREE/services.tsv" | cut -f1)" >"$page"
	fails grep -qE '^[A-Za-z][a-z -]+ ' <(tail -n +4 "$page")
	equal rows "$("$SYNC" show --store "$WORK/fedramp" AGENCYAMAZONEW)" "$("${ja[@]}" "$SYNC" show --store "$WORK/fedramp" AGENCYAMAZONEW)"
}

# Each field of a service has a label of its own in Japanese, but for those that are names.
labels_are_japanese() {
	python3 - "$TOP/include/vocabulary.h" "$TOP/sync/po/ja.po" <<-'EOF'
		import re, sys
		text = open(sys.argv[1], encoding="utf-8").read().replace("\\\n", "")
		names = re.findall(r'(?:RELATION|FIELD)\(\d+, \w+,\s*"([^"]+)"', text)
		po = open(sys.argv[2], encoding="utf-8").read()
		assert len(names) > 80, len(names)
		wrong = [name for name in names if name not in ("uei", "sha256", ".") and
		         not re.search(r'^msgid "%s"\nmsgstr ".*[^\x00-\x7f].*"$' % re.escape(name), po, re.M)]
		print(*wrong, sep="\n")
		sys.exit(bool(wrong))
	EOF
}

test_case "answers for people are in Japanese, down to the labels" answers_in_japanese
test_case "each field has a Japanese label" labels_are_japanese
test_case "a tree's README is in the registry's language and in English" readme_is_in_both
test_case "a README made anew keeps what the list says of itself" readme_keeps_what_the_list_says
test_case "each field is explained in the registry's language and in English" schema_is_in_both
test_case "controls of ISMAP have their Japanese titles, and title.en" titles
test_case "the sample says that it is not the list" sample_says_so
test_case "each status and each field has its Japanese" words_have_japanese
test_case "Japanese texts keep to the terms" keeps_to_terms
test_case "a manual in Japanese names what the English one does" pages_name_the_same
test_case "ismapfs-tree(5) in Japanese explains each field as the tree does" tree_page_has_the_vocabulary
test_case "README leads to README.ja, which has its commands" readme_leads_on
test_case "Japanese manuals and README are installed, and taken away" installs_pages
test_case "it speaks Japanese with and without the locale installed" speaks_in_any_locale
finish
