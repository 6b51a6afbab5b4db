"""Checks on what language models may do, and on what tells them to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Json, Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.checks.sql import gives, last_word, list_holes
from readycheck.scan.module_names import refers_to


@requires("agent-danger", "agent-tool")
def agent_runs_anything(facts: Facts, rule: Rule) -> CheckResult:
    """A tool runs code, commands or SQL that a model writes."""
    dangers = facts.get("agent-danger", ())
    matches = []
    for one in dangers:
        what = str(one.data["what"])
        message = f"`{what}` runs whatever the model writes, and users write what the model reads"
        matches.append(Match(rule.id, one.where, str(one.data["symbol"]), what, message))
    return CheckResult(len(facts.get("agent-tool", ())) + len(dangers), tuple(matches))


@requires("agent-tool")
def tool_user_from_model(facts: Facts, rule: Rule) -> CheckResult:
    """A tool lets the model say whose data it works on."""
    tools = facts.get("agent-tool", ())
    matches = []
    for one in tools:
        if user := str(one.data["user"]):
            message = f"the model chooses `{user}` of the tool `{one.data['name']}`: a message can ask for anybody's"
            matches.append(Match(rule.id, one.where, str(one.data["symbol"]), user, message))
    return CheckResult(len(tools), tuple(matches))


@requires("tool-call", "sql-statement", "agent-tool")
def tool_text_in_sql(facts: Facts, rule: Rule) -> CheckResult:
    """A tool puts what the model or the user says into SQL."""
    statements, calls, tools = facts.get("sql-statement", ()), facts.get("tool-call", ()), facts.get("agent-tool", ())
    matches = [match for call in calls for match in match_call(rule, call, facts)]
    for statement in statements:
        for tool in tools:
            told = [hole for hole in list_holes(statement) if is_told(hole, statement, tool)]
            if told:
                message = (
                    f"the tool `{tool.data['name']}` runs SQL that holds `{told[0]['put']}`, which the model chooses"
                )
                matches.append(Match(rule.id, statement.where, str(tool.data["symbol"]), str(told[0]["put"]), message))
                break
    return CheckResult(len(tools), tuple(dict.fromkeys(matches)))


def is_told(hole: Mapping[str, Json], statement: Fact, tool: Fact) -> bool:
    """Whether a hole is a parameter of the tool's own function."""
    is_same = tool.where.path == statement.where.path and hole["function"] == tool.data["symbol"]
    return is_same and hole["kind"] == "parameter" and bool(tool.data["symbol"])


def match_call(rule: Rule, call: Fact, facts: Facts) -> Iterator[Match]:
    """The match of a tool's call of a function that puts what it is given into SQL."""
    name = str(call.data["name"])
    for statement in facts.get("sql-statement", ()):
        for hole in list_holes(statement):
            if hole["kind"] != "parameter" or last_word(str(hole["function"])) != last_word(name):
                continue
            if gives(call, hole) and refers_to(call.where.path, name, statement.where.path):
                message = (
                    f"a tool hands what it is told to `{last_word(name)}`, which puts it into SQL"
                    f" at {statement.where.path}:{statement.where.line}"
                )
                yield Match(rule.id, call.where, str(call.data["symbol"]), name, message, also=(statement.where,))
                return


@requires("agent-prompt", "agent-tool", "agent-tools-bound")
def outside_text_in_instructions(facts: Facts, rule: Rule) -> CheckResult:
    """An agent with tools gets instructions that hold what somebody else wrote."""
    if not (facts.get("agent-tool") or facts.get("agent-tools-bound")):
        return CheckResult(0)
    prompts = facts.get("agent-prompt", ())
    matches = []
    for one in prompts:
        put = str(one.data["put"])
        message = f"`{put}` becomes part of the instructions of an agent that has tools: who wrote it can use them"
        matches.append(Match(rule.id, one.where, str(one.data["symbol"]), put, message))
    return CheckResult(len(prompts), tuple(matches))


@requires("agent-graph", "agent-tool", "agent-tools-bound", "agent-danger")
def agent_scoped(facts: Facts, rule: Rule) -> CheckResult:
    """An agent has no tools at all, or all of its tools take the caller from the run.

    What cannot be told so is not examined: then the item is unproven.
    """
    graphs, tools = facts.get("agent-graph", ()), facts.get("agent-tool", ())
    if tools and all(one.data["context"] is True and not one.data["user"] for one in tools):
        listed = ", ".join(f"`{one.data['name']}`" for one in tools[:3])
        message = f"{len(tools)} tools take the caller from the run and not from the model ({listed})"
        places = tuple(one.where for one in tools)
        return CheckResult(len(tools), (Match(rule.id, places[0], text="tools", message=message, also=places[1:5]),))
    if tools or facts.get("agent-tools-bound") or facts.get("agent-danger") or not graphs:
        return CheckResult(0)
    message = f"`{graphs[0].data['form']}` makes an agent without any tool: what it is told can change its answer alone"
    also = tuple(one.where for one in graphs[1:5])
    return CheckResult(len(graphs), (Match(rule.id, graphs[0].where, text="graph", message=message, also=also),))
