"""The operations of REST about people, invitations and joining, for the OpenAPI document."""

from __future__ import annotations

from .api_operation import Operation
from .people_resources import (
    HandOverOut,
    InvitationOut,
    InvitationsMade,
    InvitationsQuery,
    InvitedTo,
    JoinedOut,
    JoinIn,
    NewInvitations,
    OwnInvitations,
    PeopleQuery,
    PersonOut,
    RosterIn,
    RosterOut,
)
from .resources import Page

PEOPLE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        verb="get",
        path="/people/",
        summary="List the people on the roster, by id (teachers).",
        query=PeopleQuery,
        answer=Page[PersonOut],
        errors=(400, 401, 403),
    ),
    Operation(
        verb="post",
        path="/people/",
        summary="Add the people of a roster, all or none; who is known is brought up to date (teachers).",
        body=RosterIn,
        answer=RosterOut,
        errors=(400, 401, 403, 413),
    ),
    Operation(
        verb="delete",
        path="/people/{person_id}/",
        summary="Take somebody off the roster; their sessions stay (teachers).",
        status=204,
    ),
    Operation(
        verb="get",
        path="/invitations/",
        summary="List the invitations of whoever asks, the newest first.",
        answer=OwnInvitations,
        errors=(401,),
    ),
    Operation(
        verb="get",
        path="/assessments/{assessment_id}/invitations/",
        summary="List who is invited, and how far each has come (teachers).",
        query=InvitationsQuery,
        answer=Page[InvitationOut],
    ),
    Operation(
        verb="post",
        path="/assessments/{assessment_id}/invitations/",
        summary="Invite a group, or people by id; the codes are shown this once (teachers).",
        body=NewInvitations,
        body_needed=True,
        answer=InvitationsMade,
        status=201,
        errors=(400, 401, 403, 404, 413),
    ),
    Operation(
        verb="delete",
        path="/assessments/{assessment_id}/invitations/{invitation_id}/",
        summary="Withdraw an invitation: its code and every credential given for it end at once (teachers).",
        status=204,
    ),
    Operation(
        verb="post",
        path="/codeassess/join",
        summary="Exchange the code of an invitation for a credential (only in a service; needs no credential).",
        body=JoinIn,
        answer=JoinedOut,
        status=201,
        errors=(400, 401, 403, 404, 413, 429),
    ),
    Operation(
        verb="post",
        path="/codeassess/join/look",
        summary="To what a code invites; it is not used up (only in a service; needs no credential).",
        body=JoinIn,
        answer=InvitedTo,
        errors=(400, 401, 403, 404, 413, 429),
    ),
    Operation(
        verb="post",
        path="/codeassess/hand-over",
        summary="A code for the same candidate in another program, once, within a minute.",
        answer=HandOverOut,
        status=201,
        errors=(400, 401),
    ),
)
