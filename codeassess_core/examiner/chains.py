"""The examiner that asks a language model: three LangChain chains, `prompt | model | validate`.

Each chain answers by a JSON schema, and what comes back passes two doors before it is
used: the reply's form (`schemas`) and its sense (`checks`). A reply that passes neither
is asked for again with its problems named, `attempts` times in all; there is no default
in its place. How failures are told apart: `models`. What the model is shown: `material`,
inside a `fencing.Fence`; only the fixed part of a prompt is in the system message.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from .. import __version__
from ..costs import Allowance, Spending
from ..errors import ExaminerError, ExaminerRefused, ExaminerUnavailable
from ..model import ExpectedPoint, Provenance
from ..planning import taken
from ..ports import EvaluationBrief, EvaluationDraft, Narrative, QuestionBrief, QuestionDraft, ReportBrief
from . import material, models
from .checks import check_evaluation, check_kind, check_question, check_summary
from .judgement import evaluation_draft
from .metering import Meter
from .schemas import EvaluationReply, Finding, QuestionReply, Reply, SummaryReply, json_schema, no_name_twice
from .throttle import Throttle

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

R = TypeVar("R", bound=Reply)
D = TypeVar("D", QuestionDraft, EvaluationDraft, Narrative)

_BREAK: Final = "\n---\n"


class Unusable(ExaminerUnavailable):
    """The model's reply cannot be used; `problems` say why, to the model and to the log."""

    def __init__(self, *problems: str) -> None:
        super().__init__(models.scrubbed(f"The model's reply cannot be used. {' '.join(problems)}"), problems=problems)
        self.problems = problems


class OtherKind(Unusable):
    """The model's question is good, but of another kind than was planned."""

    def __init__(self, draft: QuestionDraft, *problems: str) -> None:
        super().__init__(*problems)
        self.draft = draft


@dataclass(frozen=True, slots=True)
class Prompt:
    """A file of prompts/: above the line `---` the system message, below it the template of the human message."""

    system: str
    human: str
    sha256: str  #: hex, of the file's bytes: the prompt's version

    def filled(self, inputs: Mapping[str, str]) -> str:
        """About the text that is sent, for its length."""
        return "".join((self.system, self.human, *inputs.values()))


@cache
def read_prompt(name: str) -> Prompt:
    """The prompt `name`, as installed."""
    raw = resources.files(__package__).joinpath("prompts", f"{name}.md").read_bytes()
    system, _, human = raw.decode().partition(_BREAK)
    return Prompt(system.strip(), human.strip(), hashlib.sha256(raw).hexdigest())


@dataclass(frozen=True, slots=True)
class Chain(Generic[R]):
    """One kind of call: the prompt and the form of its reply."""

    prompt: Prompt
    reply: type[R]

    def runnable(self, model: BaseChatModel, *, strict: bool) -> Runnable[dict[str, str], R]:
        """`prompt | model | validate` in LangChain's expression language."""
        from langchain_core.messages import SystemMessage
        from langchain_core.prompts import ChatPromptTemplate
        from langchain_core.runnables import RunnableLambda

        prompt = ChatPromptTemplate.from_messages([SystemMessage(self.prompt.system), ("human", self.prompt.human)])
        # Only the raw message is used. LangChain's own parser repairs JSON that was cut off, and with a
        # pydantic class it raises in spite of include_raw; a plain schema leaves the judgement to us.
        options: dict[str, Any] = {"strict": True} if strict else {}
        structured = model.with_structured_output(
            json_schema(self.reply), method="json_schema", include_raw=True, **options
        )
        return prompt | structured | RunnableLambda(self.validate)

    async def validate(self, result: dict[str, Any]) -> R:
        """The reply in the raw message. Raises Unusable when it has not the form, ExaminerRefused on a refusal."""
        message: AIMessage = result["raw"]
        if (refused := models.refusal(message)) is not None:
            raise ExaminerRefused(f"The model refused to answer. {models.scrubbed(refused)}")
        try:
            return self.reply.model_validate_json(no_name_twice(_json_of(message)))
        except ValidationError as problem:
            raise Unusable(*_problems(problem)) from problem
        except (ValueError, RecursionError) as problem:  # a name twice, or a lone surrogate, which cannot be encoded
            raise Unusable("The reply is not valid JSON, each name once.") from problem


