#compdef ismapfs
# Completion of ismapfs for zsh. Options come from --help.

_ismapfs() {
	local help="$(${words[1]} --help 2>/dev/null)"
	local -a offers

	if [[ ${words[CURRENT - 1]} == -o ]]; then
		offers=(${(f)"$(sed -nE 's/^  -o ([a-z_-]+(=(on|off))?=?).*/\1/p' <<<$help)"})
		compset -P '*,'
		compadd -S '' -- $offers
	elif [[ ${words[CURRENT]} == -* ]]; then
		offers=(${=${"$(sed -nE 's/^  (-[a-zA-Z])(, (--[a-z]+))?.*/\1 \3/p' <<<$help)"}})
		compadd -- $offers
	else
		_files -/
	fi
}

_ismapfs "$@"
