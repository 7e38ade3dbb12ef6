#!/usr/bin/env bash
# Keys and signatures, with minisign's own command on the other side.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/servers/mirrors.sh
. "$TOP/tests/servers/mirrors.sh"

a_key_is_made() {
	expect_code 0 "$SYNC" keygen --key "$KEY"
	equal mode 600 "$(stat -c %a "$KEY")"
	grep -qxF -- "$(sed -n 2p "$KEY.pub")" "$WORK/.said"
	(umask 0; "$SYNC" keygen --key "$WORK/key2")
	equal "mode, whatever the umask" 600 "$(stat -c %a "$WORK/key2")"
	fails cmp -s "$KEY.pub" "$WORK/key2.pub"
}
test_case "keygen writes a secret for its owner alone, and its public half" a_key_is_made

a_key_is_never_written_over() {
	local before
	before=$(sha256sum "$KEY" "$KEY.pub")
	expect_code 5 "$SYNC" keygen --key "$KEY"
	said 'exists already'
	equal "key files" "$before" "$(sha256sum "$KEY" "$KEY.pub")"
	: >"$WORK/half.pub"
	expect_code 5 "$SYNC" keygen --key "$WORK/half"
	[ ! -e "$WORK/half" ] && [ ! -s "$WORK/half.pub" ]
	expect_code 5 "$SYNC" keygen --key "$WORK/no/such/directory"
}
test_case "keygen never writes over a file" a_key_is_never_written_over

origin 2026-01-10 >/dev/null

a_key_is_kept_secret() {
	local mode
	for mode in 640 604 660 644; do
		chmod "$mode" "$KEY"
		expect_code 2 "$SYNC" publish --store "$WORK/origin" --to "$WORK/w" --key "$KEY"
		said "other users may read the key $KEY \(mode 0$mode\)"
		[ ! -e "$WORK/w/head.json" ]
	done
	chmod 400 "$KEY"
	expect_code 0 "$SYNC" publish --store "$WORK/origin" --to "$WORK/w" --key "$KEY"
	chmod 600 "$KEY"
}
test_case "publish refuses a key that others may read" a_key_is_kept_secret

what_is_no_key() {
	expect_code 2 "$SYNC" publish --store "$WORK/origin" --to "$WORK/w" --key "$WORK/none"
	said 'none can.t be read'
	(umask 077; head -c 100 "$KEY" >"$WORK/cut")
	expect_code 2 "$SYNC" publish --store "$WORK/origin" --to "$WORK/w" --key "$WORK/cut"
	said 'is not a secret key'
	# One character of the secret is another.
	(umask 077; sed '2s/\(.\{100\}\)\(.\)/\1#/; y/#/A/' "$KEY" >"$WORK/flipped")
	cmp -s "$KEY" "$WORK/flipped" && sed -i '2s/\(.\{100\}\)./\1B/' "$WORK/flipped"
	expect_code 2 "$SYNC" publish --store "$WORK/origin" --to "$WORK/w" --key "$WORK/flipped"
	said 'flipped is damaged'
	expect_code 2 "$SYNC" pull --store "$WORK/m" --source mirror --from "$WORK/w" --pubkey "$KEY"
	said 'is not a public key'
	expect_code 2 "$SYNC" pull --store "$WORK/m" --source mirror --from "$WORK/w"
	said -- '--pubkey is missing'
}
test_case "what is no key is refused in a sentence" what_is_no_key

minisign_verifies() {
	minisign -V -m "$WORK/w/head.json" -P "$(sed -n 2p "$KEY.pub")" >"$WORK/verified"
	grep -q '^Trusted comment: ismapfs registry:fedramp generation:1 published:20..-..-..T..:..:..Z$' "$WORK/verified"
	minisign -V -m "$WORK/w/head.json" -p "$KEY.pub" >/dev/null
	fails minisign -V -m "$WORK/w/head.json" -p "$WORK/key2.pub" >/dev/null
	cmp "$WORK/w/head.json.minisig" "$WORK/w/signatures/$(sha256sum <"$WORK/w/head.json" | cut -c 1-64).minisig"
}
test_case "minisign verifies a head, comment included" minisign_verifies

minisign_signs() {
	# Its key is ours to use, and ours its.
	minisign -G -W -s "$WORK/theirs" -p "$WORK/theirs.pub" >/dev/null
	expect_code 0 "$SYNC" publish --store "$WORK/origin" --to "$WORK/w2" --key "$WORK/theirs"
	minisign -V -m "$WORK/w2/head.json" -p "$WORK/theirs.pub" >/dev/null
	cp -r "$WORK/w" "$WORK/w3"
	rm -r "$WORK/w3/signatures/"*
	sign "$WORK/w3" "$KEY"
	pull_mirror 0 "$WORK/m3" "$WORK/w3"
	said '^changed: generation 1'
}
test_case "a head that minisign signed is accepted" minisign_signs

a_password_is_not_asked_for() {
	printf 'secret\nsecret\n' | minisign -G -f -s "$WORK/locked" -p "$WORK/locked.pub" >/dev/null 2>&1 ||
		skip "minisign wants a terminal to ask for a password"
	[ -s "$WORK/locked" ] || skip "minisign wants a terminal to ask for a password"
	chmod 600 "$WORK/locked"
	expect_code 2 "$SYNC" publish --store "$WORK/origin" --to "$WORK/w" --key "$WORK/locked"
	said 'has a password'
}
test_case "a key with a password is refused in a sentence" a_password_is_not_asked_for

several_keys() {
	cat "$WORK/key2.pub" "$KEY.pub" >"$WORK/both.pub"
	expect_code 0 "$SYNC" pull --store "$WORK/m4" --source mirror --from "$WORK/w" --pubkey "$WORK/both.pub"
	{ printf '\357\273\277'; sed 's/$/\r/' "$WORK/both.pub"; } >"$WORK/both-of-windows.pub"
	expect_code 0 "$SYNC" pull --store "$WORK/m4" --source mirror --from "$WORK/w" --pubkey "$WORK/both-of-windows.pub"
	equal signer "$(sed -n 2p "$KEY.pub")" "$(sed -n 's/^signer //p' "$WORK/m4/state")"
}
test_case "a file of several public keys: any of them may have signed" several_keys
finish
