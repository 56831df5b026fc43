"""The examiner that asks a language model for questions, evaluations and the prose of a report.

A reply is checked twice before it is used: its form (`chains`) and its sense (`checks`). When
a check fails, the model is asked again and told the problems, `attempts` times in all;
there is no default in place of a reply. `failures` classifies errors. `material` is what
the model is shown, inside a `fencing.Fence`; only the fixed part of a prompt is in the
system message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakKeyDictionary

from ... import __version__
from ...costs.budget import Allowance, Spending
from ...errors import ExaminerError, ExaminerUnavailable
from ...jobs.deadline import extend, remaining
from ...model import ExpectedPoint, Provenance
from ...ports import EvaluationBrief, EvaluationDraft, Narrative, QuestionBrief, QuestionDraft, ReportBrief
from ...questions.planning import taken
from . import failures, found, material, providers
from .breaker import Breaker, GivenUp
from .chains import Chain, Form, Prompt, Unusable, read_prompt
from .checks import check_evaluation, check_kind, check_question, check_summary
from .judgement import compared_with_runs, evaluation_draft
from .metering import Meter
from .privacy import untraced
from .retrying import retried
from .schemas import EvaluationReply, Finding, QuestionReply, Reply, SummaryReply
from .throttle import Throttle

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

R = TypeVar("R", bound=Reply)
D = TypeVar("D", QuestionDraft, EvaluationDraft, Narrative)

_LEAST: Final = 0.05
"""A call is not begun with less than this share of its time."""


class OtherKind(Unusable):
    """The model's question is good, but of another kind than was planned."""

    def __init__(self, draft: QuestionDraft, *problems: str) -> None:
        super().__init__(*problems)
        self.draft = draft


class ModelExaminer:
    """The `Examiner` port with a language model.

    `model` is "provider:name". `base_url` is an OpenAI-compatible server (empty: the provider's
    own). `timeout` is the limit of one call in seconds; a call gets less when the job's deadline
    is nearer. `attempts` is how often a reply is requested when the last one was unusable or
    late. `trusted` is whether its praise counts without confirmation by the rules (`second_look`).
    """

    name = "model"

    def __init__(
        self, model: str, *, base_url: str = "", timeout: float = 60.0, attempts: int = 2, trusted: bool = False
    ) -> None:
        self.model = providers.ModelName.parse(model)
        self._trusted = trusted
        self._base_url, self._timeout, self._attempts = base_url, timeout, max(1, attempts)
        self._forms = [form for form in Form if form is not Form.STRICT or self.model.provider == "openai"]
        # One for each event loop: an HTTP client's connections and locks belong to the loop that made them.
        self._loaded: WeakKeyDictionary[asyncio.AbstractEventLoop, BaseChatModel] = WeakKeyDictionary()
        self._throttles: WeakKeyDictionary[asyncio.AbstractEventLoop, Throttle] = WeakKeyDictionary()

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        chain = Chain(read_prompt("question"), QuestionReply)
        runs, told = await asyncio.to_thread(_told, found.of_question, brief)
        accept = partial(_question, brief=brief, runs=runs)
        try:
            return await self._draft(chain, material.question_inputs(brief, told), accept, brief.allowance)
        except OtherKind as other:  # a good question of another kind is better than none
            return other.draft

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        chain = Chain(read_prompt("evaluation"), EvaluationReply)
        runs, told = await asyncio.to_thread(_told, found.of_answer, brief)
        accept = partial(_evaluation, brief=brief, runs=runs, trusted=self._trusted)
        return await self._draft(chain, material.evaluation_inputs(brief, told), accept, brief.allowance)

    async def summarize(self, brief: ReportBrief) -> Narrative:
        chain = Chain(read_prompt("summary"), SummaryReply)
        accept = partial(_narrative, brief=brief)
        return await self._draft(chain, material.summary_inputs(brief), accept, brief.allowance)

    async def _draft(
        self, chain: Chain[R], inputs: dict[str, str], accept: Callable[[R, Provenance], D], allowance: Allowance
    ) -> D:
        """Ask up to `attempts` times until `accept` takes the reply; each time with the problems of the last one."""
        model = await self._chat_model()
        meter = Meter(str(self.model), allowance)
        problems: tuple[str, ...] = ()
        for further in reversed(range(self._attempts)):
            try:
                reply = await self._reply(chain, model, inputs, problems, meter)
                meter.settle(reply.model_dump_json())
                # in a thread, because it runs the calls that a reply names
                return await asyncio.to_thread(accept, reply, self._provenance(chain.prompt, meter.spending))
            except ExaminerError as problem:
                if isinstance(problem, Unusable):
                    meter.settle("")
                problem.spent = meter.spending
                if not _may_help(problem) or not further:
                    raise
                problems = problem.problems if isinstance(problem, Unusable) else ()
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _reply(
        self, chain: Chain[R], model: BaseChatModel, inputs: dict[str, str], problems: tuple[str, ...], meter: Meter
    ) -> R:
        """One reply, in the first form that the server accepts. That form is used from then on."""
        while True:
            form = self._forms[0]
            with failures.setting_up(str(self.model)):
                runnable = chain.runnable(model, form)
            sent = {**inputs, "problems": chain.asked(problems, form)}
            meter.admit(chain.prompt.filled(sent))
            try:
                return await retried(partial(self._call, runnable, sent, meter.handler))
            except failures.FormRefused:
                if self._forms == [form]:
                    raise
                if self._forms[0] is form:  # no other call has changed the form meanwhile
                    del self._forms[0]

    async def _call(self, runnable: Runnable[dict[str, str], R], inputs: dict[str, str], usage: Any) -> R:
        async with self._throttle().turn():
            seconds = min(self._timeout, remaining())
            if seconds < self._timeout * _LEAST:
                raise GivenUp("No time is left for another attempt.")
            with failures.vendor_errors(), untraced():
                async with asyncio.timeout(seconds):
                    return await runnable.ainvoke(inputs, {"callbacks": [usage]})

    def _throttle(self) -> Throttle:
        loop = asyncio.get_running_loop()
        if loop not in self._throttles:
            breaker = Breaker(tolerated=self._timeout / 4, rest=self._timeout / 2, probe=self._timeout)
            self._throttles[loop] = Throttle(breaker=breaker)
        return self._throttles[loop]

    async def _chat_model(self) -> BaseChatModel:
        loop = asyncio.get_running_loop()
        if loop not in self._loaded:  # two first calls may both load it: harmless, the later one stays
            load = partial(providers.load, self.model, base_url=self._base_url, timeout=self._timeout)
            began = loop.time()
            self._loaded[loop] = await asyncio.to_thread(load)
            extend(loop.time() - began)  # loading time is not the model's time
        return self._loaded[loop]

    def _provenance(self, prompt: Prompt, spending: Spending) -> Provenance:
        return Provenance(
            examiner=self.name,
            model=str(self.model),
            version=__version__,
            prompt_sha256=prompt.sha256,
            input_tokens=spending.tokens.input,
            output_tokens=spending.tokens.output,
            estimated=spending.estimated,
        )


