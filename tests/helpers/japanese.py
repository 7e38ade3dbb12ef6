#!/usr/bin/env python3
"""Japanese texts: whether they keep to the terms, and say what the English ones say.

japanese.py terms TERMS.tsv FILE…      a .po file: each message has the terms that its English calls for;
                                       any file: no word that a term replaces
japanese.py pages ENGLISH.scd JAPANESE.scd   options, commands, file names, literal texts and sections of one
                                       page that the other lacks
Prints each finding; exit status 1 when there is any.
"""

import re
import sys
from collections import Counter


def unquote(block):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', block)).replace("\\n", "\n").replace('\\"', '"')


def messages(text):
    """(English, Japanese) of each message of a .po file; of those with a plural, the plural."""
    for entry in re.split(r"\n\n+", text):
        found = {key: unquote(block) for key, block in
                 re.findall(r'^(msgid|msgid_plural|msgstr(?:\[0\])?) ((?:"(?:[^"\\]|\\.)*"\n?)+)', entry, re.M)}
        english = found.get("msgid_plural") or found.get("msgid")
        if english:
            yield english, found.get("msgstr") or found.get("msgstr[0]") or ""


def read_terms(path):
    """(English pattern, Japanese pattern, pattern of words that it replaces), each may be empty."""
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    return [(line.split("\t") + ["", ""])[:3] for line in lines[1:]]


def check_terms(terms_path, paths):
    findings, rows = 0, read_terms(terms_path)
    assert len(rows) > 15, rows
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        pairs = list(messages(text)) if path.endswith(".po") else []
        japanese_text = "\n".join(pair[1] for pair in pairs) if pairs else text
        for english, japanese, never in rows:
            for found in re.finditer(never, japanese_text) if never else ():
                findings += 1
                around = japanese_text[max(0, found.start() - 20):found.end() + 20].replace("\n", " ")
                print(f"{path}: '{found[0]}', which {japanese or 'another word'} replaces: … {around} …")
            for message, translation in pairs:
                if english and re.search(english, message) and not re.search(japanese, translation):
                    findings += 1
                    print(f"{path}: without {japanese}: {message!r}: {translation!r}")
    return findings


def literals(path):
    """What a page names in letters that no language changes."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    blocks = re.findall(r"^\t*```\n(.*?)^\t*```$", text, re.M | re.S)
    prose = re.sub(r"^\t*```\n.*?^\t*```$", "", text, flags=re.M | re.S)
    entries = re.findall(r"^\*[^*\n]+\*(?: \([a-z-]+\))?(?: _[^_\n]+_)?$", prose, re.M)
    # Lines of a paragraph are one text, whatever a page's width.
    prose = re.sub(r"(?<=\S)\n\t*(?=[^\s#*-])", " ", prose)
    named = set(re.findall(r"--[a-z][a-z-]+", prose)) | set(re.findall(r"-o [a-z_-]+=?", prose))
    named |= {name for name in re.findall(r"(?<![A-Za-z0-9])_([A-Za-z0-9./<>~@-]+(?:\\_[A-Za-z0-9.-]+)*)_", prose)
              if re.search(r"[a-z]", name)}
    named |= set(re.findall(r"\b[a-z][a-z0-9_-]+\\?\*?\((?:[1-9])\)", prose.replace("*", "")))
    sections = re.findall(r"^(## .*)$", prose, re.M)
    return {"code": blocks, "named": named, "sections": [s for s in sections if s.isascii()],
            "entries": entries, "parts": len(re.findall(r"^#+ ", prose, re.M))}


def check_pages(english_path, japanese_path):
    english, japanese = literals(english_path), literals(japanese_path)
    findings = 0
    assert len(english["named"]) > 5, english_path
    for kind in ("code", "named", "sections", "entries"):
        for one, other, path in ((english, japanese, japanese_path), (japanese, english, english_path)):
            # An option of two commands has an entry for each.
            for item in sorted(Counter(one[kind]) - Counter(other[kind])):
                if kind == "sections" and one is english and english["parts"] == japanese["parts"]:
                    continue
                findings += 1
                print(f"{path} lacks {kind}: {item.strip()}")
    if english["parts"] != japanese["parts"]:
        findings += 1
        print(f"{japanese_path}: {japanese['parts']} headings, {english['parts']} in English")
    return findings


def main():
    if sys.argv[1] == "terms":
        findings = check_terms(sys.argv[2], sys.argv[3:])
    else:
        findings = check_pages(sys.argv[2], sys.argv[3])
    sys.exit(findings > 0)


if __name__ == "__main__":
    main()
