#!/usr/bin/env python3
"""Whether the sources keep the rules that no compiler knows.

    source_rules.py DIRECTORY…

- No function that can't be used rightly, or for which there is a bounded one.
- The result of an allocation is asked for in the function that made it, or returned.
- realloc() doesn't overwrite the only pointer to what it moves.
- SQL says kinds, fields and relations by their words ($K.SERVICE in a file, KIND_SERVICE bound by C).
Comments and strings don't count, but for SQL's. Prints a test's line for each rule.
"""

import glob
import os
import re
import sys

BANNED = {
    "sprintf": "snprintf", "vsprintf": "vsnprintf", "strcpy": "snprintf or memcpy", "stpcpy": "snprintf or memcpy",
    "strcat": "a struct buffer", "strncat": "a struct buffer", "strncpy": "snprintf: it needn't end in NUL",
    "gets": "fgets", "atoi": "strtol", "atol": "strtol", "atoll": "strtoll", "atof": "strtod", "strtok": "strtok_r",
    "system": "posix_spawn", "popen": "posix_spawn", "alloca": "malloc", "tmpnam": "mkstemp", "tempnam": "mkstemp",
    "mktemp": "mkstemp", "asctime": "timestamp_format", "ctime": "timestamp_format", "localtime": "timestamp.h",
    "gmtime": "timestamp.h", "rand": "getrandom", "srand": "getrandom", "random": "getrandom", "getwd": "getcwd",
    "bcopy": "memcpy", "bzero": "memset", "index": "strchr", "rindex": "strrchr", "usleep": "clock_nanosleep",
    "setjmp": "an error code", "longjmp": "an error code",
}
ALLOCATORS = r"(?:malloc|calloc|realloc|reallocarray|strdup|strndup|sqlite3_mprintf|sqlite3_malloc64)"


def blank(text):
    """Comments and what strings hold become blanks; lines stay where they are."""
    pattern = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)) if m.group(0)[0] == "/" else
                       m.group(0)[0] + " " * (len(m.group(0)) - 2) + m.group(0)[0], text)


def banned(path, lines):
    for number, line in enumerate(lines, 1):
        for name in re.findall(r"(?<![\w.>])(\w+) ?\(", line):
            if name in BANNED:
                yield f"{path}:{number}: {name}; take {BANNED[name]}"


def unchecked(path, lines):
    for number, line in enumerate(lines, 1):
        found = re.search(rf"([\w.>\[\]*+-]+) = (?:\([^()]*\) ?)?{ALLOCATORS}\(", line)
        if not found:
            continue
        name = re.escape(found.group(1).lstrip("*."))
        end = next((i for i in range(number, len(lines)) if lines[i].startswith("}")), len(lines))
        rest = " ".join(lines[number - 1:end])[found.end():]
        asked = rf"!\*?(?:\w+->)?{name}\b|\b{name} \?|return \*?{name} |\({name} [!=]=|\b{name} &&|[;(] ?{name} ?[;)]|^[^;]*\) \?"
        if not re.search(asked, rest):
            yield f"{path}:{number}: nobody asks whether {found.group(1)} was allocated"


def lost(path, lines):
    for number, line in enumerate(lines, 1):
        found = re.search(r"([\w.>\[\]-]+) = (?:\([^()]*\) ?)?(?:realloc|reallocarray)\(([\w.>\[\]-]+),", line)
        if found and found.group(1) == found.group(2):
            yield f"{path}:{number}: when it fails, {found.group(1)} is lost"


def numbers(path, text):
    """Comparisons of SQL with a number of the vocabulary, in files and in C's strings."""
    comment = r"--[^\n]*" if path.endswith(".sql") else r"/\*.*?\*/|//[^\n]*"
    text = re.sub(comment, lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)
    if not path.endswith(".sql"):
        text = "\n".join(" ".join(re.findall(r'"((?:\\.|[^"\\])*)"', line)) for line in text.split("\n"))
    for number, line in enumerate(text.split("\n"), 1):
        found = re.search(r"\b(kind|field|relation) (=|<>|(NOT )?IN \(|BETWEEN|WHEN) ?\d", line)
        if found:
            yield f"{path}:{number}: a number of the vocabulary: {found.group(0)}"


def main():
    rules = {"no banned function": banned, "every allocation is asked for": unchecked,
             "no realloc loses what it moves": lost, "SQL has words for the vocabulary's numbers": numbers}
    paths = [path for directory in sys.argv[1:] for end in ("*.[ch]", "*.sql")
             for path in sorted(glob.glob(os.path.join(directory, "**", end), recursive=True))]
    failed = not paths
    for name, rule in rules.items():
        complaints = []
        for path in paths:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if rule is numbers:
                complaints += rule(path, text)
            elif not path.endswith(".sql"):
                complaints += rule(path, blank(text).split("\n"))
        print(f"{'not ok' if complaints else 'ok'} - {name}")
        for text in complaints:
            print("# " + text)
        failed |= bool(complaints)
    sys.exit(failed)


if __name__ == "__main__":
    main()
