"""The checker: what feeders handed over, what they were told, what the ledger says and what rests must agree.

It shares no line with Verso but the words of its tables: it asks PostgreSQL and the S3 directly, and opens envelopes by
the second implementation, written from `docs/design.md` alone.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from tests.storage.envelope import second_implementation as second

#: Where nothing more happens to a document by itself, but for the dead, which wait for a person.
_SETTLED: Final = frozenset({"stored", "review", "refused", "split", "withdrawn"})
#: Number of the role `original` in `docs/design.md`'s envelope.
_ORIGINAL: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A file as its feeder remembers it."""

    #: Its name, which no other file of the soak has.
    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of everything, in Jepsen's words first."""

    #: Files that the feeder was told are taken.
    acknowledged: int
    #: Acknowledged files of which no original rests.
    lost: int
    #: Contents that rest as more than one document, or were filed more than once.
    duplicated: int
    #: Files that rest though their feeder was never told.
    recovered: int
    #: Documents whose bytes nobody handed over.
    unexpected: int
    #: Documents that are neither settled nor refused, and work that is left.
    stuck: int
    #: Of these, the dead.
    dead: int
    #: Originals that do not open, or open to other bytes than the ledger's digest says.
    wrong: int
    #: Planted words found in clear, by place.
    plaintext: int
    #: How many documents are in each stage.
    stages: Mapping[str, int] = field(default_factory=dict)
    #: Ids of what is wrong, for whoever looks into it.
    suspects: Sequence[str] = ()

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not any((self.lost, self.duplicated, self.unexpected, self.stuck, self.wrong, self.plaintext))


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The master key file, read as `docs/design.md` describes it."""

    masters: Mapping[bytes, bytes] = field(repr=False)
    pseudonyms: bytes = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> "Keys":
        """Read a key file."""
        tree = json.loads(path.read_text(encoding="utf-8"))
        masters = {bytes.fromhex(each["id"]): base64.b64decode(each["key"]) for each in tree["masters"]}
        return cls(masters=masters, pseudonyms=base64.b64decode(tree["pseudonyms"]["key"]))

    def document_key(self, s3: Any, document: str) -> bytes:
        """Return a document's key, out of the bucket of the keyring."""
        body = _newest(s3, f"{document[:2]}/{document}/")
        identity = bytes.fromhex(document)
        if body[5] == 1:
            return second.unwrap(self._master(body[6:]), b"document key " + body[:6] + identity, body[6:])
        patient, which = second.patient_of(self.pseudonyms, identity, body)
        key = next(key for key in self._patient_keys(s3, patient) if second.key_id(key) == which)
        return second.unwrap_document_key(key, identity, body)

    def _patient_keys(self, s3: Any, patient: bytes) -> Iterator[bytes]:
        """Yield a patient's keys."""
        shelf = f"patients/{patient.hex()[:2]}/{patient.hex()}/"
        for entry in s3.list_objects_v2(Bucket="keyring", Prefix=shelf)["Contents"]:
            wrapped = s3.get_object(Bucket="keyring", Key=entry["Key"])["Body"].read()
            generation = int(entry["Key"].removeprefix(shelf))
            yield second.unwrap_patient_key(self._master(wrapped[6:]), patient, generation, wrapped)

    def _master(self, wrapped: bytes) -> bytes:
        return self.masters[wrapped[1:9]]


def check(  # noqa: PLR0913, PLR0917  everything that must agree
    handed: Sequence[HandedOver], outbox: Path, dsn: str, s3: Any, keys: Keys, leaks: Sequence[object]
) -> Verdict:
    """Compare everything with everything.

    Args:
        handed: What the feeder handed over, file by file.
        outbox: The answers that it got.
        dsn: The ledger's database.
        s3: A client of the object store.
        keys: The master keys.
        leaks: Where planted words were found.
    """
    with psycopg.connect(dsn, row_factory=dict_row) as ledger:
        documents = ledger.execute("SELECT id, stage, parent FROM documents").fetchall()
        sealed = ledger.execute(
            "SELECT document, part, revision, digest FROM objects WHERE role = %s", (_ORIGINAL,)
        ).fetchall()
        left = ledger.execute("SELECT count(*) AS n FROM work").fetchone()
        filed = ledger.execute(
            "SELECT document FROM events WHERE action = 'moved' AND detail = 'stored' "
            "GROUP BY document HAVING count(*) > 1"
        ).fetchall()
    originals, wrong = _opened(sealed, s3, keys)
    told = _told(outbox)
    acknowledged = [file for file in handed if file.name in told]
    silent = [file for file in handed if file.name not in told]
    rests = Counter(originals[row["id"]] for row in documents if row["parent"] is None and row["id"] in originals)
    known = {file.digest for file in handed}
    lost = [file for file in acknowledged if file.digest not in rests]
    doubled = [digest for digest, count in rests.items() if count > 1]
    stuck = [row["id"] for row in documents if row["stage"] not in _SETTLED]
    strange = [row["id"] for row in documents if row["parent"] is None and originals.get(row["id"], "") not in known]
    return Verdict(
        acknowledged=len(acknowledged),
        lost=len(lost),
        duplicated=len(doubled) + len(filed),
        recovered=sum(file.digest in rests for file in silent),
        unexpected=len(set(strange) - set(wrong)),
        stuck=max(len(stuck), left["n"] if left else 0) + sum(file.digest not in rests for file in silent),
        dead=sum(row["stage"] == "dead" for row in documents),
        wrong=len(wrong),
        plaintext=len(leaks),
        stages=dict(Counter(row["stage"] for row in documents)),
        suspects=[*[file.name for file in lost], *stuck, *wrong, *strange][:20],
    )


def _opened(sealed: Sequence[Mapping[str, Any]], s3: Any, keys: Keys) -> tuple[dict[str, str], list[str]]:
    """Open every original; return the digest of each, and the documents whose original does not open."""
    found: dict[str, str] = {}
    wrong = []
    for row in sealed:
        document = row["document"]
        place = f"documents/{document[:2]}/{document}/original-{row['part']}-{row['revision']}"
        try:
            envelope = s3.get_object(Bucket="envelopes", Key=place)["Body"].read()
            if hashlib.sha256(envelope).hexdigest() != row["digest"]:
                raise ValueError(document)  # noqa: TRY301  one way to be wrong among others
            plaintext = second.open_envelope(keys.document_key(s3, document), envelope)
        except Exception:  # noqa: BLE001  whatever it is, it is not what was handed over
            wrong.append(document)
            continue
        found[document] = hashlib.sha256(plaintext).hexdigest()
    return found, wrong


def _told(outbox: Path) -> set[str]:
    """Return what the feeder was told is taken, or refused after it was taken, by the names of its files."""
    told: set[str] = set()
    for answer in outbox.glob("*.json"):
        tree = json.loads(answer.read_text(encoding="ascii"))
        told |= {file["file"] for file in tree["files"]}
    return told


def _newest(s3: Any, folder: str) -> bytes:
    listed = s3.list_objects_v2(Bucket="keyring", Prefix=folder)["Contents"]
    newest = max(each["Key"] for each in listed)
    body: bytes = s3.get_object(Bucket="keyring", Key=newest)["Body"].read()
    return body
