#!/usr/bin/env bash
# The manual pages: well-formed, and saying what the programs say and show.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

# Each page has a source; a page that isn't built is missing below.
SOURCES=$(cd "$TOP" && find fs sync -name '*.scd' | sort)
PAGES=${SOURCES//.scd/}

well_formed() {
	local page
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	[ "$(wc -w <<<"$PAGES")" -ge 7 ]
	for page in $PAGES; do
		page=$BUILD/$page
		[ -s "$page" ]
		case $page in
		# A paragraph is one line where the words have no blanks between them. groff 1.23 names sections in
		# the languages that it knows only.
		*/ja/*) mandoc -T lint -W warning "$page" && grep -qE '^\.TH .* "" "[^"]+"$' "$page" ;;
		*) mandoc -T lint "$page" ;;
		esac || { echo "$page"; return 1; }
		mandoc -T utf8 "$page" >"$WORK/page"
		[ "$(wc -l <"$WORK/page")" -gt 30 ]
	done
}

# Sections of ismap-sync(1), `## a, b`, and the options defined in each; and --help's of a and b together.
# --store is described once, with the commands that don't have it.
sync_options() {
	python3 - "$TOP/sync/manual/ismap-sync.1.scd" "$SYNC" <<-'EOF'
		import re, subprocess, sys
		page, program = sys.argv[1:]
		manual, commands = {}, None
		with open(page, encoding="utf-8") as file:
		    text = file.read()
		for line in text.splitlines():
		    if line.startswith("#"):
		        commands = line[3:].strip() if line.startswith("## ") else None
		    elif commands is not None and (found := re.match(r"\*(--[a-z-]+)\*( _(.+)_)?$", line)):
		        manual.setdefault(commands, set()).add((found[1], bool(found[2])))
		    if commands is not None:
		        manual.setdefault(commands, set())
		but = re.search(r"^\*--store\* _DIR_\n\tThe store\. Every command but (.*?) needs it", text, re.M | re.S)
		storeless = re.findall(r"\*(\S+?)\*", but[1])
		def shown(*words):
		    return subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout
		names = re.findall(r"^  ([a-z-]+) ", shown(), re.M)
		assert len(names) > 10, names
		wrong = 0
		for names_in_page, options in manual.items():
		    helped = set()
		    for command in names_in_page.split(", "):
		        own = {(name, bool(value)) for name, value in
		               re.findall(r"^  (--[a-z-]+)( [A-Z|]\S*)?", shown(command), re.M)}
		        if (("--store", True) in own) == (command in storeless):
		            wrong += 1
		            print(command, "has --store, or not, unlike the manual")
		        helped |= own - {("--store", True)}
		        names.remove(command)
		    for option in sorted(helped ^ options):
		        wrong += 1
		        print(names_in_page, *option, "is only in", "--help" if option in helped else "the manual")
		for command in names:
		    wrong += 1
		    print(command, "is not in the manual")
		sys.exit(wrong > 0)
	EOF
}

driver_options() {
	"$DRIVER" -h | grep -oE '^  (-o [a-z_-]+=?|-[a-zA-Z]|-[a-zA-Z], --[a-z]+)' | sed 's/^  //' | LC_ALL=C sort >"$WORK/help"
	sed -nE 's/^\*(-o [a-z_-]+=?)[^*]*\*.*/\1/p; s/^\*(-[a-zA-Z])\*(, \*(--[a-z]+)\*)?$/\1 \3/p' "$TOP/fs/manual/ismapfs.8.scd" |
		sed -E 's/^(-[^o]) (--.*)/\1, \2/; s/ $//' | LC_ALL=C sort >"$WORK/manual"
	[ "$(wc -l <"$WORK/help")" -ge 8 ]
	diff "$WORK/help" "$WORK/manual"
}

exit_codes() {
	local code
	for code in 0 1 2 3 4 5; do
		grep -qx "\\*$code\\*" "$TOP/sync/manual/ismap-sync.1.scd"
	done
	for code in 0 1 2 5; do
		grep -qx "\\*$code\\*" "$TOP/fs/manual/ismapfs.8.scd"
	done
}

python3 "$TOP/tests/publications/interchange.py" --services 12 >"$WORK/list.json"
"$SYNC" pull --store "$WORK/store" --source interchange --from "$WORK/list.json" --quiet >/dev/null
# Agencies and classes are FedRAMP's alone, and the bundled list states neither.
with_agencies() {
	python3 -c 'import json, sys
document = json.load(sys.stdin)
document["services"][0].update({"agencies": ["Imaginary Agency"], "class": "b"})
json.dump(document, sys.stdout)'
}
python3 "$TOP/tests/publications/interchange.py" --services 14 --drop 1 --without E-0003 --published 2025-03-01 |
	with_agencies >"$WORK/next.json"
"$SYNC" pull --store "$WORK/store" --source interchange --from "$WORK/next.json" --accept-loss --quiet >/dev/null
if can_mount; then
	mount_store "$WORK/store" "$WORK/tree" -o max-age=3650d
else
	"$SYNC" export --store "$WORK/store" "$WORK/tree"
fi

tree() {
	local list
	for list in ismap fedramp; do
		"$SYNC" init --store "$WORK/$list" --bundled $list
		"$SYNC" export --store "$WORK/$list" "$WORK/$list.tree"
	done
	python3 "$TOP/tests/helpers/tree_manual.py" "$TOP/fs/manual/ismapfs-tree.5.scd" "$TOP/include/vocabulary.h" \
		"$WORK/tree" "$WORK/ismap.tree" "$WORK/fedramp.tree"
}

hidden() {
	can_mount || skip "mounting is not allowed here"
	# What the manual says isn't listed, and is there all the same.
	equal fresh at/2025-03-01/services "$(readlink "$WORK/tree/fresh")"
	leads=$(readlink "$WORK/tree/at/confirmed/2025-02-01")
	equal confirmed ../2025-02-01 "$leads"
	[ -d "$WORK/tree/at/2025-02-01" ] && [ -L "$WORK/tree/at/2025-02" ] && [ -L "$WORK/tree/at/latest" ]
	equal dated "agencies auditors baselines by-class by-expiry by-level by-name by-status controls delisted providers services " \
		"$(cd "$WORK/tree/at/2025-02-01" && printf '%s ' *)"
	equal "of the day" ".registry" "$(cd "$WORK/tree/at/2025-02-01" && ls -A | grep '^\.')"
}

# The members of a format: its schema and its page name the same ones.
members() { python3 "$TOP/tests/helpers/members.py" "$TOP/$1" "$TOP/sync/manual/$2" "$3"; }

installed() {
	local language
	make -s -C "$TOP" install BUILD="$BUILD" DESTDIR="$WORK/root" PREFIX=/usr >/dev/null
	local page
	for page in $PAGES; do
		language=$(sed -n 's,.*/manual/\([a-z]*\)/.*,\1/,p' <<<"$page")
		[ -s "$WORK/root/usr/share/man/${language}man${page##*.}/${page##*/}" ]
	done
	[ -s "$WORK/root/usr/share/bash-completion/completions/ismap-sync" ]
	[ -s "$WORK/root/usr/share/zsh/site-functions/_ismapfs" ]
	[ -s "$WORK/root/usr/share/fish/vendor_completions.d/ismap-sync.fish" ]
	make -s -C "$TOP" uninstall BUILD="$BUILD" DESTDIR="$WORK/root" PREFIX=/usr >/dev/null
	equal left "" "$(find "$WORK/root/usr" -name '*ismap*' ! -type d)"
}

# What is copied from the page is what was written: no typographic quotes or hyphens, and each line of a script whole.
survives_copying() {
	local page shower
	for page in $PAGES; do
		for shower in "mandoc -T utf8 -O width=100" "groff -man -Tutf8 -k -rLL=100n"; do
			command -v "${shower%% *}" >/dev/null || continue
			$shower "$BUILD/$page" 2>/dev/null | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' >"$WORK/shown"
			fails grep -nP '[‐‑–‘’“”ˆ˜´]' "$WORK/shown"
			# Literal text in the source has its backslashes doubled.
			sed -n '/^```$/,/^```$/p' "$TOP/$page.scd" | grep -vx '```' | grep -v '\\' |
				sed 's/^[ \t]*//; s/[ \t][ \t]*/ /g' | grep . >"$WORK/lines" || continue
			sed 's/^[ \t]*//; s/[ \t][ \t]*/ /g' "$WORK/shown" | grep -vxFf - "$WORK/lines" >"$WORK/missing" || true
			[ ! -s "$WORK/missing" ] || { echo "$page, $shower:"; cat "$WORK/missing"; return 1; }
		done
	done
}

test_case "mandoc finds nothing to complain about" well_formed
test_case "what is copied from a page is what was written" survives_copying
test_case "ismap-sync(1) has the commands and options of --help, and no other" sync_options
test_case "ismapfs(8) has the options of --help, and no other" driver_options
test_case "each exit status is in the manuals" exit_codes
test_case "ismapfs-tree(5) names all that trees show, and the vocabulary, and nothing else" tree
test_case "what isn't listed is as the manual says" hidden
test_case "ismap-interchange(5) names each member of the schema" \
	members sync/sources/interchange/interchange.schema.json ismap-interchange.5.scd 30
test_case "ismap-evidence(7) names each member of the record" \
	members sync/evidence/facts/record.schema.json ismap-evidence.7.scd 40
test_case "make install brings manuals and completions, make uninstall takes them" installed
finish
