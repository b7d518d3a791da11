"""What agent, customer and picture reader took of models, as far as somebody has told."""

from __future__ import annotations

from dataclasses import dataclass, field

from ecom_fixtures.trajectory import Role, Usage
from ecom_fixtures.trial.record import Record
from ecom_fixtures.values import Model


class Spent(Model):
    """Calls of models and their tokens, on one side; None is what nobody has told."""

    calls: int | None = 0
    input_tokens: int | None = 0
    output_tokens: int | None = 0


@dataclass
class Spending:
    """Adds up over records. Agent and customer say what they took; reading pictures is among the model calls."""

    _sums: dict[Role, Usage] = field(default_factory=dict)
    _untold: set[Role] = field(default_factory=set)

    def add(self, record: Record) -> None:
        self._add("agent", record.agent_usage)
        self._add("customer", record.customer_usage)
        for call in record.calls:
            if call.role == "vision":
                used = Usage(calls=1, input_tokens=call.input_tokens or 0, output_tokens=call.output_tokens or 0)
                self._add("vision", used)
        # An agent of one's own, module:factory, may call models of which nobody is told.
        if ":" in record.agent and not record.agent_usage.calls and all(call.role != "agent" for call in record.calls):
            self._untold.add("agent")

    def of(self, role: Role) -> Spent:
        used = self._sums.get(role, Usage())
        if not used.calls:
            return Spent(calls=None, input_tokens=None, output_tokens=None) if role in self._untold else Spent()
        # A call without a single token is one whose endpoint doesn't count them.
        return Spent(calls=used.calls, input_tokens=used.input_tokens or None, output_tokens=used.output_tokens or None)

    def _add(self, role: Role, usage: Usage) -> None:
        self._sums[role] = self._sums.get(role, Usage()) + usage
