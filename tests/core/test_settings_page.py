"""The settings page: shows what will change, then saves just that."""

import re

import pytest

from apps.accounts.models import Right
from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import Actor
from apps.core.models import AuditEntry, OptionValue
from apps.core.options import Flag, OptionGroup, Secret, Text, groups
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/settings/?group=api"
TRIED = "/admin/settings/?group=tried"


@pytest.fixture(scope="module", autouse=True)
def _tried():
    class Tried(OptionGroup):
        key, title, order = "tried", "Tried", 500
        word = Text("Word", default="milk")
        is_on = Flag("Switched on", default=True)
        pass_phrase = Secret("Pass phrase", default=None)

    yield
    groups._parts.pop("tried")


@pytest.fixture
def boss(client):
    person = StaffFactory(role=Role.ADMIN, full_name="Ben Boss")
    client.force_login(person)
    return person


def fields(**values):
    return {
        f"tried.{name}": value for name, value in {"word": "milk", "is_on": "true", "pass_phrase": ""}.items()
    } | {f"tried.{name}": value for name, value in values.items()}


def review_and_save(client, page, given):
    seal = re.search(r'name="seen" value="(\w+)"', client.post(page, given).content.decode())
    return client.post(page, given | {"seen": seal[1]}, follow=True)


def whole(client, given):
    """The whole form as the page shows it, with something typed into it."""
    return {entry.option.key: entry.typed for entry in client.get(PAGE).context["entries"]} | given


def test_a_change_is_shown_before_it_is_saved(client, boss):
    page = client.post(PAGE, whole(client, {"api.requests_per_minute": "700"}))
    (change,) = page.context["changes"]
    assert (change.was, change.now) == ("600", "700")
    assert OptionValue.objects.count() == 0


def test_the_second_post_saves_it_with_who_and_why(client, boss):
    review_and_save(client, PAGE, whole(client, {"api.requests_per_minute": "700", "reason": "tills"}))
    assert options.api.requests_per_minute == 700
    entry = AuditEntry.objects.get(action="option.changed")
    assert (entry.actor_label, entry.reason, entry.before, entry.after) == (
        "Ben Boss",
        "tills",
        {"value": "600"},
        {"value": "700"},
    )
    assert "Ben Boss" in client.get(PAGE).content.decode()


def test_what_was_not_shown_is_not_saved(client, boss):
    page = client.post(PAGE, whole(client, {"api.requests_per_minute": "700"})).content.decode()
    seal = re.search(r'name="seen" value="(\w+)"', page)[1]
    again = client.post(PAGE, whole(client, {"api.requests_per_minute": "70000", "seen": seal}))
    assert again.context["changes"][0].now == "70000"
    assert OptionValue.objects.count() == 0


def test_when_somebody_was_quicker_it_is_shown_again(client, boss):
    page = client.post(PAGE, whole(client, {"api.requests_per_minute": "700"})).content.decode()
    seal = re.search(r'name="seen" value="(\w+)"', page)[1]
    options.save({"api.requests_per_minute": 650}, actor=Actor.of(StaffFactory()))
    again = client.post(PAGE, whole(client, {"api.requests_per_minute": "700", "seen": seal}))
    assert again.context["changes"][0].was == "650"
    assert options.api.requests_per_minute == 650


def test_a_mistake_stands_at_its_field_and_what_was_typed_stays(client, boss):
    page = client.post(PAGE, whole(client, {"api.requests_per_minute": "7x"}))
    assert page.status_code == 422
    (entry,) = (one for one in page.context["entries"] if one.option.key == "api.requests_per_minute")
    assert (entry.typed, entry.error) == ("7x", "“7x” is not a whole number.")
    assert OptionValue.objects.count() == 0


def test_an_emptied_field_has_its_default_again(client, boss):
    options.save({"api.requests_per_minute": 700}, actor=Actor.of(boss))
    review_and_save(client, PAGE, whole(client, {"api.requests_per_minute": ""}))
    assert options.api.requests_per_minute == 600


def test_looking_without_the_right_to_change(client, boss):
    Right.objects.create(user=boss, key="settings.edit", source=Right.Source.DENY)
    page = client.get(PAGE).content.decode()
    assert "Requests per minute" in page
    assert 'name="api.requests_per_minute"' not in page
    assert client.post(PAGE, whole(client, {"api.requests_per_minute": "700"})).status_code == 403
    assert OptionValue.objects.count() == 0


def test_without_the_right_to_look_there_is_nothing(client):
    client.force_login(StaffFactory(role=Role.CLERK))
    assert client.get(PAGE).status_code == 403


def test_what_the_environment_fixes_is_text_with_its_variable(client, boss, settings):
    page = client.get("/admin/settings/?group=shop").content.decode()
    assert "SHOP_CURRENCY" in page
    assert 'name="shop.currency"' not in page
    settings.OPTIONS_FROM_ENVIRONMENT = {"OPTION_API_REQUESTS_PER_MINUTE": "50"}
    page = client.get(PAGE).content.decode()
    assert "OPTION_API_REQUESTS_PER_MINUTE" in page
    assert 'name="api.requests_per_minute"' not in page


def test_a_secret_is_written_kept_and_removed_but_never_shown(client, boss):
    review_and_save(client, TRIED, fields(pass_phrase="open-sesame"))
    assert options.tried.pass_phrase == "open-sesame"
    assert "open-sesame" not in client.get(TRIED).content.decode()
    review_and_save(client, TRIED, fields(word="tea"))
    assert (options.tried.pass_phrase, options.tried.word) == ("open-sesame", "tea")
    review_and_save(client, TRIED, fields(word="tea") | {"remove:tried.pass_phrase": "on"})
    assert options.tried.pass_phrase is None


def test_a_secret_that_was_typed_is_still_there_to_be_saved_after_the_review(client, boss):
    review = client.post(TRIED, fields(pass_phrase="open-sesame"))
    assert 'type="password" value="open-sesame"' in review.content.decode()
    assert "no-store" in review["Cache-Control"]
    assert (review.context["changes"][0].was, review.context["changes"][0].now) == ("—", "•••")


def test_a_switch_goes_off_and_on(client, boss):
    review_and_save(client, TRIED, fields(is_on="false"))
    assert options.tried.is_on is False
    review_and_save(client, TRIED, fields(is_on="true"))
    assert options.tried.is_on is True


def test_a_broken_form_changes_nothing(client, boss):
    assert client.post(TRIED, {"tried.word": "tea"}).status_code == 400
    assert OptionValue.objects.count() == 0


def test_search_finds_settings_of_every_group(client, boss):
    found = client.get("/admin/settings/", {"q": "kept"}).context["entries"]
    assert {entry.option.key for entry in found} == {
        "notifications.kept_for",
        "audit.kept_for",
        "sync_nights.changes_kept_for",
        "sync_nights.runs_kept_for",
        "sync_nights.webhooks_kept_for",
    }
    assert client.get("/admin/settings/", {"q": "no such words"}).context["entries"] == []


def test_the_page_costs_few_queries(client, boss, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        client.get(PAGE)
