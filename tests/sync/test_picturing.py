"""Images that ERPNext names come in once, clean, from ERPNext alone; what does not come says why."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from apps.catalog import services as catalog
from apps.catalog.models import Category, ErpPicture, Product
from apps.catalog.states import PictureState
from apps.core import options
from apps.core.actors import COMMAND, SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.locks import only_one
from apps.core.models import AuditEntry
from apps.media import services as media
from apps.media import usage
from apps.media.errors import GivenByErpnextError, StorageError
from apps.media.models import Asset
from apps.media.states import AssetSource
from apps.sync import services, tasks
from apps.sync.erpnext import files
from apps.sync.errors import AnotherSiteError
from apps.sync.models import MirroredSite
from apps.sync.services import picturing
from tests import pictures
from tests.factories.catalog import make_category, make_product
from tests.sync.filing import TOKEN, Reply, Shelf, Writes, cut, endless, shelf, still, trickling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
JAM = "/files/jam.jpg"


@pytest.fixture
def erp_files() -> Iterator[Shelf]:
    with shelf() as there:
        yield there


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bounds, only nearer."""
    monkeypatch.setattr(files, "STILL_SECONDS", 0.4)
    monkeypatch.setattr(files, "WHOLE_SECONDS", 2.0)


def fetch(there: Shelf, **how: Any) -> dict[str, int]:
    return dict(services.fetch_pictures(actor=SYSTEM, address=there.address, **how))


def row(path: str = JAM) -> ErpPicture:
    return ErpPicture.objects.select_related("asset").get(path=path)


def state(path: str = JAM) -> tuple[str, str]:
    found = row(path)
    return found.state, found.trouble


def make_due(path: str = JAM) -> None:
    ErpPicture.objects.filter(path=path).update(due_at=timezone.now())


def save_item(product: Product, modified: str = "2026-06-01 10:00:00.000000") -> None:
    """As a sync writes it after the item was saved in ERPNext."""
    Product.objects.filter(pk=product.pk).update(erp_modified=modified)


# --- What comes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/files/jam.jpg", "/private/files/Süßer Saft #1 (50%).png", "/files/a?b.jpg"]
)
def test_an_image_comes_in_with_the_token_and_is_the_products_picture(path: str, erp_files: Shelf):
    product = make_product("JAM", name_en="Plum jam", image_path=path)
    erp_files.files[path] = Reply(pictures.with_gps(), headers={"ETag": '"one"', "Last-Modified": "then"})
    assert fetch(erp_files) == {"fetched": 1}
    found = Product.objects.select_related("picture__asset").get(pk=product.pk).picture
    assert (found.state, found.trouble, found.attempts, found.due_at) == (PictureState.HERE, "", 0, None)
    assert (found.etag, found.last_modified) == ('"one"', "then")
    asset = found.asset
    assert (asset.source, asset.original_name) == (AssetSource.ERPNEXT, path.rpartition("/")[2])
    assert (asset.alt, asset.uploaded_by) == ({"en": "Plum jam"}, SYSTEM.label)
    assert [(one.path, one.token) for one in erp_files.asked] == [(path, TOKEN)]


def test_nothing_of_the_file_is_kept_but_its_pixels(erp_files: Shelf, folder: Path):
    make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.with_gps() + b"<script>alert(1)</script>")
    assert fetch(erp_files) == {"fetched": 1}
    kept = (folder / row().asset.file).read_bytes()
    assert (b"script" in kept, pictures.MAKER in kept) == (False, False)
    assert not Image.open(BytesIO(kept)).getexif()


def test_its_type_is_told_by_its_content_and_not_by_what_is_said(erp_files: Shelf):
    make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.png(), headers={"Content-Type": "text/html"})
    assert fetch(erp_files) == {"fetched": 1}
    assert row().asset.kind == "png"


