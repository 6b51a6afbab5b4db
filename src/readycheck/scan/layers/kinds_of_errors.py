"""Whether a program tells errors apart: classes with a status, libraries that make such, codes of the database."""

from __future__ import annotations

from readycheck.scan.late import compile_late
from readycheck.scan.layers.mounted import Stack
from readycheck.scan.program.model import Definition

MAKERS = compile_late(
    r"^(?:http-errors|@hapi/boom|boom|http-status-errors|express-http-errors|restify-errors|ts-http-exceptions|routing-controllers|"
    r"@nestjs/common\.\w*Exception|@curveball/http-errors|http-problem|express-openapi-validator|celebrate|ts-custom-error|verror)\b"
)
TELLS = compile_late(
    r"instanceof|isinstance|\bcode\b|\.name\b|\.errno\b|23505|ER_DUP|P20\d\d|isJoi|isBoom|isOperational|ZodError|ValidationError"
)
STATUS = compile_late(r"(?:^|\.)(?:status|statusCode|status_code|httpStatus|httpCode)$")
OBJECTS = compile_late(r"(?:err|error|e|ex|exception|this|fault)\.(?:status|statusCode|httpStatus|httpCode)$")
ERROR = compile_late(r"(?:^|\.)(?:\w*Error|\w*Exception)$")


def tells_errors_apart(stack: Stack, handlers: list[Definition]) -> bool:
    """Whether handlers look at what sort of error they have, or some code gives errors a status."""
    body = stack.make_body(handlers)
    if any(TELLS.search(condition) for call in body.calls for condition in call.conditions):
        return True
    program = stack.facts.program
    for module in program.modules.values():
        if any(OBJECTS.search(one.text) for one in module.assignments):
            return True
        if any(MAKERS.match(str(name)) for name in (*module.imports.values(), *module.data.get("loads", ()))):
            return True
        for definition in module.definitions.values():
            bases = [str(base.get("t", "")) for base in definition.bases]
            if definition.is_class and any(ERROR.search(base) for base in bases):
                return True
    return any(passes_status(call.data) for call in program.iterate_calls() if call.method == "assign")


def passes_status(data: object) -> bool:
    """Whether `Object.assign(new Error(...), { status: 404 })` gives an error a status."""
    arguments = data.get("a", ()) if isinstance(data, dict) else ()
    return any(key in ("status", "statusCode") for one in arguments for key, _ in one.get("o") or ())
