"""Which of the three faults of a trial an error is, so whose doing it was: the one place that decides it."""

from __future__ import annotations

from typing import Literal

from ecom_fixtures.errors import AgentFault, ContextOverflow, CustomerFault, Fault, InfraError, SettingsError

_OVERFLOW = ("context_length", "context length", "maximum context", "too many tokens", "input is too long")


def fault_of(error: BaseException, speaker: Literal["agent", "customer"]) -> Fault:
    """What an error means that came out of ``speaker``'s code, whatever it is wrapped in.

    What has been named already stays. A crash is the agent's doing, unless what failed is its model's endpoint or
    the network. A crash of the customer is a bug of ours.

    Raises:
        BaseException: ``error`` itself, where it is such a bug.
    """
    error = innermost(error)
    if isinstance(error, AgentFault | CustomerFault | InfraError):
        return error
    if speaker == "customer":
        raise error
    if isinstance(error, SettingsError):
        return AgentFault(str(error))
    import httpx2
    import mcp
    import openai

    if isinstance(error, openai.APIError) and overflows(error):
        return ContextOverflow(f"the conversation no longer fits the model's context: {describe(error)}")
    if isinstance(error, openai.APIError | httpx2.TransportError | ConnectionError | TimeoutError | mcp.MCPError):
        return InfraError(f"the agent's endpoint: {describe(error)}")
    return AgentFault(f"the agent crashed with {describe(error)}")


def innermost(error: BaseException) -> BaseException:
    """The one error inside nested exception groups, as an MCP session's task group raises them."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def overflows(error: BaseException) -> bool:
    """Whether an API error says that the input is too long for the model."""
    return any(sign in str(error).lower() for sign in _OVERFLOW)


def describe(error: BaseException) -> str:
    """An API error in one line: class, status, and the first 300 characters of what it says."""
    status = getattr(error, "status_code", None)
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}{f' {status}' if status else ''}: {text}"
