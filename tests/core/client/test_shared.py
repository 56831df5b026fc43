"""What the command line and the language server share: closes, welcomes, pauses, and imports that stay light."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassess_core.client.backoff import Backoff
from codeassess_core.client.channel import ChannelClosed, closing_error
from codeassess_core.client.errors import ConnectionRefused, Superseded
from codeassess_core.client.handshake import read_welcome
from codeassess_core.errors import CodeAssessError, StoreUnavailable

# close code, is it final, the error
CLOSES = [
    (1006, False, StoreUnavailable),
    (4012, False, StoreUnavailable),  # the server stops
    (4001, True, Superseded),
    (4400, True, ConnectionRefused),
    (4404, True, ConnectionRefused),
    (4410, True, None),  # the session has ended
]


@pytest.mark.parametrize(("code", "final", "error"), CLOSES)
def test_a_close_code_says_whether_to_connect_again(
    code: int, final: bool, error: type[CodeAssessError] | None
) -> None:
    closed = ChannelClosed(code, "because")
    assert closed.final is final
    assert type(closing_error(closed)) is (error or type(None))


def test_a_welcome_of_an_earlier_server_has_defaults() -> None:
    welcome = read_welcome({"acked_seq": 3, "epoch": "e", "open_questions": []})
    assert (welcome.acked_seq, welcome.writes, welcome.status) == (3, True, "active")
    assert (welcome.features, welcome.messages_per_second) == (frozenset(), 0)


def test_pauses_double_up_to_the_longest_and_begin_again_after_a_connection() -> None:
    backoff = Backoff(first=1.0, longest=4.0)
    for most in (1.0, 2.0, 4.0, 4.0):
        assert most / 2 <= backoff.pause() <= most
    backoff.reset()
    assert backoff.pause() <= 1.0


def test_the_client_imports_nothing_heavy_and_nothing_of_the_command_line() -> None:
    program = "import sys, codeassess_core.client.resend, codeassess_core.client.rest; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {
        name for name in loaded if name.startswith("codeassess_core.cli.") or name == "codeassess_core.cli"
    } == set()
    heavy = {"sqlalchemy", "alembic", "typer", "chromadb", "dbos", "langchain", "langchain_core", "tornado"}
    assert {name.partition(".")[0] for name in loaded} & heavy == set()
