# Generated from docs/openapi.json by `make generate`. Do not edit.
"""What the API sends and takes. Fields that are not there are None."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Dict, List, Optional, Union


@dataclass
class Money:
    """What can be spent now.

    An exact amount.

    What is there and cannot be spent.

    What is booked. Of a card or loan, negative is owed.

    What is invested automatically and comes back when it is needed.

    The credit limit.

    The overdraft that is agreed.

    What is overdrawn beyond the agreed overdraft.

    What is used of the agreed overdraft.

    What is used of the limit.

    How much: positive is owed.

    The least that is to be paid. Absent where the institution does not say.

    How much: positive.

    What is owed: positive.

    What it cost. Absent where the institution does not say.

    Its value before tax. Absent where the institution does not say.

    Its value after tax. Absent where the institution does not say.

    The price of one. Absent where the institution does not say.

    What the position is worth.

    The amount: positive is money in.

    Fees in it. Absent where the institution does not say.

    Tax withheld in it. Absent where the institution does not say.

    What was lent: positive. Absent where the institution does not say.

    What it is worth: positive.

    What one is. Absent where they differ or the institution does not say.

    What is still owed: positive.

    The balance that the file gives. Absent where it gives none.

    What comes in, in all. Absent where the file has no transactions.

    What goes out, in all: zero or negative. Absent where the file has no transactions.

    The amount in the account's currency: positive is money in.

    The account's balance after it. Absent where the institution gives none.

    The amount in the currency in which it was made. Absent where that is the account's.
    """
    amount: Decimal
    currency: str
    """ISO 4217 code, of three letters."""


@dataclass
class Balances:
    """Its balances. One that the institution does not give is absent, never zero.

    What is on an account. A balance that the institution does not give is absent, never zero.
    """
    as_of: Optional[datetime.datetime] = None
    available: Optional[Money] = None
    """What can be spent now."""

    blocked: Optional[Money] = None
    """What is there and cannot be spent."""

    current: Optional[Money] = None
    """What is booked. Of a card or loan, negative is owed."""

    invested: Optional[Money] = None
    """What is invested automatically and comes back when it is needed."""

    limit: Optional[Money] = None
    """The credit limit."""

    overdraft_contracted: Optional[Money] = None
    """The overdraft that is agreed."""

    overdraft_unarranged: Optional[Money] = None
    """What is overdrawn beyond the agreed overdraft."""

    overdraft_used: Optional[Money] = None
    """What is used of the agreed overdraft."""

    used: Optional[Money] = None
    """What is used of the limit."""


@dataclass
class Holder:
    """Somebody an account belongs to."""

    name: str
    """The name."""

    role: str
    """The part that they have: `owner`, `joint`, `authorised` or `company`."""


@dataclass
class AccountNumbers:
    """The numbers that it is paid under. Sealed: only with `?numbers=true`.

    The numbers that an account is paid under. What an institution does not give is absent.
    """
    bic: Optional[str] = None
    """BIC, also called SWIFT code."""

    branch: Optional[str] = None
    """The branch's number."""

    check_digit: Optional[str] = None
    """The check digit of the number, in Brazil."""

    compe: Optional[str] = None
    """COMPE code of the bank, in Brazil."""

    iban: Optional[str] = None
    """IBAN."""

    ispb: Optional[str] = None
    """ISPB code of the bank, in Brazil."""

    number: Optional[str] = None
    """The account's number."""

    pan: Optional[str] = None
    """Card number, masked by the institution."""

    routing: Optional[str] = None
    """ABA routing number, in the United States."""

    sort_code: Optional[str] = None
    """Sort code, in the United Kingdom."""


@dataclass
class Account:
    """An account at an institution."""

    balances: Balances
    """Its balances. One that the institution does not give is absent, never zero."""

    connection_id: str
    """The connection it belongs to."""

    currency: str
    """ISO 4217 code of the currency, of three letters."""

    id: str
    """Id of the account. It stays the same when the connection is renewed."""

    name: str
    """What the institution or the person calls it."""

    type: str
    """The broad type of the account."""

    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    holders: Optional[List[Holder]] = None
    """Whom it belongs to. Absent where the institution does not say."""

    mask: Optional[str] = None
    """The last digits of the number, for people to recognise it by. Absent where the
    institution gives no number.
    """
    numbers: Optional[AccountNumbers] = None
    """The numbers that it is paid under. Sealed: only with `?numbers=true`."""

    official_name: Optional[str] = None
    """The institution's name of the product. Absent where it gives none."""

    opened_on: Optional[datetime.date] = None
    status: Optional[str] = None
    """`open`, `closed` or `blocked`. Absent where the institution does not say."""

    subtype: Optional[str] = None
    """A finer word than `type`, as the institution's format has it. Absent where it gives none."""


@dataclass
class AccountList:
    """A page of a list, each item of the shape Account."""

    data: List[Account]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class AccountRelation:
    """The person's part in an account."""

    role: str
    """The part: `owner`, `joint`, `authorised` or `company`."""

    account_id: Optional[str] = None
    """The account. Absent where it is not among those that are shared."""


@dataclass
class Address:
    """A postal address."""

    country: str
    """ISO 3166 code of the country, of two letters."""

    lines: List[str]
    """Street, number and the like, as they are written."""

    city: Optional[str] = None
    """The city. Absent where the institution does not say."""

    postcode: Optional[str] = None
    """The postal code. Absent where the institution does not say."""

    region: Optional[str] = None
    """The state or province. Absent where the institution does not say."""


@dataclass
class Advance:
    """How far the clock came."""

    now: datetime.datetime
    work_done: int
    """How many pieces of work were done on the way."""

    cancelled: Optional[bool] = None
    """`true` where the advance was cancelled on the way. Else absent."""


@dataclass
class AdvanceProgress:
    """How far an advance has come."""

    now: datetime.datetime
    to: datetime.datetime


@dataclass
class AdvanceRequest:
    """How far the clock is advanced: `by` or `to`."""

    by: Optional[str] = None
    """A span: days, hours, minutes and seconds, as in `30d`, `1d12h` or `90m`; at most ten
    years.
    """
    to: Optional[datetime.datetime] = None


@dataclass
class Application:
    """An application of your tenant."""

    callback_hosts: List[str]
    """Hosts that webhooks may be posted to. Empty: any that is reachable from the internet."""

    client_id: str
    """What it is called where a token is requested, and as the user of HTTP Basic."""

    company_name: str
    """The company's name, which people are shown."""

    created_at: datetime.datetime
    id: str
    """Id of the application."""

    name: str
    """Its name, unique in the tenant."""

    origins: List[str]
    """Exact origins whose pages may show a link in a frame: `https://app.example`."""

    redirect_hosts: List[str]
    """Where a redirect may lead: a host, an exact https address, or an app's scheme of the form
    `com.example.app:`.
    """
    accent: Optional[str] = None
    """The colour of its pages, as `#rrggbb`. Absent where it has none."""

    logo: Optional[str] = None
    """Its logo, as a `data:` URI. Absent where it has none."""

    privacy_url: Optional[str] = None
    """Your privacy notice, likewise."""

    settings: Optional[Dict[str, Any]] = None
    """Settings of dialects, by the dialect's name. Absent where all are defaults."""

    terms_url: Optional[str] = None
    """Your terms of use, shown to people before they begin."""


