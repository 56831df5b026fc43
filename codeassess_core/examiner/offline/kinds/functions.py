"""Questions about functions and classes: results, parameters, recursion, state."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .. import meaning
from ..scene import Function, Idea, Scene, header, names, parameters, point, span

_CHANGERS = frozenset(
    "append extend insert remove pop sort reverse clear update add discard setdefault popitem".split()
)


def recursion_base(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function that calls itself: which call ends it?"""
    calls = _own_calls(node, scene)
    if not calls:
        return
    start, end = header(node)
    base = next(
        (n for n in ast.walk(node) if isinstance(n, ast.If) and not _own_calls(n, scene, named=node.name, body=True)),
        None,
    )
    if base is None:
        points = [
            point(
                "There is none: no path returns without a further call.",
                ("none", "no call", "no base", "missing", "every call", "always call"),
            ),
            point(
                "So the calls go on until Python stops them.",
                ("recursionerror", "recursion", "infinite", "forever", "endless", "stack", "overflow"),
            ),
        ]
    else:
        outcome = scene.outcome(base, base.body)
        test = meaning.words_for(base.test) + meaning.NOTHING[:0]
        points = [
            point(
                f"The one for which {scene.quote(base.test) or 'the condition'} on line {base.lineno} holds.",
                test + _compared(base.test),
            )
        ]
        points += [point(f"There {outcome.text}.", outcome.words)] if outcome else []
    text = f"Which call of `{node.name}` gives its result without calling itself again, and what is that result?"
    yield Idea(text=text, start_line=start, end_line=node.end_lineno or end, expected=tuple(points))


def _compared(test: ast.expr) -> meaning.Words:
    return tuple(w for n in ast.walk(test) for w in meaning.literal_words(n))


