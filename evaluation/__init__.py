"""Exported models, measured: citations, perplexity, ROUGE-L, lm-eval, one report."""
