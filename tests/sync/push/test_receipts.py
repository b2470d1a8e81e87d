"""Batches and the receipts that name them: what goes, in which order, and whose word is the last."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.core import outgoing
from apps.core.actors import SYSTEM
from apps.core.models import Outgoing
from apps.inventory.models import Batch, Receipt
from apps.sync import services
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.erpnext import Address
from apps.sync.services import delivering
from apps.sync.services.sending import Sent
from apps.sync.services.waiting import why_it_stands
from tests.sync.push.conftest import MARY, Send, again, let_push, rows
from tests.sync.push.payloads import (
    CHEESE,
    COLD,
    FRUIT,
    ITEM,
    KEFIR,
    NUMBER,
    line,
    queue_batch,
    queue_price,
    queue_receipt,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_open")]
BATCH, RECEIPT, LINE = "Batch", "Purchase Receipt", "Purchase Receipt Item"
NONE_KEPT = "“GRO-0001” is not kept in batches in ERPNext"


def writes(erp: DemoServer) -> list[str]:
    """The verbs and the kinds of documents of what was written, in that order."""
    return [
        asked.split("?")[0] for asked in erp.site.asked if asked.startswith(("POST /api/resource", "PUT /"))
    ]


def stored(erp: DemoServer, reference: str = "upload/9") -> Any:
    """The receipt that ERPNext has under our reference, with its lines."""
    [found] = rows(erp, RECEIPT, custom_larder_ref=reference)
    return erp.site.store.document(RECEIPT, found["name"])


def by_hand(erp: DemoServer, name: str, **values: Any) -> None:
    """Somebody changes the receipt in ERPNext."""
    erp.site.desk.change(next(iter(erp.site.users.values())), RECEIPT, name, values)


def somebody_makes(erp: DemoServer, **values: Any) -> None:
    """A batch, in ERPNext itself."""
    erp.site.desk.insert(next(iter(erp.site.users.values())), BATCH, values)


# --- batches -----------------------------------------------------------------------------------------------
def test_a_batch_goes_under_its_number_and_is_read_back(
    erp: DemoServer, send: Send, address: Address
) -> None:
    message = queue_batch()
    assert send() == Sent(sent=1)
    [there] = rows(erp, BATCH, name=NUMBER)
    assert (there["item"], there["expiry_date"], there["supplier"]) == (
        CHEESE,
        "2027-01-15",
        "Northern Dairy Co-op",
    )
    assert (there["batch_qty"], again(message).erp_name) == (0, NUMBER)
    services.run(["batches"], actor=SYSTEM, address=address)
    here = Batch.objects.get(erp_name=NUMBER)
    assert (here.item_code, str(here.expires_on)) == (CHEESE, "2027-01-15")


def test_without_a_day_the_shelf_life_decides_and_that_is_right(erp: DemoServer, send: Send) -> None:
    message = queue_batch(expires_on=None)
    erp.site.asked.clear()
    assert send() == Sent(sent=1)
    [there] = rows(erp, BATCH, name=NUMBER)
    assert there["expiry_date"] == again(message).answer["expiry_date"] > "2027-01-01"
    outgoing.retry(message.pk, actor=MARY)
    assert (send(1), len(writes(erp))) == (Sent(sent=1), 1)


@pytest.mark.parametrize("number", ["Acme 009/L7", "A#1%2?", "تمر-001-L0"])
def test_a_number_may_hold_signs_that_addresses_have_a_meaning_for(
    erp: DemoServer, send: Send, number: str
) -> None:
    queue_batch(number=number)
    queue_receipt(lines=[line(batch_number=number)])
    assert send() == Sent(sent=2)
    assert stored(erp)["items"][0]["batch_no"] == number


def test_a_batch_that_somebody_made_is_left_as_it_is(erp: DemoServer, send: Send) -> None:
    somebody_makes(
        erp, batch_id=NUMBER, item=CHEESE, expiry_date="2027-01-15", supplier="Northern Dairy Co-op"
    )
    message = queue_batch()
    erp.site.asked.clear()
    assert (send(), writes(erp), again(message).erp_name) == (Sent(sent=1), [], NUMBER)


def test_a_number_that_another_item_bears_needs_attention_and_changes_nothing(
    erp: DemoServer, send: Send
) -> None:
    somebody_makes(erp, batch_id=NUMBER, item=KEFIR, expiry_date="2027-01-15")
    message = queue_batch()
    erp.site.asked.clear()
    assert send() == Sent(given_up=1)
    assert again(message).last_error == (
        "It was not sent: “item_code” is GRO-0005 in ERPNext already: another one bears the name."
    )
    outgoing.retry(message.pk, actor=MARY)
    assert (send(1), writes(erp), rows(erp, BATCH, name=NUMBER)[0]["item"]) == (Sent(given_up=1), [], KEFIR)


def test_another_day_of_expiry_is_changed_only_once_a_person_has_looked(erp: DemoServer, send: Send) -> None:
    somebody_makes(erp, batch_id=NUMBER, item=CHEESE, expiry_date="2026-12-24")
    message = queue_batch()
    erp.site.asked.clear()
    assert (send(), writes(erp)) == (Sent(given_up=1), [])
    assert "“expires_on” is 2026-12-24 in ERPNext already: sent again, it is changed there" in (
        again(message).last_error
    )
    outgoing.retry(message.pk, actor=MARY)
    assert (send(1), rows(erp, BATCH, name=NUMBER)[0]["expiry_date"]) == (Sent(sent=1), "2027-01-15")


def test_a_day_that_changes_here_after_a_lost_answer_is_changed_there(erp: DemoServer, send: Send) -> None:
    """What is there then is ours, though nobody could tell us."""
    erp.site.faults.plan(Fault.ANSWER_LOST, only_writes=True)
    erp.site.faults.plan(Fault.CLOSED, times=100, skip=1, where=NUMBER)
    message = queue_batch()
    assert (send().failed, again(message).state) == (1, "failed")
    erp.site.faults.calm()
    queue_batch(expires_on="2027-02-01")
    assert (send(3), rows(erp, BATCH, name=NUMBER)[0]["expiry_date"]) == (Sent(sent=1), "2027-02-01")


def test_the_same_number_in_other_letters_is_another_ones(erp: DemoServer, send: Send) -> None:
    somebody_makes(erp, batch_id=NUMBER.upper(), item=CHEESE, expiry_date="2027-01-15")
    message, before = queue_batch(), len(rows(erp, BATCH))
    assert (send(), len(rows(erp, BATCH))) == (Sent(given_up=1), before)
    assert "ACME-009-L0 in ERPNext already" in again(message).last_error


def test_a_batch_is_switched_off_and_otherwise_left_as_staff_have_it(erp: DemoServer, send: Send) -> None:
    queue_batch()
    send()
    rows(erp, BATCH, name=NUMBER)[0]["disabled"] = 1
    queue_batch()
    assert (send(1), rows(erp, BATCH, name=NUMBER)[0]["disabled"]) == (Sent(sent=1), 1)
    queue_batch(is_active=True)
    assert (send(2), rows(erp, BATCH, name=NUMBER)[0]["disabled"]) == (Sent(sent=1), 0)


# --- receipts ----------------------------------------------------------------------------------------------
def test_a_receipt_goes_as_a_draft_with_all_that_was_said(
    erp: DemoServer, send: Send, address: Address
) -> None:
    queue_batch()
    message = queue_receipt()
    assert send() == Sent(sent=2)
    there = stored(erp)
    assert (there["docstatus"], there["supplier"], there["supplier_delivery_note"]) == (
        0,
        "Northern Dairy Co-op",
        "INV-77123",
    )
    assert (there["posting_date"], there["set_posting_time"], there["total"]) == ("2026-11-22", 1, 70.5)
    fields = ("item_code", "qty", "uom", "conversion_factor", "rate", "warehouse", "batch_no")
    assert [tuple(row.get(field) for field in fields) for row in there["items"]] == [
        (CHEESE, 2.0, "Case", 12.0, 30.5, COLD, NUMBER),
        (ITEM, 10.0, "Nos", 1.0, 0.95, COLD, None),
    ]
    assert not any("docstatus" in asked for asked in erp.site.asked if asked.startswith("PUT"))
    services.run(["batches"], actor=SYSTEM, address=address)
    here = Receipt.objects.get(larder_reference=message.reference)
    assert (here.erp_name, here.erp_docstatus, here.lines.count()) == (again(message).erp_name, 0, 2)


def test_what_cost_nothing_is_received_at_nothing_whatever_the_list_says(erp: DemoServer, send: Send) -> None:
    queue_receipt(lines=[line(**FRUIT | {"rate": "0"})])
    assert send() == Sent(sent=1)
    [row] = stored(erp)["items"]
    assert (row["rate"], row["amount"]) == (0.0, 0.0)
    by_hand(erp, stored(erp)["name"], docstatus=1)
    assert stored(erp)["docstatus"] == 1


def test_a_rule_for_buying_does_not_replace_what_was_paid(erp: DemoServer, send: Send) -> None:
    body = {
        "title": "Tenth off", "apply_on": "Item Code", "items": [{"item_code": ITEM}], "buying": 1,
        "discount_percentage": 10, "price_or_product_discount": "Price", "company": "Corner Grocer Ltd",
        "currency": "GBP", "valid_from": "2026-01-01", "rate_or_discount": "Discount Percentage",
    }  # fmt: skip
    erp.site.desk.insert(next(iter(erp.site.users.values())), "Pricing Rule", body)
    queue_receipt(lines=[line(**FRUIT)])
    assert (send(), stored(erp)["items"][0]["rate"]) == (Sent(sent=1), 0.95)


def test_a_line_that_changes_changes_the_draft(erp: DemoServer, send: Send) -> None:
    message = queue_receipt(lines=[line(**FRUIT)])
    send()
    queue_receipt(lines=[line(**FRUIT | {"quantity": "12"}), line(**FRUIT | {"rate": "0", "quantity": "1"})])
    assert send(1) == Sent(sent=1)
    there = stored(erp)
    assert [(row["qty"], row["rate"]) for row in there["items"]] == [(12.0, 0.95), (1.0, 0.0)]
    assert (there["name"], there["docstatus"]) == (again(message).erp_name, 0)


def test_a_fraction_of_a_whole_unit_is_refused_in_erpnexts_own_words(erp: DemoServer, send: Send) -> None:
    message, before = queue_receipt(lines=[line(**FRUIT | {"quantity": "1.5"})]), len(rows(erp, RECEIPT))
    assert (send(), len(rows(erp, RECEIPT))) == (Sent(given_up=1), before)
    assert "Quantity (1.5) cannot be a fraction" in again(message).last_error


def test_what_erpnext_stores_otherwise_is_named_by_its_line(
    erp: DemoServer, send: Send, monkeypatch: Any
) -> None:
    """Trap 4, had nobody asked what the batch is of."""

    monkeypatch.setattr(delivering, "check_premises", lambda *_: None)
    somebody_makes(erp, batch_id=NUMBER, item=KEFIR, expiry_date="2027-01-15")
    message = queue_receipt(lines=[line(**FRUIT), line()])
    assert send() == Sent(given_up=1)
    assert again(message).last_error == (
        "ERPNext stored something else than it was told: “lines[2].batch_number” Acme-009-L0 sent,  stored."
    )


def test_a_receipt_of_the_most_lines_goes_in_one(erp: DemoServer, send: Send) -> None:
    parts = outgoing.parts_of("purchase_receipt", "upload/9", [line(**FRUIT)] * 201)
    for reference, lines in parts:
        queue_receipt(reference, lines=lines)
    assert send() == Sent(sent=2)
    assert [len(stored(erp, reference)["items"]) for reference, _ in parts] == [200, 1]
    assert [reference for reference, _ in parts] == ["upload/9/1", "upload/9/2"]


# --- in their order ----------------------------------------------------------------------------------------
def test_a_receipt_that_was_queued_first_goes_behind_its_batches(erp: DemoServer, send: Send) -> None:
    queue_receipt()
    queue_batch()
    erp.site.asked.clear()
    assert send() == Sent(sent=2, held=1)
    assert writes(erp) == ["POST /api/resource/Batch", "POST /api/resource/Purchase Receipt"]


def test_a_receipt_waits_for_a_batch_that_needs_attention_and_says_for_which(
    erp: DemoServer, send: Send
) -> None:
    somebody_makes(erp, batch_id=NUMBER, item=CHEESE, expiry_date="2026-12-24")
    stuck, message = queue_batch(), queue_receipt()
    assert send() == Sent(given_up=1, held=1)
    waiting = again(message)
    assert (waiting.state, waiting.attempts) == ("pending", 0)
    assert waiting.last_error.startswith(
        "It waits for batch/Acme-009-L0: needs attention. It was not sent: “expires_on” is 2026-12-24"
    )
    assert why_it_stands(waiting).endswith("It is tried again by itself.")
    assert send(6) == Sent(held=1)
    outgoing.retry(stuck.pk, actor=MARY)
    assert send(7) == Sent(sent=2)  # at once, not when it would have been looked at again


def test_a_receipt_waits_for_a_batch_that_failed_and_others_go(erp: DemoServer, send: Send) -> None:
    queue_batch()
    message, other = queue_receipt(), queue_receipt("upload/10", lines=[line(**FRUIT)])
    erp.site.faults.plan(Fault.BAD_GATEWAY, where="/Batch", only_writes=True)
    assert send() == Sent(sent=1, failed=1, held=1)
    assert (again(message).state, again(other).state) == ("pending", "sent")
    assert "It waits for batch/Acme-009-L0: failed, will be tried again." in again(message).last_error
    assert send(3) == Sent(sent=2)


def test_of_several_the_one_that_needs_attention_is_named(send: Send) -> None:
    queue_batch(number="A-1", item_code="NOPE")
    queue_batch(number="A-0", item_code="NOPE")
    message = queue_receipt(lines=[line(batch_number=number) for number in ("A-0", "A-1")])
    send()
    assert "and 1 more. It was not sent: “item_code” “NOPE” is no item" in again(message).last_error


def test_a_batch_that_nobody_sends_keeps_no_receipt_back_for_ever(erp: DemoServer, send: Send) -> None:
    outgoing.discard(queue_batch().pk, actor=MARY, reason="withdrawn")
    message = queue_receipt()
    assert send() == Sent(given_up=1)
    assert again(message).last_error == (
        "It was not sent: “lines[1].batch_number” “Acme-009-L0” is no batch that ERPNext has."
    )
    assert rows(erp, RECEIPT, custom_larder_ref="upload/9") == []


def test_a_line_with_the_batch_of_another_item_is_not_sent(erp: DemoServer, send: Send) -> None:
    somebody_makes(erp, batch_id=NUMBER, item=KEFIR, expiry_date="2027-01-15")
    message = queue_receipt()
    assert send() == Sent(given_up=1)
    assert "“lines[1].item_code” is GRO-0005 in ERPNext by now" in again(message).last_error
    assert rows(erp, RECEIPT, custom_larder_ref="upload/9") == []


def test_a_list_that_hides_a_batch_stops_no_receipt(erp: DemoServer, send: Send) -> None:
    queue_batch()
    send()
    queue_receipt()
    erp.site.faults.plan(Fault.SHORTENED, where="/api/method/frappe.client.get_list")
    assert send(1) == Sent(sent=1)


def test_a_price_does_not_wait_for_any_batch(send: Send) -> None:
    queue_batch(item_code="NOPE")
    queue_price()
    assert send() == Sent(sent=1, given_up=1)


# --- whose word is the last --------------------------------------------------------------------------------
def is_submitted(erp: DemoServer, name: str) -> None:
    by_hand(erp, name, docstatus=1)


def is_cancelled(erp: DemoServer, name: str) -> None:
    by_hand(erp, name, docstatus=1)
    by_hand(erp, name, docstatus=2)


def is_deleted(erp: DemoServer, name: str) -> None:
    erp.site.desk.delete(next(iter(erp.site.users.values())), RECEIPT, name)


def loses_our_reference(erp: DemoServer, name: str) -> None:
    by_hand(erp, name, custom_larder_ref=None)


TAKEN_OVER: list[tuple[Callable[[DemoServer, str], None], str]] = [
    (is_submitted, "A person has submitted it in ERPNext: what it says there holds."),
    (is_cancelled, "A person has cancelled it in ERPNext: it is not sent again."),
    (is_deleted, "A person has deleted it in ERPNext: it is not made again."),
    (loses_our_reference, "A person has taken Larder's reference off it in ERPNext: it is left alone."),
]


@pytest.mark.parametrize(("happens", "said"), TAKEN_OVER)
@pytest.mark.parametrize("asks_again", ["it changes here", "a person sends it again"])
def test_what_a_person_did_with_the_draft_is_the_last_word(
    erp: DemoServer, send: Send, happens: Callable[[DemoServer, str], None], said: str, asks_again: str
) -> None:
    message = queue_receipt(lines=[line(**FRUIT)])
    send()
    happens(erp, again(message).erp_name)
    before = [dict(row) for row in (*rows(erp, RECEIPT), *rows(erp, LINE))]
    erp.site.asked.clear()
    if asks_again == "it changes here":
        queue_receipt(lines=[line(**FRUIT | {"quantity": "12"})])
    else:
        outgoing.retry(message.pk, actor=MARY)
    assert (send(1), writes(erp)) == (Sent(sent=1), [])
    assert [dict(row) for row in (*rows(erp, RECEIPT), *rows(erp, LINE))] == before
    assert (again(message).state, why_it_stands(again(message))) == ("sent", said)


def test_what_is_submitted_while_our_change_is_on_its_way_is_left_as_it_is(
    erp: DemoServer, send: Send
) -> None:
    message = queue_receipt(lines=[line(**FRUIT)])
    send()
    queue_receipt(lines=[line(**FRUIT | {"quantity": "12"})])
    answer, name = erp.site.answer, again(message).erp_name

    def slower(request: Any) -> Any:
        if request.method == "PUT" and stored(erp)["docstatus"] == 0:
            is_submitted(erp, name)
        return answer(request)

    erp.site.answer = slower  # type: ignore[method-assign]
    assert send(1) == Sent(sent=1)
    assert (stored(erp)["docstatus"], stored(erp)["items"][0]["qty"]) == (1, 10.0)


@pytest.mark.parametrize("make", [queue_batch, lambda: queue_receipt(lines=[line(**FRUIT)])])
@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.TRUNCATED, Fault.WRONG_TYPE, Fault.BAD_GATEWAY])
def test_an_answer_that_was_lost_is_looked_up_and_nothing_is_doubled(
    erp: DemoServer, send: Send, make: Callable[[], Outgoing], fault: Fault
) -> None:
    message, before = make(), (len(rows(erp, BATCH)), len(rows(erp, RECEIPT)))
    erp.site.faults.plan(fault, only_writes=True)
    came = send()
    if fault == Fault.BAD_GATEWAY:
        assert (came, again(message).state) == (Sent(failed=1), "failed")
        came = send(3)
    assert (came, again(message).state) == (Sent(sent=1), "sent")
    assert len(rows(erp, BATCH)) + len(rows(erp, RECEIPT)) == sum(before) + 1


def test_what_somebody_made_under_our_reference_just_before_is_brought_to_what_we_say(
    erp: DemoServer, send: Send
) -> None:
    message, answer = queue_receipt(lines=[line(**FRUIT)]), erp.site.answer
    user = next(iter(erp.site.users.values()))
    bodies = [{"supplier": "Northern Dairy Co-op", "custom_larder_ref": "upload/9",
               "items": [{"item_code": ITEM, "qty": 1, "rate": 1}]}]  # fmt: skip

    def quicker(request: Any) -> Any:
        if request.method == "POST" and request.writes and bodies:
            erp.site.desk.insert(user, RECEIPT, bodies.pop())
        return answer(request)

    erp.site.answer = quicker  # type: ignore[method-assign]
    assert (send(), stored(erp)["items"][0]["qty"]) == (Sent(sent=1), 10.0)
    assert (again(message).erp_name, stored(erp)["posting_date"]) == (stored(erp)["name"], "2026-11-22")


# --- what keeps them here ----------------------------------------------------------------------------------
def test_one_control_governs_both(erp: DemoServer, send: Send) -> None:
    let_push(batches=False)
    messages = [queue_batch(), queue_receipt()]
    erp.site.asked.clear()
    assert (send(), list(erp.site.asked)) == (Sent(), [])
    assert {again(one).state for one in messages} == {"pending"}
    assert "The control “Batches: Push” is off." in why_it_stands(messages[1])
    let_push()
    assert send(1) == Sent(sent=2)


def test_without_the_reference_field_receipts_wait_and_batches_go(erp: DemoServer, send: Send) -> None:
    field = next(row for row in erp.site.store.table("Custom Field").rows.values() if row["dt"] == RECEIPT)
    field["unique"] = 0
    queue_batch()
    message, before = queue_receipt(), len(rows(erp, RECEIPT))
    assert (send(), len(rows(erp, RECEIPT))) == (Sent(sent=1, held=1), before)
    assert "Larder's reference on “Purchase Receipt” is not unique" in again(message).last_error
