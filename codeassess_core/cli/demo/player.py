"""Plays a recording against a server, through REST and the websocket, as an editor would."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from ...client.resend import SessionClient
from ...client.rest import Rest
from ...errors import CodeAssessError, Forbidden, NotFound
from ...live.messages import CodeUpdate, Document, Finish, ResponseSubmitted
from .events import (
    Answered,
    Asked,
    Began,
    Evaluated,
    Finished,
    NotAsked,
    Observe,
    Reconnected,
    Reported,
    Saved,
    Trouble,
    Wrote,
)
from .recording import AnswerStep, CodeStep, FinishStep, Recording

LAST_ACKS_SECONDS = 15.0  # seconds for the acks of what was sent last


class PlayFailed(CodeAssessError):
    """The recording was not played to its end."""

    code = "play_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a recording is played. `longest_pause` is in recorded seconds, the other two are real ones."""

    speed: float
    longest_pause: float = float("inf")
    question_seconds: float = 15.0  #: how long to wait for a question where the recording has an answer
    report_seconds: float = 60.0

    def played(self, recorded: float) -> float:
        """The real seconds that so many recorded ones take."""
        return min(recorded, self.longest_pause) / self.speed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """A session's report in each format."""

    json: bytes
    markdown: bytes
    html: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A recording that was played to its end. `reports` is None where the credential may not read them."""

    session_id: str
    questions: int
    evaluations: int
    failures: tuple[str, ...]  #: why answers were not evaluated
    reports: Reports | None


async def play(
    recording: Recording,
    server: str,
    *,
    token: str,
    pace: Pace,
    observe: Observe,
    agreed: Collection[str] | None = None,
) -> Played:
    """Begin a session, send the recording, answer its questions, finish, and read the report.

    `agreed`: the digests of the texts to which the candidate agrees; None: to whatever the assessment asks.

    Raises:
        ConsentNeeded: the assessment asks to agree to another text.
        ServerUnreachable, Unauthenticated, ConnectionRefused: the server cannot be talked to.
        PlayFailed: it did not save or report in time.
    """
    async with Rest(server, token=token) as rest:
        assessment_id = await _assessment(rest, recording)
        session = await rest.begin_session(
            assessment_id=assessment_id,
            language=recording.about.language,
            consent_sha256=await _agreement(rest, assessment_id, agreed),
        )
        session_id = str(session["session_id"])
        player = _Player(recording, pace=pace, observe=observe)
        async with SessionClient(rest.server, session_id, token=token, take=player.take) as client:
            player.client = client
            observe(_began(recording, session_id, rest.server))
            await player.play()
        return Played(
            session_id=session_id,
            questions=player.questions,
            evaluations=player.evaluations,
            failures=tuple(player.failures),
            reports=await _reports(rest, session_id),
        )


def _began(recording: Recording, session_id: str, server: str) -> Began:
    about = recording.about
    return Began(
        title=about.title,
        language=about.language,
        session_id=session_id,
        server=server,
        updates=len(recording.code),
        document=about.document,
    )


async def _assessment(rest: Rest, recording: Recording) -> str | None:
    """The recording's assessment, created where the credential may do so; else an open session is played."""
    if recording.about.assessment is None:
        return None
    try:
        return await rest.add_assessment(recording.about.assessment)
    except Forbidden:
        return None


async def asked_of(recording: Recording, server: str, *, token: str) -> dict[str, str]:
    """The texts to which the candidate of the recording has to agree, by their digests.

    Raises:
        ServerUnreachable, Unauthenticated: the server cannot be talked to.
    """
    own = str((recording.about.assessment or {}).get("consent", ""))
    asked = {hashlib.sha256(own.encode()).hexdigest(): own} if own.strip() else {}
    async with Rest(server, token=token) as rest:
        bound = await rest.consent(None)
    return asked | ({bound["consent_sha256"]: bound["consent_text"]} if bound["consent_sha256"] else {})


async def _agreement(rest: Rest, assessment_id: str | None, agreed: Collection[str] | None) -> str | None:
    """The digest of the text to which the candidate agrees; None where there is none, or another one."""
    digest = (await rest.consent(assessment_id))["consent_sha256"]
    return digest if agreed is None or digest in agreed else None


