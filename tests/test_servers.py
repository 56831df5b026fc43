"""The servers of the tests are what the tests believe they are."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import psycopg
import pytest
import redis
import servers
from jupyter_core.paths import jupyter_data_dir
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine


async def test_each_test_gets_an_empty_database_it_can_write_to(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE made_here (n INTEGER)"))  # fails if a former test left it
        await connection.execute(text("INSERT INTO made_here VALUES (1)"))
        assert (await connection.execute(text("SELECT n FROM made_here"))).scalar() == 1
    await engine.dispose()


def test_a_fresh_database_is_dropped_even_while_somebody_is_connected(postgres_server: str) -> None:
    with servers.fresh_database(postgres_server) as url:
        left_open = psycopg.connect(_plain(url))
    servers.wait_for_drops()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(_plain(url))
    left_open.close()


@pytest.mark.parametrize("own", ["", "1"])
def test_two_runs_never_share_a_redis_database(own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEASSESS_TEST_OWN_SERVERS", own)
    with servers.redis_database() as one, servers.redis_database() as other:
        redis.Redis.from_url(one).set("key", "value")
        assert redis.Redis.from_url(other).dbsize() == 0


def test_the_servers_from_the_wheels_need_nothing_installed() -> None:
    with servers.own_postgres() as server, servers.fresh_database(server) as url, psycopg.connect(_plain(url)) as sql:
        assert sql.execute("SELECT current_database()").fetchone() == (make_url(url).database,)


def test_a_server_is_gone_when_its_block_ends() -> None:
    with servers.own_redis() as url:
        redis.Redis.from_url(url).ping()
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(url).ping()


def test_the_chroma_server_answers(chroma_url: str) -> None:
    assert httpx.get(f"{chroma_url}/api/v2/heartbeat").is_success


def test_no_test_sees_the_users_home_or_keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
    assert Path(jupyter_data_dir()).is_relative_to(Path.home())
    assert not [name for name in os.environ if name.startswith(("OPENAI_", "LANGSMITH_"))]


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
