"""Verifies exports of the record, with nothing but the host's public key: python3 verify_export.py PUB FILE..."""

import base64
import hashlib
import json
import sys


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value):
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def verify(content, encoded):
    head, sequence, told = None, None, 0
    *lines, rest = content.decode().split("\n")
    for number, text in enumerate(lines, 1):
        line = json.loads(text)
        if canonical(line) != text:
            return "not whole: line %d is not canonical" % number
        if "signature" in line:
            signature = line.pop("signature")
            if line["sequence"] != (sequence or 0) or line["head"] != (head or "0" * 64) or line["entries"] != told:
                return "not whole: the seal is that of another file"
            if number < len(lines) or rest:
                return "not whole: there is more behind the seal"
            if line["key"] != hashlib.sha256(encoded).hexdigest():
                return "not whole: signed by another key, " + line["key"]
            genuine = signed(encoded[-32:], canonical(line).encode(), bytes.fromhex(signature))
            if not genuine or signature != signature.lower():
                return "not whole: the signature is not that of the key"
            return "whole %d %s" % (line["sequence"], line["head"])
        if "entry" in line:
            line["entry_hash"] = digest(line.pop("entry"))
            told += 1
        if head is None and line["sequence"] == 1:
            head, sequence = "0" * 64, 0
        if head is not None and (line["previous_hash"] != head or line["sequence"] != sequence + 1):
            return "not whole: line %d is not chained to the one before" % number
        head, sequence = digest(line), line["sequence"]
    return "not whole: the end is missing"


# Ed25519 (RFC 8032, 5.1): points in extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def plus(a, b):
    m, n = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * D * a[3] * b[3], 2 * a[2] * b[2]
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor, point):
    result = (0, 1, 1, 0)
    for bit in bin(factor)[2:]:
        result = plus(result, result)
        result = plus(result, point) if bit == "1" else result
    return result


def point(encoded):
    y, odd = int.from_bytes(encoded, "little") % 2**255, encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or y >= P or (x == 0 and odd):
        raise ValueError("no point of the curve")
    x = x if x % 2 == odd else P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    left, right = times(s, BASE), plus(point(r), times(k, point(key)))
    equal = not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P
    return len(signature) == 64 and s < ORDER and equal


def verdict(file, encoded):
    try:
        with open(file, "rb") as export:
            return verify(export.read(), encoded)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as garbage:
        return "not whole: garbage, " + type(garbage).__name__


with open(sys.argv[1], encoding="ascii") as pem:
    public = base64.b64decode("".join(line for line in pem.read().split("\n") if "-----" not in line))
for name in sys.argv[2:]:
    print(verdict(name, public))
