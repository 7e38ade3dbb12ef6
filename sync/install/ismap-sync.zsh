#compdef ismap-sync
# Completion of ismap-sync for zsh. Commands and options come from --help, and
# numbers and days from the store that the line names.

_ismap_sync_query() {
	local at=${words[(I)--store]}
	((at)) && local store=${(Q)words[at + 1]/#\~/$HOME} || return 0
	[[ -e $store/current ]] && (($+commands[sqlite3])) || return 0
	sqlite3 -batch -init /dev/null -readonly "$store/current" "$1" 2>/dev/null
}

_ismap_sync_days() {
	_ismap_sync_query 'SELECT DISTINCT day FROM generation WHERE kept = 1 ORDER BY day'
	print latest
}

_ismap_sync() {
	local command=${words[2]} previous=${words[CURRENT - 1]}
	local -a offers

	if ((CURRENT == 2)); then
		offers=(${(f)"$(${words[1]} --help 2>/dev/null | sed -nE 's/^  ([a-z-]+) +(.*)/\1:\2/p')"})
		_describe command offers
		compadd -- --help --version
		return
	fi
	if [[ $command$previous == rewind--to ]]; then
		offers=(${(f)"$(_ismap_sync_query 'SELECT id FROM generation WHERE kept = 1 ORDER BY id')"})
		compadd -- $offers
		return
	fi
	case $command$previous in
	show--at | evidence--at | publication--at)
		offers=(${(f)"$(_ismap_sync_days)"})
		compadd -- $offers; return ;;
	show--field)
		offers=(${(f)"$(_ismap_sync_query 'SELECT name FROM field UNION SELECT name FROM relation ORDER BY name')"})
		compadd -- $offers; return ;;
	check--require)
		offers=(${(f)"$(_ismap_sync_query 'SELECT DISTINCT v.text FROM value v JOIN entity e ON e.id = v.entity WHERE e.kind = 5 AND v.field = 13 ORDER BY v.text')"})
		compadd -- $offers; return ;;
	check--mirror) _files -/; return ;;
	esac
	case $previous in
	--store | --to) _files -/; return ;;
	--from | --map | --cacert | --key | --pubkey | --only | --out | --verify) _files; return ;;
	--source | --bundled | --format) # its line in --help ends with the words that it may be
		offers=(${(s:, :)"$(${words[1]} $command --help 2>/dev/null | sed -n "s/^  $previous .*: //p")"})
		compadd -- $offers; return ;;
	--service)
		offers=(${(f)"$(_ismap_sync_query 'SELECT key FROM entity WHERE kind = 5 ORDER BY key')"})
		compadd -- $offers; return ;;
	--since | --until)
		offers=(${(f)"$(_ismap_sync_days)"})
		compadd -- $offers; return ;;
	esac
	if [[ ${words[CURRENT]} == -* ]]; then
		offers=(${(f)"$(${words[1]} $command --help 2>/dev/null | sed -nE 's/^  (-h, )?(--[a-z-]+).*/\2/p')"})
		compadd -- $offers --sandbox=off
		return
	fi
	case $command in
	check | show)
		offers=(${(f)"$(_ismap_sync_query 'SELECT key FROM entity WHERE kind = 5 ORDER BY key')"})
		compadd -- $offers
		[[ $command == check ]] && _files ;;
	diff) offers=(${(f)"$(_ismap_sync_days)"}); compadd -- $offers ;;
	help) offers=(${(f)"$(${words[1]} --help 2>/dev/null | sed -nE 's/^  ([a-z-]+) .*/\1/p')"}); compadd -- $offers ;;
	compare | export | import | import-history) _files ;;
	esac
}

_ismap_sync "$@"
