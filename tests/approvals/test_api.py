"""To Do over the API: as nobody, as a stranger, as the maker, as the one who decides."""

import pytest

from apps.accounts.permissions import Role
from apps.approvals import registry, services
from apps.approvals.models import Item
from apps.approvals.states import ItemState
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.models import AuditEntry
from tests.approvals.conftest import price_of
from tests.factories.accounts import StaffFactory
from tests.factories.approvals import proposal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("price_kind")]
TODO = "/api/v1/staff/todo"


@pytest.fixture
def clerk():
    return StaffFactory(role=Role.CLERK)


@pytest.fixture
def boss():
    return StaffFactory(role=Role.ADMIN)


@pytest.fixture
def item(clerk):
    return services.ask(proposal(value="40.00"), actor=Actor.of(clerk))


def post(client, path, body):
    return client.post(f"{TODO}/{path}", body, content_type="application/json")


def test_nobody_is_let_in(client, item):
    assert client.get(TODO).status_code == 401
    assert post(client, f"{item.pk}/accept", {"revision": 1}).status_code == 401
    assert Item.objects.get().state == ItemState.OPEN


def test_a_stranger_finds_nothing(client, item):
    client.force_login(StaffFactory(role=Role.DRIVER))
    assert client.get(TODO).status_code == 403


def test_another_clerk_finds_nothing_of_his_colleagues(client, item):
    client.force_login(StaffFactory(role=Role.CLERK))
    assert client.get(TODO).json()["results"] == []
    assert client.get(f"{TODO}/{item.pk}").status_code == 404
    assert post(client, f"{item.pk}/reject", {"reason": "x"}).status_code == 404


def test_what_waits_is_listed_and_shown(client, boss, item):
    client.force_login(boss)
    (row,) = client.get(TODO, {"state": "open"}).json()["results"]
    assert (row["id"], row["title"], row["value"], row["assigned_to"]) == (
        str(item.pk),
        item.title,
        "40.00",
        None,
    )
    shown = client.get(f"{TODO}/{item.pk}").json()
    assert (shown["before"], shown["after"]) == ({"price": "1.10"}, {"price": "1.20"})


def test_accepting_and_what_it_answers(client, boss, item):
    client.force_login(boss)
    answer = post(client, f"{item.pk}/accept", {"revision": 1})
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert price_of("milk") == "1.20"


def test_accepting_a_corrected_version(client, boss, item):
    client.force_login(boss)
    assert post(client, f"{item.pk}/accept", {"revision": 1, "edited": {"price": "1.15"}}).json()[
        "edited"
    ] == {"price": "1.15"}
    assert price_of("milk") == "1.15"


def test_a_wrong_correction_is_a_problem_that_names_the_field(client, boss, item):
    client.force_login(boss)
    answer = post(client, f"{item.pk}/accept", {"revision": 1, "edited": {"price": "x"}})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ["price"]
    assert price_of("milk") is None


def test_ones_own_work_is_refused_with_its_own_code(client, boss):
    own = services.ask(proposal(), actor=Actor.of(boss))
    client.force_login(boss)
    answer = post(client, f"{own.pk}/accept", {"revision": 1})
    assert (answer.status_code, answer.json()["code"]) == (403, "own-work")
    assert Item.objects.get().state == ItemState.OPEN


def test_the_second_of_two_is_told(client, boss, item):
    services.accept(item.pk, actor=Actor(kind="staff", id="0", label="Quick Quinn"))
    client.force_login(boss)
    answer = post(client, f"{item.pk}/reject", {"reason": "late"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already-decided")
    assert "Quick Quinn" in answer.json()["detail"]


def test_a_rejection_needs_a_reason(client, boss, item):
    client.force_login(boss)
    assert post(client, f"{item.pk}/reject", {"reason": "  "}).status_code == 422
    assert post(client, f"{item.pk}/reject", {"reason": "too dear"}).json()["reason"] == "too dear"


def test_the_maker_takes_his_own_back(client, clerk, item):
    client.force_login(clerk)
    assert post(client, f"{item.pk}/reject", {"reason": "my mistake"}).json()["state"] == "rejected"


def test_assigning(client, boss, item):
    client.force_login(boss)
    assert post(client, f"{item.pk}/assign", {"to": str(boss.pk)}).json()["assigned_to"] == boss.email
    assert client.get(TODO, {"mine": "true"}).json()["results"][0]["id"] == str(item.pk)
    assert post(client, f"{item.pk}/assign", {"to": 99999}).status_code == 422
    assert post(client, f"{item.pk}/assign", {"to": None}).json()["assigned_to"] is None


def test_an_item_is_given_only_to_somebody_who_could_decide_it(client, boss, clerk, item):
    client.force_login(boss)
    refused = post(client, f"{item.pk}/assign", {"to": clerk.pk})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-person")
    assert Item.objects.get().assignee is None


def test_an_item_of_a_kind_that_a_release_dropped_is_not_decided(client, boss, item, price_kind):
    services.assign(item.pk, to=boss, actor=Actor.of(boss))
    registry.forget(price_kind.key)
    client.force_login(boss)
    assert post(client, f"{item.pk}/accept", {"revision": 1}).status_code == 404
    assert Item.objects.get().state == ItemState.OPEN


def test_the_form_of_the_kind_says_whether_a_field_may_be_emptied(client, boss, item):
    client.force_login(boss)
    refused = post(client, f"{item.pk}/accept", {"revision": 1, "edited": {"price": None}})
    assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [("price", "required")]


def test_what_the_maker_has_changed_since_is_not_accepted_unseen(client, boss, clerk, item):
    client.force_login(boss)
    seen = client.get(f"{TODO}/{item.pk}").json()["revision"]
    services.ask(proposal(after={"price": "9.99"}), actor=Actor.of(clerk))
    refused = post(client, f"{item.pk}/accept", {"revision": seen})
    assert (refused.status_code, refused.json()["code"]) == (409, "changed-since")
    assert (Item.objects.get().state, price_of("milk")) == (ItemState.OPEN, None)
    assert post(client, f"{item.pk}/accept", {"revision": seen + 1}).status_code == 200
    assert price_of("milk") == "9.99"


def test_without_a_revision_nothing_is_accepted(client, boss, item):
    client.force_login(boss)
    assert post(client, f"{item.pk}/accept", {}).status_code == 422
    assert Item.objects.get().state == ItemState.OPEN


def test_the_same_acceptance_sent_again_is_answered_again_and_carried_out_once(client, boss, item):
    client.force_login(boss)
    first, again = (post(client, f"{item.pk}/accept", {"revision": 1}) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert AuditEntry.objects.filter(action="todo.accepted").count() == 1
    assert post(client, f"{item.pk}/reject", {"reason": "after all"}).status_code == 409


def test_the_list_is_searched_and_narrowed(client, boss, clerk, item):
    tea = services.ask(
        proposal(subject=Subject("test.product", "tea", "Tea"), title="Tea to £9"), actor=Actor.of(clerk)
    )
    client.force_login(boss)
    found = {
        query: [row["id"] for row in client.get(f"{TODO}?{query}").json()["results"]]
        for query in (
            "q=te",
            "q=person",
            "q=nothing",
            f"maker=staff:{clerk.pk}",
            "asked_before=2020-01-01T00:00:00Z",
        )
    }
    both = [str(item.pk), str(tea.pk)]
    assert list(found.values()) == [[str(tea.pk)], both, [], both, []]
