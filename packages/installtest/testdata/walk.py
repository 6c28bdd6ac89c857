"""A walk through the API as an application's server does it."""

import base64
import datetime
import hmac
import json
import queue
import sys
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

from fairlead import (
    ExchangeRequest,
    Fairlead,
    InvalidRequestError,
    LinkRequest,
    NotFoundError,
    RateLimitError,
    SandboxLinkRequest,
    TransportError,
    WebhookEndpointRequest,
    WebhookError,
    verify_webhook,
)

config = json.load(sys.stdin)


def client(url=config["url"], **options):
    return Fairlead(url, client_id=config["id"], client_secret=config["secret"], **options)


def caught(kind, act):
    try:
        act()
    except kind as error:
        return error
    raise AssertionError(f"there was no {kind.__name__}")


received = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    """A receiver of webhooks, as an application has one."""

    def do_POST(self):
        received.put((self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


receiver = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()

fairlead = client()
endpoint = fairlead.webhook_endpoints.create(WebhookEndpointRequest(url=f"http://127.0.0.1:{receiver.server_port}/hook"))

# A link, by a server that is busy at first.
link = client(config["busy"]).links.create(LinkRequest(person=config["person"], institution_id="harbor"))
assert link.url.startswith("http") and link.expires_at > datetime.datetime.now(datetime.timezone.utc)
assert fairlead.links.get(link.id).status == "open"
assert fairlead.links.cancel(link.id).id == link.id

# Without its retries the first refusal is an error.
assert caught(RateLimitError, lambda: client(config["busy"], max_retries=0).connections.get("con_1")).retry_after == 1

# A change is not repeated: no key makes that safe.
caught(RateLimitError, lambda: client(config["busy"]).request("PATCH", "/v1/webhook_endpoints/whe_1", body={}, idempotency_key="a-key"))
assert "secret-word" not in str(caught(ValueError, lambda: client("http://anna:secret-word@127.0.0.1:9")))

# A make-believe person links; a mapping is taken for a request too.
made = fairlead.sandbox.link({"institution_id": "harbor", "person": config["person"], "wait": 60})
assert SandboxLinkRequest(institution_id="harbor").wait is None
connection = fairlead.links.exchange(ExchangeRequest(code=made.code)).connections[0]
assert connection.id == made.connection_id
assert len(list(fairlead.connections.accounts(connection.id))) >= 2

total, transactions = Decimal(0), 0
for t in fairlead.connections.transactions(connection.id, limit=100):
    assert isinstance(t.amount.amount, Decimal) and isinstance(t.booked_on, (datetime.date, type(None)))
    total, transactions = total + t.amount.amount, transactions + 1
pages = sum(1 for page in fairlead.connections.transactions(connection.id, limit=100).pages() if page.data)
first = fairlead.connections.transactions(connection.id, limit=100).page()
assert len(first.data) == 100
assert len(list(fairlead.connections.transactions(connection.id, limit=100, after=first.next))) == transactions - 100
day = first.data[0].booked_on or datetime.date.today()
assert all(t.booked_on is None or t.booked_on >= day for t in fairlead.connections.transactions(connection.id, from_=day))

document = next(iter(fairlead.connections.documents(connection.id)))
file = fairlead.documents.content(document.id)
assert (file.file_name, file.media_type) == (document.file_name, document.media_type)
with open("document", "wb") as out:
    out.write(file.bytes)

# A statement file goes as bytes; this bank takes none.
refused = caught(InvalidRequestError, lambda: fairlead.connections.preview(connection.id, b"Date,Amount\n2024-01-02,1.50\n", name="a.csv"))
assert refused.kind == "unsupported", refused

# Errors have types.
missing = caught(NotFoundError, lambda: fairlead.connections.get("con_unknown"))
assert missing.kind == "not_found" and missing.request_id.startswith("req_")
invalid = caught(InvalidRequestError, lambda: fairlead.links.create(LinkRequest(person="anna", products=["nonsense"])))
assert len(invalid.fields) == 1 and invalid.fields[0]["reason"], invalid.fields
nobody = caught(TransportError, lambda: client("http://127.0.0.1:9", max_retries=0).connections.get("con_1"))
assert config["secret"] not in str(nobody)

# Webhooks are verified as they arrive, and changed ones refused.
body, headers = received.get(timeout=60)
event = verify_webhook(body, headers, endpoint.secret)
lower = {name.lower(): value for name, value in headers.items()}
assert event.id == lower["webhook-id"]
assert verify_webhook(body.decode(), headers, ["whsec_b3RoZXI=", endpoint.secret]).id == event.id
later = int(lower["webhook-timestamp"]) + 301
caught(WebhookError, lambda: verify_webhook(body + b" ", headers, endpoint.secret))
caught(WebhookError, lambda: verify_webhook(body, {**lower, "webhook-id": "evt_other"}, endpoint.secret))
caught(WebhookError, lambda: verify_webhook(body, headers, "whsec_b3RoZXI="))
caught(WebhookError, lambda: verify_webhook(body, headers, endpoint.secret, now=later))
caught(WebhookError, lambda: verify_webhook(body, {}, endpoint.secret))
for wrong in ("whsec_", "whsec_???", ["", endpoint.secret]):
    caught(ValueError, lambda: verify_webhook(body, headers, wrong))
for text in ("null", "[]", "{}", '"event"', "{"):
    signed = hmac.new(b"other", f"evt_1.{lower['webhook-timestamp']}.{text}".encode(), "sha256").digest()
    changed = {**lower, "webhook-id": "evt_1", "webhook-signature": "v1," + base64.b64encode(signed).decode()}
    caught(WebhookError, lambda: verify_webhook(text, changed, "whsec_b3RoZXI="))
assert any(e.id == event.id for e in fairlead.events.list(limit=2))
for e in fairlead.events.follow():
    if e.id == event.id:
        break

print(json.dumps({"connection": connection.id, "transactions": transactions, "pages": pages, "total": str(total), "document": document.id, "file": "document"}))
