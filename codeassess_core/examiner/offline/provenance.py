"""The provenance of everything that the offline examiner makes."""

from __future__ import annotations

from typing import Final

from ...model import Provenance

RULES_VERSION: Final = "5"
"""Changes whenever the same brief may give another draft, so that stored scores can be explained."""

OFFLINE: Final = Provenance(examiner="offline", model="offline", version=RULES_VERSION)
