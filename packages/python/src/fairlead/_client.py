"""Fairlead's API, one method an operation."""

from __future__ import annotations

import datetime
import email.message
import urllib.parse
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Sequence, Type, TypeVar, Union

from . import _types as T
from ._codec import decode, loads
from ._list import Page, Pages
from ._transport import Transport

A = TypeVar("A")

_WAIT = 30  # seconds that a request for what is to come waits


@dataclass
class File:
    """A file: its bytes and what its headers say of it."""

    bytes: bytes
    media_type: str
    file_name: str


def _id(value: str) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("an id must be given")
    return urllib.parse.quote(value, safe="")


class _Resource:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _json(self, method: str, path: str, kind: Type[A], **request: Any) -> A:
        return decode(kind, loads(self._transport.send(method, path, **request).content))

    def _list(self, path: str, kind: Type[A], query: Dict[str, Any], after: Optional[str], forever: bool = False) -> Pages[A]:
        def fetch(cursor: Optional[str]) -> Page[A]:
            wait = {"wait": _WAIT} if forever else {}
            answer = loads(self._transport.send("GET", path, query={**query, **wait, "after": cursor}).content)
            return Page([decode(kind, element) for element in answer["data"] or []], answer.get("next"))

        return Pages(fetch, after, forever)

    def _file(self, path: str) -> File:
        answer = self._transport.send("GET", path)
        message = email.message.Message()
        message["Content-Disposition"] = answer.headers.get("Content-Disposition", "attachment")
        return File(answer.content, answer.headers.get_content_type(), message.get_filename() or "")


