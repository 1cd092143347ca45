"""gigatoken against Hugging Face tokenizers: the same ids, special-token strings as plain text, else a fall-back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import gigatoken
import numpy as np
import pytest
import tokenizers
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import normalizers

from data_prep.formex.acts import Act
from data_prep.formex.parser import parse_paths
from data_prep.formex.rendering import render_act
from data_prep.llama3 import BOS, EOS, EOT, SPECIAL_TOKENS
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_encoders import CannotEncode, GigatokenEncoder, HuggingFaceEncoder
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_train import train_sentencepiece
from tests.data_prep.byte_level import LAW, write_byte_level
from tests.data_prep.test_tokenizer import loaded

PIECES = [
    "Article ",
    "the",
    " shall",
    "don't",
    "DON'T",
    "  ",
    "\r\n",
    "\n\n",
    "\t",
    "\u00a0",
    "1234567",
    "é",
    "e\u0301",
]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text(st.sampled_from("aA'sStT  \n\r\t\u00a0,.19§éß法律🇪🇺<>|_"), max_size=60),
    st.lists(st.sampled_from([*PIECES, *SPECIAL_TOKENS, "<|reserved_special_token_0|>"]), max_size=12).map("".join),
)


def reference_ids(folder: Path, text: str) -> list[int]:
    """What the library itself says, with special tokens as plain text."""
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids


@pytest.fixture(scope="module")
def real_texts(formex_dir: Path) -> list[str]:
    """Real acts of every test folder, rendered."""
    texts = [render_act(act) for act in parse_paths([formex_dir]) if isinstance(act, Act)]
    assert len(texts) > 50
    return texts


@pytest.fixture(scope="module", params=["llama 3", "merges only", "NFC", "sentencepiece"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tokenizer folders that gigatoken takes."""
    folder = tmp_path_factory.mktemp("tokenizer")
    if request.param == "sentencepiece":
        write_tokenizer_folder(train_sentencepiece(LAW, 430), folder)
        return folder
    normalizer = normalizers.NFC() if request.param == "NFC" else None
    return write_byte_level(folder, LAW, 400, ignore_merges=request.param != "merges only", normalizer=normalizer)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
@example(f"a {EOT}b{BOS}\r\n {EOS}{EOS}")
@example("a" * 1000 + " " * 1000)
def test_ids_are_those_of_tokenizers(folder: Path, text: str) -> None:
    assert (loaded(folder).backend, loaded(folder).notice) == ("gigatoken", None)
    [ids] = loaded(folder).encode_batch([text])
    assert ids.dtype == np.int32
    assert ids.tolist() == reference_ids(folder, text)


def test_special_token_strings_in_a_text_are_plain_text(folder: Path) -> None:
    fast, slow = Tokenizer.load(folder), Tokenizer.load(folder, fast=False)
    assert (fast.backend, slow.backend, slow.notice) == ("gigatoken", "tokenizers", None)
    control = set(HuggingFaceEncoder(folder / "tokenizer.json").special_tokens.values())
    assert len(control) == len(SPECIAL_TOKENS)
    for token in SPECIAL_TOKENS:
        text = f"{token}Article 1 {token} shall{token}\n{token}"
        [ids], [expected] = fast.encode_batch([text]), slow.encode_batch([text])
        assert ids.tolist() == expected.tolist()
        assert not control & set(ids.tolist())
        assert fast.decode(ids.tolist()) == text


def test_a_batch_is_its_texts_one_by_one(folder: Path) -> None:
    tokenizer = Tokenizer.load(folder)
    texts = ["", *LAW, "", "x", ""]
    batch = tokenizer.encode_batch(texts)
    assert [ids.tolist() for ids in batch] == [tokenizer.encode_batch([text])[0].tolist() for text in texts]
    assert tokenizer.encode_batch([]) == []


def test_added_tokens_that_are_not_special_stay_tokens(tmp_path: Path) -> None:
    write_byte_level(tmp_path, LAW, 400, plain_tokens=["Regulation", "<tool>"])
    text = f"This Regulation <tool>{EOT}"
    [ids] = Tokenizer.load(tmp_path).encode_batch([text])
    assert ids.tolist() == reference_ids(tmp_path, text)
    assert {400 + len(SPECIAL_TOKENS), 401 + len(SPECIAL_TOKENS)} <= set(ids.tolist())


def test_all_real_acts_have_the_same_ids(real_texts: list[str], tmp_path: Path) -> None:
    write_byte_level(tmp_path, real_texts[::4], 4000)
    tokenizer = Tokenizer.load(tmp_path)
    proof = tokenizer.prove(real_texts)
    assert proof.identical
    assert (proof.documents, proof.characters) == (len(real_texts), sum(map(len, real_texts)))
    assert proof.tokens == sum(map(len, tokenizer.encode_batch(real_texts)))


@pytest.mark.parametrize("threads", ["1", "2"])
def test_ids_do_not_depend_on_threads(folder: Path, threads: str) -> None:
    """In a fresh process: the pool of threads is made once."""
    code = "import sys; from data_prep.tokenizer import Tokenizer; from tests.data_prep.byte_level import LAW\n"
    code += "print([ids.tolist() for ids in Tokenizer.load(sys.argv[1]).encode_batch(LAW * 20)])"
    environment = {**os.environ, "RAYON_NUM_THREADS": threads}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [reference_ids(folder, text) for text in LAW] * 20


