#!/usr/bin/env bash
# A sample of `make check-faults`: writes and allocations that fail, kills.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

case $BUILD in
*/sanitize-*)
	# Two libraries that both want to be the first one, and memory that is the sanitizer's.
	test_case "writes and allocations that fail" skip "not with a sanitizer"
	finish
	;;
esac
can_mount || { test_case "writes and allocations that fail" skip "nothing can be mounted here"; finish; }
export BUILD
"$TOP/tests/faults/run" --every 16 --kills 24 --commands 1999 --pull 1501 --mount 101 --walk 307
exit $?
