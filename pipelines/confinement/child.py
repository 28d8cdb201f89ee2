"""The confined child: started by `Confinement` as a program of its own, it confines itself and then only answers."""

import importlib
import os
import select
import signal
import socket
import threading
from pathlib import Path

from documents.errors import Refused
from pipelines.confinement.channel import Channel, ChannelClosed, Message
from pipelines.confinement.limits import Limits
from pipelines.confinement.task import Task
from pipelines.confinement.walls import allow_cpu, confine


def run() -> None:
    """Serve the parent on standard input until it hangs up."""
    # Libraries print warnings that quote documents: the channel is the only way out.
    parent = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    channel = Channel(parent)
    try:
        orders = channel.receive().header
        limits = Limits.from_json(orders["limits"])
        workspace = Path(orders["workspace"]) if orders["workspace"] else None
        module, _, function = orders["task"].partition(":")
        task: Task = getattr(importlib.import_module(module), function)(orders["options"])
        layers = confine(limits, workspace=workspace)
        threading.Thread(target=_die_with_parent, args=(parent.fileno(), workspace), daemon=True).start()
        channel.send(Message(header={"layers": sorted(layers)}))
        while True:
            message = channel.receive()
            allow_cpu(limits.cpu_seconds)
            channel.send(_answer(task, message))
    except ChannelClosed:
        _leave(workspace=None)


def _answer(task: Task, message: Message) -> Message:
    try:
        if message.header["holds"]:
            task.hold(message.body)
        answer = task.answer(message.header["request"])
    except Refused as refused:
        return Message(header={"refused": refused.code})
    except MemoryError:
        # What the libraries left behind can no longer be trusted.
        os._exit(os.EX_UNAVAILABLE)
    except Exception as error:  # noqa: BLE001  whatever a hostile document provokes is an answer, named by its class
        return Message(header={"failed": type(error).__name__})
    return Message(header={}, body=answer) if isinstance(answer, bytes) else Message(header={"answer": answer})


def _die_with_parent(descriptor: int, workspace: Path | None) -> None:
    # A parent killed outright cannot stop its child; a native call cannot notice a closed socket. This thread can.
    watch = select.poll()
    watch.register(descriptor, 0)
    watch.poll()
    _leave(workspace)


def _leave(workspace: Path | None) -> None:
    if workspace is not None:
        for left in workspace.iterdir():
            left.unlink(missing_ok=True)
        os.killpg(0, signal.SIGKILL)
    os._exit(os.EX_OK)


if __name__ == "__main__":
    run()