@dataclass
class ApplicationList:
    """A page of a list, each item of the shape Application."""

    data: List[Application]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class ApplicationRequest:
    """A new application."""

    name: str
    """Its name, unique in the tenant."""

    callback_hosts: Optional[List[str]] = None
    """Hosts that webhooks may be posted to. Empty: any that is reachable from the internet."""

    company_name: Optional[str] = None
    """The company's name, which people are shown."""

    origins: Optional[List[str]] = None
    """Exact origins whose pages may show a link in a frame: `https://app.example`."""

    privacy_url: Optional[str] = None
    """Your privacy notice, likewise."""

    redirect_hosts: Optional[List[str]] = None
    """Where a redirect may lead: a host, an exact https address, or an app's scheme of the form
    `com.example.app:`.
    """
    terms_url: Optional[str] = None
    """Your terms of use: an https page, shown to people before they begin. A link may name
    another.
    """


@dataclass
class ApplicationUpdate:
    """What changes of an application. What is absent stays as it is."""

    accent: Optional[str] = None
    """The colour of its pages, as `#rrggbb`. Text on it stays readable whatever it is."""

    callback_hosts: Optional[List[str]] = None
    """Hosts that webhooks may be posted to. Empty: any that is reachable from the internet."""

    company_name: Optional[str] = None
    """The company's name, which people are shown."""

    logo: Optional[str] = None
    """Its logo: a `data:` URI of a PNG, JPEG, GIF, WebP or SVG. Empty: none."""

    name: Optional[str] = None
    """Its name, unique in the tenant."""

    origins: Optional[List[str]] = None
    """Exact origins whose pages may show a link in a frame: `https://app.example`."""

    privacy_url: Optional[str] = None
    """Your privacy notice, likewise."""

    redirect_hosts: Optional[List[str]] = None
    """Where a redirect may lead: a host, an exact https address, or an app's scheme of the form
    `com.example.app:`.
    """
    terms_url: Optional[str] = None
    """Your terms of use: an https page, shown to people before they begin; empty: none. A link
    may name another.
    """


@dataclass
class Approval:
    """Something that waits for the simulated person to approve it on another device."""

    id: str
    """Id of the approval."""

    institution_id: str
    """The institution that waits."""

    requested_at: datetime.datetime
    user: str
    """The simulated person."""

    what: str
    """What is approved, such as `sign in`."""


@dataclass
class ApprovalDecision:
    """What the simulated person decides."""

    approve: bool
    """`true`: the person approves; `false`: the person declines."""


@dataclass
class ApprovalList:
    """A page of a list, each item of the shape Approval."""

    data: List[Approval]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class BillCharge:
    """A charge of a bill."""

    amount: Money
    """How much: positive is owed."""

    type: str
    """What for: `late_interest`, `fine`, `iof` and others, as the institution has it."""


@dataclass
class BillPayment:
    """Money that paid a bill."""

    amount: Money
    """How much: positive."""

    paid_on: Optional[datetime.date] = None


@dataclass
class Bill:
    """A billing cycle of a card."""

    account_id: str
    """The card's account."""

    connection_id: str
    """The connection it belongs to."""

    id: str
    """Id of the bill."""

    ref: str
    """The institution's id of it: transactions name it as `bill_ref`."""

    status: str
    """`open`, `closed` or `paid`."""

    total: Money
    """What is owed: positive."""

    charges: Optional[List[BillCharge]] = None
    """Charges of it, such as interest and fines. Absent where there are none."""

    closes_on: Optional[datetime.date] = None
    due_on: Optional[datetime.date] = None
    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    minimum: Optional[Money] = None
    """The least that is to be paid. Absent where the institution does not say."""

    payments: Optional[List[BillPayment]] = None
    """What paid it. Absent where there is nothing."""


@dataclass
class BillList:
    """A page of a list, each item of the shape Bill."""

    data: List[Bill]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class CancelledAdvances:
    """What was cancelled."""

    cancelled: int
    """How many advances were under way on this server."""


@dataclass
class Change:
    """What happened to a record."""

    change: str
    """What happened to it."""

    id: str
    """Id of the record."""

    type: str
    """What sort of record."""

    version: int
    """Counts the versions of this record, from 1."""

    account_id: Optional[str] = None
    """The account that the record belongs to. Absent where it belongs to none."""

    record: Any = None
    """The record as it is now, in the shape of its type. Absent when it was removed."""


@dataclass
class ChangeList:
    """A page of the feed of changes, in the order of commit."""

    data: List[Change]
    """The changes; empty where there are none yet."""

    next: str
    """Cursor for the next request: send it as `after`. It is always given and never expires."""


@dataclass
class Clock:
    """The tenant's own time."""

    frozen: bool
    """Whether it stands still until it is advanced."""

    now: datetime.datetime


@dataclass
class OfferedAccount:
    """An account that a file has and the connection does not."""

    transactions: int
    """How many transactions the file has of it."""

    type: str
    """The broad type of the account."""

    currency: Optional[str] = None
    """ISO 4217 code of its currency. Absent where the file does not say."""

    from_: Optional[datetime.date] = None
    holdings: Optional[int] = None
    """How many holdings the file has of it. Absent: none."""

    investment_transactions: Optional[int] = None
    """How many movements of investments the file has of it. Absent: none."""

    mask: Optional[str] = None
    """The last digits of the number, for people to recognise it by. Absent where the
    institution gives no number.
    """
    to: Optional[datetime.date] = None


@dataclass
class FieldError:
    """A field that is wrong."""

    code: str
    """What is wrong, as a word for programs: `required`, `format`, `range`, `unknown`,
    `exclusive` and others.
    """
    name: str
    """Its dotted path in the body, or the name of the parameter or header: `hints.email`."""

    reason: str
    """What is expected of it, as the end of a sentence: `must be given`. Never what was
    submitted.
    """


@dataclass
class FileWarning:
    """Where an uploaded file is wrong. Absent where it is not about a file.

    Where an uploaded file is in doubt. It repeats nothing of the file.
    """
    reason: str
    """What is expected, as the end of a sentence: `must be a date of the form YYYYMMDD`."""

    field: Optional[str] = None
    """The field, as the format calls it: `DTPOSTED`. Absent where it is about none."""

    file: Optional[str] = None
    """Name of the file. Absent unless several came in an archive."""

    kind: Optional[str] = None
    """What is in doubt. Absent where no word fits."""

    line: Optional[int] = None
    """The line, from 1. Absent where the format has none."""


@dataclass
class Problem:
    """What is wrong, since when, and who must act.

    Why it failed. Absent where it did not.

    What keeps the data, or a part of it, from coming, and who must act. Absent where nothing
    does.

    Why the last collection of it failed. Absent where it did not.

    Why its bytes could not be fetched. Absent where they could.

    What is wrong now, or was at the end. Absent where nothing is.

    Why the last reading failed; what was there stays. Absent where it did not.

    What the last call met, and who must act. Absent where it met nothing.
    """
    actor: str
    """Who must act for it to go away."""

    kind: str
    """What went wrong."""

    started_at: datetime.datetime
    account_ids: Optional[List[str]] = None
    """The accounts that it concerns, as far as they are stored. Absent: all."""

    code: Optional[str] = None
    """A finer word of the connector's, such as `accounts_unclear`. Absent where there is none."""

    detail: Optional[str] = None
    """A sentence for people: what the institution says, or what is wrong with an uploaded file.
    Absent where there is none.
    """
    fields: Optional[List[FieldError]] = None
    """The questions that an uploaded file leaves open: upload it again with `answer` for each.
    Absent where there are none.
    """
    file: Optional[FileWarning] = None
    """Where an uploaded file is wrong. Absent where it is not about a file."""

    product: Optional[str] = None
    """The product that it concerns. Absent: the whole connection or file."""

    retry_at: Optional[datetime.datetime] = None
    where: Optional[str] = None
    """Where the actor acts: `link` (a link with this `connection_id`), `institution` (at the
    institution's own site or app), or an address. Absent where there is nothing to do.
    """


