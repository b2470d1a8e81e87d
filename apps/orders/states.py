"""Where an order stands, whichever door it came by (spec/03)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderStatus(models.TextChoices):
    """Drafts are kept so that they can be found, but they are not orders: no count or sum holds one."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    TO_DELIVER = "to_deliver", _("To deliver")
    DELIVERED = "delivered", _("Delivered")
    COMPLETED = "completed", _("Completed")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("Unknown")  # a status that we have no word for; erp_status has theirs


class OrderSource(models.TextChoices):
    """The door that an order came by."""

    ERP = "erp", _("ERPNext")
    POS = "pos", _("Till")


class OrderDocument(models.TextChoices):
    """The kind of document of ERPNext that an order row mirrors."""

    INVOICE = "invoice", _("Invoice")
    ORDER = "order", _("Sales order")
    POS = "pos", _("Till invoice")


INVOICES = (OrderDocument.INVOICE, OrderDocument.POS)  # what revenue is made of

ACTIVE = (OrderStatus.OPEN, OrderStatus.TO_DELIVER)
