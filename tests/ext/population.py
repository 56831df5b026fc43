"""All kinds of principals, each with a client, and a session with its assessment and report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from credentials import issue
from rest_client import Client, Talk
from tornado.httpclient import HTTPClientError

from codeassess_core.clock import utcnow
from codeassess_core.identity import Role
from codeassess_ext import CodeAssess

CODE = """def average(values):
    total = 0
    for value in values:
        total += value
    return total / len(values)
"""


@dataclass(frozen=True)
class Population:
    """The clients by principal, and a session with its assessment and report."""

    clients: dict[str, Client]
    assessment_id: str
    session_id: str
    question_id: str
    invitation_id: str

    async def session(self) -> str:
        """Another session like the first, not yet finished."""
        return await self.clients["own"].begin(assessment_id=self.assessment_id)


async def populate(client: Client, extension: CodeAssess) -> Population:
    core = await extension.core()
    people = {
        "own": (Role.CANDIDATE, "default"),
        "other": (Role.CANDIDATE, "default"),
        "far": (Role.CANDIDATE, "elsewhere"),
        "ada": (Role.GRADER, "default"),
        "bob": (Role.GRADER, "default"),
        "zoe": (Role.GRADER, "elsewhere"),
        "tom": (Role.TEACHER, "default"),
        "chief": (Role.OPERATOR, "default"),
        "far_chief": (Role.OPERATOR, "elsewhere"),
    }
    credentials = {name: await issue(core, name, role, tenant=t) for name, (role, t) in people.items()}
    past = await issue(core, "own", Role.CANDIDATE, expires_at=utcnow() - timedelta(seconds=1))
    gone = await issue(core, "own", Role.CANDIDATE)
    await core.record.credentials.revoke(gone.id)
    tokens: dict[str, str | None] = {name: c.token for name, c in credentials.items()}
    tokens |= {"jupyter": client.token, "anonymous": None, "wrong": "ca_wrong", "revoked": gone.token}
    clients = {name: client.holding(token) for name, token in (tokens | {"expired": past.token}).items()}
    task = (await clients["ada"].post("/assessments/", {"title": "t", "graders": ["ada"]})).json["assessment_id"]
    session_id = await clients["own"].begin(assessment_id=task)
    question_id = await finish(clients["own"], session_id)
    await clients["chief"].post("/people/", {"csv": "id\nown\nleaving\n"})
    made = await clients["chief"].post(f"/assessments/{task}/invitations/", {"people": ["own"]})
    return Population(clients, task, session_id, question_id, made.json["items"][0]["invitation_id"])


async def finish(client: Client, session_id: str) -> str:
    """Answer a question and have the report written; returns the question's id."""
    talk, _ = await client.greet(session_id)
    await talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
    question_id: str = (await talk.until("question"))["interaction_id"]
    answer = {"interaction_id": question_id, "response": "It adds the values and divides by their number."}
    await talk.say({"message_type": "response_submitted", "seq": 2, **answer})
    await talk.say({"message_type": "finish", "seq": 3})
    await talk.until("report_ready")
    return question_id


async def connection_status(client: Client, session_id: str, **more: Any) -> int:
    """101 when the websocket opens and stays, else its close code, else the status of the handshake."""
    try:
        talk = await client.talk(session_id, **more)
    except HTTPClientError as refused:
        return refused.code
    closed = await refused_after_all(talk)
    talk.close()
    return closed or 101


async def refused_after_all(talk: Talk) -> int | None:
    try:
        first = await talk.hear(0.15)
    except TimeoutError:
        return None
    return talk.socket.close_code if first is None else None
