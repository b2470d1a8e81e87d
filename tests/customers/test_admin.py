from tests.factories.customers import make_customer

CUSTOMERS = "/admin/customers/customer/"


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
