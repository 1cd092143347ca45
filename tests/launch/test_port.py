"""Ports that the system does not give away."""

from __future__ import annotations

import socket
from pathlib import Path

from launch.port import ABOVE, BELOW, quiet_port


def test_it_can_be_listened_on_and_is_not_of_those_for_outgoing_connections() -> None:
    port = quiet_port()
    assert port is not None
    assert ABOVE <= port < BELOW
    with socket.socket() as listener:
        listener.bind(("", port))
        listener.listen()
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if given.exists():
        first, last = map(int, given.read_text().split())
        assert not first <= port <= last


def test_trainings_are_spread_over_ports() -> None:
    ports = {quiet_port() for _ in range(50)}
    assert None not in ports
    assert len(ports) > 40
