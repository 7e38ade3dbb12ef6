#!/usr/bin/env bash
# What somebody is told who made a mistake, or whose source did: what it is, and what there is instead.
# shellcheck source=../lib.sh disable=SC1091,SC2164,SC2317
. "$(dirname "$0")/../lib.sh"
cd "$WORK"
mkdir -p mounted
MOUNTS+=("$WORK/mounted")

python3 "$TOP/tests/publications/interchange.py" --services 8 >list.json
"$SYNC" pull --quiet --store example --source interchange --from list.json >/dev/null
"$SYNC" init --store fedramp --bundled fedramp >/dev/null
cat >page.html <<'END'
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>
  Sign in &amp; continue: 職員
</title></head><body><p>Please sign in.</p></body></html>
END

names_the_page() {
	local source sentence="refused: it is not JSON, but the HTML page 'Sign in & continue: 職員'"
	for source in fedramp ismap interchange; do
		expect_code 4 "$SYNC" pull --store new --source $source --from page.html
		said "^ismap-sync: page.html: $sentence"
		fails grep -q 'looks like' .said
	done
	"$SYNC" keygen --key key >/dev/null
	mkdir -p published
	cp page.html published/head.json
	expect_code 4 "$SYNC" pull --store new --source mirror --from published --pubkey key.pub
	said "$sentence"
	# As one of several documents, and where a page was saved in another charset.
	expect_code 4 "$SYNC" pull --store new --source fedramp --from page.html --from page.html
	said "$sentence"
	sed 's/utf-8/Shift_JIS/' page.html | iconv -t CP932 >sjis.html
	expect_code 4 "$SYNC" pull --store new --source interchange --from sjis.html
	said "$sentence"
	printf '\xef\xbb\xbf\n<HTML><body>502 Bad Gateway</body></HTML>' >plain.html
	expect_code 4 "$SYNC" pull --store new --source interchange --from plain.html
	said 'refused: it is not JSON, but an HTML page without a title'
	printf '<title>%0300d</title>' 0 | sed 's/^/<html>/' >long.html
	expect_code 4 "$SYNC" pull --store new --source interchange --from long.html
	equal title 200 "$(grep -oE "'0+'" .said | tr -d "'\n" | wc -c)"
	# What only looks like one is told as before.
	echo '<xml/>' >other
	expect_code 4 "$SYNC" pull --store new --source interchange --from other
	said 'it is not JSON \(error'
}

minds_the_registry() {
	local source
	for source in fedramp ismap; do
		expect_code 2 "$SYNC" pull --store example --source $source --from list.json
		said "^ismap-sync: example holds the list of 'synthetic', and --source $source reads that of '$source'"
		[ "$(wc -l <.said)" = 1 ]
	done
	expect_code 2 "$SYNC" pull --store fedramp --source ismap
	expect_code 0 "$SYNC" pull --store example --source interchange --from list.json
}

leaves_no_store() {
	expect_code 4 "$SYNC" pull --store new --source fedramp --from page.html
	[ ! -e new ]
	fails grep -qE 'kept in|stays as it was' .said
	mkdir new
	expect_code 4 "$SYNC" pull --store new --source fedramp --from page.html
	said 'kept in new/rejected/'
	fails grep -q 'stays as it was' .said
	rm -r new
	expect_code 4 "$SYNC" pull --store example --source interchange --from page.html
	said 'kept in example/rejected/.*; the list stays as it was$'
}

tells_languages() {
	[ -e "$BUILD/locale/ja/LC_MESSAGES/ismapfs.mo" ] || skip "built without gettext"
	# The store comes after the options, so nothing needs to be mounted.
	expect_code 5 "$DRIVER" nowhere mounted -o lang=fr
	said '^ismapfs: -o lang=fr: there are no messages in that language; there are: en, ja$'
	expect_code 2 "$DRIVER" nowhere mounted -o lang=../x
	said 'that is no language; there are: en, ja$'
	for language in en en_GB ja ja_JP; do
		expect_code 5 "$DRIVER" nowhere mounted -o lang=$language
		fails grep -q 'lang=' .said
	done
}

# Each --option that a command's messages advise is one that this command, or the named one, has.
advises_what_there_is() {
	python3 - "$TOP" "$SYNC" <<-'EOF'
		import re, subprocess, sys
		top, program = sys.argv[1:]
		with open(f"{top}/sync/po/ja.po", encoding="utf-8") as file:
		    text = file.read()
		messages = ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', block)) for block in
		            re.findall(r'^msgid(?:_plural)? ((?:"(?:[^"\\]|\\.)*"\n?)+)', text, re.M)]
		def options(*words):
		    shown = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout
		    return set(re.findall(r"^  (--[a-z-]+)", shown, re.M)) | {"--help", "--sandbox"}
		commands = re.findall(r"^  ([a-z-]+) ", subprocess.run([program, "--help"], capture_output=True, text=True).stdout, re.M)
		has = {command: options(command) for command in commands}
		# By which commands a message that names no command may be said.
		readers = {"pull", "run", "import", "import-history"}
		several = {"--accept-loss": readers, "--map": {"pull", "run", "probe"}, "--liu-page": {"pull", "run", "probe"},
		           "--contact": {"pull", "run", "probe"}}
		wrong = 0
		for message in messages:
		    named = re.findall(r"ismap-sync ([a-z-]+)((?: [^']*)?)'", message)
		    for command, rest in named:
		        if command in has:
		            for option in re.findall(r"--[a-z-]+", rest):
		                if option not in has[command]:
		                    wrong += 1
		                    print(f"{command} has no {option}: {message}")
		    rest = re.sub(r"'(?:chown|ismap-sync|soffice)[^']*'", "", message)
		    for option in re.findall(r"(?<![\w-])--[a-z-]+", rest):
		        wanted = several.get(option, set())
		        if not any(option in options for options in has.values()) and option not in ("--help", "--sandbox"):
		            wrong += 1
		            print(f"nothing has {option}: {message}")
		        for command in wanted:
		            if option not in has[command]:
		                wrong += 1
		                print(f"{command} has no {option}: {message}")
		    # Advice to allow something needs a way to allow it.
		    if re.search(r"allow more", message):
		        wrong += 1
		        print(f"no option allows it: {message}")
		assert len(messages) > 400, len(messages)
		sys.exit(wrong > 0)
	EOF
	# --at is pull's alone; others that meet a list without a time say so.
	jq 'del(.published)' list.json >timeless.json
	expect_code 4 env ISMAP_SYNC_CLOCK='now unsynchronised' "$SYNC" import --store undated --source interchange timeless.json
	said "'ismap-sync pull --at TIME' says when it was published"
}

