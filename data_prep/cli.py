"""`lexatron data ...`: the commands of this room, each in the module that does the work."""

from __future__ import annotations

import click

from lexatron.lazy import LazyGroup

COMMANDS = {
    "sample": ("data_prep.sample.cli:sample", "Write sample FORMEX acts of our own, with known ground truth."),
    "formex": ("data_prep.formex.cli:formex", "FORMEX files, folders and zips to acts."),
    "show": ("data_prep.formex.cli:show", "The readable text of an act or one of its units."),
    "audit": ("data_prep.formex.audit_cli:audit", "What the acts of a folder have lost, per file and category."),
    "tokenizer": ("data_prep.tokenizer_cli:tokenizer", "Train a SentencePiece tokenizer on acts or other text."),
    "corpus": ("data_prep.corpus.cli:corpus", "Acts to .bin/.idx per language and split, with a manifest."),
    "verify": ("data_prep.corpus.cli:verify", "Check that a corpus folder is whole."),
    "qa": ("data_prep.instruct.cli:qa", "Acts to cited questions and answers."),
    "testset": ("data_prep.instruct.testset_cli:testset", "Acts to a test set of cited questions alone."),
    "instruct": ("data_prep.curation.cli:instruct", "Instruction sets to one clean, balanced set for fine-tuning."),
    "sample-instructions": (
        "data_prep.sample.instructions.cli:sample_instructions",
        "Write sample instruction sets of our own in every shape.",
    ),
    "lengths": ("data_prep.lengths.cli:lengths", "Token lengths: percentiles, what is cut, what padding costs."),
    "pack": ("data_prep.packs.cli:pack", "Conversations to packed sequences for NeMo."),
    "parity": ("data_prep.parity.cli:parity", "Check that training, test and serving see the same tokens."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def data() -> None:
    """FORMEX acts and instructions to indexed Megatron datasets. No torch, no NeMo, no GPU."""
