# Completion of ismapfs for bash. Options come from --help.

_ismapfs() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} help list=
	COMPREPLY=()
	help=$("${COMP_WORDS[0]/#\~\//$HOME/}" --help 2>/dev/null)
	if [[ $prev == -o ]]; then
		# An option of a list, behind those that stand there.
		[[ $cur == *,* ]] && list=${cur%,*},
		compopt -o nospace 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -P "$list" -W "$(sed -nE \
			's/^  -o ([a-z_-]+(=(on|off))?=?).*/\1/p' <<<"$help")" -- "${cur##*,}")
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(sed -nE \
			's/^  (-[a-zA-Z])(, (--[a-z]+))?.*/\1 \3/p' <<<"$help")" -- "$cur")
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
	fi
}

complete -F _ismapfs ismapfs
