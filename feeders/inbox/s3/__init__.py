"""The inbox that is a prefix of a bucket, watched by listing it; the ledger knows who is at which file."""

from feeders.inbox.s3.batches import BucketBatches
from feeders.inbox.s3.drawer import Drawer
from feeders.inbox.s3.inbox import BucketInbox
from feeders.inbox.s3.outbox import BucketOutbox

__all__ = ["BucketBatches", "BucketInbox", "BucketOutbox", "Drawer"]
