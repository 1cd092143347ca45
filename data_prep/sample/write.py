"""Writes a set of sample acts: FORMEX files by language and year, and `ground_truth.jsonl`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from data_prep.sample.compose import compose
from data_prep.sample.formex import files
from data_prep.sample.languages import BY_CODE
from data_prep.sample.plan import ActPlan
from data_prep.sample.truth import ground_truth

GROUND_TRUTH = "ground_truth.jsonl"


@dataclass
class Totals:
    """What was written, over all languages; `texts` are acts times languages, `characters` are of XML."""

    acts: int = 0
    texts: int = 0
    files: int = 0
    characters: int = 0
    articles: int = 0
    recitals: int = 0
    definitions: int = 0
    tables: int = 0
    footnotes: int = 0
    annexes: int = 0

    def as_dict(self) -> dict[str, int]:
        """Name -> count."""
        return asdict(self)


def write_acts(
    plans: Sequence[ActPlan], languages: Sequence[str], folder: Path, progress: Callable[[int], None]
) -> Totals:
    """Write every act in every language under `folder` as `LANGUAGE/YEAR/L_....xml`.

    Args:
        progress: told the number of acts written so far.
    """
    totals = Totals()
    with open(folder / GROUND_TRUTH, "wb") as truth:
        for position in range(len(plans)):
            for language in languages:
                truth.write(orjson.dumps(_write_act(plans, position, language, folder, totals)) + b"\n")
            totals.acts += 1
            progress(totals.acts)
    return totals


def _write_act(
    plans: Sequence[ActPlan], position: int, language: str, folder: Path, totals: Totals
) -> dict[str, object]:
    document = compose(plans, position, BY_CODE[language])
    place = Path(language, str(document.plan.year))
    (folder / place).mkdir(parents=True, exist_ok=True)
    names = []
    for name, content in files(document).items():
        (folder / place / name).write_text(content, encoding="utf-8", newline="\n")
        names.append((place / name).as_posix())
        totals.characters += len(content)
    truth = ground_truth(document, names)
    totals.texts += 1
    totals.files += len(names)
    for count in ("articles", "recitals", "tables", "footnotes", "annexes"):
        setattr(totals, count, getattr(totals, count) + truth[count])
    totals.definitions += len(truth["definitions"])
    return truth
