"""A tokenizer by its name on the Hugging Face hub: from the local cache, else downloaded into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from lexatron.errors import UserError

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_GIVE_FOLDER = "or give a folder with its tokenizer.json"


def is_hub_name(path: Path) -> bool:
    """Whether a path reads as `ORGANISATION/NAME`, as `meta-llama/Llama-3.3-70B-Instruct` does."""
    return _NAME.fullmatch(path.as_posix()) is not None


def hub_folder(name: str, files: Sequence[str]) -> Path:
    """The folder of the local cache that holds those of the files that the model has.

    The cache is used as it is where it holds a tokenizer whole; nothing is asked of the network then. The access
    token is the one of the environment or of the Hugging Face login.

    Raises:
        UserError: the hub cannot be reached, does not know the name, or does not give it to this user.
    """
    cached = _cached(name, files)
    return cached if cached is not None else _download(name, files)


def _cached(name: str, files: Sequence[str]) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, allow_patterns=list(files), local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    has_tokenizer = (folder / "tokenizer.json").is_file() or (folder / "tokenizer.model").is_file()
    return folder if has_tokenizer and (folder / "tokenizer_config.json").is_file() else None


def _download(name: str, files: Sequence[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    try:
        return Path(snapshot_download(name, allow_patterns=list(files)))
    except GatedRepoError as error:
        what = "the model is gated, and Hugging Face does not give it to this user"
        remedy = f"accept its licence on its Hugging Face page and set HF_TOKEN, {_GIVE_FOLDER}"
        raise UserError(what, where=name, remedy=remedy) from error
    except RepositoryNotFoundError as error:
        what = "there is no such folder, and no such model on Hugging Face that this user may read"
        remedy = f"check the spelling; for a private model set HF_TOKEN, {_GIVE_FOLDER}"
        raise UserError(what, where=name, remedy=remedy) from error
    except (LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        what = "there is no such folder, it is not in the Hugging Face cache, and the hub cannot be reached"
        raise UserError(what, where=name, remedy=f"download it where there is a network, {_GIVE_FOLDER}") from error
    except (HfHubHTTPError, OSError) as error:
        what = f"Hugging Face did not give the tokenizer ({str(error).splitlines()[0]})"
        raise UserError(what, where=name, remedy=f"try again later, {_GIVE_FOLDER}") from error
