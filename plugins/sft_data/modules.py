"""NeMo's chat data module, made to resume where it stopped, and the same over packed conversations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nemo.collections.llm.gpt.data.chat import ChatDataModule
from nemo.collections.llm.gpt.data.core import GPTSFTPackedDataset
from nemo.collections.llm.gpt.data.packed_sequence import PackedSequenceSpecs

from lexatron.errors import UserError
from plugins.sft_data.cache import PackedSet, find, pack
from plugins.sft_data.context_parallel import packed_data_step


class ResumableChatDataModule(ChatDataModule):
    """`ChatDataModule` whose resumed run sees exactly the batches that an uninterrupted run would have seen.

    After a resume NeMo 2.7's batch sampler reports only the samples that are left, while Lightning also restores how
    many batches it has seen: the epoch seems to end early and a batch repeats. With samples for twice the run the
    epoch never ends before `max_steps`, and the order of the first half is the same.
    """

    def setup(self, stage: str) -> None:
        super().setup(stage)
        self.max_train_samples *= 2


class PackedChatDataModule(ResumableChatDataModule):
    """Conversations in packs of `seq_length` tokens that do not see one another; answers only in the loss.

    A sample is a pack, so `global_batch_size` counts packs, and the micro batch is one of them (Megatron's `thd`
    attention). Packing happens in `prepare_data`, or before through `lexatron data pack` or `plugins.sft_data.pack`.

    Args:
        dataset_root: folder with `training.jsonl` and `validation.jsonl`, or of `lexatron data pack`.
        seq_length: tokens of a pack; longer conversations lose their end.
        tokenizer: NeMo's `AutoTokenizer` by whose chat template the answers can be told.
        global_batch_size: packs a step.
        context_parallel_size: conversations are padded to a multiple of twice as many tokens where it is over 1.
    """

    def __init__(
        self,
        dataset_root: str | Path,
        seq_length: int,
        tokenizer: Any,
        global_batch_size: int,
        seed: int = 1234,
        num_workers: int = 0,
        context_parallel_size: int = 1,
    ):
        super().__init__(
            dataset_root=dataset_root,
            seq_length=seq_length,
            tokenizer=tokenizer,
            micro_batch_size=1,
            global_batch_size=global_batch_size,
            seed=seed,
            num_workers=num_workers,
            pin_memory=False,
            persistent_workers=num_workers > 0,
            packed_sequence_specs=PackedSequenceSpecs(packed_sequence_size=seq_length),
            use_hf_tokenizer_chat_template=True,
        )
        self.multiple = 2 * context_parallel_size if context_parallel_size > 1 else 1
        self._packed: PackedSet | None = None

    @property
    def packed(self) -> PackedSet:
        """The packed folder.

        Raises:
            UserError: it is not there, which `prepare_data` would have mended.
        """
        if self._packed is None:
            self._packed = find(self.dataset_root, self.tokenizer, self.seq_length, self.multiple)
        if self._packed is None:
            raise UserError("this dataset is not packed on this machine", where=self.dataset_root)
        return self._packed

    @property
    def tokens_per_sample(self) -> float:
        """Mean of a training pack's tokens that are no padding, for tokens per second."""
        return self.packed.training.tokens_per_pack

    def prepare_data(self) -> None:
        """Pack the dataset, unless that was done before; one process a machine calls it."""
        self._packed = pack(self.dataset_root, self.tokenizer, self.seq_length, self.multiple)

    def setup(self, stage: str) -> None:
        """Look for the packs, on every process; under context parallelism the model takes its batches our way.

        Raises:
            UserError: the trainer's context parallelism is not the one that the packs were padded for.
        """
        size = getattr(self.trainer.strategy, "context_parallel_size", 1)
        if size > 1 and self.multiple % (2 * size):
            raise UserError(
                f"packs for context_parallel_size={self.multiple // 2 or 1} do not divide over {size}",
                where=self.packed.folder,
                remedy=f"set data.context_parallel_size={size} too",
            )
        if size > 1:
            self.trainer.lightning_module.config.data_step_fn = packed_data_step
        super().setup(stage)

    @property
    def train_path_packed(self) -> Path:
        return self.packed.file("training")

    @property
    def validation_path_packed(self) -> Path:
        return self.packed.file("validation")

    @property
    def pack_metadata(self) -> Path:
        return self.packed.metadata

    def _create_dataset(
        self, path: Path, pack_metadata_path: Path | None = None, is_test: bool = False, **kwargs: Any
    ) -> Any:
        if path.suffix != ".npy":
            return super()._create_dataset(path, is_test=is_test, **kwargs)
        return PackedConversations(
            str(path),
            self.tokenizer,
            pack_metadata_file_path=str(pack_metadata_path),
            max_seq_length=self.seq_length,
            pad_to_max_length=True,  # the shape that pipeline stages and CUDA graphs expect; packs are full anyway
            seed=self.seed,
            is_test=is_test,
            at_least=self.global_batch_size if is_test else 0,
            **kwargs,
        )


class PackedConversations(GPTSFTPackedDataset):
    """NeMo's packed dataset, never shorter than `at_least`: packs without loss are added at its end.

    NeMo validates whole global batches only; packs being few, there might be none.
    """

    def __init__(self, file_path: str, tokenizer: Any, *, at_least: int = 0, **kwargs: Any):
        self.at_least = at_least
        super().__init__(file_path, tokenizer, **kwargs)

    def __len__(self) -> int:
        return max(super().__len__(), self.at_least)

    def __getitem__(self, idx: int) -> dict[str, Any]:
        # NeMo takes the loss mask off a sample that is asked for by a negative number.
        return super().__getitem__(idx if idx < super().__len__() else -1)

    def _maybe_validate_prompt_template(self) -> None:
        """There is no prompt template: the tokenizer's own was used."""
