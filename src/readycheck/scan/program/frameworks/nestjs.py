"""NestJS: controllers that a module lists, guards of methods, classes and the application, prefixes and versions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from readycheck.scan.program.arguments import flatten, list_items, read_option, read_texts
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.model import Call, Definition, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.attached import Piece
    from readycheck.scan.program.web import Web

APPLICATIONS = {"@nestjs/core.NestFactory.create": "NestJS"}
LISTEN = ("listen",)
CONTROLLER = "@nestjs/common.Controller"
MODULE = "@nestjs/common.Module"
METHODS = {
    f"@nestjs/common.{name}": name.upper() if name != "All" else ""
    for name in ("Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All", "Sse")
} | {"@nestjs/common.Sse": "GET"}
PLAIN = frozenset(
    {"HttpCode", "Header", "Redirect", "Render", "Version", "Controller", *(n.rpartition(".")[2] for n in METHODS)}
)
GUARDS = "@nestjs/common.UseGuards"
GLOBAL = {"useGlobalGuards": "layer", "use": "layer", "useGlobalInterceptors": "layer", "useGlobalPipes": "layer",
          "useGlobalFilters": "error-handler"}  # fmt: skip
PROVIDED = {"APP_GUARD": "layer", "APP_INTERCEPTOR": "layer", "APP_PIPE": "layer", "APP_FILTER": "error-handler"}
FIRST = -(10**9)
HEADER = frozenset({"HEADER", "MEDIA_TYPE", "CUSTOM"})


def find_applications(web: Web) -> Iterator[Application]:
    """Applications, but not those that never listen beside one that does; controllers, which modules mount."""
    created = list(web.find_created(APPLICATIONS))
    listens = {ref for call in web.program.iterate_calls(LISTEN) for ref, _ in web.program.find_receivers(call)}
    listening = [one for one in created if one.ref in listens]
    yield from listening or created
    for call in web.program.iterate_calls():
        if CONTROLLER in call.names and call.decorates:
            yield Application(Ref(call.path, call.decorates), "NestJS", web.program.locate(call), call, is_router=True)


def find_attached(web: Web) -> Iterator[Attached]:
    """Routes, controllers, and what is in force for all of them."""
    calls = list(web.program.iterate_calls())
    applications = [one for one in web.holders.values() if one.framework == "NestJS" and not one.is_router]
    for call in calls:
        if CONTROLLER in call.names and call.decorates:
            yield from read_controller(web, call)
    settings = {one.ref: Settings(web, one, calls) for one in applications}
    for application in applications:
        yield from mount_controllers(web, application, settings[application.ref], calls)
    for call in calls:
        yield from read_global(web, call, settings)


def read_global(web: Web, call: Call, holders: Collection[Ref]) -> Iterator[Attached]:
    """What one call puts in force for whole applications: `app.useGlobalGuards`, a module's providers, a consumer."""
    if call.method in GLOBAL:
        for holder, rest in web.find_receivers(call):
            if holder in holders and rest == f".{call.method}":
                yield from attach_all(web, call, holder, GLOBAL[call.method])
    elif MODULE in call.names and call.decorates:
        for holder in holders:
            yield from read_providers(web, call, holder)
    elif call.method == "apply" and call.text.startswith("consumer"):
        for holder in holders:
            yield from attach_all(web, call, holder, "layer")


def attach_all(web: Web, call: Call, holder: Ref, kind: str) -> Iterator[Attached]:
    """Each argument of a call, in force for the whole application."""
    for value in call.arguments:
        yield attach(web, call, holder, kind, web.make_piece(call.path, value))


def attach(web: Web, call: Call, holder: Ref, kind: str, piece: Piece) -> Attached:
    """Something in force for the whole application."""
    order = FIRST + call.order if kind == "layer" else call.order
    return Attached(
        kind, "NestJS", holder, web.locate(call), [piece], order=order, conditions=tuple(call.conditions), call=call,  # type: ignore[arg-type]
        owner="", name=call.method,
    )  # fmt: skip


