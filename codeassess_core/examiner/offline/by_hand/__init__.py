"""Small functions worked out by ourselves, as a person would with pencil and paper.

The candidate's code is never run, compiled or passed to `eval`: a subset of Python is
read from the tree and followed step by step on an example, within tight bounds. What the
subset does not hold is unknown (`Unknown`), and then nothing is said of it. So a question
may ask what a call gives, where it fails, or what a change makes different, and know.
"""

from .run import Run, fold, run
from .values import Unknown, Value, shown

__all__ = ["Run", "Unknown", "Value", "fold", "run", "shown"]
