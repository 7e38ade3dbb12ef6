#!/usr/bin/env bash
# The RPM packages, built with Debian's rpm from the sources of the Debian packages: they hold the same.
# `make check-rpm`. What RHEL's own tools say of them can't be tried here.
#
# shellcheck disable=SC2317 # test_case calls the functions
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

states_one_version() {
	equal "version in the spec" "$(sed -n 's/^Version: *//p' "$TOP/fs/rpm/ismapfs.spec")" "$(sed -n 's/^VERSION := //p' "$TOP/Makefile")"
}
test_case "the spec and the Makefile state one version" states_one_version

# PACKAGE's files of both kinds, unpacked.
unpack() { # PACKAGE
	rm -rf "$WORK/of-deb" "$WORK/of-rpm"
	mkdir "$WORK/of-deb" "$WORK/of-rpm"
	dpkg-deb -x "$BUILD/deb/$1"_[0-9]*.deb "$WORK/of-deb"
	rpm2cpio "$BUILD/rpm/RPMS/"*"/$1"-[0-9]*.rpm | (cd "$WORK/of-rpm" && cpio -i -d --quiet)
	# Each system's own: who may copy it, what changed, names by which debuggers find symbols, packing.
	rm -rf "$WORK"/of-*/usr/share/doc/*/{copyright,changelog.gz,NEWS.Debian.gz,LICENSE} "$WORK"/of-*/usr/share/lintian "$WORK/of-rpm/usr/lib/.build-id"
	find "$WORK"/of-*/usr/share/man -name '*.gz' -type f -exec gunzip {} +
	find "$WORK"/of-*/usr/share/man -name '*.gz' -type l | while read -r link; do
		ln -s "$(basename "$(readlink "$link")" .gz)" "${link%.gz}"
		rm "$link"
	done
}

# Names, kinds, modes, links.
list_files() { # DIRECTORY
	(cd "$1" && find . ! -type d -printf '%P %y %m %l\n' | sort)
}

holds_the_same() { # PACKAGE
	local file
	unpack "$1"
	list_files "$WORK/of-deb" >"$WORK/deb.list"
	list_files "$WORK/of-rpm" >"$WORK/rpm.list"
	[ "$(wc -l <"$WORK/deb.list")" -gt 10 ]
	diff "$WORK/deb.list" "$WORK/rpm.list"
	# The programs are built with each system's own options.
	(cd "$WORK/of-deb" && find . -type f ! -path './usr/bin/*' -print) | while read -r file; do
		cmp "$WORK/of-deb/$file" "$WORK/of-rpm/$file" || exit 1
	done
	find "$WORK/of-rpm/usr/bin" -type f -exec {} --version \;
}
test_case "ismapfs: the RPM package holds what the Debian one does" holds_the_same ismapfs
test_case "ismap-sync: the RPM package holds what the Debian one does" holds_the_same ismap-sync

scripts_are_shell() {
	local file
	for file in "$BUILD"/rpm/RPMS/*/*.rpm; do
		case $file in *debug*) continue ;; esac
		rpm -qp --nosignature --scripts "$file" >"$WORK/scripts"
		grep -q '^postinstall scriptlet' "$WORK/scripts"
		grep -v '^[a-z]* scriptlet' "$WORK/scripts" | sh -n
	done
}
test_case "their scripts are shell" scripts_are_shell

names_what_it_needs() {
	rpm -qp --nosignature --requires "$BUILD"/rpm/RPMS/*/ismapfs-[0-9]*.rpm >"$WORK/requires"
	cat "$WORK/requires"
	grep -qx fuse3 "$WORK/requires"
	grep -q '^libfuse3\.so' "$WORK/requires"
}
test_case "they name what they need" names_what_it_needs

finish
