"""Objects in S3, against a real server."""

import pytest

from storage.objects.s3 import Bucket, S3Objects
from tests.contracts.objects import ObjectsContract, Reopen
from tests.services.seaweedfs import SeaweedFs


@pytest.fixture(scope="session")
def lasting_bucket(seaweedfs: SeaweedFs) -> Bucket:
    """Give a bucket that all tests share: SeaweedFS keeps volumes open for each."""
    return seaweedfs.bucket("contract")


@pytest.fixture
def bucket(lasting_bucket: Bucket) -> Bucket:
    """Give the bucket, emptied."""
    store = S3Objects(lasting_bucket)
    for key in list(store.keys()):
        store.delete(key)
    return lasting_bucket


class TestS3Objects(ObjectsContract):
    """They keep the contract on SeaweedFS."""

    @pytest.fixture
    def reopen(self, bucket: Bucket) -> Reopen:
        """Give stores over an empty bucket."""
        return lambda: S3Objects(bucket)
