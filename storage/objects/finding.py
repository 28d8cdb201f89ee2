"""A finding: what a look at a store's promises showed, one by one, kept or broken."""

from collections.abc import Iterable
from dataclasses import dataclass

from documents.errors import WrongSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One promise of a store, and whether it is kept."""

    #: Stable name of the promise, such as ``second-put``.
    promise: str
    #: None when the store does not let one see.
    kept: bool | None
    #: What was seen: codes and numbers, nothing of anybody's.
    says: str


def insist(findings: Iterable[Finding], store: str = "object store") -> None:
    """Accept no broken promise.

    Raises:
        WrongSetting: One is broken, which is named. Those behind it are not looked at.
    """
    for finding in findings:
        if finding.kept is False:
            raise WrongSetting(f"{store}: {finding.says}")