def recursion_step(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """The recursive call: what gets smaller?"""
    function = scene.function(node)
    if function is None or not isinstance(node.func, ast.Name) or node.func.id != function.name or not node.args:
        return
    words = tuple(w for a in node.args for w in meaning.words_for(a))
    quote = scene.quote(node)
    if not words or not quote:
        return
    points = (
        point(
            f"The argument changes with each call, as {quote} shows.", (*words, "smaller", "shorter", "closer", "less")
        ),
        point(
            "It comes nearer to the case that ends the calls.",
            ("base", "until", "reach", "closer", "nearer", "toward", "end", "stop"),
        ),
    )
    text = f"How does the argument of {quote} on line {node.lineno} differ from the one `{function.name}` was called with, and why does that matter?"
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def _own_calls(node: ast.AST, scene: Scene, *, named: str = "", body: bool = False) -> list[ast.Call]:
    name = named or getattr(node, "name", "")
    roots = getattr(node, "body", []) if body else [node]
    return [
        n
        for root in roots
        for n in ast.walk(root)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name
    ]


def falls_through(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A function of which some path ends without `return`, or that only prints."""
    returns = [n for n in _own_statements(node) if isinstance(n, ast.Return)]
    valued = [r for r in returns if r.value is not None]
    prints = next(
        (
            n
            for n in ast.walk(node)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "print"
        ),
        None,
    )
    start, end = node.lineno, node.end_lineno or node.lineno
    none = point("It is `None`.", meaning.NOTHING)
    if node.name == "__init__" or any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(node)):
        return
    if prints is not None and not valued:
        text = f"What does a caller of `{node.name}` get back as the value of the call, given that line {prints.lineno} prints?"
        why = point(
            "Printing only shows text; there is no `return` that hands a value over.",
            ("return", "show", "screen", "display", "output", "not hand"),
        )
        yield Idea(text=text, start_line=start, end_line=end, expected=(none, why))
    elif valued and _open_ended(node.body):
        text = f"In which case does a call of `{node.name}` end without reaching any of its `return` lines, and what is its value then?"
        last = node.body[-1]
        words = meaning.words_for(getattr(last, "test", last)) + meaning.NOT_RUN
        case = point(
            f"When nothing on lines {last.lineno}-{last.end_lineno} returns: no condition is met or no pass is made.",
            (*words, "false", "not true", "no match", "else", "empty", "not found", "otherwise"),
        )
        yield Idea(text=text, start_line=start, end_line=end, expected=(none, case))
    elif not valued and not prints and not _changes_something(node):
        text = f"What does a caller of `{node.name}` get as the value of the call, and which line decides that?"
        why = point(
            "No line hands a value over with `return`.",
            (
                "no return",
                "not return",
                "without return",
                "missing return",
                "never return",
                "no value",
                "return nothing",
            ),
        )
        yield Idea(text=text, start_line=start, end_line=end, expected=(none, why))


def _own_statements(function: Function) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))


def _open_ended(block: list[ast.stmt]) -> bool:
    """Can control reach the end of this block? Errs on the side of no."""
    match block[-1] if block else None:
        case ast.If(body=body, orelse=orelse):
            return not orelse or _open_ended(body) or _open_ended(orelse)
        case ast.For(orelse=orelse):
            return not orelse or _open_ended(orelse)
        case ast.Expr() | ast.Assign() | ast.AugAssign():
            return True
    return False


def _changes_something(function: Function) -> bool:
    stores = (ast.Subscript, ast.Attribute)
    return any(
        isinstance(n, stores) and isinstance(n.ctx, ast.Store) or isinstance(n, ast.Call) or isinstance(n, ast.Global)
        for n in ast.walk(function)
    )


def parameter(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """What a parameter is for; one that is never read has no effect at all."""
    for arg in parameters(node):
        uses = [
            n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == arg.arg and isinstance(n.ctx, ast.Load)
        ]
        start, end = header(node)
        text = f"What effect does the parameter `{arg.arg}` have on what `{node.name}` does?"
        if not uses:
            if all(isinstance(s, ast.Pass) for s in node.body):
                continue
            nothing = (
                "no effect",
                "none",
                "nothing",
                "not use",
                "unused",
                "never use",
                "not matter",
                "ignore",
                "not read",
                "not have",
            )
            points = (point(f"None: `{arg.arg}` is never read.", nothing),)
        else:
            statement = next(n for n in (uses[0], *scene.above(uses[0])) if isinstance(n, ast.stmt))
            part = (
                getattr(statement, "test", None)
                or getattr(statement, "iter", None)
                or getattr(statement, "value", None)
                or statement
            )
            words = meaning.words_for(part) + (f"line {uses[0].lineno}",)
            points = (point(f"It is read on line {uses[0].lineno}{_in(scene.quote(part))}.", words),)
        yield Idea(text=text, start_line=start, end_line=node.end_lineno or end, expected=points)


def _in(quote: str) -> str:
    return f", in {quote}" if quote else ""


def mutable_default(node: ast.FunctionDef, scene: Scene) -> Iterator[Idea]:
    """A list, dict or set as default value."""
    spec = node.args
    pairs = zip(
        [*spec.posonlyargs, *spec.args][-len(spec.defaults) :] if spec.defaults else [], spec.defaults, strict=True
    )
    for arg, default in pairs:
        if isinstance(default, ast.List | ast.Dict | ast.Set) or isinstance(default, ast.Call) and not default.args:
            points = (
                point(
                    "It is the same object in every call, so it keeps what earlier calls put in.",
                    (
                        "keep",
                        "remember",
                        "accumulate",
                        "same",
                        "share",
                        "persist",
                        "still",
                        "earlier",
                        "previous",
                        "first call",
                    ),
                ),
                point(
                    "The default is made once, when `def` runs.",
                    ("once", "definition", "def run", "one time", "created when", "evaluated"),
                ),
            )
            text = f"`{node.name}` is called twice without `{arg.arg}`. What does `{arg.arg}` hold at the start of the second call, and why?"
            yield Idea(text=text, start_line=node.lineno, end_line=header(node)[1], expected=points)


def caller_sees(node: ast.Call | ast.Subscript, scene: Scene) -> Iterator[Idea]:
    """A change to an object that came in as a parameter."""
    function = scene.function(node)
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _CHANGERS:
            pass
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            pass
        case _:
            return
    if function is None or name not in {a.arg for a in parameters(function)}:
        return
    points = (
        point(
            "The caller sees the change: their own object is altered.",
            ("see", "change", "alter", "modify", "mutate", "different", "affect", "new value"),
        ),
        point(
            "The parameter is another name for the same object; nothing was copied.",
            ("same", "reference", "in place", "not copy", "no copy", "not a copy", "alias", "original", "pass by"),
        ),
    )
    text = f"Line {node.lineno} works on the parameter `{name}`. What does the caller's own object look like after `{function.name}` has run it, and why?"
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def generator(node: ast.Yield, scene: Scene) -> Iterator[Idea]:
    """A `yield`: when does the body run?"""
    function = scene.function(node)
    if function is None:
        return
    points = (
        point(
            "Calling it only makes a generator; no line of the body has run yet.",
            ("generator", "iterator", "not run", "nothing", "not execute", "lazy", "lazily"),
        ),
        point(
            "The body runs step by step when a value is asked for, and pauses at the `yield`.",
            ("next", "pause", "resume", "demand", "asked", "iterate", "loop over", "one at a time"),
        ),
    )
    text = f"How much of `{function.name}` has run right after it was called, and when is line {node.lineno} reached?"
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)


def attribute(node: ast.Attribute, scene: Scene) -> Iterator[Idea]:
    """`self.x` that is set: who else depends on it?"""
    owner = next((a for a in scene.above(node) if isinstance(a, ast.ClassDef)), None)
    method = scene.function(node)
    if owner is None or method is None or not isinstance(node.ctx, ast.Store) or names(node) != ("self",):
        return
    users = [
        m.name
        for m in owner.body
        if isinstance(m, ast.FunctionDef)
        and m is not method
        and any(isinstance(n, ast.Attribute) and n.attr == node.attr for n in ast.walk(m))
    ]
    quote = f"`self.{node.attr}`"
    reads = (
        point(f"{', '.join(f'`{u}`' for u in users)} would not find it.", tuple(u.lower() for u in users))
        if users
        else point(
            f"No other method of `{owner.name}` uses it.",
            ("no other", "nobody", "nothing", "none", "not use", "unused"),
        )
    )
    keeps = point(
        "It belongs to the object and outlives the call; a plain variable ends with the method.",
        (
            "instance",
            "object",
            "outlive",
            "after the call",
            "between calls",
            "local",
            "attributeerror",
            "other methods",
            "remember",
            "keep",
            "lost",
            "store",
        ),
    )
    text = f"What would go wrong if line {node.lineno} set a plain variable instead of {quote} in `{method.name}`?"
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=(keeps, reads))


def shared_attribute(node: ast.ClassDef, scene: Scene) -> Iterator[Idea]:
    """A list, dict or set in the body of a class."""
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List() | ast.Dict() | ast.Set()):
                points = (
                    point(
                        "The other object sees it, too: there is one object for the whole class.",
                        ("both", "other", "share", "same", "all objects", "all instances", "every"),
                    ),
                    point(
                        "It is made once in the class body, not for each object.",
                        (
                            "class attribute",
                            "class variable",
                            "class level",
                            "once",
                            "class body",
                            "__init__",
                            "not instance",
                        ),
                    ),
                )
                text = f"Two objects of `{node.name}` exist and one adds something to `{name}` (line {statement.lineno}). What does the other one see, and why?"
                yield Idea(
                    text=text,
                    start_line=statement.lineno,
                    end_line=statement.end_lineno or statement.lineno,
                    expected=points,
                )


def lambda_role(node: ast.Lambda, scene: Scene) -> Iterator[Idea]:
    """A `lambda`: who calls it, with what?"""
    around = scene.parents.get(node)
    call = around if isinstance(around, ast.Call) else scene.parents.get(around) if around else None
    given = parameters(node)
    if not given or not isinstance(call, ast.Call):
        return
    user = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    points = (
        point(
            f"`{user}` calls it once for each element, which arrives as `{given[0].arg}`.",
            ("each", "every", "element", "item", "row", "entry", "one by one"),
        ),
        point(
            f"Its value is {scene.quote(node.body) or 'what stands behind the colon'}.",
            meaning.words_for(node.body) + ("return", "result"),
        ),
    )
    text = f"What does `{given[0].arg}` stand for in the `lambda` on {span(node.lineno, node.end_lineno or node.lineno)}, and what comes out of it?"
    yield Idea(text=text, start_line=node.lineno, end_line=node.end_lineno or node.lineno, expected=points)
