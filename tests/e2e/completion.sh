#!/usr/bin/env bash
# What shells offer at a tab.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

PATH=$BUILD:$PATH
STORE=$WORK/store
python3 "$TOP/tests/publications/interchange.py" --services 3 >"$WORK/list.json"
"$SYNC" pull --store "$STORE" --source interchange --from "$WORK/list.json" --quiet >/dev/null
python3 "$TOP/tests/publications/interchange.py" --services 3 --status E-0002=past-date --published 2025-03-01 >"$WORK/next.json"
"$SYNC" pull --store "$STORE" --source interchange --from "$WORK/next.json" --quiet >/dev/null
cd "$WORK"

# offered WORD…: what bash offers for the last word, in one line.
offered() {
	bash --norc -c '
		source "$1/sync/install/ismap-sync.bash"; source "$1/fs/install/ismapfs.bash"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		$(complete -p "$1" | sed "s/.*-F \([a-z_]*\) .*/\1/")
		printf "%s\n" "${COMPREPLY[@]}"' - "$TOP" "$@" | LC_ALL=C sort | paste -sd ' '
}

bash_commands() {
	equal commands "import import-history init" "$(offered ismap-sync i)"
	equal all "$("$SYNC" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p' | LC_ALL=C sort | paste -sd ' ')" \
		"$(offered ismap-sync '' | tr ' ' '\n' | grep -v '^-' | paste -sd ' ')"
}

bash_options() {
	# Each command's options are those of its --help: nothing has to be kept in two places.
	local command
	for command in $("$SYNC" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p'); do
		equal "$command" \
			"$({ "$SYNC" "$command" --help | grep -oE '^  (-h, )?--[a-z-]+' | grep -oE -- '--.*'; echo --sandbox=off; } |
				LC_ALL=C sort | paste -sd ' ')" "$(offered ismap-sync "$command" --)"
	done
	equal driver "-V -d -f -h --help --version" "$(offered ismapfs - | tr ' ' '\n' | grep -v -- -o |
		LC_ALL=C sort | paste -sd ' ' | sed 's/^\(--help --version\) \(.*\)/\2 \1/')"
}

bash_values() {
	equal sources "fedramp interchange ismap mirror table" "$(offered ismap-sync pull --source '')"
	equal lists "fedramp ismap" "$(offered ismap-sync init --bundled '')"
	equal numbers "E-0001 E-0002 E-0003" "$(offered ismap-sync changes --store "$STORE" --service E)"
	equal days "2025-02-01 2025-03-01 latest" "$(offered ismap-sync diff --store "$STORE" '')"
	equal since "2025-03-01" "$(offered ismap-sync changes --store "$STORE" --since 2025-03)"
	equal generations "1 2" "$(offered ismap-sync wait --store "$STORE" --since '')"
	equal "generations to rewind to" "1 2" "$(offered ismap-sync rewind --store "$STORE" --to '')"
	equal "directories to publish to" store "$(offered ismap-sync publish --store "$STORE" --to st)"
	equal "numbers and files to check" "E-0001 E-0002 E-0003" "$(offered ismap-sync check --store "$STORE" E)"
	equal "files to check" list.json "$(offered ismap-sync check --store "$STORE" li)"
	equal "statuses to require" "past-date registered" "$(offered ismap-sync check --store "$STORE" --require '')"
	equal "formats of check" "json jsonl table tsv" "$(offered ismap-sync check --store "$STORE" --format '')"
	equal "a number to show" E-0002 "$(offered ismap-sync show --store "$STORE" E-0002)"
	equal "days to show it on" "2025-02-01 2025-03-01 latest" "$(offered ismap-sync show --store "$STORE" E-0002 --at '')"
	equal "days of evidence" "2025-02-01 2025-03-01 latest" "$(offered ismap-sync evidence --store "$STORE" --at '')"
	equal "packs to check" list.json "$(offered ismap-sync evidence --verify li)"
	equal "fields to show" "leverages leveraged-by" "$(offered ismap-sync show --store "$STORE" --field leverage | tr ' ' '\n' | grep -v unlisted | sort -r | paste -sd ' ')"
	equal fields "status" "$(offered ismap-sync changes --store "$STORE" --field s)"
	equal stores store "$(offered ismap-sync status --store st)"
	equal files "list.json" "$(offered ismap-sync pull --from li)"
	equal none "" "$(offered ismap-sync changes --store "$WORK/nowhere" --service '')"
	equal mount "sandbox=off" "$(offered ismapfs a b -o sand)"
	equal list "ro,allow_other" "$(offered ismapfs a b -o ro,al)"
}

