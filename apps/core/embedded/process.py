"""Running a service's tools, one start at a time, and telling its process from a stranger with its number."""

import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from apps.core.embedded.account import Account
from apps.core.embedded.places import ServiceError


@contextmanager
def one_at_a_time(data: Path) -> Iterator[None]:
    """Hold the folder's lock: of several processes starting at once, one does the work."""
    data.parent.mkdir(parents=True, exist_ok=True)
    # Read-only is enough for flock, so that a lock file which root left behind does not shut others out.
    handle = os.open(data.parent / f".{data.name}.lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def run(
    command: Sequence[str | Path], *, account: Account | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a tool of a service and wait. Raises ServiceError with its last words."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",  # the account may not enter ours
        env=environment(),
        start_new_session=True,  # Ctrl-C in our terminal is not for the server it starts
        check=False,
        **(account.as_options() if account else {}),
    )
    if check and done.returncode != 0:
        words = (done.stderr or done.stdout).strip()[-2000:] or f"exit {done.returncode}"
        raise ServiceError(f"{Path(str(command[0])).name} failed: {words}")
    return done


def environment() -> dict[str, str]:
    """Ours without libpq's variables: PGPORT would move the server, PGHOST the tools."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def number_in(file: Path) -> int | None:
    """The process number that a service wrote into its file."""
    with suppress(OSError, ValueError, IndexError):
        return int(file.read_text().split()[0])
    return None


def command_of(number: int | None) -> str:
    """The command line of a live process; empty when there is none."""
    if number is None or number <= 0:
        return ""
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    return run(["ps", "-p", str(number), "-o", "command="], check=False).stdout


def wait_until(true: Callable[[], bool], *, seconds: float) -> bool:
    """Whether it came true in time."""
    give_up = time.monotonic() + seconds
    while not true():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def ended_process() -> int:
    """The number of a process that has just ended, so that nobody runs under it."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    return ended.pid