def test_one_thread_is_one_thread(folder: Path) -> None:
    """Processes of an engine share the cores: none may start a thread a core of its own."""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("threads are counted in /proc")
    code = "import sys; from pathlib import Path; from data_prep.tokenizer import Tokenizer\n"
    code += "from tests.data_prep.byte_level import LAW\nTokenizer.load(sys.argv[1]).encode_batch(LAW * 100)\n"
    code += "print(*(thread.read_text().strip() for thread in Path('/proc/self/task').glob('*/comm')))"
    few = {"RAYON_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env={**os.environ, **few},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len([name for name in done.stdout.split() if not name.startswith("jemalloc")]) == 1


def test_what_gigatoken_refuses_is_tokenised_by_tokenizers_and_said(tmp_path: Path) -> None:
    (tmp_path / "unigram").mkdir()
    write_tokenizer_folder(train_sentencepiece(LAW, 430, "unigram"), tmp_path / "unigram")
    write_byte_level(tmp_path / "odd", LAW, 400, pattern=r"\p{L}+|\s+|.")
    write_byte_level(tmp_path / "lower", LAW, 400, normalizer=normalizers.Lowercase())
    for name, reason in {"unigram": "Unigram", "odd": "pre_tokenizer", "lower": "Lowercase"}.items():
        tokenizer = Tokenizer.load(tmp_path / name)
        assert tokenizer.backend == "tokenizers"
        assert reason in str(tokenizer.notice)
        assert [ids.tolist() for ids in tokenizer.encode_batch(LAW)] == [
            reference_ids(tmp_path / name, text) for text in LAW
        ]
        assert tokenizer.prove(LAW).identical


def test_what_gigatoken_gets_wrong_is_tokenised_by_tokenizers_and_said(tmp_path: Path) -> None:
    """It takes a split that removes what it finds for one that keeps it."""
    write_byte_level(tmp_path, LAW, 400, behavior="removed")
    tokenizer = Tokenizer.load(tmp_path)
    assert tokenizer.backend == "tokenizers"
    assert "other ids" in str(tokenizer.notice)
    assert tokenizer.encode_batch(LAW)[0].tolist() == reference_ids(tmp_path, LAW[0])


def test_a_text_on_which_gigatoken_fails_is_encoded_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer = Tokenizer.load(write_byte_level(tmp_path, LAW, 400))

    def panic(*_: object, **__: object) -> None:
        raise type("PanicException", (BaseException,), {})("index out of bounds\nsrc/bpe.rs:1")

    monkeypatch.setattr(gigatoken.Tokenizer, "encode_batch", panic)
    assert tokenizer.encode_batch(LAW)[0].tolist() == reference_ids(tmp_path, LAW[0])
    assert tokenizer.backend == "tokenizers"
    assert "index out of bounds" in str(tokenizer.notice)
    assert tokenizer.prove(LAW).identical
    assert Tokenizer.load(tmp_path).backend == "tokenizers"


def test_our_words_are_only_left_out_where_no_piece_spans_them(tmp_path: Path) -> None:
    write_tokenizer_folder(train_sentencepiece(LAW, 430), tmp_path)
    spec = HuggingFaceEncoder(tmp_path / "tokenizer.json").spec()
    assert GigatokenEncoder(spec).encode_batch(["a b"])
    vocabulary: dict[str, Any] = {**spec["model"]["vocab"], "e▁": len(spec["model"]["vocab"])}
    with pytest.raises(CannotEncode, match="pre_tokenizer"):
        GigatokenEncoder({**spec, "model": {**spec["model"], "vocab": vocabulary}})


def test_a_missing_gigatoken_is_said(folder: Path) -> None:
    code = "import sys; sys.modules['gigatoken'] = None; from data_prep.tokenizer import Tokenizer\n"
    code += "tokenizer = Tokenizer.load(sys.argv[1]); print(tokenizer.backend, tokenizer.notice)"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("tokenizers ")
    assert "not installed" in done.stdout


def test_the_fingerprint_tells_how_the_model_merges(tmp_path: Path) -> None:
    write_byte_level(tmp_path / "a", LAW, 400, ignore_merges=True)
    write_byte_level(tmp_path / "b", LAW, 400, ignore_merges=False)
    assert Tokenizer.load(tmp_path / "a").fingerprint != Tokenizer.load(tmp_path / "b").fingerprint


def test_a_copy_is_the_same_tokenizer(folder: Path, tmp_path: Path) -> None:
    tokenizer = Tokenizer.load(folder)
    tokenizer.copy_to(tmp_path / "copy")
    again = Tokenizer.load(tmp_path / "copy")
    assert (again.fingerprint, again.eos_id) == (tokenizer.fingerprint, tokenizer.eos_id)
    assert (again.vocab_size, again.backend) == (tokenizer.vocab_size, tokenizer.backend)
