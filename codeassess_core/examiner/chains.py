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
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from .. import __version__
from ..errors import ExaminerRefused, ExaminerUnavailable
from ..model import Criterion, CriterionResult, ExpectedPoint, Provenance, Verdict
from ..ports import EvaluationBrief, EvaluationDraft, Narrative, QuestionBrief, QuestionDraft, ReportBrief
from . import material, models
from .checks import check_evaluation, check_question, check_summary
from .fencing import FLAG, speaks_to_examiner
from .schemas import CriterionReply, EvaluationReply, Finding, QuestionReply, Reply, SummaryReply, json_schema
from .second_look import second_look

if TYPE_CHECKING:
    from langchain_core.callbacks import UsageMetadataCallbackHandler
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


@dataclass(frozen=True, slots=True)
class Prompt:
    """A file of prompts/: above the line `---` the system message, below it the template of the human message."""

    system: str
    human: str
    sha256: str  #: hex, of the file's bytes: the prompt's version


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
            return self.reply.model_validate_json(_json_of(message))
        except ValidationError as problem:
            raise Unusable(*_problems(problem)) from problem
        except ValueError as problem:  # a lone surrogate cannot be encoded
            raise Unusable("The reply is not valid JSON.") from problem


class ModelExaminer:
    """An `Examiner` (ports) behind which a language model sits.

    `model` is "provider:name"; `base_url` an OpenAI-compatible server (empty: the
    provider's own); `timeout` seconds for one call, from end to end; `attempts` how
    often a reply is asked for when the last one was unusable or too late.
    """

    name = "model"

    def __init__(self, model: str, *, base_url: str = "", timeout: float = 60.0, attempts: int = 2) -> None:
        self.model = models.ModelName.parse(model)
        self._base_url, self._timeout, self._attempts = base_url, timeout, max(1, attempts)
        # One for each event loop: an HTTP client's connections and locks belong to the loop that made them.
        self._loaded: WeakKeyDictionary[asyncio.AbstractEventLoop, BaseChatModel] = WeakKeyDictionary()

    async def warm_up(self) -> None:
        """Import LangChain and the provider's package (seconds) now. Raises ExaminerRefused when that fails."""
        await self._chat_model()

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        chain = Chain(read_prompt("question"), QuestionReply)
        return await self._draft(chain, material.question_inputs(brief), partial(_question, brief=brief))

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        chain = Chain(read_prompt("evaluation"), EvaluationReply)
        return await self._draft(chain, material.evaluation_inputs(brief), partial(_evaluation, brief=brief))

    async def summarize(self, brief: ReportBrief) -> Narrative:
        chain = Chain(read_prompt("summary"), SummaryReply)
        return await self._draft(chain, material.summary_inputs(brief), partial(_narrative, brief=brief))

    async def _draft(self, chain: Chain[R], inputs: dict[str, str], accept: Callable[[R, Provenance], D]) -> D:
        """Ask until `accept` takes the reply, `attempts` times; each time with the problems of the last one."""
        model = await self._chat_model()
        from langchain_core.callbacks import UsageMetadataCallbackHandler

        with models.setting_up(self.model):
            runnable = chain.runnable(model, strict=self.model.provider == "openai")
        usage = UsageMetadataCallbackHandler()
        problems: tuple[str, ...] = ()
        for remaining in reversed(range(self._attempts)):
            call = partial(self._call, runnable, {**inputs, "problems": material.told(problems)}, usage)
            try:
                reply = await models.patiently(call)
                return accept(reply, self._provenance(chain.prompt, usage))
            except ExaminerUnavailable as problem:
                if isinstance(problem, models.ModelBusy) or not remaining:
                    raise
                problems = problem.problems if isinstance(problem, Unusable) else ()
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _call(self, runnable: Runnable[dict[str, str], R], inputs: dict[str, str], usage: Any) -> R:
        with models.vendor_errors(), models.untraced():
            async with asyncio.timeout(self._timeout):
                return await runnable.ainvoke(inputs, {"callbacks": [usage]})

    async def _chat_model(self) -> BaseChatModel:
        loop = asyncio.get_running_loop()
        if loop not in self._loaded:  # two first calls may both load it: harmless, the later one stays
            load = partial(models.load, self.model, base_url=self._base_url, timeout=self._timeout)
            self._loaded[loop] = await asyncio.to_thread(load)
        return self._loaded[loop]

    def _provenance(self, prompt: Prompt, usage: UsageMetadataCallbackHandler) -> Provenance:
        spent = usage.usage_metadata.values()
        return Provenance(
            examiner=self.name,
            model=str(self.model),
            version=__version__,
            prompt_sha256=prompt.sha256,
            input_tokens=sum(one["input_tokens"] for one in spent) if spent else None,
            output_tokens=sum(one["output_tokens"] for one in spent) if spent else None,
        )


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
    return draft


def _evaluation(reply: EvaluationReply, provenance: Provenance, *, brief: EvaluationBrief) -> EvaluationDraft:
    """The verdicts in the order of the rubric, with its weights. No score: `scoring` computes that."""
    _refuse(check_evaluation(reply, brief.rubric))
    given = {result.criterion: result for result in reply.criteria}
    answer, code = material.shown(brief)
    draft = EvaluationDraft(
        text=reply.text,
        criteria=tuple(_result(criterion, given[criterion.name]) for criterion in brief.rubric),
        confidence=reply.confidence,
        provenance=provenance,
        flags=(FLAG,) if speaks_to_examiner(answer, material.without_numbers(code)) else (),
    )
    return replace(draft, flags=(*draft.flags, *second_look(draft, brief)))


def _result(criterion: Criterion, given: CriterionReply) -> CriterionResult:
    return CriterionResult(
        criterion=criterion.name,
        verdict=Verdict(given.verdict),
        reason=given.reason,
        quote=material.without_numbers(given.quote),
        weight=criterion.weight,
    )


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
