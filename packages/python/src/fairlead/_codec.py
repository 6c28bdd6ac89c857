"""Makes dataclasses of JSON, and JSON of dataclasses."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Dict, Type, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


@functools.lru_cache(maxsize=None)
def _hints(kind: Type[Any]) -> Dict[str, Any]:
    return {name.rstrip("_"): (name, hint) for name, hint in get_type_hints(kind).items()}


def decode(kind: Type[T], value: Any) -> T:
    """Fields that are not known are left out, those that are not there are None."""
    return cast(T, _decode(kind, value))


def _decode(kind: Any, value: Any) -> Any:
    if value is None or kind is Any:
        return value
    origin = get_origin(kind)
    if origin is Union:
        members = [member for member in get_args(kind) if member is not type(None)]
        return _decode(members[0], value) if len(members) == 1 else value
    if origin is list:
        return [_decode(get_args(kind)[0], element) for element in value]
    if origin is dict:
        return {key: _decode(get_args(kind)[1], element) for key, element in value.items()}
    if dataclasses.is_dataclass(kind):
        fields: Dict[str, Any] = {hint[0]: None for hint in _hints(cast(Any, kind)).values()}
        for name, element in value.items():
            if name in _hints(cast(Any, kind)):
                attribute, hint = _hints(cast(Any, kind))[name]
                fields[attribute] = _decode(hint, element)
        return cast(Any, kind)(**fields)
    if kind is Decimal:
        return Decimal(value)
    if kind is datetime.datetime:
        return _instant(value)
    if kind is datetime.date:
        return datetime.date.fromisoformat(value)
    return value


def _instant(text: str) -> datetime.datetime:
    """RFC 3339; digits beyond microseconds are cut off."""
    text = re.sub(r"(\.\d{1,6})\d*", lambda m: m.group(1).ljust(7, "0"), text)
    return datetime.datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))


def encode(value: Any) -> Any:
    """What json can write. Of a dataclass what is not None; of a mapping everything."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((f.name.rstrip("_"), getattr(value, f.name)) for f in dataclasses.fields(value))
        return {name: encode(element) for name, element in fields if element is not None}
    if isinstance(value, Mapping):
        return {key: encode(element) for key, element in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(element) for element in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise ValueError("an instant must have a time zone, like datetime.now(timezone.utc)")
        return value.isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def dumps(value: Any) -> bytes:
    return json.dumps(encode(value), ensure_ascii=False).encode()


def loads(text: bytes) -> Any:
    """JSON, where a number with a point is a Decimal."""
    return json.loads(text, parse_float=Decimal)


