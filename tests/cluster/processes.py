"""Daemons that a test starts itself: started in the foreground, stopped by PID, also when start-up fails half way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from tests.cluster.packages import find, missing


class EngineUnavailableError(RuntimeError):
    """The engine does not run on this machine; the message says why."""


def wait_until(condition: Callable[[], object], what: str, seconds: float = 30, pause: float = 0.1) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(pause)


def free_ports(number: int) -> list[int]:
    """Free loopback ports below the range from which the kernel takes those of outgoing connections."""
    held: list[socket.socket] = []
    try:
        while len(held) < number:
            port = socket.socket()
            try:
                port.bind(("127.0.0.1", random.randint(10000, 32000)))
                held.append(port)
            except OSError:
                port.close()
        return [port.getsockname()[1] for port in held]
    finally:
        for port in held:
            port.close()


def environment_of(pid: int) -> dict[str, str]:
    """What the process was started with; empty for one that is gone or not ours."""
    try:
        entries = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return {}
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def open_files(pid: int) -> set[str]:
    files = set()
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            files.add(os.readlink(link))
    except OSError:
        pass
    return files


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def processes(belongs: Callable[[int], bool]) -> list[int]:
    """Living processes of this machine, except this one, that `belongs` holds for."""
    pids = (int(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [pid for pid in pids if pid != os.getpid() and is_running(pid) and belongs(pid)]


def kill(pids: Iterable[int], number: signal.Signals = signal.SIGKILL) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def mounts_below(folder: Path) -> list[str]:
    """The mount points in it, the deepest first."""
    points = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    return sorted((point for point in points if point.startswith(f"{folder}/")), reverse=True)


class Engine:
    """A context that holds daemons and a folder of their own; subclasses start the daemons and name their processes."""

    executables: ClassVar[dict[str, str]] = {}
    prefixes: ClassVar[tuple[str, ...]] = ()  # of the variables that its clients read
    needs_root = False
    folder: Path  # its own, while it runs

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        """What has to happen before the daemons are stopped."""

    def belongs(self, pid: int) -> bool:
        """Whether a process is one of this engine's, whoever started it."""
        return str(self.folder) in command_line(pid)

    def left_over(self) -> list[int]:
        return processes(self.belongs)

    def check(self) -> None:
        name = type(self).__name__
        if sys.platform != "linux":
            raise EngineUnavailableError(f"{name} needs Linux, this is {sys.platform}")
        if packages := missing(self.executables):
            raise EngineUnavailableError(f"{name} needs packages that are missing: {' '.join(packages)}")
        if self.needs_root and os.geteuid() != 0:
            raise EngineUnavailableError(f"{name} needs root, this is user {os.geteuid()}")

    def __enter__(self) -> Self:
        self.check()
        self.folder = Path(tempfile.mkdtemp(prefix="lx", dir="/tmp"))  # short: a socket's path has at most 107 bytes
        try:
            self.start()
        except BaseException as error:
            logs = self.tail_of_logs()
            self.__exit__(None, None, None)
            if isinstance(error, TimeoutError | subprocess.SubprocessError | OSError):
                raise EngineUnavailableError(f"{type(self).__name__} did not start: {error}\n{logs}") from error
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            for daemon in reversed(self.daemons.values()):
                self.end(daemon)
            kill(self.left_over())
            wait_until(lambda: not self.left_over(), f"end of the processes of {self.folder}", seconds=10)
            for mount in mounts_below(self.folder):
                subprocess.run(["umount", "--lazy", mount], check=True)
            shutil.rmtree(self.folder, ignore_errors=True)

    def spawn(self, name: str, *command: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a daemon; the kernel ends it should this process be killed."""
        executable = find(command[0])
        assert executable is not None, command[0]
        with (self.folder / f"{name}.out").open("ab") as output:
            daemon = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", executable, *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment, **(environment or {})},
                cwd=self.folder,
                start_new_session=True,
            )
        self.daemons[name] = daemon
        return daemon

    def await_daemon(self, name: str, ready: Callable[[], object], seconds: float = 30) -> None:
        def ready_or_dead() -> object:
            if (code := self.daemons[name].poll()) is not None:
                raise ChildProcessError(f"{name} ended with code {code}")
            return ready()

        wait_until(ready_or_dead, f"{name} is up", seconds=seconds, pause=0.05)

    def end(self, daemon: subprocess.Popen[bytes], patience: float = 10) -> None:
        daemon.terminate()
        try:
            daemon.wait(patience)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def run(self, command: list[str], seconds: float = 120) -> str:
        """Its standard output; a failure's message holds what the command said."""
        environment = {**os.environ, **self.environment}
        program = find(command[0], environment) or command[0]
        done = subprocess.run([program, *command[1:]], capture_output=True, text=True, env=environment, timeout=seconds)
        if done.returncode:
            raise ChildProcessError(f"{command} ended with code {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def succeeds(self, command: list[str]) -> bool:
        try:
            self.run(command)
        except ChildProcessError:
            return False
        return True

    def tail_of_logs(self, lines: int = 8) -> str:
        return "\n".join(
            f"{path.name}: {line}"
            for path in sorted(self.folder.glob("*.out"))
            for line in path.read_text(errors="replace").splitlines()[-lines:]
        )
