"""Runs of graphs and agents: one call that asks models and tools as often as it needs."""

from __future__ import annotations

from readycheck.scan.late import compile_late
from readycheck.scan.outbound.limits import Client, Limit

AGENT = Client("LangGraph", "agent", (Limit("the whole reply", ("signal", "timeout")),))
AGENT_METHODS = "^(?:invoke|stream|streamEvents|ainvoke|astream|astream_events|arun|run)$"
GRAPH = compile_late(
    r"^(?:@langchain/)?langgraph\b.*(?:\.compile\(\)|CompiledStateGraph\(\)|CompiledGraph\(\)|create_react_agent\(\)|createReactAgent\(\))\.\w+$"
    r"|AgentExecutor(?:\.from\w+)?\(\)\.\w+$"
)


def is_agent(name: str) -> bool:
    """Whether a qualified name is a method of a compiled graph or of an agent."""
    return GRAPH.search(name) is not None
