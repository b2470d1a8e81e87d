"""What follows from ERPNext's documents: told by the sync, page by page, in its transaction."""

from apps.orders.services.demand import demand_of, recount_demand
from apps.orders.services.joining import orders_synced

__all__ = ["demand_of", "orders_synced", "recount_demand"]
