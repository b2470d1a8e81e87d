"""Services of their own for tests that kill and erase them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.core.embedded import Postgres, Services, Valkey, places, services


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder that the services' account can enter; pytest's own tmp_path is closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="larder-test-", dir=places.SHORT))
    folder.chmod(0o755)
    yield folder
    services(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own(var: Path) -> Services:
    return services(var)


@pytest.fixture
def postgres(own: Services) -> Postgres:
    assert own.postgres
    return own.postgres


@pytest.fixture
def valkey(own: Services) -> Valkey:
    assert own.valkey
    return own.valkey
