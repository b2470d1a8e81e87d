import csv
import io
import re

import pytest
from django.contrib import admin

from apps.catalog.models import Product
from apps.core.admin.mirrored import MirroredAdmin, erp_link
from apps.core.mirror import MirroredModel
from tests.factories.catalog import make_product
from tests.world import make_shop

MIRRORED = [owned for owned in admin.site._registry.values() if isinstance(owned, MirroredAdmin)]
PRODUCTS = "/admin/catalog/product/"


def test_every_record_that_erpnext_owns_stands_on_the_mirrored_base():
    models = {model for model in admin.site._registry if issubclass(model, MirroredModel)}
    assert models == {owned.model for owned in MIRRORED}
    assert len(models) == 19


def test_no_column_of_erpnexts_gets_into_a_form(rf, manager, monkeypatch):
    request = rf.get("/")
    request.user = manager
    for owned in MIRRORED:
        monkeypatch.setattr(type(owned), "edited", owned.model.ERP_COLUMNS)
        assert list(owned.get_form(request)().fields) == [], owned


def test_nothing_is_added_or_removed_here(desk):
    product = make_product()
    for door in ("add/", f"{product.pk}/delete/"):
        assert desk.get(f"{PRODUCTS}{door}").status_code == 403
        assert desk.post(f"{PRODUCTS}{door}", {"post": "yes"}).status_code == 403
    assert Product.objects.filter(pk=product.pk).exists()


def test_what_a_forged_form_sends_changes_nothing(desk):
    product = make_product(name_en="Milk")
    assert desk.post(f"{PRODUCTS}{product.pk}/change/", {"name_en": "Wine"}).status_code == 403
    product.refresh_from_db()
    assert product.name_en == "Milk"


def test_erpnexts_columns_are_plain_text_and_never_inputs(desk):
    product = make_product("OAT-1", name_en="Oat milk", brand_name="Bramble <Farm>")
    page = desk.get(f"{PRODUCTS}{product.pk}/change/").content.decode()
    assert "<bdi>Bramble &lt;Farm&gt;</bdi>" in page
    body = page.split('<main id="content"')[1].split("</main>")[0]
    assert re.findall(r"<(?:input|select|textarea)[^>]*>", body) == []


def test_the_strip_says_when_it_was_read_and_where_it_stands(desk, settings):
    settings.ERPNEXT_DESK_URL = "https://erp.example"
    product = make_product("A/B 1")
    page = desk.get(f"{PRODUCTS}{product.pk}/change/").content.decode()
    assert 'href="https://erp.example/app/item/A%2FB%201"' in page
    assert "last read" in page


def test_while_no_erpnext_is_named_records_are_opened_in_the_demo_one(settings):
    assert settings.ERPNEXT.url is None
    at = f"http://127.0.0.1:{settings.DEPLOYMENT.port + 1}"
    assert erp_link("Sales Invoice", "SINV/1") == f"{at}/app/sales-invoice/SINV%2F1"


@pytest.mark.parametrize("owned", MIRRORED, ids=str)
def test_a_list_is_exported_in_the_columns_that_it_shows(owned, desk):
    make_shop()
    listing = desk.get(owned.list_url()).context["listing"]
    file = b"".join(desk.post(f"{owned.list_url()}export/", {"format": "csv"}).streaming_content)
    heads, *rows = csv.reader(io.StringIO(file.decode("utf-8-sig")))
    assert heads == [head.column.label for head in listing.heads]
    assert len(rows) == len(listing.rows) > 0
    assert "<" not in "".join(cell for row in rows for cell in row)


@pytest.mark.parametrize("owned", MIRRORED, ids=str)
def test_an_empty_list_says_what_fills_it(owned, desk):
    page = desk.get(owned.list_url())
    assert page.context["listing"].state == "empty"
    assert str(owned.empty_text) in page.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("owned", MIRRORED, ids=str)
def test_a_phone_shows_a_chip_and_up_to_two_facts_of_the_list(owned):
    assert owned.on_phone[0] == "status"
    assert set(owned.on_phone) <= set(owned.list_display)
    assert len(owned.on_phone) <= 3


@pytest.mark.parametrize("owned", MIRRORED, ids=str)
def test_every_list_is_found_by_its_name(owned, desk):
    word = str(owned.opts.verbose_name_plural).split()[0]
    assert f'href="{owned.list_url()}"' in desk.get("/admin/search/", {"q": word}).content.decode()
