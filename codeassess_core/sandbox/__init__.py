"""Runs candidates' code in isolation (docs/decisions/0015-the-code-is-run.md).

`Sandbox.run` is the port; `MontySandbox` runs the code in worker processes without files,
network or environment. Where the sandbox may differ from CPython the outcome is *unknown*,
and no question uses it. `parsing` asks CPython whether it can parse a text at all.
"""

from .monty import MontySandbox
from .parsing import ParseError, parse_error, tree_of
from .port import Limits, Outcome, Sandbox, unknown

__all__ = ["Limits", "MontySandbox", "Outcome", "Sandbox", "ParseError", "tree_of", "unknown", "parse_error"]
