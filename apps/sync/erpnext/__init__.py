"""ERPNext's REST API: the one place that knows its requests, envelopes and refusals."""

from apps.sync.erpnext.address import Address, configured_address
from apps.sync.erpnext.client import Client
from apps.sync.erpnext.lists import (
    Page,
    Query,
    children_of,
    documents_named,
    documents_where,
    names_of,
    pages_from,
)

__all__ = [
    "Address",
    "Client",
    "Page",
    "Query",
    "children_of",
    "configured_address",
    "documents_named",
    "documents_where",
    "names_of",
    "pages_from",
]
