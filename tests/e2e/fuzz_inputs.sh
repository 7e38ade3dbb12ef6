#!/usr/bin/env bash
# Every input that a fuzz target once failed for, and the corpora, without a fuzzer.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

shopt -s nullglob
for source in "$TOP"/tests/fuzz/fuzz_*.c; do
	target=$(basename "$source" .c)
	target=${target#fuzz_}
	timeout 300 "$BUILD/fuzz/$target" "$TOP/tests/fuzz/corpus/$target" "$TOP/tests/fuzz/regressions/$target"/* \
		>"$WORK/said" 2>"$WORK/complaints"
	code=$?
	cat "$WORK/said"
	[ $code -eq 0 ] && continue
	echo "not ok - fuzz target $target (exit $code)"
	tail -n 40 "$WORK/complaints" | sed 's/^/# /'
	FAILED=$((FAILED + 1))
done
finish
