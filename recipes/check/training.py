"""Checks of the schedule: learning rate, warm-up, steps, validations and saves, and text against forgetting."""

from __future__ import annotations

from data_prep.manifest import Manifest
from recipes.check.context import Context
from recipes.check.finding import Finding, failed, passed, percent, warned

HIGH_LR = 1e-4
"""Peak for continued training of all weights: five times the recipes' 2e-5. Re-warming further than that costs what
the model knew, unless there is much replay (Ibrahim et al., arXiv 2403.08763)."""

PRETRAINING_LR = 3e-4
"""The peak of Llama 3 8B's own pre-training (arXiv 2407.21783, table 3), and NeMo's default for pre-training: a
continued run that has it has most likely kept the default."""

ADAPTER_FACTOR = 10
"""Adapters bear ten times the rate of all weights: Schulman et al., LoRA Without Regret, Thinking Machines 2025."""

WARMUP = (0.001, 0.2)
"""Share of the steps. Shorter, and the first steps of Adam run on moments of a few batches; longer, and the peak is
hardly reached. Up to 2 % made no difference in continued training (Gupta et al., arXiv 2308.04014)."""

REPLAY = (0.02, 0.25)
"""Share of general text: below it the model forgets, above it the law is crowded out. Ibrahim et al. (arXiv 2403.08763)
found 5 % enough for a weak shift of the data and 25 % for a strong one."""


def learning_rate(context: Context) -> list[Finding]:
    """The peak learning rate is one for the kind of training."""
    name, config = "learning rate", context.recipe.optim.config
    peak, low = float(config.lr), float(getattr(context.recipe.optim.lr_scheduler, "min_lr", 0.0))
    if peak <= 0 or low > peak:
        return failed(name, f"peak {peak:g}, end {low:g}", "set max_lr above 0 and above min_lr")
    if context.checkpoint is None or context.narrow:
        why = "random weights" if context.checkpoint is None else "a small model"
        return passed(name, f"peak {peak:g}, end {low:g}; {why}: not judged")
    factor = ADAPTER_FACTOR if context.adapters else 1
    kind = "adapters" if context.adapters else "continued training of all weights"
    if peak >= PRETRAINING_LR * factor:
        detail = f"peak {peak:g} is one for random weights; for {kind} at most {HIGH_LR * factor:g}"
        return failed(name, detail, f"set max_lr, for example {2e-5 * factor:g}")
    if peak > HIGH_LR * factor:
        return warned(name, f"peak {peak:g} is high for {kind}", f"set max_lr to {HIGH_LR * factor:g} or lower")
    return passed(name, f"peak {peak:g}, end {low:g}")


def warm_up(context: Context) -> list[Finding]:
    """The learning rate rises in a sensible share of the steps, and its decay ends with the run."""
    scheduler, steps = context.recipe.optim.lr_scheduler, int(context.recipe.trainer.max_steps)
    if scheduler is None or steps < 1:
        return []
    rising, end = int(scheduler.warmup_steps), int(scheduler.max_steps)
    share = rising / steps
    detail = f"{rising:,} of {steps:,} steps ({percent(share)})"
    if end != steps:
        remedy = "set max_steps=, which changes both, not trainer.max_steps="
        return warned("warm-up", f"the cosine ends at step {end:,}, and the run at step {steps:,}", remedy)
    if not WARMUP[0] <= round(share, 3) <= WARMUP[1]:
        return warned("warm-up", detail, f"choose {percent(WARMUP[0])} to {percent(WARMUP[1], 0)}: warmup=0.1")
    return passed("warm-up", detail)


def steps(context: Context) -> list[Finding]:
    """There are steps, and the run validates and saves within them."""
    trainer, save = context.recipe.trainer, context.recipe.log.ckpt
    last, validation, saving = (
        int(x) for x in (trainer.max_steps, trainer.val_check_interval, save.every_n_train_steps)
    )
    detail = f"{last:,}, a validation every {validation:,}, a checkpoint every {saving:,}"
    if last < 1:
        return failed("steps", f"max_steps is {last}", "set max_steps, or epochs above 0")
    if validation > last or not trainer.limit_val_batches:
        return warned("steps", f"{detail}: no validation", "set validations=20 and limit_val_batches above 0")
    if saving > last:
        return warned("steps", f"{detail}: only the end is saved", "set saves=10: a killed run loses what is not saved")
    return passed("steps", detail)


def replay(context: Context) -> list[Finding]:
    """A pre-trained model also reads general text, so that it keeps what it knew."""
    if not isinstance(context.manifest, Manifest) or context.checkpoint is None:
        return []
    datasets = context.manifest.splits["train"].values()
    share = sum(dataset.weight for dataset in datasets if dataset.kind == "general")
    remedy = f"choose {percent(REPLAY[0], 0)} to {percent(REPLAY[1], 0)}: lexatron data corpus --general"
    if not share:
        return warned("replay", "no general text: the model forgets what is not law", remedy)
    detail = f"{percent(share)} general text"
    return passed("replay", detail) if REPLAY[0] <= share <= REPLAY[1] else warned("replay", detail, remedy)
