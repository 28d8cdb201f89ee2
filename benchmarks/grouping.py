"""Sorting, grouping and hashing the lines of a night by patient: Polars, DuckDB and plain Python in turn."""

import argparse
import csv
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from itertools import groupby
from typing import Final

import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from specimens.nights import COLUMNS, Synthetic

_NAMES: Final = COLUMNS.split(";")
_SAID: Final = ("section", "day", "code", "reference", "until", "system", "label", "atc", "prescriber", "quantity")


def main(argv: Sequence[str]) -> int:
    """Let each engine make the same digests of the same lines, in memory alone; print how many lines a second."""
    parser = argparse.ArgumentParser(prog="bench grouping", description=__doc__)
    parser.add_argument("--patients", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=2)
    said = parser.parse_args(argv)
    lines = list(Synthetic(patients=said.patients, lines_each=25).full(1))
    content = "".join(f"{line}\n" for line in lines).encode()
    engines: dict[str, Callable[[bytes], dict[str, str]]] = {
        "polars": _by_polars,
        "duckdb": _by_duckdb,
        "python": _by_python,
    }
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    busy: dict[str, list[float]] = {name: [] for name in engines}
    answers = []
    for _ in range(said.rounds):
        for name, engine in engines.items():
            started, worked = time.perf_counter(), time.process_time()
            answers.append(engine(content))
            seconds[name].append(time.perf_counter() - started)
            busy[name].append(time.process_time() - worked)
    agree = all(answer == answers[0] for answer in answers)
    table = Table("engine", "lines/s", "lines a second of a core")
    for name in engines:
        table.add_row(name, f"{len(lines) / min(seconds[name]):,.0f}", f"{len(lines) / min(busy[name]):,.0f}")
    Console().print(table)
    rates = {name: len(lines) / min(busy[name]) for name in engines}
    print(json.dumps({"lines": len(lines), "a_core_second": rates, "agree": agree, "met": agree}))
    return 0 if agree else 1


def _frame(content: bytes) -> pl.DataFrame:
    return pl.read_csv(
        BytesIO(content),
        separator=";",
        has_header=False,
        new_columns=_NAMES,
        infer_schema=False,
        quote_char=None,
        empty_string_is_null=False,
    )


def _by_polars(content: bytes) -> dict[str, str]:
    frame = _frame(content)
    text = pl.concat_str(_SAID, separator="\x1f").alias("text")
    sorted_ = frame.select("ins", text).sort("ins", "text")
    grouped = sorted_.group_by("ins", maintain_order=True).agg(pl.col("text").str.join("\x1e"))
    return {ins: _digest(joined) for ins, joined in grouped.iter_rows()}


def _by_duckdb(content: bytes) -> dict[str, str]:
    # DuckDB reads files; what never rests readable reaches it through a frame, which it reads where it lies.
    frame = _frame(content)
    with duckdb.connect(":memory:", config={"temp_directory": "", "threads": 2}) as connection:
        connection.register("lines", frame.to_arrow())
        text = " || chr(31) || ".join(_SAID)
        found = connection.execute(
            f"SELECT ins, string_agg(text, chr(30) ORDER BY text) FROM (SELECT ins, {text} AS text FROM lines) GROUP BY ins"  # noqa: S608, E501
        ).fetchall()
    return {ins: _digest(joined) for ins, joined in found}


def _by_python(content: bytes) -> dict[str, str]:
    places = [_NAMES.index(name) for name in _SAID]
    whose = _NAMES.index("ins")
    rows = csv.reader(StringIO(content.decode()), delimiter=";")
    texts = sorted((row[whose], "\x1f".join([row[place] for place in places])) for row in rows)
    return {ins: _digest("\x1e".join(text for _, text in own)) for ins, own in groupby(texts, key=lambda pair: pair[0])}


def _digest(joined: str) -> str:
    return hashlib.blake2b(joined.encode(), digest_size=32).hexdigest()
