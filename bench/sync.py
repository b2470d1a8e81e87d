"""What a pull costs beside the least that it could: the same requests, decoded and copied as they are."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from apps.core.actors import COMMAND
from apps.sync import services
from apps.sync.engine.declarations import Source
from apps.sync.engine.reading import ROW_FIELDS, of_this_site, query_of
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Address, Client, Query, children_of, pages_from
from apps.sync.erpnext.address import demo_address
from bench._memory import forget_peak, peak

TITLE = "Sync: a pull beside a bare loop of GET, decode and COPY"
# items, customers, invoices and loyalty entries, each; three lines an invoice
ROWS = int(os.environ.get("BENCH_ROWS", "20000"))
TIMES = 5  # so often a short run is measured; its median counts, for others may use the machine


@dataclass(frozen=True)
class Taken:
    seconds: float
    cpu: float  # of our process alone: neither ERPNext's nor PostgreSQL's
    records: int
    requests: int = 0
    most_memory: int = field(default_factory=peak)  # kB


def run() -> list[dict[str, str]]:
    """The bare loop first, then a first full pull, a run with nothing to do, and one with a little."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with _many_erp() as site:
            bare = _bare_loop(site.address)
            first = _pull(site.address)
            measured = {
                "bare loop": bare,
                "first pull": first,
                "modified, nothing changed": _median(lambda: None, site),
                "modified, one in a hundred changed": _median(site.change_some, site),
            }
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)
    return [_row(name, taken, bare, first) for name, taken in measured.items()]


def _median(prepare: Callable[[], None], site: "ManyErp") -> Taken:
    """A run as it usually goes, each time after something was prepared."""
    runs = []
    for _ in range(TIMES):
        prepare()
        runs.append(_pull(site.address))
    return sorted(runs, key=lambda taken: taken.seconds)[TIMES // 2]


def _row(name: str, taken: Taken, bare: Taken, first: Taken) -> dict[str, str]:
    return {
        "what": name,
        "documents read": f"{taken.records:,}",
        "seconds": f"{taken.seconds:.2f}",
        "documents/s": f"{taken.records / taken.seconds:,.0f}",
        "requests": f"{taken.requests:,}",
        "times the bare loop": f"{taken.seconds / bare.seconds:.2f}",
        "% of the first pull": f"{100 * taken.seconds / first.seconds:.1f}",
        "our CPU, s": f"{taken.cpu:.2f}",
        "our memory, MB": f"{taken.most_memory / 1024:.0f}",
    }


@dataclass(frozen=True)
class ManyErp:
    """A site of its own process: ours must not share an interpreter with what it waits for."""

    process: "subprocess.Popen[str]"
    address: Address

    def change_some(self) -> None:
        """Have each hundredth document saved anew."""
        print(file=self.process.stdin, flush=True)
        assert self.process.stdout is not None
        self.process.stdout.readline()


@contextmanager
def _many_erp() -> Iterator[ManyErp]:
    server = subprocess.Popen(
        [sys.executable, "-m", "bench._many_erp", str(ROWS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield ManyErp(server, demo_address(port=int(server.stdout.readline())))
    finally:
        server.terminate()
        server.wait()


def _pull(address: Address) -> Taken:
    forget_peak()
    started, spent = time.perf_counter(), time.process_time()
    runs = services.run(actor=COMMAND, address=address)
    taken, cpu = time.perf_counter() - started, time.process_time() - spent
    assert {run.state for run in runs} == {"succeeded"}, [run.problem for run in runs]
    return Taken(taken, cpu, sum(run.read for run in runs), sum(run.requests for run in runs))


def _bare_loop(address: Address) -> Taken:
    with Client(address) as erp:
        sources = [of_this_site(source, erp) for entity in ENTITIES for source in entity.sources]
        erp.requests_sent = 0
        forget_peak()
        started, spent = time.perf_counter(), time.process_time()
        records = sum(_copied(erp, source) for source in sources)
        taken, cpu = time.perf_counter() - started, time.process_time() - spent
        return Taken(taken, cpu, records, erp.requests_sent)


def _copied(erp: Client, source: Source) -> int:
    query, records = query_of(source), 0
    tables = [Query(table.doctype, (*ROW_FIELDS, *table.fields)) for table in source.children]
    for each in (query, *tables):
        _make_table(source, each)
    for page in pages_from(erp, query, start=""):
        docs = page.docs
        _copy(source, query, docs)
        for table in tables:
            names = [doc["name"] for doc in docs]
            _copy(source, table, children_of(erp, table, parent_doctype=source.doctype, parents=names))
        records += len(docs)
    return records


def _make_table(source: Source, query: Query) -> None:
    columns = ", ".join(f'"{name}" text' for name in query.fields)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TABLE "{_bare(source, query)}" ({columns})')


def _bare(source: Source, query: Query) -> str:
    return f"bare {source.doctype} {query.doctype}"  # several DocTypes have a table of the same kind


def _copy(source: Source, query: Query, docs: list[dict[str, object]]) -> None:
    into = f'COPY "{_bare(source, query)}" FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for doc in docs:
            copy.write_row([doc[name] for name in query.fields])
