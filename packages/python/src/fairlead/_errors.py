"""What can go wrong."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Type, Union


class FairleadError(Exception):
    """Whatever went wrong with a request.

    status is HTTP's, 0 where no answer came; kind the machine's word (not_found, invalid, rate_limited and
    others; "" where no answer of Fairlead's came); fields says which fields of the request are wrong, and why;
    request_id is what the operator finds the request by; retry_after are the seconds after which trying again
    makes sense, where the server says it; body is the answer as it came.
    """

    def __init__(
        self,
        message: str,
        status: int = 0,
        body: Union[Dict[str, Any], str, None] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[int] = None,
    ) -> None:
        super().__init__(message)
        problem: Dict[str, Any] = body if isinstance(body, dict) else {}
        self.status = status
        self.kind: str = problem.get("kind", "")
        self.title: str = problem.get("title", "")
        self.detail: str = problem.get("detail", "")
        self.fields: List[Dict[str, str]] = problem.get("fields") or []
        self.request_id: Optional[str] = problem.get("request_id", request_id)
        self.retry_after = retry_after
        self.body = body


class InvalidRequestError(FairleadError):
    """400, 413, 415, 422 and others: the request must be mended."""


class AuthenticationError(FairleadError):
    """401: the credentials are wrong."""


class PermissionDeniedError(FairleadError):
    """403: the key lacks a scope, or may not do this."""


class NotFoundError(FairleadError):
    """404."""


class GoneError(FairleadError):
    """410: it was there."""


class ConflictError(FairleadError):
    """409: not possible as things stand."""


class RateLimitError(FairleadError):
    """429: too many requests; retry_after says how many seconds to wait."""


class ServerError(FairleadError):
    """5xx: the server, or the institution behind it."""


class TransportError(FairleadError):
    """No answer came: the network, or the time limit."""


class WebhookError(Exception):
    """A webhook that is not from Fairlead, was changed on the way, or is too old."""


_classes: Dict[int, Type[FairleadError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    429: RateLimitError,
}


def error_of(status: int, body: Union[Dict[str, Any], str], request_id: Optional[str], retry_after: Optional[int]) -> FairleadError:
    """The error of an answer that is no success."""
    said = "the answer is not Fairlead's"
    if isinstance(body, dict):
        fields = "; ".join(f"{f.get('name')} {f.get('reason')}" for f in body.get("fields") or [])
        said = ": ".join(part for part in (body.get("title"), body.get("detail"), fields) if part)
    kind = _classes.get(status) or (ServerError if status >= 500 else InvalidRequestError if status >= 400 else FairleadError)
    return kind(f"{status} {said}", status, body, request_id, retry_after)
