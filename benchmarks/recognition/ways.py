"""The ways of reading a page: Verso's own, with what is derived or not, bare Tesseract, OCRmyPDF as paperless does."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.recognition.sample import PDF, Sample
from benchmarks.recognition.spending import cpu_of
from documents.inspection import Inspection
from pipelines.read.reader import ConfinedReader
from pipelines.render.renderer import ConfinedRenderer

#: Paperless-ngx's defaults with cleaning: PDF/A, clean, deskew, rotate. It also says to skip pages with text, which
#: these pages have none of and which OCRmyPDF refuses to do with Debian 12's Ghostscript.
_PAPERLESS: Final = (
    "--output-type",
    "pdfa",
    "--clean",
    "--deskew",
    "--rotate-pages",
    "-l",
    "fra",
    "-j",
    "1",
)


def by_reader(reader: ConfinedReader) -> Callable[[Sample], tuple[str, float]]:
    """Read with Verso."""

    def read(sample: Sample) -> tuple[str, float]:
        before, ours = cpu_of(reader.pid), time.process_time()
        (page,) = reader.read(sample.pdf, Inspection(media_type=PDF, pages=1), 1, 1)
        return page.text, cpu_of(reader.pid) - before + time.process_time() - ours

    return read


def by_reader_and_renderer(reader: ConfinedReader, renderer: ConfinedRenderer) -> Callable[[Sample], tuple[str, float]]:
    """Read with Verso, and make the searchable PDF and the preview as well."""

    def read(sample: Sample) -> tuple[str, float]:
        before, ours = cpu_of(reader.pid) + cpu_of(renderer.pid), time.process_time()
        inspection = Inspection(media_type=PDF, pages=1)
        pages = list(reader.read(sample.pdf, inspection, 1, 1))
        made = renderer.preview(sample.pdf, inspection, pages[0]), renderer.searchable(sample.pdf, inspection, pages)
        if not all(isinstance(one, bytes) for one in made):
            raise RuntimeError("a scan without its preview or searchable PDF")
        return pages[0].text, cpu_of(reader.pid) + cpu_of(renderer.pid) - before + time.process_time() - ours

    return read


def by_tesseract(sample: Sample) -> tuple[str, float]:
    """Give the image to the `tesseract` program with its defaults."""
    return _run(["tesseract", "-", "-", "-l", "fra"], sample.image)


def by_ocrmypdf(sample: Sample) -> tuple[str, float]:
    """Give the PDF to OCRmyPDF with the options of paperless-ngx."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        text = Path(folder, "text.txt")
        _, cpu = _run(["ocrmypdf", *_PAPERLESS, "--sidecar", str(text), "-", "-"], sample.pdf)
        return (text.read_text(encoding="utf-8") if text.exists() else ""), cpu


def find(program: str) -> str | None:
    """Return where a program is, if it is installed."""
    # Programs that a virtual environment brings stand beside its interpreter.
    return shutil.which(program, path=f"{Path(sys.executable).parent}:{os.defpath}:/usr/bin")


def _run(command: Sequence[str], given: bytes) -> tuple[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, input=given, capture_output=True, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout.decode("utf-8", "replace"), cpu
