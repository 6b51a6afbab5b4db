"""Checks on what language models may cost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.reaching import make_waiting
from readycheck.scan.program.model import Call, Module

NONE = "no call of a language model in this project"
TOKENS = (
    "max_tokens", "maxTokens", "max_completion_tokens", "maxCompletionTokens", "max_output_tokens", "maxOutputTokens",
    "max_new_tokens", "max_tokens_to_sample", "num_predict", "numPredict", "maxOutputTokenCount", "max_length",
)  # fmt: skip
# Models and calls that answer as long as they like unless they are told not to. Anthropic's own API demands a limit.
MODELS = compile_late(
    r"^(?:langchain_openai(?:\.chat_models)?|@langchain/openai|langchain\.chat_models|langchain_community\.chat_models)\.(?:ChatOpenAI|AzureChatOpenAI|OpenAI)$|"
    r"^(?:langchain_groq\.ChatGroq|@langchain/groq\.ChatGroq|langchain_mistralai\.ChatMistralAI|@langchain/mistralai\.ChatMistralAI|"
    r"langchain_google_genai\.ChatGoogleGenerativeAI|@langchain/google-genai\.ChatGoogleGenerativeAI)$|"
    r"^(?:openai\.(?:Async)?(?:Azure)?OpenAI\(\)|openai\.(?:Azure)?OpenAI\(\)|openai(?:\.default)?\(\)|openai|groq\.(?:Async)?Groq\(\)|groq-sdk(?:\.default)?\(\))"
    r"\.(?:chat\.completions\.create|beta\.chat\.completions\.\w+|completions\.create|responses\.(?:create|parse))$|"
    r"^litellm\.a?completion$|^ai\.(?:generateText|streamText|generateObject|streamObject)$"
)
METHOD = compile_late(r"\.chat\.completions\.create$")
BUDGET = compile_late(
    r"^(?:\w+[._])?(?:reserve|consume|charge|deduct|debit|spend|check|use|take|claim|ensure|assert|has|enforce|increment|within|exceeds?|over)"
    r"_?(?:ai_?|llm_?|user_?|daily_?|monthly_?)*(?:tokens?|budget|quota|credits?|usage|spend(?:ing)?|cost|allowance)(?:_?limit)?$",
    re.IGNORECASE,
)
CAP = compile_late(
    r"(?:daily|monthly|weekly|hourly|per_?user|user|per_?day|budget|quota|allowance)\w*(?:token|spend|cost|budget|credit|quota|usd|cents|limit|cap)"
    r"|(?:token|spend|cost|credit|usage|ai|llm)s?_?\w*(?:daily|monthly|per_?user|per_?day|cap|budget|quota|limit|allowance)",
    re.IGNORECASE,
)
SPENT = compile_late(r"token|budget|quota|credit|usage|spend|cost|allowance", re.IGNORECASE)
PER_CALL = compile_late(
    r"max_?\w*_?tokens?|model|context|history|chunk|prompt|email|rate|storage|upload|file", re.IGNORECASE
)
CAMEL = compile_late(r"(?<=[a-z0-9])(?=[A-Z])")


@requires(*PROGRAM)
def ai_call_unlimited(facts: Facts, rule: Rule) -> CheckResult:
    """A model may answer with as many tokens as it likes."""
    calls = [*find_models(facts)]
    matches = [
        Match(
            rule.id,
            facts.program.locate(call),
            call.owner,
            call.text,
            f"`{call.text}` has no limit on the tokens of an answer",
        )
        for call, module in calls
        if not is_limited(call, module)
    ]
    return CheckResult(len(calls), tuple(matches), absent=NONE)


def find_models(facts: Facts) -> Iterator[tuple[Call, Module]]:
    """The live calls that make or ask a model."""
    for module in facts.program.modules.values():
        for call in module.calls:
            if is_model(facts, call) and facts.live.runs(call.path, call.owner):
                yield call, module


def is_model(facts: Facts, call: Call) -> bool:
    """Whether a call makes or asks a model: by its name, or by a method that only clients of models have."""
    if any(MODELS.match(name) for name in call.names):
        return True
    if METHOD.search(call.text) is None:
        return False
    names = facts.program.find_externals(call.path, call.names)
    return any(MODELS.match(name) for name in names) or not names


def is_limited(call: Call, module: Module) -> bool:
    """Whether a call has a limit, or may have one: in options made elsewhere, or in another call of the file."""
    if call.find_option(*TOKENS) is not None:
        return True
    unknown = "**" in call.keywords or any(not {"o", "s", "v"}.intersection(one) for one in call.arguments)
    spread = any(key == "..." for one in call.arguments for key, _ in one.get("o", ()))
    elsewhere = any(other.find_option(*TOKENS) is not None for other in module.calls)
    named = any(word in TOKENS for words in module.data["words"].values() for word in words)
    extra = any("kwargs" in key for key in call.keywords)
    return unknown or spread or elsewhere or named or extra


@requires("ai-call", *PROGRAM)
def ai_budget_enforced(facts: Facts, rule: Rule) -> CheckResult:
    """What a user or a day may cost is counted against a cap before a model is asked."""
    runs = [one for one in facts.get("ai-call", ()) if facts.live.is_live(one.where.path)]
    models = [facts.program.locate(call) for call, _ in find_models(facts)]
    if not runs and not models:
        return CheckResult(0, absent=NONE)
    matches = [*find_budgets(facts, rule)]
    waiting = make_waiting(facts.program, facts.live, ())
    agents = [one for one in runs if one.data["sort"] == "agent"]
    callers = [call for one in agents for call in waiting.find_outer(one.where.path, str(one.data["symbol"]))]
    places = [facts.program.locate(call) for call in callers] or models or [one.where for one in runs]
    return CheckResult(len(runs) + len(models), tuple(matches), tuple(dict.fromkeys(places)))


def find_budgets(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Live calls that count against a budget, in a function that also names its cap."""
    for module in facts.program.modules.values():
        for call in module.calls:
            name = name_budget(facts, call)
            if not name or not facts.live.runs(call.path, call.owner):
                continue
            cap = find_cap(module, call)
            if cap:
                message = f"`{name}` counts against `{cap}`"
                yield Match(rule.id, facts.program.locate(call), call.owner, name, message)


def name_budget(facts: Facts, call: Call) -> str:
    """What a call is called that counts: itself, or the statement or script by that name that it is given."""
    if SPENT.search(call.method) and BUDGET.match(CAMEL.sub("_", call.method)):
        return call.method
    for value in call.arguments[:2]:
        if not SPENT.search(str(value)):
            continue
        text = str(value.get("t", "")) or str(facts.program.find_constant(call.path, value) or "")
        for word in re.findall(r"[\"'](\w+)[\"']", text):
            if BUDGET.match(CAMEL.sub("_", word)):
                return str(word)
    return ""


def find_cap(module: Module, call: Call) -> str:
    """The cap that is named near a call: among its arguments, or in its function; a limit of one answer is none."""
    near = [str(value) for value in (*call.arguments, *call.keywords.values())]
    near += [str(one.value) for one in module.assignments if one.owner == call.owner]
    near += [text for other in module.find_calls(call.owner) for text in other.conditions] if call.owner else []
    near += (
        [str(one) for other in module.find_calls(call.owner) for one in (*other.arguments, *other.keywords.values())]
        if call.owner
        else []
    )
    for text in near:
        for word in re.findall(r"[A-Za-z_]\w{4,}", text):
            plain = CAMEL.sub("_", word)
            if CAP.search(plain) and not PER_CALL.search(plain) and not BUDGET.match(plain):
                return str(word)
    return ""
