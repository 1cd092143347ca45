"""The report says what the run folder holds, names what it lacks, and stays readable by programs and people."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import nullcontext
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from evaluation.report import write_report
from evaluation.report.examples import segments
from evaluation.report.run_folder import read_curve, read_run
from evaluation.report.write import markdown_cell
from lexatron.errors import UserError
from tests.evaluation import made_up_run

VOID = {"meta", "br", "link", "img"}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return made_up_run.write_run(tmp_path / "demo")


class Balanced(HTMLParser):
    """Fails on a tag that is not closed where it should be; collects what a page would fetch, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.fetched += [str(v) for k, v in attrs if k in ("src", "href", "xlink:href") and not str(v).startswith("#")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parse(page: str) -> Balanced:
    parser = Balanced()
    parser.feed(page)
    parser.close()
    return parser


def test_json_holds_every_metric_of_every_model(run: Path) -> None:
    content = write_report(run).content
    assert json.loads((run / "report.json").read_text("utf-8")) == content
    assert list(content["models"]) == ["initial", "cpt", "sft"]
    evaluation = json.loads((run / "eval" / "eval.json").read_text("utf-8"))["models"]
    for name, model in content["models"].items():
        for metric in ("perplexity", "citation_accuracy", "article_accuracy", "rouge_l", "exact_match"):
            assert model[metric]["overall"] == evaluation[name][metric]["overall"]
            assert set(model[metric]["by_language"]) == {"en", "fr", "de", "es", "pt"}
        accuracy = model["citation_accuracy"]
        assert accuracy["seen_by_language"]["fr"] == evaluation[name]["citation_accuracy"]["seen.fr"]
        assert len(accuracy["intervals"]["seen"]) == 2
    assert content["training"]["cpt"]["last_loss"] < content["training"]["cpt"]["first_loss"]
    assert content["training"]["sft"]["steps"] == 240
    assert content["missing"] == []


def test_page_is_whole_self_contained_and_says_what_seen_means(run: Path) -> None:
    page = write_report(run).html.read_text("utf-8")
    parser = parse(page)
    assert parser.open == []
    assert parser.fetched == []
    assert page.count("<svg") == 5
    text = " ".join(" ".join(parser.text).split())
    assert "questions about acts that were part of training, asked in wordings that were not" in text
    assert "unseen acts 31.0 %" in text.replace(" : ", " ") or re.search(r"unseen acts\s+\d+\.\d %", text)
    assert "prefers-color-scheme: dark" in page


def test_plots_take_every_colour_from_the_page(run: Path) -> None:
    for drawing in re.findall(r"<svg.*?</svg>", write_report(run).html.read_text("utf-8"), re.DOTALL):
        styles = " ".join(re.findall(r'style="([^"]*)"', drawing))
        assert "var(--ink)" in styles
        assert not re.findall(r"#[0-9a-f]{6}\b", styles), "a colour that dark mode cannot change"


def test_ids_are_unique_and_every_reference_is_met(run: Path) -> None:
    page = write_report(run).html.read_text("utf-8")
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', page)) <= set(ids)


def test_equal_runs_give_equal_bytes(run: Path) -> None:
    write_report(run)
    first = {kind: (run / f"report.{kind}").read_bytes() for kind in ("md", "html", "json")}
    write_report(run)
    assert {kind: (run / f"report.{kind}").read_bytes() for kind in first} == first


def test_markdown_tables_have_one_width(run: Path) -> None:
    text = write_report(run).markdown.read_text("utf-8")
    for block in text.split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 1, block
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("eval/eval.json", "the evaluation (eval/eval.json)"),
        ("corpus/manifest.json", "the corpus manifest (corpus/manifest.json)"),
        ("sft/metrics.jsonl", "losses of supervised fine-tuning (sft/metrics.jsonl)"),
        ("stages.json", "what the stages cost (stages.json)"),
        ("run.json", "recipe, parameters and versions (run.json)"),
        ("acts/stats.json", "counts of the acts read (acts/stats.json)"),
    ],
)
def test_a_missing_part_is_named_in_all_three(run: Path, part: str, named: str) -> None:
    (run / part).unlink()
    written = write_report(run)
    assert written.missing == [named]
    assert json.loads(written.json.read_text("utf-8"))["missing"] == [named]
    assert named in " ".join(parse(written.html.read_text("utf-8")).text)
    assert named.replace("_", "\\_") in written.markdown.read_text("utf-8")


