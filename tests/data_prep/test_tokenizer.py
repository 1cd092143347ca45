"""The trained tokenizer against SentencePiece, transformers and NeMo: same ids, same text back, same special tokens."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pytest
import sentencepiece
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data_prep.formex.acts import Act
from data_prep.formex.parser import parse_paths
from data_prep.formex.rendering import render_act
from data_prep.llama3 import BOS, EOS, EOT, PAD, SPECIAL_TOKENS
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_train import sample_texts, train_sentencepiece
from lexatron.errors import UserError
from tests.data_prep.byte_level import LAW

VOCAB_SIZE = 430
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="▁"), max_size=60),
    st.text(st.sampled_from("ab  \n\t\u00a0,.19§é法律🇪🇺<>|_0x"), max_size=60),
    st.lists(st.sampled_from([*SPECIAL_TOKENS, "<unk>", "<0x41>", "the ", " of", "  ", "\n", "法"]), max_size=8).map(
        "".join
    ),
)


@pytest.fixture(scope="module", params=["bpe", "unigram"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer folder of each type."""
    folder = tmp_path_factory.mktemp(f"tokenizer-{request.param}")
    write_tokenizer_folder(train_sentencepiece(LAW, VOCAB_SIZE, request.param), folder)
    return folder


@cache
def loaded(folder: Path) -> Tokenizer:
    return Tokenizer.load(folder)


@cache
def sentencepiece_of(folder: Path) -> Any:
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))


@cache
def transformers_tokenizer(folder: Path) -> Any:
    return pytest.importorskip("transformers").AutoTokenizer.from_pretrained(folder)


@settings(max_examples=400, deadline=None)
@given(text=TEXTS)
@example("  two  spaces\n\nand\ttabs\u00a0\r\n ")
@example("\0\u2047\u2585")
def test_ids_are_those_of_sentencepiece_and_decode_to_the_text(folder: Path, text: str) -> None:
    [ids] = loaded(folder).encode_batch([text])
    assert ids.tolist() == sentencepiece_of(folder).encode(text)
    assert loaded(folder).decode(ids.tolist()) == text


@settings(max_examples=100, deadline=None)
@given(text=TEXTS.filter(lambda text: not any(token in text for token in SPECIAL_TOKENS)))
def test_transformers_agrees(folder: Path, text: str) -> None:
    tokenizer = transformers_tokenizer(folder)
    [ids] = loaded(folder).encode_batch([text])
    assert tokenizer(text)["input_ids"] == ids.tolist()
    assert tokenizer.decode(ids.tolist()) == text


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_repetitive_texts_merge_alike(data: st.DataObject) -> None:
    """The hard case of BPE: overlapping pairs that would make the same piece."""
    words = st.text(st.sampled_from("aab "), min_size=1, max_size=40)
    training = data.draw(st.lists(words.filter(str.strip), min_size=5, max_size=20))
    try:
        model = train_sentencepiece(training, 375, "bpe")
    except UserError:
        return
    with TemporaryDirectory() as name:
        write_tokenizer_folder(model, Path(name))
        text = data.draw(words)
        assert Tokenizer.load(name).encode_batch([text])[0].tolist() == sentencepiece_of(Path(name)).encode(text)


def test_vocabulary_is_exactly_the_size_asked_for(folder: Path) -> None:
    tokenizer = transformers_tokenizer(folder)
    assert tokenizer.is_fast
    assert sorted(tokenizer.get_vocab().values()) == list(range(VOCAB_SIZE))
    assert len(tokenizer) == tokenizer.vocab_size == Tokenizer.load(folder).vocab_size == VOCAB_SIZE
    assert (tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token) == (BOS, EOS, PAD)
    assert set(SPECIAL_TOKENS) == set(tokenizer.all_special_tokens)
    assert Tokenizer.load(folder).eos_id == tokenizer.eos_token_id == sentencepiece_of(folder).eos_id()