@dataclass
class CollectionProduct:
    """What a collection brought of one product."""

    added: int
    """How many records are new."""

    changed: int
    """How many records have another version."""

    ended: bool
    """Whether it has ended: `false` while it runs or waits."""

    pages: int
    """How many pages were read at the institution."""

    removed: int
    """How many records are gone."""

    from_: Optional[datetime.date] = None
    missing: Optional[List[Problem]] = None
    """What is missing although the rest came, and who must act. Absent where nothing is."""

    problem: Optional[Problem] = None
    """Why it failed. Absent where it did not."""

    to: Optional[datetime.date] = None


@dataclass
class Collection:
    """One run of collecting."""

    cause: str
    """Why it ran."""

    connection_id: str
    """The connection it belongs to."""

    id: str
    """Id of the collection."""

    products: Dict[str, CollectionProduct]
    """What it brought, by product."""

    ended_at: Optional[datetime.datetime] = None
    file_name: Optional[str] = None
    """Of an upload: what the file is called. Else absent."""

    offered: Optional[List[OfferedAccount]] = None
    """Of an upload: accounts of the file that the connection does not have. Uploaded with
    `add_accounts=true` they are added. Absent where there are none.
    """
    started_at: Optional[datetime.datetime] = None
    undoes_id: Optional[str] = None
    """Of an undo: the upload. Else absent."""

    undone_by_id: Optional[str] = None
    """Of an upload: the collection that undoes it. Absent where none does."""

    warnings: Optional[List[FileWarning]] = None
    """Of an upload: what of the file was left out or is in doubt. Absent where nothing is."""


@dataclass
class CollectionList:
    """A page of a list, each item of the shape Collection."""

    data: List[Collection]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class ConnectionProduct:
    """How one product of a connection stands."""

    status: str
    """How it stands."""

    collected_at: Optional[datetime.datetime] = None
    data_as_of: Optional[datetime.datetime] = None
    from_: Optional[datetime.date] = None
    missing: Optional[List[Problem]] = None
    """What of the last collection is missing although the rest came, and who must act. What was
    there before stays. Absent where nothing is.
    """
    problem: Optional[Problem] = None
    """Why the last collection of it failed. Absent where it did not."""

    served_from: Optional[datetime.date] = None
    to: Optional[datetime.date] = None
    wanted_from: Optional[datetime.date] = None


@dataclass
class Connection:
    """A person at an institution, as last collected."""

    application_id: str
    """The application whose link made it."""

    created_at: datetime.datetime
    id: str
    """Id of the connection. It stays the same when the person renews it."""

    institution_id: str
    """The institution."""

    person: str
    """Your own reference of the person, as you gave it."""

    person_id: str
    """Our id of the person, which stays the same."""

    products: Dict[str, ConnectionProduct]
    """How each product stands."""

    status: str
    """How it stands."""

    collected_at: Optional[datetime.datetime] = None
    consent_id: Optional[str] = None
    """The consent that it rests on. Absent where it needs none."""

    data_as_of: Optional[datetime.datetime] = None
    ended_at: Optional[datetime.datetime] = None
    link_id: Optional[str] = None
    """The link that made or renewed it last. Absent where that link is erased."""

    next_run_at: Optional[datetime.datetime] = None
    problem: Optional[Problem] = None
    """What keeps the data, or a part of it, from coming, and who must act. Absent where nothing
    does.
    """
    refreshed_at: Optional[datetime.datetime] = None
    resets_at: Optional[datetime.datetime] = None


@dataclass
class ConnectionList:
    """A page of a list, each item of the shape Connection."""

    data: List[Connection]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class ConnectorField:
    """A field of a provider."""

    label: str
    """What the service's own pages call it."""

    name: str
    """Its name, as a key of `fields`."""

    required: bool
    """Whether it must be given."""

    type: str
    """What it takes."""

    choices: Optional[List[str]] = None
    """What may be chosen. Absent where anything may."""

    default: Optional[str] = None
    """What it is where it is left out. Absent where there is no default."""

    help: Optional[str] = None
    """A sentence about it. Absent where it needs none."""


@dataclass
class Connector:
    """A connector that reaches institutions through an account of yours at an outside service."""

    fields: List[ConnectorField]
    """What such an account is made of."""

    name: str
    """Its name, as `connector` of a provider."""

    title: str
    """What the service is called."""

    console: Optional[str] = None
    """Where its keys are found. Absent where there is no such page."""


@dataclass
class ConnectorList:
    """A page of a list, each item of the shape Connector."""

    data: List[Connector]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class ConsentChange:
    """A step in the life of a consent."""

    at: datetime.datetime
    status: str
    """The status that it took."""


@dataclass
class Consent:
    """What the person allowed, and until when."""

    created_at: datetime.datetime
    history: List[ConsentChange]
    """Every status that it had, oldest first."""

    id: str
    """Id of the consent."""

    institution_id: str
    """The institution."""

    link_id: str
    """The link in which the person agreed."""

    products: List[str]
    """What was requested."""

    status: str
    """How it stands."""

    connection_id: Optional[str] = None
    """The connection that rests on it. Absent before it was granted."""

    expires_at: Optional[datetime.datetime] = None
    granted: Optional[List[str]] = None
    """What was granted. Absent before it was."""

    granted_at: Optional[datetime.datetime] = None
    purpose: Optional[str] = None
    """Why the data is wanted, as it was shown to the person. Absent where the link gave none."""

    reason: Optional[str] = None
    """Why it failed or was rejected. Absent otherwise."""


@dataclass
class ConsentList:
    """A page of a list, each item of the shape Consent."""

    data: List[Consent]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class Counterparty:
    """The other side of a transaction. What the institution does not give is absent.

    The other side. Absent where the institution does not say.
    """
    account: Optional[str] = None
    """Its account's number there."""

    bank: Optional[str] = None
    """The code of its bank."""

    branch: Optional[str] = None
    """Its branch there."""

    iban: Optional[str] = None
    """Its IBAN."""

    name: Optional[str] = None
    """Its name."""

    tax_id: Optional[str] = None
    """Its tax id."""

    type: Optional[str] = None
    """Whether it is a natural person or a company."""


@dataclass
class CreatedKey:
    """A new key with its secret, which is shown only here."""

    created_at: datetime.datetime
    id: str
    """Id of the key."""

    last_four: str
    """The last four characters of its secret."""

    scopes: List[str]
    """What it may be used for."""

    secret: str
    """The client secret. Shown once."""

    expires_at: Optional[datetime.datetime] = None
    first_used_at: Optional[datetime.datetime] = None


@dataclass
class CreatedLink:
    """A new link with its token, which is shown only here."""

    expires_at: datetime.datetime
    id: str
    """Id of the link."""

    status: str
    """How it stands."""

    token: str
    """What link.js opens the page with. Shown once."""

    url: str
    """Address of the page: send the person there."""


@dataclass
class CreatedSimplefinToken:
    """A new token with its value, which is shown only here."""

    application_id: str
    """The application in whose name it is read."""

    connection_ids: List[str]
    """The connections that it reads. Empty: all that the person shares."""

    created_at: datetime.datetime
    expires_at: datetime.datetime
    id: str
    """Id of the token."""

    name: str
    """Name of the program."""

    person_id: str
    """Whose data is read."""

    setup_token: str
    """What the person pastes into the program. Shown once."""

    status: str
    """How it stands."""

    claimed_at: Optional[datetime.datetime] = None
    last_used_at: Optional[datetime.datetime] = None
    reused_at: Optional[datetime.datetime] = None
    revoked_at: Optional[datetime.datetime] = None