def _may_help(problem: ExaminerError) -> bool:
    """Can another attempt help?"""
    return isinstance(problem, ExaminerUnavailable) and not isinstance(problem, failures.ModelBusy | GivenUp)


def _refuse(problems: tuple[str, ...]) -> None:
    if problems:
        raise Unusable(*problems)


B = TypeVar("B", QuestionBrief, EvaluationBrief)


def _told(look: Callable[[B], found.Found], brief: B) -> tuple[found.Found, tuple[str, ...]]:
    """What runs found about a brief's code, and the lines for the model. Runs code, so not on the event loop."""
    runs = look(brief)
    return runs, runs.told()


def _question(
    reply: QuestionReply, provenance: Provenance, *, brief: QuestionBrief, runs: found.Found
) -> QuestionDraft:
    draft = QuestionDraft(
        text=reply.text,
        kind=reply.kind,
        start_line=reply.start_line,
        end_line=reply.end_line,
        expected=tuple(ExpectedPoint(text=point) for point in reply.expected),
        provenance=provenance,
    )
    _refuse((*check_question(draft, brief), *runs.against(reply.expected, about=reply.text)))
    if reply.call and (checked := runs.slot(reply.call, reply.text)):
        draft = replace(draft, slots=(checked[0],), claims=(checked[1],))
    if brief.plan and not brief.opening and (problems := check_kind(draft, brief.plan)):
        raise OtherKind(replace(draft, provenance=replace(provenance, plan=taken(brief.plan, draft.kind))), *problems)
    return replace(draft, provenance=replace(provenance, plan=brief.plan))


def _evaluation(
    reply: EvaluationReply, provenance: Provenance, *, brief: EvaluationBrief, runs: found.Found, trusted: bool
) -> EvaluationDraft:
    _refuse(check_evaluation(reply, brief.rubric))
    draft = evaluation_draft(reply, provenance, brief=brief, trusted=trusted)
    return compared_with_runs(draft, brief, runs.against)


def _narrative(reply: SummaryReply, provenance: Provenance, *, brief: ReportBrief) -> Narrative:
    _refuse(check_summary(reply, len(brief.questions)))
    return Narrative(
        summary=reply.summary,
        strengths=tuple(map(_finding, reply.strengths)),
        concerns=tuple(map(_finding, reply.concerns)),
        provenance=provenance,
    )


def _finding(finding: Finding) -> str:
    return f"{finding.text} (question {finding.question})"