def test_sentencepieces_own_sign_for_a_space_decodes_as_a_space(folder: Path) -> None:
    tokenizer = Tokenizer.load(folder)
    [ids] = tokenizer.encode_batch(["a▁b"])
    assert ids.tolist() == sentencepiece_of(folder).encode("a▁b")
    assert tokenizer.decode(ids.tolist()) == "a b"


def test_a_special_token_in_a_text_is_plain_text(folder: Path) -> None:
    tokenizer = Tokenizer.load(folder)
    special = set(transformers_tokenizer(folder).all_special_ids)
    for token in SPECIAL_TOKENS:
        [ids] = tokenizer.encode_batch([f"Article 1 {token} shall"])
        assert not special & set(ids.tolist())
        assert tokenizer.decode(ids.tolist()) == f"Article 1 {token} shall"


def test_nemo_loads_it(folder: Path) -> None:
    nemo = pytest.importorskip("nemo.collections.common.tokenizers")
    theirs, ours = nemo.AutoTokenizer(str(folder)), Tokenizer.load(folder)
    assert theirs.vocab_size == VOCAB_SIZE
    assert (theirs.eos_id, theirs.eod) == (ours.eos_id, ours.eos_id)
    assert (theirs.bos_id, theirs.pad_id) == (1, 3)
    assert theirs.text_to_ids(LAW[0]) == ours.encode_batch([LAW[0]])[0].tolist()
    assert theirs.ids_to_text(theirs.text_to_ids(LAW[3])) == LAW[3]


@pytest.mark.parametrize("answer", ["Article 5(1).", "🇪🇺 ‘données’ §\n\n2. 法", "é", "\n", "  two  spaces"])
def test_the_assistant_mask_covers_the_answer_and_its_end(folder: Path, answer: str) -> None:
    tokenizer = transformers_tokenizer(folder)
    chat = [
        {"role": "system", "content": "Cite."},
        {"role": "user", "content": "Which article?"},
        {"role": "assistant", "content": answer},
        {"role": "user", "content": "And then?"},
        {"role": "assistant", "content": "None."},
    ]
    encoded = tokenizer.apply_chat_template(
        chat, tokenize=True, return_dict=True, return_assistant_tokens_mask=True, add_generation_prompt=False
    )
    kept = [token for token, mine in zip(encoded["input_ids"], encoded["assistant_masks"], strict=True) if mine]
    assert tokenizer.decode(kept) == f"{answer.strip()}{EOT}None.{EOT}"


def test_the_chat_reads_as_llama_3_writes_it(folder: Path) -> None:
    chat = [{"role": "user", "content": " Which article? "}, {"role": "assistant", "content": "Article 5."}]
    render = transformers_tokenizer(folder).apply_chat_template
    asked = f"{BOS}<|start_header_id|>user<|end_header_id|>\n\nWhich article?{EOT}"
    head = "<|start_header_id|>assistant<|end_header_id|>\n\n"
    assert render(chat, tokenize=False) == f"{asked}{head}Article 5.{EOT}"
    assert render(chat[:1], tokenize=False, add_generation_prompt=True) == f"{asked}{head}"


@pytest.mark.parametrize("model_type", ["bpe", "unigram"])
def test_training_is_deterministic_whatever_the_order(model_type: Any) -> None:
    assert train_sentencepiece(LAW, VOCAB_SIZE, model_type) == train_sentencepiece(LAW[::-1], VOCAB_SIZE, model_type)


@pytest.mark.parametrize("model_type", ["bpe", "unigram"])
def test_the_largest_size_named_is_possible(model_type: Any) -> None:
    with pytest.raises(UserError, match="largest possible is") as failed:
        train_sentencepiece(LAW, 30_000, model_type)
    largest = int(failed.value.what.rsplit(" ", 1)[1].replace(",", ""))
    assert train_sentencepiece(LAW, largest, model_type)
    with pytest.raises(UserError):
        train_sentencepiece(LAW, largest + 1, model_type)


def test_the_smallest_size_named_is_possible() -> None:
    with pytest.raises(UserError, match="no room") as failed:
        train_sentencepiece(LAW, 100)
    assert failed.value.remedy is not None
    assert train_sentencepiece(LAW, int(failed.value.remedy.split()[2]))


