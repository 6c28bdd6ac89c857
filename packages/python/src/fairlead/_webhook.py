"""Verification of webhooks by Standard Webhooks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from typing import Mapping, Optional, Sequence, Union

from ._codec import decode, loads
from ._errors import WebhookError
from ._types import Event


def verify_webhook(
    body: Union[bytes, str],
    headers: Mapping[str, str],
    secret: Union[str, Sequence[str]],
    *,
    tolerance: float = 300,
    now: Optional[float] = None,
) -> Event:
    """Checks a webhook and returns its event.

    The body must be as it arrived, before any JSON parser. Several secrets are good while one is replaced.
    tolerance is how many seconds the message may be old, or ahead of this clock; now is for tests. Raises WebhookError.
    """
    secrets = [secret] if isinstance(secret, str) else list(secret)
    if not secrets or not all(secrets):
        raise ValueError("the secret of the endpoint must be given")
    content = body.encode() if isinstance(body, str) else bytes(body)
    lower = {name.lower(): value for name, value in headers.items()}
    message, timestamp, signatures = (lower.get(f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    if not message or not timestamp or not signatures:
        raise WebhookError("the headers webhook-id, webhook-timestamp and webhook-signature must be there")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookError("webhook-timestamp is no time")
    age = (time.time() if now is None else now) - int(timestamp)
    if not abs(age) <= tolerance:
        raise WebhookError("the message is too old" if age > 0 else "the message is from the future")
    signed = f"{message}.{timestamp}.".encode() + content
    expected = [hmac.new(_key(s), signed, hashlib.sha256).digest() for s in secrets]
    good = False
    for part in signatures.split():
        version, _, text = part.partition(",")
        if version != "v1":
            continue
        try:
            given = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            continue
        for digest in expected:
            good |= hmac.compare_digest(given, digest)
    if not good:
        raise WebhookError("no signature is the endpoint's")
    try:
        event = decode(Event, loads(content))
    except (ValueError, ArithmeticError, AttributeError, LookupError, TypeError) as error:
        raise WebhookError("the body is no event") from error
    if not isinstance(event, Event) or not isinstance(event.id, str) or not isinstance(event.type, str):
        raise WebhookError("the body is no event")
    return event


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret[len("whsec_") :] if secret.startswith("whsec_") else secret, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("the secret of the endpoint is not as Fairlead gave it")
    return key
