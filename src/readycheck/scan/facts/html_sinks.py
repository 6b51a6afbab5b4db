"""Where code hands out text as HTML, and where it hands it out as text.

`html-sink`: `sink` (what takes the text as HTML), `verdict` (`constant`: nothing from outside stands in it, or it is
escaped; `open`: something from outside does; `unclear`: what a function makes of it is not known), `put` (what stands
in it), `symbol`. `html-text`, one a file and form: `form` and `count` of what cannot become markup: texts that are set
as text, answers in JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.python_values import read_positional
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument
from readycheck.scan.origins.parts import Kind, Part, list_holes
from readycheck.scan.origins.tracer import Purpose, Tracer
from readycheck.scan.origins.tracing import make_tracer

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("html-sink", "html-text")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "dangerouslySetInnerHTML", "srcdoc", "html",
    "createContextualFragment", "send", "end", "Markup", "mark_safe", "SafeString", "render_template_string",
    "HTMLResponse", "HttpResponse", "Response", "text/html",
    "textContent", "innerText", "createTextNode", "render_template",
    "jsonify", "Jinja2Templates", "json", "FastAPI", "route", "htmlBody", "html_body", "Environment",
)  # fmt: skip
TAG = compile_late(r"<(?:!|/?[a-zA-Z][\w-]*[\s>/]|/?[a-zA-Z][\w-]*$)")
ASSIGNED: dict[str, Any] = {
    "any": [
        {"kind": kind, "has": {"field": "left", "kind": "member_expression", "has": {
            "field": "property", "regex": "^(?:innerHTML|outerHTML|srcdoc)$"}}}
        for kind in ("assignment_expression", "augmented_assignment_expression")
    ],
}  # fmt: skip
CALLED: dict[str, Any] = {
    "kind": "call_expression",
    "has": {"field": "function", "kind": "member_expression", "has": {
        "field": "property", "regex": "^(?:insertAdjacentHTML|write|writeln|createContextualFragment|html|send|end)$"}},
}  # fmt: skip
ESCAPING_NAMES = compile_late(
    r"(?:^|[._])(?:sanitize\w*|escape\w*|purify|clean|encode\w*|xss|encodeURIComponent|conditional_escape|format_html"
    r"|htmlEscape|striptags|strip_tags|stripTags|toSafeHtml|renderToString|renderToStaticMarkup|urlencode|quote|tojson"
    r"|json_script|render|render_to_string|render_template|t|translate|gettext|_)$",
    re.IGNORECASE,
)
ESCAPING = compile_late(r"""^(?:/(?:<|\[[^\]]*<[^\]]*\])/g|["']<["']),(?:["'`]&lt;["'`]|[\w(]).*""", re.DOTALL)
MADE = compile_late(
    r"html|markup|svg|template|fragment|icon|body_?content|children|inner|rendered|markdown", re.IGNORECASE
)
FETCHED = compile_late(
    r"^(?:await\s+)?(?:fetch|axios|\$\.(?:get|post|ajax)|prompt|localStorage|sessionStorage|\w*[aA]pi)\b"
)
OUTSIDE = compile_late(
    r"(?:^|\b(?:window|document)\.)location\.(?:hash|search|href)|document\.(?:referrer|cookie)|^[^(]*\.value$"
)
NUMBERS = compile_late(r"(?:^|\.)(?:status(?:_?[cC]ode)?|length|size|count|version|[A-Z]+_ID)$")
"""Names of what is a number, or is the program's own."""
MARKS_HTML = frozenset({"Markup", "mark_safe", "SafeString"})
SAYS_HTML = compile_late(r"html", re.IGNORECASE)
OWN_ADDRESS = compile_late(r"location\.(?:origin|host|hostname|protocol|port|pathname)$")
TALK = compile_late(
    r"\b(?:message|msg|reply|comment|chat|user|input|query|answer|completion|token|prompt|text|title|name)s?\b",
    re.IGNORECASE,
)
RESPONSES = compile_late(r"^(?:res|resp|response|reply|rep|ctx|c)(?:\.|$)")
SET: dict[str, Any] = {
    "any": [
        {"kind": "assignment_expression", "has": {"field": "left", "kind": "member_expression", "has": {
            "field": "property", "regex": "^(?:textContent|innerText)$"}}},
        {"kind": "call_expression", "has": {"field": "function", "regex": "\\.createTextNode$"}},
    ],
}  # fmt: skip
SENT: dict[str, Any] = {
    "kind": "call_expression",
    "has": {
        "field": "function",
        "regex": r"^(?:\w*(?:[rR]es|[rR]eply|[rR]esponse)|c|ctx)(?:\.status\([^()]*\))?\.json$",
    },
}
PYTHON_TEXTS = {
    "sent as JSON": (
        "flask.jsonify", "fastapi.FastAPI", "django.http.JsonResponse", "rest_framework.response.Response",
    ),
}  # fmt: skip
PYTHON_SINKS = (
    "markupsafe.Markup", "flask.Markup", "jinja2.Markup", "django.utils.safestring.mark_safe",
    "django.utils.safestring.SafeString", "flask.render_template_string", "fastapi.responses.HTMLResponse",
    "starlette.responses.HTMLResponse", "django.http.HttpResponse", "fastapi.responses.Response", "fastapi.Response",
    "starlette.responses.Response", "flask.Response", "flask.make_response",
)  # fmt: skip
PROPERTIES = {"__html": "dangerouslySetInnerHTML", "html": "html", "htmlBody": "htmlBody", "html_body": "html_body"}
PLAIN_RESPONSES = frozenset({"Response", "make_response", "HttpResponse"})
ROUTE = compile_late(r"@[\w.]+\.(?:route|get|post)\(")
# Templates are not read: whether they escape is for somebody else to say.
TEMPLATES = (
    "flask.render_template", "fastapi.templating.Jinja2Templates", "starlette.templating.Jinja2Templates",
    "django.shortcuts.render", "jinja2.Environment", "django.template.loader.render_to_string",
)  # fmt: skip
RENDERED: dict[str, Any] = {
    "kind": "call_expression",
    "has": {"field": "function", "regex": r"^(?:res|reply|ctx|c)(?:\.status\([^()]*\))?\.(?:render|view)$"},
}  # fmt: skip
MOST_SINKS = 200


