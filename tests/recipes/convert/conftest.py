"""The tiny Llamas that the conversion tests share, imported once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recipes.convert import tiny_llama


@pytest.fixture(scope="package")
def llama33(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama 3.3 with the real vocabulary, in BF16."""
    return tiny_llama.make(tmp_path_factory.mktemp("llama33") / "hf")


@pytest.fixture(scope="package")
def small_llama(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in FP32 with the tokenizer of the tiny data, 1024 tokens."""
    folder = tmp_path_factory.mktemp("small_llama") / "hf"
    changes = {"vocab_size": 1024, "torch_dtype": "float32", "bos_token_id": 1, "eos_token_id": [2, 6]}
    return tiny_llama.make(folder, tiny_data / "corpus" / "tokenizer", **changes)


@pytest.fixture(scope="package")
def llama33_nemo(llama33: Path) -> Path:
    """`llama33` as a NeMo checkpoint."""
    from recipes.convert import import_hf

    return import_hf(llama33, llama33.parent / "nemo")


@pytest.fixture(scope="package")
def small_llama_nemo(small_llama: Path) -> Path:
    """`small_llama` as a NeMo checkpoint."""
    from recipes.convert import import_hf

    return import_hf(small_llama, small_llama.parent / "nemo")
