"""HTTP as a busy server needs it: bounded in number, rate, time and size, and tried again while there is hope."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from data_prep.instruct.llm.endpoint import KEY_VARIABLES, Endpoint
from data_prep.instruct.llm.pace import Pace, Stopped, back_off_s, retry_after_s
from data_prep.instruct.llm.reply import error_message
from data_prep.instruct.llm.sockets import Sockets
from lexatron.errors import UserError

_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})  # statuses that another attempt may not meet
_CONNECT_S = 10.0


class RequestFailed(Exception):
    """One request got no usable answer, also when tried again; another request may."""


class _Busy(Exception):
    """An attempt failed that may succeed later; `wait_s` where the server says how much later."""

    def __init__(self, reason: str, wait_s: float | None = None):
        super().__init__(reason)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Limits:
    """What a client asks of a server, and of its user's patience.

    Attributes:
        concurrency: requests in flight. `per_minute`: requests started a minute; None for no limit.
        timeout_s: for one attempt, from its start to the last byte.
        retries: further attempts after the first.
        max_bytes: of one answer.
    """

    concurrency: int = 8
    per_minute: float | None = None
    timeout_s: float = 120.0
    retries: int = 5
    max_bytes: int = 1 << 20


class Transport:
    """Requests to one endpoint; threads may share it.

    It follows no redirect, so that neither key nor text reaches a host that the user did not name.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits):
        self.endpoint, self.limits = endpoint, limits
        self._pace = Pace(limits.per_minute)
        self._sockets = Sockets()
        self._in_flight = threading.BoundedSemaphore(limits.concurrency)
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {},
            timeout=httpx.Timeout(limits.timeout_s, connect=min(_CONNECT_S, limits.timeout_s), pool=None),
            limits=httpx.Limits(max_connections=limits.concurrency),
            follow_redirects=False,
            trust_env=not endpoint.loopback,  # no proxy stands between this machine and itself
        )

    def close(self) -> None:
        """Hang up; what other threads wait for fails at once, and has when this returns."""
        self._pace.stop()
        self._sockets.shut()
        for _ in range(self.limits.concurrency):
            self._in_flight.acquire()
        self._http.close()
        self._in_flight.release(self.limits.concurrency)

    def send(self, method: str, path: str, content: bytes | None = None) -> tuple[bytes, str]:
        """The body and content type of the answer, after as many attempts as it takes and are allowed.

        Raises:
            RequestFailed: no attempt succeeded, the server refuses this request, or the transport was closed.
            UserError: the server refuses every such request.
        """
        try:
            with self._in_flight:
                return self._patiently(method, path, content)
        except Stopped as error:
            raise RequestFailed("the client was closed") from error

    def _patiently(self, method: str, path: str, content: bytes | None) -> tuple[bytes, str]:
        attempts = 0
        while True:
            self._pace.wait()
            try:
                return self._attempt(method, path, content)
            except _Busy as busy:
                attempts += 1
                if attempts > self.limits.retries:
                    raise RequestFailed(f"{busy}, after {attempts} attempts") from busy
                self._wait_after(busy, attempts)

    def _wait_after(self, busy: _Busy, attempts: int) -> None:
        """Wait for as long as the server says, and every other thread too; else back off alone."""
        if busy.wait_s is None:
            self._pace.sleep(back_off_s(attempts - 1))
        else:
            self._pace.hold(busy.wait_s)

    def _attempt(self, method: str, path: str, content: bytes | None) -> tuple[bytes, str]:
        headers = {"Content-Type": "application/json"} if content else {}
        traced = {"trace": self._sockets.trace}
        url = self.endpoint.url + path
        try:
            with self._http.stream(method, url, content=content, headers=headers, extensions=traced) as response:
                body = self._bounded(response)
        except httpx.TimeoutException as error:
            raise _Busy(f"no answer within {self.limits.timeout_s:g} s") from error
        except (httpx.TransportError, httpx.DecodingError, httpx.StreamError) as error:
            raise _Busy(self.endpoint.hide(f"no connection: {error or type(error).__name__}")) from error
        self._check_status(response, body)
        return body, response.headers.get("content-type", "")

    def _bounded(self, response: httpx.Response) -> bytes:
        """The body, as long as it is neither too large nor too slow."""
        deadline = time.monotonic() + self.limits.timeout_s
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self.limits.max_bytes:
                raise RequestFailed(f"the answer is larger than {self.limits.max_bytes:,} bytes")
            if time.monotonic() > deadline:
                raise _Busy(f"no whole answer within {self.limits.timeout_s:g} s")
        return bytes(body)

    def _check_status(self, response: httpx.Response, body: bytes) -> None:
        if response.is_success:
            return
        status = f"HTTP {response.status_code}"
        said = f"{status}: {self.endpoint.hide(error_message(body))}".rstrip(": ")
        if response.status_code in _BUSY:
            raise _Busy(said, retry_after_s(response.headers.get("retry-after")))
        if remedy := _remedy(response):
            raise UserError(f"the server answers {said}", where=self.endpoint.url, remedy=remedy)
        raise RequestFailed(said)


def _remedy(response: httpx.Response) -> str | None:
    """What the user can do about a status that every further request would meet as well; None for other ones."""
    if response.has_redirect_location:
        host = urlsplit(response.headers["location"]).hostname or "another path"
        return f"it redirects to {host}: give that address if it may see the texts and the key"
    if response.status_code in (401, 403):
        return f"set {KEY_VARIABLES[0]} to a key that it accepts"
    if response.status_code in (404, 405):
        return "give the address that /chat/completions follows, and as --llm-model a model of that server"
    return None
