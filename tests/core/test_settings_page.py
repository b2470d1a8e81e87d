"""The settings page: shows what will change, then saves just that."""

import re
from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.accounts.models import Right
from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import Actor
from apps.core.models import AuditEntry, OptionValue
from apps.core.options import ChangedMeanwhileError, Flag, OptionGroup, Secret, Text, groups
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


def api(requests="600", **others):
    """What the form of the group *API* sends."""
    declared = [option for part in options.parts_of("api") for option in part.own_options()]
    sent = {option.name: option.typed(option.default) for option in declared}
    sent |= {"requests_per_minute": requests} | others
    return {f"api.{name}": value for name, value in sent.items()}


def opened(page):
    """The form as the page shows it: each field with what it was."""
    return {f"was:{entry.option.key}": entry.was for entry in page.context["entries"]}


def fields(**values):
    return {
        f"tried.{name}": value for name, value in {"word": "milk", "is_on": "true", "pass_phrase": ""}.items()
    } | {f"tried.{name}": value for name, value in values.items()}


def review_and_save(client, page, given):
    seal = re.search(r'name="seen" value="(\w+)"', client.post(page, given).content.decode())
    return client.post(page, given | {"seen": seal[1]}, follow=True)


def test_a_change_is_shown_before_it_is_saved(client, boss):
    page = client.post(PAGE, api("700"))
    (change,) = page.context["changes"]
    assert (change.was, change.now) == ("600", "700")
    assert OptionValue.objects.count() == 0


def test_the_second_post_saves_it_with_who_and_why(client, boss):
    review_and_save(client, PAGE, api("700") | {"reason": "tills"})
    assert options.api.requests_per_minute == 700
    entry = AuditEntry.objects.get(action="option.changed")
    assert (entry.actor_label, entry.reason, entry.before, entry.after) == (
        "Ben Boss",
        "tills",
        {"value": "600"},
        {"value": "700"},
    )
    assert "Ben Boss" in client.get(PAGE).content.decode()


def test_what_will_change_is_above_the_fields_and_has_the_focus(client, boss):
    page = client.post(PAGE, api("700")).content.decode()
    assert page.index('tabindex="-1" autofocus>') < page.index('id="id-api.requests_per_minute"')
    assert page.count("autofocus") == 1


def test_the_first_mistake_has_the_focus(client, boss):
    page = client.post(PAGE, api("many", page_size="lots")).content.decode()
    assert re.findall(r'<input id="([^"]+)"[^>]* autofocus', page) == ["id-api.requests_per_minute"]


def test_what_was_not_shown_is_not_saved(client, boss):
    page = client.post(PAGE, api("700")).content.decode()
    seal = re.search(r'name="seen" value="(\w+)"', page)[1]
    again = client.post(PAGE, api("70000") | {"seen": seal})
    assert again.context["changes"][0].now == "70,000"
    assert OptionValue.objects.count() == 0


def test_when_somebody_was_quicker_it_is_shown_again(client, boss):
    page = client.post(PAGE, api("700")).content.decode()
    seal = re.search(r'name="seen" value="(\w+)"', page)[1]
    options.save({"api.requests_per_minute": 650}, actor=Actor.of(StaffFactory()))
    again = client.post(PAGE, api("700") | {"seen": seal})
    assert again.context["changes"][0].was == "650"
    assert options.api.requests_per_minute == 650


def test_a_mistake_stands_at_its_field_and_what_was_typed_stays(client, boss):
    page = client.post(PAGE, api("7x"))
    assert page.status_code == 422
    (entry,) = (one for one in page.context["entries"] if one.option.key == "api.requests_per_minute")
    assert (entry.typed, entry.error) == ("7x", "“7x” is not a whole number.")
    assert OptionValue.objects.count() == 0


def test_an_emptied_field_has_its_default_again(client, boss):
    options.save({"api.requests_per_minute": 700}, actor=Actor.of(boss))
    review_and_save(client, PAGE, api(""))
    assert options.api.requests_per_minute == 600


def test_looking_without_the_right_to_change(client, boss):
    Right.objects.create(user=boss, key="settings.edit", source=Right.Source.DENY)
    page = client.get(PAGE).content.decode()
    assert "Requests per minute" in page
    assert 'name="api.requests_per_minute"' not in page
    assert client.post(PAGE, api("700")).status_code == 403
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
        "media.orphans_kept_for",
        "notifications.kept_for",
        "notifications.messages_kept_for",
        "notifications.devices_kept_for",
        "audit.kept_for",
        "sync_nights.changes_kept_for",
        "sync_nights.runs_kept_for",
        "sync_nights.webhooks_kept_for",
    }
    assert client.get("/admin/settings/", {"q": "no such words"}).context["entries"] == []


