from datetime import date

import pytest
import time_machine

from apps.core.templatetags import larder as say
from tests.factories.customers import (
    make_address,
    make_contact,
    make_customer,
    make_entry,
    make_group,
    make_program,
    make_territory,
)

CUSTOMERS = "/admin/customers/customer/"
ENTRIES = "/admin/customers/loyaltyentry/"
PROGRAMS = "/admin/customers/loyaltyprogram/"
CONTACTS = "/admin/customers/contact/"
ADDRESSES = "/admin/customers/address/"
GROUPS = "/admin/customers/customergroup/"
TERRITORIES = "/admin/customers/territory/"
TODAY = "2026-06-15 12:00"


def names(client, **query):
    return [record.name for record in client.get(CUSTOMERS, query).context["listing"].cl.result_list]


def test_a_customer_is_found_by_name_id_email_or_phone_in_any_spelling(desk):
    make_customer("CUST-77", name="Ada Lovelace", email="ada@example.com", mobile="+44 7700 900123")
    make_customer("CUST-88", name="Grace Hopper")
    for words in ("lovelace", "cust-77", "ada@", "07700 900123"):
        assert names(desk, q=words) == ["Ada Lovelace"]


def test_a_clerk_sees_customers_and_may_not_take_them_along(clerks_desk):
    make_customer(name="Ada")
    page = clerks_desk.get(CUSTOMERS)
    assert page.status_code == 200
    assert page.context["listing"].may_export is False
    assert clerks_desk.post(f"{CUSTOMERS}export/", {"format": "csv"}).status_code == 403


def test_the_status_says_why_a_customer_cannot_buy(desk):
    frozen = make_customer(name="Frozen", is_frozen=True)
    page = desk.get(f"{CUSTOMERS}{frozen.pk}/change/").content.decode()
    assert "ac_unit" in page


def shown(client, url, **query):
    return list(client.get(url, query).context["listing"].cl.result_list)


def profile(client, url, record):
    return client.get(f"{url}{record.pk}/change/").context["profile"]


def test_customers_are_narrowed_by_territory(desk):
    make_territory("Camden")
    make_customer(name="Ada", territory_name="Camden")
    make_customer(name="Grace", territory_name="Brent")
    assert names(desk, territory_name="Camden") == ["Ada"]
    assert names(desk, territory_name="Atlantis") == []


@pytest.fixture
def ledger(db):
    """Ada earned 20 and 30, of which 20 expired, and redeemed 5; Grace earned 7 in another program."""
    ada, grace = make_customer("ADA", name="Ada Lovelace", mobile="07700 900123"), make_customer("GRACE")
    club, trade = make_program(tiers=("Bronze", "Gold")), make_program("Trade")
    make_entry(ada, club, points=20, tier="Bronze", invoice_name="SINV-1", expires_on=date(2026, 6, 14))
    make_entry(ada, club, points=30, tier="Gold", posted_on=date(2026, 6, 15))
    make_entry(ada, club, points=-5, tier="Gold", invoice_name="SINV-2", posted_on=date(2026, 3, 1))
    make_entry(grace, trade, points=7, expires_on=date(2026, 6, 20))
    return ada


def points(client, **query):
    return [entry.points for entry in shown(client, ENTRIES, **query)]


def test_the_ledger_begins_with_the_latest_day(desk, ledger):
    assert points(desk) == [30, -5, 7, 20]


@pytest.mark.parametrize(
    ("words", "found"),
    [("lovelace", [30, -5, 20]), ("07700 900123", [30, -5, 20]), ("sinv-2", [-5]), ("nobody", [])],
)
def test_entries_are_found_by_customer_or_invoice(words, found, desk, ledger):
    assert points(desk, q=words) == found


@time_machine.travel(TODAY)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"tier": "Gold"}, [30, -5]),
        ({"redeemed": "yes"}, [-5]),
        ({"posted_on": "today"}, [30]),
        ({"expires_on": "past"}, [20]),
        ({"expires_on": "7d"}, [7]),
    ],
)
def test_entries_are_narrowed_by_tier_kind_and_days(query, found, desk, ledger):
    assert points(desk, **query) == found


@time_machine.travel(TODAY)
def test_an_entry_says_what_it_does_to_the_balance(desk, ledger):
    rows = desk.get(ENTRIES, {"customer": ledger.pk}).context["listing"].rows
    chips = [next(cell.shown for cell in row.cells if cell.column.name == "status") for row in rows]
    words = ("Earned", "Redeemed", "Expired")
    assert [word in chip for word, chip in zip(words, chips, strict=True)] == [True, True, True]
    assert [row.name for row in rows] == [
        "<bdi>Entered by hand</bdi>",
        "<bdi>SINV-2</bdi>",
        "<bdi>SINV-1</bdi>",
    ]