@dataclass
class DeliveryAttempt:
    """One attempt to post an event."""

    at: datetime.datetime
    duration_ms: int
    """How long it took, in milliseconds."""

    error: Optional[str] = None
    """Why no answer came. Absent where one did."""

    excerpt: Optional[str] = None
    """The beginning of your server's answer, at most 512 bytes. Absent where it was empty."""

    status_code: Optional[int] = None
    """The HTTP status that your server answered with. Absent where no answer came."""


@dataclass
class Delivery:
    """An event on its way to an endpoint."""

    attempts: List[DeliveryAttempt]
    """What was tried so far, oldest first."""

    event_id: str
    """The event: the `webhook-id` of its posts."""

    id: str
    """Id of the delivery."""

    status: str
    """How it stands."""

    url: str
    """The address that it is posted to."""

    next_at: Optional[datetime.datetime] = None


@dataclass
class DeliveryList:
    """A page of a list, each item of the shape Delivery."""

    data: List[Delivery]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class DocumentField:
    """A value that was read from a document."""

    certainty: int
    """How sure it is: 0 to 100; 100 when the institution itself said it."""

    value: str
    """The value, as text; amounts are exact decimal text."""


@dataclass
class Document:
    """A statement or tax form."""

    account_ids: List[str]
    """The accounts that it is about."""

    connection_id: str
    """The connection it belongs to."""

    file_name: str
    """What the file is called."""

    id: str
    """Id of the document."""

    media_type: str
    """Its media type, such as `application/pdf`."""

    revision: int
    """0 for the first, 1 for its correction, and so on."""

    size: int
    """How large it is, in bytes; 0 until it was fetched."""

    type: str
    """`statement`, `tax_form`, `contract` or `other`."""

    expires_at: Optional[datetime.datetime] = None
    fields: Optional[Dict[str, DocumentField]] = None
    """What was read from it, by name. Absent where nothing was."""

    form: Optional[str] = None
    """Which form: `1099-INT`, `informe-de-rendimentos` and others. Absent where it is none."""

    issued_on: Optional[datetime.date] = None
    period_from: Optional[datetime.date] = None
    period_to: Optional[datetime.date] = None
    problem: Optional[Problem] = None
    """Why its bytes could not be fetched. Absent where they could."""

    replaces_id: Optional[str] = None
    """The document that it corrects. Absent where it corrects none."""

    sha256: Optional[str] = None
    """SHA-256 of its bytes, in hexadecimal. Absent until it was fetched."""

    tax_year: Optional[int] = None
    """The year that it is for. Absent where it is no tax form."""

    url: Optional[str] = None
    """Where it can be downloaded without credentials until `expires_at`. Only when one document
    is read.
    """


@dataclass
class DocumentList:
    """A page of a list, each item of the shape Document."""

    data: List[Document]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class Error:
    """A refusal, as RFC 9457 has it. It never repeats a submitted value."""

    kind: str
    """What went wrong, as a word for programs."""

    status: int
    """The HTTP status, once more."""

    title: str
    """What the status says in words."""

    type: str
    """Where this server explains the kind: an address of its reference."""

    detail: Optional[str] = None
    """A sentence for the developer. Absent where `title` says it all."""

    fields: Optional[List[FieldError]] = None
    """Which fields are wrong, and what is expected of each. Absent where it is not about fields."""

    file: Optional[FileWarning] = None
    """Where an uploaded file is wrong. Absent where it is not about a file."""

    request_id: Optional[str] = None
    """Names the request in the server's log: the `Fairlead-Request-Id` of the answer."""


@dataclass
class EventData:
    """What it is about.

    What an event is about. Fields that do not belong to its type are absent.
    """
    actor: Optional[str] = None
    """Who must act. Absent where nobody must."""

    cause: Optional[str] = None
    """Why the collection ran. Only of what happened in one."""

    collection_id: Optional[str] = None
    """The collection in which it happened."""

    connection_id: Optional[str] = None
    """The connection; of `link.finished` the last of several."""

    consent_id: Optional[str] = None
    """The consent."""

    country: Optional[str] = None
    """Of institution.requested: where it is, ISO 3166 alpha-2."""

    counts: Optional[Dict[str, int]] = None
    """How many, by name: `connections` of a link, `added`, `changed` and `removed` of records,
    and per product of documents.
    """
    document_id: Optional[str] = None
    """The document, of `document.*`."""

    institution_id: Optional[str] = None
    """The institution."""

    link_id: Optional[str] = None
    """The link, or the one that made or renewed the connection last."""

    name: Optional[str] = None
    """Of institution.requested: the institution's name, as the person typed it."""

    person: Optional[str] = None
    """Your own reference of the person, as you gave it."""

    reason: Optional[str] = None
    """What went wrong. Absent where nothing did."""

    status: Optional[str] = None
    """How what the event is about stands now: the link's, connection's or consent's status; of
    `collection.finished` `ok`, `partial` or `failed`.
    """


@dataclass
class Event:
    """Something that happened. It is thin: ids and statuses, and no data of people. Read what
    it is about by the API.
    """
    application_id: str
    """The application that the event is for."""

    data: EventData
    """What it is about."""

    id: str
    """Id of the event: the `webhook-id` of its posts, and the same on every retry and when it
    is sent again.
    """
    sequence: int
    """Counts the tenant's events in the order of commit. It grows, with gaps."""

    timestamp: datetime.datetime
    type: str
    """What happened."""


@dataclass
class EventList:
    """A page of the feed of events, oldest first."""

    data: List[Event]
    """The events; empty where there are none yet."""

    next: str
    """Cursor for the next request: send it as `after`. It is always given and never expires."""


@dataclass
class EventMessage:
    """One message of a stream of server-sent events, which has no end. Lines that begin with a
    colon are comments, sent after 15 seconds without an event.
    """
    data: str
    """The event as one line of JSON."""

    event: str
    """The event's type."""

    id: str
    """Cursor: as `Last-Event-ID` (or `after`) the stream goes on behind this event. It never
    expires.
    """


@dataclass
class ExchangedConnection:
    """A connection that a link made or renewed."""

    id: str
    """Id of the connection."""

    institution_id: str
    """The institution."""

    person: str
    """Your own reference of the person, as you gave it."""


@dataclass
class Exchange:
    """What a code stands for."""

    connections: List[ExchangedConnection]
    """The connections that the link made or renewed."""

    link_id: str
    """The link at whose end the code was given."""


@dataclass
class ExchangeRequest:
    """The code at the end of a link."""

    code: str
    """The `code` of the redirect, or of `onSuccess`. It lives 60 seconds and works once."""


@dataclass
class Holding:
    """A position in a security."""

    account_id: str
    """The account it belongs to."""

    connection_id: str
    """The connection it belongs to."""

    id: str
    """Id of the holding."""

    quantity: Decimal
    type: str
    """As the `type` of a security."""

    value: Money
    """What the position is worth."""

    acquired_on: Optional[datetime.date] = None
    cost_basis: Optional[Money] = None
    """What it cost. Absent where the institution does not say."""

    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    gross: Optional[Money] = None
    """Its value before tax. Absent where the institution does not say."""

    matures_on: Optional[datetime.date] = None
    net: Optional[Money] = None
    """Its value after tax. Absent where the institution does not say."""

    priced_on: Optional[datetime.date] = None
    security_id: Optional[str] = None
    """The security. Absent where the institution names none."""

    subtype: Optional[str] = None
    """A finer word than `type`, as the institution's format has it. Absent where it gives none."""

    unit_price: Optional[Money] = None
    """The price of one. Absent where the institution does not say."""


