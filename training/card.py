"""The model card: what the model was taught, how it does on authors it never read, and where it is weak."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from documents.theme import Theme
from pipelines.classify.evidence import THIN, Caution
from pipelines.classify.model import Model
from training.calibrating import LOWEST_WHERE_THIN
from training.corpus.grammar import grammar
from training.corpus.writing import codes
from training.fitting import Example
from training.measures import SIX, Measures, Numbers, confusion
from training.trials import REAL_BY_SOURCE, Filed


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the card tells."""

    model: Model
    #: Size of the model file.
    bytes: int
    #: How many texts were generated.
    generated: int
    real: Sequence[Example]
    #: Texts with a guessed label, learned from at a low weight.
    weak: Sequence[Example]
    #: Specimens that were learned from.
    papers: int
    #: Texts written one by one that were learned from.
    notes: int
    #: What was measured on authors that the measured model had not read.
    trials: Sequence[tuple[str, Measures]]
    #: Of each source.
    by_source: Sequence[Filed]
    #: By how much the texts say.
    by_length: Sequence[Filed]
    #: Generated texts that were not learned from.
    held: Measures
    #: Answers on real texts by models that had not read their source, and the truth.
    answers: Numbers
    truth: Numbers
    #: Of the ambiguous texts, how many the model would file by itself, and all.
    doubtful: tuple[int, int]


def write(facts: Facts) -> str:
    """Write the card as Markdown. The same facts give the same card."""
    return "\n".join(
        (
            "# Model card: the classifier of types and themes",
            "",
            "Written by `./run train`; do not edit. Figures are of texts that the measured model had not read, of",
            "authors that it had not read.",
            "",
            f"* **Model** `{facts.model.version}`, {facts.bytes / 1e6:.1f} MB, no pickle,",
            f"  SHA-256 `{facts.model.sha256}`.",
            "* **Kind** two linear heads, one for themes and one for types, over hashed words, runs of letters, title",
            "  words, line shapes and families of words (drugs, analytes, organs…); a theme is what both say of it on",
            "  average; 8-bit weights.",
            f"* **Knows** {len(facts.model.types)} official types in {len(facts.model.themes)} themes.",
            "",
            "## What it was taught",
            "",
            f"* {facts.generated} texts generated from {len(grammar().symbols)} grammar symbols for {len(codes())}",
            "  types, damaged as scanning and faxing do; written for Verso, under its licence.",
            f"* {facts.papers} papers of `specimens`, written by another hand than the grammars.",
            f"* {facts.notes} notes written one by one by the author of the grammars, some before the latest wordings.",
            *_sources(facts.real),
            *(f"{line} Their label, report, is a guess: they count little." for line in _sources(facts.weak)),
            "",
            "The texts of others taught the model; none of them is in it or in Verso.",
            "",
            "## How good it is",
            "",
            *_figures(facts),
            "",
            *_without_prevention(facts),
            "## What it takes for what",
            "",
            "Real texts by source; rows are the truth, columns the answers.",
            "",
            *_confusion(facts),
            "",
            "## When it abstains",
            "",
            "A probability rests on evidence: the less of the lead of a theme its words account for, and the fewer",
            f"words are medical, the flatter ({_caution(facts.model.caution)}, chosen on",
            "unseen sources and on scraps of their texts). A document is filed without a person from these theme",
            "probabilities, from which at least 99 % of unseen texts were right, whichever source is left out. Texts",
            f"with fewer than {THIN} medical words are thin and have thresholds of their own; none is filed whose",
            "theme is `other`. A thin text must also be of the same theme without the sentence that spoke most for it,",
            f"and is never filed from a lower probability than {LOWEST_WHERE_THIN:.2f}.",
            "",
            "| theme | filed from | filed from, where thin |",
            "|---|---|---|",
            *(
                f"| {theme} | {_threshold(enough)} | {_threshold(thin)} |"
                for theme, enough, thin in zip(facts.model.themes, *facts.model.thresholds.tolist(), strict=True)
                if theme is not Theme.OTHER
            ),
            "",
            "A theme beside the six that too few unseen texts were taken for has no threshold: its papers are filed",
            "when the feeder declares them and the content agrees, and go to a person otherwise.",
            "",
            "What would be filed, by models and thresholds that had seen nothing of the source:",
            "",
            "| source | texts | filed | of these right |",
            "|---|---|---|---|",
            *_filings(facts.by_source),
            "",
            "The same, by how many medical words a text holds:",
            "",
            "| medical words | texts | filed | of these right |",
            "|---|---|---|---|",
            *_filings(facts.by_length),
            "",
            f"Of {facts.doubtful[1]} real texts set aside as hard to place, {facts.doubtful[0]} would be filed.",
            "",
            "## Known weaknesses",
            "",
            "* Real texts are few: of synthesis and prevention there are a dozen at most, so their figures rest on",
            "  little.",
            "* The author of the notes wrote the grammars too, the latest after seeing what was wrong on some notes:",
            "  the figures of the notes flatter.",
            "* Between a report and a summary the official label depends on the occasion more than on the words: most",
            "  mistakes on the ANS examples are there.",
            "* Within a theme the exact type is less sure than the theme, above all between the types of summaries",
            "  and between a consultation, an admission and a stay.",
            "* What a patient deposits (`DOCPATnn`) cannot be told from its content and is never answered.",
            "* A form with nothing filled in is classified as what it is the form of.",
            "* The latest grammars were written after seeing which real texts were mistaken, in other words than",
            "  theirs: the figures of real texts flatter a little.",
            "* The form of a screening mammogram is both imaging and prevention: the grammars write it as both.",
            "* French only: other languages come out as `other` and go to a person.",
            "",
        )
    )


