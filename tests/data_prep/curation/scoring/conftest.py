"""No key of the machine's owner reaches a test, and back-off is short."""

from tests.data_prep.instruct.llm.conftest import fast_retries, no_key

__all__ = ["fast_retries", "no_key"]
