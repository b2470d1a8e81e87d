"""The last step on the screen, and where an invoice stands afterwards."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.approvals import services as approvals
from apps.approvals.models import Item
from apps.catalog.models import ProductUnit
from apps.core.actors import COMMAND, Actor
from apps.core.models import Outgoing
from apps.core.money import money
from apps.inventory import services
from apps.inventory.models import InvoiceUpload
from apps.inventory.services import Choice
from apps.inventory.states import Decision, LocalState, UploadState
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.inventory import make_supplier
from tests.factories.invoices import ADMIN, confirmed, d, decide, make_bought, matched, row

START = "/admin/inventory/upload/"
pytestmark = pytest.mark.django_db


def page(upload: InvoiceUpload, step: str = "") -> str:
    return f"{START}{upload.pk}/{step}"


def ready(**given: Any) -> InvoiceUpload:
    upload = matched(make_supplier("Acme Foods"), row("Zzyzx relish"), row("Delivery"), **given)
    decide(upload, make_bought(), Decision.IGNORE)
    return upload


def messages(answer: Any) -> list[str]:
    return [str(one) for one in answer.context["messages"]]


def test_what_will_be_made_is_said_before_it_is(desk: Client) -> None:
    answer = desk.get(page(ready(), "confirm/"))
    text = answer.content.decode()
    assert answer.context["stem"] == "Acme-001"
    assert "Acme-001-L…" in text
    assert "push is off" in text
    assert "Hand in for approval" in text


def test_where_the_draft_receipt_loses_pennies_it_is_said_line_by_line_before_it_is_confirmed(
    office: Client, clerk: User
) -> None:
    gate.set_controls({("batches", Direction.PUSH): True}, actor=COMMAND)
    rows = (row("Zzyzx relish", buy="7.99"), row("Exact", buy="6.00"), row("Cased", buy="7.99"))
    upload = matched(make_supplier(), *rows, actor=Actor.of(clerk))
    relish, exact, cased = (make_bought(name_en=name) for name in ("Relish jar", "Exact jar", "Cased jar"))
    ProductUnit.objects.create(product=cased, unit="Case", factor=6, erp_row="c", position=2)
    pairs = zip(upload.lines.order_by("position"), (relish, exact, cased), strict=True)
    choices = {
        line.pk: Choice(decision=Decision.PRODUCT, product_id=one.pk, pack_factor=d("6"))
        for line, one in pairs
    }
    services.decide_lines(upload.pk, choices=choices, actor=Actor.of(clerk))
    receipt = office.get(page(upload, "confirm/")).context["facts"].receipt
    assert [(one.line.product, one.amount, one.total) for one in receipt.off] == [
        (relish, d("79.80"), d("79.90"))
    ]
    assert (receipt.amount, receipt.total, receipt.difference) == (d("219.70"), d("219.80"), d("-0.10"))
    said = "Draft receipt and invoice differ"
    assert said in office.get(page(upload, "confirm/")).content.decode()
    services.confirm_upload(upload.pk, actor=Actor.of(clerk), is_final=False)
    assert said in office.get(page(upload)).content.decode()
    told = Outgoing.objects.filter(kind="purchase_receipt")
    assert not told.exists()
    item = Item.objects.get()
    approvals.accept(item.pk, seen=item.revision, actor=ADMIN)
    lines = told.get().payload["lines"]
    assert sum(money(d(one["quantity"]) * d(one["rate"])) for one in lines) == receipt.amount


def test_while_no_receipt_is_told_nothing_is_said_of_it(office: Client) -> None:
    upload = matched(make_supplier(), row("Zzyzx relish", buy="7.99"))
    choice = Choice(decision=Decision.PRODUCT, product_id=make_bought().pk, pack_factor=d("6"))
    services.decide_lines(upload.pk, choices={upload.lines.get().pk: choice}, actor=ADMIN)
    answer = office.get(page(upload, "confirm/"))
    assert answer.context["facts"].receipt is None
    assert "Draft receipt and invoice differ" not in answer.content.decode()


def test_a_clerks_invoice_waits_in_to_do(desk: Client) -> None:
    upload = ready()
    answer = desk.post(page(upload, "confirm/"), follow=True)
    upload.refresh_from_db()
    assert upload.state == UploadState.PENDING
    assert answer.redirect_chain == [(page(upload), 302)]
    assert [batch.state for batch in upload.batches.all()] == [LocalState.PENDING]
    assert Item.objects.open().filter(subject_id=str(upload.pk)).count() == 1


def test_of_who_may_approve_it_is_in_force_at_once(office: Client) -> None:
    upload = ready()
    answer = office.post(page(upload, "confirm/"), follow=True)
    upload.refresh_from_db()
    assert (upload.state, upload.batch_stem) == (UploadState.CONFIRMED, "Acme-001")
    assert messages(answer) == [f"Invoice {upload.number} is confirmed."]
    assert "Acme-001-L0" in answer.content.decode()


def test_confirmed_by_somebody_else_meanwhile_it_is_said_and_done_once(office: Client) -> None:
    upload = ready()
    office.post(page(upload, "confirm/"), follow=True)
    answer = office.post(page(upload, "confirm/"), follow=True)
    assert messages(answer) == ["It was confirmed already; nothing was done twice."]
    assert upload.batches.count() == 1


def test_with_a_line_undecided_nothing_is_made_and_the_way_to_it_is_shown(office: Client) -> None:
    upload = matched(make_supplier(), row("Zzyzx relish"))
    answer = office.post(page(upload, "confirm/"))
    text = answer.content.decode()
    upload.refresh_from_db()
    assert upload.state == UploadState.MATCHED
    assert "1 line is not decided yet." in text
    assert f"{page(upload, 'match/')}?show=todo" in text


def test_its_maker_takes_it_back_from_approval_and_nobody_else(
    desk: Client, office: Client, clerk: User
) -> None:
    upload = confirmed(make_supplier(), row("Zzyzx relish"), is_final=False, actor=Actor.of(clerk))
    assert "Take it back" in desk.get(page(upload)).content.decode()
    assert "Take it back" not in office.get(page(upload)).content.decode()
    answer = office.post(page(upload), {"do": "take_back"}, follow=True)
    upload.refresh_from_db()
    assert upload.state == UploadState.PENDING
    assert "can take it back" in messages(answer)[0]
    desk.post(page(upload), {"do": "take_back"})
    upload.refresh_from_db()
    assert upload.state == UploadState.MATCHED


def test_what_was_rejected_says_why_and_is_mended(desk: Client, clerk: User) -> None:
    upload = confirmed(make_supplier(), row("Zzyzx relish"), is_final=False, actor=Actor.of(clerk))
    InvoiceUpload.objects.filter(pk=upload.pk).update(
        state=UploadState.REJECTED, reason="Wrong prices", claim=None
    )
    assert "Wrong prices" in desk.get(page(upload)).content.decode()
    answer = desk.post(page(upload), {"do": "reopen"})
    assert answer.headers["Location"] == page(upload)
    upload.refresh_from_db()
    assert upload.state == UploadState.MATCHED


def test_undoing_needs_a_reason_and_the_right_to_approve(desk: Client, office: Client) -> None:
    upload = confirmed(make_supplier(), row("Zzyzx relish"))
    assert desk.post(page(upload), {"do": "undo", "reason": "why not"}).status_code == 403
    assert messages(office.post(page(upload), {"do": "undo"}, follow=True)) == [
        "Say why the invoice is undone."
    ]
    upload.refresh_from_db()
    assert upload.state == UploadState.CONFIRMED
    office.post(page(upload), {"do": "undo", "reason": "Entered twice"})
    upload.refresh_from_db()
    assert (upload.state, upload.reason) == (UploadState.UNDONE, "Entered twice")


def test_what_blocks_an_undoing_stands_where_it_would_be_asked_for(office: Client) -> None:
    upload = confirmed(make_supplier(), row("Zzyzx relish"))
    upload.batches.update(state=LocalState.JOINED)
    text = office.get(page(upload)).content.decode()
    assert "It cannot be undone" in text
    assert f"ERPNext has batch {upload.batch_stem}-L0." in text


def test_what_erpnext_was_not_told_is_sent_by_whoever_approves(desk: Client, office: Client) -> None:
    upload = confirmed(make_supplier(), row("Zzyzx relish"))
    assert "ERPNext was not told of it: pushing is off." in office.get(page(upload)).content.decode()
    assert messages(office.post(page(upload), {"do": "tell"}, follow=True)) == [
        "The push controls of batches and prices are off: switch on what ERPNext is to be told."
    ]
    gate.set_controls({("batches", Direction.PUSH): True}, actor=COMMAND)
    for who, is_offered in ((desk, False), (office, True)):
        assert ("Send to ERPNext now" in who.get(page(upload)).content.decode()) is is_offered
    assert desk.post(page(upload), {"do": "tell"}).status_code == 403
    assert not Outgoing.objects.exists()
    assert messages(office.post(page(upload), {"do": "tell"}, follow=True)) == ["2 messages go to ERPNext."]
    text = office.get(page(upload)).content.decode()
    assert "Send to ERPNext now" not in text
    assert "Draft purchase receipt" in text


def test_what_is_discarded_goes_from_the_list_and_is_still_read(desk: Client, clerk: User) -> None:
    upload = matched(make_supplier(), row("Zzyzx relish"), actor=Actor.of(clerk))
    assert desk.post(page(upload), {"do": "discard"}).headers["Location"] == START
    assert desk.get(f"{START}?show=all").context["uploads"] == []
    assert "Discarded" in desk.get(page(upload)).content.decode()


@pytest.mark.parametrize("step", ["columns/", "match/", "confirm/"])
def test_a_page_offers_to_discard_what_is_ones_own_or_to_who_may_delete(
    desk: Client, office: Client, clerk: User, step: str
) -> None:
    def is_offered(browser: Client, upload: InvoiceUpload) -> bool:
        return "Discard invoice" in browser.get(page(upload, step)).content.decode()

    own = ready(actor=Actor.of(clerk))
    anothers = matched(make_supplier(), row("Zzyzx relish"))
    assert [is_offered(desk, own), is_offered(desk, anothers), is_offered(office, anothers)] == [
        True,
        False,
        True,
    ]
    answer = desk.post(page(anothers), {"do": "discard"}, follow=True)
    anothers.refresh_from_db()
    assert anothers.state == UploadState.MATCHED
    assert "needs the right “batches.delete”" in messages(answer)[0]


def test_who_handed_it_in_is_offered_to_take_it_back_and_not_to_correct_it(
    desk: Client, office: Client, admin: User
) -> None:
    upload = ready(actor=Actor.of(StaffFactory(role=Role.CLERK)))
    desk.post(page(upload, "confirm/"))
    text = desk.get(page(upload)).content.decode()
    assert ("Take it back" in text, "Correct its lines" in text) == (True, False)
    assert "Correct its lines" in office.get(page(upload)).content.decode()


@pytest.mark.parametrize("step", ["columns/", "match/", "confirm/", "suggestions/"])
def test_a_step_of_what_went_on_leads_to_where_it_stands(office: Client, step: str) -> None:
    upload = confirmed(make_supplier(), row("Zzyzx relish"))
    assert office.get(page(upload, step)).headers["Location"] == page(upload)


def test_a_packer_sees_none_of_it() -> None:
    desk = signed_in(StaffFactory(role=Role.PACKER))
    upload = matched(make_supplier(), row("Zzyzx relish"))
    assert [desk.get(page(upload, step)).status_code for step in ("", "match/", "confirm/")] == [403] * 3


@pytest.mark.parametrize("step", ["", "confirm/"])
def test_these_pages_cost_the_same_however_many_lines_there_are(office: Client, step: str) -> None:
    def upload_of(lines: int) -> InvoiceUpload:
        rows = [row(f"Zzyzx relish {number}") for number in range(lines)]
        if not step:
            return confirmed(make_supplier(), *rows)
        upload = matched(make_supplier(), *rows)
        decide(upload, *[make_bought()] * lines)
        return upload

    few, many, spent = upload_of(1), upload_of(12), []
    for upload in (few, few, many):
        with CaptureQueriesContext(connection) as queries:
            office.get(page(upload, step))
        spent.append(len(queries))
    assert spent[1] == spent[2]
    assert spent[2] <= 16


def test_to_do_leads_to_the_invoice_and_to_the_lines_that_its_figures_count(
    office: Client, clerk: User
) -> None:
    upload = confirmed(
        make_supplier(), row("Zzyzx relish", sell="1.01"), is_final=False, actor=Actor.of(clerk)
    )
    text = office.get(Item.objects.get().get_absolute_url()).content.decode()
    assert f'href="{page(upload, "match/")}?show=floor"' in text
    assert f'href="{page(upload)}"' in text
    assert "?show=rises" not in text  # none is: nothing to look at


def test_to_do_leads_from_a_line_that_came_back_to_it_and_to_its_product(office: Client) -> None:
    upload = confirmed(make_supplier(), row("Organic Kefir 500ml"), to=(Decision.NEW_ITEM,))
    kefir = make_bought("KEFIR", name_en="Organic Kefir 500ml")
    services.offer_arrived([kefir.pk], actor=COMMAND)
    text = office.get(Item.objects.get().get_absolute_url()).content.decode()
    assert f'href="{page(upload)}#line-{upload.lines.get().pk}"' in text
    assert f'href="/admin/catalog/product/{kefir.pk}/change/"' in text
