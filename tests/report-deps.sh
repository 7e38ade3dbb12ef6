#!/bin/sh
# What `make check-report` needs besides what the other tests do: a browser, and
# axe-core, which isn't packaged, from npm's registry into the folder named.
# Prints where the script of axe-core is; nothing when there is no npm.
set -eu

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v chromedriver >/dev/null 2>&1 || missing="$missing chromium-driver"
/usr/bin/python3 -c 'import selenium' 2>/dev/null || missing="$missing python3-selenium"
[ -n "$(fc-list :lang=ja 2>/dev/null)" ] || missing="$missing fontconfig fonts-noto-cjk"
if [ -n "$missing" ]; then
	echo "Installing:$missing" >&2
	export DEBIAN_FRONTEND=noninteractive
	$as_root apt-get update -q >&2
	# shellcheck disable=SC2086 # a list of words
	$as_root apt-get install -y -q --no-install-recommends $missing >&2
fi

if [ ! -e "$1/node_modules/axe-core/axe.min.js" ] && command -v npm >/dev/null 2>&1; then
	mkdir -p "$1"
	npm install --silent --no-save --prefix "$1" axe-core@4 >&2 || echo "axe-core could not be fetched" >&2
fi
[ ! -e "$1/node_modules/axe-core/axe.min.js" ] || echo "$1/node_modules/axe-core/axe.min.js"
