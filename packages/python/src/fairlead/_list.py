"""Lists that fetch their pages as they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Generic, Iterator, List, Optional, TypeVar

T = TypeVar("T")


@dataclass
class Page(Generic[T]):
    """One page. next is where the next one begins, None at the end; a feed always has one."""

    data: List[T]
    next: Optional[str] = None


class Pages(Generic[T]):
    """Iterate over it for everything, over pages() for page after page; page() is the first alone."""

    def __init__(self, fetch: Callable[[Optional[str]], Page[T]], after: Optional[str] = None, forever: bool = False) -> None:
        self._fetch, self._after, self._forever = fetch, after, forever

    def page(self) -> Page[T]:
        return self._fetch(self._after)

    def pages(self) -> Iterator[Page[T]]:
        after = self._after
        while True:
            page = self._fetch(after)
            stays = not page.data or page.next == after
            if page.data or not self._forever:
                yield page
            if page.next is None or (stays and not self._forever):
                return
            after = page.next

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.data
