"""What is written about the API is what the API does."""

from functools import cache
from io import StringIO
from pathlib import Path

import yaml
from django.core.management import call_command

from apps.core.api.route_table import api_routes, as_document
from tests.house import ROOT

ROUTES = ROOT / "docs" / "api-routes.md"
SCHEMA = ROOT / "docs" / "openapi.yaml"
# Fields whose name says all that there is to say, wherever it stands; any other has a sentence.
NAMES = """
    access_expires_at address amount app asked_at barcode barcodes batch_number brand category
    contact created created_at currency cursors decided_at description detail details discount
    due_on edited email entity errors finished_at full_name gender grants group id ids is_muted
    is_return item_code key language last_login lines loyalty_program loyalty_tier made_by message
    mobile modified name nationality number origin_country overrides password payment_terms people
    platform price price_list quantity reason refresh_expires_at remarks renamed results rights
    roles salutation shelf_life_days shifts started_at started_by state status stock_unit tax_id
    tax_total territory text theme title told_at unit units updated website customer source mode
    risk
"""
PLAIN = frozenset(NAMES.split())


def test_the_table_of_routes_is_up_to_date():
    assert ROUTES.read_text(encoding="utf-8") == as_document(), "run manage.py api_routes"


def test_no_route_is_open_by_oversight():
    public = {route.path for route in api_routes() if route.who == "public"}
    assert public == {"/api/schema/", "/api/docs/", "/api/v1/sync/webhooks/erpnext"}  # the last by signature
    assert [route for route in api_routes() if "nobody" in route.who] == []


def schema_now(folder: Path) -> str:
    target = folder / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target), stderr=StringIO())
    return target.read_text(encoding="utf-8")


def test_the_committed_schema_is_what_the_routes_say_without_a_warning(tmp_path):
    """A change of the API is a change of this file: the reviewer sees it, and what it breaks."""
    assert schema_now(tmp_path) == SCHEMA.read_text(encoding="utf-8"), (
        "run manage.py spectacular --file docs/openapi.yaml"
    )


@cache
def committed() -> dict:
    """The schema as the file has it, read once; the test above holds it to the routes."""
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def test_every_operation_documents_its_problems():
    for path, operations in committed()["paths"].items():
        for method, operation in operations.items():
            expected = {"401", "403", "406", "429", "500"} | ({"404"} if "{" in path else set())
            assert expected <= set(operation["responses"]), (method, path)
            for status in expected:
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


def operations(schema: dict) -> list[tuple[str, dict]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_has_a_line_of_its_own_in_the_index():
    summaries = {name: said.get("summary", "") for name, said in operations(committed())}
    amiss = {
        name: said
        for name, said in summaries.items()
        if not 3 <= len(said) <= 48 or said.endswith(".") or not said[:1].isupper()
    }
    assert amiss == {}, "name what each method does in the view's summaries"
    twice = {said for said in summaries.values() if list(summaries.values()).count(said) > 1}
    assert twice == set()


def test_every_parameter_says_what_it_means():
    wordless = [
        f"{name}: {parameter['name']}"
        for name, operation in operations(committed())
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]
    assert wordless == []


def test_only_what_reads_is_narrowed_by_a_query():
    """A list's filters are no part of what is posted to its address."""
    asked = {
        name: [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        for name, operation in operations(committed())
        if not name.startswith("GET ")
    }
    assert {name for name, names in asked.items() if names} == {"POST /api/v1/sync/webhooks/erpnext"}


def test_every_field_says_what_it_means_unless_its_name_does():
    wordless = {
        f"{name}.{field}"
        for name, component in committed()["components"]["schemas"].items()
        for field, told in component.get("properties", {}).items()
        if field not in PLAIN and not told.get("description")
    }
    assert wordless == set()
