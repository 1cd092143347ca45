"""Conversations as a model reads them: chat templates, tokens with a mask of the answers, control tokens as text."""
