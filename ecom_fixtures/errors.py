"""Every error that is raised on purpose: the user's, a dataset's, a tool's refusal, and the three faults of a trial."""

from __future__ import annotations

from pathlib import Path


class EcomError(Exception):
    """Base of every error that a user can meet; its text is one readable line."""


class SettingsError(EcomError):
    """An option, preset or factory is wrong; raised before any trial is started."""


class DatasetError(EcomError):
    """A dataset file is unreadable or contradicts itself.

    The text names the file, the line where there is one, the key, and what is allowed there:
    ``tasks/x.yaml:12: intents.0.actions: stands twice``.
    """

    def __init__(self, path: Path | str, key: str, problem: str, line: int | None = None) -> None:
        self.path, self.key, self.problem, self.line = Path(path), key, problem, line
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {key}: {problem}" if key else f"{where}: {problem}")


class GateError(EcomError):
    """Two runs can't be compared, or a run can't be a baseline; the text says why, and what to do."""


class ToolError(EcomError):
    """A tool refuses a call: the caller's argument is wrong and nothing has changed."""


class AgentFault(EcomError):
    """The agent under test did something that ends the trial as failed."""


class ContextOverflow(AgentFault):
    """The conversation no longer fits the model's context. Of the agent's model, unless the customer says otherwise."""


class CustomerFault(EcomError):
    """The simulated customer broke its own rules; the trial says nothing about the agent."""


class InfraError(EcomError):
    """An endpoint or server failed after its bounded retries; the trial says nothing about the agent."""


Fault = AgentFault | CustomerFault | InfraError