@dataclass
class HoldingList:
    """A page of a list, each item of the shape Holding."""

    data: List[Holding]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class TaxDocument:
    """A number by which a state knows somebody."""

    number: str
    """The number."""

    type: str
    """`cpf`, `cnpj`, `ssn`, `ein`, `nif`, `dni` or `passport`."""


@dataclass
class Identity:
    """Who the institution says the person is. Sealed where it is stored."""

    connection_id: str
    """The connection it belongs to."""

    id: str
    """Id of the identity."""

    names: List[str]
    """The names, the usual one first."""

    type: str
    """Whether it is a natural person or a company."""

    addresses: Optional[List[Address]] = None
    """Postal addresses. Absent where the institution gives none."""

    born_on: Optional[datetime.date] = None
    documents: Optional[List[TaxDocument]] = None
    """Numbers by which states know the person. Absent where the institution gives none."""

    emails: Optional[List[str]] = None
    """E-mail addresses. Absent where the institution gives none."""

    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    phones: Optional[List[str]] = None
    """Telephone numbers. Absent where the institution gives none."""

    relations: Optional[List[AccountRelation]] = None
    """The person's part in the accounts. Absent where the institution does not say."""


@dataclass
class IdentityList:
    """A page of a list, each item of the shape Identity."""

    data: List[Identity]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class Instalment:
    """Which of how many instalments.

    Which instalment it is. Absent where it is none.
    """
    number: int
    """Which, from 1."""

    of: int
    """Of how many."""


@dataclass
class InstitutionCode:
    """A code of an institution in a public directory."""

    scheme: str
    """The directory: `compe`, `ispb`, `bic`, `fid` or `routing`."""

    value: str
    """The code there."""


@dataclass
class Institution:
    """A bank or broker."""

    health: str
    """How it is doing."""

    id: str
    """Id of the institution."""

    logins: List[str]
    """How a person proves there who they are."""

    name: str
    """Its name, as people know it."""

    products: List[str]
    """What it offers."""

    codes: Optional[List[InstitutionCode]] = None
    """Its codes in public directories. Absent where none is known."""

    colour: Optional[str] = None
    """Its colour, as `#rrggbb`. Absent where none is known."""

    country: Optional[str] = None
    """ISO 3166 code of its country, of two letters. Absent: it is of no country."""

    gone_at: Optional[datetime.datetime] = None
    logo: Optional[str] = None
    """Its logo, as the text of an SVG. Absent where there is none."""

    logo_url: Optional[str] = None
    """Address of its logo on this server, a PNG. Absent where there is an SVG, or no logo."""

    provider_id: Optional[str] = None
    """Which of the tenant's providers reaches it. Absent: no provider is needed."""

    short_name: Optional[str] = None
    """A short name, which is taken wherever its id is. Absent where it has none."""

    website: Optional[str] = None
    """Its home page. Absent where none is known."""


@dataclass
class InstitutionList:
    """A page of a list, each item of the shape Institution."""

    data: List[Institution]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class InvestmentTransaction:
    """A movement in an investment account."""

    account_id: str
    """The account it belongs to."""

    amount: Money
    """The amount: positive is money in."""

    connection_id: str
    """The connection it belongs to."""

    id: str
    """Id of the movement."""

    type: str
    """`buy`, `sell`, `dividend`, `interest`, `fee`, `tax`, `transfer`, `split`, `contribution`,
    `withdrawal` or `other`.
    """
    description: Optional[str] = None
    """What the institution says of it. Absent where it says nothing."""

    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    fees: Optional[Money] = None
    """Fees in it. Absent where the institution does not say."""

    price: Optional[Money] = None
    """The price of one. Absent where the institution does not say."""

    quantity: Optional[Decimal] = None
    security_id: Optional[str] = None
    """The security. Absent where it is about none."""

    settled_on: Optional[datetime.date] = None
    tax_withheld: Optional[Money] = None
    """Tax withheld in it. Absent where the institution does not say."""

    traded_on: Optional[datetime.date] = None


@dataclass
class InvestmentTransactionList:
    """A page of a list, each item of the shape InvestmentTransaction."""

    data: List[InvestmentTransaction]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class Key:
    """A key of an application. Its secret is not shown again."""

    created_at: datetime.datetime
    id: str
    """Id of the key."""

    last_four: str
    """The last four characters of its secret."""

    scopes: List[str]
    """What it may be used for."""

    expires_at: Optional[datetime.datetime] = None
    first_used_at: Optional[datetime.datetime] = None


@dataclass
class KeyList:
    """A page of a list, each item of the shape Key."""

    data: List[Key]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class KeyRequest:
    """A new key. Without a body it has the scopes of whoever makes it, but `manage`, and does
    not expire.
    """
    expires_at: Optional[datetime.datetime] = None
    scopes: Optional[List[str]] = None
    """What it may be used for: at most what whoever makes it may. Absent: that, but `manage`."""


@dataclass
class Link:
    """An invitation to connect, and what came of it."""

    connection_ids: List[str]
    """The connections that it made or renewed."""

    created_at: datetime.datetime
    expires_at: datetime.datetime
    id: str
    """Id of the link."""

    person: str
    """Your own reference of the person, as you gave it."""

    stage: str
    """The step that the page shows, or showed last."""

    status: str
    """How it stands."""

    ended_at: Optional[datetime.datetime] = None
    institution_id: Optional[str] = None
    """The institution that the person chose last. Absent before that."""

    metadata: Any = None
    """Your own JSON, as you gave it. Absent where you gave none."""

    opened_at: Optional[datetime.datetime] = None
    problem: Optional[Problem] = None
    """What is wrong now, or was at the end. Absent where nothing is."""

    reason: Optional[str] = None
    """Why it failed, or what had gone wrong before the person left. Absent where nothing went
    wrong.
    """


@dataclass
class LinkList:
    """A page of a list, each item of the shape Link."""

    data: List[Link]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class PersonHints:
    """What you know of the person, so that they need not type it. Sealed, and deleted with the
    link.

    What you know of the person. Sealed, and deleted with the link.
    """
    business_tax_id: Optional[str] = None
    """Tax id of a company: CNPJ, EIN or CIF."""

    email: Optional[str] = None
    """E-mail address."""

    personal_tax_id: Optional[str] = None
    """Tax id of a natural person: CPF, SSN or NIF."""

    phone: Optional[str] = None
    """Telephone number, with the country's prefix: `+5511987654321`."""


