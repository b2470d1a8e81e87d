"""The outbox as staff see and mend it."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.test import Client

from apps.accounts.permissions import Role
from apps.core.models import AuditEntry, Outgoing
from apps.sync.demo.server import DemoServer
from apps.sync.services import delivering
from apps.sync.services.sending import Sent
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.sync.push.conftest import Send, again, let_push, rows
from tests.sync.push.payloads import (
    FRUIT,
    ITEM,
    NUMBER,
    line,
    price,
    queue_batch,
    queue_price,
    queue_receipt,
    queue_rule,
    receipt,
    rule,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_open")]
OUTBOX = "/admin/core/outgoing/"
SUBMITTED = {"_form_submitted": "on"}


def shown(desk: Client, message: Outgoing) -> str:
    return unescape(desk.get(f"{OUTBOX}{message.pk}/change/").content.decode())


def act(desk: Client, message: Outgoing, name: str, **given: Any) -> str:
    """What the dialog says; nothing when it was done."""
    answer = desk.post(f"{OUTBOX}{message.pk}/{name}/", SUBMITTED | given)
    assert answer.status_code in {200, 302}
    return unescape(answer.content.decode())


def edit(desk: Client, message: Outgoing, payload: object, *, revision: int | None = None) -> str:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    seen = again(message).revision if revision is None else revision
    return act(desk, message, "edit_and_send", payload=text, revision=seen)


def test_the_list_says_what_waits_and_how_it_stands(desk: Client, send: Send) -> None:
    assert "The outbox is empty" in desk.get(OUTBOX).content.decode()
    queue_price(rate="0")
    queue_rule()
    send()
    page = desk.get(OUTBOX).content.decode()
    assert "Price GRO-0001, Standard Selling, Nos, 2026-12-01" in page
    assert "Pricing rule campaign/4" in page
    assert page.count("Needs attention</span>") == 1
    assert "Mary Baker" in page
    assert "campaign/4" not in desk.get(f"{OUTBOX}?kind=item_price").content.decode()
    assert "campaign/4" in desk.get(f"{OUTBOX}?q=PRLE").content.decode()


def test_the_profile_says_why_it_waits_what_it_says_and_what_happened(desk: Client, send: Send) -> None:
    let_push(prices=False)
    message = queue_price()
    assert "The control “Prices: Push” is off." in shown(desk, message)
    let_push()
    send()
    page = shown(desk, message)
    assert "It waits here." not in page
    assert '"rate": "2.35"' in page  # the payload
    assert '"price_list_rate": 2.35' in page  # the answer
    assert page.index("Sent") < page.index("Sending") < page.index("Pending")


def test_what_erpnext_stored_otherwise_stands_beside_what_was_said(desk: Client, send: Send) -> None:
    message = queue_rule(title="Tea <script>alert(1)</script>")
    send()
    page = desk.get(f"{OUTBOX}{message.pk}/change/").content.decode()
    assert "Tea &lt;script&gt;" in page
    assert "<script>alert" not in page
    assert page.count("Differs</span>") == 1


def test_it_is_sent_again_by_whoever_may(desk: Client, send: Send, erp: DemoServer) -> None:
    message = queue_price()
    send()
    [stored] = rows(erp, "Item Price", item_code=ITEM, valid_from="2026-12-01")
    stored["price_list_rate"] = 9.0  # somebody changed it there
    assert act(desk, message, "send_again") == ""
    assert (again(message).state, send(1)) == ("pending", Sent(sent=1))
    [stored] = rows(erp, "Item Price", item_code=ITEM, valid_from="2026-12-01")
    assert stored["price_list_rate"] == 2.35
    assert AuditEntry.objects.filter(action="outgoing.retried").count() == 1


def test_nothing_is_sent_again_through_a_closed_gate_and_the_dialog_says_which(
    desk: Client, send: Send, settings: Any
) -> None:
    message = queue_price(rate="0")
    send()
    let_push(prices=False)
    assert "The control “Prices: Push” is off." in act(desk, message, "send_again")
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=False)
    assert "SYNC_POST_ENABLED is not set" in act(desk, message, "send_again")
    assert "SYNC_POST_ENABLED is not set" in edit(desk, message, price())
    assert (again(message).state, again(message).revision) == ("needs_attention", 1)


def test_a_payload_is_mended_checked_and_sent_and_both_versions_are_kept(
    desk: Client, send: Send, erp: DemoServer
) -> None:
    message = queue_price(rate="0")
    send()
    said = edit(desk, message, price(rate="-1", currency="EUR"))
    assert "“rate” is -1; it has to be above nothing" in said
    assert "“currency” is not that of the list, GBP" in said
    assert "This is no JSON:" in edit(desk, message, "{rate: 1}")
    assert "no JSON object" in edit(desk, message, "[1]")
    assert "is no JSON" in edit(desk, message, '{"rate": NaN}')
    assert "discard this one" in edit(desk, message, price(valid_from="2026-12-02"))
    assert (again(message).state, again(message).payload["rate"]) == ("needs_attention", "0")
    assert edit(desk, message, json.dumps(price()).replace('"2.35"', "2.350000001")) == ""
    assert (again(message).payload["rate"], send(1)) == ("2.350000001", Sent(sent=1))
    entry = AuditEntry.objects.get(action="outgoing.retried")
    assert (entry.before["payload"]["rate"], entry.after["payload"]["rate"]) == ("0", "2.350000001")
    assert entry.actor_label == "Ada Boss"


def test_what_changed_since_the_dialog_was_opened_is_not_overwritten(desk: Client, send: Send) -> None:
    message = queue_rule(priority="99")
    send()
    seen = again(message).revision
    queue_rule(priority="98")
    send(1)
    assert "It has changed since you opened it" in edit(desk, message, rule(), revision=seen)
    assert again(message).payload["priority"] == "98"


def test_discarding_needs_a_reason_and_takes_several(desk: Client) -> None:
    first, second = queue_price(), queue_rule()
    assert "This field is required" in act(desk, first, "discard", reason="")
    many = {"action": "discard", "_selected_action": [first.pk, second.pk], "reason": "withdrawn"}
    desk.post(OUTBOX, many | SUBMITTED)
    assert {again(first).state, again(second).state} == {"discarded"}
    reasons = AuditEntry.objects.filter(action="outgoing.discarded").values_list("reason", flat=True)
    assert list(reasons) == ["withdrawn", "withdrawn"]


def test_several_are_sent_again_at_once(desk: Client, send: Send) -> None:
    messages = [queue_price(rate="0"), queue_rule(priority="99")]
    send()
    desk.post(OUTBOX, {"action": "send_again", "_selected_action": [one.pk for one in messages]} | SUBMITTED)
    assert {again(one).state for one in messages} == {"pending"}


def test_a_clerk_sees_no_outbox(clerks_desk: Client) -> None:
    message = queue_price()
    assert clerks_desk.get(OUTBOX).status_code == 403
    for name in ("send_again", "edit_and_send", "discard"):
        assert clerks_desk.post(f"{OUTBOX}{message.pk}/{name}/", SUBMITTED).status_code == 403
    assert again(message).state == "pending"


def test_who_may_run_may_not_edit_for_that() -> None:
    runner = StaffFactory(role=Role.CLERK)
    for key in ("sync.view", "sync.run"):
        runner.rights.create(key=key, source="allow")
    message = queue_price()
    desk = signed_in(runner)
    assert "Discard message" not in shown(desk, message)
    assert desk.post(f"{OUTBOX}{message.pk}/discard/", SUBMITTED | {"reason": "x"}).status_code == 403


def test_who_may_edit_but_not_run_has_nothing_sent_by_an_edit(send: Send) -> None:
    editor = StaffFactory(role=Role.CLERK)
    for key in ("sync.view", "sync.edit"):
        editor.rights.create(key=key, source="allow")
    message = queue_price(rate="0")
    send()
    said = edit(signed_in(editor), message, price())
    assert "This needs the right “sync.run”" in said
    assert again(message).state == "needs_attention"


# --- receipts and their batches ----------------------------------------------------------------------------
def table(page: str, title: str) -> list[list[str]]:
    """The rows of a table of the profile, by its title, as text."""
    part = page[page.index(f">{title}</h") :]
    body = part[part.index("<tbody") : part.index("</table>")]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]


def test_a_receipt_shows_its_lines_and_what_they_come_to(desk: Client, send: Send) -> None:
    queue_batch()
    message = queue_receipt()
    send()
    page = shown(desk, message)
    assert "Purchase receipt upload/9" in page
    assert table(page, "Receipt lines, Cold Store - CG") == [
        ["1. FETA+PDO", "2", "Case of 12", "£30.50", NUMBER, "£61.00"],
        ["2. GRO-0001", "10", "Nos", "£0.95", "—", "£9.50"],
        ["Total", "", "", "", "", "£70.50"],
    ]
    assert "Differs</span>" not in page


def test_a_receipt_that_waits_leads_to_what_goes_first(desk: Client, send: Send) -> None:
    first, message = queue_batch(item_code="NOPE"), queue_receipt()
    send()
    page = shown(desk, message)
    assert "It waits for batch/Acme-009-L0: needs attention." in page
    [[what, state]] = table(page, "Goes first")
    assert (what, state.endswith("Needs attention")) == ("Batch Acme-009-L0", True)
    assert f'href="{OUTBOX}{first.pk}/change/"' in page


def test_of_lines_that_differ_just_what_differs_is_shown(
    desk: Client, send: Send, erp: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "check_premises", lambda *_: None)
    user = next(iter(erp.site.users.values()))
    erp.site.desk.insert(user, "Batch", {"batch_id": NUMBER, "item": "GRO-0005"})
    message = queue_receipt(lines=[line(**FRUIT), line()])
    send()
    assert table(shown(desk, message), "Said and stored")[0][:3] == ["Batch (2)", NUMBER, "—"]


def test_what_cannot_be_read_stands_as_it_was_written_and_adds_up_to_nothing(
    desk: Client, send: Send
) -> None:
    message = queue_receipt(lines=[line(**FRUIT), line(quantity="two", warehouse_name="Attic")])
    send()
    page = shown(desk, message)
    order = ("company", "delivery_note", "lines", "item_code", "quantity", "unit_factor", "batch_number")
    assert sorted(order, key=lambda name: page.index(f'"{name}"')) == list(order)  # the payload, to be read
    rows_shown = table(page, "Receipt lines")
    assert rows_shown[1][4] == "Attic"
    assert (rows_shown[1][1], rows_shown[1][-1], rows_shown[2][-1]) == ("two", "—", "—")


def test_a_receipt_is_mended_and_sent(desk: Client, send: Send, erp: DemoServer) -> None:
    message = queue_receipt(lines=[line(**FRUIT | {"unit_factor": "8"})])
    send()
    said = edit(desk, message, receipt(lines=[line(**FRUIT | {"unit": "Crate"})]))
    assert "“lines[1].unit” “Crate” is no unit of “GRO-0001”" in said
    assert edit(desk, message, receipt(lines=[line(**FRUIT)])) == ""
    assert send(1) == Sent(sent=1)
    assert rows(erp, "Purchase Receipt", custom_larder_ref="upload/9")[0]["docstatus"] == 0


def test_what_a_person_made_of_a_draft_is_told_and_not_called_a_difference(
    desk: Client, send: Send, erp: DemoServer
) -> None:
    message = queue_receipt(lines=[line(**FRUIT)])
    send()
    user = next(iter(erp.site.users.values()))
    erp.site.desk.change(user, "Purchase Receipt", again(message).erp_name, {"supplier_delivery_note": "X"})
    erp.site.desk.change(user, "Purchase Receipt", again(message).erp_name, {"docstatus": 1})
    act(desk, message, "send_again")
    send(1)
    page = shown(desk, message)
    assert "A person has submitted it in ERPNext: what it says there holds." in page
    assert "Said and stored" not in page
