# Completion of ismap-sync for fish. Commands and options come from --help, and
# numbers and days from the store that the line names.

function __ismap_sync_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and echo $words[2]
end

function __ismap_sync_query
    set -l words (commandline -opc)
    set -l at (contains -i -- --store $words); or return
    set -l store (string replace -r '^~/' "$HOME/" -- $words[(math $at + 1)])
    test -e "$store/current"; and command -sq sqlite3; or return
    sqlite3 -batch -init /dev/null -readonly "$store/current" $argv[1] 2>/dev/null
end

function __ismap_sync_days
    __ismap_sync_query 'SELECT DISTINCT day FROM generation WHERE kept = 1 ORDER BY day'
    echo latest
end

# Options of the command, with what they mean.
function __ismap_sync_options
    set -l words (commandline -opc)
    $words[1] (__ismap_sync_command) --help 2>/dev/null |
        sed -nE 's/^  (-h, )?(--[a-z-]+)( [A-Z|]+)? +(.*)/\2\t\4/p'
    echo --sandbox=off
end

# The words that an option's value may be: its line in --help ends with them.
function __ismap_sync_words
    ismap-sync (__ismap_sync_command) --help 2>/dev/null |
        string replace -rf "^  $argv[1] .*: " '' | string split ', '
end

# Whether the word before the current one is one of these options.
function __ismap_sync_after
    set -l words (commandline -opc)
    contains -- $words[-1] $argv
end

complete -c ismap-sync -f
complete -c ismap-sync -n 'not __ismap_sync_command' \
    -a '(ismap-sync --help 2>/dev/null | sed -nE "s/^  ([a-z-]+) +(.*)/\1\t\2/p")'
complete -c ismap-sync -n '__ismap_sync_command; and string match -q -- "-*" (commandline -ct)' -a '(__ismap_sync_options)'
complete -c ismap-sync -n '__ismap_sync_after --store; or __ismap_sync_after --to; and test "$(__ismap_sync_command)" != rewind' \
    -a '(__fish_complete_directories)'
complete -c ismap-sync -n '__ismap_sync_after --to; and test "$(__ismap_sync_command)" = rewind' \
    -a '(__ismap_sync_query "SELECT id FROM generation WHERE kept = 1 ORDER BY id")'
complete -c ismap-sync -n '__ismap_sync_after --from --map --cacert --key --pubkey --only --out --verify' -F
complete -c ismap-sync -n '__ismap_sync_after --source' -a '(__ismap_sync_words --source)'
complete -c ismap-sync -n '__ismap_sync_after --bundled' -a '(__ismap_sync_words --bundled)'
complete -c ismap-sync -n '__ismap_sync_after --format' -a '(__ismap_sync_words --format)'
complete -c ismap-sync -n '__ismap_sync_after --mirror' -a '(__fish_complete_directories)'
complete -c ismap-sync -n '__ismap_sync_after --require' \
    -a '(__ismap_sync_query "SELECT DISTINCT v.text FROM value v JOIN entity e ON e.id = v.entity WHERE e.kind = 5 AND v.field = 13 ORDER BY v.text")'
complete -c ismap-sync -n 'test "$(__ismap_sync_command)" = show; and __ismap_sync_after --field' \
    -a '(__ismap_sync_query "SELECT name FROM field UNION SELECT name FROM relation ORDER BY name")'
complete -c ismap-sync -n 'contains -- "$(__ismap_sync_command)" evidence publication show; and __ismap_sync_after --at' -a '(__ismap_sync_days)'
complete -c ismap-sync -n '__ismap_sync_after --service' \
    -a '(__ismap_sync_query "SELECT key FROM entity WHERE kind = 5 ORDER BY key")'
complete -c ismap-sync -n '__ismap_sync_after --since --until' -a '(__ismap_sync_days)'
complete -c ismap-sync -n 'contains -- "$(__ismap_sync_command)" check show; and not string match -q -- "-*" (commandline -ct)' \
    -a '(__ismap_sync_query "SELECT key FROM entity WHERE kind = 5 ORDER BY key")'
complete -c ismap-sync -n 'test "$(__ismap_sync_command)" = check' -F
complete -c ismap-sync -n 'test "$(__ismap_sync_command)" = diff' -a '(__ismap_sync_days)'
complete -c ismap-sync -n 'test "$(__ismap_sync_command)" = help' \
    -a '(ismap-sync --help 2>/dev/null | sed -nE "s/^  ([a-z-]+) .*/\1/p")'
complete -c ismap-sync -n 'contains -- "$(__ismap_sync_command)" compare export import import-history' -F
