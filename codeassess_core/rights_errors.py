"""Errors about what candidates agree to and may contest, and about who may review: a part of the tree of `errors`.

::

    Forbidden
    └── OwnReview                        of somebody's own session
    Conflict
    ├── ConsentNeeded                    the candidate has not agreed to the assessment's text, or to another one
    ├── ContestClosed                    it is too late, or this server takes none
    └── AlreadyContested                 each score once
"""

from __future__ import annotations

from .errors import Conflict, Forbidden


class OwnReview(Forbidden):
    """This session is your own: somebody else has to review it."""

    code = "own_review"


class ConsentNeeded(Conflict):
    """Nothing is recorded before you agree to what this assessment asks you to agree to."""

    code = "consent_needed"


class ContestClosed(Conflict):
    """Scores of this session can no longer be contested."""

    code = "contest_closed"


class AlreadyContested(Conflict):
    """You have contested this score already; each score can be contested once."""

    code = "already_contested"
