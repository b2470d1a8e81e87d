"""The shape of the house (docs/architecture.md). tests/test_breaking_it.py breaks each rule on purpose."""

import re
import tomllib

import pytest
from django.apps import apps
from django.conf import settings

from tests import house

OURS = [model for model in apps.get_models() if model._meta.app_config.name.startswith("apps.")]
SOURCES = list(house.our_sources())
ASK_FOR_THE_HOST = {
    "apps/core/addresses.py",
    "apps/core/admin/sent_from.py",  # whether the browser came from a page of ours
    "apps/accounts/pages/preferences.py",  # likewise
}
ROW_BOUNDARY = "apps/sync/"  # where one bad record must not end a run


def test_every_app_has_chosen_its_floor():
    folders = {path.parent.name for path in (house.ROOT / "apps").glob("*/__init__.py")}
    assert [house.floor_of(app) for app in sorted(folders)]


def test_every_app_in_the_tree_is_installed():
    folders = {f"apps.{path.parent.name}" for path in (house.ROOT / "apps").glob("*/__init__.py")}
    assert folders == {name for name in settings.INSTALLED_APPS if name.startswith("apps.")}


def test_the_contract_inside_apps_covers_every_app():
    contracts = tomllib.loads((house.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    covered = {
        app for contract in contracts if contract["type"] == "layers" for app in contract["containers"]
    }
    folders = {f"apps.{path.parent.name}" for path in (house.ROOT / "apps").glob("*/__init__.py")}
    assert covered - {"apps"} == folders


def test_foreign_keys_point_down():
    assert house.upward_links(OURS) == []


def test_no_column_is_a_float():
    assert house.float_columns(OURS) == []


def test_every_state_is_guarded_by_the_database():
    assert house.unguarded_choices(OURS) == []


@pytest.mark.parametrize("rule", [house.hidden_imports, house.signal_handlers, house.overlong])
def test_the_code_keeps_the_rules_of_the_house(rule):
    assert [finding for path in SOURCES for finding in rule(path)] == []


def test_nothing_is_caught_wholesale_but_at_the_row_boundary():
    caught = [finding for path in SOURCES for finding in house.wide_catches(path)]
    assert [finding for finding in caught if ROW_BOUNDARY not in finding] == []


def test_addresses_with_a_host_are_made_in_one_place():
    asked = {finding.rpartition(":")[0] for path in SOURCES for finding in house.own_addresses(path)}
    assert {path.removeprefix(f"{house.ROOT}/") for path in asked} == ASK_FOR_THE_HOST


def test_every_file_has_a_name_that_says_what_it_owns():
    assert [path for path in SOURCES if path.name in house.NAMELESS] == []


def test_every_decision_is_in_the_index():
    decisions = house.ROOT / "docs" / "adr"
    listed = re.findall(r"\]\(([^)]+)\)", (decisions / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in decisions.glob("[0-9]*.md"))
