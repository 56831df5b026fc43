"""What a draft must satisfy before it is used. Pure; each check returns problems, none when the draft is good.

A problem is a sentence that tells the model what to improve. It is sent with the next attempt,
and is part of the error when that fails too. How many flaws the checks find and how many good
questions they pass is measured (docs/quality.md).
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz, utils

from ...documents import notebook_lines
from ...documents.lines import editor_lines
from ...model import Criterion, Plan
from ...ports import QuestionBrief, QuestionDraft
from ...questions import planning
from ..text import normalized, similarity
from ..text.language import language_of
from ..text.tables import word_set
from .leak_check import check_closed, without_examples
from .schemas import EvaluationReply, SummaryReply

SHORTEST: Final = 15
LONGEST: Final = 400
SAME_ABOVE: Final = 90
"""rapidfuzz token_set_ratio, 0…100; above it two questions about the same names are the same question."""
_SAME_MEANING: Final = 0.8  #: share of content words in common, both ways, of questions that ask the same

_BACKTICKED = re.compile(r"`([^`]+)`")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_NO_NAME = re.compile(r"(?:\b[rbfuRBFU]{1,2})?(?:\"[^\"]*\"|'[^']*')|\bO\([^()]*(?:\([^()]*\))?[^()]*\)")
"""Text that has words but no names of the code: a string, and a cost such as O(n log n)."""
_BARE_NAME = re.compile(r"(?<![\w'\"/.])(?:[a-z]\w*_\w+|[a-z]+[A-Z]\w*|[^\W\d]\w*(?=\(\)))")
"""A name that only code has, outside backquotes: snake_case, camelCase, or a call."""
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_LINES = re.compile(r"\blines? (\d+)(?:\s*(?:-|–|to|and|through)\s*(\d+))?", re.IGNORECASE)
_ON_LINE = re.compile(
    r"(?<!\bin )(?<!\bof )`([^`]+)` (?:(?:is|are|was)(?: \w+)? )?(?:on|in|at) line (\d+)", re.IGNORECASE
)
_STRING = re.compile(r"[\"'“‘]([^\"'”’\n]{1,40})[\"'”’]")
_IN_PARTS = re.compile(r"_|(?<=[a-z])(?=[A-Z])")
_STEM: Final = 4  #: letters that words of one family have in common: "warm", "warmest"
_OF_TASK: Final = 2  #: words of the task or of names by which a question is known to be about this code
_ANY_PROGRAM: Final = frozenset(
    map(
        normalized.stem,
        word_set(
            "function code program line loop value result return write call list number string input output variable "
            "test error method class case give take work change say happen part way first last time one two data "
            "type name condition argument parameter user print text word key element item count size solve task"
        ),
    )
)
"""Words of any program, which are no evidence."""
_CHANCE: Final = 2  #: letters of a name that may also be an ordinary word
_QUESTION_MARK = re.compile(r"[?？؟]")
_SENTENCE_END = re.compile(r"(?<=[.?!;])\s+")
_ORDER = re.compile(
    r"(?:also,? |then,? |and |please,? )*(?:explain|describe|discuss|compare|list|name|justify|suggest)\b", re.I
)
_ADDED: Final = 6  #: words of an instruction next to a question: "Explain your answer."
_SECOND = re.compile(
    r"(?:\balso,|\badditionally,|\bfurthermore,|\bmoreover,|\bsecondly\b|[,;] (?:and )?also\b"
    r"|\bas well as (?:why|how|what)\b"
    r"|[,;] and (?:what|how|why|which)\b.*[,;] and (?:what|how|why|which)\b)",
    re.IGNORECASE | re.DOTALL,
)
_YES_NO = re.compile(
    r"(?:(?:so|and|but|then|now),? )?"
    r"(?:(?:is|are|were|does|do|did|can|could|will|would|should|has|have|had|may|might)(?:n['’]t)? "
    r"|was(?:n['’]t)? (?:the|this|that|it|there|your?|an?|all|any|every|each|both|`)(?!\w))",  # "was" is German too
    re.IGNORECASE,
)
_TAG = re.compile(
    r"\b(?:right|correct|true or false|yes or no|(?:is|does|do|are|will|can)n['’]t (?:it|they)) ?\?", re.I
)
_OPEN = re.compile(
    r"(?:[,;:–—] ?|\b(?:and|or|but|if so|if not|you) )(?:,? ?(?:and|or|then|in|for|at|on|under|with) )?"
    r"(?:why|how|what|which|when|where|who)\b"
    r"|(?:\byou |please |[,;:] |\b(?:and|then) )(?:explain|describe|give|name|walk|show|trace|tell|list)\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:remov|delet|took out|taken out|was|were|before|previous|bec[ao]me|replac|chang|read|used to|earlier"
    r"|no longer|instead|gone|drop|left out|got rid|renam|original|had)",
    re.IGNORECASE,
)
_OTHER_LANGUAGE = re.compile(
    r"\b(?:in|of|with|like|for) (java|javascript|typescript|c\+\+|c#|ruby|rust|go|golang|php|kotlin|swift|perl|haskell"
    r"|python|r|c)(?![\w+#])",
    re.IGNORECASE,
)
_FOREIGN_WORDS: Final = (
    "null undefined NaN Infinity nil true false this void const let var int long double float char boolean string "
    "String number new throw catch switch function"
)
_PYTHON_WORDS: Final = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "self", "cls"})
_LANGUAGE_WORDS: Final = _PYTHON_WORDS.union(_FOREIGN_WORDS.split())


def check_question(draft: QuestionDraft, brief: QuestionBrief) -> tuple[str, ...]:
    """What is wrong with a drafted question; empty when it may be asked."""
    placed = replace(draft, text=notebook_lines.in_document(draft.text, brief.code, brief.document))
    bare = replace(placed, text=_without_options(placed))
    return (
        *_check_form(draft.text),
        *notebook_lines.check_places(draft.text, brief.code, brief.document),
        *_check_place(placed, brief),
        *_check_names(bare.text, brief),
        *_check_language(draft.text, brief),
        *_check_new(draft.text, brief.asked),
        *check_closed(_with_all_points(replace(draft, text=_without_options(draft)), brief), brief),
    )


def _without_options(draft: QuestionDraft) -> str:
    """The question without the options of its choices, which may name things that are not in the code."""
    text = draft.text
    for option in (option.text for slot in draft.slots for option in slot.options):
        text = text.replace(f"`{option}`", " ").replace(option, " ") if len(option) > 1 else text
    return re.sub(r"\([A-E]\)\s*", "", text)


def _with_all_points(draft: QuestionDraft, brief: QuestionBrief) -> QuestionDraft:
    """The draft of a follow-up with the first question's points: it must not give those away either."""
    return replace(draft, expected=(*draft.expected, *brief.opening.expected)) if brief.opening else draft


