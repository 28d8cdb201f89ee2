"""What a process of Verso forbids itself."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

from tests.services.processes import in_a_child
from verso.process import forbid_dumps

#: prctl(2).
PR_GET_DUMPABLE = 3


def _state() -> bytes:
    return bytes([*resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(PR_GET_DUMPABLE)])


def say_states() -> None:
    """Forbid dumps, and print what holds then of this process and of a child of it."""
    forbid_dumps()
    sys.stdout.buffer.write(_state() + in_a_child(_state))


def test_a_core_dump_is_impossible_in_a_process_and_its_children() -> None:
    """P13: keys in memory never reach a disk that way, and the limit cannot be raised again."""
    program = "import tests.verso.test_process as here; here.say_states()"
    outcome = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=Path.cwd())
    assert outcome.stdout == bytes(6)


def test_the_command_forbids_dumps_before_anything_else() -> None:
    """Whatever the verb: even one that only asks for help."""
    program = (
        "import resource, sys, verso.cli.main as main\n"
        "main.app = lambda: print(resource.getrlimit(resource.RLIMIT_CORE))\n"
        "main.run()\n"
    )
    outcome = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert outcome.stdout.strip() == "(0, 0)"


def test_a_process_that_crashes_leaves_no_core() -> None:
    """The kernel says itself whether it wrote one."""
    program = "import os, signal, verso.process as p; p.forbid_dumps(); os.kill(os.getpid(), signal.SIGQUIT)"
    child = os.posix_spawn(
        sys.executable, [sys.executable, "-c", program], {"PYTHONPATH": ":".join(sys.path)}, setsigdef=[signal.SIGQUIT]
    )
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGQUIT
    assert not os.WCOREDUMP(status)
