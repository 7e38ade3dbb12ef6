#!/usr/bin/env bash
# The publisher's own bytes: kept as they were fetched, packed, read back to the byte, also by others' tools;
# forgotten by a pruning, and never before.
#
# Made-up months, and with LONG=1 the real lists.
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
STORE=$WORK/store
KEPT=$STORE/publications

mkdir "$WORK/lists"
python3 "$TOP/tests/publications/years.py" "$WORK/lists" 36
pull() { # CODE FILE OPTIONS…
	expect_code "$1" "$SYNC" pull --store "$STORE" --source interchange --from "$2" --accept-loss --quiet "${@:3}"
}
list() { printf '%s/lists/%04d.json' "$WORK" "$1"; }
day() { printf '%d-%02d-%02d' $((2023 + $1 / 12)) $(($1 % 12 + 1)) "${2:-15}"; }
given() { "$SYNC" publication --store "$STORE" "$@"; }
missing() { expect_code 5 "$SYNC" publication --store "$STORE" "$@"; }
lines() { tail -n +2 "$KEPT/index" | wc -l; }

only_when_asked() {
	pull 0 "$(list 0)"
	[ ! -e "$KEPT" ]
	missing --at "$(day 0)"
	said "has no document 'list' of 2023-01-15"
	# The state knows the list, which is kept all the same.
	pull 0 "$(list 0)" --keep-publications
	cmp "$(list 0)" <(given --at "$(day 0)")
	pull 0 "$(list 0)" --keep-publications
	equal documents 1 "$(lines)"
	for month in {1..35}; do
		pull 0 "$(list "$month")" --keep-publications
	done
	equal documents 36 "$(lines)"
}
test_case "nothing is kept unless asked for, and each document once" only_when_asked

# other_reads: each document, by the index and zstd's own command.
other_reads() {
	python3 - "$KEPT" <<-'EOF'
		import hashlib, subprocess, sys
		folder = sys.argv[1]
		with open(folder + "/index", encoding="utf-8") as file:
		    header, *rows = file.read().splitlines()
		assert header == "ismapfs-publications 1", header
		documents, longest = {0: None}, {}
		for row in rows:
		    number, base, sha256, size = row.split("\t")[:4]
		    command = ["zstd", "-q", "-d", "-c", "--long=27", "%s/%s.zst" % (folder, number)]
		    if base != "0":
		        with open(folder + ".base", "wb") as file:
		            file.write(documents[int(base)])
		        command.insert(4, "--patch-from=%s.base" % folder)
		    found = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
		    assert hashlib.sha256(found).hexdigest() == sha256 and len(found) == int(size), row
		    documents[int(number)] = found
		    longest[number] = longest.get(base, 0) + 1
		print(max(longest.values()), len(rows))
	EOF
}

to_the_byte() {
	local month
	for month in 0 1 7 29 30 35; do
		cmp "$(list "$month")" <(given --at "$(day "$month")")
	done
	cmp "$(list 6)" <(given --at "$(day 7 14)")
	cmp "$(list 6)" <(given --at "$(day 7)T08:59:59Z")
	cmp "$(list 7)" <(given --at "$(day 7)T09:00:00Z")
	missing --at 2023-01-14
	missing --at "$(day 3)" --role changelog
	equal "longest chain, and documents" "30 36" "$(other_reads)"
}
test_case "the bytes of any day, by the program and by zstd's command; every 30th frame stands alone" to_the_byte

for_the_owner() {
	equal modes "700 600" "$(stat -c %a "$KEPT" "$KEPT"/* | sort -ru | paste -sd' ')"
	chmod 755 "$KEPT"
	(umask 0; pull 0 "$(list 35)" --keep-publications; sed 's/Service 1,/Service one,/; s/2025-12-15T/2025-12-16T/' "$(list 35)" >"$WORK/next"
		pull 0 "$WORK/next" --keep-publications)
	equal modes "700 600" "$(stat -c %a "$KEPT" "$KEPT"/* | sort -ru | paste -sd' ')"
	cmp "$WORK/next" <(given --at 2025-12-16)
}
test_case "only the owner may look" for_the_owner