@dataclass
class LinkRequest:
    """What a link invites to. Only `person` is needed: the person chooses the rest."""

    app_link: Optional[str] = None
    """Where an app on a phone is opened at the end, instead of `redirect_url`: a registered
    address or scheme of its own.
    """
    connection_id: Optional[str] = None
    """Update mode: the link renews this connection, with the institution that it has."""

    countries: Optional[List[str]] = None
    """Only institutions of these countries may be chosen: ISO 3166 codes of two letters."""

    expires_in: Optional[int] = None
    """Seconds until the link expires. Default: 1800."""

    hints: Optional[PersonHints] = None
    """What you know of the person, so that they need not type it. Sealed, and deleted with the
    link.
    """
    institution_id: Optional[str] = None
    """Id or short name of an institution: the person does not choose one."""

    institution_ids: Optional[List[str]] = None
    """Ids or short names of institutions: only these may be chosen."""

    language: Optional[str] = None
    """The page's language: `en`, `pt-BR` or `es`. Absent: the browser's."""

    metadata: Any = None
    """Any JSON of your own, at most 16 KiB. Given back with the link and to the page that shows
    it.
    """
    mode: Optional[str] = None
    """How the page meets the person. Default: `redirect`."""

    one_visit: Optional[bool] = None
    """Whether the link belongs to the browser that opens it first: in any other its address
    opens nothing. Default: `false`.
    """
    person: Optional[str] = None
    """Your own reference of the person: any text, such as the id of a customer. The person is
    made if new. Required unless `connection_id` is given.
    """
    privacy_url: Optional[str] = None
    """Your privacy notice, likewise."""

    products: Optional[List[str]] = None
    """What to collect. Absent: all that the institution offers."""

    purpose: Optional[str] = None
    """Why the data is wanted: shown to the person and stored with the consent."""

    redirect_url: Optional[str] = None
    """Where the browser goes at the end, with `link_id`, `status` and `code` (or `error`) in
    its query. On a host that is registered for the application, or exactly a registered
    address. Absent: the page itself says that all is done.
    """
    stages: Optional[List[str]] = None
    """The steps that the page shows. Default: all but `acceptance` and `retrieving`. Signing in
    cannot be left out.
    """
    terms_url: Optional[str] = None
    """Your terms of use: an https page, shown to the person before they begin; default: the
    application's.
    """


@dataclass
class LoanFee:
    """A fee of a contract."""

    amount: Money
    """How much: positive."""

    name: str
    """What it is for."""

    code: Optional[str] = None
    """The institution's code of it. Absent where it gives none."""


@dataclass
class LoanGuarantee:
    """What secures a loan."""

    amount: Money
    """What it is worth: positive."""

    type: str
    """What sort of security it is, as the institution has it."""

    subtype: Optional[str] = None
    """A finer word than `type`, as the institution's format has it. Absent where it gives none."""


@dataclass
class LoanInstalments:
    """Its instalments, summed up.

    The instalments of a loan, summed up.
    """
    due: int
    """How many are still to come."""

    overdue: int
    """How many are overdue."""

    paid: int
    """How many are paid."""

    total: int
    """How many there are in all."""

    amount: Optional[Money] = None
    """What one is. Absent where they differ or the institution does not say."""

    due_day: Optional[int] = None
    """The day of the month on which they are due, 1 to 31. Absent where the institution does
    not say.
    """
    periodicity: Optional[str] = None
    """How often one is due, such as `month`. Absent where the institution does not say."""


@dataclass
class LoanPayment:
    """A payment on a loan."""

    amount: Money
    """How much: positive."""

    ref: str
    """The institution's id of it."""

    number: Optional[int] = None
    """The instalment that it paid. Absent where the institution does not say."""

    paid_on: Optional[datetime.date] = None


@dataclass
class LoanRate:
    """A rate of a contract. Rates are fractions in decimal text: `0.0199` is 1.99 %."""

    period: str
    """What the rates are for: a `month` or a `year`."""

    effective: Optional[Decimal] = None
    index: Optional[str] = None
    """The index that they are added to, such as `CDI` or `IPCA`. Absent: none, the rate is
    fixed.
    """
    nominal: Optional[Decimal] = None
    type: Optional[str] = None
    """Which of them the contract states: `nominal` or `effective`. Absent where the institution
    does not say.
    """


@dataclass
class LoanInstalment:
    """An instalment of a loan."""

    amount: Money
    """How much: positive."""

    number: int
    """Which, from 1."""

    paid: bool
    """Whether it is paid."""

    due_on: Optional[datetime.date] = None


@dataclass
class Loan:
    """A credit contract."""

    connection_id: str
    """The connection it belongs to."""

    id: str
    """Id of the loan."""

    instalments: LoanInstalments
    """Its instalments, summed up."""

    name: str
    """What the institution calls it."""

    outstanding: Money
    """What is still owed: positive."""

    type: str
    """`loan`, `financing`, `overdraft`, `invoice_financing` or `mortgage`."""

    account_id: Optional[str] = None
    """Its account, where the institution shows it as one too. Else absent."""

    amortisation: Optional[str] = None
    """How it is paid off: `sac`, `price`, `sam` or `other`. Absent where the institution does
    not say.
    """
    amount: Optional[Money] = None
    """What was lent: positive. Absent where the institution does not say."""

    contract_number: Optional[str] = None
    """The number of the contract. Absent where the institution gives none."""

    contracted_on: Optional[datetime.date] = None
    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    fees: Optional[List[LoanFee]] = None
    """The fees of the contract. Absent where there are none."""

    guarantees: Optional[List[LoanGuarantee]] = None
    """What secures it. Absent where there is nothing."""

    matures_on: Optional[datetime.date] = None
    payments: Optional[List[LoanPayment]] = None
    """What was paid. Absent where the institution gives none."""

    rates: Optional[List[LoanRate]] = None
    """Its rates. Absent where the institution gives none."""

    schedule: Optional[List[LoanInstalment]] = None
    """Its instalments one by one. Absent where the institution gives none."""

    subtype: Optional[str] = None
    """A finer word than `type`, as the institution's format has it. Absent where it gives none."""

    total_cost: Optional[Decimal] = None


@dataclass
class LoanList:
    """A page of a list, each item of the shape Loan."""

    data: List[Loan]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class Person:
    """Somebody whose accounts are linked."""

    created_at: datetime.datetime
    id: str
    """Our id of the person. Addresses take it and your reference alike."""

    person: str
    """Your own reference of the person."""


@dataclass
class PersonList:
    """A page of a list, each item of the shape Person."""

    data: List[Person]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class Portal:
    """The person's own page, where they see what is shared and can end it."""

    expires_at: datetime.datetime
    url: str
    """Its address: send the person there. It works once."""


@dataclass
class PreviewAccount:
    """An account of an uploaded file."""

    known: bool
    """Whether the connection has it already."""

    ref: str
    """The institution's id that the account has or would have."""

    transactions: int
    """How many transactions the file has of it."""

    type: str
    """The broad type of the account."""

    balance: Optional[Money] = None
    """The balance that the file gives. Absent where it gives none."""

    balance_on: Optional[datetime.date] = None
    currency: Optional[str] = None
    """ISO 4217 code of its currency. Absent where the file does not say."""

    documents: Optional[int] = None
    """How many documents the file has of it. Absent: none."""

    from_: Optional[datetime.date] = None
    holdings: Optional[int] = None
    """How many holdings the file has of it. Absent: none."""

    in_: Optional[Money] = None
    """What comes in, in all. Absent where the file has no transactions."""

    investment_transactions: Optional[int] = None
    """How many movements of investments the file has of it. Absent: none."""

    mask: Optional[str] = None
    """The last digits of the number, for people to recognise it by. Absent where the
    institution gives no number.
    """
    name: Optional[str] = None
    """Its name. Absent where the file gives none."""

    out: Optional[Money] = None
    """What goes out, in all: zero or negative. Absent where the file has no transactions."""

    to: Optional[datetime.date] = None


@dataclass
class PreviewFile:
    """A file of an upload."""

    name: str
    """What it is called."""

    detail: Optional[str] = None
    """Why it cannot be read. Absent where it can."""

    format: Optional[str] = None
    """Its format, as people call it. Absent where it cannot be read."""


@dataclass
class PreviewRow:
    """A transaction of an uploaded file."""

    account_ref: str
    """The `ref` of its account."""

    amount: Money
    """The amount: positive is money in."""

    description: str
    """What the file says of it."""

    booked_on: Optional[datetime.date] = None


