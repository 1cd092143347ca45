"""`lexatron data parity` as a user runs it: everything alike, and one thing wrong at a time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from data_prep.chat import ChatTokenizer
from data_prep.llama3 import CHAT_TEMPLATE
from data_prep.packs.cli import pack
from data_prep.parity.cli import parity
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_train import train_sentencepiece
from lexatron.errors import UserError
from tests.data_prep.byte_level import LAW
from tests.data_prep.lengths.conversations import read_rows, row, write_dataset

Json = dict[str, Any]
QUESTIONS = ("May any person lodge a complaint about act {}?", "Who shall ensure that act {} is kept without delay?")
SALT = [f"{n * 7919 % 9973} {chr(97 + n % 26) * 3} {n * 104729 % 99991} {chr(97 + n * 5 % 26) * 4}" for n in range(60)]


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(parity, list(map(str, arguments)))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty conversations to train on, ten to validate and to test with, none like another."""
    rows = [row(n, f"{QUESTIONS[n % 2].format(salt)} {salt[::-1]}", f"Answer {salt}.") for n, salt in enumerate(SALT)]
    rows[1]["messages"].insert(0, {"role": "system", "content": "Be brief."})
    folder = tmp_path_factory.mktemp("dataset")
    return write_dataset(folder, {"train": rows[:40], "validation": rows[40:50], "test": rows[50:]})


@pytest.fixture
def model(tokenizer_folder: Path, tmp_path: Path) -> Path:
    """An exported model of the very same tokenizer."""
    folder = tmp_path / "model"
    shutil.copytree(tokenizer_folder, folder)
    eot = ChatTokenizer.load(folder).special_tokens["<|eot_id|>"]
    (folder / "config.json").write_text(json.dumps({"max_position_embeddings": 4096}))
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [2, eot]}))
    return folder


