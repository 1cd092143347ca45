"""Sets by their hub name: from a made-up cache without a network, and from a hub that this test serves."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest

from data_prep.curation.sources import Source
from data_prep.curation.sources.folder import Found
from data_prep.curation.sources.hub_readme import chosen_files
from lexatron.errors import UserError

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ROWS = b'{"prompt": "p", "response": "r"}\n'
README = b"""---
configs:
- config_name: main
  data_files:
  - split: train
    path: data/train-*
  - split: held_out
    path: ["data/other-*"]
- config_name: small
  data_files: "small/*.jsonl"
---
# A set
"""
SETS: dict[str, dict[str, bytes]] = {
    "org/plain": {"train.jsonl": ROWS, "test.jsonl": ROWS, "meta.csv": b"x\n1\n", "code.py": b"import os"},
    "org/listed": {
        "README.md": README, "data/train-00000-of-00001.jsonl": ROWS, "data/other-00000-of-00001.jsonl": ROWS,
        "small/a.jsonl": ROWS, "unlisted.jsonl": ROWS,
    },
    "org/part": {"data/train-00000-of-00002.jsonl": ROWS},
    "org/empty": {"README.md": b"# Nothing"},
    "org/gated": {"a.jsonl": ROWS},
}  # fmt: skip
LOAD = """
import json, sys
from pathlib import Path
from data_prep.curation.sources import Source, plan_parts, read_part
from lexatron.errors import UserError
for raw in sys.argv[1:]:
    try:
        parts = plan_parts(Source.model_validate({"name": "set", **json.loads(raw)}), Path("/nowhere"), 1 << 20)
    except UserError as error:
        print(json.dumps({"error": str(error)}))
    else:
        records = [record.place for part in parts for record in read_part(part)]
        print(json.dumps({"files": [part.name for part in parts], "records": records}))
