"""`lexatron data sample-instructions`: invented instruction sets in every shape, with planted faults of known number.

lexatron data sample-instructions -o data/samples --records 2000 --seed 1 --plant near_duplicate=0.05
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from data_prep.engine import engine_options, open_engine
from data_prep.sample.instructions.configuration import CONFIGURATION
from data_prep.sample.instructions.request import LANGUAGES, Request
from data_prep.sample.instructions.write import write_set
from data_prep.stage_folder import run_stage
from lexatron.console import next_step, progress_bar, summary_table, write_json
from lexatron.errors import UserError
from lexatron.stage import fingerprint

STAGE = "sample-instructions"
CODE = ("data_prep.sample.instructions", "data_prep.curation.record", "data_prep.dedup")
_PATH = click.Path(path_type=Path)
_LANGUAGES = ",".join(f"{code}={share}" for code, share in LANGUAGES.items())


@click.command("sample-instructions")
@click.option("-o", "--output", type=_PATH, required=True, help="Folder to write.")
@click.option("--records", type=int, default=2000, show_default=True, help="How many, beside a small test set.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--characters", type=int, default=3000, show_default=True, help="Mean length of a conversation.")
@click.option("--languages", default=_LANGUAGES, show_default=True, help="Languages and their shares.")
@click.option("--plant", multiple=True, help="KIND=SHARE of the records that have a fault; may be given several times.")
@engine_options
@click.option("--json", "json_file", type=_PATH, help="Write the table here, too.")
def sample_instructions(
    output: Path,
    records: int,
    seed: int,
    characters: int,
    languages: str,
    plant: tuple[str, ...],
    workers: int,
    engine: str,
    address: str | None,
    json_file: Path | None,
) -> None:
    """Write invented instruction sets, truth.json with what was planted in them, and instruct.yaml to read them."""
    request = Request(records, seed, characters, _shares(languages.split(",")), _shares(plant))
    request.check()

    def build(folder: Path) -> dict[str, Any]:
        with progress_bar("records") as bar, open_engine(engine, workers, address) as opened:
            task = bar.add_task("Writing", total=records)
            return write_set(request, folder, opened, lambda done: bar.update(task, completed=done))

    options = asdict(request)
    marker = run_stage(output, STAGE, fingerprint([], options, *CODE), build)
    planted = marker.counts["planted"]
    summary_table("Planted", ["", "count"], list(planted.items()))
    write_json(json_file, {**options, **marker.counts, "seconds": marker.seconds})
    next_step(f"lexatron data instruct {output / CONFIGURATION} -o SET_DIR")


def _shares(parts: list[str] | tuple[str, ...]) -> dict[str, float]:
    """`en=0.8`, `fr=0.2` -> {en: 0.8, fr: 0.2}.

    Raises:
        UserError: a part has another form.
    """
    shares = {}
    for part in parts:
        name, _, share = part.partition("=")
        try:
            shares[name.strip()] = float(share)
        except ValueError:
            raise UserError(f"{part} is no share", remedy="write NAME=SHARE, as in refusal=0.02") from None
    return shares
