"""What follows from ERPNext's documents: told by the sync, page by page, in its transaction."""

from apps.orders.services.demand import SHOWN, count_demand
from apps.orders.services.joining import orders_synced

__all__ = ["SHOWN", "count_demand", "orders_synced"]
