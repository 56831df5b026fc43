"""Code in a kernel beside a relay hunts for what is the service's or somebody else's, and finds nothing."""

from __future__ import annotations

import inspect
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import hunter
import pytest
from kernels import run_in_kernel
from lab_running import TOKEN, Lab, running_lab
from other_machine import elsewhere, why_not
from population import CODE
from rest_client import Client
from service_process import Service
from tornado.httpclient import AsyncHTTPClient
from tornado.web import RequestHandler

from codeassess_core.clock import new_id
from codeassess_ext.rest import UnknownHandler
from codeassess_ext.routes import ROUTES

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
OWN = {
    "/sessions",
    "/codeassess/consent",
    "/invitations",
    "/codeassess/me",
    "/codeassess/health",
    "/codeassess/openapi.json",
}
"""Addresses that answer everybody with what is theirs."""
HARMLESS = {"POST /sessions", "POST /codeassess/join", "POST /codeassess/join/look", "POST /codeassess/hand-over",
            "POST /codeassess/sign-in", "POST /codeassess/sign-out"}  # fmt: skip
"""What needs a code or a token in the body, and what concerns the one who asks alone."""
JUPYTERS = ("/api/contents", "/api/kernels", "/api/sessions", "/api/terminals", "/api/config/notebook", "/files/log")
"""What a Jupyter Server has, and a service must not."""


@cache
def canary(name: str) -> str:
    """A text that stands nowhere else in the world."""
    return f"canary{uuid4().hex}{name}"


@dataclass(kw_only=True)
class LabElsewhere(Lab):
    """A JupyterLab as on a machine of its own, which has nothing of the service's folder."""

    hidden: Path

    def _command(self) -> list[str]:
        return elsewhere(super()._command(), hidden=[self.hidden])


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    secrets = {name: canary(name) for name in ("OPENAI_API_KEY", "LANGSMITH_API_KEY", "PGPASSWORD")}
    running = Service(tmp_path / "service", more=secrets | {"CODEASSESS_EMBEDDING_MODEL": "hashed"})
    running.start()
    yield running
    running.kill()


@dataclass(kw_only=True)
class Somebody:
    """A candidate who has worked: their session, and what they were given."""

    client: Client
    code: str
    session_id: str


async def at_work(client: Client, code: str, text: str, answer: str) -> Somebody:
    """Work as whoever `client` is, up to the evaluation of an answer."""
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    await talk.say({"message_type": "code_update", "seq": 1, "code": text})
    question = await talk.until("question")
    said = {"message_type": "response_submitted", "seq": 2, "interaction_id": question["interaction_id"]}
    await talk.say({**said, "response": answer})
    await talk.until("evaluation_result")
    talk.close()
    return Somebody(client=client, code=code, session_id=session_id)


def a_client(url: str, token: str) -> Client:
    port = int(url.rpartition(":")[2])
    return Client(AsyncHTTPClient(force_instance=True), port=port, base="", token=token)


async def bob_at_work(service: Service, code: str) -> Somebody:
    """Somebody else, straight at the service."""
    joined = await a_client(service.url, "").post("/codeassess/join", {"code": code})
    assert joined.status == 201, joined.body
    return await at_work(a_client(service.url, joined.json["token"]), code, f"# {canary('bobs_code')}\n{CODE}",
                         f"It divides. {canary('bobs_answer')}")  # fmt: skip


async def ada_at_work(lab: Lab, code: str) -> Somebody:
    """The candidate of the Jupyter in which the hunter will be."""
    client = a_client(lab.url, TOKEN)
    joined = await client.post("/codeassess/join", {"code": code})
    assert joined.status == 201, joined.body
    return await at_work(client, code, f"# {canary('own_code')}\n{CODE}", "It divides by how many there are.")


