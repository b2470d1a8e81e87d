"""What both embedded services need: a lock against racing starts, an account to run as, a short socket path."""

import fcntl
import hashlib
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

ACCOUNT: Final = "larder-services"
LONGEST_SOCKET: Final = 90  # bytes; the kernel's limit is 107 with the file's own name


class ServiceError(Exception):
    """An embedded service cannot be had; the text says why and what to do."""


def package_folder(package: str) -> Path:
    """Where a wheel put its files, without importing it (saves 0.14 s a command)."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServiceError(f"The package {package} is not installed: pip install -r requirements.txt.")
    return Path(spec.origin).parent


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the folder's lock file: of several processes starting at once, one does the work."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def account() -> str | None:
    """The user to run a service as: None for ourselves; PostgreSQL refuses root, so root gets a system user."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT])
    return ACCOUNT


def give_to(user: str | None, folder: Path) -> None:
    """Make ``folder``, closed to others, and hand it to the service's user."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)


def run(
    command: Sequence[str | Path], *, user: str | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a tool of a service and wait. Raises ServiceError with its last words."""
    options = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd="/", check=False, **options
    )
    if check and done.returncode != 0:
        raise ServiceError(
            f"{Path(str(command[0])).name} failed: {(done.stderr or done.stdout).strip()[-2000:]}"
        )
    return done


def socket_folder(data: Path) -> Path:
    """Where the socket lies: beside the data, or in a short folder when that path is too long for a socket."""
    if len(bytes(data)) <= LONGEST_SOCKET:
        return data
    digest = hashlib.sha256(bytes(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"larder-{digest}"