def _caution(caution: Caution) -> str:
    return f"exponent {caution.base:.2f} + {caution.by_words:.2f} × lead + {caution.by_known:.2f} × log of words"


def _threshold(threshold: float) -> str:
    return f"{threshold:.2f}" if threshold <= 1 else "only as declared"


def _filings(filed: Sequence[Filed]) -> list[str]:
    whole = Filed(
        name="all",
        texts=sum(each.texts for each in filed),
        filed=sum(each.filed for each in filed),
        right=sum(each.right for each in filed),
    )
    return [
        f"| {each.name} | {each.texts} | {_share(each.filed, each.texts)} | {_share(each.right, each.filed)} |"
        for each in (*filed, whole)
    ]


def _share(some: int, count: int) -> str:
    return f"{some} ({some / count:.1%})" if count else "0"


def _sources(examples: Sequence[Example]) -> list[str]:
    """Name each source with its licences and how much of it was read."""
    counts = Counter(example.source for example in examples)
    licences = {name: sorted({each.licence for each in examples if each.source == name}) for name in counts}
    return [f"* {count} real texts of {name} ({'; '.join(licences[name])})." for name, count in sorted(counts.items())]


def _figures(facts: Facts) -> list[str]:
    rows = [*facts.trials, ("generated with another seed (easy)", facts.held)]
    names = " | ".join(str(theme) for theme in SIX)
    return [
        f"| texts | n | macro-F1 | accuracy | {names} | right at 80 % | coverage at 99 % | calibration error |",
        "|---|" + "---|" * (len(SIX) + 6),
        *(f"| {name} | {_row(measures)} |" for name, measures in rows),
    ]


def _without_prevention(facts: Facts) -> list[str]:
    """Say what the few real texts of prevention hide or flatter."""
    found = dict(facts.trials).get(REAL_BY_SOURCE)
    if found is None:
        return []
    count = sum(example.theme is Theme.PREVENTION for example in facts.real)
    others = [value for value, theme in zip(found.f1, SIX, strict=True) if theme is not Theme.PREVENTION and value]
    return [
        f"Of real texts of prevention there are {count}. Without that theme, the macro-F1 of real texts, each by all",
        f"sources but its own, is {sum(others) / max(1, len(others)):.3f}.",
        "",
    ]


def _row(measures: Measures) -> str:
    per_theme = " | ".join("–" if value is None else f"{value:.2f}" for value in measures.f1)
    return (
        f"{measures.count} | {measures.macro_f1:.3f} | {measures.accuracy:.3f} | {per_theme} | "
        f"{measures.precision_at_80:.3f} | {measures.coverage_at_99:.2f} | {measures.calibration_error:.3f}"
    )


def _confusion(facts: Facts) -> list[str]:
    seen = set(np.unique(facts.truth).tolist()) | set(np.unique(facts.answers).tolist())
    themes = [theme for place, theme in enumerate(facts.model.themes) if place in seen]
    table = confusion(facts.answers, facts.truth, themes)
    return [
        "| | " + " | ".join(str(theme) for theme in themes) + " |",
        "|---|" + "---|" * len(themes),
        *(
            f"| {theme} | " + " | ".join(str(count) for count in row) + " |"
            for theme, row in zip(themes, table, strict=True)
        ),
    ]
