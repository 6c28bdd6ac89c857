"""The Fairlead API: links, accounts, transactions, documents and webhooks."""

from ._client import Fairlead, File
from ._errors import (
    AuthenticationError,
    ConflictError,
    FairleadError,
    GoneError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    WebhookError,
)
from ._list import Page, Pages
from ._transport import VERSION as __version__
from ._types import *  # noqa: F403  the shapes of the API
from ._webhook import verify_webhook