class ModelExaminer:
    """An `Examiner` (ports) behind which a language model sits.

    `model` is "provider:name"; `base_url` an OpenAI-compatible server (empty: the
    provider's own); `timeout` seconds for one call, from end to end; `attempts` how
    often a reply is asked for when the last one was unusable or too late; `trusted`
    whether its praise stands without being confirmed by the rules (`second_look`).
    """

    name = "model"

    def __init__(
        self, model: str, *, base_url: str = "", timeout: float = 60.0, attempts: int = 2, trusted: bool = False
    ) -> None:
        self.model = models.ModelName.parse(model)
        self._trusted = trusted
        self._base_url, self._timeout, self._attempts = base_url, timeout, max(1, attempts)
        # One for each event loop: an HTTP client's connections and locks belong to the loop that made them.
        self._loaded: WeakKeyDictionary[asyncio.AbstractEventLoop, BaseChatModel] = WeakKeyDictionary()
        self._throttles: WeakKeyDictionary[asyncio.AbstractEventLoop, Throttle] = WeakKeyDictionary()

    async def warm_up(self) -> None:
        """Import LangChain and the provider's package (seconds) now. Raises ExaminerRefused when that fails."""
        await self._chat_model()

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        chain = Chain(read_prompt("question"), QuestionReply)
        accept = partial(_question, brief=brief)
        try:
            return await self._draft(chain, material.question_inputs(brief), accept, brief.allowance)
        except OtherKind as other:  # a good question that is not what was planned is better than none
            return other.draft

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        chain = Chain(read_prompt("evaluation"), EvaluationReply)
        accept = partial(_evaluation, brief=brief, trusted=self._trusted)
        return await self._draft(chain, material.evaluation_inputs(brief), accept, brief.allowance)

    async def summarize(self, brief: ReportBrief) -> Narrative:
        chain = Chain(read_prompt("summary"), SummaryReply)
        accept = partial(_narrative, brief=brief)
        return await self._draft(chain, material.summary_inputs(brief), accept, brief.allowance)

    async def _draft(
        self, chain: Chain[R], inputs: dict[str, str], accept: Callable[[R, Provenance], D], allowance: Allowance
    ) -> D:
        """Ask until `accept` takes the reply, `attempts` times; each time with the problems of the last one."""
        model = await self._chat_model()
        with models.setting_up(self.model):
            runnable = chain.runnable(model, strict=self.model.provider == "openai")
        meter = Meter(str(self.model), allowance)
        problems: tuple[str, ...] = ()
        for remaining in reversed(range(self._attempts)):
            sent = {**inputs, "problems": material.told(problems)}
            try:
                meter.admit(chain.prompt.filled(sent))
                reply = await models.patiently(partial(self._call, runnable, sent, meter.handler))
                meter.settle(reply.model_dump_json())
                return accept(reply, self._provenance(chain.prompt, meter.spending))
            except ExaminerError as problem:
                if isinstance(problem, Unusable):
                    meter.settle("")
                problem.spent = meter.spending
                if not _may_help(problem) or not remaining:
                    raise
                problems = problem.problems if isinstance(problem, Unusable) else ()
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _call(self, runnable: Runnable[dict[str, str], R], inputs: dict[str, str], usage: Any) -> R:
        throttle = self._throttles.setdefault(asyncio.get_running_loop(), Throttle())
        async with throttle.turn():
            with models.vendor_errors(), models.untraced():
                async with asyncio.timeout(self._timeout):
                    return await runnable.ainvoke(inputs, {"callbacks": [usage]})

    async def _chat_model(self) -> BaseChatModel:
        loop = asyncio.get_running_loop()
        if loop not in self._loaded:  # two first calls may both load it: harmless, the later one stays
            load = partial(models.load, self.model, base_url=self._base_url, timeout=self._timeout)
            self._loaded[loop] = await asyncio.to_thread(load)
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
    """Is another attempt worth its price?"""
    return isinstance(problem, ExaminerUnavailable) and not isinstance(problem, models.ModelBusy)


def _json_of(message: AIMessage) -> str:
    """The JSON text of a reply; some providers send a structured reply as the arguments of a tool call."""
    text = str(message.text)
    return json.dumps(message.tool_calls[0]["args"]) if not text.strip() and message.tool_calls else text


def _problems(problem: ValidationError) -> list[str]:
    """Where a reply differs from its form, without repeating what it said."""
    errors = problem.errors(include_input=False, include_url=False)[:6]
    return [f"{'.'.join(map(str, error['loc'])) or 'reply'}: {error['msg']}."[:300] for error in errors]


def _refuse(problems: tuple[str, ...]) -> None:
    if problems:
        raise Unusable(*problems)


def _question(reply: QuestionReply, provenance: Provenance, *, brief: QuestionBrief) -> QuestionDraft:
    draft = QuestionDraft(
        text=reply.text,
        kind=reply.kind,
        start_line=reply.start_line,
        end_line=reply.end_line,
        expected=tuple(ExpectedPoint(text=point) for point in reply.expected),
        provenance=provenance,
    )
    _refuse(check_question(draft, brief))
    if brief.plan and not brief.opening and (problems := check_kind(draft, brief.plan)):
        raise OtherKind(replace(draft, provenance=replace(provenance, plan=taken(brief.plan, draft.kind))), *problems)
    return replace(draft, provenance=replace(provenance, plan=brief.plan))


def _evaluation(
    reply: EvaluationReply, provenance: Provenance, *, brief: EvaluationBrief, trusted: bool
) -> EvaluationDraft:
    _refuse(check_evaluation(reply, brief.rubric))
    return evaluation_draft(reply, provenance, brief=brief, trusted=trusted)


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
