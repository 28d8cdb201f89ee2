"""Objects in any S3, spoken to by boto3: what is put is never replaced, and arrives as it was sent or not at all."""

from storage.objects.s3.bucket import Bucket
from storage.objects.s3.store import S3Objects

__all__ = ["Bucket", "S3Objects"]
