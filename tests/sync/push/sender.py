"""Senders in processes of their own, to be killed: ``python -m tests.sync.push.sender``.

Each line that it is sent names a moment and how many seconds a sender has to live ("-": as long as it takes).
One is born, sends what waits, and is killed when its time is up; the line is answered with what became of it.
"""

import os
import select
import signal
import sys
from datetime import datetime

import django

django.setup()

from apps.core.actors import SYSTEM  # noqa: E402 - models need Django to be set up
from apps.core.errors import AlreadyRunningError  # noqa: E402
from apps.sync import services  # noqa: E402
from apps.sync.erpnext import client  # noqa: E402
from apps.sync.services import delivering  # noqa: E402

BUSY = 2
ENDS = {0: "sent", BUSY: "busy"}


def send(at: str) -> int:
    """In the child; how it ended."""
    try:
        services.send_waiting(at=datetime.fromisoformat(at), actor=SYSTEM)
    except AlreadyRunningError:
        return BUSY
    return 0


def outcome(at: str, life: str) -> str:
    """Have a sender live for so long. Its parent holds no connection that it could share."""
    dies, living = os.pipe()
    sender = os.fork()
    if sender == 0:
        status = 1
        try:
            status = send(at)
        finally:
            os._exit(status)
    os.close(living)  # now the sender's alone: when it ends, so does the pipe
    if life != "-" and not select.select([dies], [], [], float(life))[0]:
        os.kill(sender, signal.SIGKILL)
    _, status = os.waitpid(sender, 0)
    os.close(dies)
    return "killed" if os.WIFSIGNALED(status) else ENDS.get(os.WEXITSTATUS(status), "fell")


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    client.FIRST_WAIT = 0.002  # the waits are the same, only shorter
    delivering.SETTLING = 0.002
    say("ready")
    for line in sys.stdin:
        say(outcome(*line.split()))


if __name__ == "__main__":
    main()