def _check_form(text: str) -> Iterable[str]:
    if not SHORTEST <= len(text) <= LONGEST:
        yield f"The question has {len(text)} characters; it must have {SHORTEST} to {LONGEST}."
    plain = _QUOTED.sub("", _BACKTICKED.sub("`", text)).strip()
    marks = len(_QUESTION_MARK.findall(plain))
    if marks != 1:
        yield f"Ask exactly one question; there are {marks} question marks."
    elif _SECOND.search(plain) or any(_is_order(part) for part in _SENTENCE_END.split(plain)):
        yield "Ask exactly one question; a second one is put in the same text."
    asking = next((part for part in _SENTENCE_END.split(plain) if _QUESTION_MARK.search(part)), plain)
    if _TAG.search(asking) or (_YES_NO.match(asking) and not _OPEN.search(asking)):
        yield "The question can be answered with yes or no; ask why, how or what."


def _is_order(sentence: str) -> bool:
    return _ORDER.match(sentence) is not None and "?" not in sentence and len(sentence.split()) > _ADDED


def _check_place(draft: QuestionDraft, brief: QuestionBrief) -> Iterable[str]:
    lines, region = editor_lines(brief.code), brief.region
    last = len(lines)
    if not 1 <= draft.start_line <= draft.end_line <= last:
        yield f"The range {draft.start_line} to {draft.end_line} is not within the code, lines 1 to {last}."
    elif draft.end_line < region.start_line or draft.start_line > region.end_line:
        yield f"The question must be about the marked lines {region.start_line} to {region.end_line}."
    numbers = [int(number) for pair in _LINES.findall(draft.text) for number in pair if number]
    yield from (f"There is no line {n}; the code has {last} lines." for n in numbers if not 1 <= n <= last)
    for span, number in _ON_LINE.findall(draft.text):
        if 1 <= int(number) <= last and not _stands(span, lines[int(number) - 1]):
            yield f"`{span[:40]}` is not on line {number}."


def _stands(span: str, line: str) -> bool:
    """Is at least one name of the span on the line? A span without names is no evidence."""
    names = _IDENTIFIER.findall(_NO_NAME.sub("", span))
    return not names or not set(names).isdisjoint(_IDENTIFIER.findall(line))


def _check_names(text: str, brief: QuestionBrief) -> Iterable[str]:
    quoted = " ".join(_NO_NAME.sub("", span) for span in _BACKTICKED.findall(without_examples(text)))
    bare = _BARE_NAME.findall(_QUOTED.sub("", _BACKTICKED.sub(" ", text)))
    named = {*_IDENTIFIER.findall(quoted), *bare}
    present = set(_IDENTIFIER.findall(brief.code))
    known = _LANGUAGE_WORDS.union(present, _IDENTIFIER.findall(brief.previous))  # without names of the task
    if unknown := sorted(named - known):
        yield f"Not in the candidate's code: {', '.join(f'`{name[:40]}`' for name in unknown[:5])}."
    gone = sorted((named & set(_IDENTIFIER.findall(brief.previous))) - present - _LANGUAGE_WORDS)
    if gone and not _GONE.search(_BACKTICKED.sub("`", text)):
        yield f"No longer in the code: {', '.join(f'`{name[:40]}`' for name in gone[:5])}."
    told = _telling(present, brief.language) & set(_IDENTIFIER.findall(text))
    if not named and not told and not _LINES.search(text) and not _speaks_of_it(text, brief):
        yield "Name what the question is about: a name or a line of this code."


