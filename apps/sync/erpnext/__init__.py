"""ERPNext's REST API: the one place that knows its requests, envelopes and refusals."""

from apps.sync.erpnext.address import Address, configured_address
from apps.sync.erpnext.client import Client, logged_user
from apps.sync.erpnext.fields import refused_field
from apps.sync.erpnext.lists import (
    Page,
    Query,
    children_of,
    documents_named,
    documents_where,
    lacking,
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
    "lacking",
    "logged_user",
    "names_of",
    "pages_from",
    "refused_field",
]
