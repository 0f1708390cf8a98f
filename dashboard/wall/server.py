"""Serve behind the wall: no more connections than there is room for, and none that does not say what it wants."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import ClassVar, cast

import uvicorn
from streamlit import net_util
from streamlit.web.bootstrap import load_config_options
from uvicorn.protocols.http.h11_impl import H11Protocol

from dashboard.wall.middleware import Wall

CONNECTIONS = 600  # at once; well below the 1,024 files a process may usually have open
# Connections that have not said yet what they want; more than that drops the oldest. A proxy opens one for each of the
# hundred files of a first visit, all at the same moment.
WAITING = 256
WITHIN = 10.0  # seconds to say so
MESSAGE = 2  # MB of one message from a browser, which is a few choices
HEADERS = 64 * 1024  # bytes of one request without its body
BACKLOG = 512  # connections the system keeps until we take them
_is_standing = threading.Event()


def stands() -> bool:
    """Whether this process serves behind the wall; `streamlit run` or another server does not."""
    return _is_standing.is_set()


class Patient(H11Protocol):
    """A connection that is dropped when there is no room, or when it does not say in time what it wants."""

    waiting: ClassVar[dict[Patient, asyncio.TimerHandle]] = {}  # the oldest first

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait, if there is room."""
        super().connection_made(cast(asyncio.Transport, transport))
        if len(self.connections) > CONNECTIONS:
            self.transport.abort()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on as long as no whole request has come."""
        super().data_received(data)
        if self.transport.get_protocol() is not self or (self.cycle and not self.cycle.response_complete):
            self._stop_waiting()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self in self.waiting or self.transport.is_closing():
            return
        self.waiting[self] = self.loop.call_later(WITHIN, self.transport.abort)
        if len(self.waiting) > WAITING:
            oldest = next(iter(self.waiting))
            oldest._stop_waiting()
            oldest.transport.abort()

    def _stop_waiting(self) -> None:
        timer = self.waiting.pop(self, None)
        if timer is not None:
            timer.cancel()


def serve(app: Wall, address: str, port: int) -> None:
    """Serve an application behind its wall until a signal ends it. Raises OSError when the port is taken."""
    # What Streamlit would ask another server for our own address with; the wall leaves it no reason to.
    net_util._external_ip = address
    load_config_options(
        {
            "server.address": address,
            "server.port": port,
            "server.headless": True,
            "server.maxWidgetStateSize": MESSAGE,
        }
    )
    with socket.create_server(
        (address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET, backlog=BACKLOG
    ) as place:
        _is_standing.set()
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=Patient,
                ws="websockets-sansio",
                ws_max_size=MESSAGE * 10**6,
                ws_per_message_deflate=False,
                ws_ping_interval=30,
                ws_ping_timeout=30,
                h11_max_incomplete_event_size=HEADERS,
                backlog=BACKLOG,
                proxy_headers=False,
                server_header=False,
                access_log=False,
                log_level="error",  # below that it writes a line, with an address, for each bad request
                use_colors=False,
            )
        )
        server.run(sockets=[place])
