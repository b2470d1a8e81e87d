"""The demo serves the images that its items name, as ERPNext does: the private ones for who has the key."""

from io import BytesIO
from typing import Any

import pytest
import requests
from PIL import Image

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.server import DemoServer

TOKEN = {"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}"}


@pytest.fixture
def item(erp: DemoServer) -> Any:
    """Have the demo's first item name an image."""

    def named(path: str) -> str:
        row = next(iter(erp.site.store.table("Item").rows.values()))
        erp.site.store.put("Item", name=row["name"], image=path)
        return erp.url + path

    return named


@pytest.mark.parametrize(("path", "form"), [("/files/a b.jpg", "JPEG"), ("/files/c.png", "PNG")])
def test_an_image_of_an_item_is_a_picture_and_the_same_each_time(path: str, form: str, item: Any):
    address = item(path)
    first, again = requests.get(address, timeout=5), requests.get(address, timeout=5)
    assert (first.status_code, first.headers["Content-Type"]) == (200, f"image/{form.lower()}")
    assert (Image.open(BytesIO(first.content)).format, first.content) == (form, again.content)
    known = requests.get(address, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert (known.status_code, known.content) == (304, b"")


def test_a_group_has_one_too(erp: DemoServer):
    row = next(iter(erp.site.store.table("Item Group").rows.values()))
    erp.site.store.put("Item Group", name=row["name"], image="/files/group.png")
    assert requests.get(f"{erp.url}/files/group.png", timeout=5).headers["Content-Type"] == "image/png"


def test_a_private_one_is_kept_from_who_has_no_key(item: Any):
    address = item("/private/files/a.png")
    refused = requests.get(address, timeout=5)
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert requests.get(address, headers=TOKEN, timeout=5).status_code == 200
    wrong = {"Authorization": f"token {DEMO_KEY}:other"}
    assert requests.get(address, headers=wrong, timeout=5).status_code == 401


def test_what_no_item_names_is_not_there(erp: DemoServer):
    missing = requests.get(f"{erp.url}/files/nothing.jpg", timeout=5)
    assert (missing.status_code, missing.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