def test_the_page_costs_few_queries(client, boss, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        client.get(PAGE)


# --- finding one's way -----------------------------------------------------------------------------------
def test_groups_stand_under_heads_and_lead_to_pages_of_their_own(client, boss):
    sections = client.get(PAGE).context["sections"]
    found = {str(section.title): [group.title for group in section.groups] for section in sections}
    assert found["Sync with ERPNext"] == [
        "Intervals", "Reading", "Nights and keeping", "Guards", "Politeness", "Controls",
    ]  # fmt: skip
    links = {group.title: group.link for section in sections for group in section.groups}
    assert links["Intervals"] == "/admin/settings/sync/intervals/"
    assert links["API"] == "?group=api"


def test_search_finds_what_is_set_on_another_page_and_leads_there(client, boss):
    page = client.get("/admin/settings/", {"q": "pull stock"})
    (entry,) = page.context["entries"]
    assert entry.link == "/admin/settings/sync/controls/#sync_controls.pull_stock"
    assert f'href="{entry.link}"' in page.content.decode()


def test_search_finds_a_setting_by_its_variable_and_titles_come_first(client, boss):
    (entry,) = client.get("/admin/settings/", {"q": "option_api_page"}).context["entries"]
    assert entry.option.key == "api.page_size"
    found = client.get("/admin/settings/", {"q": "page"}).context["entries"]
    with_title = [entry for entry in found if "page" in str(entry.option.title).casefold()]
    assert [entry.option.key for entry in found[:2]] == ["api.page_size", "sync_reading.page_size"]
    assert len(with_title) == 2 < len(found)


def test_the_palette_finds_settings_for_who_may_see_them(client, boss, clerks_desk):
    found = client.get("/admin/search/", {"q": "look back"}).content.decode()
    assert 'href="/admin/settings/?group=sync_reading#sync_reading.look_back"' in found
    assert "look_back" not in clerks_desk.get("/admin/search/", {"q": "look back"}).content.decode()


def test_who_changed_what_leads_to_the_trail_for_who_may_read_it(client, boss):
    options.save({"api.page_size": 50}, actor=Actor.of(boss))
    entry = AuditEntry.objects.get(action="option.changed")
    assert f'href="/admin/core/auditentry/{entry.pk}/change/"' in client.get(PAGE).content.decode()
    Right.objects.create(user=boss, key="audit.view", source=Right.Source.DENY)
    assert "auditentry" not in client.get(PAGE).content.decode().partition("<main")[2]


# --- putting back ----------------------------------------------------------------------------------------
def test_one_setting_is_put_back_after_a_review_and_what_was_typed_beside_it_stays(client, boss):
    options.save({"api.page_size": 50, "api.requests_per_minute": 700}, actor=Actor.of(boss))
    form = api("800", page_size="50") | opened(client.get(PAGE))
    page = client.post(PAGE, form | {"reset": "api.page_size"})
    assert [(change.option.key, change.now, change.is_reset) for change in page.context["changes"]] == [
        ("api.requests_per_minute", "800", False),
        ("api.page_size", "20", True),
    ]
    assert {entry.option.key: entry.typed for entry in page.context["entries"]}["api.page_size"] == ""
    assert options.api.page_size == 50
    client.post(PAGE, api("800", page_size="") | opened(page) | {"seen": page.context["seal"]})
    assert (options.api.page_size, options.api.requests_per_minute) == (20, 800)


def test_putting_back_never_saves_at_once_whatever_was_seen(client, boss):
    options.save({"api.page_size": 50}, actor=Actor.of(boss))
    seal = client.post(PAGE, api(page_size="")).context["seal"]
    client.post(PAGE, api(page_size="50") | {"reset": "api.page_size", "seen": seal})
    assert options.api.page_size == 50


# --- two people at once ----------------------------------------------------------------------------------
def test_what_somebody_else_saved_meanwhile_is_shown_and_not_taken_back(client, boss):
    form = api("700") | opened(client.get(PAGE))
    options.save({"api.page_size": 50}, actor=Actor.of(StaffFactory(full_name="Quick Quinn")))
    page = client.post(PAGE, form)
    assert [change.option.key for change in page.context["changes"]] == ["api.requests_per_minute"]
    assert [entry.option.key for entry in page.context["moved"]] == ["api.page_size"]
    assert "Quick Quinn" in page.content.decode()
    assert {entry.option.key: entry.typed for entry in page.context["entries"]}["api.page_size"] == "50"
    client.post(PAGE, api("700", page_size="50") | opened(page) | {"seen": page.context["seal"]})
    assert (options.api.requests_per_minute, options.api.page_size) == (700, 50)


def test_when_both_changed_the_same_the_second_sees_the_firsts_before_he_overrules_it(client, boss):
    first = client.post(PAGE, api("700") | opened(client.get(PAGE)))
    options.save({"api.requests_per_minute": 650}, actor=Actor.of(StaffFactory(full_name="Quick Quinn")))
    again = client.post(PAGE, api("700") | opened(first) | {"seen": first.context["seal"]})
    (change,) = again.context["changes"]
    assert (change.was, change.now) == ("650", "700")
    assert [entry.option.key for entry in again.context["moved"]] == ["api.requests_per_minute"]
    assert options.api.requests_per_minute == 650


def test_a_save_is_of_what_was_seen_or_of_nothing(boss):
    seen = options.changes({"api.page_size": "50"})
    options.save({"api.page_size": 30}, actor=Actor.of(boss))
    with pytest.raises(ChangedMeanwhileError):
        options.save({"api.page_size": "50"}, actor=Actor.of(boss), seen=seen)
    assert options.api.page_size == 30


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_told():
    """Both have seen 20 → their own; the table's lock lets one through, and the other's is no longer so."""
    actors = [Actor.of(StaffFactory(full_name=name)) for name in ("Ann", "Bob")]
    ready, told = Barrier(2), []

    def save(actor, size):
        seen = options.changes({"api.page_size": size})
        ready.wait()
        try:
            options.save({"api.page_size": size}, actor=actor, seen=seen)
        except ChangedMeanwhileError:
            told.append(actor.label)
        finally:
            connection.close()

    threads = [Thread(target=save, args=one) for one in zip(actors, ("50", "60"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    (entry,) = AuditEntry.objects.filter(action="option.changed")
    assert entry.actor_label not in told
    assert options.api.page_size == {"Ann": 50, "Bob": 60}[entry.actor_label]
