"""Keeps the programs of one machine running, and ends them all together.

Each program leads a process group of its own: a Ctrl-C in the terminal reaches only us, and what a program
leaves behind can be found and ended by the group.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Final

from apps.core.embedded.process import command_of, wait_until

GRACE: Final = 30.0  # seconds that a program may take to finish what it is doing
LEFTOVER_GRACE: Final = 3.0
SHORTEST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
SETTLED: Final = 60.0  # a program that ran so long starts again at once when it ends
ROUND: Final = 0.2
WATCH_EVERY: Final = 5.0


@dataclass
class Program:
    """Something that should always run."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def plan_next_start(self) -> None:
        """Soon for one that had settled; later each time for one that keeps falling."""
        now = time.monotonic()
        settled = now - self.started > SETTLED
        self.pause = SHORTEST_PAUSE if settled else min(self.pause * 2 or SHORTEST_PAUSE, LONGEST_PAUSE)
        self.due = now + self.pause


@dataclass
class Supervisor:
    """The programs, their output, and the wish to stop."""

    record: Path  # who runs, so that the next start can end what a killed one left behind
    say: Callable[[str], None]
    watch: Callable[[], None] = lambda: None  # asked every few seconds: are the services still there?
    programs: list[Program] = field(default_factory=list)
    stopping: bool = False  # not an Event: a signal that comes while we wait for one would lock up
    keeping: bool = False
    in_terminal: bool = field(default_factory=lambda: os.isatty(0))
    hurry: bool = False

    def heed_signals(self) -> None:
        """Ctrl-C, a polite kill and a closed terminal all mean stop; a second time, at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def start(self, name: str, *command: str) -> Program:
        """Start a program and keep it from now on."""
        program = Program(name, command)
        self.programs.append(program)
        self._spawn(program)
        return program

    def keep(self) -> None:
        """Start again whatever ends, until asked to stop or the terminal is closed."""
        self.keeping = True
        watched = time.monotonic()
        while not self.stopping:
            if self.in_terminal and not os.isatty(0):
                return  # make, when the terminal is its own, does not pass the news of its end on
            time.sleep(ROUND)
            for program in self.programs:
                self._look_after(program)
            if time.monotonic() - watched > WATCH_EVERY:
                self.watch()
                watched = time.monotonic()

    def stop(self) -> None:
        """End every program: all are asked, and after GRACE those that still run are killed."""
        self.stopping = True
        for program in self.programs:
            if program.process and program.is_running():
                program.process.send_signal(signal.SIGTERM)
        wait_until(lambda: self.hurry or not any(map(Program.is_running, self.programs)), seconds=GRACE)
        for program in self.programs:
            if program.process and program.is_running():
                self.say(f"{program.name} did not stop in time and was killed.")
                program.process.kill()
            if program.process:
                program.process.wait()
                _end_group(program.process.pid)
        self.record.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End what a supervisor left running that was itself killed."""
        with suppress(FileNotFoundError, ValueError):
            for name, (number, command) in json.loads(self.record.read_text()).items():
                if command_of(number).strip() == command:
                    self.say(f"{name} was left running by a start that was killed; ending it.")
                    os.kill(number, signal.SIGTERM)
                    wait_until(partial(_is_gone, number), seconds=LEFTOVER_GRACE)
                    _end_group(number)
        self.record.unlink(missing_ok=True)

    def _look_after(self, program: Program) -> None:
        if program.process is None:
            if time.monotonic() >= program.due:
                self._spawn(program)
        elif (code := program.process.poll()) is not None:
            program.plan_next_start()
            self.say(f"{program.name} {_how_it_ended(code)}; starting it again in {program.pause:g} s.")
            _end_group(program.process.pid)
            program.process = None

    def _spawn(self, program: Program) -> None:
        program.started = time.monotonic()
        program.process = subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(
            target=self._pass_on, args=(program.name, program.process.stdout), daemon=True
        ).start()
        self._write_record()

    def _pass_on(self, name: str, lines: IO[str]) -> None:
        for line in lines:
            self.say(f"{name:<7}| {line.rstrip()}")

    def _write_record(self) -> None:
        running = {
            program.name: (program.process.pid, " ".join(program.command))
            for program in self.programs
            if program.process
        }
        # whole or not at all: whoever reads it, the next start above all, must never find half of it
        fresh = self.record.with_suffix(".new")
        fresh.write_text(json.dumps(running))
        fresh.replace(self.record)

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self.hurry = self.stopping
        self.stopping = True
        if not (self.keeping or self.hurry):
            raise KeyboardInterrupt  # out of whatever is being prepared


def say(line: str) -> None:
    """Print a line; a terminal that was closed is no reason to fall."""
    with suppress(OSError, ValueError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _how_it_ended(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def _is_gone(number: int) -> bool:
    return not command_of(number)


def _end_group(group: int) -> None:
    """End what is left of a group whose leader had its time."""
    try:
        os.killpg(group, signal.SIGTERM)
        wait_until(lambda: not _has_members(group), seconds=LEFTOVER_GRACE)
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS answers the second for a group of the dead
        return


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
