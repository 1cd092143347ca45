"""Which checkpoints are written and which stay: ephemeral, permanent, the best by validation, the last always."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lightning.pytorch.callbacks import Callback
from nemo.lightning.pytorch.callbacks import ModelCheckpoint

from plugins.resume import finished_steps, is_whole


class Checkpoints(ModelCheckpoint):
    """NeMo's `ModelCheckpoint` with two intervals, OLMo-core's way, and one save a step whatever the reasons.

    `step=N-last` is the newest, where a run resumes (NeMo numbers a checkpoint by the index of its last step, so N is
    one less than the steps done). When a newer one is whole it goes, or stays as `step=N`: because it is permanent,
    among the best by validation loss, or kept by name. Where a validation is due on the same step the save waits for
    it, so that it holds its outcome. What a killed run left over is cleared when training starts.

    Args:
        keep_every_n_steps: steps between permanent checkpoints; None keeps none.
        keep_best: how many checkpoints with the lowest validation loss stay.
        every_n_train_steps: steps between ephemeral checkpoints.
        **options: NeMo's own.
    """

    def __init__(
        self,
        *,
        every_n_train_steps: int,
        keep_every_n_steps: int | None = None,
        keep_best: int = 0,
        filename: str = "{step}",
        monitor: str = "reduced_train_loss",
        save_last: bool = True,
        save_top_k: int = 0,
        **options: Any,
    ):
        super().__init__(
            every_n_train_steps=every_n_train_steps,
            filename=filename,
            monitor=monitor,
            save_last=save_last,
            save_top_k=save_top_k,
            **options,
        )
        self.keep_every_n_steps = keep_every_n_steps
        self.keep_best = keep_best
        self.best: dict[int, float] = {}
        self.kept: set[int] = set()

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        super().on_train_start(trainer, pl_module)
        self.sweep(trainer)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        if self._is_due(trainer.global_step) and not validation_is_due(trainer):
            self.save(trainer)

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        if trainer.sanity_checking:
            return
        is_best = self._is_best(trainer)
        if is_best or self._is_due(trainer.global_step):
            self.save(trainer)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        self.save(trainer, wait=True)
        super().on_train_end(trainer, pl_module)

    def save(self, trainer: Any, *, wait: bool = False) -> None:
        """Write the checkpoint of the present step unless it is there, and clear what it replaces; on all ranks.

        `wait` returns when it is whole, where saves are asynchronous.
        """
        if self._last_global_step_saved != trainer.global_step:
            self._save_last_checkpoint(trainer, self._monitor_candidates(trainer))
        if wait and self.async_save:
            trainer.strategy.checkpoint_io.maybe_finalize_save_checkpoint(blocking=True)
        self.sweep(trainer)

    def keep_newest(self, trainer: Any) -> str | None:
        """Let the newest whole checkpoint stay for good; its name, or None where there is none. On all ranks."""
        found = self._whole(trainer)
        if not found:
            return None
        newest = max(found, key=finished_steps)
        self.kept.add(finished_steps(newest) + 1)
        return newest.name.removesuffix("-last")

    def sweep(self, trainer: Any) -> None:
        """Remove or rename all whole checkpoints but the newest; on all ranks."""
        found = self._whole(trainer)
        newest = max(map(finished_steps, found), default=0)
        for path in found:
            step = finished_steps(path) + 1
            if step > newest:
                continue
            if not self._stays(step):
                self._remove_whole(trainer, path)
            elif trainer.is_global_zero and path.name.endswith("-last"):
                path.rename(path.with_name(path.name.removesuffix("-last")))
        trainer.strategy.barrier()

    def _remove_whole(self, trainer: Any, path: Path) -> None:
        """Not in a thread, as NeMo does where saves are asynchronous: killed in it, half a checkpoint would stay."""
        self.set_checkpoint_unfinished_marker(path, barrier_after=True)
        trainer.strategy.remove_checkpoint(path)
        self.remove_checkpoint_unfinished_marker(path, barrier_before=True)

    def _whole(self, trainer: Any) -> list[Path]:
        """Whole checkpoints of the folder, as the first process sees it."""
        folder = Path(str(self.dirpath))
        names = sorted(str(path) for path in folder.glob("step=*") if path.is_dir() and is_whole(path))
        return [Path(name) for name in trainer.strategy.broadcast(names)]

    def _is_due(self, step: int) -> bool:
        intervals = (self._every_n_train_steps, self.keep_every_n_steps)
        return any(interval and step % interval == 0 for interval in intervals)

    def _stays(self, step: int) -> bool:
        is_permanent = self.keep_every_n_steps is not None and step % self.keep_every_n_steps == 0
        return is_permanent or step in self.best or step in self.kept

    def _is_best(self, trainer: Any) -> bool:
        """Whether the validation just done is among the best; then it takes its place among them."""
        if "val_loss" not in trainer.callback_metrics or not self.keep_best:
            return False
        losses = self.best | {trainer.global_step: float(trainer.callback_metrics["val_loss"])}
        self.best = dict(sorted(losses.items(), key=lambda item: (item[1], item[0]))[: self.keep_best])
        return trainer.global_step in self.best

    def _should_remove_checkpoint(self, trainer: Any, previous: str, current: str) -> bool:
        return False  # `sweep` does

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"best": dict(self.best), "kept": sorted(self.kept)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self.best, self.kept = dict(state_dict["best"]), set(state_dict["kept"])


def validation_is_due(trainer: Any) -> bool:
    """Whether Lightning validates after the present step."""
    interval = trainer.val_check_interval
    validates = bool(trainer.enable_validation) and sum(trainer.num_val_batches) > 0  # 0: too few for a global batch
    return validates and isinstance(interval, int) and trainer.global_step % interval == 0


class InitialCheckpoint(Callback):
    """Keeps the weights from before the first step, so that a report can compare with them.

    Args:
        path: the checkpoint folder; written once, whole or not at all.
    """

    def __init__(self, path: str):
        self.path = Path(path)

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.global_step == 0 and not is_whole(self.path):
            trainer.checkpoint_callback._save_checkpoint(trainer, str(self.path))


class FinishedBatchCounts(Callback):
    """Counts the batch after which a checkpoint is written as finished, so that a resumed run validates on the
    same steps as an uninterrupted one.

    Lightning 2.4 counts a batch as completed only after `on_train_batch_end`, in which the checkpoint is written;
    the restored count is then one behind the restored weights.
    """

    def on_save_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: dict[str, Any]) -> None:
        progress = checkpoint["loops"]["fit_loop"]["epoch_loop.batch_progress"]
        for counts in (progress["current"], progress["total"]):
            counts["completed"] = counts["processed"]
