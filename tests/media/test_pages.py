"""The screens of the library: what staff see, send, find and are told."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.forms import modelform_factory
from django.test import Client
from django.test.utils import CaptureQueriesContext, isolate_apps
from django.urls import reverse

from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import Actor
from apps.core.pictures import MOST_BYTES
from apps.media import services, usage
from apps.media.errors import InUseError
from apps.media.models import Asset
from apps.media.pages.library import SIZE
from apps.media.picking import MediaField
from tests import pictures
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.media import make_asset, upload

LIBRARY = "/admin/media/"
UPLOAD = "/admin/media/upload/"
ADA = Actor("staff", "1", "Ada Boss")
BESIDE = {"hx-request": "true", "hx-target": "ll-aside"}
pytestmark = pytest.mark.django_db


def file(content: bytes | None = None, name: str = "milk.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if content is not None else pictures.jpeg())


def send(desk: Client, *files: SimpleUploadedFile, **rest: str) -> Any:
    """As the page's script does."""
    return desk.post(UPLOAD, {"file": list(files), **rest}, headers={"accept": "application/json"})


def names(answer: Any) -> list[str]:
    return [asset.original_name for asset in answer.context["rows"]]


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# --- Uploading -------------------------------------------------------------------------------------------


def test_a_script_sends_one_file_and_hears_what_became_of_it(desk: Client) -> None:
    answer = send(desk, file())
    asset = Asset.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "pk": asset.pk,
        "token": asset.token,
        "name": "milk.jpg",
        "link": f"/admin/media/{asset.pk}/",
        "thumbnail": f"/media/{asset.file}?v=1",
    }


