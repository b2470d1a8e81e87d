"""A person's name, language and theme, changed from two browsers: nobody's change is lost without a word."""

import re

import pytest

from apps.accounts import services
from apps.accounts.errors import StaleReviewError
from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core.actors import COMMAND, Actor
from apps.core.models import AuditEntry
from tests.accounts.acting import at_once, trail
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
AT_FIRST = {"full_name": "Grace", "language": "en", "theme": "system"}
SAID = "It was changed meanwhile, to “Grace Two”. Save again to have yours instead."


@pytest.fixture
def grace():
    return StaffFactory(role=Role.CLERK, **AT_FIRST)


def now(person):
    return User.objects.values("full_name", "language", "theme").get(pk=person.pk)


def as_shown(page):
    """What the form brings along of what it showed."""
    return dict(re.findall(r'name="(seen_\w+)" value="([^"]*)"', page))


def pages(person, manager):
    """His own page and the form of who manages staff."""
    edit = f"/admin/accounts/user/{person.pk}/edit/"
    return [
        (signed_in(person), "/admin/profile/", {"do": "save"}),
        (signed_in(manager), edit, {"_form_submitted": "on"}),
    ]


@pytest.mark.parametrize("which", [0, 1], ids=["his own page", "the form of staff"])
def test_the_second_of_two_who_change_the_same_is_shown_what_the_first_chose(grace, manager, which):
    browser, page, sent = pages(grace, manager)[which]
    shown = as_shown(browser.get(page).content.decode())
    assert shown == {f"seen_{name}": value for name, value in AT_FIRST.items()}
    services.change_profile(grace.pk, actor=COMMAND, full_name="Grace Two")
    mine = sent | shown | AT_FIRST | {"full_name": "Grace Three"}
    told = browser.post(page, mine).content.decode()
    assert SAID in told
    assert 'value="Grace Three"' in told  # what was typed stays
    assert now(grace) == AT_FIRST | {"full_name": "Grace Two"}
    assert as_shown(told)["seen_full_name"] == "Grace Two"
    browser.post(page, mine | as_shown(told))
    assert now(grace) == AT_FIRST | {"full_name": "Grace Three"}


@pytest.mark.parametrize("which", [0, 1], ids=["his own page", "the form of staff"])
def test_two_who_change_different_things_both_have_their_way(grace, manager, which):
    browser, page, sent = pages(grace, manager)[which]
    shown = as_shown(browser.get(page).content.decode())
    services.change_profile(grace.pk, actor=COMMAND, language="ar")
    browser.post(page, sent | shown | AT_FIRST | {"full_name": "Grace Two"})
    assert now(grace) == {"full_name": "Grace Two", "language": "ar", "theme": "system"}
    last = AuditEntry.objects.latest("id")
    assert (last.before, last.after) == ({"full_name": "Grace"}, {"full_name": "Grace Two"})


def test_what_both_chose_alike_is_no_conflict(grace):
    services.change_profile(grace.pk, actor=COMMAND, language="ar")
    services.change_profile(grace.pk, actor=Actor.of(grace), seen=AT_FIRST, language="ar")
    assert (now(grace)["language"], trail()) == ("ar", ["user.changed"])


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_very_same_moment_one_is_told(grace):
    outcomes = at_once(
        lambda: services.change_profile(grace.pk, actor=COMMAND, seen=AT_FIRST, full_name="Grace Two"),
        lambda: services.change_profile(grace.pk, actor=COMMAND, seen=AT_FIRST, full_name="Grace Three"),
    )
    assert outcomes.count(StaleReviewError) == 1
    assert trail() == ["user.changed"]


def test_the_api_refuses_what_crossed_another_change_at_its_field(grace, desk):
    def patch(**given):
        at = f"/api/v1/staff/users/{grace.pk}"
        return desk.patch(at, given, content_type="application/json")

    services.change_profile(grace.pk, actor=COMMAND, full_name="Grace Two")
    problem = patch(full_name="Grace Three", language="fr", seen=AT_FIRST)
    assert (problem.status_code, problem.json()["code"]) == (409, "stale-review")
    assert [(one["field"], one["message"]) for one in problem.json()["errors"]] == [("full_name", SAID)]
    assert now(grace) == AT_FIRST | {"full_name": "Grace Two"}
    told = patch(full_name="Grace", language="fr", seen=AT_FIRST)  # the name as it was seen: left alone
    assert (told.status_code, told.json()["full_name"], told.json()["language"]) == (200, "Grace Two", "fr")
    assert patch(full_name="Grace Four").json()["full_name"] == "Grace Four"  # who shows nothing, overwrites