class Links(_Resource):
    """How a person connects their accounts."""

    def create(self, request: Union[T.LinkRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.CreatedLink:
        """Makes a link. Its token, for link.js, is shown once."""
        return self._json("POST", "/v1/links", T.CreatedLink, body=request, idempotency_key=idempotency_key)

    def get(self, id: str) -> T.Link:
        return self._json("GET", f"/v1/links/{_id(id)}", T.Link)

    def list(self, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Link]:
        return self._list("/v1/links", T.Link, {"limit": limit}, after)

    def cancel(self, id: str, *, idempotency_key: Optional[str] = None) -> T.Link:
        """Withdraws a link that has not ended."""
        return self._json("POST", f"/v1/links/{_id(id)}/cancel", T.Link, idempotency_key=idempotency_key)

    def exchange(self, request: Union[T.ExchangeRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.Exchange:
        """Exchanges the code that the browser brought back, once and within 60 seconds, for connections."""
        return self._json("POST", "/v1/links/exchange", T.Exchange, body=request, idempotency_key=idempotency_key)


class Connections(_Resource):
    """A person's access to an institution, and the data behind it."""

    def list(self, *, person: Optional[str] = None, institution_id: Optional[str] = None, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Connection]:
        return self._list("/v1/connections", T.Connection, {"person": person, "institution_id": institution_id, "limit": limit}, after)

    def get(self, id: str) -> T.Connection:
        return self._json("GET", f"/v1/connections/{_id(id)}", T.Connection)

    def delete(self, id: str) -> None:
        """Disconnects: the consent ends, and the data is erased."""
        self._transport.send("DELETE", f"/v1/connections/{_id(id)}")

    def collect(self, id: str, *, idempotency_key: Optional[str] = None) -> T.Connection:
        """Begins a collection now."""
        return self._json("POST", f"/v1/connections/{_id(id)}/collect", T.Connection, idempotency_key=idempotency_key)

    def accounts(self, id: str, *, numbers: Optional[bool] = None, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Account]:
        return self._list(f"/v1/connections/{_id(id)}/accounts", T.Account, {"numbers": numbers, "limit": limit}, after)

    def transactions(self, id: str, *, from_: Optional[datetime.date] = None, to: Optional[datetime.date] = None, status: Optional[str] = None, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Transaction]:
        """Transactions of all accounts, the newest first."""
        return self._list(f"/v1/connections/{_id(id)}/transactions", T.Transaction, {"from_": from_, "to": to, "status": status, "limit": limit}, after)

    def bills(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Bill]:
        return self._list(f"/v1/connections/{_id(id)}/bills", T.Bill, {"limit": limit}, after)

    def changes(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Change]:
        """What was added, changed and removed since after, to what is there by now."""
        return self._list(f"/v1/connections/{_id(id)}/changes", T.Change, {"limit": limit}, after)

    def follow_changes(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Change]:
        """The same, and goes on for ever."""
        return self._list(f"/v1/connections/{_id(id)}/changes", T.Change, {"limit": limit}, after, forever=True)

    def collections(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Collection]:
        return self._list(f"/v1/connections/{_id(id)}/collections", T.Collection, {"limit": limit}, after)

    def undo_collection(self, id: str, collection: str, *, idempotency_key: Optional[str] = None) -> T.Collection:
        """Undoes the upload of a file."""
        return self._json("POST", f"/v1/connections/{_id(id)}/collections/{_id(collection)}/undo", T.Collection, idempotency_key=idempotency_key)

    def consents(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Consent]:
        return self._list(f"/v1/connections/{_id(id)}/consents", T.Consent, {"limit": limit}, after)

    def documents(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Document]:
        return self._list(f"/v1/connections/{_id(id)}/documents", T.Document, {"limit": limit}, after)

    def holdings(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Holding]:
        return self._list(f"/v1/connections/{_id(id)}/holdings", T.Holding, {"limit": limit}, after)

    def identity(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Identity]:
        return self._list(f"/v1/connections/{_id(id)}/identity", T.Identity, {"limit": limit}, after)

    def investment_transactions(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.InvestmentTransaction]:
        return self._list(f"/v1/connections/{_id(id)}/investment_transactions", T.InvestmentTransaction, {"limit": limit}, after)

    def loans(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Loan]:
        return self._list(f"/v1/connections/{_id(id)}/loans", T.Loan, {"limit": limit}, after)

    def securities(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Security]:
        return self._list(f"/v1/connections/{_id(id)}/securities", T.Security, {"limit": limit}, after)

    def upload(self, id: str, file: bytes, *, name: Optional[str] = None, account: Optional[str] = None, answer: Sequence[str] = (), add_accounts: bool = False) -> T.Collection:
        """Uploads a statement file: OFX, CSV, CAMT, MT940, PDF and others. The same file twice changes nothing."""
        return self._json("POST", f"/v1/connections/{_id(id)}/files", T.Collection, body=file, query={"name": name, "account": account, "answer": answer, "add_accounts": add_accounts or None}, idempotent=True)

    def preview(self, id: str, file: bytes, *, name: Optional[str] = None, account: Optional[str] = None, answer: Sequence[str] = ()) -> T.UploadPreview:
        """Says what is in a statement file, and stores nothing of it."""
        return self._json("POST", f"/v1/connections/{_id(id)}/files", T.UploadPreview, body=file, query={"name": name, "account": account, "answer": answer, "dry_run": True}, idempotent=True)


class Accounts(_Resource):
    """Accounts of any connection."""

    def get(self, id: str, *, numbers: Optional[bool] = None) -> T.Account:
        return self._json("GET", f"/v1/accounts/{_id(id)}", T.Account, query={"numbers": numbers})

    def transactions(self, id: str, *, from_: Optional[datetime.date] = None, to: Optional[datetime.date] = None, status: Optional[str] = None, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Transaction]:
        return self._list(f"/v1/accounts/{_id(id)}/transactions", T.Transaction, {"from_": from_, "to": to, "status": status, "limit": limit}, after)


class Transactions(_Resource):
    """Transactions of any account."""

    def get(self, id: str) -> T.TransactionWithVersions:
        """A transaction with its earlier versions."""
        return self._json("GET", f"/v1/transactions/{_id(id)}", T.TransactionWithVersions)


class Documents(_Resource):
    """Documents of any connection."""

    def get(self, id: str, *, ttl: Optional[int] = None) -> T.Document:
        """A document with an address where a browser can download it for a while."""
        return self._json("GET", f"/v1/documents/{_id(id)}", T.Document, query={"ttl": ttl})

    def content(self, id: str) -> File:
        """Its bytes."""
        return self._file(f"/v1/documents/{_id(id)}/content")


class Events(_Resource):
    """What happens, in order."""

    def list(self, *, type: Optional[Sequence[str]] = None, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Event]:
        """Events after after, to what is there by now."""
        return self._list("/v1/events", T.Event, {"type": type, "limit": limit}, after)

    def follow(self, *, type: Optional[Sequence[str]] = None, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Event]:
        """The same, and goes on for ever: waits for what comes."""
        return self._list("/v1/events", T.Event, {"type": type, "limit": limit}, after, forever=True)

    def resend(self, id: str, *, idempotency_key: Optional[str] = None) -> T.Resend:
        """Sends an event to the endpoints again."""
        return self._json("POST", f"/v1/events/{_id(id)}/resend", T.Resend, idempotency_key=idempotency_key)

    def resend_range(self, request: Union[T.ResendRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.Resend:
        """Sends the events of a range again."""
        return self._json("POST", "/v1/events/resend", T.Resend, body=request, idempotency_key=idempotency_key)


class WebhookEndpoints(_Resource):
    """Where events are sent."""

    def create(self, request: Union[T.WebhookEndpointRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.WebhookEndpointWithSecret:
        """The answer has the secret, shown once."""
        return self._json("POST", "/v1/webhook_endpoints", T.WebhookEndpointWithSecret, body=request, idempotency_key=idempotency_key)

    def list(self, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.WebhookEndpoint]:
        return self._list("/v1/webhook_endpoints", T.WebhookEndpoint, {"limit": limit}, after)

    def get(self, id: str) -> T.WebhookEndpoint:
        return self._json("GET", f"/v1/webhook_endpoints/{_id(id)}", T.WebhookEndpoint)

    def update(self, id: str, request: Union[T.WebhookEndpointUpdate, Mapping[str, Any]]) -> T.WebhookEndpoint:
        return self._json("PATCH", f"/v1/webhook_endpoints/{_id(id)}", T.WebhookEndpoint, body=request)

    def delete(self, id: str) -> None:
        self._transport.send("DELETE", f"/v1/webhook_endpoints/{_id(id)}")

    def deliveries(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Delivery]:
        return self._list(f"/v1/webhook_endpoints/{_id(id)}/deliveries", T.Delivery, {"limit": limit}, after)

    def rotate(self, id: str, *, idempotency_key: Optional[str] = None) -> T.WebhookEndpointWithSecret:
        """Makes another secret; the old one signs too for a day."""
        return self._json("POST", f"/v1/webhook_endpoints/{_id(id)}/rotate", T.WebhookEndpointWithSecret, idempotency_key=idempotency_key)

    def test(self, id: str, *, idempotency_key: Optional[str] = None) -> T.Event:
        """Sends a test event."""
        return self._json("POST", f"/v1/webhook_endpoints/{_id(id)}/test", T.Event, idempotency_key=idempotency_key)


class Persons(_Resource):
    """The persons who link."""

    def list(self, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Person]:
        return self._list("/v1/persons", T.Person, {"limit": limit}, after)

    def get(self, id: str) -> T.Person:
        return self._json("GET", f"/v1/persons/{_id(id)}", T.Person)

    def erase(self, id: str) -> None:
        """Erases the person and everything of them."""
        self._transport.send("DELETE", f"/v1/persons/{_id(id)}")

    def export(self, id: str) -> File:
        """Everything of the person, as a file of JSON."""
        return self._file(f"/v1/persons/{_id(id)}/export")

    def portal(self, id: str, *, idempotency_key: Optional[str] = None) -> T.Portal:
        """An address where the person sees and ends what they share."""
        return self._json("POST", f"/v1/persons/{_id(id)}/portal", T.Portal, idempotency_key=idempotency_key)


class Institutions(_Resource):
    """What can be linked."""

    def list(self, *, q: Optional[str] = None, country: Optional[str] = None, product: Optional[str] = None, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Institution]:
        return self._list("/v1/institutions", T.Institution, {"q": q, "country": country, "product": product, "limit": limit}, after)

    def get(self, id: str) -> T.Institution:
        return self._json("GET", f"/v1/institutions/{_id(id)}", T.Institution)


class Connectors(_Resource):
    """How institutions are reached."""

    def list(self, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Connector]:
        return self._list("/v1/connectors", T.Connector, {"limit": limit}, after)


class Providers(_Resource):
    """What reaches institutions for this tenant."""

    def create(self, request: Union[T.ProviderRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.Provider:
        return self._json("POST", "/v1/providers", T.Provider, body=request, idempotency_key=idempotency_key)

    def list(self, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Provider]:
        return self._list("/v1/providers", T.Provider, {"limit": limit}, after)

    def get(self, id: str) -> T.Provider:
        return self._json("GET", f"/v1/providers/{_id(id)}", T.Provider)

    def update(self, id: str, request: Union[T.ProviderUpdate, Mapping[str, Any]]) -> T.Provider:
        return self._json("PATCH", f"/v1/providers/{_id(id)}", T.Provider, body=request)

    def delete(self, id: str) -> None:
        self._transport.send("DELETE", f"/v1/providers/{_id(id)}")

    def refresh(self, id: str, *, idempotency_key: Optional[str] = None) -> T.Provider:
        """Fetches the list of its institutions anew."""
        return self._json("POST", f"/v1/providers/{_id(id)}/refresh", T.Provider, idempotency_key=idempotency_key)

    def try_(self, id: str, *, idempotency_key: Optional[str] = None) -> T.Provider:
        """Tries its credentials."""
        return self._json("POST", f"/v1/providers/{_id(id)}/try", T.Provider, idempotency_key=idempotency_key)


class Applications(_Resource):
    """The applications of the tenant, and their keys."""

    def create(self, request: Union[T.ApplicationRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.Application:
        return self._json("POST", "/v1/applications", T.Application, body=request, idempotency_key=idempotency_key)

    def list(self, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Application]:
        return self._list("/v1/applications", T.Application, {"limit": limit}, after)

    def get(self, id: str) -> T.Application:
        return self._json("GET", f"/v1/applications/{_id(id)}", T.Application)

    def update(self, id: str, request: Union[T.ApplicationUpdate, Mapping[str, Any]]) -> T.Application:
        return self._json("PATCH", f"/v1/applications/{_id(id)}", T.Application, body=request)

    def update_settings(self, id: str, dialect: str, request: Mapping[str, Any]) -> T.Application:
        """Changes the settings of a dialect."""
        return self._json("PATCH", f"/v1/applications/{_id(id)}/settings/{_id(dialect)}", T.Application, body=request)

    def keys(self, id: str, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Key]:
        return self._list(f"/v1/applications/{_id(id)}/keys", T.Key, {"limit": limit}, after)

    def create_key(self, id: str, request: Optional[Union[T.KeyRequest, Mapping[str, Any]]] = None, *, idempotency_key: Optional[str] = None) -> T.CreatedKey:
        """The answer has the key's secret, shown once."""
        return self._json("POST", f"/v1/applications/{_id(id)}/keys", T.CreatedKey, body=request, idempotency_key=idempotency_key)

    def revoke_key(self, id: str, key: str) -> None:
        self._transport.send("DELETE", f"/v1/applications/{_id(id)}/keys/{_id(key)}")


class SimplefinTokens(_Resource):
    """Setup tokens of SimpleFIN."""

    def create(self, request: Union[T.SimplefinTokenRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.CreatedSimplefinToken:
        return self._json("POST", "/v1/simplefin_tokens", T.CreatedSimplefinToken, body=request, idempotency_key=idempotency_key)

    def list(self, *, person: Optional[str] = None, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.SimplefinToken]:
        return self._list("/v1/simplefin_tokens", T.SimplefinToken, {"person": person, "limit": limit}, after)

    def get(self, id: str) -> T.SimplefinToken:
        return self._json("GET", f"/v1/simplefin_tokens/{_id(id)}", T.SimplefinToken)

    def delete(self, id: str) -> None:
        self._transport.send("DELETE", f"/v1/simplefin_tokens/{_id(id)}")


class Sandbox(_Resource):
    """Only on a sandbox: make-believe persons, and a clock that can be moved."""

    def link(self, request: Union[T.SandboxLinkRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.SandboxLink:
        """Links a make-believe person without a browser."""
        return self._json("POST", "/v1/sandbox/links", T.SandboxLink, body=request, idempotency_key=idempotency_key)

    def clock(self) -> T.Clock:
        return self._json("GET", "/v1/sandbox/clock", T.Clock)

    def advance(self, request: Union[T.AdvanceRequest, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> T.Advance:
        """Lets time pass."""
        return self._json("POST", "/v1/sandbox/clock/advance", T.Advance, body=request, idempotency_key=idempotency_key)

    def cancel_advance(self) -> T.CancelledAdvances:
        return self._json("DELETE", "/v1/sandbox/clock/advance", T.CancelledAdvances)

    def approvals(self, *, after: Optional[str] = None, limit: Optional[int] = None) -> Pages[T.Approval]:
        """What waits for a person's approval in a make-believe app."""
        return self._list("/v1/sandbox/approvals", T.Approval, {"limit": limit}, after)

    def decide(self, id: str, request: Union[T.ApprovalDecision, Mapping[str, Any]], *, idempotency_key: Optional[str] = None) -> None:
        self._transport.send("POST", f"/v1/sandbox/approvals/{_id(id)}", body=request, idempotency_key=idempotency_key)


class Fairlead:
    """Fairlead's API as one application. Every method raises a FairleadError where the answer is no success."""

    def __init__(
        self, url: str, *, client_id: str, client_secret: str, timeout: float = 60, max_retries: int = 2, max_retry_delay: float = 30
    ) -> None:
        self._transport = Transport(url, client_id, client_secret, timeout, max_retries, max_retry_delay)
        self.links = Links(self._transport)
        self.connections = Connections(self._transport)
        self.accounts = Accounts(self._transport)
        self.transactions = Transactions(self._transport)
        self.documents = Documents(self._transport)
        self.events = Events(self._transport)
        self.webhook_endpoints = WebhookEndpoints(self._transport)
        self.persons = Persons(self._transport)
        self.institutions = Institutions(self._transport)
        self.connectors = Connectors(self._transport)
        self.providers = Providers(self._transport)
        self.applications = Applications(self._transport)
        self.simplefin_tokens = SimplefinTokens(self._transport)
        self.sandbox = Sandbox(self._transport)

    def request(
        self, method: str, path: str, *, query: Optional[Mapping[str, Any]] = None, body: Any = None, idempotency_key: Optional[str] = None
    ) -> Any:
        """Calls an operation by its route, and returns its JSON as dictionaries and lists; None where it has none."""
        answer = self._transport.send(method.upper(), path, query=query, body=body, idempotency_key=idempotency_key)
        return loads(answer.content) if answer.content else None
