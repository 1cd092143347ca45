"""`transformers serve` on a loopback port, with a real, tiny model before and after it has learned replies by heart."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from data_prep.instruct.llm.client import ChatClient, Messages, Parameters


@dataclass(frozen=True)
class Running:
    """A server, and the two models that it serves by the name of their folder."""

    url: str
    noise: str
    taught: str


@contextmanager
def serving(folder: Path, examples: Sequence[tuple[Messages, str]], vocabulary: int = 1400) -> Iterator[Running]:
    """Serve a model that has learned `examples`, conversations and their replies, and the same model before that."""
    pytest.importorskip("transformers", reason="transformers is not installed: pip install -e .[train]")
    pytest.importorskip("openai", reason="transformers serve needs openai, fastapi and uvicorn: pip install -e .[dev]")
    port = _free_port()
    command = [sys.executable, "-m", "transformers.commands.transformers_cli", "serve"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--log_level", "error"]
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "home"), "OMP_NUM_THREADS": "1"}
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(command, env=offline, stdout=log, stderr=log)
        try:
            noise, taught = _make_models(folder, examples, vocabulary)
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server, folder / "log")
            _load(f"{url}/v1", noise, taught)
            yield Running(f"{url}/v1", noise, taught)
        finally:
            server.kill()
            server.wait()


def _make_models(folder: Path, examples: Sequence[tuple[Messages, str]], vocabulary: int) -> tuple[str, str]:
    from tests.data_prep.instruct.llm.tiny_model import LEARNED, save_models

    assert save_models(examples, folder / "noise", folder / "taught", vocabulary) < LEARNED
    return str(folder / "noise"), str(folder / "taught")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1200):
        assert server.poll() is None, log.read_text()
        try:
            if httpx.get(f"{url}/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def _load(url: str, *names: str) -> None:
    """Have the server load its models, one at a time: of two requests at once for a new model it fails one."""
    for name in names:
        with ChatClient(url, name) as client:
            client.complete([{"role": "user", "content": "Hello"}], Parameters(max_tokens=1))
