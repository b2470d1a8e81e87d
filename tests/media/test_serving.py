"""``/media/<file>``: public pictures and nothing else, told apart, cached and resumed as HTTP has it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from apps.media import files
from apps.media.models import Asset
from apps.media.naming import new_token
from tests import pictures
from tests.factories.media import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset() -> Iterator[Asset]:
    return upload(pictures.jpeg(300, 200))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def ask(asset: Asset, **headers: str) -> Any:
    return Client().get(asset.url, headers=headers)


def test_a_picture_is_there_for_everybody_with_its_true_type(asset: Asset, folder: Path) -> None:
    answer = ask(asset)
    content = (folder / asset.file).read_bytes()
    assert (answer.status_code, body(answer)) == (200, content)
    told = {name: answer.headers[name] for name in ("Content-Type", "Content-Length", "Content-Disposition")}
    assert told == {
        "Content-Type": "image/jpeg",
        "Content-Length": str(len(content)),
        "Content-Disposition": f'inline; filename="{asset.file}"',
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "public, max-age=300, must-revalidate"
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_it_costs_no_question_no_session_and_no_cookie(asset: Asset, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = ask(asset)
    assert (answer.cookies, "Vary" in answer.headers, "Set-Cookie" in answer.headers) == ({}, False, False)
    answer.close()


def test_head_tells_the_same_without_the_picture(asset: Asset) -> None:
    whole, head = ask(asset), Client().head(asset.url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Length", "Content-Type", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]
    whole.close()


def test_who_has_it_already_is_told_so_and_not_sent_it(asset: Asset) -> None:
    first = ask(asset)
    again = ask(asset, if_none_match=first.headers["ETag"])
    assert (again.status_code, body(again), again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert ask(asset, if_modified_since=first.headers["Last-Modified"]).status_code == 304
    assert ask(asset, if_none_match='"another"').status_code == 200
    assert not first.headers["ETag"].startswith("W/")


def test_a_replaced_picture_has_another_tag(asset: Asset) -> None:
    before = ask(asset).headers["ETag"]
    files.put(asset.file, pictures.jpeg(300, 200, quality=20), kind=asset.is_of)
    after = ask(asset, if_none_match=before)
    assert (after.status_code, after.headers["ETag"] != before) == (200, True)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=10-", slice(10, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=-999999999", slice(0, None)),
        ("bytes=3-999999999", slice(3, None)),
    ],
)
def test_a_part_is_sent_when_a_part_is_asked_for(asset: Asset, folder: Path, asked: str, part: slice) -> None:
    content = (folder / asset.file).read_bytes()
    answer = ask(asset, range=asked)
    assert (answer.status_code, body(answer)) == (206, content[part])
    first = content.index(content[part]) if part.start != -5 else len(content) - 5
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(content[part]) - 1}/{len(content)}"
    assert answer.headers["Content-Length"] == str(len(content[part]))


@pytest.mark.parametrize(
    "asked",
    ["bytes=a-b", "bytes=0-1,5-6", "items=0-1", "bytes=", "bytes=-", "0-9", "bytes=9-1-", "bytes=9-1"],
)
def test_a_part_that_is_not_understood_is_the_whole(asset: Asset, asked: str) -> None:
    answer = ask(asset, range=asked)
    assert answer.status_code == 200
    answer.close()


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_said_to_be_none(asset: Asset, folder: Path, asked: str) -> None:
    answer = ask(asset, range=asked)
    size = (folder / asset.file).stat().st_size
    assert (answer.status_code, body(answer)) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{size}"


def test_a_part_of_what_has_changed_is_the_whole(asset: Asset) -> None:
    tag = ask(asset).headers["ETag"]
    assert ask(asset, range="bytes=0-9", if_range=tag).status_code == 206
    assert ask(asset, range="bytes=0-9", if_range='"older"').status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "..\\secret.txt",
        "/etc/passwd",
        "secret.txt",
        "a/b.jpg",
        "%00",
        "x.jpg",
        "photo.svg",
        "folder/",
        f"{'a' * 32}.svg",
        f"{'A' * 32}.jpg",
        f"{'a' * 32}.jpg%00.txt",
        f"{'a' * 32}.jpg%0a",
        f"{'a' * 32}.jpg/",
        f"{'a' * 32}-48000.webp",
        ".part-x",
    ],
)
def test_nothing_else_is_there(folder: Path, path: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "secret.txt").write_text("private")
    (folder / "secret.txt").write_text("private")
    (folder / ".part-x").write_bytes(pictures.jpeg())
    (folder / "folder").mkdir()
    answer = Client().get(f"/media/{path}")
    assert (answer.status_code, answer.content) == (404, b"Not found\n")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_picture_that_is_gone_and_one_that_never_was_look_alike(asset: Asset, folder: Path) -> None:
    (folder / asset.file).unlink()
    gone, never = ask(asset), Client().get(f"/media/{new_token()}.jpg")
    assert (gone.status_code, gone.content) == (never.status_code, never.content) == (404, b"Not found\n")


def test_bytes_that_are_not_what_the_name_says_are_not_served(folder: Path) -> None:
    """Whoever can write into the folder can still not make Larder hand out a page or a program."""
    folder.mkdir(parents=True, exist_ok=True)
    for end, content in ((".png", b"<svg onload=alert(1)>"), (".jpg", pictures.png()), (".gif", b"")):
        (folder / f"{'d' * 32}{end}").write_bytes(content)
        assert Client().get(f"/media/{'d' * 32}{end}").status_code == 404


def test_a_folder_under_a_pictures_name_is_nothing(folder: Path) -> None:
    (folder / f"{'e' * 32}.jpg").mkdir(parents=True)
    assert Client().get(f"/media/{'e' * 32}.jpg").status_code == 404


def test_a_link_out_of_the_folder_is_only_followed_to_a_picture(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "secret.txt").write_text("private")
    (folder / f"{'f' * 32}.jpg").symlink_to(folder.parent / "secret.txt")
    assert Client().get(f"/media/{'f' * 32}.jpg").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_can_only_be_read(asset: Asset, folder: Path, method: str) -> None:
    answer = getattr(Client(), method)(asset.url)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert (folder / asset.file).exists()


@override_settings(SECURE_SSL_REDIRECT=True)
def test_behind_tls_a_plain_request_is_sent_there_first(asset: Asset) -> None:
    assert ask(asset).status_code == 301


@override_settings(DEBUG=False)
def test_a_request_for_anything_else_goes_on_to_its_page() -> None:
    assert Client().get("/mediator").status_code == 404
    assert Client().get("/healthz").status_code == 200
