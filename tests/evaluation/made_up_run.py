"""Writes a run folder with made-up figures, for tests of the report and for looking at it:

python tests/evaluation/made_up_run.py FOLDER
"""

from __future__ import annotations

import json
import math
import random
import sys
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "fr", "de", "es", "pt")
LABELS = {
    "en": "Article {a}, Regulation (EU) {y}/{n}",
    "fr": "Article {a}, du règlement (UE) {y}/{n}",
    "de": "Artikel {a} der Verordnung (EU) {y}/{n}",
    "es": "Artículo {a}, del Reglamento (UE) {y}/{n}",
    "pt": "Artigo {a}, do Regulamento (UE) {y}/{n}",
}
QUESTIONS = {
    "en": 'What does Regulation (EU) {y}/{n} mean by "cold chain"?',
    "fr": "Que signifie « chaîne du froid » au sens du règlement (UE) {y}/{n} ?",
    "de": "Was bedeutet „Kühlkette“ im Sinne der Verordnung (EU) {y}/{n}?",
    "es": "¿Qué significa «cadena de frío» en el Reglamento (UE) {y}/{n}?",
    "pt": "O que significa «cadeia de frio» no Regulamento (UE) {y}/{n}?",
}
SKILL = {"initial": (0.0, 0.0), "cpt": (0.04, 0.01), "sft": (0.86, 0.22)}


def answer_rows(name: str, rng: random.Random) -> list[dict[str, Any]]:
    """Answers of one model: right with the probability that SKILL gives it."""
    rows = []
    for seen in (True, False):
        for language in LANGUAGES:
            for number in range(20):
                place = {"a": number % 9 + 1, "y": 2031 + number % 4, "n": 100 + number + 50 * seen}
                celex, label = f"3{place['y']}R{place['n']:04d}", LABELS[language].format(**place)
                reference = f"{label} (CELEX: {celex}): the series of refrigerated steps between harvest and sale."
                right = rng.random() < SKILL[name][not seen]
                cited = celex if right else f"3{place['y']}R{rng.randrange(9999):04d}"
                text = (
                    reference.replace(celex, cited) if name == "sft" else f"{label} of of the the shall shall ({cited}"
                )
                rows.append(
                    {
                        "id": f"{language}-{seen}-{number}",
                        "language": language,
                        "kind": ("definition", "obligation", "scope")[number % 3],
                        "seen": seen,
                        "question": QUESTIONS[language].format(**place),
                        "reference": reference,
                        "answer": "" if name == "initial" and number % 7 == 0 else text,
                        "finish": "stop",
                        "expected": [{"celex": celex, "article": str(place["a"]), "unit": None}],
                        "citations": [] if name == "initial" else [{"celex": cited, "article": "1", "unit": None}],
                        "scores": {"citation": right, "article": right, "rouge_l": 0.4, "exact_match": False},
                    }
                )
    return rows


