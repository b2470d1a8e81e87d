"""What invoices put on the pages of products, suppliers and of themselves."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, Model, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product
from apps.core import figures
from apps.core.admin.charts import TickText, draw
from apps.core.admin.standing import today
from apps.core.panels import Action, Panel
from apps.inventory import reports
from apps.inventory.invoice_pages import page_of
from apps.inventory.models import LocalBatch, LocalPrice, Receipt
from apps.inventory.states import SUBMITTED

MONTHS: Final = 12


def local_of_product(product: Model, request: HttpRequest) -> Mapping[str, Any]:
    """What invoices say of it that ERPNext does not have yet."""
    return {"local": reports.local_of_product(product.pk)}


def is_local_known(product: Model) -> bool:
    """Whether invoices say anything of it that ERPNext does not have."""
    theirs = Q(product=OuterRef("pk"))
    batches = LocalBatch.objects.coming().filter(theirs)
    said = Q(Exists(batches)) | Q(Exists(LocalPrice.objects.outstanding().filter(theirs)))
    return Product.objects.filter(said, pk=product.pk).exists()


def received_of_supplier(supplier: Model, request: HttpRequest) -> Mapping[str, Any]:
    """What came of his, month by month, returns taken off; a month that is not over says nothing yet."""
    months = last_months(today())
    counting = Receipt.objects.filter(supplier=supplier.pk, gone_at=None, erp_docstatus=SUBMITTED)
    by_month = (
        counting.filter(posted_on__gte=months[0], posted_on__lt=today().replace(day=1))
        .annotate(month=TruncMonth("posted_on"))
        .order_by()
    )
    sums = dict(by_month.values_list("month").annotate(worth=Sum("base_grand_total")))
    worth = [max(sums.get(month, Decimal()), Decimal()) for month in months]
    said = [
        f"{month:%B %Y}: {figures.money_text(sums.get(month, Decimal()), currency=settings.SHOP_CURRENCY)}"
        for month in months
    ]
    sign = figures.SYMBOLS.get(settings.SHOP_CURRENCY, "")
    labels = [f"{month:%b}" for month in months]
    chart = draw(worth, labels=labels, said=said, tick_text=TickText(sign)) if any(worth) else None
    return {"chart": chart}


def last_months(day: date) -> list[date]:
    """The first days of the twelve whole months before a day."""
    back = [divmod(day.year * 12 + day.month - 1 - before, 12) for before in range(MONTHS, 0, -1)]
    return [date(year, month + 1, 1) for year, month in back]


PARTS: Final = (
    Panel(
        model="catalog.product",
        name="local",
        title=_("From invoices, not in ERPNext yet"),
        permission_key="batches.view",
        order=4,
        template_name="inventory/panels/local.html",
        facts=local_of_product,
        is_shown=is_local_known,
    ),
    Panel(
        model="inventory.supplier",
        name="received",
        title=_("Delivered by month"),
        permission_key="batches.view",
        order=5,
        template_name="inventory/panels/received.html",
        facts=received_of_supplier,
    ),
    Action(
        model="inventory.invoiceupload",
        name="open",
        title=_("Open invoice"),
        permission_key="batches.view",
        icon="open_in_new",
        url=lambda upload: page_of(upload.pk),
        is_shown=lambda upload: bool(page_of(upload.pk)),
    ),
)