"""


def load(cache: Path, *sources: dict[str, Any], endpoint: str = "http://127.0.0.1:9", **environment: str) -> list[Any]:
    """What a process with that cache and hub gets for each source: the library reads its environment once."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    ours = {"HF_HUB_CACHE": str(cache), "HF_HOME": str(cache / "home"), "HF_ENDPOINT": endpoint, "NO_PROXY": "*"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, *map(json.dumps, sources)],
        env={**inherited, **ours, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def fill_cache(cache: Path) -> None:
    """What the library leaves behind after downloads."""
    for name, files in SETS.items():
        folder = cache / f"datasets--{name.replace('/', '--')}"
        (folder / "refs").mkdir(parents=True)
        (folder / "refs" / "main").write_text(COMMIT)
        for file, content in files.items():
            path = folder / "snapshots" / COMMIT / file
            path.parent.mkdir(parents=True, exist_ok=True)
            blob = folder / "blobs" / hashlib.sha256(content).hexdigest()
            blob.parent.mkdir(exist_ok=True)
            blob.write_bytes(content)
            path.symlink_to(blob)


def test_sets_in_the_cache_need_no_network(tmp_path: Path) -> None:
    fill_cache(tmp_path)
    plain, test, main, held_out, small, several, wrong, part, missing = load(
        tmp_path,
        {"hub": "org/plain"},
        {"hub": "org/plain", "split": "test"},
        {"hub": "org/listed", "config": "main"},
        {"hub": "org/listed", "config": "main", "split": "held_out"},
        {"hub": "org/listed", "config": "small"},
        {"hub": "org/listed"},
        {"hub": "org/listed", "config": "large"},
        {"hub": "org/part"},
        {"hub": "org/none"},
        HF_HUB_OFFLINE="1",
    )
    assert plain == {"files": ["test.jsonl", "train.jsonl"], "records": ["test.jsonl:1", "train.jsonl:1"]}
    assert test["files"] == ["test.jsonl"]
    assert main["files"] == ["data/train-00000-of-00001.jsonl", "data/other-00000-of-00001.jsonl"]
    assert held_out["files"] == ["data/other-00000-of-00001.jsonl"]
    assert small["files"] == ["small/a.jsonl"]
    assert "several configurations (set config to one of main, small)" in several["error"]
    assert "no configuration large" in wrong["error"]
    for name, offline in (("org/part", part), ("org/none", missing)):
        assert offline["error"].startswith(
            f"{name}: the set is not whole in the Hugging Face cache, and the hub cannot"
        )


class _Hub(BaseHTTPRequestHandler):
    """A hub with the sets above; one is described and not given."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        status, headers, body = self._answer(unquote(self.path).strip("/").split("?")[0].split("/"))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _answer(self, parts: list[str]) -> tuple[int, dict[str, str], bytes]:
        if parts[0] == "api":
            name = "/".join(parts[2:4])
            if name not in SETS:
                return 404, {"X-Error-Code": "RepoNotFound"}, b""
            if parts[5:] == ["gone"]:
                return 404, {"X-Error-Code": "RevisionNotFound"}, b""
            files = [{"rfilename": file} for file in SETS[name]]
            return (
                200,
                {"Content-Type": "application/json"},
                json.dumps({"id": name, "sha": COMMIT, "siblings": files}).encode(),
            )
        name, file = "/".join(parts[1:3]), "/".join(parts[5:])
        if name == "org/gated":
            return 401, {"X-Error-Code": "GatedRepo"}, b""
        body = SETS[name][file]
        return 200, {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha256(body).hexdigest()}"'}, body

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_sets_are_downloaded_into_the_cache(tmp_path: Path, hub: str) -> None:
    listed, unknown, gated, gone, empty = load(
        tmp_path,
        {"hub": "org/listed", "config": "small"},
        {"hub": "org/none"},
        {"hub": "org/gated"},
        {"hub": "org/plain", "revision": "gone"},
        {"hub": "org/empty"},
        endpoint=hub,
    )
    assert listed == {"files": ["small/a.jsonl"], "records": ["small/a.jsonl:1"]}
    assert "there is no such set on Hugging Face that this user may read" in unknown["error"]
    assert "the set is gated" in gated["error"]
    assert "the set has no revision gone" in gone["error"]
    assert "the set has no files that are read" in empty["error"]
    assert load(tmp_path, {"hub": "org/listed", "config": "small"}, HF_HUB_OFFLINE="1") == [listed]


EN = "{config_name: en, data_dir: en, default: true}"
DATA = "data/train-00000-of-00001.parquet"


@pytest.mark.parametrize(
    ("head", "config", "chosen"),
    [
        ("", None, [DATA, "en/a.parquet"]),
        ("", "en", ["en/a.parquet"]),
        ("configs: 7", None, [DATA, "en/a.parquet"]),
        ("configs: [7, {config_name: x}]", None, [DATA, "en/a.parquet"]),
        ("configs: [{config_name: x, data_files: [{path: 7}]}]", None, None),
        pytest.param("[" * 2000, None, [DATA, "en/a.parquet"], id="deep"),
        (f"configs: [{{config_name: de, data_dir: de}}, {EN}]", None, ["en/a.parquet"]),
        ("configs: [{config_name: all, data_files: '**/*.parquet'}]", None, [DATA, "en/a.parquet"]),
        ("configs: [{config_name: out, data_files: '../*.parquet'}]", None, None),
    ],
)
def test_heads_of_readmes(tmp_path: Path, head: str, config: str | None, chosen: list[str] | None) -> None:
    (tmp_path / "README.md").write_text(f"---\n{head}\n---\n# A set\n")
    found = [Found(tmp_path / name, name) for name in (DATA, "en/a.parquet", "raw.csv")]
    source = Source(name="set", hub="org/set", config=config)
    if chosen is None:
        with pytest.raises(UserError, match="no files that are read"):
            chosen_files(source, tmp_path, found)
    else:
        assert [one.found.name for one in chosen_files(source, tmp_path, found)] == chosen


def test_code_of_a_set_is_not_downloaded(tmp_path: Path, hub: str) -> None:
    load(tmp_path, {"hub": "org/plain"}, endpoint=hub)
    assert {path.name for path in tmp_path.rglob("snapshots/*/*")} == {"train.jsonl", "test.jsonl", "meta.csv"}
