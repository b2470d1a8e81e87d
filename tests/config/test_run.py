import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from apps.core.embedded import places, services
from apps.core.embedded.process import number_in
from config.environment import BASE_DIR
from tests.config.programs import READY, Running, eventually, free_port, processes_of, service_number

pytestmark = pytest.mark.slow


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="larder-run-", dir=places.SHORT))
    folder.chmod(0o755)
    yield folder
    services(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)
    for said in folder.parent.glob(f"{folder.name}-said-*.txt"):
        said.unlink()


@pytest.fixture
def running(var: Path) -> Iterator[Running]:
    run = Running(var)
    try:
        run.wait_for(READY)
        yield run
    finally:
        run.end()


def is_ready(run: Running) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{run.port}/readyz", timeout=5).ok
    except requests.RequestException:
        return False


def test_it_comes_up_ready_and_ctrl_c_leaves_no_process(running):
    eventually(lambda: is_ready(running))
    signed_out = requests.get(f"http://127.0.0.1:{running.port}/admin/", timeout=10)
    assert signed_out.url.endswith("/admin/login/?next=/admin/")
    assert "owner@larder.example" in running.text
    assert running.end(signal.SIGINT) == 0
    assert processes_of(running.var) == []


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGHUP])
def test_a_polite_kill_and_a_closed_terminal_leave_no_process(var, wish):
    run = Running(var)
    run.wait_for(READY)
    assert run.end(wish) == 0
    assert processes_of(var) == []


def test_ctrl_c_while_it_is_still_starting_leaves_no_process(var):
    run = Running(var)
    run.wait_for("Bringing the database up to date")
    assert run.end(signal.SIGINT) == 0, run.text
    assert processes_of(var) == []


def test_whatever_is_killed_comes_back_by_itself(running):
    eventually(lambda: is_ready(running))
    for program in ("web", "worker", "syncer", "beat"):
        before = running.number_of(program)
        os.kill(before, signal.SIGKILL)
        running.wait_for(f"{program} was killed by SIGKILL; starting it again")
        eventually(lambda program=program, before=before: running.number_of(program) != before)
    for pid_file in ("valkey/valkey.pid", "postgres/postmaster.pid"):
        number = service_number(running.var / pid_file)
        os.kill(number, signal.SIGKILL)
        eventually(lambda file=pid_file, was=number: number_in(running.var / file) not in {was, None})
    eventually(lambda: is_ready(running), seconds=60)


def test_a_start_after_everything_was_killed_clears_up_and_comes_up(var):
    run = Running(var)
    run.wait_for(READY)
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait()
    os.kill(service_number(var / "postgres" / "postmaster.pid"), signal.SIGKILL)
    again = Running(var, PORT=str(run.port))
    again.wait_for(READY)
    assert "web was left running by a start that was killed; ending it." in again.text
    eventually(lambda: is_ready(again))
    assert again.end() == 0
    assert processes_of(var) == []


def test_a_second_run_from_the_same_folder_is_refused_and_disturbs_nothing(running):
    second = Running(running.var)
    assert second.process.wait(30) == 1
    assert f"Larder already runs from {running.var}: http://127.0.0.1:{running.port}" in second.text
    assert is_ready(running)


@pytest.mark.parametrize("distance", [0, 1], ids=["its own port", "the demo ERPNext's"])
def test_a_taken_port_is_said_before_anything_starts(var, distance):
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + distance))
        other.listen()
        run = Running(var, PORT=str(port))
        assert run.process.wait(30) == 1
    assert f"Port {port + distance} is taken by another program." in run.text
    assert not (var / "postgres").exists()


def test_with_an_erpnext_that_does_not_answer_it_comes_up_and_says_so(var):
    run = Running(var, ERPNEXT_URL="http://127.0.0.1:9", ERPNEXT_API_KEY="key", ERPNEXT_API_SECRET="secret")
    run.wait_for(READY, seconds=120)
    assert "The sync did not finish:" in run.text
    assert "owner@localhost.localdomain" in run.text
    assert "basket-of-plums" not in run.text
    assert requests.get(f"http://127.0.0.1:{run.port}/healthz", timeout=5).ok
    assert run.end() == 0


def test_production_is_refused(var):
    run = Running(
        var,
        DJANGO_ENV="production",
        SECRET_KEY="aB3$" * 3 + "".join(map(chr, range(48, 110))),
        ALLOWED_HOSTS="larder.example.com",
        DATABASE_URL="postgresql://nowhere/larder",
        REDIS_URL="redis://nowhere/0",
        ERPNEXT_URL="https://erp.example.com",
        ERPNEXT_API_KEY="key",
        ERPNEXT_API_SECRET="secret",
    )
    assert run.process.wait(30) == 1
    assert "In production start web, workers and beat each by itself" in run.text


def test_a_terminal_that_is_closed_unannounced_leaves_no_process(var):
    """As when make is what the terminal runs: it hears of the end and passes nothing on."""
    port = free_port()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(BASE_DIR)
        os.environ.update(LARDER_VAR=str(var), PORT=str(port), DJANGO_ENV="local")
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
        os.execvp("sh", ["sh", "-c", f"trap '' HUP; {sys.executable} -m config.run; true"])  # noqa: S606
    said = b""
    while READY.encode() not in said:
        said += os.read(terminal, 4096)
    os.close(terminal)
    os.waitpid(child, 0)
    eventually(lambda: processes_of(var) == [])


def test_an_interrupt_while_python_makes_code_of_a_text_does_not_end_us_by_a_signal():
    """It struck once in some hundred starts: while a dataclass was being imported."""
    script = textwrap.dedent("""
        import sys
        from config.run import _forget_interrupt
        try:
            exec("raise KeyboardInterrupt")
        except KeyboardInterrupt:
            _forget_interrupt()
        sys.exit(0)
    """)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "struck.py").write_text(script)
        found = os.pathsep.join((folder, str(BASE_DIR)))
        ended = subprocess.run(
            [sys.executable, "-m", "struck"], env=os.environ | {"PYTHONPATH": found}, check=False
        )
    assert ended.returncode == 0
