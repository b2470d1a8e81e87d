import re

from config.environment import BASE_DIR
from config.variables import VARIABLES
from config.variables_docs import EXAMPLE, TABLE, example, with_table

COMPOSE_ONLY = {"POSTGRES_PASSWORD"}


def test_the_configuration_page_tells_of_every_variable_as_the_code_does():
    assert with_table(TABLE.read_text()) == TABLE.read_text(), "run: python -m config.variables_docs"


def test_the_example_file_tells_of_every_variable_as_the_code_does():
    assert example() == EXAMPLE.read_text(), "run: python -m config.variables_docs"


def test_compose_sets_only_variables_that_larder_knows():
    known = {variable.name for variable in VARIABLES} | COMPOSE_ONLY
    compose = (BASE_DIR / "compose.yaml").read_text()
    services = compose.partition("  postgres:\n")[0]
    assert set(re.findall(r"^ +([A-Z][A-Z_]+):", services, re.MULTILINE)) <= known
    assert set(re.findall(r"\$\{([A-Z_]+)", compose)) <= known