@pytest.mark.parametrize("texts", [[], [""], [" \n"]])
def test_no_text_is_the_users_error(texts: list[str]) -> None:
    with pytest.raises(UserError, match="no text"):
        train_sentencepiece(texts, VOCAB_SIZE)


def test_long_lines_are_learnt_from() -> None:
    model = train_sentencepiece([" ".join(["Verordnungsvorschlag"] * 2_000)], 380)
    assert len(sentencepiece.SentencePieceProcessor(model_proto=model).encode("Verordnungsvorschlag")) < 5


@given(st.lists(st.text(max_size=20), max_size=12), st.integers(1, 60), st.randoms())
def test_a_sample_is_bounded_distinct_and_independent_of_order(texts: list[str], size: int, random: Any) -> None:
    sample = sample_texts(texts, size)
    assert len(sample) == len(set(sample))
    assert set(sample) <= set(texts)
    assert sum(map(len, sample)) < size + 20
    if sum(len(text) for text in set(texts)) <= size:
        assert set(sample) == {text for text in texts if text.strip()}
    random.shuffle(texts)
    assert sample_texts(texts, size) == sample


def test_fingerprint_is_of_the_content_not_of_the_layout(folder: Path, tmp_path: Path) -> None:
    ours = Tokenizer.load(folder).fingerprint
    transformers_tokenizer(folder).save_pretrained(tmp_path / "again")
    assert Tokenizer.load(tmp_path / "again").fingerprint == ours
    raw = json.loads((tmp_path / "again" / "tokenizer.json").read_text())
    raw["added_tokens"][-1]["content"] = "<|other|>"
    (tmp_path / "again" / "tokenizer.json").write_text(json.dumps(raw))
    assert Tokenizer.load(tmp_path / "again").fingerprint != ours


def test_a_sentencepiece_model_loads_too(folder: Path) -> None:
    model, whole = Tokenizer.load(folder / "tokenizer.model"), Tokenizer.load(folder)
    assert (model.eos_id, model.vocab_size) == (whole.eos_id, whole.vocab_size)
    for ours, theirs in zip(model.encode_batch(LAW), whole.encode_batch(LAW), strict=True):
        assert ours.tolist() == theirs.tolist()
    assert model.decode(model.encode_batch([LAW[0]])[0].tolist()) == LAW[0]


def test_what_cannot_be_loaded_is_the_users_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such tokenizer"):
        Tokenizer.load(tmp_path / "missing")
    with pytest.raises(UserError, match=r"no tokenizer\.json"):
        Tokenizer.load(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(UserError, match="not a tokenizer"):
        Tokenizer.load(tmp_path)
    (tmp_path / "broken.model").write_bytes(b"\x0a\xff")
    with pytest.raises(UserError, match="not a SentencePiece model"):
        Tokenizer.load(tmp_path / "broken.model")


@pytest.mark.parametrize("model_type", ["bpe", "unigram"])
def test_real_acts_come_back_whole_with_sentencepieces_ids(
    formex_dir: Path, tmp_path: Path, model_type: Literal["bpe", "unigram"]
) -> None:
    acts = [act for act in parse_paths([formex_dir / "gdpr-xml" / "original"]) if isinstance(act, Act)]
    texts = [render_act(act) for act in acts]
    assert texts
    write_tokenizer_folder(train_sentencepiece(texts, 2048, model_type), tmp_path)
    tokenizer, reference = Tokenizer.load(tmp_path), sentencepiece_of(tmp_path)
    for text, ids in zip(texts, tokenizer.encode_batch(texts), strict=True):
        assert tokenizer.decode(ids.tolist()) == text
        for line, encoded in zip(text.split("\n"), tokenizer.encode_batch(text.split("\n")), strict=True):
            assert encoded.tolist() == reference.encode(line)
    if model_type == "bpe":  # its ids do not depend on how long a text is
        assert [ids.tolist() for ids in tokenizer.encode_batch(texts)] == reference.encode(texts)
