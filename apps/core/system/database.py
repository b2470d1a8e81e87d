"""What PostgreSQL says of itself."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.admin.chips import Tone
from apps.core.figures import count_text, moment_text
from apps.core.health import checks
from apps.core.system import sizes
from apps.core.system.parts import Fact, Kind, Look, offer, rows

CROWDED: Final = 0.8  # of the connections that the server allows
BIGGEST: Final = """
    SELECT relname, pg_total_relation_size(oid), GREATEST(reltuples, 0)::bigint
    FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
    ORDER BY relpages DESC LIMIT 5
"""


def facts(look: Look) -> Iterator[Fact]:
    yield _migrations(look)
    yield _connections(look)
    (size, tables), measured = sizes.kept("database", _measure, at=look.at)
    yield Fact(_("Size"), sizes.bytes_text(size))
    for name, big, about in tables:
        said = {"size": sizes.bytes_text(big), "rows": count_text(about)}
        yield Fact(_t("Table %(name)s") % {"name": name}, _t("%(size)s, about %(rows)s rows") % said)
    yield Fact(_("Sizes as of"), moment_text(measured, now=look.at))


def _measure() -> tuple[int, list[tuple[str, int, int]]]:
    (size,) = rows("SELECT pg_database_size(current_database())")[0]
    tables = rows(BIGGEST)
    return size, sorted(tables, key=lambda table: -table[1])


def _migrations(look: Look) -> Fact:
    said = checks.migrations(look.at)
    if said == checks.OK:
        return Fact(_("Migrations"), _("all applied"), Tone.WELL)
    return Fact(_("Migrations"), said, Tone.ACT, _("Run manage.py migrate; until then pages may fail."))


def _connections(look: Look) -> Fact:
    used, most = look.server.connections, look.server.most_connections
    said = _t("%(used)d of %(most)d") % {"used": used, "most": most}
    if used < most * CROWDED:
        return Fact(_("Connections"), said, Tone.WELL, is_restless=True)
    advice = _("Raise max_connections, or run fewer web and worker processes (six connections each).")
    return Fact(_("Connections"), said, Tone.LOOK, advice)


offer(
    Kind(name="database", title=_("Database"), icon="database", ask=lambda look: list(facts(look)), order=20)
)
