"""Runs every check over a training set and what it is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_prep.chat import ChatTokenizer
from data_prep.lengths.dataset import FILES
from data_prep.parity import prompts
from data_prep.parity.check import Check
from data_prep.parity.contamination import Leak, contamination
from data_prep.parity.control_tokens import no_control_tokens
from data_prep.parity.fingerprints import compare_components
from data_prep.parity.sample import sample
from data_prep.parity.served import Reader, Sample, load_reader, noted_reader
from data_prep.parity.sides import Side, read_json
from data_prep.parity.truncation import same_length, same_limits, same_truncation
from data_prep.tokenizer_files import find_tokenizer

CONTAMINATION = "contamination"

Advance = Callable[[int], object]


@dataclass(frozen=True)
class Parity:
    """What is compared.

    Attributes:
        training: the dataset that is trained on.
        others: datasets, test files, packs and exported models.
        tokenizer, template: of training, as the user gave them.
        seq_length: of training; None where packs say it, or nobody.
        allowed: held-out conversations that may stand in the training side.
        near_prompts: whether those count of which only the prompt is there, and only nearly.
    """

    training: Side
    others: tuple[Side, ...]
    tokenizer: str
    template: str | None = None
    seq_length: int | None = None
    allowed: int = 0
    near_prompts: bool = False

    @property
    def training_file(self) -> Path:
        """Its conversations."""
        return self.training.path / FILES["train"]

    @property
    def held_out(self) -> list[Path]:
        """Every file that training must not hold, each once."""
        sides = [self.training, *self.others]
        return list(dict.fromkeys(file for side in sides for file in side.held_out))

    def reader(self) -> Reader:
        """The tokenizer of training with its template: the one asked for, else the manifest's, else its own.

        Raises:
            UserError: it cannot be read.
        """
        template = self.template or self.training.template
        folder = find_tokenizer(self.tokenizer).parent
        return Reader("training", folder, ChatTokenizer.load(self.tokenizer, template))


def run(asked: Parity, training: Reader, advance: Mapping[str, Advance]) -> tuple[list[Check], list[Leak]]:
    """Every check in the order in which a reader wants them, and what was found in the training side.

    Args:
        advance: `control tokens` and `contamination` are told of conversations as they are read.

    Raises:
        UserError: a file is damaged, or a line is not a conversation.
    """
    served = [side for side in asked.others if side.kind == "serving"]
    readers = [load_reader(side.path, training) for side in served]
    noted = [found for side in (asked.training, *asked.others) if (found := noted_reader(side, training))]
    files = [asked.training_file, *asked.held_out]
    sampled = [conversation for file in files for conversation in sample(file)]
    trained = Sample.of(sampled, training)
    checks = [
        *compare_components(training, _noted(asked), readers, sampled),
        *_own_templates(readers),
        *(prompts.same_tokens(training, reader, trained) for reader in noted),
        *_conversations(training, readers, served, trained),
        *_truncation(asked, training, readers),
        no_control_tokens(files, sorted(training.chat.special_tokens), advance["control tokens"]),
    ]
    leaks = contamination(asked.training_file, asked.held_out, advance["contamination"]) if asked.held_out else []
    return [*checks, clean(leaks, asked)], leaks


def _noted(asked: Parity) -> dict[str, dict[str, str]]:
    """Side -> fingerprints, for packs, which must say them, and for every other side that does."""
    sides = [asked.training, *asked.others]
    return {str(side.path): side.fingerprints for side in sides if side.fingerprints or side.kind == "packed"}


def _own_templates(readers: Sequence[Reader]) -> list[Check]:
    """A model without a template of its own is asked in whatever way its server chooses."""
    detail = "it has no chat template: its server refuses chats, or takes one of its own"
    return [Check(f"template of {reader.name}", "breach", detail) for reader in readers if not reader.own_template]


def _conversations(training: Reader, readers: Sequence[Reader], served: Sequence[Side], sampled: Sample) -> list[Check]:
    """Checks by what tokenizers make of a sample; without an exported model, training's own stands for it."""
    checks = [prompts.same_tokens(training, reader, sampled) for reader in readers]
    checks += [prompts.same_prompt(training, reader, sampled) for reader in readers or [training]]
    checks += [
        prompts.stops(training, side.model, reader.name, sampled) for side, reader in zip(served, readers, strict=True)
    ]
    everyone = [training, *readers]
    return [*checks, prompts.no_date(everyone), prompts.one_bos(everyone, sampled)]


def _truncation(asked: Parity, training: Reader, readers: Sequence[Reader]) -> list[Check]:
    sides = [asked.training, *asked.others]
    config, own = read_json(training.folder / "tokenizer_config.json"), read_json(training.folder / "tokenizer.json")
    theirs = {str(reader.folder): read_json(reader.folder / "tokenizer.json") for reader in readers}
    return [same_length(asked.seq_length, sides), same_truncation(config, own, sides, theirs), same_limits(sides)]


def clean(leaks: Sequence[Leak], asked: Parity) -> Check:
    """No more held-out conversations stand in training than are allowed.

    A prompt that is only nearly one of training's is a warning unless it is asked for: short questions of one form
    differ in a number or a name, and are other questions.
    """
    if not asked.held_out:
        return Check(CONTAMINATION, "not known", "no validation or test conversations to look for")
    near_prompts = {(leak.file, leak.id) for leak in leaks if leak.part == "prompt" and leak.kind == "near"}
    found = {
        (leak.file, leak.id) for leak in leaks if asked.near_prompts or leak.part != "prompt" or leak.kind != "near"
    }
    kinds = [(part, kind) for part in ("conversation", "prompt") for kind in ("exact", "near")]
    counts = {f"{kind} {part}": sum((leak.part, leak.kind) == (part, kind) for leak in leaks) for part, kind in kinds}
    by_file = Counter(file for file, _ in found)
    shown = {"held_out": len(found), "by_file": dict(by_file), **counts}
    if not found and near_prompts:
        detail = f"prompts of {len(near_prompts):,} held-out conversations are nearly prompts of training, none is one"
        return Check(CONTAMINATION, "warning", detail, shown)
    if not found:
        return Check(CONTAMINATION, "ok", "no held-out conversation or prompt stands in training", shown)
    kinds_said = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
    files_said = ", ".join(f"{number:,} of {Path(file).name}" for file, number in sorted(by_file.items()))
    said = f"{files_said} ({kinds_said})"
    detail = f"{len(found):,} held-out conversations stand in training, {asked.allowed:,} are allowed: {said}"
    return Check(CONTAMINATION, "breach" if len(found) > asked.allowed else "ok", detail, shown)
