"""Where a language model answers, and the key it wants: read from the environment, never from a command line."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import httpx

from lexatron.errors import UserError

KEY_VARIABLES = ("LEXATRON_LLM_API_KEY", "OPENAI_API_KEY")  # the first that is set counts


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible server.

    Attributes:
        url: base address without a slash at its end, `http://127.0.0.1:8000/v1`.
        key: what it is authorised with; None where the server wants none. Never shown, saved or logged.
        loopback: whether it runs on this machine.
    """

    url: str
    key: str | None = field(default=None, repr=False)
    loopback: bool = False

    def hide(self, text: str) -> str:
        """The text without the key, should a server repeat it."""
        return text.replace(self.key, "***") if self.key else text


def find_endpoint(url: str) -> Endpoint:
    """The server at `url`, with the key of the environment.

    Raises:
        UserError: the address is none, holds a password or a query, or the key would travel in the clear.
    """
    parts = _split(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UserError(
            "the address of the model holds more than a host and a path",
            where=f"{parts.scheme}://{parts.hostname}",  # the rest may be a password
            remedy=f"put the key into the environment variable {KEY_VARIABLES[0]}",
        )
    key, loopback = _key(), is_loopback(parts.hostname or "")
    if key and parts.scheme == "http" and not loopback:
        raise UserError(
            "an API key is set, and http would send it in the clear",
            where=url,
            remedy=f"use https, or unset {' and '.join(KEY_VARIABLES)} if the server wants no key",
        )
    return Endpoint(url.rstrip("/"), key, loopback)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        well_formed = parts.scheme in ("http", "https") and bool(httpx.URL(url).host) and parts.port != 0
    except (ValueError, httpx.InvalidURL):
        well_formed = False
    if not well_formed:
        raise UserError("not the address of a server", where=url, remedy="give one like http://127.0.0.1:8000/v1")
    return parts


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own: `localhost`, `127.0.0.0/8`, `::1`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _key() -> str | None:
    for variable in KEY_VARIABLES:
        key = os.environ.get(variable, "").strip()
        if key and not (key.isascii() and key.isprintable()):
            raise UserError(f"the value of {variable} is no API key", remedy="set it without line feeds and accents")
        if key:
            return key
    return None