def test_two_products_with_one_image_share_one_fetch_and_one_picture(erp_files: Shelf):
    one, other = make_product("ONE", image_path=JAM), make_product("TWO", image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    assert (fetch(erp_files), fetch(erp_files), erp_files.paths) == ({"fetched": 1}, {}, [JAM])
    shown = Product.objects.filter(pk__in=[one.pk, other.pk]).values_list("picture__asset", flat=True)
    assert set(shown) == {row().asset_id}


def test_the_address_may_be_whole_if_it_is_erpnexts_own(erp_files: Shelf):
    whole = f"{erp_files.address.url}/files/plum%20jam.jpg"
    make_product(image_path=whole)
    erp_files.files["/files/plum jam.jpg"] = Reply(pictures.jpeg())
    assert fetch(erp_files) == {"fetched": 1}


def test_another_address_is_fetched_and_the_old_picture_goes_a_week_later(erp_files: Shelf):
    product = make_product(image_path=JAM)
    erp_files.files |= {JAM: Reply(pictures.jpeg()), "/files/new.jpg": Reply(pictures.jpeg(80, 80))}
    fetch(erp_files)
    old = row().asset
    Product.objects.filter(pk=product.pk).update(image_path="/files/new.jpg")
    assert fetch(erp_files) == {"fetched": 1}
    now = timezone.now()
    assert catalog.let_pictures_go(at=now + timedelta(days=6), actor=SYSTEM) == 0
    assert catalog.let_pictures_go(at=now + timedelta(days=8), actor=SYSTEM) == 1
    assert list(ErpPicture.objects.values_list("path", flat=True)) == ["/files/new.jpg"]
    assert not Asset.objects.filter(pk=old.pk).exists()


def test_an_address_that_comes_back_within_the_week_keeps_its_picture(erp_files: Shelf):
    product = make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    fetch(erp_files)
    Product.objects.filter(pk=product.pk).update(image_path="")
    catalog.note_pictures(at=timezone.now())
    assert row().unused_since is not None
    Product.objects.filter(pk=product.pk).update(image_path=JAM)
    catalog.note_pictures(at=timezone.now())
    assert row().unused_since is None
    assert catalog.let_pictures_go(at=timezone.now() + timedelta(days=8), actor=SYSTEM) == 0
    assert erp_files.paths == [JAM]


def test_what_something_else_shows_stays_as_the_librarys_own(erp_files: Shelf):
    product = make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    fetch(erp_files)
    asset = row().asset
    options.save({"shop.logo": asset.token}, actor=COMMAND)
    Product.objects.filter(pk=product.pk).update(image_path="")
    catalog.note_pictures(at=timezone.now())
    assert catalog.let_pictures_go(at=timezone.now() + timedelta(days=8), actor=SYSTEM) == 1
    asset.refresh_from_db()
    assert asset.source == AssetSource.LIBRARY


# --- What is there already -------------------------------------------------------------------------------


def test_an_item_that_was_saved_has_its_image_looked_at_once_an_hour_at_most(erp_files: Shelf):
    product = make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg(), headers={"ETag": '"one"'})
    fetch(erp_files)
    save_item(product)
    assert fetch(erp_files) == {}
    due = row().due_at
    assert timedelta(minutes=59) < due - timezone.now() <= timedelta(hours=1)
    erp_files.files[JAM] = Reply(status=304)
    make_due()
    assert fetch(erp_files) == {"unchanged": 1}
    assert [one.known for one in erp_files.asked] == ["", '"one"']
    assert (state(), row().due_at, row().asset.version) == ((PictureState.HERE, ""), None, 1)
    assert fetch(erp_files) == {}


def test_the_same_file_again_changes_nothing(erp_files: Shelf):
    product = make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    fetch(erp_files)
    save_item(product)
    catalog.note_pictures(at=timezone.now())
    make_due()
    assert fetch(erp_files) == {"fetched": 1}
    assert row().asset.version == 1


def test_another_picture_at_the_same_address_is_shown_under_ours(erp_files: Shelf):
    make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    fetch(erp_files)
    before = row().asset
    erp_files.files[JAM] = Reply(pictures.png(90, 30))
    make_due()
    assert fetch(erp_files) == {"fetched": 1}
    after = row().asset
    assert (after.pk, after.url, after.kind, after.version) == (before.pk, before.url, "jpeg", 2)
    assert (after.width, after.height) == (90, 30)


def test_what_fails_later_leaves_the_picture_that_came(erp_files: Shelf):
    make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    fetch(erp_files)
    asset = row().asset_id
    del erp_files.files[JAM]
    make_due()
    assert fetch(erp_files) == {"failed": 1}
    assert (row().state, row().asset_id) == (PictureState.FAILED, asset)


