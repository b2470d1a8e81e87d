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
        self.bar: Progress | None = None
        self.task = TaskID(0)

    def started(self, entity: Entity) -> None:
        if not self.console.is_terminal:
            self.console.print(f"{entity.title}: reading", highlight=False)
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self.bar = Progress(*columns, console=self.console, transient=True)
        self.task = self.bar.add_task(entity.title, total=None)
        self.bar.start()

    def moved(self, run: Run) -> None:
        if self.bar:
            self.bar.update(self.task, completed=run.read, total=max(run.expected, run.read))

    def finished(self, run: Run) -> None:
        self.stop()
        self.say(run)

    def stop(self) -> None:
        """Give the terminal back."""
        if self.bar:
            self.bar.stop()
            self.bar = None
