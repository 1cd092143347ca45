"""Conversations as a model reads them: chat templates, tokens with a mask of the answers, control tokens as text."""

from data_prep.chat.encoded import Encoded
from data_prep.chat.template import ChatTemplate
from data_prep.chat.tokenise import ChatTokenizer

__all__ = ["ChatTemplate", "ChatTokenizer", "Encoded"]
