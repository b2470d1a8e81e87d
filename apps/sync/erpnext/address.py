"""Where ERPNext is, and who we are there."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

from apps.sync.demo import DEMO_KEY, DEMO_SECRET, DEMO_SITE


@dataclass(frozen=True)
class Address:
    """``site`` tells one ERPNext from another, whatever scheme or port leads to it."""

    url: str
    key: str
    secret: str = field(repr=False)
    site: str


def configured_address() -> Address:
    """The ERPNext of this installation: the one that the environment names, else the demo one."""
    named = settings.ERPNEXT
    if named.url:
        return address_of(named.url, key=named.key, secret=named.secret)
    return demo_address(port=settings.DEPLOYMENT.port + 1)


def address_of(url: str, *, key: str, secret: str) -> Address:
    """The ERPNext that an operator names."""
    parts = urlsplit(url)
    site = f"{parts.hostname}{parts.path.rstrip('/')}"
    return Address(url=url.rstrip("/"), key=key, secret=secret, site=site)


def demo_address(*, port: int) -> Address:
    """The demo ERPNext on this machine."""
    return Address(url=f"http://127.0.0.1:{port}", key=DEMO_KEY, secret=DEMO_SECRET, site=DEMO_SITE)
