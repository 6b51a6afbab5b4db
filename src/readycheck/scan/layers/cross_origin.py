"""Who may call from a browser: what gives other origins access, and to which."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.layers.libraries import CORS, find_library
from readycheck.scan.layers.mounted import Layer, Stack, name_path
from readycheck.scan.layers.options import Value, expand, read_flag, read_layer_options, read_options
from readycheck.scan.program.model import Call, Definition, Expression, is_within

ORIGINS = (
    "origin", "origins", "allow_origins", "allow_origin", "allow_origin_regex", "allowed_origins", "allowOrigins",
)  # fmt: skip
CREDENTIALS = ("credentials", "allow_credentials", "supports_credentials", "allowCredentials")
HOSTS = (
    "vercel.app", "netlify.app", "herokuapp.com", "github.io", "gitlab.io", "pages.dev", "workers.dev", "web.app",
    "firebaseapp.com", "onrender.com", "fly.dev", "railway.app", "ngrok.io", "ngrok-free.app", "ngrok.app",
    "azurewebsites.net", "azurestaticapps.net", "cloudfront.net", "amazonaws.com", "surge.sh", "glitch.me",
    "replit.app", "repl.co", "run.app", "lovable.app", "lovableproject.com", "stackblitz.io", "webcontainer.io",
    "codesandbox.io", "csb.app", "deno.dev", "trycloudflare.com", "loca.lt",
)  # fmt: skip
HOST = "|".join(re.escape(one).replace(r"\.", r"\\?\.") for one in HOSTS)
WILDCARD = compile_late(
    rf"(?:\*|\.[*+]\)?|\]\+|\]\*|\\w\+|^\\?|^/?\\?)\\?\.(?:{HOST})\b|"
    rf"\b(?:endsWith|endswith|includes)\(\s*[\"'`]\.?(?:{HOST})[\"'`]"
)
HOSTED = compile_late(rf"^\.?(?:{HOST})$")
TESTS = frozenset({"endsWith", "endswith", "includes", "test", "match", "fullmatch", "search", "indexOf"})
ALLOW_HEADER = compile_late(r"^access-control-allow-origin$", re.IGNORECASE)
WRITES = frozenset({"setHeader", "header", "set", "append", "writeHead", "setdefault", "__setitem__"})
ORIGIN_LIST = compile_late(r"origins?\b|allowed|whitelist|allow_?list", re.IGNORECASE)
WISHED = compile_late(r"===?\s*['\"]\*['\"]\s*\)?$")
"""A setting that is held against the wildcard: who wants any origin says so, and nobody gets it unasked."""
FILES = compile_late(
    r"/(?:static|assets?|fonts?|images?|public|embeds?|\.well-known|robots|manifest|media|files?|locales?|i18n)\b",
    re.IGNORECASE,
)
"""Paths below which everybody may read what is there."""
SOCKETIO = "cors_allowed_origins"
CALLED = compile_late(r"(?:^|\.)(?:enableCors|CORS|cross_origin|setHeader|header|set|append|writeHead|setdefault)$")
ASKED = compile_late(
    r"headers\.origin|headers\[['\"]origin|header\(['\"]origin|get\(['\"]origin|\borigin\b", re.IGNORECASE
)
CHECKED = compile_late(
    r"includes|\bin\b|\bhas\b|allowed|whitelist|indexOf|===|test\(|match|endsWith|some\(", re.IGNORECASE
)
ORDER = ("any", "reflected", "hosting", "unknown", "listed", "none")
GIVEN_NONE = "it is given no origin, and then allows any"
EVERYBODY = "takes in everybody's pages on a public host"
# What a library allows that is given no origin at all.
DEFAULT_ANY = frozenset({"cors", "flask_cors", "hono/cors", "@koa/cors", "@fastify/cors", "kcors", "koa2-cors"})


@dataclass(frozen=True, eq=False)
class Grant:
    """One place that gives other origins access.

    `to`: `any`, `reflected`, `hosting` (everybody's pages on a public host), `listed`, or `unknown`; `detail` says how.
    """

    where: Span
    name: str
    to: str
    detail: str
    credentials: bool
    symbol: str = ""


def find_grants(stack: Stack) -> Sequence[Grant]:
    """Everything on what is served that gives other origins access."""
    return stack.remember("grants", lambda one: list(search(one)))


def search(stack: Stack) -> Iterator[Grant]:
    """The same, looked for anew."""
    seen: set[int] = set()
    for layer in stack.layers:
        if layer.is_on and is_cross_origin(stack, layer):
            seen.update(id(one) for one in (layer.piece.call, layer.attached.call) if one is not None)
            yield read_layer(stack, layer)
    files = {
        (one.path, one.name)
        for route in stack.routes
        if FILES.search(name_path(route))
        for one in stack.find_handlers(route)
    }
    files |= {
        (one.path, one.name)
        for layer in stack.layers
        if FILES.search(layer.attached.prefix or "")
        for one in layer.piece.definitions
    }
    for call in stack.facts.program.iterate_calls():
        is_meant = CALLED.search(call.text) or SOCKETIO in call.keywords
        if not is_meant or id(call) in seen or is_for_files(call, files):
            continue
        if stack.facts.live.runs(call.path, call.owner):
            yield from read_call(stack, call) if not is_off(stack, call) else ()


def is_for_files(call: Call, files: Collection[tuple[str, str]]) -> bool:
    """Whether a call stands in a handler that answers with what everybody may read, or in what a file server asks."""
    return call.owner.rpartition(".")[2] == "setHeaders" or any(
        call.path == path and is_within(call.owner, name) for path, name in files
    )


def is_imported(stack: Stack) -> bool:
    """Whether code that runs uses a CORS library, or names the header: then something may give access unseen."""
    program, live = stack.facts.program, stack.facts.live
    for path, module in program.modules.items():
        words = [word for owner, some in module.data["words"].items() if live.runs(path, owner) for word in some]
        if find_library(tuple(live.list_used(path)), CORS) or any(map(ALLOW_HEADER.match, words)):
            return True
    return False


def is_off(stack: Stack, call: Call) -> bool:
    """Whether a call is not reached in production."""
    return bool(stack.production.find_switch(call.conditions))


def is_cross_origin(stack: Stack, layer: Layer) -> bool:
    """Whether a layer is a CORS library's, or a class derived from one."""
    bases = {name for one in layer.piece.definitions for name in stack.facts.program.find_bases(one.ref)}
    return bool(find_library(layer.piece.externals | bases, CORS))


def read_layer(stack: Stack, layer: Layer) -> Grant:
    """What a CORS layer grants."""
    options = read_layer_options(stack, layer)
    bases = {name for one in layer.piece.definitions for name in stack.facts.program.find_bases(one.ref)}
    library = find_library(layer.piece.externals | bases, CORS)
    origin = find_origin(options)
    pattern = options.get("allow_origin_regex")
    to, detail = judge(stack, origin) if origin is not None else judge_default(library)
    if origin is None and not options and layer.piece.call is not None and layer.piece.call.arguments:
        to, detail = "unknown", ""  # the options are made by what cannot be looked into
    if pattern is not None and to in ("listed", "unknown", "none"):
        to, detail = judge(stack, pattern)
    if to == "listed" and origin is not None:
        parts = [str(one.get("t") or one.get("s", "")) for one in origin.expression.get("l") or (origin.expression,)]
        detail = ", ".join(parts[:3]) or detail
    credentials = any(read_flag(stack, options.get(name)) for name in CREDENTIALS)
    return Grant(layer.where, layer.name, to, detail, credentials)


def find_origin(options: Mapping[str, Value]) -> Value | None:
    """The option that says who may call; of Flask's extension it may be one for each path."""
    named = (options[name] for name in ORIGINS if name in options and not is_empty(options[name]))
    nested = (one for key, one in list_nested(options) if key in ORIGINS)
    return next(named, None) or next(nested, None)


def is_empty(value: Value) -> bool:
    """Whether an option is an empty list or nothing at all."""
    return value.expression.get("l") == [] or ("v" in value.expression and value.expression["v"] is None)


def judge_default(library: str) -> tuple[str, str]:
    """What a library grants that is given no origins."""
    return ("any", GIVEN_NONE) if library in DEFAULT_ANY else ("none", "")


def judge(stack: Stack, origin: Value) -> tuple[str, str]:
    """To whom an origin option gives access: the most that its values may give.

    What a setting falls back to is told where the setting is read.
    """
    origin = Value(origin.path, leave_out_wished(origin.expression))
    values = list(expand(stack, origin))
    chosen = [one for one in values if "s" not in one.expression] if "a" in origin.expression else []
    return choose([judge_one(stack, one) for one in chosen or values])


def leave_out_wished(expression: Expression) -> Expression:
    """An expression without what it only is where a setting says `*` in so many words."""
    if "a" not in expression:
        return expression
    alternatives = [leave_out_wished(one) for one in expression["a"]]
    is_wished = WISHED.search(str(expression.get("if", ""))) is not None
    return {**expression, "a": alternatives[1:] if is_wished else alternatives}


def choose(judged: list[tuple[str, str]]) -> tuple[str, str]:
    """Of several the one that gives most."""
    return min(judged, key=lambda one: ORDER.index(one[0]), default=("none", ""))


def judge_one(stack: Stack, value: Value) -> tuple[str, str]:
    """To whom one value of an origin option gives access."""
    expression = value.expression
    if "v" in expression:
        return ("reflected", "whoever asks is reflected") if expression["v"] is True else ("none", "")
    if "l" in expression:
        return choose([judge(stack, Value(value.path, one)) for one in expression["l"]])
    if "s" in expression:
        return judge_text(str(expression["s"]))
    definitions = stack.facts.program.find_definitions(value.path, expression)
    if definitions:
        return judge_function(stack, definitions[0])
    text = str(expression.get("t", ""))
    if WILDCARD.search(text):
        return "hosting", f"`{text[:60]}` {EVERYBODY}"
    return ("listed", text) if text else ("unknown", "")


def judge_text(text: str) -> tuple[str, str]:
    """To whom an origin that is written down gives access."""
    if text.strip() in ("*", ".*", "^.*$", "https?://.*", "https://*", "http://*"):
        return "any", f"`{text.strip()}`"
    if WILDCARD.search(text):
        return "hosting", f"`{text[:60]}` {EVERYBODY}"
    return "listed", text


def judge_function(stack: Stack, definition: Definition) -> tuple[str, str]:
    """To whom a function gives access that is asked for each origin."""
    calls = list(stack.facts.program.modules[definition.path].find_calls(definition.name))
    for one in calls:
        texts = [str(part.get("s", "")) for part in one.arguments]
        if one.method in TESTS and (any(HOSTED.match(text) for text in texts) or WILDCARD.search(one.text)):
            return "hosting", f"`{one.text}({', '.join(texts)})` {EVERYBODY}"
    if (listed := find_hosting(stack, definition.path)) and ORIGIN_LIST.search(" ".join(list_conditions(calls))):
        return "hosting", f"`{listed}` {EVERYBODY}"
    allowing = [one for one in calls if len(one.arguments) > 1 and one.arguments[1].get("v") is True]
    if any(not one.conditions for one in allowing) or [one.get("v") for one in definition.returns] == [True]:
        return "reflected", "its function allows whoever asks"
    return "listed", definition.name


def list_conditions(calls: Sequence[Call]) -> list[str]:
    """What some calls ask and what they are called on."""
    return [text for one in calls for text in (one.text, *one.conditions)]


def find_hosting(stack: Stack, path: str) -> str:
    """What of a list of origins in a file takes in a public host, where production has it in the list."""
    module = stack.facts.program.modules[path]
    given = [(one.value, one.conditions) for one in module.assignments if ORIGIN_LIST.search(one.text)]
    given += [
        (part, call.conditions)
        for call in module.calls
        if call.method in ("push", "add", "append") and ORIGIN_LIST.search(call.text)
        for part in call.arguments
    ]
    for value, conditions in given:
        for one in value.get("l") or (value,):
            text = str(one.get("s") or one.get("t", ""))
            if WILDCARD.search(text) and "o" not in one and not stack.production.find_switch(conditions):
                return text[:60]
    return ""


def read_call(stack: Stack, call: Call) -> Iterator[Grant]:
    """A call that gives access by itself: Flask's extension, Nest's switch, a header that is set by hand."""
    program = stack.facts.program
    where = program.locate(call)
    externals = {*program.find_externals(call.path, call.names), *call.names}
    if SOCKETIO in call.keywords:
        to, detail = judge(stack, Value(call.path, call.keywords[SOCKETIO]))
        yield Grant(where, f"{call.text}, {SOCKETIO}", to, detail, "cors_credentials" in call.keywords, call.owner)
    if call.method == "enableCors" or any(one in ("flask_cors.CORS", "flask_cors.cross_origin") for one in externals):
        options = read_options(stack, call)
        origin = find_origin(options)
        to, detail = (
            judge(stack, origin) if origin is not None else ("any", "it is given no origin, and then allows any")
        )
        yield Grant(
            where, call.text, to, detail, any(read_flag(stack, options.get(name)) for name in CREDENTIALS), call.owner
        )
    if call.method in WRITES and len(call.arguments) > 1 and ALLOW_HEADER.match(str(call.arguments[0].get("s", ""))):
        to, detail = judge_written(stack, Value(call.path, call.arguments[1]), call)
        yield Grant(where, call.text, to, detail, sends_credentials(stack, call), call.owner)


def list_nested(options: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """The options inside of options: `resources={"/api/*": {"origins": "*"}}`."""
    for value in options.values():
        for _, inner in value.expression.get("o") or ():
            yield from ((key, Value(value.path, one)) for key, one in inner.get("o") or ())


def judge_written(stack: Stack, value: Value, call: Call) -> tuple[str, str]:
    """To whom a header that is set by hand gives access."""
    to, detail = judge(stack, value)
    text = str(value.expression.get("t", ""))
    if to != "any" and ASKED.search(text) and not any(CHECKED.search(one) for one in call.conditions):
        return "reflected", "the origin that asks is sent back"
    return ("listed", text) if to == "unknown" else (to, detail)


def sends_credentials(stack: Stack, call: Call) -> bool:
    """Whether the function that sets the header allows credentials, too."""
    for one in stack.facts.program.modules[call.path].find_calls(call.owner):
        first = str(one.arguments[0].get("s", "")).lower() if one.arguments else ""
        if first == "access-control-allow-credentials" and one.owner == call.owner:
            return True
    return False