def panel(page, name):
    return next(html for known, _title, html in page.panels if known == name)


@time_machine.travel(TODAY)
def test_a_customer_shows_the_balance_of_today_and_the_latest_entries(desk, ledger):
    page = profile(desk, CUSTOMERS, ledger)
    assert page.key_figures[0] == ("Points", say.count(25))
    loyalty = panel(page, "loyalty")
    assert loyalty.count("SINV-") == 2
    assert f"{ENTRIES}?customer={ledger.pk}" not in loyalty
    third = make_program("Third")
    for _number in range(8):
        make_entry(ledger, third)
    assert f"{ENTRIES}?customer={ledger.pk}" in panel(profile(desk, CUSTOMERS, ledger), "loyalty")


def test_a_customer_in_no_program_has_no_points_rather_than_none(desk):
    assert profile(desk, CUSTOMERS, make_customer()).key_figures[0] == ("Points", say.count(None))


def test_a_program_shows_its_tiers_with_who_is_in_them(desk):
    club = make_program(tiers=("Bronze", "Gold"))
    make_customer(loyalty_program_name=club.erp_name, loyalty_tier="Gold")
    tiers = profile(desk, PROGRAMS, club).tables[0]
    assert [row[0] for row in tiers.rows] == ["Bronze", "Gold"]
    assert [">0<" in tiers.rows[0][-1], ">1<" in tiers.rows[1][-1]] == [True, True]


def test_contacts_are_found_by_name_email_or_whom_they_belong_to(desk):
    acme = make_customer("ACME", name="Acme Foods", mobile="07700 900555")
    make_contact(acme, full_name="Jo Baker", email="jo@acme.example")
    make_contact(full_name="Sam Else")
    for words in ("baker", "jo@acme", "acme foods", "07700 900555"):
        assert [str(contact) for contact in shown(desk, CONTACTS, q=words)] == ["Jo Baker"]


@pytest.mark.parametrize(("url", "make"), [(CONTACTS, make_contact), (ADDRESSES, make_address)])
def test_what_several_share_is_listed_once_and_names_all_of_them(url, make, desk):
    ada, grace = make_customer(name="Ada"), make_customer(name="Grace")
    shared = make(ada, grace, "Bramble Farm")
    make(grace)
    assert shown(desk, url, customer=ada.pk) == [shared]
    row = desk.get(url, {"customer": ada.pk}).context["listing"].rows[0]
    parties = next(cell.shown for cell in row.cells if cell.column.name == "parties")
    assert [parties.count('href="/admin/customers/customer/'), "Bramble Farm" in parties] == [2, True]


def test_an_address_is_found_by_whole_postcode_or_customer(desk):
    here = make_address(make_customer(name="Ada Lovelace"), postcode="NW1 2AB")
    make_address(postcode="E1 1AA")
    assert [shown(desk, ADDRESSES, q=words) for words in ("nw1 2ab", "lovelace")] == [[here], [here]]


def test_a_customer_shows_contacts_and_addresses_the_primary_first(desk):
    ada = make_customer()
    make_contact(ada, full_name="Second", mobile="07700 900777")
    make_contact(ada, full_name="First", is_primary=True, email="a@example.com")
    make_address(ada, line1="1 High Street", is_for_delivery=True)
    contacts, addresses = profile(desk, CUSTOMERS, ada).tables
    assert [("First" in row[0], *row[1:]) for row in contacts.rows] == [
        (True, "—", "a@example.com"),
        (False, "07700 900777", "—"),
    ]
    assert [("1 High Street, London" in row[0], row[1]) for row in addresses.rows] == [(True, "deliveries")]


def test_groups_and_territories_stand_as_trees_and_count_their_customers(desk):
    trade = make_group("Trade")
    pubs = make_group("Pubs", parent=trade)
    make_customer(group=pubs, group_name="Pubs")
    rows = shown(desk, GROUPS)
    assert [(row.name, row.depth, row.customer_count) for row in rows] == [("Trade", 0, 0), ("Pubs", 1, 1)]
    north = make_territory("North")
    make_territory("Camden", parent=north)
    make_customer(territory_name="North")
    page = profile(desk, TERRITORIES, north)
    assert [">1<" in page.key_figures[0][1], "Camden" in page.tables[0].rows[0][0]] == [True, True]
