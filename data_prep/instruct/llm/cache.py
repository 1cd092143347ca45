"""What a model has answered is not asked again: a journal of replies beside the output, which survives `kill -9`.

One JSON line a reply, `{"key": ..., "text": ..., "finish": ..., "usage": {...}}`, appended as it arrives. The key is a
hash of model, messages and parameters, so that another model or prompt never meets an old reply. It holds no API key.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from data_prep.instruct.llm.client import ChatClient, Messages, Parameters
from data_prep.instruct.llm.reply import Reply, Usage
from lexatron.errors import UserError
from lexatron.stage import digest

JOURNAL = ".llm-cache.jsonl"
SYNC_EVERY = 32  # replies between two flushes to disk: what a power failure can cost


class Journal:
    """Replies by key; threads may share it. Made by `open_journal`.

    Only keys and places are held in memory; replies are read back from the file.
    """

    def __init__(self, file: int):
        self._file = file
        self._places: dict[bytes, tuple[int, int]] = {}
        self._lock = threading.Lock()
        self._end = 0
        self._unsynced = 0
        self._load()

    def __len__(self) -> int:
        return len(self._places)

    def get(self, key: str) -> Reply | None:
        """The reply to a request, or None where it has not been answered."""
        with self._lock:
            place = self._places.get(bytes.fromhex(key))
        return _reply(orjson.loads(os.pread(self._file, place[1], place[0]))) if place else None

    def add(self, key: str, reply: Reply) -> Reply:
        """Keep a reply; the reply that counts for this key, which is the first one ever kept."""
        line = orjson.dumps({"key": key, **asdict(reply)}, option=orjson.OPT_APPEND_NEWLINE)
        with self._lock:
            if bytes.fromhex(key) not in self._places:
                self._append(key, line)
                return reply
        return self.get(key) or reply

    def sync(self) -> None:
        """Flush to disk what is not there yet."""
        with self._lock:
            os.fsync(self._file)
            self._unsynced = 0

    def _append(self, key: str, line: bytes) -> None:
        self._write(line)
        self._places[bytes.fromhex(key)] = (self._end, len(line))
        self._end += len(line)
        self._unsynced += 1
        if self._unsynced >= SYNC_EVERY:
            os.fsync(self._file)
            self._unsynced = 0

    def _write(self, line: bytes) -> None:
        """Write the whole line at the end, or nothing of it."""
        try:
            written = 0
            while written < len(line):
                written += os.pwrite(self._file, line[written:], self._end + written)
        except OSError:
            os.ftruncate(self._file, self._end)
            raise

    def _load(self) -> None:
        """Find the replies; the last line, if a kill or power failure tore it, is cut off, a damaged one is ignored."""
        with os.fdopen(os.dup(self._file), "rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                if (key := _key_of(line)) is not None:
                    self._places.setdefault(key, (self._end, len(line)))
                self._end += len(line)
        os.ftruncate(self._file, self._end)


def _key_of(line: bytes) -> bytes | None:
    """The key of a line that holds a whole reply, or None."""
    try:
        raw = orjson.loads(line)
        _reply(raw)
        return bytes.fromhex(raw["key"])
    except (ValueError, KeyError, TypeError):
        return None


def _reply(raw: dict[str, Any]) -> Reply:
    return Reply(raw["text"], raw["finish"], Usage(**raw["usage"]))


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """The journal at `path`, made where there is none; on disk when the block ends.

    Raises:
        UserError: another process has it open.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _lock(file, path)
        journal = Journal(file)
        try:
            yield journal
        finally:
            journal.sync()
    finally:
        os.close(file)


def _lock(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UserError("another run is writing it", where=path, remedy="wait for it, or give another file") from error


class CachedChat:
    """A chat client that asks only what its journal does not hold."""

    def __init__(self, client: ChatClient, journal: Journal):
        self.client, self.journal = client, journal

    def complete(self, messages: Messages, parameters: Parameters) -> Reply:
        """As `ChatClient.complete`, with the same reply to the same request in every run.

        Raises:
            RequestFailed, UserError: as there.
        """
        key = digest({"model": self.client.model, "messages": list(messages), "parameters": asdict(parameters)})
        kept = self.journal.get(key)
        return kept if kept is not None else self.journal.add(key, self.client.complete(messages, parameters))
