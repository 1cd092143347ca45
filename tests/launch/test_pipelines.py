"""The pipelines: each stage is a command that the real command line understands, after the stages that it needs."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from launch.order import behind
from launch.pipelines import CPT_SHARE, PIPELINES, SESSIONS, SFT_SHARE, build, find
from launch.stage import Stage
from launch.train_arguments import TrainArguments
from lexatron.cli import lexatron
from lexatron.errors import UserError
from recipes.registry import RECIPES

RUN = "runs/x"


def inputs(name: str) -> tuple[str, ...]:
    """What a pipeline needs at least; the folders are made by `folder`."""
    return ("models=base=base,sft=sft",) if name.endswith("_eval") else ("formex=law.zip", "hf=base")


def stages(name: str, *arguments: str) -> dict[str, Stage]:
    return {stage.name: stage for stage in build(find(name), RUN, (*inputs(name), *arguments))}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with what a user brings."""
    monkeypatch.chdir(tmp_path)
    for name in ("base", "sft", "data/cpt", "data/sft"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("law.zip", "data/sft/test.jsonl"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def parsed(arguments: tuple[str, ...]) -> dict[str, object]:
    """The parameters that the real command makes of its arguments, which fails where it does not understand them."""
    command: click.Command = lexatron
    context, words = click.Context(lexatron), list(arguments)
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert name is not None
        assert found is not None
        command, context = found, click.Context(found, parent=context, info_name=name)
    with command.make_context(context.info_name, words, parent=context.parent) as context:
        return context.params


def made(stage: Stage) -> None:
    """Make what a stage leaves, so that commands which want it to exist find it."""
    for output in (*stage.outputs, *((stage.run_dir,) if stage.run_dir else ())):
        path = Path(output)
        (path.parent if path.suffix else path).mkdir(parents=True, exist_ok=True)
        if path.suffix:
            path.write_text("{}")
    if stage.name == "corpus":
        Path(RUN, "corpus/splits.json").write_text("{}")


@pytest.mark.parametrize("name", PIPELINES)
def test_the_command_line_understands_every_stage(folder: Path, name: str) -> None:
    """With what the stages before have made, and nothing else: an input that nobody makes fails where it must exist."""
    done: list[str] = []
    for stage in stages(name).values():
        assert set(stage.after) <= set(done), f"{stage.name} waits for a later stage"
        parameters = parsed(stage.arguments)
        if stage.kind == "train":
            given = TrainArguments.parse(stage.arguments)
            assert given.recipe in RECIPES
            assert all("=" in setting for setting in given.settings)
            assert Path(f"{RUN}/{stage.name}") == given.run_dir()
            assert stage.run_dir == f"{RUN}/{stage.name}"
        else:
            assert parameters
        made(stage)
        done.append(stage.name)
    assert done[-1] == "report"


def test_an_option_that_does_not_exist_would_be_noticed(folder: Path) -> None:
    with pytest.raises(click.NoSuchOption):
        parsed(stages("eurlex_8b", "qa.pears=1")["qa"].arguments)
    with pytest.raises(click.UsageError):
        parsed(("data", "corpsu"))


@pytest.mark.parametrize("name", PIPELINES)
def test_inputs_and_outputs_fit_together(name: str) -> None:
    """What a stage names under the run's folder was made by a stage that it waits for, directly or not."""
    found = stages(name)
    for stage in found.values():
        before = [earlier for earlier in found.values() if stage.name in behind(tuple(found.values()), earlier.name)]
        words = [word.rpartition("=")[2] for word in stage.arguments]
        own = {*stage.outputs, stage.run_dir, RUN}
        for word in words:
            if word.startswith(f"{RUN}/") and not any(word in str(path) or str(path) in word for path in own):
                makers = [output for earlier in before for output in earlier.outputs]
                folders = {str(Path(output).parent) for output in makers} | set(makers)
                runs = {earlier.run_dir for earlier in before}
                assert any(word == place or word.startswith(f"{place}/") for place in folders | runs if place), (
                    f"{stage.name}: nobody makes {word}"
                )


def test_the_stages_of_the_whole_way() -> None:
    assert [(stage.name, stage.after) for stage in stages("eurlex_70b").values()] == [
        ("formex", ()),
        ("corpus", ("formex",)),
        ("qa", ("corpus",)),
        ("import", ()),
        ("cpt", ("corpus", "import")),
        ("sft", ("qa", "cpt")),
        ("export", ("cpt", "sft")),
        ("evaluate", ("export",)),
        ("report", ("evaluate",)),
    ]


def test_lumi_needs_no_base_model() -> None:
    found = {stage.name: stage for stage in build(find("eurlex_lumi"), RUN, ("formex=law.zip",))}
    assert "import" not in found
    assert found["tokenizer"].after == ("formex",)
    assert {"save_initial=True", "profile=scratch"} <= set(found["cpt"].arguments)
    assert f"initial={RUN}/cpt/initial" in found["export"].arguments


def test_acts_that_are_there_are_an_input_and_no_stage() -> None:
    found = {stage.name: stage for stage in build(find("eurlex_8b"), RUN, ("hf=base", "acts=my/acts"))}
    assert "formex" not in found
    assert found["corpus"].inputs[0] == "my/acts"
    assert found["corpus"].arguments[2] == found["qa"].arguments[2] == "my/acts"


def test_a_checkpoint_takes_the_place_of_the_import() -> None:
    given = ("formex=law.zip", "checkpoint=runs/old", "tokenizer=base")
    found = {stage.name: stage for stage in build(find("eurlex_8b"), RUN, given)}
    assert "import" not in found
    assert "checkpoint=runs/old" in found["cpt"].arguments
    assert "base=runs/old" in found["export"].arguments
    assert f"base={RUN}/models/base" in found["evaluate"].arguments


def test_fast_means_the_fast_recipe_and_the_fast_corpus() -> None:
    found = stages("eurlex_70b_fast")
    assert found["cpt"].arguments[1] == "llama33_70b_cpt_fast"
    assert found["corpus"].arguments[-2:] == ("--profile", "fast")
    assert "--profile" not in stages("eurlex_70b")["corpus"].arguments


@pytest.mark.parametrize(
    ("argument", "stage", "end"),
    [
        ("cpt.layout=h100x64", "cpt", ("layout=h100x64",)),
        ("sft.trainer.strategy.context_parallel_size=2", "sft", ("trainer.strategy.context_parallel_size=2",)),
        ("cpt.corpus=a=b", "cpt", ("corpus=a=b",)),
        ("qa.pairs=50000", "qa", ("--pairs", "50000")),
        ("corpus.near-duplicates=0.9", "corpus", ("--near-duplicates", "0.9")),
        ("evaluate.limit=200", "evaluate", ("--limit", "200")),
    ],
)
def test_an_option_lands_in_its_command_alone(folder: Path, argument: str, stage: str, end: tuple[str, ...]) -> None:
    plain, given = stages("eurlex_70b"), stages("eurlex_70b", argument)
    assert given[stage].arguments == (*plain[stage].arguments, *end)
    assert all(given[name] == plain[name] for name in plain if name != stage)
    for earlier in plain.values():
        made(earlier)
    parsed(given[stage].arguments)


def test_a_flag_is_an_option_that_is_true() -> None:
    assert stages("eurlex_8b", "export.skip=True")["export"].arguments[-1] == "--skip"


@pytest.mark.parametrize("model", ["70b", "8b", "lumi"])
@pytest.mark.parametrize("session", SESSIONS)
def test_a_session_divides_its_minutes(model: str, session: str) -> None:
    found = stages(f"eurlex_{model}_{session}")
    whole = SESSIONS[session]
    assert found["cpt"].arguments[-1] == f"max_minutes={whole * CPT_SHARE:g}"
    assert found["sft"].arguments[-1] == f"max_minutes={whole * SFT_SHARE:g}"
    longer = stages(f"eurlex_{model}_{session}", "minutes=50")
    assert (longer["cpt"].arguments[-1], longer["sft"].arguments[-1]) == ("max_minutes=25", "max_minutes=10")


def test_only_sessions_have_minutes() -> None:
    for name in PIPELINES:
        limited = any(word.startswith("max_minutes=") for stage in stages(name).values() for word in stage.arguments)
        assert limited == (name.rpartition("_")[2] in SESSIONS)


@pytest.mark.parametrize(
    ("name", "arguments", "what", "remedy"),
    [
        ("eurlex_8b", ("hf=base", "formx=a"), "unknown setting 'formx'", "did you mean formex?"),
        ("eurlex_8b", ("hf=base", "zzz=a"), "unknown setting 'zzz'", "one of: formex, acts"),
        ("eurlex_8b", ("hf=base", "pretrain.epochs=2"), "eurlex_8b has no stage 'pretrain'", "one of: corpus, qa"),
        ("eurlex_8b_eval", ("models=a=b", "cpt.epochs=2"), "eurlex_8b_eval has no stage 'cpt'", "evaluate, report"),
        ("eurlex_8b", ("hf=base", "fast"), "'fast' is not key=value", ""),
        ("eurlex_8b", ("hf=base", "=x"), "'=x' is not key=value", ""),
        ("eurlex_8b_quick", ("hf=base", "minutes=soon"), "minutes='soon' is not a number above 0", ""),
        ("eurlex_8b_quick", ("hf=base", "minutes=-5"), "minutes='-5' is not a number above 0", ""),
        ("eurlex_8b_quick", ("hf=base", "minutes=nan"), "minutes='nan' is not a number above 0", ""),
        ("eurlex_8b", ("formex=law.zip",), "a base model needs its tokenizer", "add hf=DIR"),
        ("eurlex_8b", ("tokenizer=base",), "a base model is needed", "add hf=DIR"),
        ("eurlex_lumi_sft", ("tokenizer=base",), "fine-tuning needs a checkpoint", "add hf=DIR or checkpoint="),
        ("eurlex_8b_eval", (), "no models to evaluate", "add models=base=DIR,sft=DIR"),
    ],
)
def test_what_is_refused(name: str, arguments: tuple[str, ...], what: str, remedy: str) -> None:
    with pytest.raises(UserError) as caught:
        build(find(name), RUN, arguments)
    assert what in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    ("name", "remedy"), [("eurlex_70b_fats", "did you mean eurlex_70b_fast?"), ("zzz", "lexatron pipeline --list")]
)
def test_an_unknown_pipeline_names_the_nearest(name: str, remedy: str) -> None:
    with pytest.raises(UserError, match="unknown pipeline") as caught:
        find(name)
    assert remedy in str(caught.value)
