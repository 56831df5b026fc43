"""All errors of codeassess, as one tree.

::

    CodeAssessError
    ├── InvalidInput                 400
    │   ├── BadFrame                     not JSON, not an object, NUL, lone surrogate, NaN, too deep
    │   ├── UnknownMessageType
    │   ├── UnsupportedProtocol
    │   ├── TooLarge                 413
    │   │   └── DocumentTooBig
    │   └── HashMismatch
    ├── Unauthenticated              401
    ├── Forbidden                    403
    │   └── CodeRefused                  an invitation's code is unknown, withdrawn or too old
    ├── NotFound                     404
    ├── Conflict                     409
    │   ├── AttemptsUsed
    │   ├── NotYetOpen                   the assessment opens later
    │   ├── AssessmentClosed             by a person, or at its time
    │   ├── ServiceOnly                  the assessment wants verified sessions
    │   ├── SequenceConflict             the same seq with other content
    │   ├── SequenceGap                  answered as nack
    │   ├── SessionEnded
    │   ├── NotWriter                    another editor writes in the session
    │   ├── QuestionNotOpen
    │   ├── IdempotencyConflict
    │   ├── ReviewedMeanwhile            by somebody else, or in another window
    │   └── ReportNotReady
    ├── ChangedMeanwhile             412, by somebody else since it was read
    ├── RateLimited                  429
    ├── StoreUnavailable             503
    │   ├── InstanceInUse
    │   ├── StoreBusy                    another transaction has locked what it needs
    │   ├── UnsuitableDatabase           not of UTF-8, read-only, a right is missing
    │   └── WrongRevision
    ├── WorkFailed                   503
    └── ExaminerError                    never reaches a candidate as a traceback
        ├── ExaminerUnavailable          transient: worth another attempt
        └── ExaminerRefused              permanent: quota, credential, refusal

Those of limits are in `limits`. A class docstring is its default message. `code` is stable and part of the
contract (docs/protocol.md); `detail` names what was wrong and what would be right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from .costs.budget import Spending

REASON: Final = "reason"
"""The `detail` of an error in which a driver's or a library's own words are."""


class CodeAssessError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None, **detail: Any) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.detail = detail
        super().__init__(self.message)

    @property
    def for_the_log(self) -> str:
        """The message, with the driver's or library's own words where there are any."""
        return f"{self.message} ({self.detail[REASON]})" if self.detail.get(REASON) else self.message

    def as_dict(self) -> dict[str, Any]:
        """`{"code", "message", "detail"}`: the body of every REST error."""
        return {"code": self.code, "message": self.message, "detail": self.detail}


class InvalidInput(CodeAssessError):
    """The input does not have the documented form."""

    code = "invalid_input"
    status = 400


class BadFrame(InvalidInput):
    """The frame is not a JSON object in UTF-8."""

    code = "bad_frame"


class UnknownMessageType(InvalidInput):
    """There is no such message_type."""

    code = "unknown_message_type"


class UnsupportedProtocol(InvalidInput):
    """This server does not speak that protocol version."""

    code = "unsupported_protocol"


class TooLarge(InvalidInput):
    """The message is larger than the limit."""

    code = "too_large"
    status = 413


class DocumentTooBig(TooLarge):
    """The document is larger than the limit."""

    code = "document_too_big"


class HashMismatch(InvalidInput):
    """The sha256 does not match the text; send the whole text again."""

    code = "hash_mismatch"


class Unauthenticated(CodeAssessError):
    """No valid credential was sent; send `Authorization: token …`."""

    code = "unauthenticated"
    status = 401


class Forbidden(CodeAssessError):
    """This credential does not allow that."""

    code = "forbidden"
    status = 403


class CodeRefused(Forbidden):
    """This code does not work."""

    code = "code_refused"
    about = ("", "")  #: the tenant and the id of its invitation, for the audit alone


class NotFound(CodeAssessError):
    """There is no such thing."""

    code = "not_found"
    status = 404


class Conflict(CodeAssessError):
    """The request does not fit the present state."""

    code = "conflict"
    status = 409


class AttemptsUsed(Conflict):
    """This assessment may not be begun again: all attempts are used."""

    code = "attempts_used"


class NotYetOpen(Conflict):
    """This assessment is not open yet."""

    code = "not_yet_open"


class AssessmentClosed(Conflict):
    """This assessment is closed: no session of it can begin."""

    code = "assessment_closed"


class ServiceOnly(Conflict):
    """Sessions of this assessment must be recorded by a service; this server runs in embedded mode."""

    code = "service_only"


class SequenceConflict(Conflict):
    """This seq was already used for another message."""

    code = "sequence_conflict"


class SequenceGap(Conflict):
    """A seq is missing before this one."""

    code = "sequence_gap"

    def __init__(self, *, expected: int) -> None:
        super().__init__(f"The next seq must be {expected}.", expected=expected)
        self.expected = expected


class SessionEnded(Conflict):
    """The session has ended; it takes no more messages."""

    code = "session_ended"


class NotWriter(Conflict):
    """Another editor writes in this session; nothing was stored. Say hello with `"take": true` to write here."""

    code = "not_writer"


class QuestionNotOpen(Conflict):
    """That question is not open."""

    code = "question_not_open"


class IdempotencyConflict(Conflict):
    """This Idempotency-Key was used with another body."""

    code = "idempotency_conflict"


class ReviewedMeanwhile(Conflict):
    """This answer was reviewed meanwhile."""

    code = "reviewed_meanwhile"


class ReportNotReady(Conflict):
    """The report is not ready."""

    code = "report_not_ready"


class ChangedMeanwhile(CodeAssessError):
    """Somebody else has changed it since you read it."""

    code = "changed_meanwhile"
    status = 412


class RateLimited(CodeAssessError):
    """Too many messages; slow down."""

    code = "rate_limited"
    status = 429


class StoreUnavailable(CodeAssessError):
    """The database cannot be reached; nothing was acknowledged, try again."""

    code = "store_unavailable"
    status = 503


class StoreBusy(StoreUnavailable):
    """Another transaction holds what this needs; nothing was acknowledged, try again."""


class UnsuitableDatabase(StoreUnavailable):
    """The database cannot keep the record."""


class WrongRevision(StoreUnavailable):
    """The database schema is not at the revision this version needs; run `codeassess migrate`."""

    code = "wrong_revision"


class InstanceInUse(StoreUnavailable):
    """Another process that shares the database has this instance id."""

    code = "instance_in_use"


class WorkFailed(CodeAssessError):
    """An export, a PDF or an analysis was not finished; try again later."""

    code = "work_failed"
    status = 503


class ExaminerError(CodeAssessError):
    """The examiner gave no usable result."""

    code = "examiner_error"
    status = 502

    spent: Spending | None = None
    """What the attempt used all the same."""


class ExaminerUnavailable(ExaminerError):
    """The model did not answer in time or answered something unusable."""

    code = "examiner_unavailable"


class ExaminerRefused(ExaminerError):
    """The model refused: quota, credential or content."""

    code = "examiner_refused"
