"""A real browser for the journeys: Debian's Chromium, driven without a screen."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

#: Names under which Debian and others install it.
_NAMES = ("chromium", "chromium-browser", "google-chrome")

#: Milliseconds after which a page has failed rather than being slow: beside it, others use the processor.
_PATIENCE = 60_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    assert program is not None, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        # Root, as whom containers test, has no sandbox of the browser's own.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        expect.set_options(timeout=_PATIENCE)
        try:
            yield browser
        finally:
            browser.close()
