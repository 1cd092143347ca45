"""Imported by NeMo-Run (entry point group `nemo_run.cli`): every recipe becomes a factory of `nemo llm ...`."""

from recipes.llama31_8b import llama31_8b_cpt, llama31_8b_sft
from recipes.llama33_70b import llama33_70b_cpt, llama33_70b_sft
from recipes.lumi import lumi_demo_cpt, lumi_demo_sft

__all__ = [
    "llama31_8b_cpt",
    "llama31_8b_sft",
    "llama33_70b_cpt",
    "llama33_70b_sft",
    "lumi_demo_cpt",
    "lumi_demo_sft",
]
