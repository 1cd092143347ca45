"""The old name of `recipes.check.damage`."""

from recipes.check.damage import check, check_chats, check_tokenizer

__all__ = ["check", "check_chats", "check_tokenizer"]
