"""The one function that decides who may do what. Its effect on requests: tests/ext/test_identity.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeassess_core.clock import utcnow
from codeassess_core.errors import Forbidden, NotFound
from codeassess_core.identity import Action, Principal, Role, SessionObject, authorize, may, new_token, token_digest
from codeassess_core.model import AssessmentSession, AssessmentSpec

TASK = AssessmentSpec(id="t", title="t", created_at=utcnow())
OPEN = SessionObject(session=AssessmentSession(id="s", owner="own", created_at=utcnow(), epoch="e"))
ABOUT = replace(OPEN, assessment=TASK)
GRADED_BY_ADA = replace(OPEN, assessment=replace(TASK, graders=("ada",)))
SHOWN = replace(OPEN, assessment=replace(TASK, show_report=True))

OWN = Principal(name="own", role=Role.CANDIDATE)
OTHER = Principal(name="other", role=Role.CANDIDATE)
ADA = Principal(name="ada", role=Role.GRADER)
BOB = Principal(name="bob", role=Role.GRADER)
TOM = Principal(name="tom", role=Role.TEACHER)
INVITED = replace(OWN, assessment_id="t")
NAMESAKE = Principal(name="own", role=Role.GRADER)
CHIEF = Principal(name="chief", role=Role.OPERATOR)

READ, WRITE, FINISH = Action.READ_SESSION, Action.WRITE_SESSION, Action.FINISH_SESSION
REPORT, ERASE, CONSENT = Action.READ_REPORT, Action.ERASE_SESSION, Action.GIVE_CONSENT
CONTEST, EXPORT = Action.CONTEST_SCORE, Action.EXPORT_SESSION
OWNER = {READ, WRITE, FINISH, CONSENT, CONTEST, EXPORT}
GRADER = {READ, FINISH, REPORT, Action.READ_DECISIONS, Action.REVIEW_SESSION, EXPORT}
ALL = OWNER | GRADER | {ERASE}
ANYBODY = {Action.BEGIN_SESSION, Action.LIST_SESSIONS, Action.LIST_OWN_INVITATIONS}
ASSESSMENTS = {Action.READ_ASSESSMENT, Action.WRITE_ASSESSMENT, Action.EXPORT_RESULTS, Action.COUNT_SESSIONS}

# Principal, session, allowed actions; without any action the session does not exist for them.
RIGHTS = [
    (OWN, OPEN, OWNER),
    (OWN, SHOWN, OWNER | {REPORT}),
    (OWN, ABOUT, OWNER),
    (OTHER, SHOWN, set()),
    (ADA, OPEN, GRADER),
    (ADA, GRADED_BY_ADA, GRADER),
    (BOB, GRADED_BY_ADA, set()),
    (BOB, ABOUT, GRADER),
    (TOM, OPEN, GRADER),
    (TOM, GRADED_BY_ADA, set()),
    (INVITED, OPEN, set()),  # a credential for one assessment does not reach the person's other sessions
    (INVITED, replace(ABOUT, session=replace(OPEN.session, assessment_id="t")), OWNER),
    (INVITED, replace(ABOUT, session=replace(OPEN.session, assessment_id="u")), set()),
    (NAMESAKE, OPEN, GRADER),  # a grader of the same name is not the owner
    (CHIEF, GRADED_BY_ADA, ALL - {CONSENT, CONTEST}),  # nobody agrees for somebody else, or contests their score
    (replace(CHIEF, name="own"), OPEN, ALL),  # whoever started the server on their own machine
    (replace(OWN, tenant="elsewhere"), SHOWN, set()),
    (replace(ADA, tenant="elsewhere"), OPEN, set()),
    (replace(CHIEF, tenant="elsewhere"), OPEN, set()),
]


@pytest.mark.parametrize(("who", "what", "rights"), RIGHTS)
def test_a_session_gives_each_principal_their_rights_and_no_more(
    who: Principal, what: SessionObject, rights: set[Action]
) -> None:
    assert {action for action in ALL if may(who, action, what)} == rights
    for action in ALL - rights:
        with pytest.raises(Forbidden if rights else NotFound):
            authorize(who, action, what)


def test_who_may_not_know_of_it_hears_what_a_missing_one_says() -> None:
    with pytest.raises(NotFound, match=r"^There is no such session\.$"):
        authorize(OTHER, READ, OPEN)
    with pytest.raises(NotFound, match=r"^There is no such assessment\.$"):
        authorize(OWN, Action.READ_ASSESSMENT, TASK)


@pytest.mark.parametrize(
    ("who", "rights"),
    [
        (OWN, ANYBODY),
        (ADA, ANYBODY | ASSESSMENTS),
        (TOM, ANYBODY | ASSESSMENTS | {Action.READ_PEOPLE, Action.WRITE_PEOPLE, Action.INVITE}),
        (CHIEF, set(Action)),
    ],
)
def test_what_is_done_to_nothing_in_particular(who: Principal, rights: set[Action]) -> None:
    assert {action for action in Action if may(who, action)} == rights


def test_a_token_is_long_random_and_stored_as_its_digest() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(token.startswith("ca_") and len(token) >= 46 for token in tokens)
    assert {len(token_digest(token)) for token in tokens} == {64}
    assert not any(token in token_digest(token) for token in tokens)
