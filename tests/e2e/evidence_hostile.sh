#!/usr/bin/env bash
# What a stranger's pack of evidence, or a stranger's store, can't do; and a single bit that was changed.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/evidence.sh
. "$TOP/tests/servers/evidence.sh"

evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/pack" --by 'Example Ministry'

every_bit() {
	cp -r "$WORK/pack" "$WORK/bits"
	python3 - "$WORK/bits" "$KEY.pub" "$SYNC" <<-'EOF'
		import base64, os, random, subprocess, sys
		pack, key, program = sys.argv[1:]
		chance = random.Random(7)
		def is_whole():
		    quiet = dict(cwd=pack, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		    return subprocess.run(["minisign", "-VQm", "SHA256SUMS", "-p", key], **quiet).returncode == 0 and \
		        subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], **quiet).returncode == 0
		assert is_whole()
		for folder, _, names in sorted(os.walk(pack)):
		    for name in sorted(names):
		        path = os.path.join(folder, name)
		        with open(path, "rb") as file:
		            bytes = file.read()
		        # Of the signature each byte, of the others some.
		        places = range(len(bytes)) if name.endswith(".minisig") else chance.sample(range(len(bytes)), 12)
		        for place in places:
		            changed = bytearray(bytes)
		            changed[place] ^= 1 << chance.randrange(8)
		            with open(path, "wb") as file:
		                file.write(changed)
		            if is_whole():
		                # Six bits of a signature's base64 mean nothing, which minisign takes, and this program doesn't.
		                before, after = (text.split(b"\n") for text in (bytes, bytearray(changed)))
		                assert name.endswith(".minisig") and len(before) == len(after), (path, place)
		                assert [base64.b64decode(line) for line in before[1::2]] == \
		                    [base64.b64decode(bytearray(line)) for line in after[1::2]], (path, place)
		                assert subprocess.run([program, "evidence", "--verify", pack, "--pubkey", key],
		                                      stderr=subprocess.DEVNULL).returncode == 4, (path, place)
		        with open(path, "wb") as file:
		            file.write(bytes)
		assert is_whole()
	EOF
}
test_case "one bit that is changed anywhere is found by minisign and sha256sum alone" every_bit

