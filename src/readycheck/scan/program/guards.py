"""Who may call a route: which of the layers before it ask for a credential and refuse who has none.

A guard counts when it is a known library's, or own code that reads a credential (a header, a cookie, a session, a token)
and can answer 401 or 403. A name alone counts for nothing where the body can be read.
"""  # noqa: E501 to be split

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from readycheck.scan.program.arguments import flatten, list_class_dependencies, list_dependencies
from readycheck.scan.program.attached import Attached, Piece, Route
from readycheck.scan.program.composing import NOT_CONSTANT
from readycheck.scan.program.model import Call, Definition, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

Level = Literal["", "unknown", "authenticated", "admin"]
Access = Literal["public", "authenticated", "admin", "unknown"]
ORDER: tuple[Level, ...] = ("", "unknown", "authenticated", "admin")
DEPTH = 3
LIBRARIES = re.compile(
    r"passport\.authenticate|^express-jwt|^express-oauth2-jwt-bearer|^connect-ensure-login|^koa-jwt|^hono/(?:jwt|jwk|bearer-auth"
    r"|basic-auth)|^express-basic-auth|^koa-basic-auth|^@nestjs/passport\.AuthGuard|^@fastify/(?:basic-auth|bearer-auth)"
    r"|^django\.contrib\.auth\.(?:decorators|mixins)\.(?!login_not)|^django\.contrib\.auth\.middleware\.LoginRequired"
    r"|^django\.contrib\.admin\.|^rest_framework\.permissions\.(?!AllowAny)|^flask_login\.(?:login_required|fresh_login)"
    r"|^flask_jwt_extended\.\w*jwt_required|^flask_httpauth\.|^flask_security\.\w*(?:required|accepted)|^flask_principal\."
    r"|^starlette\.authentication\.requires|^rest_framework_api_key\.permissions|^litestar\.security\.|^fastapi_users\."
    r"|^supertokens|^@clerk/.*(?:requireAuth|ClerkExpressRequireAuth)|^next-auth/middleware|^aiohttp_security\.\w*required"
    r"|^sanic_jwt\.|^fastapi_azure_auth|^keycloak-connect|^@casl/|^oauth2_provider\."
)
GUARD_NAME = re.compile(
    r"(?:require|ensure|must|check|verify|validate|is|with|need)s?_?(?:be_?)?(?:auth|login|logged|signed|user|admin|token|jwt|session"
    r"|permission|role|scope|owner|api_?key|member|credential)|auth(?:enticat(?:e|ed|ion)|oriz(?:e|ed|ation))?_?(?:required|guard|middleware|check"
    r"|user|jwt|token)|^(?:authenticat|authoriz|authoris|protect(?:ed)?$|guard|auth$)|guard$|(?:login|permission|scope|role|jwt|token|auth|admin|staff|user)s?_?required"
    r"|permission|current_?(?:active_?)?(?:super)?user|jwt_?auth",
    re.IGNORECASE,
)
PUBLIC_MARK = re.compile(
    r"^(?:is_?)?public|skip_?auth|no_?auth|allow_?anonymous|allow_?unauth|anonymous_?allowed|login_not_required|AllowAny$",
    re.IGNORECASE,
)
ADMIN = re.compile(r"admin|superuser|is_?staff|staff_member|\bstaff\b|root_?user|\bowner_?only", re.IGNORECASE)
REFUSED = frozenset({401, 403})
REFUSAL = re.compile(
    r"\b40[13]\b|unauthori[sz]ed|forbidden|not_?authenticated|permission_?denied|access_?denied|authentication_?(?:error|failed|required)"
    r"|invalid_?(?:token|credential|signature)|not_?logged|login_?required|not_?permitted|insufficient|user not found",
    re.IGNORECASE,
)
REFUSED_STATUS = re.compile(r"\b40[13]\b|_40[13]_|UNAUTHORI[SZ]ED|FORBIDDEN")
LOGIN_PATH = re.compile(r"log_?-?in|sign_?-?in|/auth", re.IGNORECASE)
READS = re.compile(
    r"headers?\W{0,2}(?:\.get\(|\.|\[|\()?\W{0,2}(?:authorization|x-api-key|x-auth|apikey|api_key|x_api_key)|HTTP_X_API_KEY"
    r"|\b(?:req|request|ctx|context|c|event|connection|state|locals|g|info)\.(?:user|auth|identity|account|session|cookies"
    r"|signedCookies|COOKIES)\w*\b"
    r"|current_?user\b|is_?authenticated|get_?server_?session|jwt_?verify|verify_?\w*(?:token|jwt|session|cookie)"
    r"|jwt\.(?:verify|decode)|decode_?\w*(?:token|jwt)|auth\.get_?user\b|\bbearer\s|tokens?\.(?:verify|decode|validate)|HTTPAuthorizationCredentials",
    re.IGNORECASE,
)
SCRIPT_READS = re.compile(r"\bsession\b|\bcookies?\b|get_?session\b|\bauth\(\)|\bgetAuth\b", re.IGNORECASE)
READERS = re.compile(
    r"^next-auth(?:/jwt)?\.(?:getToken|getServerSession|auth)|^flask\.session|^hono/cookie\.getCookie|^flask_jwt_extended\."
)
CREDENTIAL_WORDS = frozenset(
    {
        "authorization",
        "x-api-key",
        "http_x_api_key",
        "http_authorization",
        "x-auth-token",
        "api-key",
        "apikey",
        "x-access-token",
    }
)
SCHEMES = re.compile(r"^fastapi\.security\.(?!\w*Form)|^fastapi\.(?:Header|Cookie)$|^starlette\.authentication")
SECURITY = re.compile(r"^fastapi\.security\.(?!\w*Form)")
BROAD = re.compile(r"^except(?: \(?(?:Base)?Exception\)?| HTTPException)?(?: as \w+)?$")
ENTRANCE = re.compile(r"/(?:log-?in|sign-?in|sign-?up|signin|register|registration|tokens?|refresh[\w-]*|log-?out|sign-?out|password[\w-]*"  # noqa: E501 to be split
                      r"|forgot[\w-]*|reset[\w-]*|verify[\w-]*|callback|access-token|session)s?$", re.IGNORECASE)  # fmt: skip  # noqa: E501 to be split
