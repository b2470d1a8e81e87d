"""What inventory announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MatchingAsked:
    """The lines of a supplier's invoice are to be matched; whoever matches finds them by their state."""

    upload_id: int


@dataclass(frozen=True)
class BatchContested:
    """ERPNext has a batch of a number that Larder gave out, of another item."""

    local_batch_id: int


@dataclass(frozen=True)
class ProductsArrived:
    """Products came while lines of invoices wait for one; the nightly look finds what this misses."""

    product_ids: tuple[int, ...]
