"""Larder on one machine by one command: ``make run``, or ``python -m config.run``.

Services, database, demo ERPNext, a first sync, then web, workers and beat, kept running until Ctrl-C.
"""

import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import django
import requests
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.module_loading import import_string

from apps.core.embedded import ServiceError, Services
from apps.core.embedded.process import wait_until
from apps.core.errors import DomainError
from apps.core.queues import Queue
from config.celery import app as celery_app
from config.environment import Deployment
from config.sign_ins import SignIn
from config.start import choose_settings
from config.supervisor import Program, Supervisor, say

# What takes minutes with ERPNext must not hold up the clock, the outbox and what people are told.
WORKERS: Final = {
    "syncer": (Queue.SYNC,),
    "worker": tuple(queue for queue in Queue if queue != Queue.SYNC),
}
AS_ROOT: Final = ("-W", "ignore:You're running the worker")  # tasks are JSON: no code comes in with them
ALONE: Final = ("--concurrency", "2", "--without-gossip", "--without-mingle")  # nobody else to talk to
PATIENCE: Final = 60.0  # seconds until a program that was started must answer


class CannotRunError(Exception):
    """Nothing was started; the text says why and what to do."""


def main() -> int:
    """Run until asked to stop; returns the exit code."""
    os.environ.setdefault("SYNC_POST_ENABLED", "true" if _is_demo(choose_settings()) else "false")
    deployment = choose_settings()
    try:
        _ensure_local(deployment)
        with _only_one_from(deployment):
            return _run(deployment)
    except (CannotRunError, ServiceError) as why:
        say(str(why))
        return 1


def _run(deployment: Deployment) -> int:
    own = deployment.own_services()
    supervisor = Supervisor(deployment.var / "run.json", say, watch=partial(_revive, own))
    supervisor.heed_signals()
    try:
        supervisor.end_leftovers()
        _ensure_free_ports(deployment)
        _start_everything(deployment, own, supervisor)
        supervisor.keep()
    except KeyboardInterrupt:
        _forget_interrupt()
    finally:
        say("\nStopping …")
        supervisor.stop()
        own.stop()
    say("Larder has stopped; nothing is left running.")
    return 0


def _forget_interrupt() -> None:
    """Have Python forget that it was interrupted, now that we see to it.

    It remembers an interrupt that hit code made from a text (a dataclass being imported), caught or not,
    until the next such code; and after ``python -m`` it ends itself by SIGINT then, whatever we return.
    """
    exec("")  # noqa: S102


def _start_everything(deployment: Deployment, own: Services, supervisor: Supervisor) -> None:
    say("Starting the services …")
    own.start()
    _prepare_database()
    has_lived = _kept_day(deployment).exists()
    if _is_demo(deployment):
        _start_demo(deployment, supervisor)
    # after the models are there, which an import at the top would be before
    first_people = (
        "config.first_people.demo_staff" if _is_demo(deployment) else "config.first_people.first_owner"
    )
    sign_ins = import_string(first_people)()
    _sync(*(["--compare"] if _is_demo(deployment) and has_lived else []))
    connection.close_pool()  # type: ignore[attr-defined] # this process only watches from now on
    web = _start_programs(supervisor)
    wait_until(lambda: _is_up(deployment) or not web.is_running(), seconds=PATIENCE)
    _welcome(deployment, sign_ins)


def _prepare_database() -> None:
    say("Bringing the database up to date …")
    django.setup()
    celery_app.set_default()  # what the first sync has to tell goes to our queue, too
    call_command("migrate", verbosity=0, interactive=False)


def _start_demo(deployment: Deployment, supervisor: Supervisor) -> None:
    say("Starting the demo ERPNext …")
    port = deployment.port + 1
    options = ("--port", str(port), "--day", _day_of_demo(deployment))
    demo = supervisor.start("erpnext", sys.executable, "manage.py", "demo_erp", *options)
    wait_until(lambda: _answers(port) or not demo.is_running(), seconds=PATIENCE)


def _day_of_demo(deployment: Deployment) -> str:
    """The day of the first run: for another day it would be another shop than the one that is mirrored."""
    kept = _kept_day(deployment)
    if not kept.exists():
        kept.write_text(f"{datetime.now().astimezone():%Y-%m-%d}\n", encoding="utf-8")
    return kept.read_text(encoding="utf-8").strip()


def _kept_day(deployment: Deployment) -> Path:
    return deployment.var / "demo-day"


