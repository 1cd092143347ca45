"""`lexatron data sample`: as many sample acts as wanted, in five languages, with known ground truth.

lexatron data sample -o data/sample --acts 200 --seed 1 --versions 0.3 --corrigenda 0.05 --near-duplicates 0.1
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from data_prep.engine import engine_options, open_engine
from data_prep.formex.acts import LANGUAGES
from data_prep.sample.collection import Request, collect
from data_prep.sample.write import write_acts
from data_prep.stage_folder import run_stage
from lexatron.console import next_step, progress_bar, summary_table, write_json
from lexatron.errors import UserError
from lexatron.stage import fingerprint

STAGE = "sample"
CODE = ("data_prep.sample", "data_prep.formex.labels")
_PATH = click.Path(path_type=Path)
_SHARE = click.FloatRange(0, 1)


@click.command()
@click.option("-o", "--output", type=_PATH, required=True, help="Folder to write.")
@click.option("--acts", type=int, default=200, show_default=True, help="How many acts.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same acts.")
@click.option("--languages", default=",".join(LANGUAGES), show_default=True, help="Comma-separated.")
@click.option("--versions", type=_SHARE, default=0.0, help="Share of acts that later ones amend; consolidated texts.")
@click.option("--corrigenda", type=_SHARE, default=0.0, help="Share of acts with a corrigendum.")
@click.option("--near-duplicates", type=_SHARE, default=0.0, help="Share of acts that nearly repeat an earlier one.")
@engine_options
@click.option("--json", "json_file", type=_PATH, help="Write the table here, too.")
def sample(
    output: Path,
    acts: int,
    seed: int,
    languages: str,
    versions: float,
    corrigenda: float,
    near_duplicates: float,
    workers: int,
    engine: str,
    address: str | None,
    json_file: Path | None,
) -> None:
    """Write invented FORMEX acts of the years 2030 to 2039, and ground_truth.jsonl beside them."""
    request = Request(acts, seed, tuple(_languages(languages)), versions, corrigenda, near_duplicates)
    collect(request)  # refuses what cannot be made before anything is written

    def build(folder: Path) -> dict[str, Any]:
        with progress_bar("acts") as bar, open_engine(engine, workers, address) as opened:
            task = bar.add_task("Writing", total=acts)
            totals = write_acts(request, folder, opened, lambda done: bar.update(task, completed=done))
        return totals.as_dict()

    options = asdict(request)
    marker = run_stage(output, STAGE, fingerprint([], options, *CODE), build)
    summary_table("Sample acts", ["", "count"], list(marker.counts.items()))
    write_json(json_file, {**options, **marker.counts, "seconds": marker.seconds})
    next_step(f"lexatron data formex {output} -o ACTS_DIR")


def _languages(text: str) -> list[str]:
    """`en,fr` -> [en, fr], in the order of LANGUAGES.

    Raises:
        UserError: one of them is not a language of the samples, or there is none.
    """
    wanted = {code.strip().lower() for code in text.split(",") if code.strip()}
    if not wanted or not wanted <= set(LANGUAGES):
        unknown = ", ".join(sorted(wanted - set(LANGUAGES))) or "none"
        raise UserError(f"no sample acts in these languages: {unknown}", remedy=f"choose from {','.join(LANGUAGES)}")
    return [code for code in LANGUAGES if code in wanted]
