"""Raise the walls around this very process: limits, no new privileges, Landlock, seccomp; each reports if it stands."""

import ctypes
import errno
import importlib
import os
import resource
import struct
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from pipelines.confinement.limits import Layer, Limits

_PR_SET_NO_NEW_PRIVS = 38
# The three Landlock calls have the same numbers on every architecture (linux/include/uapi/asm-generic/unistd.h).
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIRECTORY = 1 << 0, 1 << 1, 1 << 2, 1 << 3
#: Rights over files that each Landlock version knows, by version (docs.kernel.org/userspace-api/landlock.html).
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_FILE_RIGHTS = (1 << 16) - 1
_NETWORK_RIGHTS = 3
_SCOPES = 3

#: Calls that no parser and no OCR engine needs.
_NEVER = (
    "accept", "accept4", "add_key", "bind", "bpf", "chroot", "connect", "delete_module", "finit_module", "fsopen",
    "init_module", "io_uring_setup", "kexec_load", "keyctl", "listen", "mount", "move_mount", "name_to_handle_at",
    "open_by_handle_at", "open_tree", "perf_event_open", "personality", "pidfd_getfd", "pidfd_open", "pivot_root",
    "process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setns", "socket",
    "socketpair", "swapoff", "swapon", "umount2", "unshare", "userfaultfd",
)  # fmt: skip
#: Calls by which one program starts or stops another.
_OTHER_PROGRAMS = ("execve", "execveat", "fork", "vfork", "tkill", "pidfd_send_signal")
_CLONE_THREAD = 0x10000


def confine(limits: Limits, *, workspace: Path | None) -> frozenset[Layer]:
    """Confine this process for good and return the layers that hold.

    Args:
        limits: What it may use.
        workspace: A folder in memory, the only one where it may write; given only to an engine that is another program,
            which it may then start. None: it writes nothing and starts nothing.
    """
    # Looking for the library starts programs and reads files: before the walls are up.
    seccomp = _seccomp()
    _limit_resources(limits)
    layers = {Layer.LIMITS}
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        layers.add(Layer.NO_NEW_PRIVILEGES)
    if _forbid_files(libc, workspace):
        layers.add(Layer.LANDLOCK)
    if seccomp is not None and _forbid_calls(seccomp, may_start_programs=workspace is not None):
        layers.add(Layer.SECCOMP)
    return frozenset(layers)


def allow_cpu(seconds: int) -> None:
    """Give this process so many more seconds of processor time; past them the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    total = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (total, resource.RLIM_INFINITY))


def _limit_resources(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.largest_file, limits.largest_file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _forbid_files(libc: ctypes.CDLL, workspace: Path | None) -> bool:
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = _FILE_RIGHTS.get(version, _ALL_FILE_RIGHTS)
    # The structure grew with the versions: files, then network, then scopes.
    fields = (rights, _NETWORK_RIGHTS, _SCOPES)[: 1 if version < 4 else 2 if version < 6 else 3]
    attributes = struct.pack(f"{len(fields)}Q", *fields)
    ruleset = libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    readable = _READ_FILE | _READ_DIRECTORY | (_EXECUTE if workspace else 0)
    for folder in _libraries(programs=workspace is not None):
        _allow_beneath(libc, ruleset, folder, readable)
    # Tesseract opens it to be silent, and dies when it cannot.
    _allow_beneath(libc, ruleset, Path(os.devnull), _READ_FILE | _WRITE_FILE)
    if workspace:
        _allow_beneath(libc, ruleset, workspace, rights & ~_EXECUTE)
    standing = libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(standing)


def _libraries(*, programs: bool) -> Sequence[Path]:
    # Libraries load parts of themselves late, for instance a codec on its first use: reading them stays allowed.
    places = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    places.update(("/usr/lib", "/lib", "/lib64"))
    if programs:
        places.update(("/usr", "/bin", "/opt", "/etc/ld.so.cache"))
    return [Path(place) for place in sorted(places) if Path(place).exists()]


def _allow_beneath(libc: ctypes.CDLL, ruleset: int, folder: Path, rights: int) -> None:
    if not folder.is_dir():
        rights &= ~_READ_DIRECTORY
    handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", rights, handle)
    libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    os.close(handle)


def _forbid_calls(seccomp: ModuleType, *, may_start_programs: bool) -> bool:
    calls = seccomp.SyscallFilter(seccomp.ALLOW)
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in _NEVER if may_start_programs else _NEVER + _OTHER_PROGRAMS:
        _add_rule(calls, refuse, name)
    if not may_start_programs:
        # A thread is a clone; a process is one without this flag. clone3 hides its flags in memory, where a filter
        # cannot look, so it is said not to exist and the C library falls back to clone.
        calls.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
        _add_rule(calls, seccomp.ERRNO(errno.ENOSYS), "clone3")
    try:
        calls.load()
    except OSError:
        return False
    return True


def _add_rule(calls: object, action: int, name: str) -> None:
    try:
        calls.add_rule(action, name)  # type: ignore[attr-defined]
    except OSError:
        # This architecture has no such call.
        return


def _seccomp() -> ModuleType | None:
    try:
        return importlib.import_module("pyseccomp")
    except (ImportError, RuntimeError):
        # The system has no libseccomp.
        return None
