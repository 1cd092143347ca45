"""The lm-eval task: what is asked, and that lm-eval's own evaluator scores it as the likelihoods say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from data_prep.instruct.citation import Citation
from evaluation.harness import NUM_CHOICES, ChoiceDoc, choice_docs, run_lm_eval, write_choice_docs
from evaluation.models import LoadedModel, load_model
from evaluation.testset import Question, load_testset


@pytest.fixture(scope="module")
def docs(testset: Path) -> list[ChoiceDoc]:
    return choice_docs(load_testset(testset))


def test_choices_differ_in_the_celex_number_alone(docs: list[ChoiceDoc], testset: Path) -> None:
    by_id = {q.id: q for q in load_testset(testset)}
    assert len(docs) == len(by_id)
    for doc in docs:
        question = by_id[doc.id]
        assert doc.choices[doc.gold] == question.reference
        assert len(set(doc.choices)) == NUM_CHOICES
        before, after = question.reference.split(question.act)
        assert all(choice.startswith(before) and choice.endswith(after) for choice in doc.choices)


def test_the_right_choice_stands_at_every_place(docs: list[ChoiceDoc]) -> None:
    assert {doc.gold for doc in docs} == set(range(NUM_CHOICES))


@pytest.mark.parametrize("prefer", [min, max])
def test_a_mere_preference_for_some_numbers_stays_at_chance(prefer: Callable[[list[str]], str]) -> None:
    questions = [
        Question(
            f"{seen}-{n}",
            "en",
            "scope",
            seen,
            "?",
            f"(CELEX: 3203{n % 7}R{n:04d})",
            (Citation(f"3203{n % 7}R{n:04d}"),),
        )
        for seen in (True, False)
        for n in range(300)
    ]
    docs = choice_docs(questions)
    right = sum(doc.choices.index(prefer(doc.choices)) == doc.gold for doc in docs)
    assert right / len(docs) == pytest.approx(1 / NUM_CHOICES, abs=0.05)


def test_consolidated_versions_are_not_offered_beside_plain_numbers() -> None:
    celex = [f"32016R{n:04d}" for n in range(4)] + [f"02016R{n:04d}-20200101" for n in range(4)]
    questions = [Question(c, "en", "scope", True, "?", f"(CELEX: {c})", (Citation(c),)) for c in celex]
    assert all(len({len(choice) for choice in doc.choices}) == 1 for doc in choice_docs(questions))


def test_documents_do_not_depend_on_the_order_of_questions(docs: list[ChoiceDoc], testset: Path) -> None:
    assert choice_docs(load_testset(testset)[::-1]) == docs[::-1]


def test_three_acts_are_too_few(testset: Path) -> None:
    questions = [q for q in load_testset(testset) if q.act in {"32031R0100", "32032R0101", "32033R0102"}]
    assert choice_docs(questions) == []


def log_likelihood(loaded: LoadedModel, doc: ChoiceDoc, choice: str) -> float:
    head = loaded.tokenizer.apply_chat_template(
        [{"role": "user", "content": doc.question}], add_generation_prompt=True, tokenize=False
    )
    ids = loaded.tokenizer(head + choice, add_special_tokens=False, return_tensors="pt").input_ids
    start = len(loaded.tokenizer(head.rstrip(), add_special_tokens=False).input_ids)
    with torch.inference_mode():
        log_probs = torch.log_softmax(loaded.model(ids).logits[0, :-1], -1)
    return float(log_probs[range(start - 1, ids.shape[1] - 1), ids[0, start:]].sum())


def test_lm_eval_agrees_with_likelihoods_computed_here(
    trained_dir: Path, docs: list[ChoiceDoc], tmp_path: Path
) -> None:
    loaded = load_model(trained_dir)
    write_choice_docs(docs, tmp_path / "choices.jsonl")
    result = run_lm_eval(loaded, tmp_path / "choices.jsonl", batch_size=8)
    right = 0
    for doc in docs:
        likelihoods = [log_likelihood(loaded, doc, choice) for choice in doc.choices]
        right += likelihoods.index(max(likelihoods)) == doc.gold
    assert (result.documents, result.task, result.chance) == (len(docs), "lexatron_which_celex", 0.25)
    assert result.acc == pytest.approx(right / len(docs))
    assert result.acc >= 0.5, "the model knows the seen half by heart"
    assert result.acc_stderr is not None
