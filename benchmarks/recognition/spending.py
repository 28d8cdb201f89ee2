"""What reading takes beside the processor time of single scans: memory, and the time of born-digital pages."""

import io
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pikepdf

from benchmarks.recognition.sample import PDF, Sample
from documents.inspection import Inspection
from documents.page import Source
from pipelines.read.reader import ConfinedReader
from specimens import Form, generate

_TICK: Final = 1.0 / os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int | None) -> float:
    """Return the processor seconds of a confined child and of the programs that it ran; none before it is started."""
    if pid is None:
        return 0.0
    cells = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, cells[11:15])) * _TICK


def peak_mb(pid: int | None) -> float:
    """Return the most memory that a process has held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def born_digital_ms(reader: ConfinedReader) -> float:
    """Return the processor time of a born-digital page, in ms."""
    made = list(generate(40, 77, forms=(Form.DIGITAL,)))
    pages = 0
    before, ours = cpu_of(reader.pid), time.process_time()
    for specimen in made:
        inspection = Inspection(media_type=PDF, pages=len(specimen.truth.pages))
        pages += len(list(reader.read(specimen.content, inspection, 1, inspection.pages)))
    return 1000.0 * (cpu_of(reader.pid) - before + time.process_time() - ours) / pages


def long_scan_mb(samples: Sequence[Sample], pages: int) -> float:
    """Return the most memory that the child of one slot holds while it reads one long scan, in MB."""
    scan = pikepdf.new()
    for number in range(pages):
        with pikepdf.open(io.BytesIO(samples[number % len(samples)].pdf)) as page:
            scan.pages.append(page.pages[0])
    content = io.BytesIO()
    scan.save(content)
    reader = ConfinedReader()
    for read in reader.read(content.getvalue(), Inspection(media_type=PDF, pages=pages), 1, pages):
        if read.source is Source.FAILED:
            raise RuntimeError(f"page {read.number} was not read")
    peak = peak_mb(reader.pid)
    reader.close()
    return peak
