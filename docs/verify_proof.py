"""Checks a proof of receipt without the service: shares no code with it and needs Python's own library only.

    python3 verify_proof.py PROOF.json [APPLICATION.json]

PROOF.json is "The record (JSON file)" of the page "Proof of receipt", APPLICATION.json "What we received (JSON file)".
Exit 0 and what was proved when everything fits; exit 1 and what does not fit. The signature of the checkpoint is not checked here.
"""

import base64
import hashlib
import json
import pathlib
import sys


def framed(fields):
    """Each field after its length in eight bytes."""
    parts = [field.encode() for field in fields]
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def main(proof_file, application_file=None):
    proof = json.loads(pathlib.Path(proof_file).read_text())
    fields, faults, proved = proof["fields"], [], []
    if hashlib.sha256(framed(fields)).hexdigest() != proof["sha256"]:
        faults.append("the record was changed: its SHA-256 is another")
    if fields[4] != "application_submitted":
        faults.append("the record is of no submission")
    facts = json.loads(fields[9])
    if facts["reference"] != proof["application"]:
        faults.append("the record is of another application")
    proved.append(f"record {fields[2]} says that {facts['reference']} was received, {fields[3]} microseconds after 1970 began (UTC)")
    if application_file:
        digest = hashlib.sha256(pathlib.Path(application_file).read_bytes()).hexdigest()
        if digest != facts.get("content"):
            faults.append("the file of the application is not what was received")
        proved.append(f"what was received has the SHA-256 {digest}")
    if proof["checkpoint"]:
        _, size, last = proof["checkpoint"]["note"].splitlines()[:3]
        if int(size) < int(fields[2]):
            faults.append("the checkpoint is older than the record")
        if int(size) == int(fields[2]) and base64.b64decode(last).hex() != proof["sha256"]:
            faults.append("the checkpoint ends with another record of that number")
        proved.append(f"a checkpoint of {size} records covers it")
    for line in faults or proved:
        print(line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
