"""Imported by NeMo-Run (entry point group `nemo_run.cli`): every recipe becomes a factory of `nemo llm ...`."""

from recipes import llama31_8b, llama33_70b, lumi

__all__ = ["llama31_8b", "llama33_70b", "lumi"]
