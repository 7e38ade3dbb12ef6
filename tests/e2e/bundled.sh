#!/usr/bin/env bash
# The bundled FedRAMP list is what the publications make of it, where they lie beside the checkout.
# shellcheck source=../lib.sh disable=SC1091,SC2317
. "$(dirname "$0")/../lib.sh"

LIST=$TOP/sync/sources/fedramp/bundled.json
CLASSES=$DATA/fedramp-2026/class-baselines-2026-07-14.json
RULES=$DATA/fedramp-2026/consolidated-rules-2026-07-14.json.xz

is_made_of_the_publications() {
	[ -e "$RULES" ] || skip "the publications are not here"
	python3 "$TOP/tests/publications/bundled.py" "$DATA" >"$WORK/made.json"
	cmp "$WORK/made.json" "$LIST"
}

# A second reading of the same documents, which shares nothing with the program that made the list.
is_read_the_same_elsewhere() {
	[ -e "$RULES" ] || skip "the publications are not here"
	tar -xJOf "$DATA/fedramp/daily.tar.xz" daily/2026-04-28.json >"$WORK/list.json"
	tar -xJOf "$DATA/fedramp-2026/days.tar.xz" 2026-04-29T0326.fedramp-status-changelog.json >"$WORK/changelog.json"
	python3 "$TOP/tests/oracle/fedramp_today.py" --facts "$WORK/list.json" "$WORK/changelog.json" |
		sort >"$WORK/wanted"
	jq -r '.services[] | [.number, .status, .["status.source"], .["status.changelog"], .class,
		.["certification-type"], .["certification-path"], .phase, .["registered-on"], .["delisted-on"],
		.["delisted-on.basis"], (.["events.tsv"] // [] | length)] | map(. // "-") | @tsv' "$LIST" |
		sort | diff - "$WORK/wanted"
}

controls_of() { # BASELINE
	jq -r --arg id "$1" '.baselines[] | select(.id == $id) | .controls[]' "$LIST" | sort
}

rev5_classes() {
	[ -e "$CLASSES" ] || skip "the publications are not here"
	local class
	for class in b c d; do
		jq -r --arg class $class '.[$class][] | "800-53-rev5/" + .' "$CLASSES" | sort >"$WORK/wanted"
		[ -s "$WORK/wanted" ]
		controls_of rev5-class-$class | cmp - "$WORK/wanted"
	done
}

indicators() {
	[ -e "$RULES" ] || skip "the publications are not here"
	xz -dc "$RULES" | jq -r '.KSI[] | .name as $family | .indicators | to_entries[] |
		[.key, .value.name, $family] | @tsv' | sort >"$WORK/wanted"
	jq -r '.editions[] | select(.id == "ksi-2026-07-14") | .controls[] | [.id, .title, .domain] | @tsv' "$LIST" |
		sort | cmp - "$WORK/wanted"
	cut -f1 "$WORK/wanted" | sed 's,^,ksi-2026-07-14/,' >"$WORK/all"
	equal all 46 "$(wc -l <"$WORK/all")"
	controls_of 20x-class-d | cmp - "$WORK/all"
	controls_of 20x-class-c | cmp - "$WORK/all"
	# For Class B the rules call five of them optional; of Class A they demand seven.
	equal optional "KSI-CNA-EIS KSI-MLA-ALA KSI-SVC-PRR KSI-SVC-RUD KSI-SVC-VCM" \
		"$(controls_of 20x-class-b | comm -13 - "$WORK/all" | sed 's,.*/,,' | xargs)"
	equal mandatory \
		"KSI-CED-RAT KSI-CMT-LMC KSI-CNA-RNT KSI-IAM-AAM KSI-IAM-APM KSI-INR-RIR KSI-SVC-SIN" \
		"$(controls_of 20x-class-a | sed 's,.*/,,' | xargs)"
}

# Nothing of a person, and nothing at length.
facts_alone() {
	jq -r '.. | strings | select(length > 200 or test("@|https?:"))' "$LIST" >"$WORK/long"
	equal long "" "$(cat "$WORK/long")"
	# No descriptions, messages, agencies, addresses.
	jq -r '.services[] | keys[]' "$LIST" | sort -u >"$WORK/members"
	xargs -n 1 <<-'EOF' | diff - "$WORK/members"
		annual-assessment auditor baseline certification-path delisted-on delisted-on.basis
		deployment-model events.tsv in-process-agency-on in-process-board-on in-process-office-on
		in-process-program-on level level.source leverages name number provider ready-on
		registered-on service-model status status.source
	EOF
}

# The changelog's rows: what a service is now it once became; a review may have ended later.
events() {
	equal rows 1704 "$(jq '[.services[]["events.tsv"][]?] | length' "$LIST")"
	jq -r '.services[] | . as $one | .["events.tsv"] // [] | select(length > 0 and all(.to != $one.status)) |
		$one.number' "$LIST" >"$WORK/never"
	equal never "" "$(cat "$WORK/never")"
	equal days "" "$(jq -r '.services[]["events.tsv"][]?.date' "$LIST" | grep -vE '^20[12][0-9]-[01][0-9]-[0-3][0-9]$' || true)"
}

statuses() {
	equal words "56 agency-in-process 510 certified 2 delisted 17 in-process 59 legacy-ready" \
		"$(jq -r '.services[].status' "$LIST" | sort | uniq -c | xargs)"
}

test_case "it is what the publications make of it" is_made_of_the_publications
test_case "a second reading of them says the same" is_read_the_same_elsewhere
test_case "the Rev5 classes demand what the rules list" rev5_classes
test_case "the Key Security Indicators, and what each 20x class demands of them" indicators
test_case "facts alone" facts_alone
test_case "the official history" events
test_case "the statuses are in the words of today" statuses
finish