def _sync(*how: str) -> None:
    """Bring in what ERPNext has; without it the back office still opens, with what is there.

    The demo lives in memory: started anew it has forgotten what happened in it, and only a compare sees that.
    """
    try:
        call_command("sync", "run", *how)
    except SystemExit as end:  # how the command tells scripts how it went
        if end.code:
            _regret_sync("see above.")
    except (CommandError, DomainError) as why:
        _regret_sync(str(why))


def _regret_sync(why: str) -> None:
    say(f"The sync did not finish: {why}")
    say("Larder starts all the same. Try again with: .venv/bin/python manage.py sync run")


def _start_programs(supervisor: Supervisor) -> Program:
    """Start web, the workers and beat; returns the first."""
    celery = ("-m", "celery", "--app", "config.celery", "--quiet")
    web = supervisor.start("web", sys.executable, "-m", "gunicorn", "--config", "python:config.web")
    for name, queues in WORKERS.items():
        said = ("--hostname", f"{name}@%h", "--queues", ",".join(queues), "--loglevel", "INFO")
        supervisor.start(name, sys.executable, *AS_ROOT, *celery, "worker", *said, *ALONE)
    supervisor.start("beat", sys.executable, *celery, "beat", "--loglevel", "WARNING")
    return web


def _revive(own: Services) -> None:
    """Start a service that was killed."""
    for service in own.own:
        if not service.is_running():
            say(f"{service.name} is not running; starting it again.")
            try:
                service.start()
            except ServiceError as why:
                say(str(why))


def _welcome(deployment: Deployment, sign_ins: list[SignIn]) -> None:
    """Say where to go and what to type there."""
    at = f"http://{_reachable_host(deployment)}:{deployment.port}"
    lines = [
        "",
        "  Larder is running."
        if _is_up(deployment)
        else "  Larder has started, but its web server does not answer yet.",
        "",
        f"  Back office   {at}/admin/",
        f"  API guide     {at}/api/docs/",
        f"  Health        {at}/readyz",
        f"  ERPNext       {deployment.erpnext.url or f'a demo, http://127.0.0.1:{deployment.port + 1}'}",
        *([f"  Its switches  http://127.0.0.1:{deployment.port + 1}/demo"] if _is_demo(deployment) else []),
        "",
        *_sign_in_lines(sign_ins),
        "  Ctrl-C stops everything.",
        "",
    ]
    say("\n".join(lines))


def _sign_in_lines(sign_ins: list[SignIn]) -> list[str]:
    if not sign_ins:
        return []
    rows = [f"  {one.role:<13} {one.email:<26} {one.password}" for one in sign_ins]
    return ["  Sign in as    with e-mail                and password", *rows, ""]


def _ensure_local(deployment: Deployment) -> None:
    if deployment.name == "production":
        raise CannotRunError(
            "This runs Larder on one machine for work and for a look. In production start web, workers"
            " and beat each by itself: see compose.yaml."
        )


@contextmanager
def _only_one_from(deployment: Deployment) -> Iterator[None]:
    """Hold the folder: two runs over one would stop each other's services."""
    deployment.var.mkdir(parents=True, exist_ok=True)
    with (deployment.var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as why:
            lock.seek(0)
            raise CannotRunError(
                f"Larder already runs from {deployment.var}: {lock.read().strip()}. Stop it with Ctrl-C"
                " there, or set another LARDER_VAR and PORT."
            ) from why
        lock.truncate(0)
        lock.write(f"http://{_reachable_host(deployment)}:{deployment.port}, process {os.getpid()}")
        lock.flush()
        yield


def _ensure_free_ports(deployment: Deployment) -> None:
    needed = [deployment.port, deployment.port + 1] if _is_demo(deployment) else [deployment.port]
    for port in needed:
        if _answers(port, host=_reachable_host(deployment)):
            raise CannotRunError(
                f"Port {port} is taken by another program. Choose one: make run PORT={deployment.port + 10}"
            )


def _is_demo(deployment: Deployment) -> bool:
    return deployment.erpnext.url is None and deployment.name != "production"


def _reachable_host(deployment: Deployment) -> str:
    return "127.0.0.1" if deployment.host in {"0.0.0.0", "::"} else deployment.host  # noqa: S104


def _answers(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def _is_up(deployment: Deployment) -> bool:
    try:
        at = f"http://{_reachable_host(deployment)}:{deployment.port}/healthz"
        return requests.get(at, timeout=2).ok
    except requests.RequestException:
        return False


if __name__ == "__main__":
    sys.exit(main())
