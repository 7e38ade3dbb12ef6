#!/usr/bin/env python3
"""members.py SCHEMA PAGE MANY: whether a manual page names each member that a JSON schema has, more than MANY."""
import json
import re
import sys


def members_of(node):
    if isinstance(node, list):
        return set().union(*map(members_of, node))
    if not isinstance(node, dict):
        return set()
    return set(node.get("properties", {})).union(*map(members_of, node.values()))


with open(sys.argv[1], encoding="utf-8") as file:
    members = members_of(json.load(file))
with open(sys.argv[2], encoding="utf-8") as file:
    named = {name.replace("\\", "") for name in re.findall(r"\*([^*\n]+)\*", file.read())}
assert len(members) > int(sys.argv[3]), members
missing = sorted(members - named)
print("not in the page:", missing)
sys.exit(bool(missing))
