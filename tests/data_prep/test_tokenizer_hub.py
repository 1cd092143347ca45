"""A tokenizer by its hub name: from a made-up cache without a network, and from a hub that this test serves."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest

from data_prep.llama3 import BOS, EOS, EOT
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_hub import is_hub_name
from tests.data_prep.byte_level import LAW, write_byte_level

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MODEL = "some-org/Some-Model-3.3-70B-Instruct"
LOAD = """
import json, sys
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
for name in sys.argv[1:]:
    try:
        tokenizer = Tokenizer.load(name)
    except UserError as error:
        print(json.dumps({"error": str(error)}))
    else:
        files = [file.name for file in tokenizer.files()]
        print(json.dumps({"fingerprint": tokenizer.fingerprint, "eos_id": tokenizer.eos_id, "files": files}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An Instruct model's tokenizer."""
    folder = tmp_path_factory.mktemp("tokenizer")
    return write_byte_level(folder, LAW, 300, special_tokens=[BOS, EOS, EOT], config={"eos_token": EOT})


def load(cache: Path, *names: str, endpoint: str = "http://127.0.0.1:9", **environment: str) -> list[dict[str, Any]]:
    """What a process with that cache and hub gets for each name: the library reads its environment once."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    ours = {"HF_HUB_CACHE": str(cache), "HF_HOME": str(cache / "home"), "HF_ENDPOINT": endpoint, "NO_PROXY": "*"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, *names],
        env={**inherited, **ours, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def fill_cache(cache: Path, name: str, files: dict[str, bytes]) -> None:
    """What the library leaves behind after a download."""
    model = cache / f"models--{name.replace('/', '--')}"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text(COMMIT)
    snapshot = model / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    for file, content in files.items():
        (snapshot / file).write_bytes(content)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@dataclass
class Hub:
    """A hub with models of whole files; `gated` ones are described but not given."""

    models: dict[str, dict[str, bytes]]
    gated: set[str]
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a path."""
        parts = unquote(path).strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            name = "/".join(parts[2:4])
            if name not in self.models:
                return 404, {"X-Error-Code": "RepoNotFound"}, b""
            described = {"id": name, "sha": COMMIT, "siblings": [{"rfilename": file} for file in self.models[name]]}
            return 200, {"Content-Type": "application/json"}, json.dumps(described).encode()
        name, file = "/".join(parts[:2]), "/".join(parts[4:])
        if name in self.gated:
            return 401, {"X-Error-Code": "GatedRepo"}, b""
        body = self.models[name][file]
        return 200, {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha256(body).hexdigest()}"'}, body


@pytest.fixture
def hub(folder: Path) -> Iterator[Hub]:
    """A hub that serves the tokenizer and a weight file beside it, a gated copy, and a model without a tokenizer."""
    whole = {**contents(folder), "model-00001.safetensors": b"x" * 1000, "original/tokenizer.model": b"y"}
    served = Hub(
        {MODEL: whole, "some-org/gated": whole, "some-org/weights": {"config.json": b"{}"}}, {"some-org/gated"}
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            status, headers, body = served.answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()


def test_the_cache_is_enough_without_a_network(folder: Path, tmp_path: Path) -> None:
    fill_cache(tmp_path, MODEL, contents(folder))
    expected = Tokenizer.load(folder)
    for offline in ("0", "1"):
        [loaded] = load(tmp_path, MODEL, HF_HUB_OFFLINE=offline)
        assert (loaded["fingerprint"], loaded["eos_id"]) == (expected.fingerprint, expected.eos_id)
        assert loaded["files"] == ["tokenizer.json", "tokenizer_config.json"]


def test_what_cannot_be_had_offline_says_what_to_do(tmp_path: Path) -> None:
    fill_cache(tmp_path, "some-org/partial", {"tokenizer_config.json": b"{}"})
    missing, partial = load(tmp_path, MODEL, "some-org/partial", HF_HUB_OFFLINE="1")
    assert missing["error"].startswith(f"{MODEL}: ")
    assert "not in the Hugging Face cache" in missing["error"]
    assert "give a folder" in missing["error"]
    assert "no tokenizer.json" in partial["error"]
    [unreachable] = load(tmp_path, MODEL)
    assert "cannot be reached" in unreachable["error"]


def test_it_is_downloaded_once_and_nothing_else(folder: Path, hub: Hub, tmp_path: Path) -> None:
    [first] = load(tmp_path, MODEL, endpoint=hub.url)
    assert first["fingerprint"] == Tokenizer.load(folder).fingerprint
    assert first["files"] == ["tokenizer.json", "tokenizer_config.json"]
    assert not [path for path in hub.asked if "safetensors" in path or "original" in path]
    hub.asked.clear()
    assert load(tmp_path, MODEL, endpoint=hub.url) == [first]
    assert hub.asked == []


def test_a_gated_an_unknown_and_a_useless_model(hub: Hub, tmp_path: Path) -> None:
    gated, unknown, useless = load(tmp_path, "some-org/gated", "some-org/unknown", "some-org/weights", endpoint=hub.url)
    assert "gated" in gated["error"]
    assert "accept its licence" in gated["error"]
    assert "HF_TOKEN" in gated["error"]
    assert "no such model" in unknown["error"]
    assert "no tokenizer.json" in useless["error"]


def test_a_download_that_broke_off_is_taken_up_again(folder: Path, hub: Hub, tmp_path: Path) -> None:
    fill_cache(tmp_path, MODEL, {"tokenizer.json": contents(folder)["tokenizer.json"]})
    [loaded] = load(tmp_path, MODEL, endpoint=hub.url)
    assert loaded["files"] == ["tokenizer.json", "tokenizer_config.json"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("meta-llama/Llama-3.3-70B-Instruct", True),
        ("org/gpt2", True),
        ("tokenizer", False),
        ("/data/tokenizer", False),
        ("runs/one/tokenizer", False),
        ("../tokenizer", False),
        ("./tokenizer", False),
    ],
)
def test_what_reads_as_a_hub_name(name: str, expected: bool) -> None:
    assert is_hub_name(Path(name)) == expected
