"""The contract of antiviruses: one is accepted by passing it."""

import pytest

from documents.errors import Infected
from pipelines.antivirus.interface import Antivirus


class AntivirusContract:
    """Inherited by the test class of each antivirus, which gives the fixtures ``antivirus`` and ``virus``."""

    def test_it_proves_that_it_can_examine(self, antivirus: Antivirus) -> None:
        """Whoever waits for it asks this."""
        antivirus.check()

    def test_it_says_how_old_its_signatures_are_or_that_it_does_not_know(self, antivirus: Antivirus) -> None:
        """P41: an antivirus that nobody keeps fresh looks for yesterday's viruses."""
        signed = antivirus.signed_at()
        assert signed is None or signed.tzinfo is not None

    @pytest.mark.parametrize("content", [b"", b"a letter", bytes(range(256)) * 5000])
    def test_what_is_harmless_passes_each_time(self, antivirus: Antivirus, content: bytes) -> None:
        """Empty, small, or of many pieces."""
        antivirus.examine(content)
        antivirus.examine(content)

    def test_what_is_harmful_does_not_pass(self, antivirus: Antivirus, virus: bytes) -> None:
        """However often it is tried."""
        for _ in range(2):
            with pytest.raises(Infected):
                antivirus.examine(virus)

    def test_what_comes_in_pieces_is_examined_as_a_whole(self, antivirus: Antivirus, virus: bytes) -> None:
        """Wherever it is cut, and with empty pieces in between."""
        middle = len(virus) // 2
        antivirus.examine_stream(iter([b"a ", b"", b"letter"]))
        antivirus.examine_stream(iter([]))
        with pytest.raises(Infected):
            antivirus.examine_stream(iter([virus[:middle], b"", virus[middle:]]))
