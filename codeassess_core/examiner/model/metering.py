"""Counts what the calls for one draft use, and checks that the session can afford the next one.

A call is not made when the tokens used so far and its prompt exceed the limit. Only the reply
to the last call, whose length is not known before, may exceed it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...costs.budget import Allowance, Spending, Tokens, estimated
from ...errors import ExaminerRefused

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
        """Before a call with this prompt. Raises OverBudget when the session cannot afford it."""
        used = self._reported() + self._estimated
        if not self._allowance.covers(used + Tokens(input=estimated(prompt))):
            raise OverBudget()
        self._sent, self._before = prompt, self._reported()

    def settle(self, reply: str) -> None:
        """After a call: count what it reported, or an estimate when it reported nothing."""
        if self._sent is not None and self._reported() == self._before:
            self._estimated += Tokens(estimated(self._sent), estimated(reply))
        self._sent = None

    @property
    def spending(self) -> Spending:
        """Everything used so far."""
        return Spending(self._model, self._reported() + self._estimated, estimated=self._estimated.total > 0)

    def _reported(self) -> Tokens:
        spent = self.handler.usage_metadata.values()
        return Tokens(sum(one["input_tokens"] for one in spent), sum(one["output_tokens"] for one in spent))