@pytest.mark.parametrize(
    ("sent", "status", "code", "sentence"),
    [
        (b"", 422, "picture-empty", "The file is empty. Choose it again, or save it anew first."),
        (
            b"<svg/>",
            422,
            "picture-svg",
            "SVG is not taken, because it can carry a program. Save it as PNG or WebP.",
        ),
        (
            b"\xff\xd8\xff" + b"\x00" * MOST_BYTES,
            422,
            "picture-too-many-bytes",
            "The file is larger than 10 MB, the most that is taken. Save it smaller.",
        ),
        (
            pictures.flood(9000, 9000),
            422,
            "picture-too-many-pixels",
            "The picture has 9000 × 9000 pixels; at most 50 megapixels are taken. Save it smaller.",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_with_this_file(
    desk: Client, sent: bytes, status: int, code: str, sentence: str
) -> None:
    answer = send(desk, file(sent, "logo.png"))
    assert (answer.status_code, answer.json()) == (status, {"code": code, "detail": sentence, "link": "", "known": None})
    assert Asset.objects.count() == 0


def test_a_known_file_leads_to_where_it_is_and_can_be_sent_all_the_same(desk: Client) -> None:
    send(desk, file())
    again = send(desk, file(name="other.jpg"))
    assert (again.status_code, again.json()["code"]) == (409, "picture-known")
    known = Asset.objects.get()
    assert again.json()["link"] == known.get_absolute_url()
    assert (again.json()["known"]["token"], again.json()["known"]["pk"]) == (known.token, known.pk)
    assert send(desk, file(name="other.jpg"), again="on").status_code == 201


def test_no_file_is_said(desk: Client) -> None:
    assert send(desk).json()["detail"] == "No file was chosen."


def test_without_a_script_several_go_together_and_one_that_is_refused_holds_up_no_other(desk: Client) -> None:
    sent = [
        file(name="a.jpg"),
        file(b"<svg/>", "b.svg"),
        file(b"\x00" * (MOST_BYTES + 1), "c.jpg"),
        file(pictures.png(), "d.png"),
    ]
    answer = desk.post(UPLOAD, {"file": sent}, follow=True)
    assert sorted(names(answer)) == ["a.jpg", "d.png"]
    assert said(answer) == [
        "b.svg: SVG is not taken, because it can carry a program. Save it as PNG or WebP.",
        "c.jpg: The file is larger than 10 MB, the most that is taken. Save it smaller.",
        "2 pictures were uploaded.",
    ]


ODD = ["../../x.jpg", "a\x00b.jpg", "\u202egpj.jpg", "🥛.jpg", "n" * 300 + ".jpg", '"><b>.jpg']


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_does_no_harm(desk: Client, name: str) -> None:
    send(desk, file(name=name))
    page = desk.get(LIBRARY)
    assert page.status_code == 200
    assert b"<b>.jpg" not in page.content


def test_a_clerk_uploads_and_edits_but_deletes_nothing(clerks_desk: Client) -> None:
    assert send(clerks_desk, file()).status_code == 201
    asset = Asset.objects.get()
    page = clerks_desk.get(asset.get_absolute_url()).content.decode()
    assert ("Replace…" in page, "Delete…" in page) == (True, False)
    edit = reverse("admin:media_asset_edit", args=[asset.pk])
    edited = clerks_desk.post(edit, {"alt_en": "Milk", "tags": ""})
    assert edited.status_code == 302
    for where in (reverse("admin:media_asset_delete", args=[asset.pk]), "/admin/media/delete/"):
        assert clerks_desk.post(where, {"asset": [asset.pk]}).status_code == 403
    asset.refresh_from_db()
    assert asset.alt == {"en": "Milk"}


def test_who_may_only_look_is_offered_nothing_else() -> None:
    person = StaffFactory(role=Role.ADMIN)
    for act in ("create", "edit", "delete"):
        person.rights.create(key=f"media.{act}", source="deny")
    asset = upload()
    page = signed_in(person).get(LIBRARY).content.decode()
    one = signed_in(person).get(asset.get_absolute_url()).content.decode()
    for offered in ("Upload pictures", "data-drop", "Select all", "Tag…"):
        assert offered not in page
    for offered in ("Replace…", "Delete…", "Save texts"):
        assert offered not in one


# --- Finding ---------------------------------------------------------------------------------------------


def test_an_empty_library_says_how_to_fill_it(desk: Client) -> None:
    page = desk.get(LIBRARY).content.decode()
    assert "No pictures yet" in page
    assert "Drop JPEG, PNG, WebP or GIF files here" in page


def test_the_latest_stand_first_page_by_page(desk: Client) -> None:
    for number in range(SIZE + 2):
        make_asset(f"{number}.jpg")
    first = desk.get(LIBRARY)
    second = desk.get(LIBRARY, {"cursor": first.context["next"]})
    assert names(first) == [f"{number}.jpg" for number in range(SIZE + 1, 1, -1)]
    assert names(second) == ["1.jpg", "0.jpg"]
    assert names(desk.get(LIBRARY, {"cursor": second.context["previous"]})) == names(first)
    assert (first.context["found"], second.context["next"]) == (SIZE + 2, None)


def test_pictures_are_found_by_word_type_tag_and_use(desk: Client) -> None:
    make_asset("milk.jpg", tags=["dairy"])
    make_asset("honey.png", kind="png", alt={"en": "A jar of honey"})
    logo = make_asset("logo.png", kind="png")
    options.save({"shop.logo": logo.token}, actor=ADA)
    for asked, found in {
        "q=mil": ["milk.jpg"],
        "q=jar": ["honey.png"],
        "q=dai": ["milk.jpg"],
        "kind=png": ["logo.png", "honey.png"],
        "tag=dairy": ["milk.jpg"],
        "use=unused": ["honey.png", "milk.jpg"],
        "kind=png&use=unused": ["honey.png"],
        "kind=exe&use=all": ["logo.png", "honey.png", "milk.jpg"],
    }.items():
        assert names(desk.get(f"{LIBRARY}?{asked}")) == found, asked
    nothing = desk.get(f"{LIBRARY}?q=cream").content.decode()
    assert "No picture matches" in nothing


def test_the_library_asks_for_its_rows_alone(desk: Client) -> None:
    make_asset()
    answer = desk.get(LIBRARY, headers={"hx-request": "true", "hx-target": "media-rows"})
    assert answer.content.decode().lstrip().startswith('<div id="media-rows"')
    assert b"<html" not in answer.content


def test_a_damaged_cursor_is_no_crash(desk: Client) -> None:
    assert desk.get(LIBRARY, {"cursor": "nonsense"}).status_code == 400


LISTS = [LIBRARY, f"{LIBRARY}?use=unused&q=milk&as=list", "/admin/media/pick/?by=token"]


@pytest.mark.parametrize("address", LISTS)
def test_a_page_of_the_library_costs_the_same_however_much_there_is(
    desk: Client, address: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(address)
        return len(asked)

    make_asset("milk 0.jpg")
    cost()
    few = cost()
    for number in range(20):
        make_asset(f"milk {number}.jpg", tags=[f"tag {number}"])
    assert cost() == few <= 12


# --- One picture -----------------------------------------------------------------------------------------


def test_a_picture_shows_its_address_texts_and_where_it_is_used(desk: Client) -> None:
    asset = upload()
    services.describe(asset.pk, alt={"en": "A glass of milk"}, tags=["dairy"], actor=ADA)
    options.save({"shop.logo": asset.token}, actor=ADA)
    page = desk.get(asset.get_absolute_url()).content.decode()
    for shown in (f"http://testserver{asset.url}", 'value="A glass of milk"', 'value="dairy"', "60 × 40"):
        assert shown in page
    assert 'href="/admin/settings/?group=shop#shop.logo"><bdi>Settings: Logo</bdi></a>' in page


def test_beside_the_library_it_is_a_part_and_says_that_it_has_changed(desk: Client) -> None:
    asset = upload()
    edit = reverse("admin:media_asset_edit", args=[asset.pk])
    answer = desk.post(edit, {"alt_en": "Milk", "tags": "Dairy, fresh"}, headers=BESIDE)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (200, "media-changed")
    assert b"<html" not in answer.content
    assert b"Texts and tags are saved." in answer.content
    asset.refresh_from_db()
    assert (asset.alt, asset.tags) == ({"en": "Milk"}, ["dairy", "fresh"])


def test_what_was_typed_stays_with_what_is_wrong_at_its_field(desk: Client) -> None:
    asset = upload()
    given = {"alt_en": "x" * 301, "alt_tr": "Süt", "tags": "dairy"}
    answer = desk.post(reverse("admin:media_asset_edit", args=[asset.pk]), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    for shown in ("At most 300 characters.", f'value="{"x" * 301}"', 'value="Süt"', 'value="dairy"'):
        assert shown in page
    asset.refresh_from_db()
    assert (asset.alt, asset.tags) == ({}, [])


def test_it_is_replaced_by_who_saw_it_and_who_did_not_is_told(desk: Client) -> None:
    asset = upload()
    where = reverse("admin:media_asset_replace", args=[asset.pk])
    done = desk.post(where, {"file": file(pictures.png(90, 90)), "version": "1"}, follow=True)
    late = desk.post(where, {"file": file(pictures.png(70, 70)), "version": "1"})
    asset.refresh_from_db()
    assert said(done) == ["The picture was replaced. Its address stays; apps show it within five minutes."]
    assert (late.status_code, asset.width) == (409, 90)
    assert "Somebody else has replaced this picture meanwhile." in late.content.decode()


@pytest.mark.parametrize("version", ["", "x", "9" * 30])
def test_a_replacement_of_no_known_version_is_told(desk: Client, version: str) -> None:
    asset = upload()
    where = reverse("admin:media_asset_replace", args=[asset.pk])
    assert desk.post(where, {"file": file(), "version": version}).status_code == 409


def test_a_replacement_that_is_no_picture_is_refused(desk: Client) -> None:
    asset = upload()
    where = reverse("admin:media_asset_replace", args=[asset.pk])
    answer = desk.post(where, {"file": file(b"<svg/>"), "version": "1"}, headers=BESIDE)
    assert (answer.status_code, b"SVG is not taken" in answer.content) == (200, True)
    asset.refresh_from_db()
    assert asset.version == 1


def test_a_picture_in_use_is_not_deleted_and_it_is_said_where(desk: Client) -> None:
    asset = upload()
    options.save({"shop.logo": asset.token}, actor=ADA)
    where = reverse("admin:media_asset_delete", args=[asset.pk])
    refused = desk.post(where)
    assert refused.status_code == 409
    assert "It is shown by: Settings: Logo. Choose another picture there first." in refused.content.decode()
    options.save({"shop.logo": None}, actor=ADA)
    done = desk.post(where, follow=True)
    assert (said(done), Asset.objects.count()) == (["“milk.jpg” was deleted."], 0)


def test_several_are_tagged_and_deleted_together_each_by_itself(desk: Client) -> None:
    used, free = upload(name="used.jpg"), upload(pictures.png(), name="free.png")
    options.save({"shop.logo": used.token}, actor=ADA)
    both = {"asset": [used.pk, free.pk], "back": f"{LIBRARY}?as=list"}
    tagged = desk.post("/admin/media/tag/", {**both, "add": "Dairy, new", "remove": ""})
    assert tagged.headers["Location"] == f"{LIBRARY}?as=list"
    assert [asset.tags for asset in Asset.objects.all()] == [["dairy", "new"]] * 2
    desk.post("/admin/media/tag/", {**both, "add": "", "remove": "new"})
    assert [asset.tags for asset in Asset.objects.all()] == [["dairy"]] * 2
    desk.post("/admin/media/tag/", {**both, "add": "ألبان، خبز", "remove": ""})
    assert [asset.tags for asset in Asset.objects.all()] == [["dairy", "ألبان", "خبز"]] * 2
    desk.post("/admin/media/tag/", {**both, "add": "", "remove": "ألبان، خبز"})
    assert [asset.tags for asset in Asset.objects.all()] == [["dairy"]] * 2
    deleted = desk.post("/admin/media/delete/", both, follow=True)
    assert said(deleted)[-2:] == [
        "1 picture was deleted.",
        'used.jpg: it is shown by <a class="lr-link" href="/admin/settings/?group=shop#shop.logo">Settings: Logo'
        "</a>. Choose another picture there first.",
    ]
    assert list(Asset.objects.values_list("original_name", flat=True)) == ["used.jpg"]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/admin/", ""])
def test_after_an_act_nobody_is_led_elsewhere(desk: Client, back: str) -> None:
    answer = desk.post("/admin/media/tag/", {"asset": ["x", "9" * 30], "back": back})
    assert answer.headers["Location"] == LIBRARY


def test_a_card_asks_for_itself_until_its_sizes_are_there(desk: Client) -> None:
    asset = upload()
    card = {"hx-request": "true", "hx-target": f"media-card-{asset.pk}"}
    assert b"hx-trigger" in desk.get(asset.get_absolute_url(), headers=card).content
    services.make_copies(asset.pk, version=1, actor=ADA)
    assert b"hx-trigger" not in desk.get(asset.get_absolute_url(), headers=card).content


def test_a_picture_that_is_gone_is_said_to_be(desk: Client) -> None:
    assert desk.get("/admin/media/999999/").status_code == 404
    for act in ("edit", "delete"):
        assert desk.post(f"/admin/media/999999/{act}/").status_code == 404
    late = desk.post("/admin/media/999999/replace/", {"file": file(), "version": "1"}, follow=True)
    assert said(late) == ["The picture is gone: somebody has deleted it."]


# --- The logo, and other apps' pictures --------------------------------------------------------------------


def test_the_logo_stands_on_the_sign_in_page_and_above_the_menu(desk: Client) -> None:
    asset = upload(pictures.png(600, 200), name="logo.png")
    assert b"lr-brand-logo" not in Client().get("/admin/login/").content
    services.make_copies(asset.pk, version=1, actor=ADA)
    services.describe(asset.pk, alt={"en": "Plum & Co"}, tags=[], actor=ADA)
    options.save({"shop.logo": asset.token}, actor=ADA)
    shown = (
        f'<img class="lr-brand-logo" src="/media/{asset.token}-160.webp?v=1" alt="Plum &amp; Co"'
    )
    assert shown in Client().get("/admin/login/").content.decode()
    assert shown in desk.get("/admin/").content.decode()


@pytest.mark.parametrize(("sides", "is_named"), [((600, 200), False), ((400, 200), False), ((300, 200), True)])
def test_beside_a_logo_too_narrow_for_words_stands_the_shops_name(
    desk: Client, sides: tuple[int, int], is_named: bool
) -> None:
    asset = upload(pictures.png(*sides), name="logo.png")
    services.make_copies(asset.pk, version=1, actor=ADA)
    options.save({"shop.logo": asset.token, "shop.name": "Plum & Co"}, actor=ADA)
    assert ("<span>Plum &amp; Co</span>" in desk.get("/admin/").content.decode()) is is_named


def test_the_logo_is_chosen_in_the_settings_and_what_will_change_is_said(desk: Client) -> None:
    asset = upload(name="logo.jpg")
    page = desk.get("/admin/settings/?group=shop")
    assert b"data-picker-open" in page.content
    given = {
        entry.option.key: entry.typed for entry in page.context["entries"] if not entry.is_fixed
    } | {"shop.logo": asset.token}
    review = desk.post("/admin/settings/?group=shop", given)
    assert "logo.jpg" in review.content.decode()
    desk.post("/admin/settings/?group=shop", given | {"seen": review.context["seal"]})
    assert options.shop.logo == asset.token


def test_the_picker_offers_what_is_found(desk: Client) -> None:
    milk = make_asset("milk.jpg")
    make_asset("honey.jpg")
    page = desk.get("/admin/media/pick/", {"by": "token", "pick": "mil"}).content.decode()
    assert (f'data-pick="{milk.token}"' in page, "honey" in page, "<html" in page) == (True, False, False)
    assert f'data-pick="{milk.pk}"' in desk.get("/admin/media/pick/").content.decode()


def test_the_picker_goes_on_where_it_ended(desk: Client) -> None:
    for number in range(26):
        make_asset(f"{number}.jpg")
    first = desk.get("/admin/media/pick/")
    more = desk.get("/admin/media/pick/", {"cursor": first.context["next"]})
    assert [asset.original_name for _pk, asset in more.context["choices"]] == ["1.jpg", "0.jpg"]
    assert "26 pictures" in first.content.decode()
    assert "data-picker-list" not in more.content.decode()  # it takes the place of the button alone


def test_who_may_upload_nothing_is_not_offered_it_in_the_picker(desk: Client, manager: Any) -> None:
    assert b"data-picker-upload" in desk.get("/admin/settings/?group=shop").content
    manager.rights.create(key="media.create", source="deny")
    assert b"data-picker-upload" not in desk.get("/admin/settings/?group=shop").content


@isolate_apps("apps.media")
def test_a_model_takes_a_picture_by_one_field_which_protects_it(desk: Client) -> None:
    class Poster(models.Model):
        name = models.CharField(max_length=20)
        picture = MediaField(to=Asset, verbose_name="picture")

        class Meta:
            app_label = "media"
            verbose_name = "poster"

        def __str__(self) -> str:
            return self.name

    asset, other = upload(name="milk.jpg"), upload(pictures.png())
    with connection.schema_editor() as editor:
        editor.create_model(Poster)
    try:
        form = modelform_factory(Poster, fields=["name", "picture"])
        shown = str(form(initial={"picture": asset.pk})["picture"])
        assert all(part in shown for part in (f'value="{asset.pk}"', "milk.jpg", "data-picker-open"))
        assert not form({"name": "x", "picture": "999999"}).is_valid()
        poster = form({"name": "Spring", "picture": str(asset.pk)}).save()
        assert poster.picture_id == asset.pk
        assert [use.title for use in usage.uses_of([asset.pk])[asset.pk]] == ["poster Spring"]
        assert list(Asset.objects.unused()) == [other]
        with pytest.raises(InUseError, match=r"^It is shown by: poster Spring\."):
            services.delete(asset.pk, actor=ADA)
    finally:
        usage.forget("media.Poster.picture")
    assert form().media._js == ["larder/js/media.js"]