refuses_unknown_numbers() {
	printf '# mine\nE-0001 the first\nE-9999\nE-9998\n' >mine.txt
	expect_code 2 "$SYNC" changes --store example --only mine.txt --exit-code
	said "^ismap-sync: mine.txt: line 4: the store knows no service 'E-9998'"
	said "^ismap-sync: mine.txt: line 3: the store knows no service 'E-9999'"
	equal said 2 "$(wc -l <.said)"
	printf 'E-0001\n' >mine.txt
	expect_code 0 "$SYNC" changes --store example --only mine.txt --exit-code
}

says_that_there_are_no_dates() {
	"$SYNC" init --store ismap --bundled ismap >/dev/null 2>&1
	expect_code 0 "$SYNC" dates --store ismap
	equal said "ismap-sync: this list states no days of its services" "$(tail -n 1 .said)"
	expect_code 0 "$SYNC" dates --store fedramp
	fails grep -q 'states no days' .said
}

reads_small_letters() {
	jq '.published = "2025-02-03t04:05:06z" | .services[0].name = "Other"' list.json >small.json
	expect_code 0 "$SYNC" pull --store small --source interchange --from small.json
	said 'published 2025-02-03T04:05:06Z'
}

# A list of some thirty days, as if it had been pulled on each; days below one can't be of a real store.
as_of_many_days() {
	cp -a fedramp many
	sqlite3 "$(readlink -f many/current)" "
		PRAGMA journal_mode = delete;
		WITH RECURSIVE days(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM days WHERE n < 32)
		INSERT INTO generation (id, published_at, published_basis, day, mtime, fetched_at, source, complete, services,
			held_until, chain)
		SELECT -n, published_at, published_basis, date(day, '-' || n || ' days'), mtime - n, fetched_at, source, complete,
			services, held_until, chain FROM generation, days WHERE id = 1" >/dev/null
}

warns_and_clears() {
	as_of_many_days
	"$SYNC" export --store many --with-at big 2>big.said &
	local export=$!
	for _ in {1..400}; do
		compgen -G 'big.part-*/services' >/dev/null && break
		sleep 0.02
	done
	kill -KILL $export
	wait $export || true
	grep -qE '^ismap-sync: big: about 1[0-9]{6} files, links and directories will be written; a mount' big.said
	mkdir big.part-abcdef big.partly big.part-other
	equal left 1 "$(find . -maxdepth 1 -name 'big.part-*' ! -name '*abcdef' ! -name '*other' | wc -l)"
	expect_code 0 "$SYNC" export --store example big
	said 'big.part-......: removed what an export left that was killed'
	# What isn't named as an export names it is somebody else's.
	equal left "./big.partly" "$(find . -maxdepth 1 -name 'big.part*')"
	# One that is at work keeps what it makes.
	"$SYNC" export --store fedramp big2 &
	for _ in {1..400}; do
		compgen -G 'big2.part-*/services' >/dev/null && break
		sleep 0.02
	done
	"$SYNC" export --store fedramp big2 || true
	wait $!
	[ -s big2/README ]
}

shows_progress() {
	command -v script >/dev/null || skip "script is not installed"
	script -qec "'$SYNC' export --store fedramp shown" /dev/null >screen
	grep -qE 'shown: \[#* *\] [0-9]+/[0-9]+' screen
	# Nothing of it where there is no terminal.
	expect_code 0 "$SYNC" export --store fedramp shown
	equal said "" "$(cat .said)"
}

test_case "a page instead of data is named by its title" names_the_page
test_case "a source of another registry than the store's is a mistake" minds_the_registry
test_case "a refused first pull leaves no store, and speaks of none" leaves_no_store
test_case "a language without messages: which there are" tells_languages
test_case "advice names options that the command has" advises_what_there_is
test_case "a number that the store doesn't know is an error" refuses_unknown_numbers
test_case "a list without dates is told from one where none is due" says_that_there_are_no_dates
test_case "times in small letters, as RFC 3339 allows" reads_small_letters
test_case "an export of a million files is warned of, and what a killed one left is cleared" warns_and_clears
test_case "an export shows how far it is" shows_progress
finish