refused_is_not_kept() {
	local before
	before=$(sha256sum "$KEPT"/*)
	printf 'no list' >"$WORK/bad"
	pull 4 "$WORK/bad" --keep-publications
	python3 "$TOP/tests/publications/years.py" "$WORK/lists" 1
	sed 's/"complete": true/"complete": "perhaps"/' "$(list 35)" >"$WORK/bad"
	pull 4 "$WORK/bad" --keep-publications
	equal kept "$before" "$(sha256sum "$KEPT"/*)"
}
test_case "what is refused isn't among them" refused_is_not_kept

# The changelog is older than the one before, so the pull goes on without it.
refused_beside_the_list() {
	local made=$TOP/tests/publications/fedramp_today.py
	STORE=$WORK/beside KEPT=$WORK/beside/publications
	python3 "$made" data 2026-07-01 "FR1=FedRAMP Authorized" "FR2=FedRAMP Ready" >"$WORK/data"
	python3 "$made" data 2026-07-02 "FR1=FedRAMP Authorized" "FR2=FedRAMP Authorized" >"$WORK/data-2"
	python3 "$made" changelog 3 2026-07-01 'FR1|2020-01-02||Authorized' >"$WORK/log"
	python3 "$made" changelog 3 2026-06-30 'FR1|2020-01-02||Authorized' >"$WORK/log-0"
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/data" --from "$WORK/log" --keep-publications
	equal roles "list changelog" "$(tail -n +2 "$KEPT/index" | cut -f5 | sort -r | xargs)"
	expect_code 0 "$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/data-2" --from "$WORK/log-0" --keep-publications
	said 'log-0: refused: it was published at'
	said '^changed: generation 2'
	equal roles "list list changelog" "$(tail -n +2 "$KEPT/index" | cut -f5 | sort -r | xargs)"
	cmp "$WORK/data-2" <(given --at 2026-07-02)
	cmp "$WORK/log" <(given --at 2026-07-01 --role changelog)
	missing --at 2026-07-02 --role changelog
}
test_case "nor a changelog that is refused while the list goes on" refused_beside_the_list

# The same list in other bytes makes no generation, but is what was published that day.
same_list() {
	cp -a "$STORE" "$WORK/same"
	STORE=$WORK/same KEPT=$WORK/same/publications
	printf '\n' | cat "$WORK/next" - >"$WORK/newline"
	pull 0 "$WORK/newline" --keep-publications
	cmp "$WORK/newline" <(given --at "$(date -u +%F)")
	cmp "$WORK/next" <(given --at 2025-12-16)
}
test_case "other bytes that say the same are kept, too" same_list

damaged() {
	cp -a "$STORE" "$WORK/damaged"
	STORE=$WORK/damaged KEPT=$WORK/damaged/publications
	printf x | dd of="$KEPT/5.zst" bs=1 seek=40 conv=notrunc status=none
	missing --at "$(day 6)"
	said 'publications: number 7 is damaged$'
	rm "$KEPT/32.zst"
	missing --at "$(day 31)"
	said 'publications: number 32 is damaged$'
	cmp "$(list 3)" <(given --at "$(day 3)")
	rm "$KEPT/37.zst"
	sed 's/"Service 1,/"Service 01,/; s/2025-12-15T/2025-12-17T/' "$(list 35)" >"$WORK/after"
	pull 0 "$WORK/after" --keep-publications
	cmp "$WORK/after" <(given --at 2025-12-17)
	# Cut off within a line: the next document isn't written over what that line named.
	cp "$KEPT/index" "$WORK/index"
	head -c -20 "$WORK/index" >"$KEPT/index"
	missing --at "$(day 3)"
	said 'publications/index: '
	(cat "$WORK/index" && printf '\0') >"$KEPT/index"
	missing --at "$(day 3)"
	for index in '' 'ismapfs-publications 1'; do
		printf %s "$index" >"$KEPT/index"
		missing --at "$(day 3)"
		said 'publications/index: '
	done
	for index in 'other 1' $'ismapfs-publications 1\n1\t2\t3' $'ismapfs-publications 1\n2\t2\t'"$(printf %064d 1)"$'\t1\tlist\t\tx\t\tyes\t0\t\t\t' \
		$'ismapfs-publications 1\n9223372036854775807\t0\t'"$(printf %064d 1)"$'\t1\tlist\t\tx\t\tyes\t0\t\t\t'; do
		echo "$index" >"$KEPT/index"
		missing --at "$(day 3)"
		said 'publications/index: '
	done
	# The list goes on all the same.
	sed 's/"Service 01,/"Service 001,/; s/2025-12-17T/2025-12-18T/' "$WORK/after" >"$WORK/later"
	pull 5 "$WORK/later" --keep-publications
	said 'publications/index: '
	"$SYNC" log --store "$STORE" | tail -n 1 | grep -q 2025-12-18
}
test_case "a damaged or lost frame, an index that makes no sense: a sentence, and the list goes on" damaged

pruned() {
	expect_code 0 "$SYNC" prune --store "$STORE" --keep 8
	equal documents 8 "$(lines)"
	equal files 8 "$(find "$KEPT" -name '*.zst' | wc -l)"
	cmp "$(list 29)" <(given --at "$(day 29)")
	cmp "$(list 34)" <(given --at "$(day 34)")
	other_reads
	missing --at "$(day 28)"
	# Killed before its end: the next run goes on.
	cp -a "$STORE" "$WORK/killed"
	expect_code 0 "$SYNC" prune --store "$WORK/killed" --keep 2
	cp -a "$KEPT/." "$WORK/killed/publications"
	expect_code 0 "$SYNC" prune --store "$WORK/killed" --keep 2
	equal files 2 "$(find "$WORK/killed/publications" -name '*.zst' | wc -l)"
	# … also when the index forgot them already.
	cp -n "$KEPT"/*.zst "$WORK/killed/publications"
	expect_code 0 "$SYNC" prune --store "$WORK/killed" --keep 2
	equal files 2 "$(find "$WORK/killed/publications" -name '*.zst' | wc -l)"
	# What can't be read keeps nothing else from being forgotten.
	cp -a "$STORE" "$WORK/unread"
	printf x | dd of="$WORK/unread/publications/32.zst" bs=1 seek=10 conv=notrunc status=none
	expect_code 0 "$SYNC" prune --store "$WORK/unread" --keep 3
	equal files 3 "$(find "$WORK/unread/publications" -name '*.zst' | wc -l)"
}
test_case "a pruning forgets what no kept state was read from, and what is left stands alone" pruned

# A list that was published again: a day that a pruning forgot isn't answered by it.
pruned_between() {
	local month
	STORE=$WORK/between
	for month in 0 1 2; do
		pull 0 "$(list "$month")" --keep-publications
	done
	sed 's/2023-01-15T/2023-04-15T/' "$(list 0)" >"$WORK/as-first"
	pull 0 "$WORK/as-first" --keep-publications
	expect_code 0 "$SYNC" prune --store "$STORE" --keep 1
	missing --at "$(day 1)"
	said 'was pruned'
	cmp "$WORK/as-first" <(given --at 2023-04-15)
}
test_case "of a day that was pruned there is no document" pruned_between

mkdir "$WORK/www"
cp "$(list 0)" "$WORK/www/list.json"
touch -d 2023-01-15 "$WORK/www/list.json"
start_server "$WORK/port" python3 -c '
import http.server, os, sys
os.chdir(sys.argv[1])
class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("ETag", "\"e1\"")
        super().end_headers()
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()' "$WORK/www"
URL=http://127.0.0.1:$(cat "$WORK/port")/list.json

about() {
	STORE=$WORK/about
	expect_code 0 "$SYNC" pull --store "$STORE" --source interchange --from "$URL" --keep-publications
	given --at "$(day 0)" --about | tee "$WORK/about.text"
	grep -qx "location        $URL" "$WORK/about.text"
	grep -qx "sha256          $(sha256sum <"$(list 0)" | cut -d' ' -f1)" "$WORK/about.text"
	grep -qx 'status          200' "$WORK/about.text"
	grep -qE '^fetched         20[0-9T:-]+Z$' "$WORK/about.text"
	grep -qx 'clock           vouched for' "$WORK/about.text"
	grep -qE '^last-modified   .* GMT$' "$WORK/about.text"
	grep -qx 'etag            "e1"' "$WORK/about.text"
}
test_case "where it came from, when, with which headers, and who vouched for the clock" about

service() {
	local pid
	for option in "" --no-publications; do
		# shellcheck disable=SC2086
		"$SYNC" run --store "$WORK/run$option" --source interchange --from "$URL" --every 1h $option >/dev/null 2>&1 &
		pid=$!
		for _ in {1..200}; do
			grep -q '^last-success [1-9]' "$WORK/run$option/state" 2>/dev/null && break
			sleep 0.05
		done
		kill $pid && wait $pid
	done
	cmp "$(list 0)" <("$SYNC" publication --store "$WORK/run" --at "$(day 0)")
	[ ! -e "$WORK/run--no-publications/publications" ]
	expect_code 2 "$SYNC" run --store "$WORK/run" --source interchange --from "$URL" --every 1h --no-publications --keep-publications
	grep -q 'pull .*--keep-publications' "$TOP/sync/install/ismap-pull@.service"
}
test_case "the service keeps them unless told otherwise" service

mirrored() {
	"$SYNC" keygen --key "$WORK/key" >/dev/null
	"$SYNC" publish --store "$STORE" --to "$WORK/published" --key "$WORK/key" >/dev/null
	"$SYNC" pull --store "$WORK/mirror" --source mirror --from "$WORK/published" --pubkey "$WORK/key.pub" --keep-publications
	[ ! -e "$WORK/mirror/publications" ]
	fails grep -rl "$(head -c 60 "$(list 0)")" "$WORK/published"
}
test_case "they aren't published to mirrors" mirrored

real() {
	[ -n "${LONG:-}" ] && [ -f "$DATA/fedramp/daily.tar.xz" ] || skip "LONG=1 and ../shared/data are needed"
	tar -xJf "$DATA/fedramp/daily.tar.xz" -C "$WORK"
	for file in "$WORK"/daily/*.json; do
		expect_code 0 "$SYNC" pull --store "$WORK/real" --source fedramp --from "$file" --accept-loss --quiet --keep-publications
	done
	STORE=$WORK/real KEPT=$WORK/real/publications
	other_reads
	cat "$WORK"/daily/*.json | wc -c
	du -cb "$KEPT"/*.zst | tail -n 1
	[ "$(du -cb "$KEPT"/*.zst | tail -n 1 | cut -f1)" -lt "$(($(cat "$WORK"/daily/*.json | wc -c) / 50))" ]
}
test_case "a month of real lists takes less than a fiftieth of them" real
finish
