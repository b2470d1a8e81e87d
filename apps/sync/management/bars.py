"""The progress of a run on a terminal; plain lines where nobody can see a bar."""

from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from apps.sync.engine.declarations import Entity
from apps.sync.models import Run


class Bars:
    """One bar an entity, while it is read."""

    def __init__(self, stream: IO[str]) -> None:
        self.console = Console(file=stream)
        self.bar: Progress | None = None
        self.task = TaskID(0)

    def started(self, entity: Entity, *, expected: int) -> None:
        if not self.console.is_terminal:
            self.console.print(f"{entity.title}: reading ({expected} in ERPNext)", highlight=False)
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self.bar = Progress(*columns, console=self.console, transient=True)
        self.task = self.bar.add_task(entity.title, total=expected)
        self.bar.start()

    def moved(self, run: Run) -> None:
        if self.bar:
            self.bar.update(self.task, completed=run.read)

    def finished(self, run: Run) -> None:
        if self.bar:
            self.bar.stop()
            self.bar = None
