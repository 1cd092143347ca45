"""The sockets that an HTTP client has open, so that one thread can end what others wait for.

To close a client does not wake a thread that reads from one of its connections; to shut its socket down does.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakSet

_CONNECTED = ("connect_tcp.complete", "start_tls.complete")


class Sockets:
    """Sockets of one client; `trace` is what its requests take as their extension of that name."""

    def __init__(self) -> None:
        self._open: WeakSet[socket.socket] = WeakSet()
        self._lock = threading.Lock()
        self._shut = False

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the socket of a new connection; httpcore calls it with every event of a request."""
        if event.endswith(_CONNECTED):
            connected = info["return_value"].get_extra_info("socket")
            with self._lock:
                self._open.add(connected)
            if self._shut:
                _shut(connected)

    def shut(self) -> None:
        """Shut every socket down, those to come as well: whoever reads from one meets its end."""
        with self._lock:
            self._shut = True
            sockets = list(self._open)
        for connected in sockets:
            _shut(connected)


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):  # where it is closed already
        socket.socket.shutdown(connected, socket.SHUT_RDWR)  # of a TLS socket the one underneath
