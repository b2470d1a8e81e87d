"""The list of variables as people read it: ``python -m config.variables_docs`` writes both files anew."""

from typing import Final

from config.environment import BASE_DIR
from config.variables import VARIABLES, Variable

MARK: Final = "<!-- table: written by python -m config.variables_docs -->"
TABLE: Final = BASE_DIR / "docs" / "configuration.md"
EXAMPLE: Final = BASE_DIR / ".env.example"
EXAMPLE_HEAD: Final = """\
# Every variable that Larder knows. Copy to .env, or set them where your processes are started.
# A line that is commented out shows the default or an example; docs/configuration.md says the same.
# `make run` needs none of them.

# Only for compose.yaml: the password of the PostgreSQL that it starts.
# POSTGRES_PASSWORD=
"""


def table() -> str:
    """The variables as a table in Markdown."""
    rows = [
        f"| `{one.name}` | {f'`{one.default}`' if one.default else '–'} | "
        f"{'yes' if one.needed_in_production else ''} | {one.meaning} |"
        for one in VARIABLES
    ]
    head = ["| variable | default | needed in production | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


def example() -> str:
    """The variables as an environment file."""
    return EXAMPLE_HEAD + "".join(_block(one) for one in VARIABLES)


def with_table(page: str) -> str:
    """The page with everything after the mark replaced by the table of today."""
    return f"{page.partition(MARK)[0]}{MARK}\n\n{table()}"


def _block(variable: Variable) -> str:
    needed = " Needed in production." if variable.needed_in_production else ""
    comment = _wrapped(f"{variable.meaning}{needed}".replace("`", ""))
    return f"\n{comment}# {variable.name}={variable.default or variable.example}\n"


def _wrapped(text: str, width: int = 108) -> str:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}"
    return "".join(f"#{line}\n" for line in lines)


if __name__ == "__main__":
    TABLE.write_text(with_table(TABLE.read_text()))
    EXAMPLE.write_text(example())
