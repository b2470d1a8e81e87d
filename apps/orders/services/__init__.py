"""What follows from ERPNext's documents: told by the sync, page by page, in its transaction."""

from apps.orders.services.demand import SHOWN, count_changed_demand, count_demand, sales_changed
from apps.orders.services.joining import orders_synced

__all__ = ["SHOWN", "count_changed_demand", "count_demand", "orders_synced", "sales_changed"]