@dataclass
class ProviderDirectory:
    """How its list of institutions stands.

    How a provider's list of institutions stands. It is read once a day.
    """
    institutions: int
    """How many the service listed when it was read last."""

    refreshing: bool
    """Whether it is being read."""

    problem: Optional[Problem] = None
    """Why the last reading failed; what was there stays. Absent where it did not."""

    refreshed_at: Optional[datetime.datetime] = None


@dataclass
class ProviderSlots:
    """Connections that the service's plan allows for ever. Absent: no limit is known.

    Connections that a plan allows for ever.
    """
    left: int
    """How many are left."""

    limit: int
    """How many in all."""

    used: int
    """How many are used: ending a connection gives none back."""


@dataclass
class Provider:
    """An account of the operator's at an outside service."""

    connector: str
    """The connector that uses it."""

    created_at: datetime.datetime
    directory: ProviderDirectory
    """How its list of institutions stands."""

    environment: str
    """The tenant's: the keys of a sandbox tenant are those of the service's sandbox."""

    id: str
    """Id of the provider."""

    keys: Dict[str, str]
    """Secret fields, by name: the last four characters of each, or nothing of a short one."""

    priority: int
    """Where several providers reach one institution, the lowest is used."""

    settings: Dict[str, str]
    """Fields that are not secret, by name."""

    base: Optional[str] = None
    """Address of the service. Absent: the usual one."""

    keys_expire_at: Optional[datetime.datetime] = None
    problem: Optional[Problem] = None
    """What the last call met, and who must act. Absent where it met nothing."""

    redirect: Optional[str] = None
    """Whether the service knows this server's return address: `registered` or `missing`. Absent
    where it does not say.
    """
    resets_at: Optional[datetime.datetime] = None
    slots: Optional[ProviderSlots] = None
    """Connections that the service's plan allows for ever. Absent: no limit is known."""

    tried_at: Optional[datetime.datetime] = None


@dataclass
class ProviderList:
    """A page of a list, each item of the shape Provider."""

    data: List[Provider]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class ProviderRequest:
    """A provider. Where the tenant has one of the connector already, it is changed."""

    connector: str
    """Name of a connector, as `GET /v1/connectors` lists them."""

    base: Optional[str] = None
    """Another address of the service. Empty: the usual one."""

    fields: Optional[Dict[str, str]] = None
    """The connector's fields, by name. An empty text takes one back. Keys are tried at the
    service before they are stored, and are never shown again.
    """
    priority: Optional[int] = None
    """Where several providers reach one institution, the lowest is used."""


@dataclass
class ProviderUpdate:
    """What changes of a provider. What is absent stays as it is."""

    base: Optional[str] = None
    """Another address of the service. Empty: the usual one."""

    fields: Optional[Dict[str, str]] = None
    """The connector's fields, by name. An empty text takes one back. Keys are tried at the
    service before they are stored, and are never shown again.
    """
    priority: Optional[int] = None
    """Where several providers reach one institution, the lowest is used."""


@dataclass
class Resend:
    """What is sent again."""

    deliveries: int
    """How many new deliveries there are."""


@dataclass
class ResendRequest:
    """Which events are sent again, and where to."""

    from_: datetime.datetime
    to: datetime.datetime
    endpoint_id: Optional[str] = None
    """Only to this endpoint. Absent: wherever each went."""

    url: Optional[str] = None
    """Only to this address. Absent: wherever each went."""


@dataclass
class RevokeRequest:
    """A token that is to end, with the credentials of its client."""

    token: str
    """The token."""

    client_id: Optional[str] = None
    """The application's `client_id`. Absent where it comes as HTTP Basic."""

    client_secret: Optional[str] = None
    """The secret of one of its keys. Absent where it comes as HTTP Basic."""

    token_type_hint: Optional[str] = None
    """What sort of token it is. There is one sort: it may be left out."""


@dataclass
class SandboxLink:
    """What the redirect would have carried."""

    link_id: str
    """The link."""

    status: str
    """How the link ended."""

    code: Optional[str] = None
    """The code, for `POST /v1/links/exchange`. Absent where the link made no connection."""

    connection_id: Optional[str] = None
    """The connection that it made. Absent where it made none."""

    connection_status: Optional[str] = None
    """How the connection stands: `collecting` while its first collection has not ended. Absent
    as `connection_id`.
    """
    error: Optional[str] = None
    """What went wrong. Absent where nothing did."""


@dataclass
class SandboxLinkRequest:
    """A simulated person who goes through a link without a page."""

    institution_id: str
    """Id or short name of an institution of the sandbox: `harbor`, `farol` and others."""

    password: Optional[str] = None
    """A word that says what happens, from the list of the sandbox's guide; of the user `custom`
    the document that says what there is. Default: the user.
    """
    person: Optional[str] = None
    """Your own reference of the person. Default: the user."""

    products: Optional[List[str]] = None
    """What to collect. Absent: all that the institution offers."""

    user: Optional[str] = None
    """The simulated person, with a suffix for another one of the same sort: `good+alice`.
    Default: `good`.
    """
    wait: Optional[int] = None
    """How many seconds to wait for the end of the first collection before answering. Default: 0."""


@dataclass
class Security:
    """What a position is held in."""

    currency: str
    """ISO 4217 code of the currency in which it is priced."""

    id: str
    """Id of the security."""

    name: str
    """Its name."""

    type: str
    """`equity`, `etf`, `fund`, `fixed_income`, `treasury`, `pension`, `derivative`, `crypto`,
    `cash` or `other`.
    """
    cusip: Optional[str] = None
    """CUSIP. Absent where the institution gives none."""

    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    isin: Optional[str] = None
    """ISIN. Absent where the institution gives none."""

    issuer: Optional[str] = None
    """Who issued it. Absent where the institution does not say."""

    subtype: Optional[str] = None
    """A finer word than `type`, as the institution's format has it. Absent where it gives none."""

    ticker: Optional[str] = None
    """The symbol under which it is traded. Absent where the institution gives none."""


@dataclass
class SecurityList:
    """A page of a list, each item of the shape Security."""

    data: List[Security]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class SimplefinToken:
    """A token by which a program of the person's reads what the person shares."""

    application_id: str
    """The application in whose name it is read."""

    connection_ids: List[str]
    """The connections that it reads. Empty: all that the person shares."""

    created_at: datetime.datetime
    expires_at: datetime.datetime
    id: str
    """Id of the token."""

    name: str
    """Name of the program."""

    person_id: str
    """Whose data is read."""

    status: str
    """How it stands."""

    claimed_at: Optional[datetime.datetime] = None
    last_used_at: Optional[datetime.datetime] = None
    reused_at: Optional[datetime.datetime] = None
    revoked_at: Optional[datetime.datetime] = None


@dataclass
class SimplefinTokenList:
    """A page of a list, each item of the shape SimplefinToken."""

    data: List[SimplefinToken]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class SimplefinTokenRequest:
    """A token for a program of the person's."""

    person: str
    """Id or reference of the person whose data is read."""

    connection_ids: Optional[List[str]] = None
    """The connections that it reads. Absent or empty: all that the person shares, those linked
    later too.
    """
    expires_in: Optional[int] = None
    """Seconds in which it must be claimed. Default: a week."""

    name: Optional[str] = None
    """Name of the program, as the person knows it. Default: `SimpleFIN`."""


@dataclass
class Token:
    """A bearer token."""

    access_token: str
    """The token, for `Authorization: Bearer …`."""

    expires_in: int
    """In how many seconds it ends: 1800."""

    scope: str
    """The scopes that it has, with spaces between."""

    token_type: str
    """Always `Bearer`."""


