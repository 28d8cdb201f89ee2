"""Owners of claims: certain death is seen, everything else may live."""

import os
import subprocess
import sys

from workers.owner import may_live, this_owner


def test_this_process_lives() -> None:
    """Whoever asks about itself is alive."""
    assert may_live(this_owner())


def test_a_process_that_ended_is_dead() -> None:
    """Its id is free, or belongs to somebody who started later."""
    ended = subprocess.run(
        [sys.executable, "-c", "from workers.owner import this_owner; print(this_owner())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert not may_live(ended)


def test_another_process_under_the_same_number_is_not_the_owner() -> None:
    """The system uses process ids again: the start time tells them apart."""
    host, pid, started = this_owner().rsplit("/", 2)
    assert pid == str(os.getpid())
    assert not may_live(f"{host}/{pid}/{int(started) - 1}")


def test_a_process_of_another_machine_may_live() -> None:
    """What cannot be seen from here is left to its lease."""
    assert may_live("another-machine/1/1")
