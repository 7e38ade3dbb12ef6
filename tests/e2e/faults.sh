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
"$TOP/tests/faults/run" --every 24 --kills 16 --commands 997 --pull 2003 --mount 151 --walk 457
exit $?
