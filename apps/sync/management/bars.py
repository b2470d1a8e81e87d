"""The progress of a run on a terminal; plain lines where nobody can see a bar."""

from collections.abc import Callable
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from apps.sync.engine.declarations import Entity
from apps.sync.models import Run


class Bars:
    """One bar an entity, while it is read; what came of it is said when it is done."""

    def __init__(self, stream: IO[str], *, say: Callable[[Run], None]) -> None:
        self.console = Console(file=stream)
        self.say = say
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bars = Progress(*columns, console=self.console, transient=True)
        self.tasks: dict[str, TaskID] = {}

    def started(self, entity: Entity) -> None:
        if not self.console.is_terminal:
            self.console.print(f"{entity.title}: reading", highlight=False)
            return
        self.tasks[entity.name] = self.bars.add_task(entity.title, total=None)
        self.bars.start()

    def moved(self, run: Run) -> None:
        if run.entity in self.tasks:
            total = max(run.expected, run.read)
            self.bars.update(self.tasks[run.entity], completed=run.read, total=total)

    def finished(self, run: Run) -> None:
        self.stop()
        self.say(run)
        if run.entity in self.tasks:
            self.bars.remove_task(self.tasks.pop(run.entity))
        if self.tasks:
            self.bars.start()

    def stop(self) -> None:
        """Give the terminal back."""
        if self.bars.live.is_started:
            self.bars.stop()
