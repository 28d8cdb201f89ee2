"""What an operator may set of insurers' nights: who sends them, when they are applied, and what is wrong with one."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from documents.patient import AUTHORITIES, TEST_AUTHORITIES
from documents.window import Window
from pipelines.reimbursing.alarming import Expectation
from pipelines.reimbursing.bounds import NightBounds


def _is_window(text: str) -> str:
    Window.of(text)
    return text


class InsuranceSettings(BaseModel):
    """The settings of insurers' nights; read with all others, see `verso.settings`."""

    #: Share of a night's lines that may be wrong, 0 to 1: with more, nothing of it is applied.
    night_most_rejected: Annotated[float, Field(ge=0, le=1)] = 0.01
    #: How long a night waits for its files, or for the night before it, until it is given up; in seconds.
    night_patience_seconds: Annotated[float, Field(gt=0)] = 7 * 86400.0
    #: How often a night that waits is looked at again, in seconds.
    night_look_seconds: Annotated[float, Field(gt=0)] = 30.0

    #: For how many days the files of a night are kept once it is over and accounted for; then their keys are destroyed.
    night_keep_days: Annotated[float, Field(gt=0)] = 14.0

    #: The insurers of whom a night is expected every night: a JSON list of feeders' names.
    insurers: tuple[str, ...] = ()
    #: The hours within which nights are applied, as clocks in France show them, such as ``22:00-06:00``; outside of it
    #: what came in waits. Default: at any hour.
    night_window: Annotated[str, AfterValidator(_is_window)] | None = None
    #: How often the scheduler looks after nights, in seconds.
    night_round_seconds: Annotated[float, Field(gt=0)] = 60.0
    #: How long after its window opened a night may be missing before that is said, in seconds.
    night_grace_seconds: Annotated[float, Field(gt=0)] = 3600.0
    #: Share, 0 to 1, of the lines of an insurer's nights of late below which one is called short.
    night_least_share: Annotated[float, Field(ge=0, le=1)] = 0.5

    def night_bounds(self, *, accept_test_identities: bool) -> NightBounds:
        """Return what holds of nights."""
        return NightBounds(
            most_rejected=self.night_most_rejected,
            patience=timedelta(seconds=self.night_patience_seconds),
            look_again=timedelta(seconds=self.night_look_seconds),
            authorities=AUTHORITIES | TEST_AUTHORITIES if accept_test_identities else AUTHORITIES,
        )

    @property
    def expected(self) -> Expectation:
        """What is expected of insurers."""
        return Expectation(
            window=self.window,
            grace=timedelta(seconds=self.night_grace_seconds),
            least_share=self.night_least_share,
        )

    @property
    def window(self) -> Window | None:
        """The hours within which nights are applied."""
        return Window.of(self.night_window) if self.night_window else None
