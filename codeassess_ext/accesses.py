"""What each call of REST does to which object: the one list from which the audit is written.

A call that is not listed keeps the server from starting. An object without an id is a list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from codeassess_core.identity import TOKEN_PREFIX

SOCKET: Final = "/ws/session/{session_id}"


@dataclass(frozen=True, slots=True)
class Access:
    """One call: its action and the kind of its object in the audit.

    `quiet`: only its refusals are noted here, because the change writes its own line, or it tells nobody anything.
    """

    action: str
    object: str
    quiet: bool = False


ACCESSES: Final[Mapping[str, Access]] = {
    "GET /sessions": Access("list_sessions", "session"),
    "POST /sessions": Access("begin_session", "session"),
    "GET /sessions/results.csv": Access("export_results", "score"),
    "GET /sessions/groups": Access("count_sessions", "session"),
    "GET /sessions/{session_id}": Access("read_session", "session"),
    "DELETE /sessions/{session_id}": Access("erase_session", "session", quiet=True),
    "GET /sessions/{session_id}/interactions": Access("read_interactions", "session"),
    "GET /sessions/{session_id}/snapshots": Access("list_snapshots", "session"),
    "GET /sessions/{session_id}/snapshots/{n}": Access("read_snapshot", "session"),
    "GET /sessions/{session_id}/replay": Access("read_replay", "session"),
    "GET /sessions/{session_id}/decisions": Access("read_decisions", "session"),
    "POST /sessions/{session_id}/ticket": Access("issue_ticket", "session"),
    "POST /sessions/{session_id}/consent": Access("give_consent", "session"),
    "GET /codeassess/consent": Access("read_consent", "assessment"),
    "POST /sessions/{session_id}/generate-report": Access("finish_session", "session"),
    "GET /sessions/{session_id}/report": Access("read_report", "report"),
    "GET /sessions/{session_id}/report/reviews": Access("list_reviews", "score"),
    "POST /sessions/{session_id}/report/reviews": Access("review_answer", "score"),
    "GET /sessions/{session_id}/contests": Access("list_contests", "score"),
    "POST /sessions/{session_id}/contests": Access("contest_score", "score"),
    "GET /sessions/{session_id}/export": Access("export_session", "session"),
    "GET /people": Access("list_people", "person"),
    "POST /people": Access("import_people", "person", quiet=True),
    "DELETE /people/{person_id}": Access("remove_person", "person", quiet=True),
    "GET /invitations": Access("list_own_invitations", "invitation"),
    "GET /assessments/{assessment_id}/invitations": Access("list_invitations", "assessment"),
    "POST /assessments/{assessment_id}/invitations": Access("invite", "assessment", quiet=True),
    "DELETE /assessments/{assessment_id}/invitations/{invitation_id}": Access(
        "revoke_invitation", "invitation", quiet=True
    ),
    "POST /codeassess/join": Access("join", "invitation", quiet=True),
    "POST /codeassess/join/look": Access("look_at_code", "invitation"),
    "POST /codeassess/hand-over": Access("hand_over", "invitation"),
    "GET /assessments": Access("list_assessments", "assessment"),
    "POST /assessments": Access("add_assessment", "assessment"),
    "GET /assessments/{assessment_id}": Access("read_assessment", "assessment"),
    "POST /assessments/{assessment_id}/versions": Access("add_version", "assessment"),
    "POST /assessments/{assessment_id}/close": Access("close_assessment", "assessment", quiet=True),
    "POST /assessments/{assessment_id}/open": Access("open_assessment", "assessment", quiet=True),
    "POST /assessments/{assessment_id}/clone": Access("clone_assessment", "assessment"),
    "POST /codeassess/sign-in": Access("sign_in", "token"),
    "POST /codeassess/sign-out": Access("sign_out", "token"),
    "GET /codeassess/me": Access("ask_who", "token", quiet=True),
    "GET /codeassess/health": Access("read_health", "server", quiet=True),
    "GET /codeassess/openapi.json": Access("read_openapi", "server", quiet=True),
    "GET /codeassess/audit": Access("list_audit", "audit"),
    f"GET {SOCKET}": Access("open_socket", "session"),
}
WRITE_SESSION: Final = Access("write_session", "session")
"""The first message of a connection that writes."""
_NO_SUCH_VERB: Final = Access("use_another_verb", "", quiet=True)
_ELSEWHERE: Final = Access("ask_elsewhere", "", quiet=True)
_IDS: Final = {"person": "person_id", "invitation": "invitation_id", "assessment": "assessment_id"}

_LONGEST_PERSON: Final = 200

VerbAccesses = Mapping[str, Access]
"""By verb in capitals; the empty verb is any other."""


def address_of(pattern: str) -> str:
    """The address of a route as the list writes it."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern).replace("\\.", ".").removesuffix("/?")


def accesses_of(pattern: str, verbs: tuple[str, ...], *, known: bool = True) -> VerbAccesses:
    """The accesses of one route; of an address that is not `known` all are alike.

    Raises:
        KeyError: a verb of it is not in the list.
    """
    if not known:
        return {"": _ELSEWHERE}
    address = address_of(pattern)
    return {verb.upper(): ACCESSES[f"{verb.upper()} {address}"] for verb in verbs} | {"": _NO_SUCH_VERB}


def object_id_of(access: Access, ids: Mapping[str, str], location: str | None = None) -> str:
    """The id of the object that is no session: from the address, or of what was made (`location`).

    What cannot be an id is left out: it may be anything, also a token in the wrong place.
    """
    name = _IDS.get(access.object, "")
    found = ids.get(name, "") or (location.split("/")[1] if location is not None else "")
    if name == "person_id":
        return found if found.isprintable() and len(found) <= _LONGEST_PERSON and TOKEN_PREFIX not in found else ""
    return canonical(found) or ""


def canonical(text: str) -> str | None:
    """An id as it is stored; None: it cannot be one."""
    try:
        return str(UUID(text))
    except ValueError:
        return None
