"""Files on their way in: where there is no room for one, its page says so and nothing of it stays.

The full disk is a real one of two megabytes, mounted in a namespace of its own by a child process.
"""

import errno
import json
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadhandler import load_handler
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings

from apps.core import uploads
from apps.core.uploads import UploadLostError, WaitingFiles
from apps.media.models import Asset
from tests import pictures

UPLOAD = "/admin/media/upload/"
SCRIPT = {"accept": "application/json"}
ON_A_FULL_DISK = """
import django, json, os, sys; django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile as Sent
from django.test import RequestFactory
from apps.core.uploads import UploadLostError
large, small = Sent("large.jpg", b"x" * 3_000_000), Sent("small.jpg", b"y" * 1000)
request = RequestFactory().post("/", {"file": [large, small]})
said = []
for file in request.FILES.getlist("file"):
    try:
        said.append([file.name, len(file.read())])
    except UploadLostError as why:
        said.append([file.name, why.status, str(why)])
request.close()
print(json.dumps([said, os.listdir(sys.argv[1])]))
"""


def can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-Urm", "true"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="This machine lets nobody mount a disk of his own.")
def test_a_full_disk_refuses_the_one_file_that_found_no_room_and_keeps_nothing_of_it(tmp_path: Path) -> None:
    mounted = f'mount -t tmpfs -o size=2m tmpfs {tmp_path} && exec "$@"'
    child = [sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path)]
    done = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", mounted, "sh", *child],
        env=os.environ | {"TMPDIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    said, left = json.loads(done.stdout.splitlines()[-1])
    sentence = (
        "The file was not taken, and nothing of it is kept: the folder of uploads on their way,"
        f" {tmp_path}, is full. Ask whoever runs Larder to make room there, then send it again."
    )
    assert said == [["large.jpg", 507, sentence], ["small.jpg", 1000]]
    assert left == []


@pytest.mark.django_db
def test_a_folder_that_is_not_there_is_said_on_the_page_and_to_its_script(
    desk: Client, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    with override_settings(FILE_UPLOAD_TEMP_DIR=gone, FILE_UPLOAD_MAX_MEMORY_SIZE=0):
        script = desk.post(UPLOAD, {"file": BytesIO(pictures.jpeg())}, headers=SCRIPT)
        photo = desk.post("/admin/profile/", {"do": "photo", "photo": BytesIO(pictures.jpeg())})
    sentence = f"uploads on their way, {gone}, cannot be written to (No such file or directory)."
    assert (script.status_code, script.json()["code"]) == (507, "upload-lost")
    assert sentence in script.json()["detail"]
    assert (photo.status_code, sentence in photo.content.decode()) == (507, True)
    assert Asset.objects.count() == 0


def test_a_file_waits_under_a_name_of_ours_and_is_gone_with_its_request(tmp_path: Path) -> None:
    with override_settings(FILE_UPLOAD_TEMP_DIR=tmp_path, FILE_UPLOAD_MAX_MEMORY_SIZE=0):
        sent = BytesIO(b"content")
        sent.name = "n." + "j" * 400  # longer than a file system lets a name be
        request = RequestFactory().post("/", {"file": sent})
        file = request.FILES["file"]
        assert (file.read(), file.size) == (b"content", 7)
        assert [path.suffix for path in tmp_path.iterdir()] == [".upload"]
        request.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    with override_settings(FILE_UPLOAD_TEMP_DIR=tmp_path):
        handler = load_handler("apps.core.uploads.WaitingFiles", HttpRequest())
        assert isinstance(handler, WaitingFiles)
        handler.upload_interrupted()  # before any file
        handler.new_file("file", "milk.jpg", "image/jpeg", None)
        handler.receive_data_chunk(b"half", 0)
        handler.upload_interrupted()
    assert list(tmp_path.iterdir()) == []


def test_what_came_before_a_file_that_found_no_place_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [uploads._Waiting]  # for one file, and no more

    def place(*args: Any) -> Any:
        if not places:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return places.pop()(*args)

    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=0):
        sent = [BytesIO(b"first"), BytesIO(b"second")]
        monkeypatch.setattr(uploads, "_Waiting", place)
        request = RequestFactory().post("/", {"file": sent})
        first, second = request.FILES.getlist("file")
    assert first.read() == b"first"
    with pytest.raises(UploadLostError):
        second.read()
    request.close()


def test_reading_what_was_lost_is_refused_however_it_is_read(tmp_path: Path) -> None:
    with override_settings(FILE_UPLOAD_TEMP_DIR=tmp_path / "gone", FILE_UPLOAD_MAX_MEMORY_SIZE=0):
        file = RequestFactory().post("/", {"file": BytesIO(b"content")}).FILES["file"]
        for read in (file.read, lambda: list(file.chunks()), lambda: file.seek(0)):
            with pytest.raises(UploadLostError):
                read()
        file.close()


class OneFile(forms.Form):
    """As any form asks for a file: it refuses an empty one by its size, before anybody reads it."""

    file = forms.FileField()


def test_what_was_lost_still_says_how_much_was_sent_so_that_nobody_calls_it_empty(tmp_path: Path) -> None:
    with override_settings(FILE_UPLOAD_TEMP_DIR=tmp_path / "gone", FILE_UPLOAD_MAX_MEMORY_SIZE=0):
        sent, empty = BytesIO(b"x" * 100_000), BytesIO()
        lost, nothing = RequestFactory().post("/", {"file": [sent, empty]}).FILES.getlist("file")
    assert (lost.size, nothing.size) == (100_000, 0)
    form = OneFile(files={"file": lost})
    assert (form.is_valid(), form.errors) == (True, {})
    with pytest.raises(UploadLostError):
        form.cleaned_data["file"].read()


def test_of_one_that_was_cut_short_as_well_what_came_so_far_is_known(tmp_path: Path) -> None:
    with override_settings(FILE_UPLOAD_TEMP_DIR=tmp_path / "gone"):
        handler = WaitingFiles(HttpRequest())
        handler.new_file("file", "milk.jpg", "image/jpeg", None)
        handler.receive_data_chunk(b"half", 0)
        handler.receive_data_chunk(b"way", 4)
        handler.upload_interrupted()
    assert handler.file.size == 7


# --- What cannot be read at all --------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_name_of_thousands_of_signs_is_said(desk: Client) -> None:
    sent = BytesIO(pictures.jpeg())
    sent.name = "n" * 5000 + ".jpg"
    page = desk.post(UPLOAD, {"file": sent})
    sent.seek(0)
    script = desk.post(UPLOAD, {"file": sent}, headers=SCRIPT)
    said = (
        "What was sent cannot be read: it was cut short on its way, or a file has a name of several hundred"
    )
    assert (page.status_code, said in page.content.decode()) == (400, True)
    assert (script.status_code, script.json()["code"]) == (400, "malformed")
    assert script.json()["detail"].startswith(said)
    assert Asset.objects.count() == 0


@pytest.mark.django_db
def test_more_files_than_are_taken_at_once_are_said_and_none_is_kept(desk: Client) -> None:
    files = [BytesIO(pictures.jpeg(20 + n)) for n in range(51)]
    page = desk.post(UPLOAD, {"file": files})
    assert page.status_code == 413
    assert "At most 50 files are taken at once. None of these was kept: send fewer together." in (
        page.content.decode()
    )
    assert Asset.objects.count() == 0


@pytest.mark.django_db
def test_a_script_hears_which_right_is_missing(clerks_desk: Client) -> None:
    answer = clerks_desk.post("/admin/media/delete/", {"asset": ["1"]}, headers=SCRIPT)
    assert (answer.status_code, answer.json()) == (
        403,
        {"code": "permission-denied", "detail": "You lack the right media.delete."},
    )
