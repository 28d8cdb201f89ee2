"""Serving: the web process, until SIGTERM."""

from functools import partial

import structlog
import uvicorn

from verso.bootstrap import ready_to_stay
from verso.health import Process
from verso.process import keep_memory_flat
from verso.settings import Settings
from verso.telemetry.interface import Telemetry
from web.app import make_app
from workers.pulsing import Pulse
from workers.showing import shown
from workers.starting import once_ready

_log = structlog.get_logger(__name__)

#: Seconds that requests under way have to end.
_GRACE = 20


def serve(settings: Settings) -> None:
    """Serve the API and the pages.

    Raises:
        WrongSetting: A setting is wrong, or would let somebody in who must not be.
    """
    keep_memory_flat()
    ledger = once_ready(Process.WEB, settings, partial(ready_to_stay, settings))
    with (
        shown(Process.WEB, settings, ledger) as telemetry,
        Pulse(vitals=ledger, process=Process.WEB).beating(),
    ):
        _serve(settings, telemetry)


def _serve(settings: Settings, telemetry: Telemetry) -> None:
    config = uvicorn.Config(
        make_app(settings, telemetry),
        host=settings.web_host,
        port=settings.web_port,
        # Its own lines would hold addresses and paths; ours hold ids.
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    _log.info("web-starts")
    uvicorn.Server(config).run()
