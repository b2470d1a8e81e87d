import re

from django.contrib import admin

from apps.catalog.models import Product
from apps.core.admin.mirrored import MirroredAdmin, erp_link
from apps.core.mirror import MirroredModel
from tests.factories.catalog import make_product

MIRRORED = [owned for owned in admin.site._registry.values() if isinstance(owned, MirroredAdmin)]
PRODUCTS = "/admin/catalog/product/"


def test_every_record_that_erpnext_owns_stands_on_the_mirrored_base():
    models = {model for model in admin.site._registry if issubclass(model, MirroredModel)}
    assert models == {owned.model for owned in MIRRORED}
    assert len(models) >= 4


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
