"""Verifies the trail of a SQLite database without the service: a second opinion that shares no code with it.

    python3 verify_trail.py DATABASE [TRAIL_KEY [CHECKPOINT_FOLDER]]

Exit 0 and one line of counts when everything fits; exit 1 and a line for each thing that does not, the first bad record first.
Needs Python's own library only, so checkpoints are compared with the trail but their signatures are not checked.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sqlite3
import sys
from datetime import datetime, timezone

OPERATIONAL = {
    "__diesel_schema_migrations", "audit_events", "audit_heads", "letter_batches", "outbox", "row_salts", "sessions",
    "sign_in_links",
}
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def micros(text):
    """Microseconds since 1970 of a column's text."""
    whole, _, fraction = text.replace("T", " ").partition(".")
    seconds = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc) - EPOCH
    return (seconds.days * 86_400 + seconds.seconds) * 1_000_000 + int((fraction + "000000")[:6])


def framed(parts):
    """Each part after its length in eight bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def keyed(key, parts):
    return hmac.new(key, framed(parts), hashlib.sha256).hexdigest()


def record_hash(row):
    number = lambda value: "" if value is None else str(value)
    fields = [
        "evenhand event 1", row["previous_hash"], str(row["seq"]), str(micros(row["at"])), row["kind"], row["actor"],
        number(row["account_id"]), number(row["round_id"]), number(row["application_id"]), row["data"], row["changed_rows"],
    ]
    return hashlib.sha256(framed(field.encode() for field in fields)).hexdigest()


def row_digest(salt, table, row):
    parts = [table.encode(), str(row["id"]).encode()]
    for column in row.keys():
        value = row[column]
        if column == "id" or value is None:
            continue
        text = str(micros(value)) if column.endswith("_at") else str(value)
        parts += [column.encode(), text.encode()]
    return keyed(salt.encode(), parts)


def main(database, key_file=None, checkpoints=None):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    connection.execute("BEGIN")
    key = bytes.fromhex(pathlib.Path(key_file).read_text().strip()) if key_file else None
    faults, hashes, left = [], {}, {}
    seq, previous = 0, ""
    for row in connection.execute("SELECT * FROM audit_events ORDER BY seq, id"):
        found = []
        if row["seq"] != seq + 1 or row["previous_hash"] != previous:
            found.append("does not continue the record before it")
        if record_hash(row) != row["hash"]:
            found.append("was changed")
        if key and keyed(key, [row["hash"].encode()]) != row["mac"]:
            found.append("has a wrong HMAC")
        faults += [f"record {row['seq']}: {fault}" for fault in found]
        for table, number, digest in json.loads(row["changed_rows"]):
            left[table, number] = digest
        seq, previous = row["seq"], row["hash"]
        hashes[seq] = previous
    head = connection.execute("SELECT * FROM audit_heads WHERE id = 1").fetchone()
    sealed = f"evenhand head 1 {seq} {previous}".encode()
    if head is None or (head["seq"], head["hash"]) != (seq, previous):
        faults.append("head: does not fit the last record")
    elif key and seq and keyed(key, [sealed]) != head["mac"]:
        faults.append("head: has a wrong HMAC")

    notes = sorted(pathlib.Path(checkpoints).glob("checkpoint-*.txt")) if checkpoints else []
    for note in notes:
        _, size, digest = note.read_text().splitlines()[:3]
        if hashes.get(int(size)) != base64.b64decode(digest).hex():
            faults.append(f"checkpoint {note.name}: the trail was cut or rewritten")

    salts = {(row["table_name"], row["row_id"]): row["salt"] for row in connection.execute("SELECT * FROM row_salts")}
    names = [row[0] for row in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    count = 0
    for table in names:
        if table in OPERATIONAL:
            continue
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY id"):
            count += 1
            place = table, row["id"]
            if place not in salts or left.pop(place, None) != row_digest(salts[place], table, row):
                faults.append(f"row {row['id']} of {table}: is not as the trail left it")
    faults += [f"row {number} of {table}: is missing" for (table, number), digest in left.items() if digest is not None]

    for fault in faults:
        print(fault)
    if not faults:
        print(f"{seq} records, {count} rows, {len(notes)} checkpoints: clean")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