# --- What does not come ----------------------------------------------------------------------------------

GONE = "ERPNext has no such file: attach it to the item again."
HIDDEN = "ERPNext does not let our user read this file: make it public, or give the right."
LATE = "ERPNext took too long to give the file."
HALF = "ERPNext's answer broke off half-way."
REFUSED = (
    "ERPNext does not accept our API key and secret: they are wrong, were renewed, or their user is disabled."
)
TROUBLES: list[tuple[Writes, str, timedelta]] = [
    (Reply(status=404), GONE, timedelta(hours=1)),
    (Reply(status=403), HIDDEN, timedelta(hours=1)),
    (Reply(b"oh", 500), "ERPNext stumbled over the file (HTTP 500).", timedelta(hours=1)),
    (cut(pictures.jpeg()), HALF, timedelta(hours=1)),
    (still, LATE, timedelta(hours=1)),
    (
        Reply(pictures.jpeg(), headers={"Content-Encoding": "gzip"}),
        "ERPNext sends the file packed, which we did not ask for.",
        timedelta(hours=1),
    ),
    (
        Reply(status=503),
        "ERPNext is in maintenance, or nothing stands behind its address.",
        timedelta(minutes=1),
    ),
    (
        Reply(status=401),
        REFUSED,
        timedelta(minutes=1),
    ),
]


@pytest.mark.parametrize(("answer", "why", "wait"), TROUBLES)
def test_what_can_heal_says_why_and_is_tried_again(
    answer: Writes, why: str, wait: timedelta, erp_files: Shelf
):
    make_product(image_path=JAM)
    erp_files.files[JAM] = answer
    assert fetch(erp_files) == {"failed": 1}
    found = row()
    assert (found.state, found.trouble, found.asset_id) == (PictureState.FAILED, why, None)
    assert wait - timedelta(seconds=5) < found.due_at - timezone.now() <= wait
    assert fetch(erp_files) == {}
    erp_files.files[JAM] = Reply(pictures.jpeg())
    make_due()
    assert fetch(erp_files) == {"fetched": 1}
    assert (state(), row().attempts) == ((PictureState.HERE, ""), 0)


