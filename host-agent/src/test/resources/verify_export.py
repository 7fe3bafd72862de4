"""Verifies an export of the record with nothing but this file: python3 verify_export.py FILE"""

import hashlib
import json
import sys


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value):
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def verify(lines):
    head, sequence = None, None
    for number, text in enumerate(lines, 1):
        line = json.loads(text)
        if "head" in line:
            whole = line["head"] == (head or "0" * 64) and line["sequence"] == (sequence or 0)
            return "whole %d %s" % (line["sequence"], line["head"]) if whole else "not whole: the head differs"
        if "entry" in line:
            line["entry_hash"] = digest(line.pop("entry"))
        if head is None and line["sequence"] == 1:
            head, sequence = "0" * 64, 0
        if head is not None and (line["previous_hash"] != head or line["sequence"] != sequence + 1):
            return "not whole: line %d is not chained to the one before" % number
        head, sequence = digest(line), line["sequence"]
    return "not whole: the end is missing"


with open(sys.argv[1], encoding="utf-8", newline="\n") as export:
    print(verify(export))
