"""What must agree before two runs can be compared at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.values import Model

# The options that decide how hard a case is. The agent is what is tested; seed and count are luck.
DECIDING = ("persona", "vision", "max_turns", "time_limit")


class Conditions(Model):
    """``settings`` are the values of ``DECIDING``, ``rules`` what a whole run hangs on, see `Identity.run`."""

    customer: str
    settings: dict[str, Any]
    rules: dict[str, str]

    @classmethod
    def of(cls, customer: str, settings: Mapping[str, Any], identity: Identity) -> Conditions:
        return cls(customer=customer, settings={name: settings.get(name) for name in DECIDING}, rules=identity.run)

    def differences(self, other: Conditions) -> list[str]:
        """What is another one there, each as the rest of *it has another ...*."""
        found = [f"customer ({other.customer}, not {self.customer})"] if other.customer != self.customer else []
        for name in DECIDING:
            here, there = self.settings.get(name), other.settings.get(name)
            if here != there:
                found.append(f"--{name.replace('_', '-')} ({_shown(there)}, not {_shown(here)})")
        # A customer of another kind brings rules of its own.
        same = other.customer == self.customer
        names = self.rules.keys() | other.rules.keys() if same else self.rules.keys() & other.rules.keys()
        return found + sorted(name for name in names if self.rules.get(name) != other.rules.get(name))


def _shown(value: Any) -> str:
    return "none" if value in ("", None) else f"{value:g}" if isinstance(value, float) else str(value)
