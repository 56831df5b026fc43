"""People, invitations and what becomes of a code, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from records import begin, opened

from codeassess_core.clock import new_id, utcnow
from codeassess_core.errors import CodeRefused, NotFound
from codeassess_core.identity import Principal, Role, token_digest
from codeassess_core.model import AssessmentSpec, ExtraTime, InvitationState, NewInvitation, Person, SessionStatus
from codeassess_core.people.codes import new_code
from codeassess_core.storage.joining import HAND_OVER_SECONDS
from codeassess_core.storage.people import Imported
from codeassess_core.storage.record import Record

TEACHER = Principal(name="tom", role=Role.TEACHER)
ADA = Person(id="ada", name="Ada", group="A", extra_time=ExtraTime(share=0.25))
BOB = Person(id="bob", name="Bob", group="B")


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = utcnow()

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


async def invited(record: Record, clock: Clock, *people: Person, days: float = 7, **more: Any) -> list[NewInvitation]:
    """People with an invitation each, to one new assessment unless `assessment_id` names another."""
    await record.people.add(people, author=TEACHER)
    assessment_id = (
        more.pop("assessment_id", None)
        or (await record.assessments.add(AssessmentSpec(id=new_id(), title="t", created_at=clock()))).id
    )
    return list(
        await record.invitations.invite(
            people,
            assessment_id,
            author=TEACHER,
            expires_at=clock() + timedelta(days=days),
            renew=more.pop("renew", False),
        )
    )


async def join(record: Record, code: str) -> Any:
    return await record.joining.join(code, lifetime=7_200, address="192.0.2.1")


async def test_a_roster_is_stored_and_read_again_in_its_new_form(database_url: str) -> None:
    async with opened(database_url) as record:
        assert await record.people.add([ADA, BOB], author=TEACHER) == Imported(new=2, changed=0, same=0)
        newer = replace(BOB, group="A", extra_time=ExtraTime(seconds=600))
        assert await record.people.add([ADA, newer], author=TEACHER) == Imported(new=0, changed=1, same=1)
        assert await record.people.list("default", group="A") == (ADA, newer)
        assert await record.people.list("default", after="ada") == (newer,)
        assert await record.people.groups("default") == {"A": 2}
        assert await record.people.list("elsewhere") == ()
        await record.people.remove("bob", author=TEACHER)
        with pytest.raises(NotFound, match="There is no such person"):
            await record.people.remove("bob", author=TEACHER)
        assert await record.people.list("default") == (ADA,)


async def test_a_large_roster_is_stored_at_once(database_url: str) -> None:
    async with opened(database_url) as record:
        many = [Person(id=f"s{n:05}", group="A") for n in range(3_000)]
        assert (await record.people.add(many, author=TEACHER)).new == 3_000
        assert (await record.people.add(many, author=TEACHER)).same == 3_000
        moved = [replace(person, group="B") for person in many]
        assert (await record.people.add(moved, author=TEACHER)).changed == 3_000
        assert await record.people.groups(TEACHER.tenant) == {"B": 3_000}
        assert len(await invited(record, Clock(), *many)) == 3_000


async def test_the_code_admits_its_person_to_that_assessment_alone(database_url: str) -> None:
    clock = Clock()
    async with opened(database_url, clock=clock) as record:
        made, other = await invited(record, clock, ADA, BOB)
        joined = await join(record, made.code)
        expected = Principal(name="ada", role=Role.CANDIDATE, assessment_id=made.invitation.assessment_id)
        assert await record.credentials.principal(joined.token) == expected
        assert (await join(record, made.code.lower())).principal == expected  # again, on another machine
        assert (await join(record, other.code)).principal.name == "bob"


async def test_a_code_that_does_not_work_says_why(database_url: str) -> None:
    clock = Clock()
    async with opened(database_url, clock=clock) as record:
        ada, bob = await invited(record, clock, ADA, BOB, days=1)
        await record.invitations.revoke(bob.invitation.id, author=TEACHER)
        with pytest.raises(CodeRefused, match="not known"):
            await join(record, new_code())
        with pytest.raises(CodeRefused, match="withdrawn"):
            await join(record, bob.code)
        clock.pass_by(days=1, seconds=1)
        with pytest.raises(CodeRefused, match="time to begin with this code is over"):
            await join(record, ada.code)


async def test_a_credential_lives_as_long_as_it_is_used(database_url: str) -> None:
    clock = Clock()
    async with opened(database_url, clock=clock) as record:
        (made,) = await invited(record, clock, ADA, days=1)
        token = (await join(record, made.code)).token
        for _ in range(20):  # 20 hours, with a use each hour
            clock.pass_by(hours=1.1)
            assert await record.credentials.principal(token) is not None
        clock.pass_by(hours=2.1)  # two hours without a use
        assert await record.credentials.principal(token) is None


@pytest.mark.parametrize("status", [SessionStatus.ACTIVE, SessionStatus.ENDED])
async def test_after_the_time_to_begin_only_a_session_that_goes_on_renews_it(
    database_url: str, status: SessionStatus
) -> None:
    clock = Clock()
    async with opened(database_url, clock=clock) as record:
        (made,) = await invited(record, clock, ADA, days=0.05)
        token = (await join(record, made.code)).token
        await begin(
            record, owner="ada", assessment_id=made.invitation.assessment_id, assessment_version=1, status=status
        )
        clock.pass_by(hours=1.5)
        assert await record.credentials.principal(token) is not None
        clock.pass_by(hours=1.5)
        assert (await record.credentials.principal(token) is not None) == (status is SessionStatus.ACTIVE)


async def test_revoking_an_invitation_ends_its_credentials_at_once(database_url: str) -> None:
    clock = Clock()
    async with opened(database_url, clock=clock) as record:
        (made,) = await invited(record, clock, ADA)
        token = (await join(record, made.code)).token
        hand_over = await record.joining.hand_over(made.invitation.id, author=TEACHER)
        await record.invitations.revoke(made.invitation.id, author=TEACHER)
        assert await record.credentials.holder(token_digest(token)) is None
        with pytest.raises(CodeRefused, match="withdrawn"):
            await join(record, hand_over.code)
        with pytest.raises(NotFound):
            await record.invitations.revoke(made.invitation.id, author=replace(TEACHER, tenant="elsewhere"))


async def test_a_hand_over_code_works_once_and_for_a_minute(database_url: str) -> None:
    clock = Clock()
    async with opened(database_url, clock=clock) as record:
        (made,) = await invited(record, clock, ADA, days=1)
        clock.pass_by(days=2)  # whoever has joined may change the editor also after the time to begin
        first, second = [await record.joining.hand_over(made.invitation.id, author=TEACHER) for _ in range(2)]
        assert (await join(record, first.code)).principal.name == "ada"
        with pytest.raises(CodeRefused, match="not known"):
            await join(record, first.code)
        clock.pass_by(seconds=HAND_OVER_SECONDS + 1)
        with pytest.raises(CodeRefused, match="not known"):
            await join(record, second.code)


async def test_a_second_invitation_leaves_the_code_alone_and_a_renewal_replaces_it(database_url: str) -> None:
    clock = Clock()
    async with opened(database_url, clock=clock) as record:
        (first,) = await invited(record, clock, ADA)
        task = first.invitation.assessment_id
        again = await invited(record, clock, ADA, BOB, assessment_id=task)
        assert [made.person.id for made in again] == ["bob"]
        (renewed,) = await invited(record, clock, ADA, assessment_id=task, renew=True)
        assert renewed.invitation.id == first.invitation.id
        with pytest.raises(CodeRefused, match="not known"):
            await join(record, first.code)
        assert (await join(record, renewed.code)).principal.name == "ada"
        await record.invitations.revoke(first.invitation.id, author=TEACHER)
        (back,) = await invited(record, clock, ADA, assessment_id=task)  # who was withdrawn can be invited again
        assert (await join(record, back.code)).principal.name == "ada"


async def test_the_list_says_how_far_each_has_come(database_url: str) -> None:
    clock = Clock()
    people = [Person(id=name) for name in ("begun", "expired", "finished", "invited", "joined", "opened", "revoked")]
    async with opened(database_url, clock=clock) as record:
        made = {new.person.id: new for new in await invited(record, clock, *people)}
        task = made["begun"].invitation.assessment_id
        await invited(record, clock, Person(id="expired"), assessment_id=task, days=-1, renew=True)
        await record.joining.opened(made["opened"].code)
        await join(record, made["joined"].code)
        await record.invitations.revoke(made["revoked"].invitation.id, author=TEACHER)
        about = {"assessment_id": task, "assessment_version": 1}
        await begin(record, owner="begun", **about)
        await begin(record, owner="finished", status=SessionStatus.ENDED, **about)
        listed = await record.invitations.of_assessment("default", task)
        assert {status.person.id: status.state for status in listed} == {name: InvitationState(name) for name in made}
        page = await record.invitations.of_assessment("default", task, after="invited", limit=2)
        assert [status.person.id for status in page] == ["joined", "opened"]
        assert await record.invitations.of_assessment("elsewhere", task) == ()
        (own,) = await record.invitations.of_person("default", "begun")
        assert own.state is InvitationState.BEGUN and own.session_id is not None
