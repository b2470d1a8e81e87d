"""Settings: typed, checked together, traced."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.core import options
from apps.core.actors import Actor
from apps.core.errors import FieldError, InvalidInputError
from apps.core.models import AuditEntry, OptionValue
from apps.core.options import (
    Choice,
    Duration,
    Flag,
    Number,
    OptionGroup,
    Secret,
    Text,
    Whole,
    groups,
    reading,
)

pytestmark = pytest.mark.django_db
AYSE = Actor(kind="staff", id="7", label="Ayşe Demir")


class Larder(OptionGroup):
    key, title = "larder_test", "Test"

    shelves = Whole("Shelves", default=3, least=0, most=90)
    floor = Number("Margin floor", default=Decimal("15"), least=Decimal(0), most=Decimal(100), unit="%")
    scale = Number("Scale", default=None)
    crowd = Whole("Crowd", default=None, most=100_000)
    is_open = Flag("Open", default=True)
    name = Text("Name", default="Larder", longest=12)
    phone = Text("Phone", default=None)
    basis = Choice("Basis", default="gross", choices=[("gross", "Gross"), ("net", "Net")])
    reminder = Duration("Reminder", default=timedelta(hours=48), least=timedelta(minutes=5))
    key_to_erp = Secret("Key", default=None)
    zone = Text("Zone", default="", setting="SHOP_TIME_ZONE")

    def check_together(self, values):
        if values["shelves"] == 0 and values["basis"] == "net":
            yield FieldError(field="larder_test.shelves", code="invalid", message="Net needs a shelf.")


def save(**values):
    return options.save({f"larder_test.{name}": value for name, value in values.items()}, actor=AYSE)


def test_what_nobody_set_has_its_default():
    assert options.larder_test.shelves == 3
    assert options.larder_test.phone is None


@pytest.mark.parametrize(
    ("name", "typed", "value", "shown"),
    [
        ("shelves", "0", 0, "0"),
        ("shelves", 90, 90, "90"),
        ("crowd", "12500", 12_500, "12,500"),
        ("floor", "12.50", Decimal("12.50"), "12.50%"),
        ("is_open", "off", False, "No"),
        ("is_open", False, False, "No"),
        ("name", "  Corner ", "Corner", "Corner"),
        ("basis", "net", "net", "Net"),
        ("reminder", "10 min", timedelta(minutes=10), "10 min"),
        ("reminder", "35d", timedelta(days=35), "35 d"),
        ("reminder", timedelta(hours=36), timedelta(hours=36), "36 h"),
        ("reminder", "2 w", timedelta(days=14), "14 d"),
        ("key_to_erp", "abc", "abc", "•••"),
    ],
)
def test_each_type_is_read_kept_and_shown(name, typed, value, shown):
    (change,) = save(**{name: typed})
    assert getattr(options.larder_test, name) == value
    assert change.now == shown


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("shelves", "three", "“three” is not a whole number."),
        ("shelves", "3.5", "“3.5” is not a whole number."),
        ("shelves", True, "“True” is not a whole number."),
        ("shelves", -1, "At least 0."),
        ("shelves", 91, "At most 90."),
        ("crowd", "100001", "At most 100,000."),
        ("floor", "NaN", "“NaN” is not a number."),
        ("floor", "12.345", "At most 2 decimal places."),
        ("floor", "100.01", "At most 100%."),
        ("is_open", "perhaps", "“perhaps” is neither yes nor no."),
        ("name", "a name far too long", "At most 12 characters, not 19."),
        ("name", "two\nlines", "One line only."),
        ("basis", "gros", "“gros” is not one of: Gross, Net."),
        ("reminder", "soon", "“soon” is not a span of time; write 10 min, 48 h or 35 d."),
        ("reminder", "10 s", "At least 5 min."),
        ("nothing", "1", "There is no such setting."),
        ("zone", "UTC", "The environment fixes this: change SHOP_TIME_ZONE there."),
    ],
)
def test_what_makes_no_sense_is_refused_by_a_sentence(name, typed, sentence):
    with pytest.raises(InvalidInputError) as refusal:
        save(**{name: typed})
    assert [(error.field, error.message) for error in refusal.value.errors] == [
        (f"larder_test.{name}", sentence)
    ]
    assert (OptionValue.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_all_mistakes_are_told_at_once_and_nothing_is_saved():
    with pytest.raises(InvalidInputError) as refusal:
        save(shelves="x", floor="y", name="Fine")
    assert [error.field for error in refusal.value.errors] == ["larder_test.shelves", "larder_test.floor"]
    assert options.larder_test.name == "Larder"


def test_values_are_checked_together_with_those_that_stay():
    with pytest.raises(InvalidInputError, match=r"Nothing was saved: 1 setting has to be corrected\."):
        save(shelves=0, basis="net")
    save(shelves=0)
    with pytest.raises(InvalidInputError):
        save(basis="net")
    assert (options.larder_test.shelves, options.larder_test.basis) == (0, "gross")


def test_zero_is_a_value_and_none_puts_back_the_default():
    save(shelves=0, is_open=False)
    assert options.larder_test.shelves == 0
    options.reset("larder_test.shelves", actor=AYSE)
    assert options.larder_test.shelves == 3
    assert AuditEntry.objects.order_by("-id").first().action == "option.reset"


def test_saving_what_is_already_so_writes_nothing():
    save(shelves=5)
    assert save(shelves="5") == []
    assert save(name="") == []
    assert AuditEntry.objects.count() == 1


def test_choosing_the_default_on_purpose_is_a_choice():
    (change,) = save(shelves=3)
    assert (change.before, change.after, change.is_reset) == (3, 3, False)
    assert OptionValue.objects.get().value == 3


def test_a_change_says_who_made_it_and_what_it_was():
    save(shelves=5)
    save(shelves=7)
    entry = options.last_changes(["larder_test.shelves", "larder_test.name"])
    assert {key: (row.actor_label, row.before, row.after) for key, row in entry.items()} == {
        "larder_test.shelves": ("Ayşe Demir", {"value": "5"}, {"value": "7"})
    }


def test_a_secret_is_in_no_trace():
    save(key_to_erp="hunter2-very-secret")
    save(key_to_erp="another-secret")
    traces = str(list(AuditEntry.objects.values()))
    assert "hunter2" not in traces
    assert "another-secret" not in traces
    assert AuditEntry.objects.count() == 2


def test_what_the_environment_sets_holds_and_cannot_be_changed(settings):
    settings.OPTIONS_FROM_ENVIRONMENT = {"OPTION_LARDER_TEST_SHELVES": "12"}
    assert options.larder_test.shelves == 12
    with pytest.raises(InvalidInputError) as refusal:
        save(shelves=5)
    assert "OPTION_LARDER_TEST_SHELVES" in refusal.value.errors[0].message
    assert options.larder_test.zone == settings.SHOP_TIME_ZONE


def test_reading_again_costs_no_query(django_assert_num_queries):
    assert options.larder_test.shelves == 3
    with django_assert_num_queries(0):
        assert (options.larder_test.shelves, options.larder_test.name) == (3, "Larder")


def test_a_change_made_elsewhere_is_seen_when_the_table_is_no_longer_fresh(settings):
    assert options.larder_test.shelves == 3
    OptionValue.objects.create(key="larder_test.shelves", value=8)  # another process
    assert options.larder_test.shelves == 3
    settings.OPTIONS_FRESH_FOR = 0
    assert options.larder_test.shelves == 8


def test_a_value_that_a_release_no_longer_allows_gives_way_to_the_default():
    OptionValue.objects.create(key="larder_test.shelves", value=5000)
    options.forget()
    assert options.larder_test.shelves == 3


def test_a_typo_in_a_name_is_an_error_not_a_default():
    with pytest.raises(AttributeError, match=r"larder_test\.shelfs"):
        _ = options.larder_test.shelfs
    with pytest.raises(AttributeError, match="no option group"):
        _ = options.lader


def test_two_apps_share_a_group_but_no_name():
    class More(OptionGroup):
        key, title = "larder_test", "Test"
        drawers = Whole("Drawers", default=1)

    try:
        assert (options.larder_test.drawers, options.larder_test.shelves) == (1, 3)
        with pytest.raises(ValueError, match=r"declared twice: larder_test\.shelves"):
            type(
                "Again",
                (OptionGroup,),
                {"key": "larder_test", "title": "x", "shelves": Whole("S", default=1)},
            )
    finally:
        groups._parts["larder_test"] = [part for part in groups._parts["larder_test"] if type(part) is Larder]


def test_every_declared_default_is_allowed_by_its_own_option():
    for option in options.all_options():
        if option.default is not None and not reading.is_fixed(option):
            option.check(option.default)
            assert option.parse(option.stored(option.default)) == option.default or option.default == ""


def test_the_trace_is_dated():
    before = timezone.now()
    save(shelves=5)
    assert AuditEntry.objects.get().at >= before


@pytest.mark.parametrize(
    ("name", "typed"),
    [("reminder", "999999999 w"), ("scale", "1e999999"), ("shelves", "9" * 5000), ("phone", "0\x001")],
)
def test_what_no_column_could_hold_is_refused_at_its_field(name, typed):
    with pytest.raises(InvalidInputError) as refusal:
        save(**{name: typed})
    assert [error.field for error in refusal.value.errors] == [f"larder_test.{name}"]
    assert OptionValue.objects.count() == 0


def test_a_refusal_repeats_only_the_beginning_of_what_was_pasted():
    with pytest.raises(InvalidInputError) as refused:
        save(shelves="x" * 4000)
    (error,) = refused.value.errors
    assert error.message == f"“{'x' * 60}…” is not a whole number."