def is_safe(unit: Unit, callee: SgNode) -> bool:  # noqa: ARG001 - by their names, whichever library they are of
    """Whether a callee escapes for HTML, or makes HTML by a library that does."""
    return ESCAPING_NAMES.search(callee.text()) is not None


def collect(unit: Unit) -> Iterator[Fact]:
    """The facts of one file."""
    tracer = make_tracer(unit, Purpose(is_safe, ESCAPING))
    find = find_python_sinks if unit.language is Language.PYTHON else find_sinks
    for number, (node, sink, value, needs_tag) in enumerate(find(unit)):
        if number >= MOST_SINKS:
            break
        fact = judge(tracer, node, sink, value, needs_tag=needs_tag)
        if fact is not None:
            yield fact
    for call in find_rendered(unit):
        data: dict[str, Json] = {"sink": "a template", "verdict": "unclear", "put": "", "symbol": ""}
        yield Fact("html-sink", unit.locate(call), data)
    for form, found in find_texts(unit):
        if found:
            yield Fact("html-text", unit.locate(found[0]), {"form": form, "count": len(found)})


def find_rendered(unit: Unit) -> list[SgNode]:
    """Where templates are rendered; the first place is enough."""
    if unit.language is Language.PYTHON:
        return [one.call for one in unit.find_references(TEMPLATES) if one.call is not None][:1]
    found = unit.root.find_all({"rule": RENDERED}) if ".render(" in unit.text or ".view(" in unit.text else []  # type: ignore[call-overload]
    return found[:1]


