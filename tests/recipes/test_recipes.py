"""Recipes are built, not run: what they return, what a user may override, what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nemo_run as run
import pytest
import yaml
from nemo.collections import llm

from lexatron.atomic import write_text
from lexatron.errors import UserError
from recipes.overrides import build
from recipes.registry import RECIPES, find, parameters
from recipes.schedule import steps_for_tokens
from recipes.show import as_yaml

PRETRAINING = ("cpt", "cpt_fast", "pretrain")
GOLDEN = Path(__file__).with_name("golden")


def built(name: str, *arguments: str) -> run.Partial:
    entry = find(name)
    size = "tokens=446470190" if entry.stage in PRETRAINING else "samples=150000"
    return build(entry.load(), [size, *arguments])


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_a_partial_of_nemo(name: str) -> None:
    recipe = built(name)
    assert isinstance(recipe, run.Partial)
    assert recipe.__fn_or_cls__ is (llm.pretrain if find(name).stage in PRETRAINING else llm.finetune)
    assert yaml.safe_load(as_yaml(recipe))["trainer"]["max_steps"] == recipe.trainer.max_steps


@pytest.mark.parametrize("name", RECIPES)
def test_golden_yaml(name: str) -> None:
    """A change of any setting shows in a diff that a person reads. `LEXATRON_GOLDEN=write pytest` writes them anew."""
    text, file = as_yaml(built(name)), GOLDEN / f"{name}.yaml"
    if os.environ.get("LEXATRON_GOLDEN") == "write":
        write_text(file, text)
    assert text == file.read_text("utf-8"), f"{name} changed: read the diff, then LEXATRON_GOLDEN=write"


def test_what_the_users_asked_of_70b_pretraining() -> None:
    recipe = built("llama33_70b_cpt")
    optimizer = recipe.optim.config
    assert recipe.model.config.__fn_or_cls__ is llm.Llama31Config70B
    assert recipe.trainer.max_steps == 4258
    assert (recipe.data.seq_length, recipe.data.global_batch_size) == (4096, 128)
    assert (optimizer.lr, optimizer.weight_decay, optimizer.clip_grad) == (2e-5, 0.01, 1.0)
    assert recipe.optim.lr_scheduler.warmup_steps == 426
    assert recipe.trainer.devices * recipe.trainer.num_nodes == 8
    fast = built("llama33_70b_cpt_fast")
    assert (fast.data.seq_length, fast.model.config.seq_length, fast.trainer.max_steps) == (3072, 3072, 2271)


@pytest.mark.parametrize(
    ("profile", "epochs", "peak"), [("conservative", 4, 1.5e-5), ("balanced", 5, 2e-5), ("aggressive", 6, 3e-5)]
)
def test_profiles_set_epochs_and_learning_rate_unless_the_user_does(profile: str, epochs: int, peak: float) -> None:
    recipe = built("llama31_8b_cpt", f"profile={profile}")
    assert recipe.trainer.max_steps == steps_for_tokens(446_470_190, epochs, 4096, 128)
    assert recipe.optim.config.lr == peak
    own = built("llama31_8b_cpt", f"profile={profile}", "epochs=1", "max_lr=1e-6")
    assert (own.trainer.max_steps, own.optim.config.lr) == (852, 1e-6)


@pytest.mark.parametrize("name", ["llama33_70b_lora", "llama33_70b_qlora", "llama31_8b_lora", "llama31_8b_qlora"])
def test_what_the_users_asked_of_adapters(name: str) -> None:
    recipe = built(name)
    assert (recipe.peft.dim, recipe.peft.alpha, recipe.peft.dropout) == (64, 128, 0.05)
    assert set(recipe.peft.target_modules) == {"linear_qkv", "linear_proj", "linear_fc1", "linear_fc2"}
    assert recipe.optim.config.lr == 2e-4
    assert built(name, "lora_alpha=16", "max_lr=5e-6").peft.alpha == 16


def test_llama_3_8b_is_llama_31_8b_with_its_rope_unscaled() -> None:
    import torch
    from nemo.collections.llm.gpt.model.llama import apply_rope_scaling

    assert built("llama31_8b_cpt", "model.config.scale_factor=1.0").model.config.scale_factor == 1.0
    frequencies = 1.0 / 500_000 ** (torch.arange(0, 128, 2) / 128)
    scaled = apply_rope_scaling(frequencies, factor=1.0, low_freq_factor=1, high_freq_factor=4, old_context_len=8192)
    torch.testing.assert_close(scaled, frequencies)


def test_optimizer_states_follow_the_layout() -> None:
    import torch

    assert built("llama33_70b_cpt", "layout=b200x4").optim.config.optimizer_cpu_offload
    assert built("llama33_70b_cpt", "layout=h100x16").optim.config.exp_avg_dtype == torch.uint8
    assert not built("llama33_70b_cpt", "layout=h100x64").optim.config.use_precision_aware_optimizer


def test_fp8_weights_have_no_remainders_and_megatron_knows_the_recipe() -> None:
    """As Megatron's own arguments have it: what it derives from `fp8_recipe` is derived when the config is made."""
    optimizer = built("llama31_8b_cpt", "layout=h200x1", "precision=fp8_current").optim.config
    assert optimizer.fp8_recipe == "tensorwise"
    assert not optimizer.store_param_remainders
    assert built("llama31_8b_cpt", "layout=h200x1").optim.config.store_param_remainders


