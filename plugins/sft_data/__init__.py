"""Chats for `llm.finetune`: NeMo's chat data module made to resume, and one whose conversations are packed.

NeMo 2.7 packs only `{"input", "output"}` data; its chat data module says "packing is not supported". Here the data
room writes the packs, token by token what NeMo's own chat dataset would give, and NeMo's own packed dataset reads them.
"""

from data_prep.packs import PackedSide
from plugins.sft_data.cache import PackedSet, find, pack
from plugins.sft_data.modules import PackedChatDataModule, ResumableChatDataModule

__all__ = ["PackedChatDataModule", "PackedSet", "PackedSide", "ResumableChatDataModule", "find", "pack"]
