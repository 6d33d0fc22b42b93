"""Checks a case file or an evidence bundle of Evenhand without the service: shares no code with it, needs Python's own library only.

    python3 verify.py                 in the unpacked folder
    python3 verify.py EVIDENCE.zip    without unpacking it

Exit 0 and what was checked when everything fits; exit 1 and a line for each thing that does not.

What it checks: every file against manifest.sha256; every record of the trail against its own SHA-256, and against the record before it
where that one is in the archive too; every row against the digest that the last of these records has of it; in a bundle, that each
record stands in trail/links.txt, whose last hash is the one in the signed checkpoint, and that every percentage of every published
ranking comes out of the panel's agreed marks and the frozen weights.
A row of a case file that was sealed by a record which the case file does not show is counted apart, and checked in the bundle.
What it cannot check: the signature of the checkpoint (ed25519 is not in Python's library; the key is in trail/checkpoint-key.txt), and
records of other rounds, which are not in the archive.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import zipfile
from datetime import datetime, timezone
from fractions import Fraction

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Archive:
    """Files of a folder or of a ZIP, by name."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.zip = zipfile.ZipFile(path) if self.path.is_file() else None

    def names(self):
        if self.zip:
            return {name for name in self.zip.namelist() if not name.endswith("/")}
        return {file.relative_to(self.path).as_posix() for file in self.path.rglob("*") if file.is_file()}

    def open(self, name):
        return self.zip.open(name) if self.zip else (self.path / name).open("rb")

    def text(self, name):
        with self.open(name) as file:
            return file.read().decode()

    def lines(self, name):
        with self.open(name) as file:
            for line in file:
                yield json.loads(line)


def micros(text):
    """Microseconds since 1970 of a column's text."""
    whole, _, fraction = text.replace("T", " ").partition(".")
    seconds = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc) - EPOCH
    return (seconds.days * 86_400 + seconds.seconds) * 1_000_000 + int((fraction + "000000")[:6])


def framed(parts):
    """Each part after its length in eight bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def row_digest(row):
    parts = [row["table"].encode(), str(row["id"]).encode()]
    for column, value in row["columns"]:
        text = str(micros(value)) if column.endswith("_at") else value
        parts += [column.encode(), text.encode()]
    return hmac.new(row["salt"].encode(), framed(parts), hashlib.sha256).hexdigest()


def check_files(archive, faults):
    listed = {}
    for line in archive.text("manifest.sha256").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    for name in sorted(archive.names() - {"manifest.sha256"}):
        if name not in listed:
            faults.append(f"file {name}: is not in the manifest")
    for name, digest in listed.items():
        try:
            hasher = hashlib.sha256()
            with archive.open(name) as file:
                while piece := file.read(65_536):
                    hasher.update(piece)
            if hasher.hexdigest() != digest:
                faults.append(f"file {name}: was changed")
        except (KeyError, FileNotFoundError):
            faults.append(f"file {name}: is missing")
    return len(listed)


def check_records(archive, faults):
    """The hash of each record by its place, and what the records left each row as."""
    hashes, left, shown = {}, {}, set()
    records = sorted(archive.lines("trail/records.jsonl"), key=lambda record: int(record["fields"][2]))
    for record in records:
        fields = record["fields"]
        seq = int(fields[2])
        shown.add(seq)
        if hashlib.sha256(framed(field.encode() for field in fields)).hexdigest() != record["hash"]:
            faults.append(f"record {seq}: was changed")
        if seq - 1 in hashes and hashes[seq - 1] != fields[1]:
            faults.append(f"record {seq}: does not continue the record before it")
        hashes[seq] = record["hash"]
        for table, number, digest in json.loads(fields[10]):
            left[table, number] = digest
        previous = seq - 1, fields[1]
        hashes.setdefault(*previous)
    return hashes, left, shown


def check_chain(archive, names, hashes, faults):
    links = {}
    if "trail/links.txt" in names:
        for line in archive.text("trail/links.txt").splitlines():
            seq, _, digest = line.partition(" ")
            links[int(seq)] = digest
        if sorted(links) != list(range(1, len(links) + 1)):
            faults.append("trail/links.txt: a place is missing or doubled")
        faults += [f"record {seq}: is not in trail/links.txt" for seq, digest in hashes.items() if seq and links.get(seq) != digest]
    if "trail/checkpoint.txt" not in names:
        return "no checkpoint signs these records yet"
    _, size, last = archive.text("trail/checkpoint.txt").splitlines()[:3]
    known = links.get(int(size), hashes.get(int(size)))
    if known is not None and known != base64.b64decode(last).hex():
        faults.append("trail/checkpoint.txt: it signs another trail")
    return f"a checkpoint signs records 1 to {size}"


def check_rows(archive, left, shown, faults):
    rows, unchecked = {}, 0
    for row in archive.lines("trail/rows.jsonl"):
        place = f"row {row['id']} of {row['table']}"
        if "withheld" in row:
            continue
        sealed = row.get("sealed_by")
        if sealed is not None and sealed not in shown:
            unchecked += 1
        elif row["salt"] is None or left.get((row["table"], row["id"])) != row_digest(row):
            faults.append(f"{place}: is not as the trail left it")
        rows.setdefault(row["table"], {})[row["id"]] = dict(row["columns"])
    return rows, unchecked


def check_ranking(rows, faults):
    """Every percentage of every published ranking, from the agreed marks and the frozen weights (P1)."""
    count = 0
    recommendations = rows.get("recommendations", {}).values()
    standing = [one for one in recommendations if "superseded_at" not in one]
    newest = max(rows["round_definitions"].values(), key=lambda one: int(one["version"]))
    definition = json.loads(newest["document"])
    weights = {one["code"]: Fraction(one["weight"]) for one in definition["criteria"]}
    full = sum(weights.values()) * definition["scale"]["max"]
    bids = {one["reference"]: number for number, one in rows.get("applications", {}).items()}
    meetings = {int(one["application_id"]): number for number, one in rows.get("moderations", {}).items()}
    marks = {}
    for one in rows.get("agreed_marks", {}).values():
        if "mark" in one:
            marks.setdefault(int(one["moderation_id"]), {})[one["criterion"]] = int(one["mark"])
    for recommendation in standing:
        for placing in json.loads(recommendation["ranking"])["placings"]:
            agreed = marks.get(meetings.get(bids.get(placing["reference"])), {})
            if placing["weighted_percent"] is None or set(agreed) != set(weights):
                continue
            percent = 100 * sum(weights[code] * mark for code, mark in agreed.items()) / full
            count += 1
            if Fraction(placing["weighted_percent"]) != percent:
                faults.append(f"{placing['reference']}: {placing['weighted_percent']} per cent was published, and {percent} comes out")
    return count


def main(path=None):
    archive, faults = Archive(path or pathlib.Path(__file__).parent), []
    files = check_files(archive, faults)
    hashes, left, shown = check_records(archive, faults)
    anchored = check_chain(archive, archive.names(), hashes, faults)
    rows, unchecked = check_rows(archive, left, shown, faults)
    percentages = check_ranking(rows, faults)
    for fault in faults:
        print(fault)
    if not faults:
        count = sum(len(table) for table in rows.values())
        print(f"{files} files, {len(shown)} records, {count} rows, {percentages} percentages: everything fits; {anchored}")
        if unchecked:
            print(f"{unchecked} of the rows were sealed together with rows of other applications, by records that only the bundle of the round shows")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
