"""The outbox's way to ERPNext: what waits, what goes, what comes of it, against a demo on a real socket."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from apps.campaigns.models import ErpPricingRule
from apps.catalog.models import ItemPrice
from apps.core import outgoing
from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.locks import only_one
from apps.core.models import Outgoing
from apps.sync import services
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from apps.sync.erpnext import Address
from apps.sync.erpnext.address import address_of
from apps.sync.models import Connection, Mark
from apps.sync.services import delivering, sending
from apps.sync.services.sending import LOCK, MOST_ATTEMPTS, Sent
from apps.sync.services.waiting import why_it_stands
from tests.sync.push.conftest import MARY, NOON, Send, again, let_push, queue, rows
from tests.sync.push.payloads import ITEM, OTHER_ITEM, STARTS, price, queue_price, queue_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_open")]
PRICE, RULE = "Item Price", "Pricing Rule"


def prices(erp: DemoServer, **same: Any) -> list[Any]:
    """The rates that ERPNext holds for the price of the payloads."""
    return [row["price_list_rate"] for row in rows(erp, PRICE, item_code=ITEM, valid_from=STARTS, **same)]


def writes(erp: DemoServer) -> list[str]:
    """What was written, in the order in which it was."""
    return [
        asked for asked in erp.site.asked if asked.startswith(("POST /api/resource", "PUT /api/resource"))
    ]


# --- what our copy does not know yet ------------------------------------------------------------------------
def test_a_price_is_not_sent_into_a_list_that_has_another_currency_by_now(
    erp: DemoServer, send: Send
) -> None:
    message = queue_price()
    erp.site.store.put("Price List", name="Standard Selling", currency="EUR")
    before = len(prices(erp))
    erp.site.asked.clear()
    assert send() == Sent(given_up=1)
    assert "“currency” is EUR in ERPNext by now" in again(message).last_error
    assert (len(prices(erp)), writes(erp)) == (before, [])


# --- what goes ---------------------------------------------------------------------------------------------
def test_a_price_goes_and_is_read_back(erp: DemoServer, send: Send, address: Address) -> None:
    message = queue_price(rate="2.35")
    assert send() == Sent(sent=1)
    sent = again(message)
    assert (sent.state, sent.attempts, sent.sent_at and sent.sent_at >= NOON) == ("sent", 1, True)
    assert (prices(erp), sent.answer["name"], sent.payload) == ([2.35], sent.erp_name, message.payload)
    assert Mark.objects.get().value == sent.erp_name
    services.run(["prices"], actor=SYSTEM, address=address)
    here = ItemPrice.objects.get(erp_name=sent.erp_name)
    assert (here.rate, here.valid_from.isoformat()) == (Decimal("2.35"), STARTS)


def test_a_rule_goes_under_our_reference_and_is_found_by_it_here(
    erp: DemoServer, send: Send, address: Address
) -> None:
    message = queue_rule("campaign/4", items=[{"item_code": ITEM, "unit": "Box"}, {"item_code": OTHER_ITEM}])
    assert send() == Sent(sent=1)
    [stored] = rows(erp, RULE, custom_larder_ref="campaign/4")
    assert (stored["discount_percentage"], stored["priority"], stored["disable"]) == (10.0, "15", 0)
    lines = rows(erp, "Pricing Rule Item Code", parent=stored["name"])
    assert [(line["item_code"], line["uom"]) for line in lines] == [(ITEM, "Box"), (OTHER_ITEM, None)]
    services.run(["pricing_rules"], actor=SYSTEM, address=address)
    here = ErpPricingRule.objects.get(larder_reference=message.reference)
    assert (here.erp_name, here.discount_percentage) == (again(message).erp_name, Decimal(10))


def test_what_changes_again_changes_the_same_document(erp: DemoServer, send: Send) -> None:
    first = queue_rule(discount_percentage="10")
    send()
    queue_rule(discount_percentage="12.5", valid_until="2026-12-24", items=[{"item_code": OTHER_ITEM}])
    assert send(1) == Sent(sent=1)
    [stored] = rows(erp, RULE, custom_larder_ref="campaign/4")
    assert (stored["discount_percentage"], stored["valid_upto"]) == (12.5, "2026-12-24")
    assert [line["item_code"] for line in rows(erp, "Pricing Rule Item Code", parent=stored["name"])] == [
        OTHER_ITEM
    ]
    assert again(first).erp_name == stored["name"]


def test_a_rule_is_switched_off(erp: DemoServer, send: Send) -> None:
    queue_rule()
    send()
    queue_rule(is_active=False)
    send(1)
    assert [row["disable"] for row in rows(erp, RULE, custom_larder_ref="campaign/4")] == [1]


def test_a_price_that_somebody_typed_is_changed_and_not_doubled(erp: DemoServer, send: Send) -> None:
    [theirs] = [row for row in rows(erp, PRICE, item_code=ITEM) if row["valid_from"] == "2026-10-09"]
    message = queue_price(valid_from="2026-10-09", rate="1.65")
    erp.site.asked.clear()
    assert send() == Sent(sent=1)
    assert [row["price_list_rate"] for row in rows(erp, PRICE, item_code=ITEM, valid_from="2026-10-09")] == [
        1.65
    ]
    assert (again(message).erp_name, len(writes(erp))) == (theirs["name"], 1)


def test_what_erpnext_has_already_is_not_written(erp: DemoServer, send: Send) -> None:
    message = queue_price(valid_from="2026-10-09", rate="1.50")
    erp.site.asked.clear()
    assert (send(), writes(erp)) == (Sent(sent=1), [])
    assert again(message).answer["price_list_rate"] == 1.5


def test_of_two_prices_of_one_beginning_the_one_with_that_end_is_meant(erp: DemoServer, send: Send) -> None:
    for end, name in (("2026-12-10", "ends-soon"), ("2026-12-31", "ends-late")):
        erp.site.store.put(
            PRICE, name=name, item_code=ITEM, price_list="Standard Selling", price_list_rate=9.0, uom="Nos",
            currency="GBP", selling=1, packing_unit=0, valid_from=STARTS, valid_upto=end, docstatus=0,
            creation="2026-11-25 00:00:00.000001", modified="2026-11-25 00:00:00.000001",
        )  # fmt: skip
    message = queue_price(valid_until="2026-12-31")
    send()
    assert again(message).erp_name == "ends-late"
    other = queue_price(item_code=OTHER_ITEM)
    for row in ("ends-soon", "ends-late"):
        erp.site.store.put(PRICE, name=row, item_code=OTHER_ITEM, price_list_rate=9.0)
    assert send(1) == Sent(given_up=1)
    assert "ERPNext has 2 documents of this key, ends-late, ends-soon" in again(other).last_error


def test_the_oldest_goes_first(erp: DemoServer, send: Send) -> None:
    queue_rule("campaign/2", priority="2")
    queue_rule("campaign/1", priority="1")
    send()
    numbers = {ref: rows(erp, RULE, custom_larder_ref=ref)[0]["name"] for ref in ("campaign/2", "campaign/1")}
    assert list(numbers) == sorted(numbers, key=lambda ref: numbers[ref])


# --- what waits --------------------------------------------------------------------------------------------
def test_nothing_goes_while_its_control_is_off_and_nothing_is_lost(erp: DemoServer, send: Send) -> None:
    let_push(prices=False)
    message, other = queue_price(), queue_rule()
    assert send() == Sent(sent=1)
    assert (again(message).state, again(message).attempts, again(other).state) == ("pending", 0, "sent")
    let_push()
    assert (send(1), prices(erp)) == (Sent(sent=1), [2.35])


def test_nothing_goes_while_the_environment_forbids_it(erp: DemoServer, send: Send, settings: Any) -> None:
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=False)
    message, _ = queue_price(), queue("umbrella", {}, reference="umbrella/1")
    erp.site.asked.clear()
    assert (send(), send(1, is_early=True), again(message).state) == (Sent(), Sent(), "pending")
    assert list(erp.site.asked) == []


@pytest.mark.parametrize("wrong", ["missing", "not unique"])
def test_without_the_unique_reference_a_rule_waits_and_says_so_while_prices_go(
    erp: DemoServer, send: Send, wrong: str
) -> None:
    field = next(row for row in erp.site.store.table("Custom Field").rows.values() if row["dt"] == RULE)
    if wrong == "missing":
        erp.site.store.remove("Custom Field", field["name"])
        erp.site.store.doctypes[RULE].lose("custom_larder_ref")
    else:
        field["unique"] = 0
    before = len(rows(erp, RULE))
    waiting, going = queue_rule(), queue_price()
    assert send() == Sent(sent=1, held=1)
    held = again(waiting)
    assert (held.state, held.attempts, again(going).state) == ("pending", 0, "sent")
    assert "Larder's reference on “Pricing Rule”" in held.last_error
    assert "“manage.py sync connect” sees to it" in held.last_error
    assert (held.next_try_at and held.next_try_at > NOON, len(rows(erp, RULE))) == (True, before)
    assert send(1) == Sent()


def test_nothing_goes_to_another_erpnext_than_the_one_that_is_mirrored(send: Send, erp: DemoServer) -> None:
    message = queue_price()
    elsewhere = address_of(f"http://localhost:{erp.port}", key=DEMO_KEY, secret=DEMO_SECRET)
    came = sending.send_waiting(at=NOON, actor=SYSTEM, address=elsewhere)
    assert (came.held, "Two sites cannot be mixed" in came.problem) == (1, True)
    assert (again(message).state, Connection.objects.get().reach) == ("pending", "another_site")


def test_a_second_sender_leaves_it_to_the_first(send: Send) -> None:
    message = queue_price()
    with only_one(LOCK), pytest.raises(AlreadyRunningError):
        send()
    assert again(message).state == "pending"


# --- what ERPNext refuses or changes -----------------------------------------------------------------------
def test_a_payload_that_is_wrong_is_never_sent(erp: DemoServer, send: Send) -> None:
    message, unknown = queue_price(rate="0"), queue("umbrella", {}, reference="umbrella/1")
    erp.site.asked.clear()
    assert send() == Sent(given_up=2)
    assert again(message).state == "needs_attention"
    assert again(message).last_error == "It was not sent: “rate” is 0; it has to be above nothing."
    assert again(unknown).last_error == "“umbrella” is nothing that Larder can send."
    assert writes(erp) == []


def test_a_refusal_needs_attention_with_erpnexts_own_words(erp: DemoServer, send: Send) -> None:
    erp.site.store.table("Item").rows["gro-0001"]["max_discount"] = 5.0  # since it was read
    message = queue_rule()
    assert send() == Sent(given_up=1)
    said = again(message)
    assert (
        said.last_error == "ERPNext refused “Pricing Rule”: Max discount allowed for item: GRO-0001 is 5.0%"
    )
    assert said.answer == {
        "refused": "Max discount allowed for item: GRO-0001 is 5.0%",
        "exc_type": "ValidationError",
        "http_status": 417,
    }


def test_a_missing_right_names_the_role(erp: DemoServer, send: Send) -> None:
    erp.site.users[DEMO_KEY] = User("limited", DEMO_SECRET, frozenset({PRICE}))
    message = queue_price()
    assert send() == Sent(given_up=1)
    assert again(message).last_error == (
        "ERPNext does not let our user write “Item Price”: it needs the role Sales Master Manager or "
        "Purchase Master Manager."
    )


def test_what_erpnext_stores_otherwise_is_never_called_sent(erp: DemoServer, send: Send) -> None:
    message = queue_rule(title="Tea <script>alert(1)</script>")
    assert send() == Sent(given_up=1)
    said = again(message)
    assert said.state == "needs_attention"
    assert said.last_error.startswith(
        "ERPNext stored something else than it was told: “title” Tea <script>alert"
    )
    assert said.erp_name == rows(erp, RULE, custom_larder_ref="campaign/4")[0]["name"] == said.answer["name"]


def test_a_bug_of_ours_stops_one_message_and_no_other(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    real = delivering.body_of

    def stumbling(kind: Any, content: Any) -> Any:
        if content.get("item_code") == ITEM:
            raise KeyError("colour")
        return real(kind, content)

    monkeypatch.setattr(delivering, "body_of", stumbling)
    message, other = queue_price(), queue_price(item_code=OTHER_ITEM)
    assert send() == Sent(sent=1, given_up=1)
    assert again(message).last_error == "Larder stumbled over KeyError('colour')."
    assert again(other).state == "sent"


# --- what is lost on the way -------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [queue_price, queue_rule])
@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.TRUNCATED, Fault.WRONG_TYPE, Fault.BAD_GATEWAY])
def test_an_answer_that_was_lost_is_looked_up_and_nothing_is_doubled(
    erp: DemoServer, send: Send, make: Callable[[], Outgoing], fault: Fault
) -> None:
    message, before = make(), (len(rows(erp, PRICE)), len(rows(erp, RULE)))
    erp.site.faults.plan(fault, only_writes=True)
    erp.site.asked.clear()
    came = send()
    if fault == Fault.BAD_GATEWAY:  # nothing was done, and nobody could know
        assert (came, again(message).state) == (Sent(failed=1), "failed")
        came = send(3)
    assert (came, again(message).state) == (Sent(sent=1), "sent")
    assert (len(rows(erp, PRICE)) + len(rows(erp, RULE))) == sum(before) + 1


def test_a_lost_answer_to_a_change_is_looked_up_too(erp: DemoServer, send: Send) -> None:
    queue_price(rate="2.35")
    send()
    message = queue_price(rate="2.40")
    erp.site.faults.plan(Fault.ANSWER_LOST, only_writes=True)
    erp.site.asked.clear()
    assert (send(1), prices(erp), len(writes(erp))) == (Sent(sent=1), [2.4], 1)
    assert again(message).answer["price_list_rate"] == 2.4


def test_a_change_that_never_arrived_is_made_again(erp: DemoServer, send: Send) -> None:
    queue_price(rate="2.35")
    send()
    queue_price(rate="2.40")
    erp.site.faults.plan(Fault.CLOSED, only_writes=True)
    assert (send(1), prices(erp)) == (Sent(sent=1), [2.4])


@pytest.mark.parametrize("make", [queue_price, queue_rule])
def test_what_a_list_hides_from_us_is_not_made_a_second_time(
    erp: DemoServer, send: Send, make: Callable[..., Outgoing]
) -> None:
    """A price with another end would be taken by ERPNext, beside the one that is there."""
    make()
    send()
    message = make(valid_until="2026-12-24")
    erp.site.asked.clear()
    erp.site.faults.plan(Fault.SHORTENED, where=ITEM if make is queue_price else "campaign/4")
    assert (send(1), writes(erp)) == (Sent(failed=1), [])
    assert "does not list it to us: User Permissions may narrow" in again(message).last_error
    assert (send(4), len(writes(erp))) == (Sent(sent=1), 1)


def test_where_somebody_was_quicker_his_document_becomes_ours(erp: DemoServer, send: Send) -> None:
    message = queue_rule()
    body = {
        "title": "Mine", "apply_on": "Transaction", "selling": 1, "discount_percentage": 1,
        "custom_larder_ref": "campaign/4",
    }  # fmt: skip
    with quicker(erp, body):
        assert send() == Sent(sent=1)
    [stored] = rows(erp, RULE, custom_larder_ref="campaign/4")
    assert (stored["title"], again(message).erp_name) == ("Winter week", stored["name"])


def test_what_somebody_else_saves_meanwhile_is_read_again_and_kept(erp: DemoServer, send: Send) -> None:
    queue_price(rate="2.35")
    send()
    queue_price(rate="2.40")
    erp.site.store.table(PRICE)
    name = again(Outgoing.objects.get()).erp_name
    saves = iter(range(100))
    with saved_by_others(erp, times=2, note=lambda: f"seen {next(saves)}", name=name):
        assert send(1) == Sent(sent=1)
    [stored] = rows(erp, PRICE, name=name)
    assert (stored["price_list_rate"], stored["note"]) == (2.4, "seen 1")


def test_what_somebody_else_keeps_saving_is_tried_later(erp: DemoServer, send: Send) -> None:
    queue_price(rate="2.35")
    send()
    message = queue_price(rate="2.40")
    name = again(message).erp_name
    with saved_by_others(erp, times=50, note=lambda: "mine", name=name):
        assert send(1) == Sent(failed=1)
    assert "was changed by somebody else each time" in again(message).last_error
    assert (send(4), prices(erp)) == (Sent(sent=1), [2.4])


class saved_by_others:  # noqa: N801 - reads as a verb
    """Somebody saves the document in ERPNext before each change of ours arrives, so many times."""

    def __init__(self, erp: DemoServer, *, times: int, note: Callable[[], str], name: str) -> None:
        self.site, self.left, self.note, self.name = erp.site, times, note, name

    def __enter__(self) -> None:
        self.answer = self.site.answer
        self.site.answer = self._answer  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        del self.site.answer

    def _answer(self, request: Any) -> Any:
        if request.method == "PUT" and self.left:
            self.left -= 1
            user = next(iter(self.site.users.values()))
            self.site.desk.change(user, PRICE, self.name, {"note": self.note()})
        return self.answer(request)


class quicker(saved_by_others):  # noqa: N801 - reads as a comparison
    """Somebody makes the document just before ours arrives."""

    def __init__(self, erp: DemoServer, body: dict[str, Any]) -> None:
        self.site, self.bodies = erp.site, [body]

    def _answer(self, request: Any) -> Any:
        if request.method == "POST" and request.writes and self.bodies:
            self.site.desk.insert(next(iter(self.site.users.values())), RULE, self.bodies.pop())
        return self.answer(request)


# --- ERPNext away ------------------------------------------------------------------------------------------
def test_while_erpnext_is_away_everything_waits_and_goes_when_it_is_back(erp: DemoServer, send: Send) -> None:
    messages = [queue_price(), queue_rule()]
    erp.site.maintenance = True
    came = [send(minutes) for minutes in range(0, 60, 6)]
    assert {(one.held, one.sent, one.failed) for one in came} == {(2, 0, 0)}
    assert [again(one).attempts for one in messages] == [0, 0]
    assert "in maintenance" in again(messages[0]).last_error
    down = Connection.objects.get()
    assert (down.reach, abs(down.since - NOON) < timedelta(minutes=1)) == ("unreachable", True)
    erp.site.maintenance = False
    assert send(61) == Sent(sent=2)
    assert (Connection.objects.get().reach, prices(erp)) == ("well", [2.35])


def test_when_it_goes_away_half_way_the_rest_waits_untouched(erp: DemoServer, send: Send) -> None:
    first, second = queue_price(), queue_price(item_code=OTHER_ITEM)
    erp.site.faults.plan(Fault.MAINTENANCE, where=ITEM, times=100)
    came = send()
    assert (came.failed, came.sent, "in maintenance" in came.problem) == (1, 0, True)
    assert (again(first).state, again(first).attempts, again(second).state) == ("failed", 1, "pending")
    assert Connection.objects.get().reach == "unreachable"
    erp.site.faults.calm()
    assert (send(1), again(first).state) == (Sent(sent=1), "failed")  # its time has not come
    assert send(3) == Sent(sent=1)


def test_a_key_that_is_refused_stops_everything(erp: DemoServer, send: Send) -> None:
    message = queue_price()
    user = erp.site.users.pop(DEMO_KEY)
    came = send()
    assert (came.held, "does not accept our API key" in came.problem) == (1, True)
    assert (again(message).state, Connection.objects.get().reach) == ("pending", "refused")
    erp.site.users[DEMO_KEY] = user
    assert send(6) == Sent(sent=1)


def test_a_failure_is_tried_again_ever_later_and_then_needs_attention(erp: DemoServer, send: Send) -> None:
    message = queue_price()
    erp.site.faults.plan(Fault.CLOSED, only_writes=True, times=1000)
    minutes, waits = 0.0, []
    for _ in range(MOST_ATTEMPTS - 1):
        assert send(minutes) == Sent(failed=1)
        due = again(message).next_try_at
        assert due is not None
        waits.append((due - NOON).total_seconds() / 60 - minutes)
        minutes = (due - NOON).total_seconds() / 60 + 0.01
    for wait, step in zip(waits, (2, 3, 5, 15, *[60] * 7), strict=True):
        assert step <= wait < 1.2 * step + 0.1
    assert send(minutes) == Sent(given_up=1)
    assert again(message).last_error.startswith(
        "It was tried 12 times. The last time: ERPNext at http://127.0.0.1"
    )
    erp.site.faults.calm()
    outgoing.retry(message.pk, actor=SYSTEM)
    assert (send(minutes), again(message).attempts) == (Sent(sent=1), 1)


def test_a_person_need_not_wait_for_the_next_try(erp: DemoServer, send: Send) -> None:
    message = queue_price()
    erp.site.faults.plan(Fault.CLOSED, only_writes=True)
    send()
    assert (send(0.1), send(0.1, is_early=True)) == (Sent(), Sent(sent=1))
    assert again(message).state == "sent"


# --- dead senders, and changes under way -------------------------------------------------------------------
def test_what_a_dead_sender_had_begun_is_looked_up_once_that_must_be_over(
    erp: DemoServer, send: Send
) -> None:
    written, unwritten = queue_price(), queue_price(item_code=OTHER_ITEM)
    send()  # and died before it could say so, the other before it had begun
    Outgoing.objects.filter(pk=written.pk).update(state="sending", sent_at=None, taken_at=NOON, erp_name="")
    Outgoing.objects.filter(pk=unwritten.pk).update(state="sending", sent_at=None, taken_at=NOON, erp_name="")
    erp.site.store.remove(PRICE, rows(erp, PRICE, item_code=OTHER_ITEM, valid_from=STARTS)[0]["name"])
    erp.site.asked.clear()
    assert send(1.5, is_early=True) == Sent()
    assert {again(written).state, again(unwritten).state} == {"failed"}
    assert send(2.1) == Sent(sent=2)
    assert (len(writes(erp)), prices(erp)) == (1, [2.35])


def has_just_failed(erp: DemoServer, send: Send) -> None:
    """ERPNext took up a price and has not written it yet."""
    message = queue_price()
    erp.site.faults.plan(Fault.BAD_GATEWAY, only_writes=True)
    assert (send(), again(message).state) == (Sent(failed=1), "failed")


def whose_sender_has_died(erp: DemoServer, send: Send) -> None:
    """The same, and who sent it is no more."""
    outgoing.take(queue_price().pk, at=NOON, actor=SYSTEM)


def has_failed_for_the_last_time(erp: DemoServer, send: Send) -> None:
    """The same at the twelfth attempt: a person has to look at it."""
    message = queue_price()
    Outgoing.objects.update(attempts=MOST_ATTEMPTS - 1)
    erp.site.faults.plan(Fault.BAD_GATEWAY, only_writes=True)
    assert (send(), again(message).state) == (Sent(given_up=1), "needs_attention")


def changes_again() -> None:
    queue_price(valid_until="2026-12-24")


def is_edited_by_hand() -> None:
    said = price(valid_until="2026-12-24")
    outgoing.retry(Outgoing.objects.get().pk, actor=MARY, payload=said)


def is_discarded_and_comes_again() -> None:
    outgoing.discard(Outgoing.objects.get().pk, actor=MARY, reason="withdrawn")
    changes_again()


@pytest.mark.parametrize(
    ("begun", "change"),
    [
        (has_just_failed, is_discarded_and_comes_again),
        (has_failed_for_the_last_time, changes_again),
        (has_failed_for_the_last_time, is_edited_by_hand),
        (has_just_failed, changes_again),
        (has_just_failed, is_edited_by_hand),
        (whose_sender_has_died, changes_again),
    ],
)
@time_machine.travel(NOON)
def test_what_may_still_arrive_is_waited_for_before_something_else_is_said_even_by_hand(
    erp: DemoServer,
    send: Send,
    begun: Callable[[DemoServer, Send], None],
    change: Callable[[], None],
) -> None:
    """ERPNext would take a price with another end beside the one that is on its way."""
    begun(erp, send)
    change()
    assert [send(minutes, is_early=True) for minutes in (0.1, 0.3)] == [Sent(), Sent()]
    assert "may still reach ERPNext" in why_it_stands(Outgoing.objects.get())
    body = {"item_code": ITEM, "price_list": "Standard Selling", "price_list_rate": 2.35, "uom": "Nos"}
    erp.site.desk.insert(next(iter(erp.site.users.values())), PRICE, body | {"valid_from": STARTS})
    assert (send(2.5), prices(erp, valid_upto="2026-12-24"), len(prices(erp))) == (Sent(sent=1), [2.35], 1)


@pytest.fixture
def under_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something happen here while the first message is with ERPNext."""

    def happens(change: Callable[[], object]) -> None:
        changes, real = [change], sending.deliver

        def deliver(*args: Any, **given: Any) -> Any:
            while changes:
                changes.pop()()
            return real(*args, **given)

        monkeypatch.setattr(sending, "deliver", deliver)

    return happens


def test_what_changes_while_it_is_under_way_goes_once_more(
    erp: DemoServer, send: Send, under_way: Callable[..., None]
) -> None:
    queue_price(rate="2.35")
    under_way(lambda: queue_price(rate="2.50"))
    assert send() == Sent(sent=1, changed=1)
    message = Outgoing.objects.get()
    assert (prices(erp), message.state, message.revision) == ([2.5], "sent", 2)


def test_what_is_refused_while_it_changes_is_sent_as_it_is_now(
    erp: DemoServer, send: Send, under_way: Callable[..., None]
) -> None:
    erp.site.store.table("Item").rows["gro-0001"]["max_discount"] = 5.0
    queue_rule(discount_percentage="10")
    under_way(lambda: queue_rule(discount_percentage="5"))
    assert send() == Sent(sent=1, given_up=1)
    assert Outgoing.objects.get().state == "sent"
