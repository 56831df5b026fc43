"""Reads YAML into plain values with the line of each, and says in plain words what is wrong.

It is the YAML of editors and configurations: true, false, null and numbers are what they are in JSON, any other
text is a text (`no` is the text "no"). Anchors, aliases, tags and several documents are refused: nobody needs them
here, and they can make a small file huge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

LONGEST: Final = 200_000
"""Characters of a file."""
DEEPEST: Final = 12
_INT: Final = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")

Path = tuple[str | int, ...]


class NotYaml(ValueError):
    """The text cannot be read; with the line, from 1 (0: none is known)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Marked:
    """The value of a file, and the line from 1 on which each part of it begins, by its path."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)
    twice: tuple[Path, ...] = ()  #: keys that stand in their mapping a second time; the first one counts

    def line(self, path: Path) -> int:
        """The line of the part, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, with or without a mark at its beginning.

    Raises:
        NotYaml: it has another encoding.
    """
    if content.startswith(_UTF16):
        raise NotYaml("is UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise NotYaml("is not UTF-8; save it as UTF-8", content.count(b"\n", 0, problem.start) + 1) from problem


def read_yaml(content: bytes) -> Marked:
    """The value of a YAML file.

    Raises:
        NotYaml: it cannot be read.
    """
    text = decoded(content)
    if len(text) > LONGEST:
        raise NotYaml(f"has {len(text)} characters; it may have {LONGEST}")
    try:
        _refuse_the_rest(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise NotYaml(f"must not contain the character U+{int(problem.character):04X}", line) from problem
    except yaml.MarkedYAMLError as problem:
        raise NotYaml(_said(problem), _line(problem.problem_mark or problem.context_mark)) from problem
    lines: dict[Path, int] = {}
    twice: list[Path] = []
    return Marked(None if node is None else _value(node, (), lines, twice), lines, tuple(twice))


def _line(mark: Any) -> int:
    return 0 if mark is None else mark.line + 1


def _refuse_the_rest(text: str) -> None:
    """Refuse what is YAML and is not taken here."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        reason = _refused(event) or ("there may be only one document; remove `---`" if documents > 1 else "")
        if reason or depth > DEEPEST:
            raise NotYaml(reason or f"is nested more than {DEEPEST} deep", _line(event.start_mark))


def _refused(event: yaml.Event) -> str:
    if isinstance(event, yaml.AliasEvent):
        return f"aliases (`*{event.anchor}`) are not taken; write the value out"
    if getattr(event, "anchor", None):
        return f"anchors (`&{event.anchor}`) are not taken; write the value out where it is needed"  # type: ignore[attr-defined]
    tag = getattr(event, "tag", None)
    return f"tags (`{tag}`) are not taken; write the plain value" if tag else ""


def _said(problem: yaml.MarkedYAMLError) -> str:
    text = str(problem.problem or problem.context or "")
    if "'\\t'" in text:
        return "a tab cannot stand here; indent with spaces"
    if "mapping values are not allowed" in text:
        return "a second `: ` in one line; put a text that contains it into quotes"
    if "cannot start any token" in text:
        return "a text that begins with this character must stand in quotes"
    return f"is not YAML: {text}; look at the indentation and the quotes on this line and above"


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], twice: list[Path]) -> Any:
    lines.setdefault(path, _line(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, lines, twice))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, n), lines, twice) for n, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(str(node.value)) if node.style is None else str(node.value)


def _pairs(node: yaml.MappingNode, path: Path, lines: dict[Path, int], twice: list[Path]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        if key in seen:
            lines[(*path, key, "twice")] = _line(key_node.start_mark)
            twice.append((*path, key, "twice"))
            continue
        seen.add(key)
        lines[(*path, key)] = _line(key_node.start_mark)
        yield key, _value(value_node, (*path, key), lines, twice)


def _scalar(text: str) -> Any:
    """What a word without quotes is."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
