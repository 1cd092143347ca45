"""Commands and files of the place where jobs run: this machine, or a login node over SSH. Without NeMo-Run: quick."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from launch.cluster import Place, SlurmCluster, Tunnel
from lexatron.errors import UserError

TIMEOUT_S = 60


class Reach(Protocol):
    """A machine that commands run on and files are read from."""

    def run(self, command: Sequence[str], stdin: str = "") -> tuple[int, str]:
        """Exit code and standard output (with standard error where the code is not 0); 127 where it is not there."""
        ...

    def read(self, path: str, last_bytes: int | None = None) -> str | None:
        """A file's text, or the end of it; None where it is not there."""
        ...


class Here:
    """This machine."""

    def run(self, command: Sequence[str], stdin: str = "") -> tuple[int, str]:
        """See `Reach`."""
        try:
            done = subprocess.run(
                list(command),
                input=stdin,
                capture_output=True,
                encoding="utf-8",
                errors="surrogateescape",
                check=False,
                timeout=TIMEOUT_S,
            )
        except FileNotFoundError:
            return 127, f"{command[0]}: not found"
        except subprocess.TimeoutExpired:
            return 124, f"{command[0]}: no answer in {TIMEOUT_S} s"
        return done.returncode, done.stdout if done.returncode == 0 else done.stdout + done.stderr

    def read(self, path: str, last_bytes: int | None = None) -> str | None:
        """See `Reach`."""
        try:
            with open(path, "rb") as file:
                if last_bytes is not None:
                    file.seek(max(0, Path(path).stat().st_size - last_bytes))
                return file.read().decode("utf-8", "replace")
        except (FileNotFoundError, NotADirectoryError):
            return None


class OverSsh:
    """A login node. The connection is made with the first command.

    Raises:
        UserError: it cannot be reached, or does not let this user in.
    """

    def __init__(self, tunnel: Tunnel):
        self._tunnel = tunnel
        self._connection: Any = None

    def run(self, command: Sequence[str], stdin: str = "") -> tuple[int, str]:
        """See `Reach`."""
        from io import StringIO

        done = self._connected().run(
            shlex.join(command), hide=True, warn=True, in_stream=StringIO(stdin) if stdin else False, timeout=TIMEOUT_S
        )
        return done.return_code, done.stdout if done.return_code == 0 else done.stdout + done.stderr

    def read(self, path: str, last_bytes: int | None = None) -> str | None:
        """See `Reach`."""
        code, text = self.run(["cat", path] if last_bytes is None else ["tail", "-c", str(last_bytes), path])
        return text if code == 0 else None

    def _connected(self) -> Any:
        if self._connection is None:
            from fabric import Config, Connection
            from paramiko import RejectPolicy

            tunnel = self._tunnel
            keys = {"key_filename": [str(Path(tunnel.identity).expanduser())]} if tunnel.identity else {}
            connection = Connection(
                tunnel.host,
                user=tunnel.user,
                port=tunnel.port,
                connect_timeout=10,
                connect_kwargs={**keys, "banner_timeout": 10, "auth_timeout": 10},
                config=Config(overrides={"run": {"in_stream": False}}),
            )
            connection.client.load_system_host_keys()
            if tunnel.known_hosts:
                connection.client.load_host_keys(str(Path(tunnel.known_hosts).expanduser()))
            connection.client.set_missing_host_key_policy(RejectPolicy())  # fabric's own takes any key
            try:
                connection.open()
            except Exception as error:  # of paramiko and of sockets, without a common ancestor
                where = f"{tunnel.user}@{tunnel.host}:{tunnel.port}"
                remedy = f"try: ssh -p {tunnel.port} {tunnel.user}@{tunnel.host}; then see tunnel: in the cluster file"
                raise UserError(f"{where} cannot be reached ({error})", remedy=remedy) from error
            self._connection = connection
        return self._connection


def reach(place: Place | None) -> Reach:
    """The machine that a place's commands run on."""
    if isinstance(place, SlurmCluster) and place.tunnel is not None:
        return OverSsh(place.tunnel)
    return Here()
