"""Whatever an image says, what is asked for is a file of ERPNext's own, or nothing."""

from urllib.parse import quote, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from apps.sync.erpnext.address import Address
from apps.sync.erpnext.files import FOLDERS, path_of
from apps.sync.errors import ErpFileRefusedError

OURS = Address("https://erp.example:8443/shop", "key", "secret", "erp.example/shop")
PIECES = (
    *(
        "/files/",
        "/private/files/",
        "https://",
        "erp.example",
        ":8443",
        "/shop",
        "evil.example",
        "a.png",
        "é",
    ),
    *("..", ".", "/", "\\", "%2e", "%2F", "@", "//", "?", "#", ":", "\n", "\t", " ", "[", "]"),
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join))
def test_an_image_leads_below_the_folders_of_files_on_erpnexts_host_or_nowhere(image: str):
    try:
        path = path_of(image, OURS)
    except ErpFileRefusedError:
        return
    asked = urlsplit(str(requests.Request("GET", OURS.url + quote(path)).prepare().url))
    assert (asked.scheme, asked.netloc) == ("https", "erp.example:8443")
    inside = asked.path.removeprefix("/shop")
    assert inside.startswith(FOLDERS)
    assert not {".", ".."} & set(inside.split("/"))
    assert (asked.query, asked.fragment) == ("", "")


@pytest.mark.parametrize(
    ("image", "path"),
    [
        ("/files/a b.png", "/files/a b.png"),
        ("https://erp.example:8443/shop/files/a%20b.png", "/files/a b.png"),
        ("HTTPS://ERP.example:8443/shop/private/files/a.png", "/private/files/a.png"),
        ("/files/100%25.png", "/files/100%25.png"),
    ],
)
def test_a_files_path_is_what_erpnext_calls_it(image: str, path: str):
    assert path_of(image, OURS) == path
