"""Questions about sequences and mappings: slices, positions, keys, collected elements."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....model import ExpectedPoint
from ...text import code_words
from ...text.tables import Words, alt
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea, point
from ..syntax import extent, names, parameters

_INDEX_ERROR = alt("indexerror | index error | out of range") + code_words.ERROR


_KEY_ERROR = ("keyerror", "key error", *code_words.ERROR)


_EACH = alt("each | every | all | element | item | number | value | character | word | itself | unchanged | same")
_IN_ORDER = alt("order | one after | in turn | same order | sequence | end")
_AS_MANY = alt("same number | same length | as many | one for each | same size | length | all | every")
_UNIQUE = alt("duplicate | duplicates | unique | distinct | once")
_NO_KEY = alt("no key | missing | not contain | not exist | without | absent | not in | lack")
_TOO_SHORT = alt("fewer | less than | shorter | too short | at most | only | empty | not enough")
_TOO_LARGE = alt("out of range | beyond | larger than | greater than | too big | too large | length | negative")
_BEYOND = alt("always | every | any | last index | - 1 | minus 1 | one less | starts at 0")
_LAST_PASS = alt("last pass | last iteration | last element | last | end | one too far | beyond | past")


def cut(node: ast.Subscript, analysed: AnalysedCode) -> Iterator[Idea]:
    """A slice: what is in it, what is left out?"""
    quote, source = analysed.quote(node), analysed.quote(node.value)
    if not isinstance(node.slice, ast.Slice) or not quote or not source:
        return
    step = node.slice.step
    if step is not None and code_words.literal_words(step)[:1] == ("-1",):
        text = f"In which order does {quote} on line {node.lineno} give the elements of {source}?"
        points = [
            point(
                "From the last to the first: reversed.",
                alt("reverse | backward | backwards | last to first | from the end | opposite | mirrored"),
            )
        ]
    else:
        text = f"Which elements of {source} are left out by {quote} on line {node.lineno}?"
        points = [*_lower(node.slice), *_upper(node.slice)]
        points = points or [
            point("None: the slice is a copy of the whole.", alt("none | nothing | no element | copy | whole | all"))
        ]
    yield idea(extent(node), text, tuple(points))


def _lower(part: ast.Slice) -> Iterator[ExpectedPoint]:
    match part.lower:
        case None | ast.Constant(value=0):
            return
        case ast.Constant(value=1):
            yield point("The first one (index 0).", alt("first | index 0 | position 0 | beginning"))
        case ast.Constant(value=int() as n):
            yield point(f"The first {n}.", ("first", "before", f"up to index {n - 1}", "beginning"))
        case bound:
            yield point(
                f"Those before position `{ast.unparse(bound)}`.",
                alt("before | first | beginning | earlier | front | left"),
            )


def _upper(part: ast.Slice) -> Iterator[ExpectedPoint]:
    match part.upper:
        case None:
            return
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            yield point("The last one.", alt("last | final | end"))
        case bound:
            said = ast.unparse(bound).lower()
            yield point(
                f"Those from position `{ast.unparse(bound)}` on, itself included: the end is exclusive.",
                (
                    *alt("after | beyond | last | rest | remaining | exclusive | not include | cut"),
                    *(f"from {place}{said}" for place in ("", "index ", "position ")),
                ),
            )


def index(node: ast.Subscript, analysed: AnalysedCode) -> Iterator[Idea]:
    """An element taken by position or key: when is it missing?"""
    quote, source = analysed.quote(node), analysed.quote(node.value)
    taken = isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name | ast.Attribute)
    if not taken or not quote or isinstance(node.slice, ast.Slice) or _is_annotation(node, analysed):
        return
    if _is_within(node, analysed):
        return
    raised = point(
        "Of a list, a tuple or a text it is an `IndexError`, of a dict a `KeyError`.", _INDEX_ERROR + _KEY_ERROR
    )
    points = (_missing(node, analysed), raised)
    text = f"What must be true of {source} for {quote} on line {node.lineno} to fail, and how would it fail?"
    yield idea(extent(node), text, points)


def _is_within(node: ast.Subscript, analysed: AnalysedCode) -> bool:
    """Is the position one that a loop over all positions of the same sequence takes? Then the element is always there.

    Also the next position, in a loop that ends earlier: `xs[i + 1]` for `range(len(xs) - 1)`.
    """
    match analysed.loop(node), node:
        case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=[*_, ast.BinOp(left=left, op=ast.Sub())])), _:
            return isinstance(left, ast.Call) and any(ast.dump(a) == ast.dump(node.value) for a in left.args)
        case (
            ast.For(
                target=ast.Name(id=counter),
                iter=ast.Call(func=ast.Name(id="range"), args=[*_, ast.Call(func=ast.Name(id="len"), args=[over])]),
            ),
            ast.Subscript(value=source, slice=ast.Name(id=position)),
        ):
            return counter == position and ast.dump(over) == ast.dump(source)
    return False


def _is_annotation(node: ast.AST, analysed: AnalysedCode) -> bool:
    return any(
        isinstance(a, ast.arg | ast.AnnAssign) or getattr(a, "returns", None) is node for a in analysed.above(node)
    )


def _missing(node: ast.Subscript, analysed: AnalysedCode) -> ExpectedPoint:
    """When the position or key is missing."""
    loop = analysed.loop(node)
    walks = isinstance(loop, ast.For) and not set(names(node.slice)).isdisjoint(names(loop.target))
    match node.slice:
        case ast.Constant(value=str() as key):
            return point(f"It has no key {key!r}.", _NO_KEY)
        case ast.Constant(value=0) | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return point("It is empty.", code_words.EMPTY)
        case ast.Constant(value=int() as n):
            return point(f"It has fewer than {n + 1} elements.", _TOO_SHORT)
        case ast.Call(func=ast.Name(id="len"), args=[over]) if ast.dump(over) == ast.dump(node.value):
            return point("It always fails: the last position is one less than the length.", _BEYOND)
        case ast.BinOp(op=ast.Add()) if walks and _over_all(loop, node.value):
            return point("On the last pass there is no further element.", _LAST_PASS)
    key, source = ast.unparse(node.slice), ast.unparse(node.value)
    return point(f"`{key}` is then no position or key of `{source}`.", _NO_KEY + _TOO_SHORT + _TOO_LARGE)


def _over_all(loop: ast.AST | None, source: ast.expr) -> bool:
    """Does a loop go over all positions of this, from the first to the last?"""
    match loop:
        case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[over])])):
            return ast.dump(over) == ast.dump(source)
    return False


def lookup_default(node: ast.Call, analysed: AnalysedCode) -> Iterator[Idea]:
    """`d.get(key, default)`: what is the result for a missing key?"""
    match node:
        case ast.Call(func=ast.Attribute(attr="get" | "setdefault"), args=[_, *rest]) if analysed.quote(node):
            default = code_words.literal_words(rest[0]) if rest else code_words.NOTHING
            given = analysed.quote(rest[0]) if rest else "`None`"
            points = (
                point(f"The result is {given or 'the default'}.", (*default, "default", "second argument")),
                point("No `KeyError` is raised, as `[]` would.", alt("keyerror | error | exception | crash | fail")),
            )
            text = (
                f"What does {analysed.quote(node)} on line {node.lineno} give for a key that is missing, and "
                "how does that differ from square brackets?"
            )
            yield idea(extent(node), text, points)


def collected(node: ast.Call, analysed: AnalysedCode) -> Iterator[Idea]:
    """`xs.append(x)` in a loop on a local list: what is in it at the end?"""
    loop, function = analysed.loop(node), analysed.function(node)
    given = {a.arg for a in parameters(function)} if function else set()
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "add"), args=[item]) if (
            loop is not None and name not in given
        ):
            case_ = next((a for a in analysed.above(node) if isinstance(a, ast.If)), None)
            holds = f"Only when {analysed.quote(case_.test) or 'the condition'} holds." if case_ else ""
            points = (
                point(f"{analysed.quote(item) or 'The argument'} of each pass.", code_words.words_for(item) or _EACH),
                point(holds, _said_of(case_.test)) if case_ else _order(node),
            )
            text = f"What is in `{name}` when the loop on line {loop.lineno} has ended, in terms of what it runs over?"
            yield idea(extent(node), text, points)


def _order(node: ast.Call) -> ExpectedPoint:
    """What a list keeps of the passes, and a set does not."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "add":
        return point("Each value once, however often it comes.", _UNIQUE)
    return point("In the order of the passes.", _IN_ORDER)


def comprehension(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, analysed: AnalysedCode
) -> Iterator[Idea]:
    """A comprehension: what goes in, what is kept, in which form?"""
    source = analysed.quote(node.generators[0].iter)
    made = node.value if isinstance(node, ast.DictComp) else node.elt
    form = point(
        f"For each it gives {analysed.quote(made) or 'what stands in front'}.", code_words.words_for(made) or _EACH
    )
    test = next((test for g in node.generators for test in g.ifs), None)
    if not source:
        return
    if test is not None:
        kept = point(f"Only those are kept for which {analysed.quote(test) or 'the condition'} holds.", _said_of(test))
        text = f"Which elements of {source} does the comprehension on line {node.lineno} keep, and in what form?"
    else:
        unique = isinstance(node, ast.SetComp)
        kept = point("Doubles are folded.", _UNIQUE) if unique else point("There are as many as before.", _AS_MANY)
        text = f"How does the result of the comprehension on line {node.lineno} relate to the elements of {source}?"
    yield idea(extent(node), text, (form, kept))


def _said_of(test: ast.expr) -> Words:
    """The words of a condition, and the longer names in it."""
    return code_words.words_for(test) + tuple(n.lower() for n in names(test) if len(n) > 2)
