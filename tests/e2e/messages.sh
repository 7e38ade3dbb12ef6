#!/usr/bin/env bash
# What people read: in their language, whole, and with a priority where the
# system's log takes it. What programs read stays the same in all languages.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
mkdir -p "$WORK/mounted"
MOUNTS+=("$WORK/mounted")
STORE=$WORK/store
"$SYNC" init --store "$STORE" --bundled ismap >/dev/null

collect() { # FOLDER: what the code says now, into $WORK/FOLDER.pot
	MAKEFLAGS='' make -s -C "$TOP" BUILD="$WORK/messages" "$WORK/messages/$1.pot" >"$WORK/.make" 2>&1 ||
		{ cat "$WORK/.make"; return 1; }
	fails grep -i warning "$WORK/.make"
}

is_translated() { # FOLDER
	command -v xgettext >/dev/null || skip "gettext is not installed"
	local po
	collect "$1"
	for po in "$TOP/$1"/po/*.po; do
		msgmerge --quiet --no-fuzzy-matching -o "$WORK/merged.po" "$po" "$WORK/messages/$1.pot"
		msgattrib --no-fuzzy --untranslated --no-wrap "$WORK/merged.po" | grep -A1 '^#:' || true
		msgfmt --check --statistics -o "$WORK/merged.mo" "$WORK/merged.po" 2>"$WORK/counted"
		grep -qE '^[0-9]+ translated messages\.$' "$WORK/counted" || { cat "$WORK/counted"; return 1; }
		fails grep '^#~' "$WORK/merged.po"
	done
}
test_case "every message of the driver is translated: 'make messages', then the .po file" is_translated fs
test_case "every message of the sync is translated: 'make messages', then the .po file" is_translated sync

# Before a command: it speaks Japanese. The locale itself need not be installed.
JAPANESE=(env -u LC_ALL -u LANGUAGE LANG=ja_JP.UTF-8)

has_catalogues() {
	[ -e "$BUILD/locale/ja/LC_MESSAGES/ismapfs.mo" ] || skip "built without gettext"
}

follows_the_locale() {
	has_catalogues
	expect_code 5 "${JAPANESE[@]}" "$DRIVER" "$WORK/nothing" "$WORK/mounted"
	said '^ismapfs: .*nothing: ストアを使用できません'
	expect_code 2 "${JAPANESE[@]}" "$SYNC" nonsense
	said "'nonsense' というコマンドはありません"
	expect_code 2 env LC_ALL=de_DE.UTF-8 "$SYNC" nonsense
	said "'nonsense' is not a command"
	expect_code 2 env LC_ALL=C LANGUAGE=ja "$SYNC" nonsense
	said "'nonsense' is not a command"
	expect_code 2 env LC_ALL=C.UTF-8 LANGUAGE=ja "$SYNC" nonsense
	said "'nonsense' is not a command"
	expect_code 2 env LC_ALL=de_DE.UTF-8 LANGUAGE=fr_FR:ja:en "$SYNC" nonsense
	said "'nonsense' というコマンドはありません"
	expect_code 2 env LC_ALL=ja_JP.UTF-8 LANGUAGE=en_GB:ja "$SYNC" nonsense
	said "'nonsense' is not a command"
	expect_code 2 env LC_ALL=ja_JP.eucJP LANGUAGE= "$SYNC" nonsense
	said "'nonsense' というコマンドはありません"
	expect_code 2 env LC_ALL=../ja LANGUAGE= "$SYNC" nonsense
	said "'nonsense' is not a command"
}
test_case "messages follow the locale" follows_the_locale

chooses_a_language() {
	has_catalogues
	expect_code 2 "$DRIVER" "$STORE" "$WORK/mounted" -o lang=ja,nonsense
	said 'そのようなオプションはありません'
	expect_code 2 "${JAPANESE[@]}" "$DRIVER" "$STORE" "$WORK/mounted" -o lang=en,nonsense
	said 'there is no such option'
	can_mount || skip "nothing can be mounted here"
	expect_code 0 "$DRIVER" "$STORE" "$WORK/mounted" -o lang=ja
	find "$WORK/mounted" ! -path '*/.registry/*' -type f -exec sha256sum {} + | sort -k 2 >"$WORK/japanese"
	unmount "$WORK/mounted"
	expect_code 0 "$DRIVER" "$STORE" "$WORK/mounted" -o lang=en
	find "$WORK/mounted" ! -path '*/.registry/*' -type f -exec sha256sum {} + | sort -k 2 >"$WORK/english"
	unmount "$WORK/mounted"
	[ "$(wc -l <"$WORK/english")" -gt 500 ]
	cmp "$WORK/japanese" "$WORK/english"
}
test_case "-o lang= chooses the messages' language, and changes neither paths nor contents" chooses_a_language

fits() { # a terminal of 80 columns, in which a Chinese character takes two
	python3 -c '
import sys, unicodedata
wide = 0
for line in sys.stdin:
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip("\n"))
    if width > 80:
        print(f"{width} columns: {line}", end="")
        wide += 1
sys.exit(wide > 0)'
}

helps_within_80_columns() {
	local command
	"${JAPANESE[@]}" "$DRIVER" --help | fits
	"$DRIVER" --help | fits
	"${JAPANESE[@]}" "$SYNC" --help | fits
	"$SYNC" --help | fits
	for command in $("$SYNC" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p'); do
		"${JAPANESE[@]}" "$SYNC" "$command" --help | fits
		"$SYNC" "$command" --help | fits
	done
}
test_case "--help fits 80 columns in both languages" helps_within_80_columns

explains_every_option() {
	has_catalogues
	local command
	for command in $("$SYNC" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p'); do
		"${JAPANESE[@]}" "$SYNC" "$command" --help >"$WORK/help"
		grep -q '^  -' "$WORK/help"
		# In the words of a name, its value and ASCII alone: not translated.
		fails env LC_ALL=C grep -nP '^  --[\x01-\x7f]*$' "$WORK/help"
	done
	"${JAPANESE[@]}" "$DRIVER" --help >"$WORK/help"
	fails env LC_ALL=C grep -nP '^  -[\x01-\x7f]*$' "$WORK/help"
}
test_case "every option is explained in Japanese" explains_every_option

results_are_for_programs() {
	has_catalogues
	local command
	for command in status log verify changes; do
		"$SYNC" "$command" --store "$STORE" >"$WORK/english"
		"${JAPANESE[@]}" "$SYNC" "$command" --store "$STORE" >"$WORK/japanese"
		# Why a list is stale is a sentence for people.
		cmp <(sed '/^reason /d' "$WORK/english") <(sed '/^reason /d' "$WORK/japanese")
		[ "$command" != status ] || grep -q '^reason  *この公表は' "$WORK/japanese"
	done
	"${JAPANESE[@]}" "$SYNC" init --store "$WORK/other" --bundled ismap | grep -q '^changed: '
	"$SYNC" export --store "$STORE" "$WORK/tree.en" >/dev/null
	"${JAPANESE[@]}" "$SYNC" export --store "$STORE" "$WORK/tree.ja" >/dev/null
	diff -r --no-dereference -x stale.reason "$WORK/tree.en" "$WORK/tree.ja"
	grep -q 'この公表は' "$WORK/tree.ja/.registry/stale.reason"
}
test_case "results, exports and stores are the same in every language" results_are_for_programs

is_found_by_its_place() {
	has_catalogues
	local prefix=$WORK/prefix
	mkdir -p "$prefix/bin" "$WORK/alone" "$WORK/elsewhere/ja/LC_MESSAGES"
	make -s -C "$TOP" BUILD="$BUILD" PREFIX="$prefix" install >/dev/null
	expect_code 2 "${JAPANESE[@]}" "$prefix/bin/ismap-sync" nonsense
	said 'というコマンドはありません'
	cp "$SYNC" "$WORK/alone"
	expect_code 2 "${JAPANESE[@]}" "$WORK/alone/ismap-sync" nonsense
	said 'is not a command'
	# Nobody's environment leads a program to other texts.
	sed "s/というコマンドはありません/EVIL/" "$TOP/sync/po/ja.po" |
		msgfmt -o "$WORK/elsewhere/ja/LC_MESSAGES/ismap-sync.mo" -
	expect_code 2 "${JAPANESE[@]}" env TEXTDOMAINDIR="$WORK/elsewhere" NLSPATH="$WORK/elsewhere/%l" \
		LOCPATH="$WORK/elsewhere" "$prefix/bin/ismap-sync" nonsense
	fails grep EVIL "$WORK/.said"
}
test_case "catalogues are found beside the program or in its prefix, and nowhere else" is_found_by_its_place

# As systemd starts a service: stderr is the stream that JOURNAL_STREAM names.
with_journal() { # COMMAND…
	: >"$WORK/journal"
	JOURNAL_STREAM=$(stat -c %d:%i "$WORK/journal") "$@" 2>"$WORK/journal" >/dev/null || true
}

tells_priorities() {
	with_journal "$SYNC" nonsense
	grep -qx "<3>'nonsense' is not a command; see 'ismap-sync --help'" "$WORK/journal"
	with_journal "$DRIVER" "$WORK/nothing" "$WORK/mounted"
	grep -q "^<3>$WORK/nothing: the store can't be used" "$WORK/journal"
	with_journal "$DRIVER" "$WORK/nothing" "$WORK/mounted" -o rw
	grep -q '^<6>-o rw: ' "$WORK/journal"
	with_journal "$SYNC" changes --store "$STORE" --since 2001-01-01
	grep -q "^<4>the store's history begins on " "$WORK/journal"
	# Of another stream nothing is known: a file, or a terminal that the service opened.
	JOURNAL_STREAM=1:2 "$SYNC" nonsense 2>"$WORK/journal" || true
	grep -q "^ismap-sync: 'nonsense'" "$WORK/journal"
	JOURNAL_STREAM=nonsense "$SYNC" nonsense 2>"$WORK/journal" || true
	grep -q "^ismap-sync: 'nonsense'" "$WORK/journal"
}
test_case "under systemd each message has its priority, elsewhere the program's name" tells_priorities

# told CODE COMMAND…: what it says goes to $WORK/told.
told() {
	local code=0 wanted=$1
	shift
	"$@" >>"$WORK/told" 2>&1 || code=$?
	equal "exit status of $*" "$code" "$wanted"
}

counts_one() {
	local make=$TOP/tests/publications/fedramp_today.py one=$WORK/one day
	: >"$WORK/told"
	mkdir "$one"
	cd "$one"
	python3 "$make" products 2026-05-01 'FR1=FedRAMP Paused,annual_assessment=[],cap_date="2026"' 'FAKE-1=Delisted' ' =Delisted' >list
	python3 "$make" changelog 3 2026-05-01 'FR1|2020-01-02||FRR' 'FAKE-2|2020-01-02||FRR' >changelog
	python3 "$make" overview 2026-05-01 FR7 >overview
	told 0 "$SYNC" pull --verbose --store s --source fedramp --from list --from changelog --from overview --accept-loss
	for day in 02 03; do
		python3 "$make" products 2026-05-$day "FR1=FedRAMP Certified,uei=\"$day\"" >list-$day
	done
	told 0 "$SYNC" pull --store s --source fedramp --from list-02
	told 0 "$SYNC" pull --store s --source fedramp --from list-02
	python3 "$make" products 2026-05-04 FR2=Delisted FR3=Unknown >others
	told 4 "$SYNC" pull --store s --source fedramp --from others
	python3 "$make" products 2026-05-04 'FR1=FedRAMP Lost' >lost
	told 4 "$SYNC" pull --store s --source fedramp --from lost
	printf '\n' >empty
	told 4 "$SYNC" pull --store s --source fedramp --from empty
	printf '{' >open
	told 4 "$SYNC" pull --store s --source fedramp --from open
	told 0 "$SYNC" import-history --store h --source fedramp list-03
	told 0 "$SYNC" keygen --key key
	told 0 "$SYNC" publish --store s --to web --key key
	told 0 "$SYNC" pull --store m --source mirror --from web --pubkey key.pub
	for day in status log verify changes dates; do told 0 "$SYNC" $day --store s; done
	told 0 "$SYNC" prune --store s --keep 1
	told 0 "$SYNC" export --store s tree
	cat tree/README >>"$WORK/told"
	sed 's/<[^>]*>/ /g' tree/tables/report.html >>"$WORK/told"
	grep -v "^ *$" "$WORK/told" | head -n 60
	grep -q "in 1 entry" "$WORK/told"
	grep -q "1 of 1 service would leave" "$WORK/told"
	fails grep -nE '\b1 ([a-z]+ )?[a-z]*(names|statuses|services|entries|values|rows|files|bytes|overviews|providers|products|deltas|generations|pages|days|changes)\b' "$WORK/told"
	fails grep -nE '\b1 [a-z]*[a-ln-z]s\b' "$WORK/told"
}
test_case "one thing is told in the singular" counts_one

is_one_line() {
	with_journal "$SYNC" "$(printf 'two\nlines\033[31m')"
	equal lines "$(wc -l <"$WORK/journal")" 1
	fails grep -q "$(printf '\033')" "$WORK/journal"
}
test_case "a message is one line, whatever it quotes" is_one_line

finish