@pytest.fixture
def packs(dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> Path:
    """The dataset in packs of 512 tokens."""
    folder = tmp_path / "packed"
    arguments = [dataset, "-o", folder, "--tokenizer", tokenizer_folder, "--seq-length", 512]
    done = CliRunner().invoke(pack, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return folder


def statuses(report: Path) -> dict[str, str]:
    return {
        check["name"].split(" of /")[0]: check["status"] for check in json.loads(report.read_text("utf-8"))["checks"]
    }


def edit(file: Path, change: Callable[[Json], None]) -> None:
    content = json.loads(file.read_text("utf-8"))
    change(content)
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def test_all_alike(dataset: Path, tokenizer_folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(dataset, "--tokenizer", tokenizer_folder, "--serving", model, "--seq-length", 512, "-o", out)
    assert done.exit_code == 0, done.output
    found = statuses(out / "parity.json")
    assert found.pop("limits of tasks") == "not known"
    assert found.pop("pad token") == "ok"
    assert set(found.values()) == {"ok"}, found
    assert {"vocabulary and merges", "chat template", "stop tokens", "prompt", "contamination"} <= set(found)
    assert (out / "contamination.jsonl").read_text() == ""
    assert f"lexatron data pack {dataset}" in done.stderr


def test_a_model_may_be_given_as_another_side(
    dataset: Path, tokenizer_folder: Path, model: Path, packs: Path, tmp_path: Path
) -> None:
    table = tmp_path / "table.json"
    done = run(dataset, model, packs, dataset / "test.jsonl", "--tokenizer", tokenizer_folder, "--json", table)
    assert done.exit_code == 0, done.output
    found = statuses(table)
    assert found["vocabulary and merges"] == found["pad token"] == found["stop tokens"] == "ok"
    assert found["sequence length"] == "ok"


def breaches(model: Path, dataset: Path, tokenizer: Path, tmp_path: Path, *more: object) -> set[str]:
    table = tmp_path / "table.json"
    done = run(dataset, "--tokenizer", tokenizer, "--serving", model, "--json", table, *more)
    assert done.exit_code == 1, done.output
    assert "Next: mend" in done.stderr
    return {name for name, status in statuses(table).items() if status == "breach"}


def test_another_vocabulary_is_shown_token_by_token(
    model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    write_tokenizer_folder(train_sentencepiece(LAW, 430), model)
    found = breaches(model, dataset, tokenizer_folder, tmp_path)
    assert "vocabulary and merges" in found
    checks = json.loads((tmp_path / "table.json").read_text("utf-8"))["checks"]
    tokens = next(check for check in checks if check["name"] == f"tokens in {model}")
    assert tokens["status"] == "breach"
    first = tokens["shown"]["first"][0]
    mine = ChatTokenizer.load(tokenizer_folder)
    messages = next(each for each in read_rows(dataset / "training.jsonl") if each["id"] == first["id"])["messages"]
    ids, theirs = mine.encode(messages).input_ids, ChatTokenizer.load(model).encode(messages).input_ids
    at = first["index"]
    assert ids[:at].tolist() == theirs[:at].tolist()
    assert ids[at] != theirs[at]
    place = next(place for place in first["tokens"] if place["index"] == at)
    assert (place["first"], place["second"]) == (ids[at], theirs[at])
    assert place["first_text"] == mine.decode_token(int(ids[at]))
    assert first["tokens"][0]["index"] == max(0, at - 3)


def test_a_dataset_made_for_another_tokenizer(
    model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    other, made = tmp_path / "other", tmp_path / "made"
    made.mkdir()
    write_tokenizer_folder(train_sentencepiece(LAW, 430), made)
    shutil.copytree(dataset, other)
    said = {"name": str(made), "fingerprints": ChatTokenizer.load(made).fingerprints()}
    (other / "manifest.json").write_text(json.dumps({"tokenizer": said, "template": None}))
    assert breaches(model, other, tokenizer_folder, tmp_path) == {"vocabulary and merges", f"tokens in {other}"}


def test_another_template(model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    other = CHAT_TEMPLATE.replace("\\n\\n", "\\n")
    edit(model / "tokenizer_config.json", lambda config: config.update(chat_template=other))
    found = breaches(model, dataset, tokenizer_folder, tmp_path)
    assert found == {"chat template", f"tokens in {model}", "prompt"}


def test_a_template_of_another_text_that_writes_the_same(
    model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    other = CHAT_TEMPLATE.replace("{%- generation %}", "").replace("{%- endgeneration %}", "")
    edit(model / "tokenizer_config.json", lambda config: config.update(chat_template=other))
    table = tmp_path / "table.json"
    done = run(dataset, "--tokenizer", tokenizer_folder, "--serving", model, "--json", table)
    assert done.exit_code == 0, done.output
    assert statuses(table)["chat template"] == "ok"


def test_a_generation_prompt_that_training_has_not(
    model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    other = CHAT_TEMPLATE.replace("assistant<|end_header_id|>\\n\\n", "assistant<|end_header_id|>\\n")
    edit(model / "tokenizer_config.json", lambda config: config.update(chat_template=other))
    assert breaches(model, dataset, tokenizer_folder, tmp_path) == {"prompt"}


def test_today_in_the_template(model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    other = CHAT_TEMPLATE + "{{- strftime_now('%Y') if false }}"
    edit(model / "tokenizer_config.json", lambda config: config.update(chat_template=other))
    assert breaches(model, dataset, tokenizer_folder, tmp_path) == {"date"}


def test_no_template(model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    edit(model / "tokenizer_config.json", lambda config: config.pop("chat_template"))
    assert breaches(model, dataset, tokenizer_folder, tmp_path) == {"template"}


def test_other_special_tokens(model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        edit(model / name, lambda config: config.update(eos_token="<|eot_id|>", pad_token="<|end_of_text|>"))
    found = breaches(model, dataset, tokenizer_folder, tmp_path)
    assert found == {"special tokens", "eos token", "pad token"}


@pytest.mark.parametrize("stop", [2, [2, 3]])
def test_serving_does_not_stop_where_answers_end(
    stop: object, model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    (model / "generation_config.json").write_text(json.dumps({"eos_token_id": stop}))
    assert breaches(model, dataset, tokenizer_folder, tmp_path) == {"stop tokens"}


@pytest.mark.parametrize(
    ("file", "change", "name"),
    [
        ("config.json", {"max_position_embeddings": 256}, "sequence length"),
        ("tokenizer_config.json", {"model_max_length": 256}, "sequence length"),
        ("tokenizer_config.json", {"truncation_side": "left"}, "truncation"),
        (
            "tokenizer.json",
            {"truncation": {"direction": "Right", "max_length": 99, "strategy": "LongestFirst", "stride": 0}},
            "truncation",
        ),
    ],
)
def test_serving_cuts_elsewhere(
    file: str, change: Json, name: str, model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    edit(model / file, lambda config: config.update(change))
    assert breaches(model, dataset, tokenizer_folder, tmp_path, "--seq-length", 512) == {name}


def test_packs_of_another_kind(model: Path, packs: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    edit(packs / "packs.json", lambda content: content["tokenizer"].update(template="x"))
    found = breaches(model, dataset, tokenizer_folder, tmp_path, packs, "--seq-length", 256)
    assert found == {"chat template", "sequence length"}


def test_both_put_a_bos_in_front(model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    bos = "<|begin_of_text|>"
    single = [{"SpecialToken": {"id": bos, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    processor = {
        "type": "TemplateProcessing",
        "single": single,
        "pair": [*single, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {bos: {"id": bos, "ids": [1], "tokens": [bos]}},
    }
    edit(model / "tokenizer.json", lambda spec: spec.update(post_processor=processor))
    table = tmp_path / "table.json"
    done = run(dataset, "--tokenizer", tokenizer_folder, "--serving", model, "--json", table)
    assert done.exit_code == 0, done.output
    assert statuses(table)["one bos token"] == "warning"
    edit(model / "tokenizer_config.json", lambda config: config.update(chat_template="{{ bos_token }}" + CHAT_TEMPLATE))
    assert "one bos token" in breaches(model, dataset, tokenizer_folder, tmp_path)


def test_a_control_token_in_a_content(model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(dataset, other)
    with open(other / "training.jsonl", "a") as file:
        file.write(json.dumps(row("bad", "What is 7 + 12?", "It is <|im_end|> nineteen.")) + "\n")
    assert breaches(model, other, tokenizer_folder, tmp_path) == {"control tokens in contents"}
    checks = json.loads((tmp_path / "table.json").read_text())["checks"]
    check = next(c for c in checks if c["name"] == "control tokens in contents")
    assert check["shown"]["examples"] == [{"file": str(other / "training.jsonl"), "id": "bad", "token": "<|im_end|>"}]


def test_contamination_is_listed_and_may_be_allowed(
    model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    leaked = read_rows(dataset / "training.jsonl")[3] | {"id": "leaked"}
    test = tmp_path / "own-test.jsonl"
    test.write_text(json.dumps(leaked) + "\n")
    assert breaches(model, dataset, tokenizer_folder, tmp_path, test, "-o", out) == {"contamination"}
    assert read_rows(out / "contamination.jsonl")[0] == {
        "id": "leaked", "file": str(test), "training_id": "3",
        "part": "conversation", "kind": "exact", "similarity": 1.0,
    }  # fmt: skip
    done = run(dataset, test, "--tokenizer", tokenizer_folder, "--allow-contamination", 1)
    assert done.exit_code == 0, done.output


def test_manifests_that_disagree(model: Path, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("train", "test")]
    for number, folder in enumerate(folders):
        shutil.copytree(dataset, folder)
        tasks = {"default": {"max_input_tokens": 1024 + number, "max_output_tokens": 64}}
        (folder / "manifest.json").write_text(json.dumps({"tasks": tasks}))
    (folders[1] / "training.jsonl").unlink()
    assert breaches(model, folders[0], tokenizer_folder, tmp_path, folders[1]) == {"limits of tasks"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "no training.jsonl here"),
        (["{data}", "nowhere"], "no such file or folder"),
        (["{data}", "{empty}"], "neither a dataset, packs nor a model"),
        (["{data}", "--serving", "{data}"], "no tokenizer.json here"),
        (["{data}", "--template", "nowhere"], "no such chat template"),
        (["{data}", "{empty}/bad.jsonl"], "bad.jsonl:1: not JSON"),
    ],
)
def test_bad_input_is_the_users_error(
    arguments: list[str], message: str, dataset: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.jsonl").write_text("{\n")
    done = run(*(each.format(data=dataset, empty=tmp_path) for each in arguments), "--tokenizer", tokenizer_folder)
    assert isinstance(done.exception, UserError), done.output
    assert message in str(done.exception)
