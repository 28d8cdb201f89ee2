"""The settings of the inboxes: where feeders hand over, when what they drop is taken, where they are answered."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from documents.feeder import FeederKind


class InboxRules(BaseModel):
    """What holds of one feeder's inbox; what is not said is as for all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: What the feeder is: ``hospital``, ``practitioner`` or ``insurer``.
    kind: FeederKind = FeederKind.HOSPITAL
    #: Whether a batch waits for its manifest.
    needs_manifest: bool = False
    #: Whether a file waits for a marker that ends in ``.done``.
    marked: bool = False
    #: Largest file or message, in bytes.
    largest: Annotated[int, Field(gt=0)] | None = None
    #: Documents on their way above which nothing more is taken.
    most_under_way: Annotated[int, Field(gt=0)] | None = None


class InletSettings(BaseModel):
    """What an installation sets for its inboxes: a part of `verso.settings.Settings`."""

    #: The watched folders, one a feeder: a JSON object of feeder name to path. Default: ``hospital`` in the home.
    inboxes: dict[str, Path] = Field(default_factory=dict)
    #: The watched mailboxes, one a feeder: a JSON object of feeder name to
    #: ``imaps://user@host:993/INBOX?done=Verso&ca=…``, or ``imap://…`` on loopback.
    mailboxes: dict[str, str] = Field(default_factory=dict)
    #: Their passwords: a JSON object of feeder name to password.
    mailbox_passwords: dict[str, SecretStr] = Field(default_factory=dict)
    #: The watched prefixes of buckets, one a feeder: a JSON object of feeder name to
    #: ``s3://bucket/prefix?outbox=prefix&endpoint=https://…&region=…``, with options of `storage.objects.s3.bucket`.
    inbox_buckets: dict[str, str] = Field(default_factory=dict)
    #: Credentials of those: a JSON object of feeder name to ``access key:secret key``.
    inbox_bucket_keys: dict[str, SecretStr] = Field(default_factory=dict)
    #: What holds of one feeder's inbox instead of the common rules: a JSON object of feeder name to an object with any
    #: of ``kind``, ``needs_manifest``, ``marked``, ``largest`` and ``most_under_way``.
    inbox_rules: dict[str, InboxRules] = Field(default_factory=dict)
    #: Documents of one feeder on their way above which nothing more is taken from its inbox.
    most_under_way: Annotated[int, Field(gt=0)] = 100_000
    #: Where each feeder's acknowledgements are written, in a folder of its name. Default: ``outbox`` in the home.
    outbox: Path | None = None
    #: How long a file must keep its size and time before it is taken, in seconds.
    settle_seconds: Annotated[float, Field(gt=0)] = 2.0
    #: How long an unchanged file may lack its end or its manifest before it is taken all the same, and how long a
    #: folder without a manifest must be quiet before it counts as complete, in seconds.
    patience_seconds: Annotated[float, Field(gt=0)] = 600.0
    #: How often each inbox is scanned whole, in seconds.
    scan_seconds: Annotated[float, Field(gt=0)] = 1.0