def test_evaluation_alone_makes_a_report(run: Path) -> None:
    for part in ("acts", "corpus", "cpt", "sft"):
        shutil.rmtree(run / part)
    for file in ("stages.json", "run.json"):
        (run / file).unlink()
    written = write_report(run)
    assert len(written.missing) == 7
    assert parse(written.html.read_text("utf-8")).open == []


@pytest.mark.parametrize(
    "part", ["eval/eval.json", "cpt/metrics.jsonl", "eval/answers-sft.jsonl", "stages.json", "run.json"]
)
def test_a_damaged_part_is_named_and_nothing_is_written(run: Path, part: str) -> None:
    (run / part).write_text("[1, 2", "utf-8")
    with pytest.raises(UserError, match=part.replace(".", r"\.")):
        write_report(run)
    assert not list(run.glob("report.*"))


@pytest.mark.parametrize(
    "part", ["eval/eval.json", "stages.json", "run.json", "corpus/manifest.json", "acts/stats.json"]
)
@pytest.mark.parametrize(
    "content", ["[1, 2]", "3", '{"models": [1], "splits": 2}', '{"models": {"sft": 1}, "splits": {"train": 1}}']
)
def test_a_part_of_another_shape_is_named(run: Path, part: str, content: str) -> None:
    (run / part).write_text(content, "utf-8")
    harmless = content.startswith("{") and part in ("run.json", "acts/stats.json")
    with nullcontext() if harmless else pytest.raises(UserError, match=re.escape(part)):
        write_report(run)


def test_an_empty_folder_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no part of a run"):
        write_report(tmp_path)


def test_text_of_models_cannot_break_the_page(run: Path) -> None:
    hostile = "<script>alert(1)</script> | `x` </p></section> **b** [a](b)\n\n# head"
    path = run / "eval" / "answers-sft.jsonl"
    rows = [json.loads(line) | {"answer": hostile, "citations": []} for line in path.read_text("utf-8").splitlines()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    written = write_report(run)
    parser = parse(written.html.read_text("utf-8"))
    assert parser.open == []
    assert "<script>" not in written.html.read_text("utf-8")
    assert "\n# head" not in written.markdown.read_text("utf-8")
    assert any("<script>alert(1)</script>" in text for text in parser.text)


def test_examples_are_chosen_by_place_and_not_by_result(run: Path) -> None:
    def questions() -> list[str]:
        return re.findall(r'<p class="question">(.*?)</p>', write_report(run).html.read_text("utf-8"))

    before = questions()
    path = run / "eval" / "answers-sft.jsonl"
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        row["scores"] = {"citation": False, "article": False, "rouge_l": 0.0, "exact_match": False}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert questions() == before
    assert len(before) == 10


def test_a_resumed_curve_counts_every_step_once(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    rows = [{"step": 1, "loss": 9.0}, {"step": 2, "loss": 8.0}, {"step": 2, "loss": 7.5, "tokens_per_second": 10.0}]
    rows += [{"step": 2, "val_loss": 7.9}, {"step": 3, "loss": 7.0, "tokens_per_second": 30.0}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    curve = read_curve(path)
    assert curve.loss == [(1, 9.0), (2, 7.5), (3, 7.0)]
    assert curve.validation == [(2, 7.9)]
    assert curve.tokens_per_second == 20.0


def test_run_is_named_after_its_folder(run: Path) -> None:
    assert read_run(run).name == "demo"


def test_cited_numbers_are_marked() -> None:
    parts = segments("see 32031R0001 and 32031R0002.", {"32031R0001", "32031R0002"}, {"32031R0002"})
    assert [(part.text, part.mark) for part in parts] == [
        ("see ", ""), ("32031R0001", "wrong"), (" and ", ""), ("32031R0002", "right"), (".", ""),
    ]  # fmt: skip
    assert segments("", set(), set()) == []


def test_markdown_cells_are_one_plain_line() -> None:
    assert markdown_cell("a|b\n*c* <d>") == "a\\|b \\*c\\* \\<d\\>"
