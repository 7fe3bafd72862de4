"""Verifies an export of the record, with openssl and the host's public key alone: python3 verify_export.py PUB FILE"""
import hashlib, json, pathlib, subprocess, sys, tempfile
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def require(holds, flaw):
    if not holds:
        sys.exit("not whole: " + flaw)
def verify(key, content):
    *lines, rest = content.split(b"\n")
    require(not rest and all(canonical(json.loads(line)) == line for line in lines), "cut off, or not canonical")
    *entries, seal = map(json.loads, lines)
    part = entries and entries[0]["sequence"] != 1  # of a longer record: what was before it is told by its first line
    head, sequence, told = (entries[0]["previous_hash"], entries[0]["sequence"] - 1, 0) if part else ("0" * 64, 0, 0)
    for link in entries:
        if "entry" in link and "entry_hash" not in link:
            link["entry_hash"], told = hashlib.sha256(canonical(link.pop("entry"))).hexdigest(), told + 1
        expected = {"entry_hash": link["entry_hash"], "previous_hash": head, "sequence": sequence + 1}
        require(link == expected, "entry %s does not follow entry %d" % (link["sequence"], sequence))
        head, sequence = hashlib.sha256(canonical(link)).hexdigest(), sequence + 1
    require((seal["head"], seal["sequence"], seal["entries"]) == (head, sequence, told), "the seal is of another file")
    public = subprocess.check_output(["openssl", "pkey", "-pubin", "-in", key, "-outform", "DER"])
    require(seal["key"] == hashlib.sha256(public).hexdigest(), "signed by another key, " + seal["key"])
    with tempfile.TemporaryDirectory() as place:
        text, proof = pathlib.Path(place, "text"), pathlib.Path(place, "proof")
        proof.write_bytes(bytes.fromhex(seal["signature"]))
        require(proof.read_bytes().hex() == seal.pop("signature") and text.write_bytes(canonical(seal)), "not canonical")
        check = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-in", text, "-sigfile", proof]
        require(subprocess.run(check, capture_output=True).returncode == 0, "the signature is not that of the key")
    print("whole: %d entries, the last is number %d, hash %s" % (told, sequence, head))
verify(sys.argv[1], pathlib.Path(sys.argv[2]).read_bytes())