@dataclass
class TokenRequest:
    """Client credentials: in the body, or as HTTP Basic, which goes before."""

    grant_type: str
    """Always `client_credentials`."""

    client_id: Optional[str] = None
    """The application's `client_id`. Absent where it comes as HTTP Basic."""

    client_secret: Optional[str] = None
    """The secret of one of its keys. Absent where it comes as HTTP Basic."""

    scope: Optional[str] = None
    """Words of `read`, `link`, `collect`, `manage` and `erase`, with spaces between. Absent:
    all that the key has.
    """


@dataclass
class Transaction:
    """A movement on an account, from pending to posted to corrected."""

    account_id: str
    """The account it belongs to."""

    amount: Money
    """The amount in the account's currency: positive is money in."""

    connection_id: str
    """The connection it belongs to."""

    description: str
    """What it was, tidied."""

    id: str
    """Id of the transaction. It stays the same from pending to posted to corrected."""

    status: str
    """Where it stands in its life."""

    version: int
    """Counts its versions, from 1."""

    balance_after: Optional[Money] = None
    """The account's balance after it. Absent where the institution gives none."""

    bill_ref: Optional[str] = None
    """The `ref` of the card bill that it is on. Absent where it is on none."""

    booked_on: Optional[datetime.date] = None
    card_mask: Optional[str] = None
    """The last digits of the card. Absent where it was made with none."""

    category: Optional[str] = None
    """The institution's own category; never guessed. Absent where it gives none."""

    changed_at: Optional[datetime.datetime] = None
    check_number: Optional[str] = None
    """The number of the cheque. Absent where it is none."""

    counterparty: Optional[Counterparty] = None
    """The other side. Absent where the institution does not say."""

    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    foreign_amount: Optional[Money] = None
    """The amount in the currency in which it was made. Absent where that is the account's."""

    instalment: Optional[Instalment] = None
    """Which instalment it is. Absent where it is none."""

    mcc: Optional[str] = None
    """Merchant category code (ISO 18245), of four digits. Absent where the institution gives
    none.
    """
    original_description: Optional[str] = None
    """What the institution says of it, unchanged. Absent where it is the same."""

    rate: Optional[Decimal] = None
    transacted_at: Optional[datetime.datetime] = None
    type: Optional[str] = None
    """`card`, `transfer`, `pix`, `ted`, `boleto`, `fee`, `interest`, `cash`, `salary`,
    `direct_debit`, `cheque`, `refund`, `payment` or `other`. Absent where the institution
    does not say.
    """
    value_on: Optional[datetime.date] = None


@dataclass
class TransactionList:
    """A page of a list, each item of the shape Transaction."""

    data: List[Transaction]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class TransactionWithVersions:
    """A transaction with what it was before."""

    account_id: str
    """The account it belongs to."""

    amount: Money
    """The amount in the account's currency: positive is money in."""

    connection_id: str
    """The connection it belongs to."""

    description: str
    """What it was, tidied."""

    id: str
    """Id of the transaction. It stays the same from pending to posted to corrected."""

    status: str
    """Where it stands in its life."""

    version: int
    """Counts its versions, from 1."""

    versions: List[Transaction]
    """Every version of it, oldest first; the present one is the last."""

    balance_after: Optional[Money] = None
    """The account's balance after it. Absent where the institution gives none."""

    bill_ref: Optional[str] = None
    """The `ref` of the card bill that it is on. Absent where it is on none."""

    booked_on: Optional[datetime.date] = None
    card_mask: Optional[str] = None
    """The last digits of the card. Absent where it was made with none."""

    category: Optional[str] = None
    """The institution's own category; never guessed. Absent where it gives none."""

    changed_at: Optional[datetime.datetime] = None
    check_number: Optional[str] = None
    """The number of the cheque. Absent where it is none."""

    counterparty: Optional[Counterparty] = None
    """The other side. Absent where the institution does not say."""

    extra: Optional[Dict[str, Any]] = None
    """What the institution sends beyond these fields, by the name of the standard that it comes
    from, such as `ofx.FITID`. Decimals in it are text.
    """
    foreign_amount: Optional[Money] = None
    """The amount in the currency in which it was made. Absent where that is the account's."""

    instalment: Optional[Instalment] = None
    """Which instalment it is. Absent where it is none."""

    mcc: Optional[str] = None
    """Merchant category code (ISO 18245), of four digits. Absent where the institution gives
    none.
    """
    original_description: Optional[str] = None
    """What the institution says of it, unchanged. Absent where it is the same."""

    rate: Optional[Decimal] = None
    transacted_at: Optional[datetime.datetime] = None
    type: Optional[str] = None
    """`card`, `transfer`, `pix`, `ted`, `boleto`, `fee`, `interest`, `cash`, `salary`,
    `direct_debit`, `cheque`, `refund`, `payment` or `other`. Absent where the institution
    does not say.
    """
    value_on: Optional[datetime.date] = None


@dataclass
class UploadPreview:
    """What an uploaded file would bring. Nothing of it is stored."""

    accounts: List[PreviewAccount]
    """The accounts that it has."""

    files: List[PreviewFile]
    """The file, or each file of an archive."""

    more_warnings: Optional[int] = None
    """How many warnings there are beyond those listed. Absent: none."""

    rows: Optional[List[PreviewRow]] = None
    """The first few transactions. Absent where there are none."""

    warnings: Optional[List[FileWarning]] = None
    """What would be left out or is in doubt. Absent where nothing is."""


@dataclass
class WebhookEndpoint:
    """An address of yours to which events are posted."""

    created_at: datetime.datetime
    id: str
    """Id of the endpoint."""

    status: str
    """How it stands: `active`; `failing`, while attempts fail and are retried; `disabled`, when
    nothing is posted.
    """
    types: List[str]
    """The types of events that are posted. Empty: all."""

    url: str
    """Where events are posted."""

    disabled_because: Optional[str] = None
    """Why nothing is posted: `requested` by the application, or the endpoint answered 410
    (`gone`). Absent unless `status` is `disabled`.
    """


@dataclass
class WebhookEndpointList:
    """A page of a list, each item of the shape WebhookEndpoint."""

    data: List[WebhookEndpoint]
    """The page's items; empty where there are none."""

    next: Optional[str] = None
    """Cursor of the next page: send it as `after`. `null` on the last page."""


@dataclass
class WebhookEndpointRequest:
    """An address of yours for events."""

    url: str
    """Where events are posted: https, and reachable from the internet (in a sandbox of this
    machine, loopback too).
    """
    types: Optional[List[str]] = None
    """The types of events to post. Absent or empty: all, those of later versions included."""


@dataclass
class WebhookEndpointUpdate:
    """What changes of an endpoint. What is absent stays as it is."""

    disabled: Optional[bool] = None
    """`true`: nothing is posted any more; `false`: posting goes on, with what happens from then
    on.
    """
    types: Optional[List[str]] = None
    """The types of events to post. Empty: all."""

    url: Optional[str] = None
    """Where events are posted."""


@dataclass
class WebhookEndpointWithSecret:
    """An endpoint with its secret, which is shown only here."""

    created_at: datetime.datetime
    id: str
    """Id of the endpoint."""

    secret: str
    """Signs what is posted, as Standard Webhooks says: `whsec_` and the base64 of the key.
    Shown once.
    """
    status: str
    """How it stands: `active`; `failing`, while attempts fail and are retried; `disabled`, when
    nothing is posted.
    """
    types: List[str]
    """The types of events that are posted. Empty: all."""

    url: str
    """Where events are posted."""

    disabled_because: Optional[str] = None
    """Why nothing is posted: `requested` by the application, or the endpoint answered 410
    (`gone`). Absent unless `status` is `disabled`.
    """
