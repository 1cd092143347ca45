"""NeMo's chat data module, made to resume where it stopped.

After a resume NeMo 2.7's batch sampler reports only the samples that are left, while Lightning also restores how
many batches it has seen: the epoch seems to end early and a batch repeats. With samples for twice the run the
epoch never ends before `max_steps`, and the order of the first half is the same.
"""

from __future__ import annotations

from nemo.collections.llm.gpt.data.chat import ChatDataModule


class ResumableChatDataModule(ChatDataModule):
    """`ChatDataModule` whose resumed run sees exactly the batches that an uninterrupted run would have seen."""

    def setup(self, stage: str) -> None:
        super().setup(stage)
        self.max_train_samples *= 2