def plant(service: Service) -> dict[str, str]:
    """Secrets in the database; returns the codes of the two who are invited."""
    criterion = {"name": "grasp", "description": canary("rubric"), "levels": {"met": canary("level")}}
    texts = [{"path": "notes.md", "text": f"# Notes\n{canary('material')}\n"}]
    codes = service.invite("ada", "bob", rubric=[criterion], materials=texts)
    roster = f"id,name,email\nbob,{canary('bobs_name')},{canary('bobs_address')}@example.org\n"
    service.ask("POST", "/people/", json={"csv": roster})
    elsewhere_asked = {"title": canary("other_title"), "instructions": canary("other_instructions")}
    service.ask("POST", "/assessments/", json=elsewhere_asked)
    return codes


def secrets_of(service: Service, bob: Somebody) -> dict[str, str]:
    """All that must not be found, by name."""
    planted = ("OPENAI_API_KEY", "LANGSMITH_API_KEY", "PGPASSWORD", "rubric", "level", "material", "bobs_name",
               "bobs_address", "bobs_code", "bobs_answer", "other_title", "other_instructions")  # fmt: skip
    held = {"teachers_token": service.teacher, "bobs_token": bob.client.token or "", "bobs_invitation": bob.code}
    secrets = [*service.home.rglob("*cookie_secret*")]
    assert secrets, "the service signs its cookies with a secret in a file"
    kept = {f"cookie_secret_{n}": file.read_text().strip() for n, file in enumerate(secrets)}
    return {name: canary(name) for name in planted} | held | kept


def controls(folder: Path) -> None:
    """What a hunter that looks properly does find, beside the candidate's own things."""
    (folder / "home" / ".config").mkdir(parents=True)
    (folder / "home" / ".config" / "note").write_text(canary("own_file"))
    with closing(sqlite3.connect(folder / "home" / "own.sqlite")) as database, database:
        database.execute("CREATE TABLE t (text)")
        database.execute("INSERT INTO t VALUES (?)", (canary("own_row"),))


def requests(lab: Lab, service: Service, ada: Somebody, bob: Somebody) -> list[tuple[str, str, str, str]]:
    """Every verb on every address, with the ids of others: through the relay, and at the service itself."""
    foreign = {"session_id": bob.session_id, "assessment_id": service.assessment_id, "person_id": "bob", "n": "1"}
    paths = [address(pattern).format(**foreign, invitation_id=new_id()) for pattern, _ in addresses()]
    tricks = [f"/sessions/..%2F..%2Fpeople/{end}" for end in ("", "bob")] + [
        f"/sessions/{ada.session_id}/../../people/"
    ]
    asked = [(url, whose, verb, path) for path in (*paths, *tricks) for verb in VERBS
             for url, whose in ((lab.url, "jupyter"), (service.url, "candidate"), (service.url, "nobody"))]  # fmt: skip
    asked += [(service.url, whose, "GET", path) for path in JUPYTERS for whose in ("candidate", "nobody", "jupyter")]
    own = ("", "/interactions/", "/snapshots/", "/snapshots/1")
    return asked + [(lab.url, "jupyter", "GET", f"/sessions/{ada.session_id}{path}") for path in own]


def addresses() -> list[tuple[str, type[RequestHandler]]]:
    return [
        (pattern, handler) for pattern, handler in ROUTES if handler is not UnknownHandler and "/ws/" not in pattern
    ]


def address(pattern: str) -> str:
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern).replace("\\.", ".").removesuffix("/?")


async def hunted(lab: Lab, order: dict[str, Any]) -> dict[str, Any]:
    """What the hunter reports from a kernel of this Jupyter."""
    text = inspect.getsource(hunter)
    call = f"print(json.dumps(hunt(json.loads({json.dumps(order)!r}))))"
    found: dict[str, Any] = json.loads(await run_in_kernel(lab.url, TOKEN, f"{text}\n{call}\n"))
    return found


