"""A set by its name on the Hugging Face hub: from the local cache, else downloaded into it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from data_prep.curation.sources.folder import Found, folder_files
from data_prep.curation.sources.hub_readme import README, Chosen, chosen_files
from data_prep.curation.sources.options import Source
from lexatron.errors import UserError

_ENDINGS = ("jsonl", "ndjson", "json", "csv", "tsv")
_PATTERNS = (
    README, "*.parquet", "*.arrow",
    *(f"*.{ending}{packing}" for ending in _ENDINGS for packing in ("", ".gz", ".zst")),
)  # fmt: skip
_SHARD = re.compile(r"(.*)-\d{5}-of-(\d{5})")
_GIVE_FILES = "or give path with its files"
_NOT_WHOLE = "the set is not whole in the Hugging Face cache, and the hub cannot be reached"
_DOWNLOAD = f"download it where there is a network, {_GIVE_FILES}"


def hub_files(source: Source) -> list[Chosen]:
    """The files of a set, with the split of each.

    The cache is used as it is where it holds files of the set, all shards of each; nothing is asked of the network
    then. The access token is the one of the environment or of the Hugging Face login.

    Raises:
        UserError: the hub cannot be reached, does not know the set or does not give it to this user; or the set has no
            files that are read, or several configurations and none is chosen.
    """
    assert source.hub is not None
    folder = _cached(source.hub, source.revision) or _download(source.hub, source.revision)
    paths = folder_files(folder)
    if not _has_all_shards(paths):  # without a network the library gives what it has
        raise UserError(_NOT_WHOLE, where=source.hub, remedy=_DOWNLOAD)
    return chosen_files(source, folder, [Found(path, path.relative_to(folder).as_posix()) for path in paths])


def _cached(name: str, revision: str | None) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, repo_type="dataset", revision=revision, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    paths = folder_files(folder)
    return folder if paths and _has_all_shards(paths) else None


def _has_all_shards(paths: Sequence[Path]) -> bool:
    """Whether of every numbered file all the others are there."""
    shards = [(path.parent / shard[1], int(shard[2])) for path in paths if (shard := _SHARD.match(path.name))]
    return all(have >= total for (_, total), have in Counter(shards).items())


def _download(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        return Path(snapshot_download(name, repo_type="dataset", revision=revision, allow_patterns=list(_PATTERNS)))
    except GatedRepoError as error:
        what = "the set is gated, and Hugging Face does not give it to this user"
        remedy = f"accept its terms on its Hugging Face page and set HF_TOKEN, {_GIVE_FILES}"
        raise UserError(what, where=name, remedy=remedy) from error
    except RepositoryNotFoundError as error:
        what = "there is no such set on Hugging Face that this user may read"
        remedy = f"check the spelling; for a private set set HF_TOKEN, {_GIVE_FILES}"
        raise UserError(what, where=name, remedy=remedy) from error
    except RevisionNotFoundError as error:
        raise UserError(f"the set has no revision {revision}", where=name, remedy="name a branch or commit") from error
    except (LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        raise UserError(_NOT_WHOLE, where=name, remedy=_DOWNLOAD) from error
    except (HfHubHTTPError, OSError) as error:
        what = f"Hugging Face did not give the set ({str(error).partition(chr(10))[0]})"
        raise UserError(what, where=name, remedy=f"try again later, {_GIVE_FILES}") from error
