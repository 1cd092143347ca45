"""A port for the one process of a training to listen on, which nothing else takes before it does.

Lightning asks the system for a free port when the trainer is made, and Megatron listens on it seconds later. The system
gives such ports to every outgoing connection as well, so that on a busy machine a training died of "address in use".
"""

from __future__ import annotations

import random
import socket

BELOW = 32_768  # where Linux begins to give ports to outgoing connections (net.ipv4.ip_local_port_range)
ABOVE = 15_000
TRIES = 100


def quiet_port() -> int | None:
    """A port that is free now and that the system gives to nobody who does not name it; None where none was found."""
    for _ in range(TRIES):
        port = random.randrange(ABOVE, BELOW)  # noqa: S311 - spreads trainings over ports, guards nothing
        with socket.socket() as listener:
            try:
                listener.bind(("", port))
            except OSError:
                continue
        return port
    return None