async def test_code_in_a_kernel_finds_nothing_of_the_service_and_of_nobody_else(
    service: Service, tmp_path: Path
) -> None:
    codes = plant(service)
    bob = await bob_at_work(service, codes["bob"])
    lab = LabElsewhere(folder=tmp_path / "lab", hidden=service.home)
    upstream = {"CODEASSESS_MODE": "upstream", "CODEASSESS_UPSTREAM_URL": service.url}
    lab.settings = {**upstream, "HOME": str(lab.folder / "home"), "OWN_SETTING": canary("own_setting")}
    controls(lab.folder)
    with running_lab(lab.folder, lab=lab):
        ada = await ada_at_work(lab, codes["ada"])
        before = as_the_teacher_sees(service, bob)
        secret = secrets_of(service, bob)
        result = await hunted(lab, order(lab, service, wanted=own_things() | secret, ada=ada, bob=bob))
    found: dict[str, set[str]] = {}
    for name, place in result["found"]:
        found.setdefault(name, set()).add(place.partition(" ")[0])
    assert {name: kinds for name, kinds in found.items() if name in secret} == {}
    # What is the candidate's own was found: the hunter does look everywhere.
    own = {"own_setting": {"environ", "memory"}, "own_file": {"file"}, "own_row": {"sqlite"}, "own_code": {"answer"}}
    assert {name: kinds for name, kinds in own.items() if not kinds <= found[name]} == {}
    assert set(result["looked"]) == {"environ", "cmdline", "memory", "descriptor", "file", "sqlite", "answer", "frame"}
    assert result["refused"] == []
    assert as_the_teacher_sees(service, bob) == before
    assert refusals_that_are_wrong(result["statuses"], ada, bob) == []


def own_things() -> dict[str, str]:
    return {name: canary(name) for name in ("own_setting", "own_file", "own_row", "own_code")}


def order(lab: Lab, service: Service, *, wanted: dict[str, str], ada: Somebody, bob: Somebody) -> dict[str, Any]:
    """What the hunter is to do."""
    doors = ((lab.url, "jupyter"), (service.url, "candidate"), (service.url, "nobody"))
    return {
        "wanted": {name: hunter.disguised(text) for name, text in wanted.items()},
        "folders": [str(lab.folder.parent), "/dev/shm"],
        "runtime": str(lab.folder / "runtime"),
        "credentials": str(lab.folder / "record" / "credentials.json"),
        "requests": requests(lab, service, ada, bob),
        "sockets": [(url, whose, bob.session_id) for url, whose in doors],
    }


def refusals_that_are_wrong(statuses: list[list[Any]], ada: Somebody, bob: Somebody) -> list[list[Any]]:
    """Whatever was answered as it must not be: with anything, or as if somebody else's session existed."""
    return [answered for answered in statuses if not _right(*answered, ada=ada, bob=bob)]


def _right(whose: str, verb: str, path: str, status: int, *, ada: Somebody, bob: Somebody) -> bool:
    if verb == "WS":
        return status == (401 if whose == "nobody" else 4404)
    if verb == "OPTIONS" or f"{verb} {path}" in HARMLESS:
        return status < 500
    if path in OWN and verb == "GET":
        return status == (
            401 if whose == "nobody" else 403 if (whose, path) == ("jupyter", "/codeassess/openapi.json") else 200
        )
    if whose == "nobody" or path in JUPYTERS:
        return status in (401, 404, 405)
    if path.startswith(f"/sessions/{ada.session_id}") and ".." not in path:
        return status == 200
    refused = (404, 405, 403) if whose == "jupyter" or bob.session_id not in path else (404, 405)
    return status in refused


def as_the_teacher_sees(service: Service, bob: Somebody) -> list[Any]:
    """All of somebody else's, and what there is of assessments and people."""
    paths = (f"/sessions/{bob.session_id}/", f"/sessions/{bob.session_id}/interactions/", "/people/", "/assessments/")
    return [service.ask("GET", path) for path in paths]
