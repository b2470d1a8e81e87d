import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps.core.embedded import Postgres, ServiceError, places
from apps.core.embedded.process import command_of, number_in
from tests.core.embedded.asking import children_of, kill, server_number, sql

pytestmark = pytest.mark.slow


@pytest.fixture
def filled(postgres: Postgres) -> Postgres:
    postgres.start()
    sql(postgres, "create table kept as select generate_series(1, 1000) as n")
    return postgres


def rows(postgres: Postgres) -> int:
    return sql(postgres, "select count(*) from kept")[0][0]


def test_the_first_start_makes_a_server_of_version_18_that_sorts_the_same_everywhere(postgres):
    postgres.start()
    assert sql(postgres, "show server_version_num")[0][0].startswith("18")
    assert sql(postgres, "select datlocprovider, datlocale from pg_database where datname = 'larder'") == [
        ("b", "C.UTF-8")
    ]
    assert sql(postgres, "show listen_addresses") == [("",)]
    assert sql(postgres, "show fsync") == [("on",)]


def test_tests_trade_durability_for_speed(var):
    postgres = Postgres(var / "postgres", durable=False)
    postgres.start()
    assert sql(postgres, "select current_setting('fsync'), current_setting('full_page_writes')") == [
        ("off", "off")
    ]


def test_starting_what_runs_changes_nothing(filled):
    before = server_number(filled.data / "postmaster.pid")
    filled.start()
    assert server_number(filled.data / "postmaster.pid") == before


def test_four_processes_racing_on_a_cold_start_make_one_server(var, postgres):
    program = (
        "import sys; from pathlib import Path; from apps.core.embedded import services;"
        "services(Path(sys.argv[1])).start()"
    )
    racers = [subprocess.Popen([sys.executable, "-c", program, str(var)]) for _ in range(4)]
    assert [racer.wait(60) for racer in racers] == [0, 0, 0, 0]
    assert sql(postgres, "select 1") == [(1,)]


def test_a_killed_server_comes_back_with_its_data(filled):
    kill(server_number(filled.data / "postmaster.pid"))
    filled.start()
    assert rows(filled) == 1000


def test_a_server_killed_with_all_its_children_comes_back_with_its_data(filled):
    number = server_number(filled.data / "postmaster.pid")
    kill(number, *children_of(number))
    filled.start()
    assert rows(filled) == 1000


def test_a_number_left_behind_that_is_another_program_s_by_now_does_not_stop_the_start(filled):
    pid_file = filled.data / "postmaster.pid"
    number = server_number(pid_file)
    kill(number, *children_of(number))
    # run as the server's own user: only then does PostgreSQL take the number for a server of its own
    owner = pid_file.stat()
    as_owner = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], **as_owner)
    try:
        for lock in (pid_file, filled.socket / ".s.PGSQL.5432.lock"):
            lock.write_text(lock.read_text().replace(str(number), str(stranger.pid), 1))
        filled.start()
        assert rows(filled) == 1000
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_first_start_that_was_killed_halfway_is_begun_again(postgres):
    making = postgres.data.with_name("postgres.making")
    making.mkdir(parents=True)
    (making / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert sql(postgres, "select 1") == [(1,)]
    assert not making.exists()


def test_data_of_another_version_is_refused_and_left_alone(filled):
    filled.stop()
    (filled.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServiceError, match=r"made by PostgreSQL 16; this release runs 18"):
        filled.start()
    assert not filled.is_running()
    (filled.data / "PG_VERSION").write_text("18\n")
    filled.start()
    assert rows(filled) == 1000


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(postgres):
    postgres.data.mkdir(parents=True)
    (postgres.data / "letters.txt").write_text("dear")
    with pytest.raises(ServiceError, match="LARDER_VAR"):
        postgres.start()
    assert (postgres.data / "letters.txt").read_text() == "dear"


@pytest.mark.parametrize(
    "name",
    ["with a space", "it's, a comma", "ünïcode", "long" * 30],
    ids=["space", "quote", "unicode", "long"],
)
def test_a_path_that_is_no_socket_address_gets_a_short_one(var, name):
    postgres = Postgres(var / name / "postgres")
    assert str(postgres.socket).startswith(f"{places.SHORT}/larder-")
    postgres.start()
    try:
        assert sql(postgres, "select 1") == [(1,)]
    finally:
        postgres.stop()


def test_libpq_s_variables_of_the_caller_move_neither_server_nor_tools(postgres, monkeypatch):
    monkeypatch.setenv("PGPORT", "6666")
    monkeypatch.setenv("PGHOST", "db.example.invalid")
    monkeypatch.setenv("PGDATA", "/nowhere")
    postgres.start()
    assert sql(postgres, "show port") == [("5432",)]


def test_stopping_leaves_no_process_and_can_be_done_twice(filled):
    number = number_in(filled.data / "postmaster.pid")
    filled.stop()
    assert command_of(number) == ""
    filled.stop()
    assert not filled.is_running()


def test_erasing_throws_the_data_away_and_a_start_begins_anew(filled):
    filled.erase()
    assert not filled.data.exists()
    filled.start()
    assert sql(filled, "select to_regclass('kept')") == [(None,)]


def test_a_dump_can_be_restored_elsewhere(filled, var):
    target = var / "dumps" / "all.dump"
    filled.dump(target)
    other = Postgres(var / "other" / "postgres")
    other.start()
    try:
        restore = [*map(str, other.client("pg_restore")), "-U", "larder", "-d", "larder", str(target)]
        subprocess.run(restore, check=True)
        assert rows(other) == 1000
    finally:
        other.stop()


def test_a_place_that_cannot_be_written_says_so_and_what_to_do():
    with pytest.raises(ServiceError, match=r"/proc/larder.*LARDER_VAR chooses another folder"):
        Postgres(Path("/proc/larder/postgres")).start()
