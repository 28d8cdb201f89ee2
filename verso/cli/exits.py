"""Exit codes: what a script learns from `verso`; the table stands in `docs/errors.md`."""

from enum import IntEnum

from documents.errors import Erased, Interrupted, MissingLibrary, Misused, Refused, Tampered, VersoError, WrongSetting


class Exit(IntEnum):
    """How a command ended. Numbers follow sysexits where it has a word for it."""

    #: Everything that was asked was done.
    DONE = 0
    #: It was done, and something was found that a person should look at.
    FINDINGS = 1
    #: The command line was wrong (said by the parser).
    USAGE = 2
    #: What was asked cannot be done: unknown id, wrong stage.
    MISUSED = 64
    #: A document was refused.
    REFUSED = 65
    #: What was asked for was erased.
    ERASED = 66
    #: Something needed is missing on this system.
    UNAVAILABLE = 69
    #: A fault of Verso itself.
    BUG = 70
    #: The world was at fault: try again later.
    INTERRUPTED = 75
    #: Stored bytes fail authentication: call the security officer.
    TAMPERED = 76
    #: A setting is wrong.
    SETTING = 78


def exit_of(error: VersoError) -> Exit:
    """Return the exit code of an error, by its family."""
    families: tuple[tuple[type[VersoError], Exit], ...] = (
        (WrongSetting, Exit.SETTING),
        (Erased, Exit.ERASED),
        (MissingLibrary, Exit.UNAVAILABLE),
        (Misused, Exit.MISUSED),
        (Refused, Exit.REFUSED),
        (Interrupted, Exit.INTERRUPTED),
        (Tampered, Exit.TAMPERED),
    )
    return next((code for family, code in families if isinstance(error, family)), Exit.BUG)