async def _reports(rest: Rest, session_id: str) -> Reports | None:
    try:
        return Reports(
            json=await rest.report(session_id, "json"),
            markdown=await rest.report(session_id, "markdown"),
            html=await rest.report(session_id, "html"),
        )
    except (Forbidden, NotFound):
        return None


class _Player:
    """Plays the candidate of one recording in one session."""

    client: SessionClient

    def __init__(self, recording: Recording, *, pace: Pace, observe: Observe) -> None:
        self._recording = recording
        self._pace = pace
        self._observe = observe
        self._question: Mapping[str, Any] | None = None  # the one that is open
        self._wrote = 0
        self._reported = False
        self.questions = 0
        self.evaluations = 0
        self.failures: list[str] = []

    async def play(self) -> None:
        now = 0.0
        for step in self._recording.steps:
            await self.client.until(lambda: False, seconds=self._pace.played(step.at - now))
            now = step.at
            match step:
                case CodeStep():
                    self._write(step)
                case AnswerStep():
                    await self._answer_next(step)
                case FinishStep():
                    await self._finish()
                case _:
                    assert_never(step)

    def _write(self, step: CodeStep) -> None:
        digest = hashlib.sha256(step.code.encode()).hexdigest()
        document = Document(uri=self._recording.about.document, language=self._recording.about.language)
        self.client.send(
            CodeUpdate(message_type="code_update", code=step.code, cause=step.cause, sha256=digest, document=document)
        )
        self._wrote += 1
        self._observe(Wrote(at=step.at, code=step.code, cause=step.cause, sent=self._wrote))

    async def _answer_next(self, step: AnswerStep) -> None:
        seconds = self._pace.question_seconds
        if await self.client.until(lambda: self._question is not None, seconds=seconds):
            self._answer(step)
        else:
            self._observe(NotAsked(seconds=seconds))

    def _answer(self, step: AnswerStep | None) -> None:
        if self._question is None:
            return
        question, self._question = self._question, None
        response = self._recording.answer_to(question["question"], step)
        self.client.send(
            ResponseSubmitted(
                message_type="response_submitted", interaction_id=question["interaction_id"], response=response
            )
        )
        self._observe(Answered(response=response))

    async def _finish(self) -> None:
        self._answer(None)
        seconds = self._pace.report_seconds
        if not await self.client.until(lambda: not self.client.unsaved, seconds=LAST_ACKS_SECONDS):
            raise PlayFailed(
                f"The server did not acknowledge {self.client.unsaved} messages in {LAST_ACKS_SECONDS:g} s."
            )
        self.client.send(Finish(message_type="finish"))
        self._observe(Finished())
        if not await self.client.until(lambda: self._reported, seconds=seconds):
            raise PlayFailed(f"There was no report within {seconds:g} s after the session was finished.")

    # ── what the server says

    def take(self, message: Mapping[str, Any]) -> None:
        match message:
            case {"message_type": "welcome"} if self._wrote:
                self._observe(Reconnected())
            case {"message_type": "ack"}:
                self._observe(Saved(acked=self.client.acked, unsaved=self.client.unsaved))
            case {"message_type": "question"}:
                self._take_question(message)
            case {"message_type": "evaluation_result"}:
                self.evaluations += 1
                self._observe(_evaluated(message))
            case {"message_type": "evaluation_failed", "reason": str(reason)}:
                self.failures.append(reason)
                self._observe(Trouble(message=f"No evaluation; a person will look at it. {reason}"))
            case {"message_type": "error", "message": str(text)}:
                self._observe(Trouble(message=text))
            case {"message_type": "report_ready"}:
                self._reported = True
                self._observe(Reported())

    def _take_question(self, message: Mapping[str, Any]) -> None:
        self._question = message
        self.questions += 1
        self._observe(
            Asked(question=message["question"], start_line=message["start_line"], end_line=message["end_line"])
        )


def _evaluated(message: Mapping[str, Any]) -> Evaluated:
    return Evaluated(evaluation=message["evaluation"], score=message["score"], score_text=message["score_text"])
