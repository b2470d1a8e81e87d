"""The inbox and the item: who sees what, and what a click does."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Right
from apps.accounts.permissions import Role
from apps.approvals import registry, services
from apps.approvals.models import Item
from apps.approvals.states import ItemState, Risk
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.notifications.models import Receipt
from tests.approvals.conftest import decider, price_of
from tests.factories.accounts import StaffFactory
from tests.factories.approvals import proposal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("price_kind")]
INBOX = "/admin/todo/"


@pytest.fixture
def clerk():
    return StaffFactory(role=Role.CLERK, full_name="Clara Clerk")


@pytest.fixture
def boss():
    return StaffFactory(role=Role.ADMIN, full_name="Ben Boss")


@pytest.fixture
def item(clerk):
    return services.ask(proposal(), actor=Actor.of(clerk))


def page_of(item):
    return reverse("admin:todo_item", args=[item.pk])


def test_whoever_may_decide_finds_it_waiting(client, boss, item):
    client.force_login(boss)
    page = client.get(INBOX)
    assert [row.pk for row in page.context["rows"]] == [item.pk]
    assert "Milk 1 l to £1.20" in page.content.decode()


def test_a_clerk_sees_his_own_and_no_colleagues(client, clerk, item):
    other = services.ask(
        proposal(subject=Subject("test.product", "tea", "Tea"), title="Tea to £9"),
        actor=Actor.of(StaffFactory()),
    )
    client.force_login(clerk)
    assert [row.pk for row in client.get(INBOX, {"show": "made"}).context["rows"]] == [item.pk]
    assert client.get(page_of(item)).status_code == 200
    assert client.get(page_of(other)).status_code == 404


def test_without_the_right_there_is_no_inbox(client, item):
    client.force_login(StaffFactory(role=Role.DRIVER))
    assert client.get(INBOX).status_code == 403
    assert client.get(page_of(item)).status_code == 403


def test_the_page_shows_before_and_after(client, boss, item):
    client.force_login(boss)
    (line,) = client.get(page_of(item)).context["lines"]
    assert (line.title, line.was.text, line.asked.text, line.is_changed) == ("Price", "1.10", "1.20", True)


def test_a_click_accepts_and_says_so(client, boss, item):
    client.force_login(boss)
    answer = client.post(page_of(item), {"do": "accept", "seen": 1}, follow=True)
    assert "“Milk 1 l to £1.20” was accepted." in answer.content.decode()
    assert price_of("milk") == "1.20"


def test_a_corrected_item_is_accepted_as_corrected(client, boss, item):
    client.force_login(boss)
    client.post(page_of(item), {"do": "edit", "seen": 1, "price": "1.15"})
    assert price_of("milk") == "1.15"


def test_a_wrong_correction_comes_back_with_its_reason(client, boss, item):
    client.force_login(boss)
    answer = client.post(page_of(item), {"do": "edit", "seen": 1, "price": "-1"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["price"]
    assert (Item.objects.get().state, price_of("milk")) == (ItemState.OPEN, None)


def test_what_is_wrong_with_a_correction_as_a_whole_is_said_in_its_dialog(client, boss, item, price_kind):
    class Odd(price_kind.edit_form):
        def clean(self):
            raise ValidationError("Milk is dearer than tea.")

    object.__setattr__(price_kind, "edit_form", Odd)
    client.force_login(boss)
    answer = client.post(page_of(item), {"do": "edit", "seen": 1, "price": "1.15"})
    dialog = answer.content.decode().partition('id="edit"')[2].partition("</form>")[0]
    assert (answer.status_code, "Milk is dearer than tea." in dialog, 'value="1.15"' in dialog) == (
        422,
        True,
        True,
    )
    assert (Item.objects.get().state, price_of("milk")) == (ItemState.OPEN, None)


def test_a_rejection_without_a_reason_is_not_taken(client, boss, item):
    client.force_login(boss)
    assert client.post(page_of(item), {"do": "reject", "reason": " "}).status_code == 422
    assert Item.objects.get().state == ItemState.OPEN
    client.post(page_of(item), {"do": "reject", "reason": "too dear"})
    assert (Item.objects.get().state, Item.objects.get().reason) == (ItemState.REJECTED, "too dear")


def test_the_maker_takes_it_back_but_cannot_accept_it(client, clerk, item):
    client.force_login(clerk)
    assert client.post(page_of(item), {"do": "accept", "seen": 1}).status_code == 403
    assert Item.objects.get().state == ItemState.OPEN
    client.post(page_of(item), {"do": "reject", "reason": "my mistake"})
    assert Item.objects.get().state == ItemState.REJECTED


def test_even_with_every_right_ones_own_work_needs_another(client, boss):
    own = services.ask(proposal(), actor=Actor.of(boss))
    client.force_login(boss)
    assert client.get(page_of(own)).context["may_decide"] is False
    answer = client.post(page_of(own), {"do": "accept", "seen": 1}, follow=True)
    assert "somebody else has to accept it" in answer.content.decode()
    assert (Item.objects.get().state, price_of("milk")) == (ItemState.OPEN, None)


def test_the_second_of_two_is_told_on_the_page(client, boss, item):
    services.accept(item.pk, actor=Actor(kind="staff", id="0", label="Quick Quinn"))
    client.force_login(boss)
    answer = client.post(page_of(item), {"do": "reject", "reason": "late"}, follow=True)
    assert "Quick Quinn decided this" in answer.content.decode()


def test_the_routes_right_alone_does_not_decide(client, item):
    person = StaffFactory()
    for key in ("todo.view", "todo.approve"):
        Right.objects.create(user=person, key=key, source=Right.Source.ALLOW)
    services.assign(item.pk, to=person, actor=Actor.of(person))
    client.force_login(person)
    answer = client.post(page_of(item), {"do": "accept", "seen": 1}, follow=True)
    assert "products.approve" in answer.content.decode()
    assert Item.objects.get().state == ItemState.OPEN


def test_an_item_is_given_only_to_somebody_who_could_decide_it(client, boss, clerk, item):
    client.force_login(boss)
    client.post(page_of(item), {"do": "assign", "to": boss.pk})
    assert Item.objects.get().assignee == boss
    refused = client.post(page_of(item), {"do": "assign", "to": clerk.pk})
    assert (refused.status_code, Item.objects.get().assignee) == (422, boss)
    assert "Choose somebody who may decide this." in refused.content.decode()
    client.post(page_of(item), {"do": "assign", "to": ""})
    assert Item.objects.get().assignee is None


def test_low_risk_goes_together_and_the_rest_is_left_and_named(client, boss, clerk):
    def ask(name, risk):
        return services.ask(
            proposal(subject=Subject("test.product", name, name), risk=risk), actor=Actor.of(clerk)
        )

    low, high = ask("tea", Risk.LOW), ask("gin", Risk.HIGH)
    client.force_login(boss)
    looked = client.post(INBOX, {"item": [f"{low.pk}:1", f"{high.pk}:1"]})
    assert [row.pk for row in looked.context["items"]] == [low.pk]
    assert looked.context["left"] == 1
    assert price_of("tea") is None
    asked = {"step": "accept", "item": [f"{low.pk}:1", f"{high.pk}:1"]}
    said = client.post(INBOX, asked, follow=True).content.decode()
    assert "1 item was accepted." in said
    assert "1 item was left" in said
    assert (price_of("tea"), price_of("gin")) == ("1.20", None)


def test_a_click_without_a_token_does_nothing(boss, item):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(boss)
    assert strict.post(page_of(item), {"do": "accept", "seen": 1}).status_code == 403
    assert Item.objects.get().state == ItemState.OPEN


@pytest.mark.parametrize("rows", [2, 20])
def test_the_inbox_costs_the_same_however_long_it_is(
    client, boss, clerk, rows, django_assert_max_num_queries
):
    for number in range(rows):
        services.ask(
            proposal(subject=Subject("test.product", str(number), "x"), risk=Risk.LOW), actor=Actor.of(clerk)
        )
    client.force_login(boss)
    with django_assert_max_num_queries(14):
        assert len(client.get(INBOX).context["rows"]) == rows


def test_an_item_of_a_kind_that_a_release_dropped_still_shows(client, boss, item, price_kind):
    services.assign(item.pk, to=boss, actor=Actor.of(boss))
    registry.forget(price_kind.key)
    client.force_login(boss)
    assert client.get(page_of(item)).status_code == 200
    client.post(page_of(item), {"do": "accept", "seen": 1})
    assert Item.objects.get().state == ItemState.OPEN


def test_an_item_of_a_kind_that_a_release_dropped_can_be_taken_back(client, clerk, item, price_kind):
    registry.forget(price_kind.key)
    client.force_login(clerk)
    client.post(page_of(item), {"do": "reject", "reason": "no longer needed"})
    assert Item.objects.get().state == ItemState.REJECTED


def test_who_may_not_approve_turns_down_nobody_elses_work(client, item):
    person = decider()
    Right.objects.create(user=person, key="todo.view", source=Right.Source.ALLOW)
    client.force_login(person)
    answer = client.post(page_of(item), {"do": "reject", "reason": "no"}, follow=True)
    assert "todo.approve" in answer.content.decode()
    assert Item.objects.get().state == ItemState.OPEN


def test_what_changed_while_it_was_looked_at_is_not_accepted(client, boss, clerk, item):
    client.force_login(boss)
    assert client.get(page_of(item)).context["item"].revision == 1
    services.ask(proposal(after={"price": "9.99"}), actor=Actor.of(clerk))
    for form in ({"do": "accept", "seen": 1}, {"do": "edit", "seen": 1, "price": "1.15"}):
        answer = client.post(page_of(item), form, follow=True)
        assert "has changed “Milk 1 l to £1.20” since you opened it" in answer.content.decode()
    assert (Item.objects.get().state, price_of("milk")) == (ItemState.OPEN, None)


def test_what_changed_since_the_preview_is_not_accepted_together(client, boss, clerk):
    low = services.ask(proposal(risk=Risk.LOW), actor=Actor.of(clerk))
    services.ask(proposal(risk=Risk.LOW, after={"price": "9.99"}), actor=Actor.of(clerk))
    client.force_login(boss)
    said = client.post(INBOX, {"step": "accept", "item": [f"{low.pk}:1"]}, follow=True).content.decode()
    assert "since you opened it" in said
    assert client.post(INBOX, {"step": "accept", "item": [low.pk]}).status_code == 400
    assert (Item.objects.get().state, price_of("milk")) == (ItemState.OPEN, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["milk", "gin"]),
        ({"q": "gi"}, ["gin"]),
        ({"q": "clara"}, ["milk", "gin"]),
        ({"q": "nothing"}, []),
        ({"risk": "high"}, ["gin"]),
        ({"kind": "test.price"}, ["milk", "gin"]),
        ({"age": "3d"}, ["milk"]),
        ({"order": "newest"}, ["gin", "milk"]),
        ({"order": "value"}, ["gin", "milk"]),
        ({"maker": "staff:0"}, []),
        ({"risk": "no such", "age": "x", "order": "'"}, ["milk", "gin"]),
    ],
)
def test_the_inbox_is_searched_narrowed_and_put_in_order(client, boss, clerk, query, found):
    now = timezone.now()
    for name, risk, days, value in (("milk", Risk.LOW, 5, "1.00"), ("gin", Risk.HIGH, 1, "50.00")):
        asked = proposal(subject=Subject("test.product", name, name), title=name, risk=risk, value=value)
        services.ask(asked, actor=Actor.of(clerk), at=now - timedelta(days=days))
    client.force_login(boss)
    page = client.get(INBOX, query)
    assert [row.title for row in page.context["rows"]] == found
    narrows = {"q", "kind", "maker"} & set(query) or query.get("risk") == "high" or query.get("age") == "3d"
    assert page.context["filtered"] is bool(narrows)


def test_a_colleague_who_is_given_an_item_is_told_and_whoever_takes_it_himself_is_not(
    client, boss, item, django_capture_on_commit_callbacks
):
    other = StaffFactory(role=Role.ADMIN, full_name="Olga Other")
    client.force_login(boss)
    for to in (boss, other):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(page_of(item), {"do": "assign", "to": to.pk})
    told = Receipt.objects.filter(notice__kind="todo.assigned").values_list("user", "notice__text")
    assert list(told) == [(other.pk, "Ben Boss gave it to you")]


def test_a_message_that_a_worker_gets_twice_tells_once_and_giving_it_once_more_tells_again(
    item, boss, django_capture_on_commit_callbacks
):
    other = StaffFactory(role=Role.ADMIN, full_name="Olga Other")
    for to in (other, None, other):
        with django_capture_on_commit_callbacks() as nudges:
            services.assign(item.pk, to=to, actor=Actor.of(boss))
        for nudge in [*nudges, *nudges]:  # a worker was killed before he could say that it was done
            nudge()
    assert Receipt.objects.filter(notice__kind="todo.assigned", user=other).count() == 2


@pytest.mark.parametrize(("closer", "label"), [("boss", "Ben Boss"), ("", "Larder")])
def test_whoever_closed_an_item_is_named_wherever_it_is_told(request, desk, item, closer, label):
    actor = Actor.of(request.getfixturevalue(closer)) if closer else SYSTEM
    services.close_items([item.pk], actor=actor, reason="The line has its product.")
    page = desk.get(page_of(item)).content.decode()
    assert re.findall(r"<dt>(Closed by|Decided by)</dt><dd><bdi>(.+?)</bdi>", page) == [("Closed by", label)]
    trail = desk.get("/admin/core/auditentry/?action=todo.closed").content.decode()
    assert "To Do item closed" in trail
    assert label in trail
    assert "by itself" not in page + trail