def find_texts(unit: Unit) -> Iterator[tuple[str, list[SgNode]]]:
    """What cannot become markup: texts that are set as text, answers in JSON."""
    if unit.language is Language.PYTHON:
        for form, names in PYTHON_TEXTS.items():
            references = unit.find_references(names)
            yield form, [one.call for one in references if one.call is not None]
        return
    if any(word in unit.text for word in ("textContent", "innerText", "createTextNode")):
        yield "set as text", unit.root.find_all({"rule": SET})  # type: ignore[call-overload]
    if ".json(" in unit.text:
        sent = unit.root.find_all({"rule": SENT})  # type: ignore[call-overload]
        yield "sent as JSON", [call for call in sent if has_arguments(call)]


def has_arguments(call: SgNode) -> bool:
    """Whether a call is given anything: an answer that is read is not."""
    arguments = call.field("arguments")
    return arguments is not None and bool(arguments.named_children())


def judge(tracer: Tracer, node: SgNode, sink: str, value: SgNode, *, needs_tag: bool) -> Fact | None:
    """The fact about one sink; None where the text is no HTML after all."""
    parts = tracer.trace(value)
    written = "".join(part.text for part in parts if part.kind is Kind.CONSTANT)
    holes = list_holes(parts)
    if needs_tag and (not TAG.search(written) or (holes and all(part.hole is None for part in holes))):
        return None
    is_tagged = TAG.search(written) is not None
    is_marked = (sink in MARKS_HTML and not is_tagged) or says_html(node)
    verdicts = [
        (
            "unclear"
            if is_marked and is_handed_on(part)
            else judge_hole(part, is_built=is_tagged or part.hole is not None),
            part,
        )
        for part in holes
    ]
    verdict = next((one for one in ("open", "unclear") if any(one == found for found, _ in verdicts)), "constant")
    put = next((part for found, part in verdicts if found == verdict), None)
    where = tracer.unit.locate(node if put is None or put.hole is None or not lies_in(put.hole, value) else put.hole)
    text = (put.hole or put.node).text()[:60] if put is not None else ""
    symbol = tracer.unit.bindings.enclosing_symbol(node)
    return Fact("html-sink", where, {"sink": sink, "verdict": verdict, "put": text, "symbol": symbol})


def is_handed_on(part: Part) -> bool:
    """Whether a text is marked as HTML whole: whoever made it knows whether it is."""
    return part.hole is None and part.kind in (Kind.PARAMETER, Kind.UNKNOWN)


def says_html(node: SgNode) -> bool:
    """Whether a condition around a place says that the text is HTML: `if message_is_html:`."""
    branches = (one.field("condition") for one in [*node.ancestors()][:5] if one.kind() == "if_statement")
    return any(one is not None and SAYS_HTML.search(one.text()) for one in branches)


def lies_in(node: SgNode, outer: SgNode) -> bool:
    """Whether a node is part of another one."""
    inside, around = node.range(), outer.range()
    return around.start.index <= inside.start.index and inside.end.index <= around.end.index


def judge_hole(part: Part, *, is_built: bool) -> str:
    """Whether something from outside stands in HTML, or what is HTML already, or what a function made of it.

    A text that is handed on whole may well be HTML that somebody made: then only its name or its source tells.
    """
    text = root_of(part.node).text()
    if part.kind is Kind.REQUEST or OUTSIDE.search(part.text):
        return "open"
    if OWN_ADDRESS.search(part.text) or part.text.endswith((".innerHTML", ".outerHTML")):
        return "constant"
    name = part.key or part.text.rpartition(".")[2]
    if NUMBERS.search(part.text) or ".dataset." in part.text or MADE.search(name) or text in ("this", "self"):
        return "unclear"
    if not is_built and "(" in text:
        return "unclear"
    if is_built and part.kind is not Kind.STORED and "(" in text:
        return "open" if FETCHED.match(text) else "unclear"
    return "open" if is_built or TALK.search(part.text) else "unclear"


