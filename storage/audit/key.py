"""The key of the trail: it proves that an event or an anchor is Verso's own; whoever may only write SQL has it not."""

from storage.keys.interface import MasterKeys


def trail_key(masters: MasterKeys) -> bytes:
    """Return the key of the trail. It outlives rotations, so what was proven once stays so.

    Raises:
        KeysUnavailable: The master key could not be used: then nothing can be written to the trail, hence done.
    """
    return masters.pseudonym("audit trail", b"events")