class Settings:
    """What an application says about all of its paths."""

    def __init__(self, web: Web, application: Application, calls: list[Call]) -> None:
        """Look for `setGlobalPrefix` and `enableVersioning`."""
        self.prefix: str | None = ""
        self.excluded: list[str] = []
        self.versioned = False
        self.default: list[str] = []
        for call in calls:
            if call.method not in ("setGlobalPrefix", "enableVersioning"):
                continue
            if application.ref not in [holder for holder, _ in web.find_receivers(call)]:
                continue
            if call.method == "setGlobalPrefix" and call.arguments:
                self.prefix = web.read_text(call.path, call.arguments[0])
                option = read_option(call.arguments[1], "exclude") if len(call.arguments) > 1 else None
                self.excluded = [text.strip("/") for text in read_texts(web, call.path, option) if text]
            elif call.method == "enableVersioning":
                kind = str((call.find_option("type") or {}).get("t", "")).rpartition(".")[2]
                self.versioned = kind not in HEADER
                self.default = [text for text in read_texts(web, call.path, call.find_option("defaultVersion")) if text]


def read_path(web: Web, call: Call) -> list[str | None]:
    """The paths of `@Controller("users")`, `@Controller({path: "users"})`, `@Get(["a", "b"])`."""
    given = call.arguments[0] if call.arguments else {}
    if "o" in given:
        given = read_option(given, "path") or {}
    return read_texts(web, call.path, given) if given else [""]


def read_versions(web: Web, path: str, call: Call, definition: Definition) -> list[str]:
    """The versions that `@Version("1")` or `@Controller({version: "1"})` names."""
    option = call.find_option("version")
    for value in definition.decorators:
        made = web.program.modules[path].calls[value["c"]] if "c" in value else None
        if made is not None and "@nestjs/common.Version" in made.names and made.arguments:
            option = made.arguments[0]
    return [text for text in read_texts(web, path, option) if text]


def read_controller(web: Web, call: Call) -> Iterator[Attached]:
    """The guards and the routes of a controller; its path and versions stand with its mount."""
    ref = Ref(call.path, call.decorates)
    module, cls = web.program.modules[call.path], web.program.find_definition(ref)
    if cls is None:
        return
    for piece in list_guards(web, cls):
        yield Attached(
            "layer", "NestJS", ref, module.locate(cls), [piece], order=FIRST, call=piece.call, name="UseGuards"
        )
    for one in list_classes(web, cls):
        for name, method in web.program.modules[one.path].definitions.items():
            if name.rpartition(".")[0] == one.name:
                yield from read_method(web, ref, method)


def list_classes(web: Web, cls: Definition, depth: int = 3) -> Iterator[Definition]:
    """A class and those of the project that it extends."""
    yield cls
    for value in cls.bases if depth else ():
        for base in web.program.find_definitions(cls.path, value):
            yield from list_classes(web, base, depth - 1)


def read_method(web: Web, holder: Ref, method: Definition) -> Iterator[Attached]:
    """The routes of one method."""
    calls = web.program.modules[method.path].calls
    for value in method.decorators:
        call = calls[value["c"]] if "c" in value else None
        verb = next((METHODS[name] for name in call.names if name in METHODS), None) if call is not None else None
        if call is None or verb is None:
            continue
        for path in read_path(web, call):
            pieces = [*list_guards(web, method), web.make_piece(method.path, {"f": method.name})]
            yield Attached(
                "route", "NestJS", holder, web.program.locate(call), pieces, path, (verb,) if verb else (), call.order,
                call=call, owner=holder.name, name=call.method,
            )  # fmt: skip


def list_guards(web: Web, definition: Definition) -> Iterator[Piece]:
    """What `@UseGuards` names, and own decorators, which may be made of it."""
    for value in definition.decorators:
        call = web.program.modules[definition.path].calls[value["c"]] if "c" in value else None
        if call is not None and GUARDS in call.names:
            for argument in call.arguments:
                yield from (web.make_piece(definition.path, one) for one in flatten(argument))
        elif call is None or call.method not in PLAIN:
            yield web.make_piece(definition.path, value)


