from __future__ import annotations

from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.facts import (
    environment_javascript,
    environment_members,
    environment_schemas,
    environment_started,
)
from readycheck.scan.unit import Unit

COLLECTORS = (environment_javascript, environment_members, environment_schemas, environment_started)


def collect(text: str, path: str = "src/config.ts") -> list[Fact]:
    unit = Unit(path, Language.TYPESCRIPT, text)
    return [fact for module in COLLECTORS for fact in module.collect(unit)]


def names(text: str, kind: str = "env-read") -> list[Any]:
    return [fact.data["name"] for fact in collect(text) if fact.kind == kind]


def read(text: str) -> dict[str, Any]:
    (fact,) = [fact for fact in collect(text) if fact.kind == "env-read"]
    return dict(fact.data)


def test_every_form_of_reading() -> None:
    text = (
        'import process2 from "node:process";\nimport { env as penv } from "process";\nconst all = process.env;\n'
        'process.env.A; process.env["B"]; process.env[`C`]; all.D; penv.E; process2.env.F; process?.env?.G;\n'
        'const { H, I = "i", J: j } = process.env;\nimport.meta.env.VITE_K; import.meta.env.MODE;\n'
        'function f(env = process.env) { return env.L; }\nif ("M" in process.env) {}\n'
    )
    assert sorted(names(text)) == ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "L", "M", "VITE_K"]


def test_what_only_looks_like_a_read() -> None:
    text = (
        '// process.env.A\nconst s = "process.env.B" + `process.env.C`;\nprocess.env.D = "1"; delete process.env.E;\n'
        "const env = {}; env.F; other.process.env.G; function f(process) { return process.env.H; }\n"
    )
    assert names(text) == []
    assert names(text, "env-written") == ["D", "E"]


def test_defaults() -> None:
    def default(expression: str) -> object:
        return read(f"const x = {expression};")["default"]

    assert default("process.env.A || '1'") == "1"
    assert default("process.env.A ?? 2") == "2"
    assert default("parseInt(process.env.A || '3', 10)") == "3"
    assert default("Number(process.env.A) || 4") == "4"
    assert default("(process.env.A || '5').split(',')") == "5"
    assert default("process.env.A?.trim() ?? '6'") == "6"
    assert default("process.env.A || other || '7'") == "7"
    assert default("process.env.A ? 1 : '8'") == "8"
    assert default("process.env.A || undefined") is None
    assert default("check(process.env.A) || '9'") is None


def test_whether_it_is_required() -> None:
    def last(text: str) -> dict[str, Any]:
        return [dict(fact.data) for fact in collect(text) if fact.kind == "env-read"][-1]

    assert last("const x = process.env.A;")["required"] is None
    assert last("const x = process.env.A || 1;")["required"] is False
    promised = last("const x = process.env.A!;")
    assert (promised["required"], promised["checked"]) == (True, False)
    tested = last("if (!process.env.A) { throw new Error('A'); }")
    assert (tested["required"], tested["checked"]) == (True, True)
    assert last("const x = process.env.A;\nif (!x) { console.error('A'); process.exit(1); }")["required"] is True


def test_when_it_runs() -> None:
    def phase(text: str) -> object:
        return read(text)["phase"]

    assert phase("const x = process.env.A;") == "startup"
    assert phase("async function main() { return process.env.A; }") == "startup"
    assert phase("app.get('/', (req, res) => res.json(process.env.A));") == "request"
    assert phase("export async function POST(request: Request) { return process.env.A; }") == "request"
    assert phase("function helper() { return process.env.A; }") == "unknown"


def test_keys_that_are_not_written_there() -> None:
    assert names("const NAME = 'A'; process.env[NAME];") == ["A"]
    assert names("for (const k of ['A', 'B']) process.env[k];") == ["A", "B"]
    assert names("const NEEDED = ['A', 'B'] as const; NEEDED.filter((k) => !process.env[k]);") == ["A", "B"]
    assert names("process.env[other];") == [None]
    assert read("process.env[`PRE_${x()}`];")["pattern"] == r"PRE_\w+"


def test_functions_around_it() -> None:
    text = (
        "function getEnv(name: string, fallback?: string) {\n  const value = process.env[name] ?? fallback;\n"
        "  if (value === undefined) throw new Error(name);\n  return value;\n}\n"
        "const need = (key: string) => getEnv(key);\ngetEnv('A'); getEnv('B', 'b'); need('C');\n"
    )
    found = {fact.data["name"]: (fact.data["required"], fact.data["default"]) for fact in collect(text)
             if fact.kind == "env-read"}  # fmt: skip
    assert found == {"A": (True, None), "B": (False, "b"), "C": (True, None)}


def test_schemas() -> None:
    def keys(text: str) -> dict[Any, Any]:
        return {fact.data["name"]: fact.data["required"] for fact in collect(text) if fact.data.get("form") == "schema"}

    zod = "import { z } from 'zod';\nconst base = z.object({ A: z.string(), B: z.string().optional() });\n"
    zod += "export const env = base.extend({ C: z.coerce.number().default(3) }).parse(process.env);\n"
    assert keys(zod) == {"A": True, "B": False, "C": False}
    envalid = (
        "import { cleanEnv, str } from 'envalid';\ncleanEnv(process.env, { A: str(), B: str({ default: 'b' }) });\n"
    )
    assert keys(envalid) == {"A": True, "B": False}
    joi = "import Joi from 'joi';\nconst s = Joi.object({ A: Joi.string().required(), B: Joi.string() });\n"
    assert keys(joi + "s.validate(process.env);\n") == {"A": True, "B": False}
    t3 = "import { createEnv } from '@t3-oss/env-nextjs';\nimport { z } from 'zod';\nexport const env = createEnv({\n"
    t3 += "  server: { A: z.string() }, client: { NEXT_PUBLIC_B: z.string() }, runtimeEnv: { A: process.env.A } });\n"
    assert keys(t3) == {"A": True, "NEXT_PUBLIC_B": True}
    checked = "import { IsOptional, IsString } from 'class-validator';\nclass E {\n  @IsString()\n  A: string;\n"
    checked += "  @IsString()\n  @IsOptional()\n  B: string;\n}\nvalidateConfig(process.env, E);\n"
    assert keys(checked) == {"A": True, "B": False}
    body = "import { z } from 'zod';\nz.object({ A: z.string() }).parse(body);\n"
    assert [fact for fact in collect(body, "src/routes.ts") if fact.kind == "env-read"] == []


def test_checks_and_whether_they_stop_the_start() -> None:
    def check(text: str) -> object:
        (fact,) = [fact for fact in collect(f"import {{ z }} from 'zod';\n{text}") if fact.kind == "env-validation"]
        return fact.data["phase"], fact.data["stops"], fact.data["function"]

    assert check("z.object({ A: z.string() }).parse(process.env);") == ("startup", True, "")
    assert check("z.object({ A: z.string() }).safeParse(process.env);") == ("startup", False, "")
    later = check("function validateEnv() { z.object({ A: z.string() }).parse(process.env); }")
    assert later == ("unknown", True, "validateEnv")


def test_what_other_modules_hand_on() -> None:
    text = "import { env } from './env';\nimport { ConfigService } from '@nestjs/config';\nenv.A; env.small;\n"
    text += "class S { constructor(private c: ConfigService) {} f() { return this.c.getOrThrow('B'); } }\n"
    assert names(text, "env-member") == ["A"]
    assert names(text) == ["B"]