DECIDERS = ("canActivate", "has_permission", "has_object_permission", "test_func", "is_accessible")
READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Guard:
    """A layer that decides who may call: the piece, and what it asks for."""

    piece: Piece
    level: Level

    @property
    def name(self) -> str:
        """What it is called."""
        own = self.piece.definitions[0].name if self.piece.definitions else ""
        return own if own and not own.startswith("<") else self.piece.text


@dataclass(frozen=True)
class Verdict:
    """Who may call a route, and the guards that say so, outermost first."""

    access: Access
    guards: tuple[Guard, ...] = ()


class Judge:
    """Judges routes; what it found out about a function it remembers."""

    def __init__(self, web: Web) -> None:
        """Take the applications."""
        self.web = web
        self._levels: dict[Ref, Level] = {}

    def judge(self, route: Route) -> Verdict:
        """Who may call a route."""
        own = list(self.list_own(route))
        marks = [piece for piece in own if PUBLIC_MARK.search(find_name(piece))]
        outer = [] if marks else [*self.list_outer(route)]
        guards = [Guard(piece, level) for piece in outer if (level := self.weigh(piece, route)) not in ("", "unknown")]
        guards += [Guard(piece, level) for piece in own if (level := self.weigh(piece, route))]
        if not any(guard.level in ("authenticated", "admin") for guard in guards):
            guards += [Guard(piece, level) for piece, level in self.look_inside(route)]
        best: Level = max((guard.level for guard in guards), key=ORDER.index, default="")
        if best:
            return Verdict(best, tuple(guards))
        if route.unresolved not in ("", NOT_CONSTANT) or (route.path is None and not self.is_known(route.handler)):
            return Verdict("unknown")
        return Verdict("public")

    def is_known(self, handler: Piece | None) -> bool:
        """Whether it can be told what a handler does."""
        return handler is not None and bool(self.list_functions(handler) or handler.call or handler.externals)

    # ------------------------------------------------------------------ which pieces

    def list_outer(self, route: Route) -> Iterator[Piece]:
        """The layers of the application and of the routers."""
        for layer in route.guards:
            for piece in layer.pieces:
                if not self.web.find_holders(piece.path, piece.value) and not self.is_exempt(layer, piece, route):
                    yield piece

    def is_exempt(self, layer: Attached, piece: Piece, route: Route) -> bool:
        """Whether an own layer lets the route's path through: it names it, or one above it."""
        words = {
            word
            for definition in piece.definitions
            for word in self.web.program.modules[definition.path].find_words(definition.name)
            if word.startswith("/") and len(word) > 1 and layer.kind == "layer"
        }
        path = route.shown
        return any(path == word or path.startswith(word.rstrip("/*") + "/") for word in words)

    def list_own(self, route: Route) -> Iterator[Piece]:
        """What stands before the handler of the route itself: middleware, decorators, dependencies, wrappers."""
        if route.own is None:
            return
        yield from route.own.pieces[:-1]
        handler = route.handler
        if handler is None:
            return
        for definition in self.list_functions(handler):
            if route.framework in ("FastAPI", "Starlette"):
                yield from list_dependencies(self.web, definition)
                yield from list_class_dependencies(self.web, definition)
            yield from (self.web.make_piece(definition.path, one) for one in self.list_wrapping(route, definition))
        if handler.call is not None:
            yield Piece(handler.path, {"t": handler.call.text}, handler.externals, handler.definitions)

    def list_wrapping(self, route: Route, definition: Definition) -> Iterator[dict[str, object]]:
        """The decorators of a handler which is given by its name: all of them are in force."""
        if route.own is None or route.own.call is None or not route.own.call.decorates:  # noqa: SIM102 to be split
            if (
                route.framework in ("FastAPI", "Starlette", "Express", "aiohttp")
                and self.web.program.modules[definition.path].is_python
            ):
                yield from (dict(one) for one in definition.decorators)

    def list_functions(self, piece: Piece) -> list[Definition]:
        """The functions that do a handler's work: inside of wrappers, `asyncHandler(controller.test)`."""
        if piece.call is None:
            return [one for one in piece.definitions if not one.is_class] or list(piece.definitions)
        inner = [
            found
            for argument in (*piece.call.arguments, *piece.call.keywords.values())
            for one in flatten(argument)
            if {"n", "f", "c"} & set(one)
            for found in self.list_functions(self.web.make_piece(piece.call.path, one))
        ]
        return inner or list(piece.definitions)

    # ------------------------------------------------------------------ what they do

    def weigh(self, piece: Piece, route: Route) -> Level:
        """What a piece asks for."""
        if (
            any(name.endswith("IsAuthenticatedOrReadOnly") for name in piece.externals)
            and set(route.methods) <= READ_ONLY
        ):
            return ""
        level = self.weigh_piece(piece)
        text = f"{piece.text} {' '.join(str(one.get('t') or one.get('s')) for one in list_arguments(piece))}"
        return "admin" if level == "authenticated" and ADMIN.search(text) else level

    def weigh_piece(self, piece: Piece, depth: int = DEPTH) -> Level:
        """What a piece asks for, without the route."""
        if any(LIBRARIES.search(name) for name in piece.externals) or LIBRARIES.search(piece.text):
            return "authenticated"
        levels = [self.weigh_definition(one, depth) for one in piece.definitions]
        if piece.call is not None and depth:
            inner = [
                self.web.make_piece(piece.call.path, one) for one in list_arguments(piece) if {"n", "f", "c"} & set(one)
            ]
            levels += [level for one in inner if (level := self.weigh_piece(one, depth - 1)) not in ("", "unknown")]
        found: Level = max(levels, key=ORDER.index, default="")
        if found or piece.definitions:
            return found
        return "unknown" if GUARD_NAME.search(find_name(piece)) else ""

    def weigh_definition(self, definition: Definition, depth: int = DEPTH) -> Level:
        """What a function or class of the project asks for."""
        known = self._levels.get(definition.ref)
        if known is None:
            self._levels[definition.ref] = ""  # what asks for itself asks for nothing more
            known = self._levels[definition.ref] = self.examine(definition, depth)
        return known

    def examine(self, definition: Definition, depth: int) -> Level:
        """Read a function and what it calls: a credential that is read, and an answer that refuses."""
        parts = list(self.web.program.read_definitions(definition, 2))
        open_parts = [definition, *self.list_uncaught(definition)]
        if depth:
            wrapped = [*list_dependencies(self.web, definition), *self.list_wrappers(definition)]
            levels = [self.weigh_piece(one, depth - 1) for one in wrapped]
            best: Level = max(levels, key=ORDER.index, default="")
            if best in ("authenticated", "admin"):
                return self.name_level(definition)
        calls = [call for one in parts for call in self.web.program.modules[one.path].find_calls(one.name)]
        if any(LIBRARIES.search(name) for call in calls for name in call.names):
            return self.name_level(definition)
        reads = any(self.reads_credential(one) for one in parts)
        refuses = any(self.refuses(one) for one in open_parts)
        if reads and refuses:
            return self.name_level(definition)
        is_named = GUARD_NAME.search(definition.name.rpartition(".")[2]) is not None
        return "unknown" if is_named and (reads or refuses) else ""

    def list_uncaught(self, definition: Definition) -> Iterator[Definition]:
        """The functions that one calls, and those that they call, where what they raise is not caught by it."""
        for call in self.web.program.modules[definition.path].find_calls(definition.name):
            if any(BROAD.match(text) for text in call.catches or ()):
                continue
            for ref in self.web.program.find_called(call):
                found = self.web.program.find_definition(ref)
                if found is not None and found is not definition:
                    yield from self.web.program.read_definitions(found, 1)

    def name_level(self, definition: Definition) -> Level:
        """Whether a guard asks for an administrator, by its name and the words in it."""
        words = self.web.program.modules[definition.path].find_words(definition.name)
        is_admin = ADMIN.search(definition.name) or any(
            ADMIN.fullmatch(word) or word.upper() == "ADMIN" for word in words
        )
        return "admin" if is_admin else "authenticated"

    def list_wrappers(self, definition: Definition) -> Iterator[Piece]:
        """What a class is derived from, `class JwtGuard extends AuthGuard("jwt")`, and what a function is decorated with."""  # noqa: E501 to be split
        for value in (*definition.bases, *definition.decorators):
            yield self.web.make_piece(definition.path, value)

    def reads_credential(self, definition: Definition) -> bool:
        """Whether a function looks at a header, cookie, session or token."""
        module = self.web.program.modules[definition.path]
        for parameter in definition.parameters:
            names = [name for index in parameter.get("c", ()) for name in module.calls[index].names]
            default = parameter.get("d") or {}
            names += module.calls[default["c"]].names if "c" in default else ()
            if any(SCHEMES.search(name) for name in (*names, *parameter.get("n", ()))) or READS.search(
                str(parameter.get("t", ""))
            ):
                return True
        if any(SECURITY.search(name) for one in list_dependencies(self.web, definition) for name in one.externals):
            return True
        if any(word.strip().lower() in CREDENTIAL_WORDS for word in module.find_words(definition.name)):
            return True
        texts = [
            text
            for call in module.find_calls(definition.name)
            for text in (call.text, *call.conditions, *list_texts(call))
        ]
        texts += [
            str(one.value.get("t", "")) for one in module.assignments
            if one.owner == definition.name or one.owner.startswith(f"{definition.name}.")
        ]  # fmt: skip
        names = [name for call in module.find_calls(definition.name) for name in call.names]
        if any(READS.search(text) for text in texts) or any(READERS.search(name) for name in names):
            return True
        is_flask = module.imports.get("session") == "flask.session"
        return (not module.is_python or is_flask) and any(SCRIPT_READS.search(text) for text in texts)

    def refuses(self, definition: Definition) -> bool:  # noqa: PLR0911 to be split
        """Whether a function can answer that the caller must not."""
        module = self.web.program.modules[definition.path]
        if REFUSED & set(module.find_statuses(definition.name)) or definition.name.rpartition(".")[2] in DECIDERS:
            return True
        for name in module.definitions:
            if name.startswith(f"{definition.name}.") and name.rpartition(".")[2] in DECIDERS:
                return True
        if any(
            call.owner == "" and any(REFUSED_STATUS.search(text) for text in list_texts(call)) and call.target
            for call in module.calls
        ):
            return True  # an error that stands ready at the top of the file
        for call in module.find_calls(definition.name):
            if call.method == "close" and "socket" in call.text.lower():
                return True
            raises = (
                call.is_marked("throw") or call.is_marked("new") or call.method in ("abort", "next", "HTTPException")
            )
            if raises and any(REFUSAL.search(text) for text in (call.text, *list_texts(call))):
                return True
            if REFUSAL.search(call.text) or any(REFUSED_STATUS.search(text) for text in list_texts(call)):
                return True
            if "redirect" in call.text.lower() and any(LOGIN_PATH.search(text) for text in list_texts(call)):
                return True
        return False

    def look_inside(self, route: Route) -> Iterator[tuple[Piece, Level]]:
        """A handler that asks by itself, in its own body or in what it calls."""
        if route.handler is None or ENTRANCE.search(re.sub(r"/[{:<][^/]*", "", route.shown)):
            return  # what such routes look at is what they are given to prove who it is
        for definition in self.list_functions(route.handler):
            calls = self.web.program.modules[definition.path].find_calls(definition.name)
            reads, refuses = self.reads_identity(definition), self.refuses(definition)
            asked = [
                found
                for call in calls
                for ref in self.web.program.find_called(call)
                if (found := self.web.program.find_definition(ref)) is not None
                and not found.is_class
                and self.weigh_definition(found) in ("authenticated", "admin")
            ]
            if (reads and refuses) or asked:
                yield (
                    Piece(definition.path, {"f": definition.name}, frozenset(), tuple(asked[:1]) or (definition,)),
                    "authenticated",
                )
                return

    def reads_identity(self, definition: Definition) -> bool:
        """Whether a handler itself looks at who calls: not at a token in its body, as a login does."""
        return self.reads_credential(definition)


def list_arguments(piece: Piece) -> Sequence[dict[str, object]]:
    """The arguments of the call that made a piece, with the elements of lists."""
    if piece.call is None:
        return ()
    given = (*piece.call.arguments, *piece.call.keywords.values())
    return [dict(one) for argument in given for one in flatten(argument)]


def find_name(piece: Piece) -> str:
    """The last name of a piece: of what is called, or of what it is."""
    text = piece.call.text if piece.call is not None else piece.text
    return text.partition("(")[0].rpartition(".")[2]


def list_texts(call: Call) -> Iterator[str]:
    """The texts of a call's arguments."""
    for value in (*call.arguments, *call.keywords.values()):
        yield str(value.get("t") or value.get("s") or value.get("v") or "")
        for _, one in value.get("o", ()):
            yield str(one.get("t") or one.get("s") or one.get("v") or "")
