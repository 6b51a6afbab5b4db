from __future__ import annotations

import pytest

from readycheck.model.rule import Check, Rule
from readycheck.model.vocabulary import Channel, Confidence, Language, Polarity, Role, WhenClean
from readycheck.scan.checks.leaks import stack_sent_to_client
from readycheck.scan.unit import Unit

RULE = Rule(
    "r", "t", "i", Channel.CODE, Polarity.VIOLATION, (), Confidence.HIGH, "w", "r", (), (),
    Check("c"), (), (), WhenClean.SUPPORTS, (Role.SERVER,), (), None, "s",
)  # fmt: skip


def judge(text: str, language: Language) -> list[str | None]:
    return [match.exempt for match in stack_sent_to_client(Unit("app.ts", language, text), RULE)]


@pytest.mark.parametrize(
    "code",
    [
        "app.use((err, req, res, next) => { res.status(400).json({ error: err.stack }) })",
        "load().catch((err) => res.json({ error: err.stack || err.message || err }))",
        "app.use((err, req, res, next) => { res.send(err.stack ? err.stack : err) })",
        "if (e instanceof Error) { response.end(String(e.stack)) }",
        "const text = `${error.stack}`; f(); ",
        "function h(ctx, error) { ctx.body = { trace: error.stack } }",
        "export const h = async (c) => c.json({ stack: (error as Error).stack }, 500)",
        "reply.code(500).send(JSON.stringify({ stack: exception.stack }))",
        "function h(err, res) { const detail = { s: err.stack }; res.send(detail) }",
        "import { NextResponse } from 'next/server'; NextResponse.json({ details: error.stack })",
        "if (product) { res.send(err.stack) }",
        "function h(err, res) { const body = { ok: false }; body.error.stack = err.stack; res.json(body) }",
    ],
)
def test_stacks_in_answers(code: str) -> None:
    expected = [] if code.startswith("const text") else [None]
    assert judge(code, Language.TYPESCRIPT) == expected


@pytest.mark.parametrize(
    "code",
    [
        "logger.error({ stack: err.stack })",
        "console.error(err.stack); res.status(500).json({ error: 'failed' })",
        "res.json({ depth: call.stack })",
        "res.json({ layers: infra.stack.name })",
        "res.on('error', (err) => { log(err.stack) })",
        "throw new Failure({ stack: err.stack })",
        "const stack = error instanceof Error ? error.stack : undefined; logger.error('x', { stack })",
        "client.send(err.stack)",
    ],
)
def test_stacks_elsewhere(code: str) -> None:
    assert judge(code, Language.TYPESCRIPT) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("res.json({ s: env.NODE_ENV === 'dev' ? err.stack : undefined })", "env.NODE_ENV === 'dev'"),
        ("res.json({ ...(isDev && { stack: err.stack }) })", "isDev"),
        ("if (!isProduction) { res.send(err.stack) }", "(!isProduction)"),
        ("if (app.get('env') === 'development') { app.use((err, req, res, n) => { res.send(err.stack) }) }",
         "(app.get('env') === 'development')"),
    ],
)  # fmt: skip
def test_stacks_under_a_condition_on_the_environment(code: str, reason: str) -> None:
    assert judge(code, Language.TYPESCRIPT) == [f"only under the condition `{reason}`"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("return JSONResponse({'e': str(e), 't': traceback.format_exc()}, status_code=500)", [None]),
        ("raise HTTPException(500, detail=traceback.format_exc())", [None]),
        ("t = traceback.format_exc()\n    return JSONResponse({'t': t})", [None]),
        ("t = ''.join(traceback.format_exception(e))\n    log(t)\n    return JSONResponse({'t': t})", [None]),
        ("print(traceback.format_exc())\n    return JSONResponse({'e': 'failed'})", []),
        ("logger.error('x', extra={'t': traceback.format_exc()})", []),
        ("return {'t': traceback.format_exc()}", []),
        ("if settings.DEBUG:\n        return JSONResponse({'t': traceback.format_exc()})",
         ["only under the condition `settings.DEBUG`"]),
        ("return JSONResponse({'t': traceback.format_exc() if settings.DEBUG else None})",
         ["only under the condition `settings.DEBUG`"]),
    ],
)  # fmt: skip
def test_python(code: str, expected: list[str | None]) -> None:
    head = "import traceback\nfrom fastapi import HTTPException\nfrom fastapi.responses import JSONResponse\n\n"
    assert judge(f"{head}def failed(e):\n    {code}\n", Language.PYTHON) == expected


def test_what_a_route_returns_is_an_answer() -> None:
    body = "async def read():\n    try:\n        return load()\n    except ValueError:\n"
    returned = "        return {'trace': str(traceback.format_exc())}\n"
    assert judge(f"import traceback\n@app.get('/x')\n{body}{returned}", Language.PYTHON) == [None]
    assert judge(f"import traceback\n@cache\n{body}{returned}", Language.PYTHON) == []
    recorded = "        return save(traceback.format_exc())\n"
    assert judge(f"import traceback\n@app.get('/x')\n{body}{recorded}", Language.PYTHON) == []