hostile() {
	local bad=$WORK/bad archive option
	refused "$WORK/2026-07-22.json" 'it is no tar or zip that can be read|is no pack'
	expect_code 4 "$SYNC" evidence --verify "$WORK/pack" --pubkey "$WORK/other.pub"
	said "signed with the key .*, which the given file doesn't hold"
	expect_code 2 "$SYNC" evidence --verify "$WORK/nothing" --pubkey "$KEY.pub"
	expect_code 2 "$SYNC" evidence --verify "$WORK/pack"
	for option in --store=x --at=2026-07-22 --key=x --out=x --service=x --only=x --by=x --whole; do
		expect_code 2 "$SYNC" evidence --verify "$WORK/pack" --pubkey "$KEY.pub" "$option"
		said 'verify goes with --pubkey alone'
	done
	# change WHAT COMMAND…: run in a copy of the pack.
	changed() { rm -rf "$bad" && cp -r "$WORK/pack" "$bad" && (cd "$bad" && eval "$1") && refused "$bad" "$2"; }
	changed 'echo >>statement.txt' 'statement.txt was changed after the pack was signed'
	changed 'rm statement.html' 'files that were signed are missing|is missing, or'
	changed 'echo >more' "more is missing, or isn't among the files that were signed"
	changed 'ln -s statement.txt more' 'more in it is not a plain file'
	changed 'mkfifo more' 'more in it is not a plain file'
	changed 'ln -sf /etc/passwd SHA256SUMS' 'SHA256SUMS in it is not a plain file'
	changed 'echo >"a b"' 'has a file that no pack has: a b'
	changed 'mkdir -p a/b/c/d/e && echo >a/b/c/d/e/f' 'is not a plain file'
	changed 'rm SHA256SUMS' 'it is no pack'
	changed 'echo "# ok" >>SHA256SUMS' "its signature doesn't fit"
	changed 'truncate -s 0 SHA256SUMS.minisig' 'no signature of minisign'
	changed "sed -i '1s/$/stamped by nobody/' SHA256SUMS.minisig" 'an untrusted comment, which nobody signed'
	python3 - "$WORK/pack" "$WORK" <<-'EOF'
		import io, os, sys, tarfile, zipfile
		pack, work = sys.argv[1:]
		files = {}
		for folder, _, names in os.walk(pack):
		    for name in names:
		        path = os.path.join(folder, name)
		        files[os.path.relpath(path, pack)] = open(path, "rb").read()
		def tar(name, change):
		    with tarfile.open("%s/%s.tar" % (work, name), "w", format=tarfile.PAX_FORMAT) as out:
		        for file in sorted(files):
		            entry = tarfile.TarInfo("p/" + file)
		            entry.size = len(files[file])
		            out.addfile(entry, io.BytesIO(files[file]))
		        change(out)
		def entry(name, kind=tarfile.REGTYPE, link="", size=0):
		    made = tarfile.TarInfo(name)
		    made.type, made.linkname, made.size = kind, link, size
		    return made
		tar("good", lambda out: None)
		tar("up", lambda out: out.addfile(entry("p/../../up")))
		tar("root", lambda out: out.addfile(entry("/tmp/root")))
		tar("other", lambda out: out.addfile(entry("q/other")))
		tar("link", lambda out: out.addfile(entry("p/link", tarfile.SYMTYPE, "/etc/passwd")))
		tar("hard", lambda out: out.addfile(entry("p/hard", tarfile.LNKTYPE, "p/record.json")))
		tar("device", lambda out: out.addfile(entry("p/device", tarfile.CHRTYPE)))
		for number, name in enumerate(("../../up/", "p/../../up/", "/up/", "p/-x y/", "q/", "p/a//")):
		    tar("folder%d" % number, lambda out: out.addfile(entry(name, tarfile.DIRTYPE)))
		tar("folders", lambda out: [out.addfile(entry(name, tarfile.DIRTYPE)) for name in ("p/", "p/services/", "p/a/b")])
		tar("twice", lambda out: out.addfile(entry("p/record.json")))
		with zipfile.ZipFile(work + "/bomb.zip", "w", zipfile.ZIP_DEFLATED) as out:
		    for number in range(9):
		        out.writestr("p/%d" % number, bytes(64 << 20))
		with zipfile.ZipFile(work + "/many.zip", "w") as out:
		    for number in range(20001):
		        out.writestr("p/%d" % number, b"")
		with open(work + "/good.tar", "rb") as whole, open(work + "/cut.tar", "wb") as out:
		    out.write(whole.read()[:-14000])
		# Two archives in one file: what somebody unpacks depends on their program.
		def zip(name, statement):
		    with zipfile.ZipFile("%s/%s.zip" % (work, name), "w") as out:
		        for file in sorted(files):
		            out.writestr("p/" + file, statement if file == "statement.txt" else files[file])
		def join(name, *parts):
		    with open(work + "/" + name, "wb") as out:
		        for part in parts:
		            out.write(part if isinstance(part, bytes) else open(work + "/" + part[0], "rb").read())
		zip("good", files["statement.txt"])
		zip("bad", b"another")
		join("tar-zip.zip", ("good.tar",), ("bad.zip",))
		join("zip-zip.zip", ("bad.zip",), ("good.zip",))
		join("zip-zip-more.zip", ("good.zip",), ("bad.zip",), bytes(30000))
		join("tar-tar.tar", ("good.tar",), ("good.tar",))
		join("before.zip", b"before", ("good.zip",))
	EOF
	verify "$WORK/good.tar" >/dev/null
	verify "$WORK/good.zip" >/dev/null
	grep -q another <(python3 -c 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("p/statement.txt"))' "$WORK/tar-zip.zip")
	for archive in tar-zip.zip zip-zip.zip zip-zip-more.zip tar-tar.tar before.zip; do
		refused "$WORK/$archive" 'other programs may find other files in it|statement.txt is in it twice'
	done
	refused "$WORK/up.tar" 'has a file that no pack has: '
	refused "$WORK/root.tar" 'has a file that no pack has: '
	refused "$WORK/other.tar" 'has a file that no pack has: q/other'
	# Folders, too, are made by whoever unpacks it.
	verify "$WORK/folders.tar" >/dev/null
	for archive in 0 1 2 3 4 5; do
		refused "$WORK/folder$archive.tar" 'has a file that no pack has: '
	done
	refused "$WORK/link.tar" 'is not a plain file'
	refused "$WORK/hard.tar" 'is not a plain file'
	refused "$WORK/device.tar" 'is not a plain file'
	refused "$WORK/twice.tar" 'record.json is in it twice'
	refused "$WORK/bomb.zip" 'it is larger than 512 MB'
	refused "$WORK/many.zip" 'it has more than 20000 files'
	refused "$WORK/cut.tar" .
	# Nothing was written beside the packs, and what is wrong stays a sentence: no cursor is moved.
	[ ! -e /tmp/root ] && [ ! -e "$WORK/up" ]
}
test_case "a stranger's pack: each thing that is wrong has a sentence, and nothing is written" hostile

strange() {
	cp -a "$STORE" "$WORK/strange.store"
	STORE=$WORK/strange.store
	sqlite3 "$STORE/current" "UPDATE store SET registry = '../up'; UPDATE source_document SET role = '../../up' WHERE role = 'list'"
	python3 "$TOP/tests/oracle/chain.py" "$STORE/current" --reseal
	sed -i $'s,\tlist\t,\t../../up\t,' "$STORE/publications/index"
	sed -i "s/^chain .*/chain $(sqlite3 "$STORE/current" 'SELECT chain FROM generation ORDER BY id DESC LIMIT 1')/
		s/^sha256 .*/sha256 $(sha256sum <"$STORE/current" | cut -d' ' -f1)/" "$STORE/state"
	rm "$STORE/digests"
	mkdir "$WORK/strange"
	refuses 5 --service FR9900000001 --at 2026-07-22 --out "$WORK/strange/pack" --whole
	said "publications: number [0-9]+ can't be read"
	evidence --service FR9900000001 --at 2026-07-22 --out "$WORK/strange/pack.tar"
	equal folder list-2026-07-22 "$(tar -tf "$WORK/strange/pack.tar" | cut -d/ -f1 | sort -u)"
	equal made pack.tar "$(ls "$WORK/strange")"
	verify "$WORK/strange/pack.tar" >/dev/null
}
test_case "a stranger's store: what it calls its list and its documents leads out of no pack" strange

finish
