import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apps.core.embedded.process import command_of
from config.supervisor import LONGEST_PAUSE, SETTLED, Program, Supervisor
from tests.config.programs import eventually

pytestmark = pytest.mark.slow

SLEEP = (sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)")
DEAF = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
)
GIVE_BIRTH = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(61)"]).pid, flush=True)
time.sleep(60)
"""
PARENT = (sys.executable, "-c", GIVE_BIRTH)


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, lines: list[str]):
    made = Supervisor(tmp_path / "run.json", lines.append)
    yield made
    made.hurry = True
    made.stop()


def number_of(program: Program) -> int:
    assert program.process
    return program.process.pid


def look_after(supervisor: Supervisor) -> None:
    for program in supervisor.programs:
        supervisor._look_after(program)


def test_what_a_program_says_is_passed_on_under_its_name(supervisor, lines):
    supervisor.start("sleeper", *SLEEP)
    eventually(lambda: "sleeper| awake" in lines)


def test_a_program_that_ends_is_named_with_its_end_and_started_again(supervisor, lines):
    program = supervisor.start("web", *SLEEP)
    first = number_of(program)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: (look_after(supervisor), program.is_running() and number_of(program) != first)[1])
    assert "web was killed by SIGKILL; starting it again in 0.5 s." in lines


def test_one_that_keeps_falling_is_tried_less_and_less_often():
    program = Program("web", ["false"], started=time.monotonic())
    pauses = []
    for _ in range(8):
        program.plan_next_start()
        pauses.append(program.pause)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, LONGEST_PAUSE, LONGEST_PAUSE]


def test_one_that_had_run_well_is_started_again_soon():
    program = Program("web", ["false"], started=time.monotonic() - SETTLED - 1, pause=LONGEST_PAUSE)
    program.plan_next_start()
    assert program.pause == 0.5


def test_stopping_ends_what_a_program_left_behind(supervisor, lines):
    program = supervisor.start("parent", *PARENT)
    eventually(lambda: bool(lines))
    child = int(lines[0].partition("| ")[2])
    assert command_of(child)
    supervisor.stop()
    assert not program.is_running()
    assert not command_of(child)
    assert not supervisor.record.exists()


def test_one_that_does_not_listen_is_killed_after_its_grace(supervisor, lines, monkeypatch):
    monkeypatch.setattr("config.supervisor.GRACE", 0.3)
    program = supervisor.start("deaf", *DEAF)
    eventually(lambda: "deaf   | deaf" in lines)
    supervisor.stop()
    assert "deaf did not stop in time and was killed." in lines
    assert not program.is_running()


def test_a_stranger_under_a_number_of_the_last_run_is_left_in_peace(supervisor):
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        supervisor.record.write_text(f'{{"web": [{stranger.pid}, "python -m gunicorn"]}}')
        supervisor.end_leftovers()
        assert stranger.poll() is None
        assert not supervisor.record.exists()
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["", "{"])
def test_a_record_that_cannot_be_read_is_no_reason_to_fall(supervisor, text):
    supervisor.record.write_text(text)
    supervisor.end_leftovers()
    assert not supervisor.record.exists()
