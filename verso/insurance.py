"""What an operator may set of insurers' nights: how much of one may be wrong, and how long one waits for another."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from documents.patient import AUTHORITIES, TEST_AUTHORITIES
from pipelines.reimbursing.bounds import NightBounds


class InsuranceSettings(BaseModel):
    """The settings of insurers' nights; read with all others, see `verso.settings`."""

    #: Share of a night's lines that may be wrong, 0 to 1: with more, nothing of it is applied.
    night_most_rejected: Annotated[float, Field(ge=0, le=1)] = 0.01
    #: How long a night waits for its files, or for the night before it, until it is given up; in seconds.
    night_patience_seconds: Annotated[float, Field(gt=0)] = 7 * 86400.0
    #: How often a night that waits is looked at again, in seconds.
    night_look_seconds: Annotated[float, Field(gt=0)] = 30.0

    def night_bounds(self, *, accept_test_identities: bool) -> NightBounds:
        """Return what holds of nights."""
        return NightBounds(
            most_rejected=self.night_most_rejected,
            patience=timedelta(seconds=self.night_patience_seconds),
            look_again=timedelta(seconds=self.night_look_seconds),
            authorities=AUTHORITIES | TEST_AUTHORITIES if accept_test_identities else AUTHORITIES,
        )
