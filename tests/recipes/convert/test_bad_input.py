"""What cannot be converted is refused in one sentence, before anything is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lexatron.cli import main


@pytest.fixture
def broken(small_llama: Path, tmp_path: Path) -> Path:
    """A copy of the small Llama to break."""
    return Path(shutil.copytree(small_llama, tmp_path / "hf"))


def edit(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes), "utf-8")

    return change


def cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def lose_a_tensor(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors")


def lose_a_shard(folder: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "model-00001-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")


def grow_the_tokenizer(folder: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_tokens(["one more"])
    tokenizer.save_pretrained(folder)


CASES: list[tuple[Callable[[Path], object], str]] = [
    (lambda folder: (folder / "config.json").unlink(), "no config.json"),
    (lambda folder: (folder / "config.json").write_text("{"), "not valid JSON"),
    (edit(model_type="mistral"), "model_type is 'mistral', only llama is supported"),
    (edit(attention_bias=True), "attention_bias is set"),
    (edit(quantization_config={"quant_method": "gptq"}), "quantization_config is set"),
    (edit(rope_scaling={"rope_type": "yarn", "factor": 4.0}), "only llama3 is supported"),
    (edit(torch_dtype=None), "torch_dtype is missing"),
    (edit(num_hidden_layers=3), "model.layers.2.self_attn.q_proj.weight is missing"),
    (edit(vocab_size=2048), "config.json says (2048, 16)"),
    (cut, "damaged"),
    (lose_a_tensor, "the tensor model.layers.1.mlp.up_proj.weight is missing"),
    (lose_a_shard, "no such file of weights"),
    (lambda folder: (folder / "tokenizer.json").write_text("{}"), "no tokenizer that loads"),
    (grow_the_tokenizer, "the tokenizer has 1025 tokens, the model only 1024"),
]


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What a command that has to end with code 2 prints."""
    with pytest.raises(SystemExit) as outcome:
        main([str(argument) for argument in arguments])
    assert outcome.value.code == 2
    sentence = capsys.readouterr().err
    assert "Traceback" not in sentence
    return sentence


@pytest.mark.parametrize(("damage", "sentence"), CASES)
def test_import(
    damage: Callable[[Path], object], sentence: str, broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(broken)
    assert sentence in refused(capsys, "import", broken, "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_output_that_exists_is_kept(broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").mkdir()
    assert "the output is there already" in refused(capsys, "import", broken, "-o", tmp_path / "out")


def test_a_zero_checkpoint_needs_its_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mp_rank_00_optim_states.pt").touch()
    assert "add --config HF_DIR" in refused(capsys, "import", tmp_path, "-o", tmp_path / "out")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("{here}", "-o", "{here}/out"), "no whole NeMo checkpoint here"),
        (("a=x", "b", "-o", "{here}/out"), "several checkpoints need names"),
    ],
)
def test_export(arguments: tuple[str, ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sentence in refused(capsys, "export", *(argument.format(here=tmp_path) for argument in arguments))
    assert not (tmp_path / "out").exists()
