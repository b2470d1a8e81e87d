"""A product's picture wherever products are shown; where there is none, a quiet place and a sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.permissions import Role
from apps.catalog.models import ErpPicture
from apps.catalog.states import PictureState
from apps.core.models import AuditEntry
from apps.media import usage
from apps.media.models import Rendition
from apps.media.usage import Use
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_picture, make_product

PRODUCTS = "/admin/catalog/product/"
MILK = "/files/milk.jpg"
pytestmark = pytest.mark.django_db


def page_of(desk: Client, product: Any) -> str:
    return desk.get(f"{PRODUCTS}{product.pk}/change/").content.decode()


# --- On the screens --------------------------------------------------------------------------------------


def test_the_list_shows_the_smallest_copy_or_a_place_for_one(desk: Client):
    make_product(name_en="A milk", image_path=MILK)
    make_product(name_en="B bread")
    asset = make_picture(MILK).asset
    rows = desk.get(PRODUCTS).context["listing"].rows
    assert f'src="{asset.icon}" alt=""' in str(rows[0].picture)
    assert ("ll-thumb-none" in str(rows[1].picture), "<img" in str(rows[1].picture)) == (True, False)


def test_the_profile_shows_the_picture_with_the_products_name_in_place_of_words(desk: Client):
    product = make_product(name_en='Milk "whole"', image_path=MILK)
    asset = make_picture(MILK).asset
    page = page_of(desk, product)
    assert f'src="{asset.thumbnail}" alt="Milk &quot;whole&quot;"' in page
    assert "ll-portrait-said" not in page


SOON = timedelta(minutes=10)
LACKING: list[tuple[dict[str, Any], str]] = [
    ({"state": "waiting"}, "ERPNext names an image; it is fetched within minutes."),
    ({"state": "refused", "trouble": "It is a film."}, "The image was not taken. It is a film."),
    (
        {"state": "failed", "trouble": "It is gone."},
        "The image could not be fetched. It is gone. Tried again:",
    ),
]


@pytest.mark.parametrize(("stands", "said"), LACKING)
def test_the_profile_says_why_there_is_no_picture(stands: dict[str, Any], said: str, desk: Client):
    due = timezone.now() + SOON if stands["state"] == "failed" else None
    make_picture(MILK, asset=None, due_at=due, **stands)
    page = page_of(desk, make_product(image_path=MILK))
    assert said in page
    assert "ll-portrait-none" in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "ERPNext has no image for it."),
        ("/files/new.jpg", "ERPNext names an image; it is fetched within minutes."),
        ("/files/" + "x" * 600, "address in ERPNext is too long to be one."),
    ],
)
def test_so_it_does_before_anybody_has_looked(path: str, said: str, desk: Client):
    assert said in page_of(desk, make_product(image_path=path))


def test_a_picture_that_is_here_is_shown_though_a_later_look_failed(desk: Client):
    picture = make_picture(MILK, state="failed", trouble="ERPNext has no such file.", due_at=timezone.now())
    page = page_of(desk, make_product(image_path=MILK))
    assert picture.asset.thumbnail in page
    assert "The image could not be fetched. ERPNext has no such file." in page


def test_what_an_image_is_called_or_says_is_never_markup(desk: Client):
    path = "/files/<script>alert(1)</script>.jpg"
    make_picture(path, asset=None, state="refused", trouble="<script>alert(2)</script>")
    page = page_of(desk, make_product(image_path=path))
    assert ("alert(1)</script>" in page, "alert(2)</script>" in page) == (False, False)


# --- Asked for again -------------------------------------------------------------------------------------


def test_who_may_edit_products_may_ask_for_the_image_again(desk: Client):
    product = make_product(image_path=MILK)
    make_picture(MILK, asset=None, state="refused", trouble="It is a film.", attempts=3)
    link = next(
        action.link
        for action in desk.get(f"{PRODUCTS}{product.pk}/change/").context["profile"].actions
        if action.label == "Fetch image"
    )
    assert desk.post(link, {"_form_submitted": "1"}).status_code == 302
    found = ErpPicture.objects.get()
    assert (found.state, found.trouble, found.attempts) == (PictureState.WAITING, "", 0)
    assert found.due_at <= timezone.now()
    assert AuditEntry.objects.get(action="product.picture_asked").before == {
        "state": "refused",
        "trouble": "It is a film.",
    }
    packer = signed_in(StaffFactory(role=Role.PACKER))
    assert packer.post(link, {"_form_submitted": "1"}).status_code == 403


def test_a_product_without_an_image_is_not_offered_one(desk: Client):
    product = make_product()
    actions = desk.get(f"{PRODUCTS}{product.pk}/change/").context["profile"].actions
    assert "Fetch image" not in [action.label for action in actions]


# --- In the library --------------------------------------------------------------------------------------


def test_the_library_tells_what_erpnext_gives_and_which_products_show_it(desk: Client):
    product = make_product(name_en="Milk", image_path=MILK)
    asset = make_picture(MILK).asset
    assert usage.uses_of([asset.pk]) == {asset.pk: [Use("Milk", f"{PRODUCTS}{product.pk}/change/")]}
    page = desk.get(f"/admin/media/{asset.pk}/").content.decode()
    assert "ERPNext gives this picture." in page
    assert ("Replace…" in page, "Delete…" in page) == (False, False)
    for posted in ("delete", "replace"):
        answer = desk.post(f"/admin/media/{asset.pk}/{posted}/", {"version": 1})
        assert answer.status_code in {409, 422}
    asset.refresh_from_db()
    assert asset.version == 1


def test_the_library_is_narrowed_by_where_pictures_come_from(desk: Client):
    given = make_picture(MILK).asset
    rows = desk.get("/admin/media/", {"source": "erpnext"}).context["rows"]
    assert [asset.pk for asset in rows] == [given.pk]
    assert list(desk.get("/admin/media/", {"source": "library"}).context["rows"]) == []


def test_a_picture_that_no_product_names_any_more_says_its_address():
    asset = make_picture("/files/old.jpg").asset
    assert usage.uses_of([asset.pk]) == {asset.pk: [Use("/files/old.jpg in ERPNext")]}


# --- In the API ------------------------------------------------------------------------------------------


def test_the_api_tells_the_pictures_address_and_its_copies(desk: Client):
    make_product("MLK", name_en="Milk", name_ar="حليب", image_path=MILK)
    asset = make_picture(MILK).asset
    for side, kind in ((160, "webp"), (480, "jpeg")):
        Rendition.objects.create(
            asset=asset, name=f"{side}.{kind}", kind=kind, side=side, width=side, height=side // 2, size=9
        )
    told = desk.get("/api/v1/staff/products/MLK", headers={"accept-language": "ar"}).json()["picture"]
    assert told == {
        "url": f"http://testserver{asset.url}",
        "type": "image/jpeg",
        "width": 1200,
        "height": 800,
        "alt": "حليب",
        "copies": [
            {"url": f"http://testserver{asset.url.rpartition('/')[0]}/480.jpeg", "type": "image/jpeg",
             "width": 480, "height": 240},
            {"url": f"http://testserver{asset.url.rpartition('/')[0]}/160.webp", "type": "image/webp",
             "width": 160, "height": 80},
        ],
    }  # fmt: skip


def test_the_api_lists_with_and_without_a_picture_by_the_same_questions(
    desk: Client, django_assert_num_queries: Any
):
    for number in range(5):
        make_product(f"P{number}", image_path=f"/files/{number}.jpg")
        make_picture(f"/files/{number}.jpg")
    make_product("BARE")
    make_picture("/files/lost.jpg", asset=None, state="failed", trouble="It is gone.")
    make_product("LOST", image_path="/files/lost.jpg")
    with django_assert_num_queries(6):
        found = desk.get("/api/v1/staff/products", {"fields": "item_code,picture"}).json()["results"]
    assert {one["item_code"]: bool(one["picture"]) for one in found} == {
        **{f"P{number}": True for number in range(5)},
        "BARE": False,
        "LOST": False,
    }
    for asked, codes in (("true", 5), ("false", 2)):
        assert len(desk.get("/api/v1/staff/products", {"has_picture": asked}).json()["results"]) == codes
