"""The tally: how many documents were filed, how many wrongly, with the intervals that such counts allow to claim."""

from collections import Counter
from dataclasses import dataclass, field
from math import sqrt

from rich.console import Console
from rich.table import Table

from benchmarks.identification.drafts import CONFLICTS, DIGITAL, Draft
from documents.identification import Identification, IdentityOutcome
from specimens.degrading import DEGRADATIONS

_WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one document."""

    number: int
    #: The conflict planted in it, or an empty string.
    planted: str
    quality: str
    #: Whether its patient was declared.
    declared: bool
    #: An `IdentityOutcome`, or ``wrong``.
    outcome: str
    reasons: tuple[str, ...]
    #: Processor seconds that identifying it took.
    seconds: float

    @property
    def matched(self) -> bool:
        """Whether it went on alone, rightly."""
        return self.outcome == IdentityOutcome.MATCHED


def judge(draft: Draft, answer: Identification, seconds: float) -> Result:
    """Hold an answer against the truth. What is nobody's and goes on alone is filed wrongly, under whomever."""
    wrong = answer.outcome is IdentityOutcome.MATCHED and answer.ins != draft.truth
    return Result(
        number=draft.number,
        planted=draft.planted,
        quality=draft.quality,
        declared=draft.declared is not None,
        outcome=_WRONG if wrong else answer.outcome.value,
        reasons=answer.reasons,
        seconds=seconds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came out."""

    results: list[Result] = field(default_factory=list)

    @property
    def wrong(self) -> list[Result]:
        """The documents filed wrongly."""
        return [r for r in self.results if r.outcome == _WRONG]

    @property
    def planted(self) -> list[Result]:
        """The documents with a planted conflict."""
        return [r for r in self.results if r.planted]

    @property
    def free(self) -> list[Result]:
        """The documents without."""
        return [r for r in self.results if not r.planted]

    @property
    def matched(self) -> int:
        """How many without conflict were matched, rightly."""
        return sum(r.matched for r in self.free)

    @property
    def met(self) -> bool:
        """Whether the goals are reached: nothing filed wrongly, 95 % of the conflict-free matched alone."""
        return not self.wrong and self.matched >= 0.95 * len(self.free)

    def figures(self) -> dict[str, object]:
        """Return the figures as one flat record."""
        seconds = sorted(r.seconds for r in self.results)
        return {
            "benchmark": "identity",
            "documents": len(self.results),
            "planted": len(self.planted),
            "wrong_filings": len(self.wrong),
            "wrong_interval_95": [round(x, 6) for x in wilson(len(self.wrong), len(self.results))],
            "wrong_of_planted_interval_95": [round(x, 6) for x in wilson(len(self.wrong), len(self.planted))],
            "matched_share": round(self.matched / max(1, len(self.free)), 4),
            "matched_interval_95": [round(x, 4) for x in wilson(self.matched, len(self.free))],
            "median_ms": round(1000 * seconds[len(seconds) // 2], 2) if seconds else None,
            "met": self.met,
        }

    def show(self, console: Console) -> None:
        """Print the tables."""
        table = Table(title=f"Identity: {len(self.results)} documents", min_width=100)
        for head in ("planted conflict", "quality", "declared", "documents", "matched", "review", "filed wrongly"):
            table.add_column(head, justify="left" if head in {"planted conflict", "quality", "declared"} else "right")
        for quality in (DIGITAL, *DEGRADATIONS):
            for declared in (True, False):
                mine = [r for r in self.free if (r.quality, r.declared) == (quality, declared)]
                _add(table, ("none", quality, "yes" if declared else "no"), mine)
        for planted in CONFLICTS:
            _add(table, (planted, "all", "both"), [r for r in self.planted if r.planted == planted])
        console.print(table)
        self._show_reasons(console)
        low, high = wilson(len(self.wrong), len(self.results))
        console.print(f"Filed wrongly: {len(self.wrong)} (95 % interval {low:.3%} to {high:.3%}; goal: none)")
        low, high = wilson(len(self.wrong), len(self.planted))
        console.print(f"... of the {len(self.planted)} planted: {low:.3%} to {high:.3%}")
        low, high = wilson(self.matched, len(self.free))
        share = self.matched / max(1, len(self.free))
        console.print(f"Matched alone: {share:.2%} ({low:.2%} to {high:.2%}; goal: 95 %)")
        for result in self.wrong:
            console.print(f"filed wrongly: document {result.number} ({result.planted}; {', '.join(result.reasons)})")

    def _show_reasons(self, console: Console) -> None:
        """Print why documents without conflict went to review."""
        counts = Counter(reason for r in self.free if not r.matched for reason in r.reasons)
        reasons = Table(title="Reasons for review of conflict-free documents")
        reasons.add_column("reason")
        reasons.add_column("documents", justify="right")
        for reason, count in counts.most_common():
            reasons.add_row(reason, str(count))
        console.print(reasons)


def _add(table: Table, names: tuple[str, str, str], results: list[Result]) -> None:
    if results:
        matched, wrong = sum(r.matched for r in results), sum(r.outcome == _WRONG for r in results)
        table.add_row(*names, *map(str, (len(results), matched, len(results) - matched - wrong, wrong)))


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; with no hit at all its upper end is near the rule of three."""
    if not trials:
        return 0.0, 1.0
    z = 1.959964
    share, weight = hits / trials, z * z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return max(0.0, middle - half), min(1.0, middle + half)
