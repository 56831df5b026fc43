"""`codeassess replay` against a server that runs: the wire may break, the record may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from codeassess_core.cli.demo.server import RunningServer, jupyter_server
from codeassess_core.settings import Settings

from .proxy import cutting_proxy
from .running import DIGESTS, RECORDING, codeassess, stored, succeed

SPEED = ("--speed", "60", "--longest-pause", "5")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=str(tmp_path / "data"),
        model="offline",
        embedding_model="hashed",
        idle_pause=0.05,
        min_time_between_interactions=1.0,
        follow_ups=False,
    )


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[RunningServer]:
    with jupyter_server(tmp_path / "server", settings) as running:
        yield running


def test_nothing_is_lost_when_the_connection_breaks_again_and_again(
    server: RunningServer, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CODEASSESS_TOKEN", server.token)
    with cutting_proxy(int(server.url.rpartition(":")[2]), cut_after=15_000) as wire:
        url = f"http://127.0.0.1:{wire.port}"
        output = succeed("replay", RECORDING, "--server", url, *SPEED, "--out", tmp_path / "out")
        assert wire.cuts >= 2
    assert output.count("Connected again") >= 2
    session, snapshots = stored(settings.resolved_database_url())
    assert [snapshot.sha256 for snapshot in snapshots] == DIGESTS
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert report["session"]["id"] == session.id
    asked = [q for q in report["questions"] if q["status"] != "withdrawn"]
    assert asked and all(q["response"] is not None for q in asked)


def test_a_candidate_plays_with_a_token_and_may_not_read_the_report(
    server: RunningServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = succeed(
        "token", "create", "--role", "candidate", "--name", "Ada", "--json", "--data-dir", settings.data_dir
    )
    monkeypatch.setenv("CODEASSESS_TOKEN", json.loads(issued)["token"])
    output = succeed("replay", RECORDING, "--server", server.url, *SPEED)
    session, snapshots = stored(settings.resolved_database_url())
    assert (session.owner, session.status, len(snapshots)) == ("Ada", "ended", len(DIGESTS))
    assert "for graders" in output


def test_a_revoked_token_is_refused_in_one_sentence(
    server: RunningServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ("--data-dir", settings.data_dir)
    issued = json.loads(succeed("token", "create", "--role", "candidate", "--name", "Ada", "--json", *where))
    succeed("token", "revoke", issued["id"], *where)
    monkeypatch.setenv("CODEASSESS_TOKEN", issued["token"])
    done = codeassess("replay", RECORDING, "--server", server.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "revoked" in done.stderr and len(done.stderr.splitlines()) == 1


PROXIES = [
    (501, "There is no codeassess at {url}: it answered 501."),
    (502, "{url} is not there at the moment (502); try again."),
    (503, "{url} is not there at the moment (503); try again."),
    (504, "{url} is not there at the moment (504); try again."),
]


@pytest.mark.parametrize(("status", "sentence"), PROXIES)
def test_a_server_without_codeassess_is_told_from_one_that_is_away(status: int, sentence: str) -> None:
    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(status)

        do_POST = do_GET

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{other.server_port}"
        done = codeassess("replay", RECORDING, "--server", url, "--token", "x")
        other.shutdown()
    assert (done.returncode, done.stderr) == (1, f"codeassess: {sentence.format(url=url)}\n")
