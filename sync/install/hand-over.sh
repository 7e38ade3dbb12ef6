#!/bin/sh
# For the packages: hand-over FOLDER. Stores in the folder that root made become the folder's owner's, who keeps
# lists there. Not by `chown -R`: that owner may put links into the folder, and none of them leads elsewhere.
set -eu
folder=$(cd -P -- "$1" && pwd)
owner=$(stat -c %u:%g "$folder")

is_roots() {
	[ ! -L "$1" ] && [ -d "$1" ] && [ "$(stat -c %u "$1")" = 0 ]
}

# In a process of its own. Directories that are root's hold what root put there; they are given away last.
hand_over() { # STORE
	cd -P -- "$1" && [ "$(pwd -P)" = "$1" ] && is_roots . && is_roots generations || return 0
	for name in generations/* * .; do
		if [ -e "$name" ] || [ -L "$name" ]; then chown -h "$owner" "$name"; fi
	done
}

for store in "$folder"/*; do
	! is_roots "$store" || (hand_over "$store")
done