def root_of(node: SgNode) -> SgNode:
    """What a member is taken from, or the node itself."""
    while node.kind() in ("member_expression", "subscript_expression", "attribute", "await_expression", "await"):
        below = node.field("object") or node.field("value") or next(iter(node.named_children()), None)
        if below is None:
            return node
        node = below
    return node


def find_sinks(unit: Unit) -> Iterator[tuple[SgNode, str, SgNode, bool]]:
    """The places in JavaScript that take a text as HTML: the node, its name, the text, whether only tags tell."""
    if "HTML" in unit.text or "srcdoc" in unit.text:
        for node in unit.root.find_all({"rule": ASSIGNED}):  # type: ignore[call-overload]
            left, right = node.field("left"), node.field("right")
            if left is not None and right is not None and not re.match(r"\w*style", left.text(), re.IGNORECASE):
                yield node, left.text().rpartition(".")[2], right, False
    for call in unit.root.find_all({"rule": CALLED}):  # type: ignore[call-overload]
        yield from find_called(call)
    for pair in unit.find_kind("pair") if "html" in unit.text else ():
        key, value = pair.field("key"), pair.field("value")
        name = key.text() if key is not None else ""
        if value is not None and name in PROPERTIES and not is_style(pair):
            yield pair, PROPERTIES[name], value, name != "__html"


def is_style(pair: SgNode) -> bool:
    """Whether a property belongs to a `<style>` element."""
    element = next((one for one in pair.ancestors()[:6] if one.kind().startswith("jsx_") and one.field("name")), None)
    name = element.field("name") if element is not None else None
    return name is not None and name.text() == "style"


def find_called(call: SgNode) -> Iterator[tuple[SgNode, str, SgNode, bool]]:
    """A method that takes HTML, if what it is called on does."""
    callee, arguments = call.field("function"), call.field("arguments")
    owner = callee.field("object") if callee is not None else None
    method = callee.field("property") if callee is not None else None
    listed = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
    if owner is None or method is None or not listed:
        return
    name = method.text()
    if name in ("insertAdjacentHTML", "createContextualFragment"):
        yield call, name, listed[-1], False
    elif name in ("write", "writeln") and owner.text() == "document":
        yield call, f"document.{name}", listed[0], False
    elif name == "html" and re.match(r"^(?:\$|jQuery)", owner.text()):
        yield call, ".html()", listed[0], False
    elif name in ("send", "end", "write", "html") and RESPONSES.match(owner.text()):
        yield call, f"{owner.text().partition('.')[0]}.{name}", listed[0], True


def find_python_sinks(unit: Unit) -> Iterator[tuple[SgNode, str, SgNode, bool]]:
    """The calls in Python that take a text as HTML, and routes that return one."""
    for reference in unit.find_references(PYTHON_SINKS):
        call = reference.call
        if call is None:
            continue
        name = reference.name.rpartition(".")[2]
        given = read_positional(call)
        value = given[0] if given else find_argument(call, "content") or find_argument(call, "response")
        is_html = "text/html" in call.text()
        if value is not None and (name not in PLAIN_RESPONSES or is_html or name != "Response"):
            yield call, name, value, name in PLAIN_RESPONSES and not is_html
    if "flask" not in unit.text:
        return
    for returned in unit.find_kind("return_statement"):
        function = next((one for one in returned.ancestors() if one.kind() == "function_definition"), None)
        above = function.parent() if function is not None else None
        values = returned.named_children()
        if above is not None and above.kind() == "decorated_definition" and ROUTE.search(above.text()) and values:
            value = values[0].named_children()[0] if values[0].kind() in ("tuple", "expression_list") else values[0]
            if value.kind() in ("string", "concatenated_string", "binary_operator", "call", "identifier"):
                yield returned, "a route's answer", value, True
