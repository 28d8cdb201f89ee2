"""The figures of all arms against the goals: as a table, as JSON, and as a small page with a plot."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from rich.console import Console
from rich.table import Table

from benchmarks.recognition.arm import Arm
from benchmarks.recognition.kept import Pair, error_of
from benchmarks.recognition.sample import FAX, KINDS

#: The names of the arms that goals are about.
VERSO, DERIVING, TESSERACT, OCRMYPDF = "verso", "verso, PDF and preview", "tesseract", "ocrmypdf"


def figures_of(arms: Sequence[Arm], others: Mapping[str, float], kept: Sequence[Pair] = ()) -> dict[str, object]:
    """Return all figures, and which goals they meet."""
    by_name = {arm.name: arm for arm in arms}
    verso, tesseract = by_name[VERSO], by_name[TESSERACT]
    clear = [kind for kind in KINDS if kind != FAX]
    ours, theirs = verso.by_kind(), tesseract.by_kind()
    goals = {
        "cpu_at_most_065_of_tesseract": verso.cpu() <= 0.65 * tesseract.cpu(),
        "cer_at_most_half_a_per_cent": verso.errors(clear) <= 0.5,
        "cer_at_most_a_tenth_of_tesseract": verso.errors(clear) <= 0.1 * tesseract.errors(clear),
        "fax_at_most_08_of_tesseract": ours[FAX] <= 0.8 * theirs[FAX],
        "never_worse_by_more_than_a_tenth_of_a_point": all(ours[kind] <= theirs[kind] + 0.1 for kind in KINDS),
        "born_digital_at_most_6_ms": others["born_digital_ms"] <= 6.0,
        "long_scan_under_600_mb": others["long_scan_mb"] < 600.0,
        "two_workers_at_least_19": others["speed_up"] >= 1.9,
    }
    if OCRMYPDF in by_name:
        peer, deriving = by_name[OCRMYPDF], by_name[DERIVING]
        goals["cpu_at_most_010_of_ocrmypdf"] = verso.cpu(peer.most) <= 0.10 * peer.cpu()
        goals["cpu_with_pdf_and_preview_at_most_020_of_ocrmypdf"] = deriving.cpu(peer.most) <= 0.20 * peer.cpu()
    if kept:
        goals["kept_scans_at_most_tesseract"] = error_of([p.verso for p in kept]) <= error_of(
            [p.tesseract for p in kept]
        )
    return {
        "bench": "reading",
        "arms": {
            arm.name: {
                "cpu_seconds": round(arm.cpu(), 3),
                "pages_per_core_second": round(1 / arm.cpu(), 2),
                "ratio_to_tesseract": round(arm.cpu() / tesseract.cpu(arm.most), 3),
                "cer": {kind: round(error, 2) for kind, error in arm.by_kind().items()},
                "cer_without_fax": round(arm.errors(clear), 2),
                "wer": round(arm.word_errors(), 2),
                "peak_mb": round(arm.peak_mb),
            }
            for arm in arms
        },
        **{name: round(value, 2) for name, value in others.items()},
        "kept": {pair.name: [round(error_of([score]), 2) for score in (pair.verso, pair.tesseract)] for pair in kept},
        "not_installed": [] if OCRMYPDF in by_name else [OCRMYPDF],
        "goals": goals,
        "met": all(goals.values()),
    }


def show(arms: Sequence[Arm], figures: Mapping[str, object]) -> None:
    """Print the table and the goals for people."""
    table = Table(title="Reading scanned pages: character errors in per cent, by kind")
    for title in ("", "CPU s", "WER", "MB", *KINDS):
        table.add_column(title, justify="right" if title else "left")
    for arm in arms:
        errors = [f"{error:.2f}" for error in arm.by_kind().values()]
        table.add_row(arm.name, f"{arm.cpu():.2f}", f"{arm.word_errors():.1f}", f"{arm.peak_mb:.0f}", *errors)
    console = Console(width=140)
    console.print(table)
    kept, goals = figures["kept"], figures["goals"]
    if isinstance(kept, dict) and kept:
        console.print("Kept scans, character errors in per cent: Verso, tesseract")
        for name, (ours, theirs) in kept.items():
            console.print(f"  {name:<32} {ours:6.2f} {theirs:6.2f}")
    if isinstance(goals, dict):
        for goal, met in goals.items():
            console.print(f"[{'green' if met else 'red'}]{'met   ' if met else 'missed'}[/] {goal.replace('_', ' ')}")
    console.print(
        f"born-digital page {figures['born_digital_ms']} ms, long scan {figures['long_scan_mb']} MB, "
        f"two workers {figures['speed_up']} times one at a load of {figures['load']}"
    )


def html_of(arms: Sequence[Arm], figures: Mapping[str, object]) -> str:
    """Return a small report: bars of errors by kind and arm, and all figures."""
    bars = []
    tallest = max(max(arm.by_kind().values()) for arm in arms) or 1.0
    colours = ("#1b6e53", "#4f9a7f", "#7bb39c", "#a9cfc0", "#b5482f", "#c9a227")
    for group, (kind, columns) in enumerate(groupby(((k, a) for k in KINDS for a in arms), key=lambda pair: pair[0])):
        for place, (_, arm) in enumerate(columns):
            error = arm.by_kind()[kind]
            height, left = 200 * (error / tallest) ** 0.5, 20 + group * 110 + place * 15
            bars.append(
                f'<rect x="{left}" y="{220 - height:.1f}" width="13" height="{height:.1f}" fill="{colours[place]}">'
                f"<title>{escape(arm.name)}: {error:.2f} %</title></rect>"
            )
        bars.append(f'<text x="{20 + group * 110}" y="238">{kind}</text>')
    names = "".join(
        f'<li style="color:{colour}">{escape(arm.name)}</li>' for arm, colour in zip(arms, colours, strict=False)
    )
    return (
        '<!doctype html><meta charset="utf-8"><title>Reading</title><style>body{font:14px sans-serif}</style>'
        f"<h1>Character errors by kind (root scale)</h1><ul>{names}</ul>"
        f'<svg width="800" height="250">{"".join(bars)}</svg><pre>{escape(json.dumps(figures, indent=1))}</pre>'
    )
