from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import ai_calls
from readycheck.scan.unit import Unit


def read(text: str, language: Language, kind: str) -> list[tuple[int, object]]:
    path = "app.py" if language is Language.PYTHON else "app.ts"
    key = "sort" if kind == "ai-call" else "kind"
    return [(one.where.line, one.data[key]) for one in ai_calls.collect(Unit(path, language, text)) if one.kind == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from openai import OpenAI\nOpenAI().chat.completions.create()\n", [(2, "model")]),
        ("from openai import OpenAI\nOpenAI().files.create()\n", []),
        ("from langchain_openai import ChatOpenAI\nChatOpenAI().bind_tools([]).invoke(x)\n", [(2, "model")]),
        ("from langchain_core.prompts import ChatPromptTemplate\nChatPromptTemplate().invoke(x)\n", []),
        ("from langgraph.graph import StateGraph\ng = StateGraph(S).compile()\ng.invoke(x)\n", [(3, "agent")]),
        ("import langchain\nself.llm.ainvoke(x)\n", [(2, "model")]),
        ("self.llm.ainvoke(x)\n# no library in sight\n", [(1, "model")]),
        ("import subprocess\nsubprocess.run(x)\nuser.create()\n", []),
    ],
)  # fmt: skip
def test_python_calls(text: str, expected: list[tuple[int, str]]) -> None:
    assert read(text, Language.PYTHON, "ai-call") == expected


def test_script_calls() -> None:
    text = (
        "import { streamText } from 'ai'\nimport twilio from 'twilio'\nstreamText({})\ntwilio().messages.create({})\n"
    )
    assert read(text, Language.TYPESCRIPT, "ai-call") == [(3, "model")]


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        ("        return FALLBACK\n", "fallback"),
        ("        reply = 'Ask me later.'\n", "fallback"),
        ("        log.error(error)\n        raise\n", "passed-on"),
        ("        outcome = 'x'\n        raise\n", "passed-on"),
        ("        raise HTTPException(500)\n", "passed-on"),
        ("        return {'error': str(error)}\n", "error"),
        ("        return None\n", "nothing"),
        ("        log.error(error)\n", "nothing"),
        ("        failures += 1\n        last_error = error\n", "nothing"),
    ],
)
def test_what_a_handler_does(handler: str, kind: str) -> None:
    text = f"def f():\n    try:\n        ask()\n    except Exception as error:\n{handler}"
    assert [found[1] for found in read(text, Language.PYTHON, "guard")] == [kind]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ask().catch(() => 'Ask me later.')", "fallback"),
        ("ask().catch(() => [])", "nothing"),
        ("ask().catch(console.error)", "nothing"),
        ("ask().catch((e) => { throw e })", "passed-on"),
        ("try { ask() } catch (e) { res.status(500).json({}) }", "error"),
        ("try { ask() } catch (e) { next(e) }", "error"),
        ("try { ask() } catch (e) { return res.json({ reply: FALLBACK }) }", "fallback"),
    ],
)
def test_what_a_script_does_with_a_failure(text: str, kind: str) -> None:
    assert [found[1] for found in read(text, Language.TYPESCRIPT, "guard")] == [kind]