def test_fsdp_shards_weights_gradients_and_optimizer() -> None:
    strategy = built("llama31_8b_cpt", "layout=h100x8_fsdp").trainer.strategy
    assert strategy.ddp.use_megatron_fsdp
    assert strategy.ddp.data_parallel_sharding_strategy == "optim_grads_params"
    assert strategy.save_ckpt_format == "fsdp_dtensor"


def test_packed_sft_weighs_every_answer_token_the_same() -> None:
    recipe = built("llama31_8b_sft")
    assert recipe.data.__fn_or_cls__.__name__ == "packed_chat_data"
    assert recipe.model.config.calculate_per_token_loss
    assert not recipe.trainer.strategy.ddp.average_in_collective, "Megatron refuses both"
    loose = built("llama31_8b_sft", "packed=False")
    assert loose.data.__fn_or_cls__.__name__ == "chat_data"
    assert loose.trainer.strategy.ddp.average_in_collective


def test_without_data_a_recipe_is_planned_with_the_reference_amounts(tmp_path: Path) -> None:
    from recipes.reference import stand_in

    function = find("llama31_8b_cpt").load()
    assert stand_in(function, [f"corpus={tmp_path}"]) == ["tokens=446470190"]
    assert stand_in(function, ["max_steps=3"]) == stand_in(function, ["tokens=5"]) == []
    (tmp_path / "manifest.json").write_text("{}")
    assert stand_in(function, [f"corpus={tmp_path}"]) == []
    sft = find("llama31_8b_sft").load()
    assert stand_in(sft, []) == ["samples=22706"], "150,000 conversations of 310 tokens in packs of 2048"
    assert stand_in(sft, ["packed=False"]) == ["samples=150000"]


def test_emulation_takes_the_place_of_a_precision_that_the_machine_lacks() -> None:
    recipe = built("lumi_tiny", "precision_emulation=nvfp4", "bf16_decay=0.15")
    emulation = next(c for c in recipe.trainer.callbacks if c.__fn_or_cls__.__name__ == "PrecisionEmulation")
    assert (emulation.kind, emulation.bf16_last_layers, emulation.bf16_after_fraction) == ("nvfp4", 1, 0.85)
    assert built("lumi_tiny").trainer.plugins.fp4 is None


def test_sft_loss_is_on_the_answers_and_starts_from_the_checkpoint() -> None:
    recipe = built("llama31_8b_sft", "checkpoint=runs/other")
    assert recipe.resume.restore_config.path == "runs/other"
    assert recipe.optim.config.lr == 5e-6
    assert recipe.data.seq_length == 2048


def test_the_same_code_builds_a_laptop_run_of_8b() -> None:
    recipe = built("llama31_8b_cpt", "layout=cpu_tp2", "global_batch_size=16", "precision=fp32")
    assert recipe.trainer.accelerator == "cpu"
    assert recipe.trainer.strategy.tensor_model_parallel_size == 2
    assert not recipe.trainer.strategy.ddp.overlap_grad_reduce


def test_overrides_in_nemo_runs_syntax() -> None:
    recipe = built("llama31_8b_cpt", "trainer.strategy.context_parallel_size=2", "optim.config.lr*=2")
    assert recipe.trainer.strategy.context_parallel_size == 2
    assert recipe.optim.config.lr == pytest.approx(4e-5)


