"""Pages of a list that may be a million rows long.

Three things make the usual paging slow: counting everything, skipping far, and the last page. Here a whole
table's count is PostgreSQL's own estimate, a filtered one stops at a bound, and pages are counted from
either end (``p=3`` from the start, ``p=-1`` is the last) but never deeper than the bound: who looks for row
500,000 wants a filter. docs/adr/0502 has the figures.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connections, models
from django.utils.translation import gettext as _

BOUND: Final = 10_000


@dataclass(frozen=True)
class Count:
    """How many rows there are, and how sure we are."""

    number: int
    is_exact: bool = True
    is_estimate: bool = False

    def __str__(self) -> str:
        if self.is_exact:
            return f"{self.number:,}"
        return (_("about %s") if self.is_estimate else _("more than %s")) % f"{self.number:,}"


def count_of(queryset: models.QuerySet[Any]) -> Count:
    """Count up to the bound; beyond it, say what PostgreSQL believes of the whole table, or just *more*."""
    number = queryset.order_by()[: BOUND + 1].count()
    if number <= BOUND:
        return Count(number)
    if queryset.query.where or queryset.query.distinct:
        return Count(BOUND, is_exact=False)
    estimate = _estimate(queryset)
    if estimate <= BOUND:  # a table that was never analysed
        return Count(BOUND, is_exact=False)
    return Count(_rounded(estimate), is_exact=False, is_estimate=True)


def _estimate(queryset: models.QuerySet[Any]) -> int:
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [queryset.model._meta.db_table]
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _rounded(number: int) -> int:
    """Three figures: more would claim to know."""
    step = 10 ** max(len(str(number)) - 3, 0)
    return int(round(number / step) * step)


@dataclass(frozen=True)
class Slice:
    """One page of rows, and where it stands."""

    rows: list[Any]
    page: int
    size: int
    count: Count

    @property
    def last_page(self) -> int:
        """The deepest page from either end."""
        return (
            max(-(-min(self.count.number, BOUND) // self.size), 1)
            if self.count.is_exact
            else BOUND // self.size
        )

    @property
    def next(self) -> int | None:
        if self.page < 0:
            return self.page + 1 or None
        return self.page + 1 if self.page < self.last_page else None

    @property
    def previous(self) -> int | None:
        if self.page < 0:
            return self.page - 1 if -self.page < self.last_page else None
        return self.page - 1 or None

    @property
    def last(self) -> int:
        """Where the last row is: a number when all is counted, else the first page from the end."""
        return self.last_page if self.count.is_exact else -1

    @property
    def is_end_of_bound(self) -> bool:
        """Whether there are rows further on which no page shows."""
        return not self.count.is_exact and abs(self.page) == self.last_page

    @property
    def span(self) -> str:
        """ "51–100 of 1,204", or "the last 50 of about 1,000,000"."""
        if not self.rows:
            return "0"
        if self.page < 0:
            end = (-self.page - 1) * self.size
            words = _("the last %(last)s of %(all)s") if end == 0 else _("%(last)s from the end, of %(all)s")
            return words % {"last": f"{end + len(self.rows):,}", "all": self.count}
        start = (self.page - 1) * self.size
        return _("%(from)s–%(to)s of %(all)s") % {
            "from": f"{start + 1:,}",
            "to": f"{start + len(self.rows):,}",
            "all": self.count,
        }


def page_of(queryset: models.QuerySet[Any], *, page: int, size: int) -> Slice:
    """Read one page of an ordered queryset; a page that is not there is the nearest one that is."""
    count = count_of(queryset)
    empty = Slice([], 1, size, count)
    if count.is_exact and page < 0:
        page = empty.last_page + 1 + page
    deepest = empty.last_page
    page = max(min(page, deepest), 1) if page > 0 or count.is_exact else max(page, -deepest)
    start = (abs(page) - 1) * size
    if page > 0:
        return Slice(list(queryset[start : start + size]), page, size, count)
    backwards = list(queryset.reverse()[start : start + size])
    return Slice(backwards[::-1], page, size, count)
