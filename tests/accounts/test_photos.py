"""Photos of staff: cleaned, shown to colleagues, to nobody else."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.accounts import services
from apps.accounts.errors import NotYoursToManageError
from apps.accounts.models import Photo
from apps.accounts.permissions import Role
from apps.core.access import HELD
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.pictures import MAKER, jpeg, moving, png, with_gps

pytestmark = pytest.mark.django_db
PROFILE = "/admin/profile/"


def send(client: Client, content: bytes, name: str = "me.jpg"):
    return client.post(PROFILE, {"do": "photo", "photo": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("content", [jpeg(400, 200), png(80, 300), with_gps(), moving("GIF")])
def test_a_photo_is_cut_square_and_holds_nothing_but_pixels(content):
    ada = StaffFactory()
    assert send(signed_in(ada), content).status_code == 302
    kept = bytes(Photo.objects.get(user=ada).content)
    picture = Image.open(BytesIO(kept))
    assert (picture.format, picture.width) == ("JPEG", picture.height)
    assert MAKER not in kept
    assert dict(picture.getexif()) == {}


def test_it_shows_in_the_frame_and_in_the_list_and_costs_no_query(desk, manager, django_assert_num_queries):
    send(desk, jpeg())
    manager.refresh_from_db()
    address = f"/admin/staff/{manager.pk}/photo/?v={manager.photo}"
    assert address in desk.get("/admin/").content.decode()
    assert desk.get("/admin/accounts/user/").content.decode().count(address) == 2
    answer = desk.get(address)
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "image/jpeg",
        "private, max-age=31536000, immutable",
    )


def test_nobody_who_is_not_signed_in_sees_it(client):
    ada = StaffFactory()
    send(signed_in(ada), jpeg())
    assert client.get(f"/admin/staff/{ada.pk}/photo/").status_code == 302


def test_a_held_session_sees_its_own_only():
    ada, ben = StaffFactory(), StaffFactory()
    for person in (ada, ben):
        send(signed_in(person), jpeg())
    client = signed_in(ada)
    session = client.session
    session[HELD] = True
    session.save()
    answers = [client.get(f"/admin/staff/{person.pk}/photo/").status_code for person in (ada, ben)]
    assert answers == [200, 404]


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff", b"%PDF-1.7", jpeg()[:200]]
)
def test_what_is_no_picture_is_refused_with_a_sentence_and_the_old_one_stays(content):
    ada = StaffFactory()
    client = signed_in(ada)
    send(client, jpeg())
    before = bytes(Photo.objects.get().content)
    answer = send(client, content)
    assert answer.status_code == 422
    assert answer.context["photo_refusal"]
    assert bytes(Photo.objects.get().content) == before


def test_no_file_at_all_is_said():
    answer = signed_in(StaffFactory()).post(PROFILE, {"do": "photo"})
    assert (answer.status_code, answer.context["photo_refusal"]) == (422, "Choose a picture first.")


def test_removed_it_gives_way_to_initials():
    ada = StaffFactory(full_name="Ada Byron")
    client = signed_in(ada)
    send(client, jpeg())
    client.post(PROFILE, {"do": "remove_photo"})
    ada.refresh_from_db()
    assert (ada.photo, Photo.objects.count()) == ("", 0)
    assert ">AB</span>" in client.get(PROFILE).content.decode()
    assert [entry.action for entry in AuditEntry.objects.order_by("id")] == [
        "user.photo_changed",
        "user.photo_removed",
    ]


def test_nobody_else_gives_somebody_a_face():
    ada, ben = StaffFactory(role=Role.CLERK), StaffFactory(role=Role.CLERK)
    with pytest.raises(NotYoursToManageError):
        services.set_photo(ada.pk, upload=BytesIO(jpeg()), actor=Actor.of(ben))
    assert Photo.objects.count() == 0