def mount_controllers(web: Web, application: Application, settings: Settings, calls: list[Call]) -> Iterator[Attached]:
    """The controllers of the modules that the application's module imports, each below its prefixes."""
    modules = {call.decorates: call for call in calls if MODULE in call.names and call.decorates}
    reached = reach_modules(web, application, {Ref(call.path, name): call for name, call in modules.items()})
    for call in reached:
        for path, value in list_items(web, call.path, call.find_option("controllers")):
            for ref in web.find_holders(path, value):
                yield from mount(web, application, settings, call, path, value, ref)


def mount(  # noqa: PLR0913, PLR0917 - what is mounted where
    web: Web, application: Application, settings: Settings, module: Call, path: str, value: Expression, ref: Ref
) -> Iterator[Attached]:
    """One controller, once for each of its paths and versions."""
    call, cls = web.holders[ref].call, web.program.find_definition(ref)
    if call is None or cls is None:
        return
    versions = (read_versions(web, ref.path, call, cls) or settings.default) if settings.versioned else []
    if settings.versioned and not versions:
        methods = web.program.modules[ref.path].definitions.values()
        own = [one for method in methods for one in read_versions(web, ref.path, module, method) if method is not cls]
        versions = own[:1]
    for text in read_path(web, call):
        is_excluded = text is not None and text.strip("/") in settings.excluded
        for version in versions or [""]:
            parts = [settings.prefix if not is_excluded else "", f"v{version}" if version else "", text]
            prefix = (
                None
                if text is None
                else "/".join(part.strip("/") if part is not None else "{?}" for part in parts if part != "")
            )
            yield Attached(
                "mount", "NestJS", application.ref, web.program.locate(call), [web.make_piece(path, value)], prefix,
                order=module.order, call=call, owner="", name="Controller",
            )  # fmt: skip


def reach_modules(web: Web, application: Application, modules: dict[Ref, Call]) -> list[Call]:
    """The modules that are imported, from the one that the application is created from; all where that is not known."""
    call = application.call
    work = list(find_modules(web, call.path, call.arguments[0], modules)) if call is not None and call.arguments else []
    if not work:
        return list(modules.values())
    found: dict[Ref, None] = {}
    while work:
        ref = work.pop()
        if ref in found:
            continue
        found[ref] = None
        module = modules[ref]
        for path, value in list_items(web, module.path, module.find_option("imports")):
            work += find_modules(web, path, value, modules)
    return [modules[ref] for ref in modules if ref in found]


def find_modules(web: Web, path: str, value: Expression, modules: dict[Ref, Call]) -> Iterator[Ref]:
    """The modules that an element of `imports` names: a class, `Users.forRoot()`, `forwardRef(() => UsersModule)`."""
    names = value.get("n") or ()
    call = web.program.modules[path].calls[value["c"]] if "c" in value else None
    if call is not None and call.method == "forwardRef":
        yield from find_forwarded(web, call, modules)
        return
    if call is not None:
        names = [name.rpartition(".")[0] for name in call.names if "." in name]
    if "a" in value:
        for one in value["a"]:
            yield from find_modules(web, path, one, modules)
    for name in names:
        ref = web.program.resolve(path, name)
        for one in (ref, *web.program.follow(ref)):
            if one in modules:
                yield one
                break


def find_forwarded(web: Web, call: Call, modules: dict[Ref, Call]) -> Iterator[Ref]:
    """The modules that the function returns which `forwardRef` is given."""
    for argument in call.arguments:
        for definition in web.program.find_definitions(call.path, argument):
            for result in definition.returns:
                yield from find_modules(web, definition.path, result, modules)


def read_providers(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """`{provide: APP_GUARD, useClass: AuthGuard}`: in force for the whole application, whichever module says it."""
    for path, value in list_items(web, call.path, call.find_option("providers")):
        name = str((read_option(value, "provide") or {}).get("t", ""))
        used = read_option(value, "useClass", "useExisting", "useValue", "useFactory")
        if name in PROVIDED and used is not None:
            yield attach(web, call, holder, PROVIDED[name], web.make_piece(path, used))
