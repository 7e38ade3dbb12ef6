# Completion of ismapfs for fish. Options come from --help.

complete -c ismapfs -f -a '(__fish_complete_directories)'
complete -c ismapfs -n 'string match -q -- "-*" (commandline -ct)' \
    -a '(ismapfs --help 2>/dev/null | sed -nE "s/^  (-[a-zA-Z])(, (--[a-z]+))? +(.*)/\1\t\4/p")'
complete -c ismapfs -l help -d 'this text'
complete -c ismapfs -l version -d 'versions of this program and of its libraries'
complete -c ismapfs -n 'test "$(commandline -opc)[-1]" = -o' -a '(__ismapfs_options)'

# An option of a list, behind those that stand there.
function __ismapfs_options
    set -l before (string replace -r '[^,]*$' '' -- (commandline -ct))
    ismapfs --help 2>/dev/null | sed -nE 's/^  -o ([a-z_-]+(=(on|off))?=?).*/\1/p' |
        string replace -r '^' "$before"
end
