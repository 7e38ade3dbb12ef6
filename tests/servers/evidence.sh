# For the tests of packs of evidence, behind tests/lib.sh: a store of four made-up lists, and what people check a
# pack with who don't have this program.

unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
TODAY=$TOP/tests/publications/fedramp_today.py
KEY=$WORK/key
STORE=$WORK/store

# Without its sandbox, root's --verify is nobody's, who may look here.
chmod 755 "$WORK"

evidence() { "$SYNC" evidence --store "$STORE" --key "$KEY" "$@" >"$WORK/.made" 2>&1 || { cat "$WORK/.made"; return 1; }; }
refuses() { expect_code "$1" "$SYNC" evidence --store "$STORE" --key "$KEY" "${@:2}"; } # CODE OPTIONS…
verify() { "$SYNC" evidence --verify "$1" --pubkey "$KEY.pub"; }
# refused PACK SENTENCE
refused() {
	expect_code 4 "$SYNC" evidence --verify "$1" --pubkey "$KEY.pub"
	said "$2"
}
# says STATEMENT WORDS: in Japanese blanks don't count, as lines end between two words.
says() {
	case $1 in
	*.ja.txt) tr -d ' \n' <"$1" | grep -qF -- "${2// /}" ;;
	*) tr -s ' \n' '  ' <"$1" | grep -qF -- "$2" ;;
	esac || { echo "$1 doesn't say: $2"; cat "$1"; return 1; }
}
# by_tools PACK: what people check who don't have this program.
by_tools() { (cd "$1" && minisign -VQm SHA256SUMS -p "$KEY.pub" && sha256sum --quiet --strict -c SHA256SUMS) >/dev/null 2>&1; }

schema_of() { python3 -c 'import json, sys
try: import jsonschema
except ImportError: sys.exit()
jsonschema.validate(json.load(open(sys.argv[1] + "/record.json")), json.load(open(sys.argv[1] + "/record.schema.json")))' "$1"; }

"$SYNC" keygen --key "$KEY" >/dev/null
"$SYNC" keygen --key "$WORK/other" >/dev/null

# Four lists of FedRAMP's, with its changelog, of a made-up service that changes, one that leaves and one that comes.
list() { # DAY ROW…
	python3 "$TODAY" data "$@" | jq '.data.Products[] |= . + {sales_email: "somebody@example.invalid"}' >"$WORK/$1.json"
}
pull() { # DAY
	"$SYNC" pull --store "$STORE" --source fedramp --from "$WORK/$1.json" --from "$WORK/$1.log" --accept-loss --quiet --keep-publications
}
EARLY='FR9900000001|2020-01-01||FedRAMP Certified|||Class C|2020-01-02'
list 2026-07-01 FR9900000001='FedRAMP Authorized' FR9900000002='FedRAMP Ready'
list 2026-07-20 FR9900000001='FedRAMP Authorized' FR9900000002='FedRAMP Ready' FR9900000003='FedRAMP In Process'
list 2026-07-22 FR9900000001='FedRAMP Authorized' FR9900000003='FedRAMP In Process'
list 2026-08-02 FR9900000001='FedRAMP Authorized' FR9900000003='FedRAMP Authorized'
python3 "$TODAY" changelog 3 2026-07-01 "$EARLY" >"$WORK/2026-07-01.log"
cp "$WORK/2026-07-01.log" "$WORK/2026-07-20.log"
cp "$WORK/2026-07-01.log" "$WORK/2026-07-22.log"
python3 "$TODAY" changelog 3 2026-08-02 "$EARLY" \
	'FR9900000001|2026-07-21|FedRAMP Certified|FedRAMP Certified (In Remediation)|||Class C|2026-08-01' >"$WORK/2026-08-02.log"
for day in 2026-07-01 2026-07-20 2026-07-22 2026-08-02; do pull $day >"$WORK/pulled" 2>&1 || cat "$WORK/pulled"; done
