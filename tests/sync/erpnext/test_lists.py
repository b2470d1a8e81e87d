"""Reading by key: every record once, whatever shares its stamp and however long a page is."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.engine.reading import query_of
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Client, Query, children_of, documents_named, pages_from
from apps.sync.erpnext.address import demo_address
from apps.sync.erpnext.facts import REFERENCE
from apps.sync.erpnext.lists import count
from apps.sync.services.checking import REFERENCED

STAMPS = ["2026-11-01 10:00:00", *(f"2026-11-01 10:00:00.{n:06d}" for n in range(1, 5))]


@pytest.fixture(scope="module")
def site() -> Iterator[DemoServer]:
    with DemoServer(Site()) as server:
        yield server


@given(
    stamps=st.lists(st.integers(0, 4), max_size=25),
    page=st.integers(1, 9),
    start=st.sampled_from(["", *STAMPS]),
)
@settings(max_examples=60, deadline=None)
def test_every_record_from_the_start_on_comes_once_and_in_order(
    site: DemoServer, stamps: list[int], page: int, start: str
) -> None:
    rows = site.site.store.doctypes["Customer"].rows
    model = next(iter(rows.values()))
    records = {f"c{n:02d}": STAMPS[stamp] for n, stamp in enumerate(stamps)}
    rows.clear()
    rows.update({name: model | {"name": name, "modified": stamp} for name, stamp in records.items()})
    query = Query("Customer", ("name", "modified"), page_size=page)
    with Client(demo_address(port=site.port)) as erp:
        read = [doc["name"] for page in pages_from(erp, query, start=start) for doc in page.docs]
        assert count(erp, query, start=start) == len(read)
    expected = sorted((stamp, name) for name, stamp in records.items() if stamp >= start)
    rows.update({"model": model})
    assert read == [name for _, name in expected]


def test_the_rows_of_many_documents_come_in_one_request(site: DemoServer) -> None:
    invoices = [row["name"] for row in site.site.store.doctypes["Sales Invoice"].rows.values()]
    site.site.asked.clear()
    with Client(demo_address(port=site.port)) as erp:
        lines = children_of(
            erp,
            Query("Sales Invoice Item", ("name", "parent", "idx")),
            parent_doctype="Sales Invoice",
            parents=invoices,
        )
    assert len(lines) == 116
    assert list(site.site.asked) == ["POST /api/method/frappe.client.get_list"]


def test_no_list_is_too_long_for_a_bare_server_whatever_the_name_it_is_stepped_by(
    site: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = (
        "\N{GRINNING FACE}" * 140
    )  # as many bytes as a name can have, three signs for each in an address
    lengths = []
    for doctype in REFERENCED:
        site.site.store.doctypes[doctype].grow([REFERENCE])
    with Client(demo_address(port=site.port)) as erp:
        send = erp.session.send

        def measured(request: Any, **kwargs: Any) -> Any:
            lengths.append(len(f"GET {request.path_url} HTTP/1.1"))
            return send(request, **kwargs)

        monkeypatch.setattr(erp.session, "send", measured)
        for source in (source for entity in ENTITIES for source in entity.sources):
            instant = (("modified", "=", "2026-02-02 08:05:17.324600"), ("name", ">", longest))
            next(pages_from(erp, replace(query_of(source), filters=instant), start=""), None)
    assert len(lengths) == sum(len(entity.sources) for entity in ENTITIES)
    assert max(lengths) < 4094


def test_documents_are_asked_for_by_name_a_few_hundred_at_a_time(site: DemoServer) -> None:
    names = ["HONEY", "nobody has this", *(f"gone {n}" for n in range(400)), "COLA#330"]
    with Client(demo_address(port=site.port)) as erp:
        found = [
            doc["name"] for docs in documents_named(erp, Query("Item", ("name",)), names) for doc in docs
        ]
        assert erp.requests_sent == 3
    assert sorted(found) == ["COLA#330", "HONEY"]
