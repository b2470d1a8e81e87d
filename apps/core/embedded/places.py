"""Where an embedded service keeps its data, its socket and its programs, so that its account reaches them.

Root is the hard case: PostgreSQL refuses to run as root, so the services get an account of their own, and
that account may not enter root's home. Then data and programs go below ``SHARED``; no folder of anybody's is
ever opened up for it.
"""

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from apps.core.embedded.account import Account

SHARED: Final = Path("/var/lib/larder")
SHORT: Final = Path("/tmp")  # noqa: S108 - not TMPDIR: that differs between a terminal and a service manager
LONGEST_SOCKET: Final = 85  # bytes; macOS allows 103 with "/.s.PGSQL.5432"
PLAIN: Final = re.compile(r"[A-Za-z0-9/._-]+")  # others mean something in libpq's host lists and in URLs


class ServiceError(Exception):
    """An embedded service cannot be had; the text says why and what to do."""


@contextmanager
def trouble_in(folder: Path) -> Iterator[None]:
    """Turn what the system says about ``folder`` into a sentence that says what to do."""
    try:
        yield
    except OSError as why:
        place = why.filename or folder
        advice = "LARDER_VAR chooses another folder for Larder's data."
        if why.errno in {errno.EACCES, errno.EPERM}:
            raise ServiceError(
                f"{place} is closed to {Account.ours().name}: start Larder as its owner. {advice}"
            ) from why
        raise ServiceError(f"{place}: {why.strerror}. {advice}") from why


def data_folder(wanted: Path) -> Path:
    """``wanted``, or as root its stand-in below ``SHARED`` when the services' account cannot get there."""
    if os.geteuid() != 0 or wanted.exists() or Account.stranger().reaches(wanted.parent):
        return wanted
    return SHARED / _short_name(wanted.parent) / wanted.name


def socket_folder(data: Path) -> Path:
    """The data folder itself, or a short plain one when its path cannot be a socket's address."""
    if len(bytes(data)) <= LONGEST_SOCKET and PLAIN.fullmatch(str(data)):
        return data
    return SHORT / f"larder-{_short_name(data)}"


def make_folder(folder: Path, account: Account) -> None:
    """Make ``folder``, closed to all but ``account``; what is above it keeps its permissions."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), account.uid}:
        raise ServiceError(f"{folder} belongs to somebody else; remove it or choose another by LARDER_VAR.")
    folder.chmod(0o700)
    account.own(folder)


def programs_of(package: str, inside: str, account: Account) -> Path:
    """The folder of a wheel's programs: where pip put it, or a copy where ``account`` can run it."""
    found = package_folder(package) / inside
    if account.is_us or account.reaches(found):
        return found
    copy = SHARED / f"{package}-{_short_name(found)}-{found.stat().st_mtime_ns}"
    if not copy.exists():
        _copy_programs(package, inside, to=copy)
    return copy / package / inside


def package_folder(package: str) -> Path:
    """Where a wheel put its files, without importing it (saves 0.14 s a command)."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServiceError(f"The package {package} is not installed: pip install -r requirements.txt.")
    return Path(spec.origin).parent


def _copy_programs(package: str, inside: str, *, to: Path) -> None:
    """Copy a wheel's programs and the libraries which they find beside its package."""
    making = to.with_name(f"{to.name}.{os.getpid()}")
    folder = package_folder(package)
    shutil.copytree(
        folder / inside, making / package / inside, ignore=shutil.ignore_patterns("include", "*.a")
    )
    libraries = folder.with_name(f"{package}.libs")
    if libraries.exists():
        shutil.copytree(libraries, making / libraries.name)
    _open_for_reading(making)
    making.rename(to)


def _short_name(path: Path) -> str:
    return hashlib.sha256(bytes(path)).hexdigest()[:12]


def _open_for_reading(tree: Path) -> None:
    """A copy made under a strict umask would be as closed as the original."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
