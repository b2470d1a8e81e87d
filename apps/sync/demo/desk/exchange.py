"""One company, one currency: a document in another one needs its rate to be sent."""

from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import RefusalError, shown_as


def fill(work: Work, document: Document) -> None:
    """Company, currency and its rate. Raises RefusalError."""
    home = work.setting("Global Defaults", "default_currency")
    document["company"] = document["company"] or work.setting("Global Defaults", "default_company")
    document["currency"] = document["currency"] or home
    document["price_list_currency"] = document["price_list_currency"] or home
    if document["currency"] == home:
        document["conversion_rate"] = 1.0
    elif not document["conversion_rate"]:
        raise _no_rate(document, home)


def _no_rate(document: Document, home: str) -> RefusalError:
    pair = f"{document['currency']} to {home}"
    day = document["posting_date"] or document["transaction_date"]
    first = (
        f"Unable to find exchange rate for {pair} for key date {day}. "
        "Please create a Currency Exchange record manually"
    )
    second = f"Exchange Rate is mandatory. Maybe Currency Exchange record is not created for {pair}."
    return RefusalError(
        417,
        "ValidationError",
        exception=f"{refusals.FRAPPE}.ValidationError: {second}",
        messages=[shown_as(first, raised=False), shown_as(second)],
        extra=refusals.BY_ERPNEXT,
    )
