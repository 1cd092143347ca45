"""The journal of replies: torn and damaged lines, two writers, and that it is read back as written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.instruct.llm.cache import CachedChat, open_journal
from data_prep.instruct.llm.client import ChatClient, Parameters
from data_prep.instruct.llm.reply import Reply, Usage
from lexatron.errors import UserError
from lexatron.stage import digest
from tests.data_prep.instruct.llm.scripted import chat, serve

FIRST, SECOND = digest("first"), digest("second")
REPLY = Reply("Grüße\n“x”", "stop", Usage(1, 12, 3))


def test_read_back(tmp_path: Path) -> None:
    with open_journal(tmp_path / "sub" / "j") as journal:
        assert journal.get(FIRST) is None
        assert journal.add(FIRST, REPLY) == REPLY
        assert journal.get(FIRST) == REPLY
    with open_journal(tmp_path / "sub" / "j") as journal:
        assert (len(journal), journal.get(FIRST), journal.get(SECOND)) == (1, REPLY, None)


def test_the_first_reply_counts(tmp_path: Path) -> None:
    with open_journal(tmp_path / "j") as journal:
        journal.add(FIRST, REPLY)
        assert journal.add(FIRST, Reply("another")) == REPLY
    assert (tmp_path / "j").read_bytes().count(b"\n") == 1


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_torn_last_line_is_cut_off_and_written_anew(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    with open_journal(path) as journal:
        journal.add(FIRST, REPLY)
        journal.add(SECOND, REPLY)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    with open_journal(path) as journal:
        assert (journal.get(FIRST), journal.get(SECOND)) == (REPLY, None)
        journal.add(SECOND, REPLY)
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "damage", [b"\0\0\0\n", b"{}\n", b'{"key": "zz", "text": "", "finish": null, "usage": {}}\n', b"[]\n", b"\n"]
)
def test_a_damaged_line_is_ignored(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "j"
    with open_journal(path) as journal:
        journal.add(FIRST, REPLY)
    path.write_bytes(damage + path.read_bytes() + damage)
    with open_journal(path) as journal:
        assert (len(journal), journal.get(FIRST)) == (1, REPLY)
        journal.add(SECOND, REPLY)
    with open_journal(path) as journal:
        assert (journal.get(FIRST), journal.get(SECOND)) == (REPLY, REPLY)


def test_two_runs_cannot_write_one_journal(tmp_path: Path) -> None:
    with open_journal(tmp_path / "j"), pytest.raises(UserError, match="another run"), open_journal(tmp_path / "j"):
        pass


@given(st.text(), st.none() | st.text(), st.integers(0, 10**6))
def test_every_reply_is_read_back(tmp_path_factory: pytest.TempPathFactory, text: str, end: str, tokens: int) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    reply = Reply(text, end, Usage(1, tokens, tokens, 1))
    with open_journal(path) as journal:
        journal.add(FIRST, reply)
    with open_journal(path) as journal:
        assert journal.get(FIRST) == reply


def test_only_what_is_new_is_asked(tmp_path: Path) -> None:
    """Another message, parameter or model is another request; the same one is answered from the journal."""
    hello, bye = [{"role": "user", "content": "Hello"}], [{"role": "user", "content": "Bye"}]
    with (
        serve(lambda number, _: chat(f"reply {number}")) as server,
        open_journal(tmp_path / "j") as journal,
        ChatClient(server.url, "a") as a,
        ChatClient(server.url, "b") as b,
    ):
        asked = [(a, hello, 800), (a, hello, 800), (a, bye, 800), (a, hello, 100), (b, hello, 800), (a, bye, 800)]
        texts = [CachedChat(c, journal).complete(m, Parameters(max_tokens=n)).text for c, m, n in asked]
    assert texts == [f"reply {number}" for number in (0, 0, 1, 2, 3, 1)]
    assert len(server.requests) == 4
