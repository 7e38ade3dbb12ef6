# Completion of ismap-sync for bash. Commands and options come from --help, and
# numbers and days from the store that the line names.

# The words that begin like the current one, each quoted for the shell: a name
# in a list is a stranger's, and compgen -W would let it run commands.
_ismap_sync_offer() {
	local word
	while IFS= read -r word; do
		[[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
	done
}

# What comes behind an option of the line; the last one counts.
_ismap_sync_value_of() {
	local i value=
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == "$1" ]] && value=${COMP_WORDS[i + 1]}
	done
	# The line's own quotes and tilde are undone, but nothing in it is run.
	value=${value//[\'\"\\]/}
	printf '%s\n' "${value/#\~\//$HOME/}"
}

_ismap_sync_query() {
	local store
	store=$(_ismap_sync_value_of --store)
	[[ -e $store/current ]] && command -v sqlite3 >/dev/null || return 0
	sqlite3 -batch -init /dev/null -readonly "$store/current" "$1" 2>/dev/null
}

_ismap_sync_help() {
	"${COMP_WORDS[0]/#\~\//$HOME/}" "$@" --help 2>/dev/null
}

# The words that an option's value may be: its line in --help ends with them.
_ismap_sync_words() {
	_ismap_sync_help "${COMP_WORDS[1]}" | sed -n "s/^  $1 .*: //p" | sed 's/, /\n/g'
}

_ismap_sync_days() {
	_ismap_sync_query 'SELECT DISTINCT day FROM generation WHERE kept = 1 ORDER BY day'
	echo latest
}

_ismap_sync_numbers() {
	_ismap_sync_query 'SELECT key FROM entity WHERE kind = 5 ORDER BY key'
}

# The value of an option.
_ismap_sync_value() {
	case $command$prev in
	show--at | evidence--at | publication--at) _ismap_sync_offer < <(_ismap_sync_days); return 0 ;;
	show--field) _ismap_sync_offer < <(_ismap_sync_query 'SELECT name FROM field UNION SELECT name FROM relation ORDER BY name'); return 0 ;;
	check--mirror) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return 0 ;;
	check--require) _ismap_sync_offer < <(_ismap_sync_query 'SELECT DISTINCT v.text FROM value v JOIN entity e ON e.id = v.entity WHERE e.kind = 5 AND v.field = 13 ORDER BY v.text'); return 0 ;;
	rewind--to) _ismap_sync_offer < <(_ismap_sync_query 'SELECT id FROM generation WHERE kept = 1 ORDER BY id'); return 0 ;;
	esac
	case $prev in
	--store | --to) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	--from | --map | --cacert | --key | --pubkey | --only | --out | --verify)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		;;
	--source | --bundled | --format) _ismap_sync_offer < <(_ismap_sync_words "$prev") ;;
	--service) _ismap_sync_offer < <(_ismap_sync_numbers) ;;
	--field) _ismap_sync_offer < <(
		_ismap_sync_query 'SELECT DISTINCT f.name FROM change c JOIN field f ON f.id = c.field ORDER BY 1'
		printf '%s\n' controls baseline leverages
	) ;;
	--since)
		if [[ ${COMP_WORDS[1]} == wait ]]; then
			_ismap_sync_offer < <(_ismap_sync_query 'SELECT id FROM generation ORDER BY id')
		else
			_ismap_sync_offer < <(_ismap_sync_days)
		fi
		;;
	--until) _ismap_sync_offer < <(_ismap_sync_days) ;;
	*) return 1 ;;
	esac
}

_ismap_sync() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		_ismap_sync_offer < <(
			_ismap_sync_help | sed -n 's/^  \([a-z-]*\) .*/\1/p'
			printf '%s\n' --help --version
		)
	elif [[ $cur != -* ]] && _ismap_sync_value; then
		:
	elif [[ $cur == -* ]]; then
		_ismap_sync_offer < <(
			_ismap_sync_help "$command" | sed -n 's/^  \(-h, \)\{0,1\}\(--[a-z-]*\).*/\2/p'
			echo --sandbox=off
		)
	else
		case $command in
		diff) _ismap_sync_offer < <(_ismap_sync_days) ;;
		help) _ismap_sync_offer < <(_ismap_sync_help | sed -n 's/^  \([a-z-]*\) .*/\1/p') ;;
		show) _ismap_sync_offer < <(_ismap_sync_numbers) ;;
		check)
			_ismap_sync_offer < <(_ismap_sync_numbers)
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
			;;
		compare | export | import | import-history)
			compopt -o filenames 2>/dev/null
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			;;
		esac
	fi
}

complete -F _ismap_sync ismap-sync
