"""Ways to spoil a good question: each family makes drafts that the linter should refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from good_questions import Good

from codeassess_core.model import Region
from codeassess_core.ports import QuestionDraft

Family = Callable[[Good], Iterator[Good]]


def unknown_name(good: Good) -> Iterator[Good]:
    """A name that the code does not have: in backticks, in a call, or bare."""
    name = _name(good)
    for other in ("compute_average", "resultList", "helper"):
        yield _text(good, f"What does `{other}` hold when `{name}` has been reached?")
    yield _text(good, f"What does `{name}` hand over to `validate_input` in this part?")
    yield _text(good, f"Why does `{name}` come before the call of check_all() here?")
    yield _text(good, f"How does `{name}` depend on max_retries in this code?")


def wrong_line(good: Good) -> Iterator[Good]:
    """Lines that are not there, not the marked ones, or do not hold what is said to be on them."""
    last = len(good.brief.code.splitlines())
    name = _name(good)
    yield _text(good, f"What does `{name}` do on line {last + 3}?")
    yield _text(good, f"How do lines {last} to {last + 9} work together with `{name}`?")
    yield _at(good, last + 1, last + 2)
    yield _at(good, 0, 1)
    absent = [
        n for n, line in enumerate(good.brief.code.splitlines(), 1) if line and not re.search(rf"\b{name}\b", line)
    ]
    if absent:
        yield _text(good, f"Why is `{name}` on line {absent[-1]} needed for the result?")
    if last > 2:
        region = Region(document="main", snapshot=1, start_line=last, end_line=last)
        yield Good(draft=replace(good.draft, start_line=1, end_line=1), brief=replace(good.brief, region=region))


def two_questions(good: Good) -> Iterator[Good]:
    name = _name(good)
    text = good.draft.text
    yield _text(good, f"{text} What would you test first?")
    yield _text(good, f"{text} Explain also how the rest of the code depends on `{name}` and its value.")
    yield _text(good, f"{text[:-1]}, and how would you test it, and what would you change about `{name}`?")
    yield _text(good, f"{text} Describe two other ways to write `{name}` and compare their running time.")
    yield _text(good, f"{text[:-1]}, as well as why `{name}` was chosen as a name?")
    yield _text(good, f"Describe in your own words what `{name}` is for in the program. {text}")


def answered_in_its_text(good: Good) -> Iterator[Good]:
    """The expected point word for word, in another order, or in other forms of its words."""
    for point in (p.text.rstrip(".") for p in good.draft.expected):
        if len(point) < 8:
            continue
        yield _text(good, f"{good.draft.text[:-1]}, given that {point[0].lower() + point[1:]}?")
        yield _text(good, f"({point}.) {good.draft.text}")
        if len(_long_words(point)) >= 3:
            backwards = " ".join(reversed(point.split()))
            yield _text(good, f"{good.draft.text[:-1]}, considering {backwards.lower()}?")


def solution_leaked(good: Good) -> Iterator[Good]:
    name, text = _name(good), good.draft.text
    yield _text(good, f"{text} Hint: look at the case where `{name}` is empty.")
    yield _text(good, f"You should use a guard before `{name}`: {text[0].lower()}{text[1:]}")
    yield _text(good, f"{text[:-1]}, and why would `if not {name}: return 0` be better?")
    yield _text(good, f"{text[:-1]} compared with `{name} = sorted(set({name}))`?")
    yield _text(good, f"{text}\n```\nif not {name}:\n    return 0\n```")
    yield _text(good, f"The bug here is that `{name}` is not checked. {text}")


def asked_before(good: Good) -> Iterator[Good]:
    """The same text, the same in other clothes, the same in other words."""
    text = good.draft.text
    for earlier in (
        text,
        text.upper().replace("`", "`"),
        f"  {text.replace(' ', '  ')}",
        f"So, {text[0].lower()}{text[1:]}",
    ):
        if "`" not in text or earlier.lower().count("`") == text.count("`"):
            yield _asked(good, _same_code(text, earlier))
    yield _asked(good, f"{text[:-1]} here, in this code?")
    for old, new in (("What happens", "What would happen"), ("Why", "For what reason"), ("How many", "What number of")):
        if text.startswith(old):
            yield _asked(good, new + text[len(old) :])


def region_gone(good: Good) -> Iterator[Good]:
    """The code that it is about was deleted or renamed meanwhile."""
    name = _name(good)
    renamed = re.sub(rf"\b{name}\b", f"{name}_2", good.brief.code)
    yield Good(draft=_asking(good, name), brief=replace(good.brief, code=renamed, previous=good.brief.code))
    first = good.brief.code.splitlines(keepends=True)[0]
    if good.draft.start_line > 2:
        brief = replace(good.brief, code=first, previous=good.brief.code)
        yield Good(draft=good.draft, brief=replace(brief, region=replace(brief.region, end_line=1)))
    other = "def other():\n    return None\n"
    yield Good(draft=_asking(good, name), brief=replace(good.brief, code=other, previous=good.brief.code))


def yes_or_no(good: Good) -> Iterator[Good]:
    name = _name(good)
    for text in (
        f"Does `{name}` work for all inputs?",
        f"Is `{name}` needed here at all?",
        f"Will anything go wrong with `{name}` when the input is empty?",
        f"Is it true that `{name}` is the reason when the result is wrong?",
        f"Can `{name}` be left out of this part of the code?",
        f"So `{name}` is only used once in the whole program, right?",
        f"Would you say that `{name}` is a good name?",
    ):
        yield _text(good, text)


def length(good: Good) -> Iterator[Good]:
    name = _name(good)
    yield _text(good, f"Why `{name[:4]}`?"[:14])
    yield _text(
        good, f"{good.draft.text[:-1]}, {'considering everything that can happen in this code, ' * 8}and its inputs?"
    )


def other_language(good: Good) -> Iterator[Good]:
    """Not the language of the task, which is English, or another programming language."""
    name = _name(good)
    for text in (
        f"Was passiert mit `{name}`, wenn die Eingabe leer ist und warum wird das nicht geprüft?",
        f"Pourquoi est-ce que `{name}` est nécessaire dans le programme et que se passe-t-il sans cela?",
        f"¿Por qué es necesario `{name}` en el programa y qué pasa cuando la lista está vacía?",
        f"Mitä tapahtuu, kun `{name}` on tyhjä, ja miksi se ei ole ongelma?",
        f"`{name}` 在输入为空时会发生什么，为什么？",
        f"Что произойдёт с `{name}`, если список пуст?",
        f"How would you write `{name}` in Java?",
        f"Why would `{name}` be slower in C++ than here?",
    ):
        yield _text(good, text)


def about_nothing(good: Good) -> Iterator[Good]:
    """It could be asked about any program."""
    for text in (
        "What is a loop, and when would one use it?",
        "What does your code do, and why does it work?",
        "How could your solution be made faster?",
        "Why did you choose this way to solve the task?",
    ):
        yield _text(good, text)


FAMILIES: tuple[tuple[str, Family], ...] = (
    ("unknown name", unknown_name),
    ("wrong line", wrong_line),
    ("two questions", two_questions),
    ("answered in its own text", answered_in_its_text),
    ("solution leaked", solution_leaked),
    ("asked before", asked_before),
    ("code is gone", region_gone),
    ("yes or no", yes_or_no),
    ("too short or too long", length),
    ("other language", other_language),
    ("about no code", about_nothing),
)


def _name(good: Good) -> str:
    """The first name of the code in the question's backticks."""
    names = re.findall(r"[^\W\d]\w*", " ".join(re.findall(r"`([^`]+)`", good.draft.text)))
    known = re.findall(r"[^\W\d]\w*", good.brief.code)
    return next((n for n in names if n in known and n not in ("not", "set", "lower", "head", "self")), _first(good))


def _first(good: Good) -> str:
    found = re.search(r"(?:def|class) (\w+)|(\w+) =", good.brief.code)
    assert found is not None
    return found[1] or found[2]


def _asking(good: Good, name: str) -> QuestionDraft:
    return replace(good.draft, text=f"Why does the result depend on `{name}`?", start_line=1, end_line=1)


def _text(good: Good, text: str) -> Good:
    return Good(draft=replace(good.draft, text=text), brief=good.brief)


def _at(good: Good, start: int, end: int) -> Good:
    return Good(draft=replace(good.draft, start_line=start, end_line=end), brief=good.brief)


def _asked(good: Good, earlier: str) -> Good:
    return Good(draft=good.draft, brief=replace(good.brief, asked=(earlier,)))


def _same_code(text: str, earlier: str) -> str:
    """Code keeps its letters in a text that is otherwise written differently."""
    spans = iter(re.findall(r"`[^`]*`", text))
    return re.sub(r"`[^`]*`", lambda _: next(spans), earlier)


def _long_words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text) if len(word) > 3]
