"""`lexatron import | export`: checkpoints between Hugging Face, PEFT, DeepSpeed and NeMo (docs/conversion.md)."""

from __future__ import annotations

from pathlib import Path

import click

from lexatron.console import console, next_step, summary_table, write_json
from lexatron.errors import UserError
from recipes.quiet import import_nemo, quietly


@click.command("import")
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The NeMo checkpoint to make.")
@click.option(
    "--config",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="For a DeepSpeed ZeRO checkpoint: the Hugging Face folder with config.json and tokenizer of the same model.",
)
def import_command(source: Path, output: Path, config: Path | None) -> None:
    """Turn the Hugging Face Llama, or the DeepSpeed ZeRO checkpoint of one, in SOURCE into a NeMo checkpoint.

    DeepSpeed unpickles its files without restriction: import only checkpoints whose maker you trust.
    """
    import_nemo()
    from recipes.convert import import_hf, import_zero
    from recipes.convert.zero import is_zero

    if config is None and is_zero(source) and not any(source.glob("*.safetensors")):
        remedy = "add --config HF_DIR, the Hugging Face folder that the training started from"
        raise UserError(
            "a DeepSpeed ZeRO checkpoint has neither configuration nor tokenizer", where=source, remedy=remedy
        )
    with console.status("importing the checkpoint"), quietly():
        if config is None:
            import_hf(source, output)
        else:
            import_zero(source, config, output)
    console.print(f"{output} is made.", highlight=False)
    next_step(f"lexatron train RECIPE checkpoint={output}")


@click.command("export")
@click.argument("checkpoints", nargs=-1, required=True)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The folder to make.")
@click.option("--adapter", is_flag=True, help="Of a LoRA run, export the adapter alone, as a PEFT folder.")
@click.option("--base", type=click.Path(path_type=Path), help="The base of a LoRA run, if it was moved since training.")
@click.option("--verify", is_flag=True, help="Compare the logits of NeMo and Hugging Face.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the table to FILE.")
def export_command(
    checkpoints: tuple[str, ...], output: Path, adapter: bool, base: Path | None, verify: bool, json_file: Path | None
) -> None:
    """Turn NeMo checkpoints into Hugging Face folders; LoRA and QLoRA runs are merged, or with --adapter become PEFT's.

    CHECKPOINTS is one checkpoint or run folder, written to OUTPUT; or several as name=folder, written to OUTPUT/name.
    """
    named = [checkpoint.partition("=") for checkpoint in checkpoints]
    if len(named) > 1 and not all(equals for _, equals, _ in named):
        raise UserError("several checkpoints need names", remedy="write name=folder for each")
    import_nemo()
    from recipes.convert import export_adapter, export_hf

    rows = []
    for name, equals, folder in named:
        target = output / name if equals else output
        with console.status(f"exporting {target}"), quietly():
            export = export_adapter if adapter else export_hf
            outcome = export(folder if equals else name, target, base=base, verify=verify)
        difference = outcome.max_logit_difference
        rows.append((str(target), "not compared" if difference is None else f"{difference:g}"))
    summary_table("Exported", ["folder", "largest difference of logits"], rows)
    write_json(json_file, [{"folder": folder, "max_logit_difference": difference} for folder, difference in rows])
