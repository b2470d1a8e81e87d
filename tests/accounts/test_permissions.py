"""The data file of defaults says what spec/07's table says, and nothing that contradicts itself."""

import pytest

from apps.accounts.permissions import CATALOGUE, BadPermissionFileError, Reach, Role, read_catalogue, widest

FULL = {key for key in CATALOGUE.keys if not key.startswith("menu:")}
SMALL = '[categories]\norders = ["view"]\n[menu]\norders = "orders.view"\n[roles.Clerk]\n'


def keys_of(role: str) -> set[str]:
    return {key for key in CATALOGUE.defaults[role] if not key.startswith("menu:")}


def test_there_are_the_categories_of_the_shop_and_no_other():
    assert set(CATALOGUE.categories) == {
        "dashboard", "customers", "products", "suppliers", "batches", "orders", "campaigns", "analytics",
        "subscriptions", "deliveries", "translations", "media", "todo", "sync", "settings", "mobile", "keys",
        "users", "roles", "audit", "system",
    }  # fmt: skip


def test_every_action_is_one_of_the_eight():
    actions = {action for actions in CATALOGUE.categories.values() for action in actions}
    assert actions == {"view", "create", "edit", "delete", "approve", "publish", "run", "export"}


def test_a_super_admin_is_given_every_key():
    assert keys_of(Role.SUPER_ADMIN) == FULL
    assert set(CATALOGUE.defaults[Role.SUPER_ADMIN]) == CATALOGUE.keys


def test_an_admin_is_given_all_but_to_change_what_roles_give():
    assert keys_of(Role.ADMIN) == FULL - {"roles.edit"}


def test_a_clerk_keys_in_and_exports_but_neither_approves_nor_deletes_nor_exports_customers():
    drafting = {"products", "suppliers", "batches", "campaigns", "translations", "media"}
    expected = {
        f"{category}.{action}" for category in drafting for action in ("view", "create", "edit", "export")
    }
    expected |= {"customers.view", "customers.create", "customers.edit", "deliveries.view", "deliveries.edit"}
    expected |= {f"{c}.view" for c in ("dashboard", "orders", "subscriptions", "analytics", "todo")}
    assert keys_of(Role.CLERK) == expected


@pytest.mark.parametrize(("role", "reach"), [(Role.PACKER, Reach.DAY), (Role.DRIVER, Reach.OWN)])
def test_who_is_on_the_road_sees_deliveries_as_far_as_they_concern_him(role, reach):
    assert keys_of(role) == {"deliveries.view", "deliveries.edit"}
    assert CATALOGUE.defaults[role]["deliveries.view"] == reach
    assert CATALOGUE.defaults[role]["deliveries.edit"] == reach


def test_a_clerk_sees_only_his_own_in_to_do():
    assert CATALOGUE.defaults[Role.CLERK]["todo.view"] == Reach.OWN


def test_a_role_sees_in_the_menu_what_it_may_open():
    assert CATALOGUE.defaults[Role.DRIVER].keys() == {"deliveries.view", "deliveries.edit", "menu:deliveries"}
    assert "menu:settings" not in CATALOGUE.defaults[Role.CLERK]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (SMALL + 'ghosts = { give = "all" }', "role Clerk is given ghosts, which is no category"),
        (SMALL + 'orders = { give = ["burn"] }', "role Clerk is given orders.burn, which is no key"),
        (SMALL + 'orders = { give = "all", only = "day" }', "role Clerk is given orders.view as far as day"),
        ("[reaches]\nghosts = ['own']\n" + SMALL, "ghosts is given reaches, which is no category"),
        (
            SMALL.replace('"orders.view"', '"orders.see"'),
            "menu page orders follows orders.see, which is no key",
        ),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(text, complaint):
    with pytest.raises(BadPermissionFileError, match=complaint):
        read_catalogue(text)


def test_a_right_goes_as_far_as_its_category_knows():
    assert CATALOGUE.reaches_of("deliveries.edit") == (Reach.ALL, Reach.DAY, Reach.OWN)
    assert CATALOGUE.reaches_of("todo.view") == (Reach.ALL, Reach.OWN)
    assert CATALOGUE.reaches_of("orders.view") == CATALOGUE.reaches_of("menu:orders") == (Reach.ALL,)


def test_the_widest_reach_counts():
    assert widest(["own", "day"]) == Reach.DAY
    assert widest(["all", "own"]) == Reach.ALL