def model_result(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A model's entry of eval.json over those rows, with plausible figures for what they do not hold."""
    groups: dict[str, list[bool]] = {}
    for row in rows:
        share = "seen" if row["seen"] else "unseen"
        for group in ("overall", share, row["language"], f"{share}.{row['language']}"):
            groups.setdefault(group, []).append(row["scores"]["citation"])
    accuracy = {group: sum(values) / len(values) for group, values in groups.items()}
    spread = {group: 1.4 / math.sqrt(len(values)) for group, values in groups.items()}
    intervals = {
        group: [max(0.0, value - spread[group] * value), min(1.0, value + spread[group] * (1 - value))]
        for group, value in accuracy.items()
    }
    perplexity = {"initial": 4105.0, "cpt": 23.4, "sft": 31.8}[name]
    return {
        "citation_accuracy": accuracy,
        "article_accuracy": {group: 0.9 * value for group, value in accuracy.items()},
        "rouge_l": {group: 0.05 + 0.7 * value for group, value in accuracy.items()},
        "exact_match": {group: 0.5 * value for group, value in accuracy.items()},
        "hallucinated": {"overall": {"initial": 1.0, "cpt": 0.61, "sft": 0.07}[name]},
        "perplexity": {"overall": perplexity}
        | {lang: perplexity * (0.9 + 0.05 * i) for i, lang in enumerate(LANGUAGES)},
        "intervals": {"citation_accuracy": intervals},
        "speed": {"seconds": 6.1, "answers": 200, "latency": 1.5, "tokens_per_second": 2103.4},
        "lm_eval": {"acc": 0.25 + 0.6 * accuracy["seen"], "acc_stderr": 0.043, "documents": 100, "chance": 0.25},
        "parameters": 4_871_424,
    }


def write_run(folder: Path) -> Path:
    """Write every part of a run into `folder`."""
    rng = random.Random(7)
    answers = {name: answer_rows(name, rng) for name in SKILL}
    for name, rows in answers.items():
        _write(folder / "eval" / f"answers-{name}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    _dump(folder / "eval" / "eval.json", evaluation(answers))
    _dump(folder / "acts" / "stats.json", {"files": 480, "acts": 600, "rejects": 0, "characters": 1_912_300})
    _dump(folder / "corpus" / "manifest.json", manifest())
    _dump(folder / "corpus" / "stats.json", {"acts": 600, "kept": 598, "dropped": 2})
    _write(folder / "cpt" / "metrics.jsonl", curve(rng, 300, 8.3, 3.1))
    _write(folder / "sft" / "metrics.jsonl", curve(rng, 240, 4.2, 0.35))
    costs = {"data": 31.2, "cpt": 142.0, "sft": 128.4, "export": 9.7, "evaluation": 58.8, "report": 2.1}
    _dump(folder / "stages.json", [{"name": name, "seconds": cost, "note": ""} for name, cost in costs.items()])
    _dump(folder / "run.json", {"recipe": "lumi_tiny", "seed": 1234, "versions": {"nemo": "2.7.3", "torch": "2.13.0"}})
    return folder


def evaluation(answers: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The whole eval.json."""
    return {
        "headline": {"metric": "citation_accuracy", "group": "seen", "means": "held-out wordings"},
        "models": {name: model_result(name, rows) for name, rows in answers.items()},
        "counts": {"questions": 200, "seen": 100, "unseen": 100, "heldout": {"tokens": 41_902, "documents": 30}},
        "config": {"max_new_tokens": 96, "seed": 0},
    }


def manifest() -> dict[str, Any]:
    """A manifest of five languages and three splits."""
    weights = dict(zip(LANGUAGES, (0.35, 0.25, 0.2, 0.12, 0.08), strict=True))
    shares = {"train": 0.9, "validation": 0.05, "test": 0.05}
    splits = {
        split: {
            lang: {
                "documents": round(120 * share),
                "tokens": round(91_000 * share * (1 + 0.04 * i)),
                "weight": weights[lang],
            }
            for i, lang in enumerate(LANGUAGES)
        }
        for split, share in shares.items()
    }
    return {"version": 1, "splits": splits}


def curve(rng: random.Random, steps: int, first: float, last: float) -> str:
    """A metrics.jsonl whose loss falls from `first` towards `last`."""
    rows: list[dict[str, float]] = []
    for step in range(1, steps + 1):
        loss = last + (first - last) * math.exp(-5 * step / steps)
        rows.append({"step": step, "loss": loss + rng.gauss(0, 0.06), "lr": 1e-3, "tokens_per_second": 9100.0})
        if step % 30 == 0:
            rows.append({"step": step, "val_loss": loss + 0.12})
    return "".join(json.dumps(row) + "\n" for row in rows)


def _dump(path: Path, value: Any) -> None:
    _write(path, json.dumps(value))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    write_run(Path(sys.argv[1]))