def _speaks_of_it(text: str, brief: QuestionBrief) -> bool:
    """Is a question without names about this code: by a piece of it, a string, or words of the task?"""
    pieces = (*_BACKTICKED.findall(text), *(found for found in _STRING.findall(text)))
    if any(len(piece.strip()) > 1 and piece.strip() in brief.code for piece in pieces):
        return True
    words = normalized.content(normalized.words(_IN_PARTS.sub(" ", brief.code) + " " + brief.instructions))
    own = set(words) - _ANY_PROGRAM
    asked = set(normalized.content(normalized.words(text))) - _ANY_PROGRAM
    return sum(any(_same_beginning(word, other) for other in own) for word in asked) >= _OF_TASK


def _same_beginning(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= _STEM and one[:_STEM] == other[:_STEM])


def _telling(names: Iterable[str], language: str) -> frozenset[str]:
    """Names that are not ordinary words of a sentence."""
    common = _PYTHON_WORDS if "python" in _aliases(language) else _LANGUAGE_WORDS
    return frozenset(name for name in names if len(name) > _CHANCE and name not in common)


def _check_language(text: str, brief: QuestionBrief) -> Iterable[str]:
    task, question = language_of(brief.instructions), language_of(text)
    if task is not None and question is not None and task != question:
        yield "Ask in the language of the task."
    named = {name.casefold() for name in _OTHER_LANGUAGE.findall(_BACKTICKED.sub("`", text))}
    if others := sorted(named - {brief.language.casefold(), "golang"} - _aliases(brief.language)):
        yield f"The code is not in {others[0]}; ask about the language that it is in."


def _aliases(language: str) -> frozenset[str]:
    plain = language.casefold()
    return frozenset({"python"}) if plain in ("", "py", "python3", "ipython") else frozenset({plain.removesuffix("3")})


def check_kind(draft: QuestionDraft, plan: Plan) -> tuple[str, ...]:
    """Is the question of the planned kind? The model's own label counts, and English words that contradict it."""
    wanted = f"Ask a question of the kind {plan.kind}: {planning.meaning(plan.kind)}"
    if draft.kind != plan.kind:
        return (f"{wanted}. This one is of the kind {draft.kind}.",)
    if language_of(draft.text) == "en" and not planning.is_of_kind(draft.text, plan.kind):
        return (f"{wanted}. None of its words speaks of that.",)
    return ()


def same_question(text: str, earlier: str) -> bool:
    """Do they ask the same: nearly the same words or the same meaning, about the same names and values?"""
    if " ".join(text.split()).casefold() == " ".join(earlier.split()).casefold():
        return True
    if _named(text) != _named(earlier):
        return False
    if fuzz.token_set_ratio(text, earlier, processor=utils.default_process) > SAME_ABOVE:
        return True
    one, other, nothing = similarity.read((text,)), similarity.read((earlier,)), similarity.read(())
    shared = (similarity.compare(one, other, nothing).recall, similarity.compare(other, one, nothing).recall)
    return min(shared) >= _SAME_MEANING


def _named(text: str) -> tuple[str, ...]:
    """What a question names, in order: text in backquotes, and numbers other than line numbers, which move."""
    numbers = re.findall(r"\d+", _BACKTICKED.sub(" ", notebook_lines.without_places(text)))
    return (*map(str.strip, _BACKTICKED.findall(text)), *numbers)


def _check_new(text: str, asked: Sequence[str]) -> Iterable[str]:
    if any(same_question(text, earlier) for earlier in asked):
        yield "This was asked before; ask about something else."


def check_evaluation(reply: EvaluationReply, rubric: Sequence[Criterion]) -> tuple[str, ...]:
    """Every criterion of the rubric exactly once, and no other."""
    given = Counter(result.criterion for result in reply.criteria)
    wanted = {criterion.name for criterion in rubric}
    missing = [f"The criterion {name!r} is missing." for name in sorted(wanted - given.keys())]
    strange = [f"There is no criterion {name[:60]!r} in the rubric." for name in sorted(given.keys() - wanted)]
    twice = [f"The criterion {name!r} was judged {n} times." for name, n in given.items() if n > 1 and name in wanted]
    return (*missing, *strange, *twice)


def check_summary(reply: SummaryReply, questions: int) -> tuple[str, ...]:
    """Every strength and concern cites a question that was asked (numbers 1 to `questions`)."""
    named = {finding.question for finding in (*reply.strengths, *reply.concerns)}
    return tuple(f"There is no question {number}." for number in sorted(named) if number > questions)
