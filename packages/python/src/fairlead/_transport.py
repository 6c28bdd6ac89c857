"""Sends requests, and again where that is safe."""

from __future__ import annotations

import base64
import email.message
import email.utils
import http.client
import json
import random
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Union

from ._codec import dumps, encode
from ._errors import FairleadError, TransportError, error_of

VERSION = "0.1.0"

_RETRIED = (429, 500, 502, 503, 504)
_SAFE = ("GET", "HEAD", "PUT", "DELETE")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The credentials go to the server that was named, and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass
class Answer:
    content: bytes
    headers: email.message.Message


class Transport:
    def __init__(self, url: str, client_id: str, client_secret: str, timeout: float, max_retries: int, max_retry_delay: float) -> None:
        for name, value in (("url", url), ("client_id", client_id), ("client_secret", client_secret)):
            if not value:
                raise ValueError(f"{name} must be given")
        address = urllib.parse.urlsplit(url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError("url must be an address like https://link.example.com")
        if "@" in address.netloc:
            raise ValueError("url must have no user name or password in it")
        self._base = url.rstrip("/")
        self._authorization = "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._timeout, self._max_retries, self._max_retry_delay = timeout, max_retries, max_retry_delay
        self._opener = urllib.request.build_opener(_NoRedirect)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]] = None,
        body: Any = None,
        idempotency_key: Optional[str] = None,
        idempotent: bool = False,
    ) -> Answer:
        headers = {"Authorization": self._authorization, "Accept": "application/json, */*;q=0.5", "User-Agent": f"fairlead-python/{VERSION}"}
        content: Optional[bytes] = None
        if isinstance(body, (bytes, bytearray)):
            headers["Content-Type"], content = "application/octet-stream", bytes(body)
        elif body is not None:
            headers["Content-Type"], content = "application/json", dumps(body)
        if method == "POST" and not idempotent:  # the server heeds a key of POST alone: with one, nothing else may be repeated
            headers["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        again = method in _SAFE or idempotent or "Idempotency-Key" in headers
        address = self._base + path + _query(query or {})
        attempts = 1 + (self._max_retries if again else 0)
        for attempt in range(1, attempts + 1):
            try:
                return self._attempt(urllib.request.Request(address, data=content, headers=headers, method=method))
            except FairleadError as error:
                wait = self._wait(attempt, error)
                if attempt == attempts or wait is None:
                    raise
                time.sleep(wait)
        raise AssertionError("unreachable")

    def _attempt(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return Answer(response.read(), response.headers)
        except urllib.error.HTTPError as refused:
            content = _what_came(refused)
            retry_after = _seconds(refused.headers.get("Retry-After"))
            raise error_of(refused.code, _problem(content), refused.headers.get("Fairlead-Request-Id"), retry_after) from None
        except (OSError, http.client.HTTPException) as error:  # URLError, a time-out and a connection that broke among them
            raise TransportError(f"no answer from {request.full_url.split('?')[0]}: {getattr(error, 'reason', error)}") from error

    def _wait(self, attempt: int, error: FairleadError) -> Optional[float]:
        """Seconds until the next attempt; None: there is none."""
        if not (error.status in (0, *_RETRIED) or (error.status == 409 and error.retry_after is not None)):
            return None
        if error.retry_after is not None:
            return None if error.retry_after > self._max_retry_delay else float(error.retry_after) + random.random() / 4
        return float(min(self._max_retry_delay, 0.5 * 2 ** (attempt - 1)) * (0.5 + random.random() / 2))


def _query(query: Mapping[str, Any]) -> str:
    pairs = []
    for name, value in query.items():
        name = name.rstrip("_")
        if value is None:
            continue
        if name == "answer":
            pairs += [(name, one) for one in value]
        elif isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        elif isinstance(value, (list, tuple)):
            pairs.append((name, ",".join(value)))
        else:
            pairs.append((name, str(encode(value))))
    return "?" + urllib.parse.urlencode(pairs) if pairs else ""


def _what_came(refused: urllib.error.HTTPError) -> bytes:
    """As much of a refusal as came: its status says enough without."""
    try:
        with refused:
            return refused.read(64 << 10)
    except (OSError, http.client.HTTPException):
        return b""


def _problem(content: bytes) -> Union[Dict[str, Any], str]:
    try:
        body = json.loads(content)
        if isinstance(body, dict) and "kind" in body:
            return body
    except ValueError:
        pass  # not Fairlead's: something between
    return content[:2000].decode(errors="replace")


def _seconds(header: Optional[str]) -> Optional[int]:
    if header is None:
        return None
    if re.fullmatch(r"[0-9]{1,18}", header):
        return int(header)
    try:
        return max(0, round(email.utils.parsedate_to_datetime(header).timestamp() - time.time()))
    except (TypeError, ValueError, OverflowError):
        return None