def test_overrides_of_our_own_functions_and_callbacks() -> None:
    recipe = built("llama31_8b_cpt", "data.global_batch_size=256", "log.ckpt.keep_every_n_steps=100")
    assert recipe.data.global_batch_size == 256
    assert recipe.log.ckpt.keep_every_n_steps == 100


def test_recomputation_reaches_the_model() -> None:
    assert built("llama31_8b_cpt", "layout=h100x2").model.config.recompute_modules == ["mlp"]
    assert built("llama33_70b_lora", "layout=h100x2").model.config.recompute_granularity == "full"
    assert not built("lumi_tiny").model.config.recompute_granularity


def test_loggers_can_be_turned_off() -> None:
    recipe = built("llama31_8b_cpt", "wandb=False", "tensorboard=false")
    assert recipe.log.wandb is None
    assert recipe.log.tensorboard is None
    assert built("llama31_8b_cpt").log.wandb.offline is True


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("layot=cpu", "did you mean layout"),
        ("layout=cpus", "did you mean cpu"),
        ("seq_length=long", "is not of type int"),
        ("precision=fp7", "did you mean fp8"),
        ("precision=nvfp4", "H100 has 9.0"),
        ("profile=bold", "unknown profile"),
        ("precision_emulation=mxfp8", "one of: bf16, fp8"),
        ("spike_action=panic", "one of: warn, stop"),
        ("layout=auto:4xB2000", "unknown GPU"),
        ("global_batch_size=3", "not a multiple"),
        ("trainer.max_stepz=3", "did you mean max_steps"),
        ("nonsense", "is not key=value"),
        ("corpus=nowhere", "nowhere"),
    ],
)
def test_what_is_refused(argument: str, sentence: str) -> None:
    extra = [] if argument.startswith("corpus=") else ["tokens=1000000"]
    with pytest.raises(UserError, match=sentence):
        build(find("llama31_8b_cpt").load(), [*extra, argument])


def test_unknown_recipe() -> None:
    with pytest.raises(UserError, match="did you mean llama33_70b_cpt"):
        find("llama33_70b_ctp")


def test_nemo_run_finds_the_factories() -> None:
    """Through the entry point, as `nemo llm pretrain --factory NAME` looks for them."""
    from nemo_run.cli.api import list_factories
    from nemo_run.config import get_type_namespace

    for name in RECIPES:
        target = llm.pretrain if find(name).stage in PRETRAINING else llm.finetune
        assert name in {factory.__name__ for factory in list_factories(get_type_namespace(target))}


def lexatron(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lexatron.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_dry_run_needs_no_data_and_prints_only_the_recipe(tmp_path: Path) -> None:
    file = tmp_path / "recipe.yaml"
    outcome = lexatron("train", "llama33_70b_cpt", "--dryrun", "--to-yaml", file)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == file.read_text()
    assert yaml.safe_load(outcome.stdout)["trainer"]["max_steps"] == 4258
    assert "446,470,190" in outcome.stderr


def test_list_of_recipes_does_not_import_nemo(tmp_path: Path) -> None:
    table = tmp_path / "recipes.json"
    code = (
        f"import sys; from lexatron.cli import lexatron\n"
        f"lexatron.main(['recipes', '--json', {str(table)!r}], standalone_mode=False)\n"
        f"assert not {{'torch', 'nemo', 'nemo_run', 'megatron'}} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert {row["name"] for row in json.loads(table.read_text())} == set(RECIPES)


@pytest.mark.parametrize("name", RECIPES)
def test_the_run_folder_is_known_without_loading_the_recipe(name: str) -> None:
    assert str(RECIPES[name].run_dir) == str(parameters(RECIPES[name].load())["run_dir"].default)


def test_a_folder_that_is_not_a_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    from recipes.run_folder import claim

    with pytest.raises(UserError, match="not a run and not empty"):
        claim(tmp_path, {"fingerprint": "1"})
    assert (tmp_path / "precious").exists()


def test_another_run_is_refused_or_with_fresh_deleted(tmp_path: Path) -> None:
    from recipes.run_folder import claim

    folder = tmp_path / "run"
    claim(folder, {"recipe": "one", "fingerprint": "1"})
    (folder / "metrics.jsonl").write_text("{}")
    claim(folder, {"recipe": "one", "fingerprint": "1"})
    with pytest.raises(UserError, match="holds a run of one"):
        claim(folder, {"recipe": "two", "fingerprint": "2"})
    claim(folder, {"recipe": "two", "fingerprint": "2"}, fresh=True)
    assert not (folder / "metrics.jsonl").exists()
