"""Chats for `llm.finetune`: NeMo's chat data module made to resume, and one whose conversations are packed.

NeMo 2.7 packs only `{"input", "output"}` data; its chat data module says "packing is not supported". Here NeMo's own
chat dataset writes the tokens and the loss mask, NeMo's own packed dataset reads them back, and only the packing in
between is ours: packed data is unpacked data by construction.
"""

from plugins.sft_data.cache import PackedSet, find, pack
from plugins.sft_data.modules import PackedChatDataModule, ResumableChatDataModule
from plugins.sft_data.packs import PackedSide

__all__ = ["PackedChatDataModule", "PackedSet", "PackedSide", "ResumableChatDataModule", "find", "pack"]
