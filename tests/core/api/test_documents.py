"""What is written about the API is what the API does."""

from io import StringIO
from pathlib import Path

import yaml
from django.core.management import call_command

from apps.core.api.route_table import api_routes, as_document
from tests.house import ROOT

ROUTES = ROOT / "docs" / "api-routes.md"
SCHEMA = ROOT / "docs" / "openapi.yaml"


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


def test_every_operation_documents_its_problems(tmp_path):
    schema = yaml.safe_load(schema_now(tmp_path))
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            expected = {"401", "403", "406", "429", "500"} | ({"404"} if "{" in path else set())
            assert expected <= set(operation["responses"]), (method, path)
            for status in expected:
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
