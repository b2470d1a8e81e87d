"""Settings that are chosen from a list: each word once, the default marked, what has gone still there."""

import re

import pytest

from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import Actor
from apps.core.models import OptionValue
from apps.core.options import Flag, OneOf, OptionGroup, Several, groups
from tests.core.test_settings_page import opened, review_and_save
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
SWITCH = "/admin/settings/?group=tried_switch"
CHOSEN = "/admin/settings/?group=tried_chosen"
UNSET = "/admin/settings/?group=tried_unset"
OFFERED = ["Shop", "Store", "Van, blue"]


@pytest.fixture(scope="module", autouse=True)
def _tried():
    class Switch(OptionGroup):
        key, title, order = "tried_switch", "Switch", 500
        is_on = Flag("Switched on", default=True)

    class Chosen(OptionGroup):
        key, title, order = "tried_chosen", "Chosen", 501
        places = Several("Places", offers=lambda: OFFERED, source="the places read", unset="everywhere")
        place = OneOf("Place", default="Shop", offers=lambda: OFFERED, source="the places read")

    class Unset(OptionGroup):
        key, title, order = "tried_unset", "Unset", 502
        place = OneOf("Place", default=None, offers=lambda: OFFERED, source="the places read")

    yield
    for group in (Switch, Chosen, Unset):
        groups._parts.pop(group.key)


@pytest.fixture
def boss(client):
    person = StaffFactory(role=Role.ADMIN)
    client.force_login(person)
    return person


def list_of(page, key):
    """What the list of one setting offers, and which of it is chosen."""
    (entry,) = [entry for entry in page.context["entries"] if entry.option.key == key]
    select = re.search(rf'<select id="id-{key}".*?</select>', page.content.decode(), re.DOTALL)[0]
    offered = re.findall(r"<option value=\"([^\"]*)\" (selected)?>([^<]*)</option>", select)
    assert [(word, said) for word, _chosen, said in offered] == entry.marked
    return [said for _word, _chosen, said in offered], [said for _word, chosen, said in offered if chosen]


def test_a_list_offers_each_word_once_and_marks_the_default(client, boss):
    yes_no = ["Yes (default)", "No"]
    assert list_of(client.get(SWITCH), "tried_switch.is_on") == (yes_no, ["Yes (default)"])
    options.save({"tried_switch.is_on": False}, actor=Actor.of(boss))
    assert list_of(client.get(SWITCH), "tried_switch.is_on") == (yes_no, ["No"])
    places = ["Shop (default)", "Store", "Van, blue"]
    assert list_of(client.get(CHOSEN), "tried_chosen.place") == (places, ["Shop (default)"])
    unset = ["Not set (default)"]
    assert list_of(client.get(UNSET), "tried_unset.place") == ([*unset, *OFFERED], unset)


def test_to_choose_the_default_is_to_put_it_back(client, boss):
    options.save({"tried_switch.is_on": False}, actor=Actor.of(boss))
    form = {"tried_switch.is_on": "true"} | opened(client.get(SWITCH))
    page = client.post(SWITCH, form)
    (change,) = page.context["changes"]
    assert (change.was, change.now, change.is_reset) == ("No", "Yes", True)
    client.post(SWITCH, form | opened(page) | {"seen": page.context["seal"]})
    assert (options.tried_switch.is_on, OptionValue.objects.filter(key="tried_switch.is_on").exists()) == (
        True,
        False,
    )


def test_put_back_shows_the_default_as_chosen_before_it_is_saved(client, boss):
    options.save({"tried_switch.is_on": False}, actor=Actor.of(boss))
    assert "Put back to default" in client.get(SWITCH).content.decode()
    page = client.post(
        SWITCH, {"tried_switch.is_on": "false"} | opened(client.get(SWITCH)) | {"reset": "tried_switch.is_on"}
    )
    assert list_of(page, "tried_switch.is_on")[1] == ["Yes (default)"]
    assert options.tried_switch.is_on is False
    client.post(SWITCH, {"tried_switch.is_on": "true"} | opened(page) | {"seen": page.context["seal"]})
    assert options.tried_switch.is_on is True
    assert "Put back to default" not in client.get(SWITCH).content.decode()


def chosen(*places, place="Shop"):
    return {"tried_chosen.places": ["", *places], "tried_chosen.place": place}


def test_several_are_ticked_and_none_is_the_default(client, boss):
    review_and_save(client, CHOSEN, chosen("Van, blue", "Shop"))
    assert options.tried_chosen.places == ("Shop", "Van, blue")
    page = client.get(CHOSEN).content.decode()
    assert page.count(" checked>") == 2
    review_and_save(client, CHOSEN, chosen())
    assert options.tried_chosen.places is None


def test_what_has_gone_stays_ticked_is_said_to_be_gone_and_stands_in_no_ones_way(client, boss):
    OptionValue.objects.create(key="tried_chosen.places", value=["Shop", "Barge"])
    OptionValue.objects.create(key="tried_chosen.place", value="Barge")
    options.forget()
    page = client.get(CHOSEN)
    places, place = page.context["entries"]
    assert places.chosen == ["Barge", "Shop"] or places.chosen == ["Shop", "Barge"]
    assert ("Barge", "Barge (gone)") in places.choices
    assert (places.amiss, place.amiss) == (
        "“Barge”: not among the places read.", "“Barge” is not among the places read.",
    )  # fmt: skip
    review_and_save(client, CHOSEN, chosen("Shop", "Barge", place="Store") | opened(page))
    assert (options.tried_chosen.place, options.tried_chosen.places) == ("Store", ("Barge", "Shop"))


def test_choosing_what_has_gone_is_refused_at_its_field_and_the_ticks_stay(client, boss):
    OptionValue.objects.create(key="tried_chosen.places", value=["Barge"])
    options.forget()
    page = client.post(CHOSEN, chosen("Barge", "Store"))
    assert page.status_code == 422
    entry = page.context["entries"][0]
    assert (entry.error, sorted(entry.chosen)) == ("“Barge”: not among the places read.", ["Barge", "Store"])
    assert options.tried_chosen.places == ("Barge",)


@pytest.mark.parametrize("hostile", ["[", '{"a": 1}', "<script>alert(1)</script>", "x" * 5000, "[" * 50_000])
def test_hostile_values_are_refused_and_shown_as_text(client, boss, hostile):
    page = client.post(CHOSEN, {"tried_chosen.places": ["", hostile], "tried_chosen.place": hostile})
    assert page.status_code == 422
    assert "<script>alert" not in page.content.decode()
    assert OptionValue.objects.count() == 0
