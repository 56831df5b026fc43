"""What the calls for one draft use, and whether the session may afford the next one.

A call is not made when what was used and the prompt about to be sent would pass the
limit; only the reply to the last call, whose length nobody knows before, may pass it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..costs import Allowance, Spending, Tokens, estimated
from ..errors import ExaminerRefused

if TYPE_CHECKING:
    from langchain_core.callbacks import UsageMetadataCallbackHandler


class OverBudget(ExaminerRefused):
    """The session has used what it may use of the model."""

    code = "over_budget"


class Meter:
    """Counts the tokens of all attempts at one draft."""

    def __init__(self, model: str, allowance: Allowance) -> None:
        from langchain_core.callbacks import UsageMetadataCallbackHandler

        self.handler: UsageMetadataCallbackHandler = UsageMetadataCallbackHandler()
        self._model = model
        self._allowance = allowance
        self._estimated = Tokens()
        self._sent: str | None = None
        self._before = Tokens()

    def admit(self, prompt: str) -> None:
        """A call with this prompt is about to be made. Raises OverBudget when the session cannot afford it."""
        used = self._reported() + self._estimated
        if not self._allowance.covers(used + Tokens(input=estimated(prompt))):
            raise OverBudget()
        self._sent, self._before = prompt, self._reported()

    def settle(self, reply: str) -> None:
        """The call was answered: with what it reported, or with an estimate when it reported nothing."""
        if self._sent is not None and self._reported() == self._before:
            self._estimated += Tokens(estimated(self._sent), estimated(reply))
        self._sent = None

    @property
    def spending(self) -> Spending:
        """All that was used."""
        return Spending(self._model, self._reported() + self._estimated, estimated=self._estimated.total > 0)

    def _reported(self) -> Tokens:
        spent = self.handler.usage_metadata.values()
        return Tokens(sum(one["input_tokens"] for one in spent), sum(one["output_tokens"] for one in spent))
