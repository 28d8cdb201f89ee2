"""What every module looks like."""

from typing import Final

from tests.architecture.tree import modules, packages

LONGEST: Final = 300

#: Modules that may be longer, each with its reason.
LONGER: Final[dict[str, str]] = {
    "documents/errors.py": "every way in which things go wrong is one tree, drawn at its top and read at once",
}

#: Reading the environment by any of these is for the settings alone.
ENVIRONMENT: Final = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}


def test_a_module_opens_with_its_caption() -> None:
    """The first line of a module is one sentence that says what it is."""
    assert not [str(module) for module in modules(*packages(), "benchmarks") if not module.caption.endswith(".")]


def test_a_module_stays_short() -> None:
    """A module that grows past the limit hides a noun: find it, or give the reason above."""
    assert not [str(module) for module in modules(*packages()) if module.lines > LONGEST and str(module) not in LONGER]


def test_every_exception_to_shortness_is_still_needed() -> None:
    """A reason does not outlive its module's length."""
    needed = {str(module) for module in modules(*packages()) if module.lines > LONGEST}
    assert set(LONGER) <= needed


def test_only_the_settings_read_the_environment() -> None:
    """What the environment decides is decided in one place."""
    readers = {str(module) for module in modules(*packages()) if module.names & ENVIRONMENT}
    assert readers <= {"verso/settings.py"}