def test_the_waits_grow_to_a_day(erp_files: Shelf):
    make_product(image_path=JAM)
    waits = []
    for _ in range(4):
        fetch(erp_files)
        waits.append(round((row().due_at - timezone.now()) / timedelta(hours=1)))
        make_due()
    assert waits == [1, 6, 24, 24]


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
UNFIT = {
    "svg": SVG,
    "html": b"<!doctype html><title>Login</title>",
    "bomb": pictures.flood(30_000, 30_000),
    "empty": b"",
    "program": b"MZ" + b"\x00" * 500,
    "half": pictures.jpeg(400, 400)[:900],
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_is_no_picture_is_refused_and_not_asked_for_again(what: str, erp_files: Shelf, folder: Path):
    make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(UNFIT[what], headers={"Content-Type": "image/jpeg"})
    assert fetch(erp_files) == {"refused": 1}
    found = row()
    assert (found.state, bool(found.trouble), found.due_at) == (PictureState.REFUSED, True, None)
    assert (Asset.objects.count(), list(folder.glob("*"))) == (0, [])
    assert (fetch(erp_files), erp_files.paths) == ({}, [JAM])


@pytest.mark.parametrize("answer", [endless, Reply(b"", headers={"Content-Length": str(11 * 1024 * 1024)})])
def test_what_is_too_large_is_cut_off_and_refused(answer: Writes, erp_files: Shelf):
    make_product(image_path=JAM)
    erp_files.files[JAM] = answer
    assert fetch(erp_files) == {"refused": 1}
    assert state() == (PictureState.REFUSED, "The file is larger than 10 MB: save it smaller.")


def test_a_body_that_trickles_is_given_up(erp_files: Shelf):
    make_product(image_path=JAM)
    erp_files.files[JAM] = trickling
    assert fetch(erp_files) == {"failed": 1}
    assert state() == (PictureState.FAILED, LATE)


# --- Whom the token is shown -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_wherever_it_leads(status: int, erp_files: Shelf):
    make_product(image_path=JAM)
    with shelf() as thief:
        thief.files["/files/jam.jpg"] = Reply(pictures.jpeg())
        there = f"{thief.address.url}/files/jam.jpg"
        erp_files.files[JAM] = Reply(status=status, headers={"Location": there})
        assert fetch(erp_files) == {"failed": 1}
        assert thief.asked == []
    assert state() == (PictureState.FAILED, f"ERPNext sends us on to {there}, where we do not go.")


ELSEWHERE = [
    "https://img.example/jam.jpg",
    "//img.example/files/jam.jpg",
    "http://127.0.0.1:1/files/jam.jpg",
    "http://localhost:{port}/files/jam.jpg",
    "https://127.0.0.1:{port}/files/jam.jpg",
    "http://user@127.0.0.1:{port}/files/jam.jpg",
    "http://127.0.0.1:{port}@img.example/files/jam.jpg",
    "http://127.0.0.1:{port}.img.example/files/jam.jpg",
    "ftp://127.0.0.1:{port}/files/jam.jpg",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "http://[::1/files/jam.jpg",
    "http://127.0.0.1:99999/files/jam.jpg",
    "/api/method/frappe.auth.logout",
    "/files/../api/method/ping",
    "/files/..\\api",
    "/private/files/./x.png",
    "http://127.0.0.1:{port}/files/%2e%2e/api/method/ping",
    "http://127.0.0.1:{port}/api/method/ping",
    "files/jam.jpg",
    "jam",
]


@pytest.mark.parametrize("image", ELSEWHERE)
def test_what_is_no_file_of_erpnexts_own_is_never_asked_for(image: str, erp_files: Shelf):
    port = erp_files.address.url.rpartition(":")[2]
    make_product(image_path=image.format(port=port))
    assert fetch(erp_files) == {"refused": 1}
    assert (erp_files.asked, ErpPicture.objects.get().state) == ([], PictureState.REFUSED)


def test_dots_that_are_written_as_signs_are_a_name_like_any_other(erp_files: Shelf):
    make_product(image_path="/files/%2e%2e/x.png")
    fetch(erp_files)
    assert erp_files.paths == ["/files/%2e%2e/x.png"]


def test_an_address_that_is_too_long_is_never_asked_for(erp_files: Shelf):
    make_product(image_path="/files/" + "x" * 600 + ".png")
    assert (fetch(erp_files), ErpPicture.objects.count()) == ({}, 0)


def test_no_image_is_fetched_from_another_site_than_the_one_that_is_mirrored(erp_files: Shelf):
    make_product(image_path=JAM)
    MirroredSite.objects.create(site="shop.example")
    with pytest.raises(AnotherSiteError):
        fetch(erp_files)
    assert (erp_files.asked, row().state, row().attempts) == ([], PictureState.WAITING, 0)


def test_nothing_is_fetched_while_reading_items_is_switched_off(erp_files: Shelf):
    make_product(image_path=JAM)
    options.save({"sync_controls.pull_items": False}, actor=COMMAND)
    assert (fetch(erp_files), ErpPicture.objects.count()) == ({}, 0)


# --- One at a time, and in bounds ------------------------------------------------------------------------


def test_when_erpnext_is_away_one_image_learns_of_it_and_the_others_wait(erp_files: Shelf):
    for number in range(3):
        make_product(image_path=f"/files/{number}.jpg")
    erp_files.first = None
    erp_files.files = {f"/files/{number}.jpg": Reply(status=503) for number in range(3)}
    assert fetch(erp_files) == {"failed": 1}
    assert ErpPicture.objects.waiting().count() == 2
    erp_files.files = {f"/files/{number}.jpg": Reply(pictures.jpeg()) for number in range(3)}
    assert fetch(erp_files) == {"fetched": 2}


def test_a_full_disk_ends_the_round_and_heals(erp_files: Shelf, monkeypatch: pytest.MonkeyPatch):
    make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    with monkeypatch.context() as broken:
        broken.setattr("apps.media.files.put", _full)
        assert fetch(erp_files) == {"failed": 1}
    assert (state(), Asset.objects.count()) == ((PictureState.FAILED, str(StorageError("full"))), 0)
    make_due()
    assert fetch(erp_files) == {"fetched": 1}


def _full(*_: object, **__: object) -> None:
    raise StorageError("full")


def test_a_round_ends_when_its_time_is_over(erp_files: Shelf):
    for number in range(3):
        make_product(image_path=f"/files/{number}.jpg")
        erp_files.files[f"/files/{number}.jpg"] = Reply(pictures.jpeg())
    assert fetch(erp_files, seconds=0.01) == {"fetched": 1}
    assert fetch(erp_files) == {"fetched": 2}


def test_a_second_fetcher_is_told_and_asks_for_nothing(erp_files: Shelf):
    make_product(image_path=JAM)
    with only_one(picturing.LOCK), pytest.raises(AlreadyRunningError):
        fetch(erp_files)
    assert erp_files.asked == []


def test_an_image_under_a_lease_is_nobody_elses_until_it_is_over(erp_files: Shelf):
    make_product(image_path=JAM)
    now = timezone.now()
    catalog.note_pictures(at=now)
    taken = catalog.take_picture(at=now)
    assert taken is not None
    assert taken.path == JAM
    assert catalog.take_picture(at=now + catalog.pictures.LEASE - timedelta(seconds=1)) is None
    again = catalog.take_picture(at=now + catalog.pictures.LEASE)
    assert again is not None
    assert again.attempts == 2


def test_who_comes_back_after_his_lease_does_not_undo_what_another_brought(erp_files: Shelf):
    make_product(image_path=JAM)
    now = timezone.now()
    catalog.note_pictures(at=now)
    late = catalog.take_picture(at=now)
    assert late is not None
    make_due()
    erp_files.files[JAM] = Reply(pictures.jpeg())
    fetch(erp_files)
    told = {"name": "x.jpg", "etag": '"old"', "last_modified": "", "at": now, "actor": SYSTEM}
    catalog.keep_picture(late, pictures.jpeg(20, 20), **told)
    assert (row().etag, row().asset.width, Asset.objects.count()) == ("", 60, 1)


# --- In the library, and on a person's word --------------------------------------------------------------


def test_the_library_neither_deletes_nor_replaces_what_erpnext_gives(erp_files: Shelf):
    make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    fetch(erp_files)
    asset = row().asset
    for refused in (
        lambda: media.delete(asset.pk, actor=COMMAND),
        lambda: media.replace(asset.pk, BytesIO(pictures.png()), name="x", seen_version=1, actor=COMMAND),
    ):
        with pytest.raises(GivenByErpnextError, match="ERPNext gives this picture"):
            refused()
    asset.refresh_from_db()
    assert (asset.version, Asset.objects.count()) == (1, 1)


def test_a_person_may_ask_for_a_refused_image_again(erp_files: Shelf):
    product = make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(SVG)
    fetch(erp_files)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    catalog.ask_for_picture(product.pk, at=timezone.now(), actor=COMMAND)
    assert fetch(erp_files) == {"fetched": 1}
    assert AuditEntry.objects.filter(action="product.picture_asked").count() == 1


def test_the_tick_of_the_clock_fetches_and_keeps_quiet_while_another_does(
    erp_files: Shelf, monkeypatch: pytest.MonkeyPatch
):
    make_product(image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.jpeg())
    monkeypatch.setattr(picturing, "configured_address", lambda: erp_files.address)
    with only_one(picturing.LOCK):
        tasks.fetch_pictures()
    assert row().state == PictureState.WAITING
    tasks.fetch_pictures()
    assert row().state == PictureState.HERE


# --- categories ------------------------------------------------------------------------------------------
def test_the_image_of_a_category_comes_as_that_of_a_product(erp_files: Shelf):
    dairy = make_category("Dairy", image_path=JAM)
    erp_files.files[JAM] = Reply(pictures.with_gps())
    assert fetch(erp_files) == {"fetched": 1}
    asset = Category.objects.get(pk=dairy.pk).asset
    assert asset
    assert asset.alt == {"en": "Dairy"}
    assert [use.title for use in usage.uses_of([asset.pk])[asset.pk]] == ["Dairy"]


def test_an_image_that_a_category_still_names_stays(erp_files: Shelf):
    make_category("Dairy", image_path=JAM)
    product = make_product("JAM", image_path=JAM)
    catalog.note_pictures(at=timezone.now())
    Product.objects.filter(pk=product.pk).update(image_path="")
    catalog.note_pictures(at=timezone.now())
    assert row().unused_since is None