bash_hostile() {
	# A number is a stranger's text: it is offered quoted, and never run.
	# shellcheck disable=SC2016 # not to be run
	sed 's/E-0003/$(touch ran) `touch ran`; touch ran/' "$WORK/list.json" >"$WORK/hostile.json"
	expect_code 0 "$SYNC" pull --store "$WORK/hostile" --source interchange --from "$WORK/hostile.json"
	# shellcheck disable=SC2016
	equal quoted '\$\(touch\ ran\)\ \`touch\ ran\`\;\ touch\ ran' \
		"$(offered ismap-sync changes --store "$WORK/hostile" --service '$')"
	[ ! -e ran ]
}

in_zsh() {
	command -v zsh >/dev/null || skip "zsh is not installed"
	zsh -n "$TOP/sync/install/ismap-sync.zsh"
	zsh -n "$TOP/fs/install/ismapfs.zsh"
	mkdir -p zsh
	cp "$TOP/sync/install/ismap-sync.zsh" zsh/_ismap-sync
	cp "$TOP/fs/install/ismapfs.zsh" zsh/_ismapfs
	# compadd is asked what it was given, as zsh completes only in a terminal.
	cat >ask.zsh <<-'EOF'
		fpath=(zsh $fpath)
		compadd() { while [[ $1 == -* ]]; do last=$1; shift; [[ $last == -- ]] && break; [[ $last == -S ]] && shift; done; print -l -- $@ }
		_describe() { print -l -- ${(P)2} }
		_files() { print files }
		compset() { }
		words=("$@") CURRENT=$#
		autoload -Uz _$1
		_$1
	EOF
	equal numbers "E-0001 E-0002 E-0003 " "$(zsh -f ask.zsh ismap-sync changes --store "$STORE" --service '' | tr '\n' ' ')"
	equal generations "1 2 " "$(zsh -f ask.zsh ismap-sync rewind --store "$STORE" --to '' | tr '\n' ' ')"
	equal days "2025-02-01 2025-03-01 latest " "$(zsh -f ask.zsh ismap-sync diff --store "$STORE" 2025 | tr '\n' ' ')"
	zsh -f ask.zsh ismap-sync p | grep -q '^pull:bring a store'
	zsh -f ask.zsh ismap-sync prune - | grep -qx -- --keep
	zsh -f ask.zsh ismapfs a b -o '' | grep -qx 'max-age='
}

in_fish() {
	command -v fish >/dev/null || skip "fish is not installed"
	export HOME=$WORK XDG_CONFIG_HOME=$WORK XDG_DATA_HOME=$WORK
	fish -n "$TOP/sync/install/ismap-sync.fish"
	fish -n "$TOP/fs/install/ismapfs.fish"
	ask() {
		# shellcheck disable=SC2016 # fish's variables
		fish --no-config -c 'source $argv[1]/sync/install/ismap-sync.fish; source $argv[1]/fs/install/ismapfs.fish; complete -C $argv[2]' \
			"$TOP" "$1" | cut -f1 | LC_ALL=C sort -u | paste -sd ' '
	}
	equal commands "import import-history init" "$(ask 'ismap-sync i')"
	equal numbers "E-0001 E-0002 E-0003" "$(ask "ismap-sync changes --store $STORE --service E")"
	equal days "2025-02-01 2025-03-01 latest" "$(ask "ismap-sync diff --store $STORE ")"
	equal generations "1 2" "$(ask "ismap-sync rewind --store $STORE --to ")"
	equal sources "fedramp interchange ismap mirror table" "$(ask 'ismap-sync pull --source ')"
	equal options "--keep" "$(ask 'ismap-sync prune --k')"
	equal mount "ro,allow_other" "$(ask 'ismapfs a b -o ro,al')"
}

test_case "bash: commands are those of --help" bash_commands
test_case "bash: options are those of each command's --help" bash_options
test_case "bash: sources, service numbers, days, fields, files, mount options" bash_values
test_case "bash: a number that is a command is quoted, and not run" bash_hostile
test_case "zsh: commands, options, numbers, days" in_zsh
test_case "fish: commands, options, numbers, days" in_fish
finish
