"""What surrounds a print: whose output it is, and whether a log record can take its place there at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.fix.contract import FileView
from readycheck.fix.python.layout import chooses_logging, ends_line_of_other, is_asked_for, is_laid_out, says_so
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Match
from readycheck.model.vocabulary import Role
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

BODIES = frozenset({"function_definition", "lambda", "decorator"})
FUNCTION, CLASS = "function_definition", "class_definition"
KEPT = compile_late(r"#.*\bnoqa\s*:[^#]*\bT20[13]?\b|#.*\bnoqa\s*:[^#]*\bT001\b|#.*\bpylint:\s*disable=[^#]*\bprint")
PARSER = compile_late(
    r"\bArgumentParser\(|\bOptionParser\(|\bparse_args\(|\badd_argument\(|\bdocopt\(|\bgetopt\.|\bfire\.Fire\b|\bsys\.argv\b"
)
SERVES = compile_late(
    r"\buvicorn\b|\bhypercorn\b|\bserve_forever\(|\brun_app\(|\bapp\.run\(|\bFastAPI\(|\bFlask\(|\bStarlette\(|\bSanic\("
    r"|\bQuart\(|\bLitestar\(|\bApplication\(|\bCelery\("
)
LOOPS = compile_late(
    r"\bwhile (?:True|1)\b|\brun_forever\(|\b(?:run|start)_polling\(|\bstart_consuming\("
    r"|\b(?:bot|client|worker)\.(?:run|start|work)\("
)
ECHOES = compile_late(r"\b(?:click|typer)\.(?:echo|secho)\(")
DIALOGUE = compile_late(r"(?<![\w.])input\(|\bgetpass\b|\btermios\b|\bimport (?:readline|curses)\b")
DIALOGUE_LIBRARY = compile_late(r"\b(?:prompt_toolkit|questionary|[iI]nquirer\w*)\b")
ASKS = compile_late(r"(?<![\w.])(?:input|raw_input|getpass\.getpass|prompt|confirm)\(|\bclick\.(?:prompt|confirm)\(")
COMMAND_FUNCTION = compile_late(r"^(?:main|cli|_main|run_cli|cli_main|usage|print_usage|print_help|show_help|help)$")
PRINTS = compile_late(
    r"(?i)^_*(?:print|pprint|pretty_?print|show|display|dump|echo|list_|usage|help|banner|summar|report_|demo_?|example)"
    r"|_print$|print_|_banner$|dump$|_report$|_summary$"
)
MACHINERY = compile_late(
    r"\blogging\.(?:handlers\.)?\w*(?:Handler|Formatter|Filter)\b|\b(?:Stream|File|Rotating\w*|Memory|Queue)?Handler\b"
    r"|\b\w*Formatter\b|\bInterceptHandler\b|\bLogRecord\b"
)
LOG_HANDLER = compile_late(r"\blogging\b|\bLogRecord\b")
OWN_LOGGER = compile_late(r"(?i)^_?(?:\w*logger|log|logging|console)$")
LEVELS = frozenset({"log", "info", "warn", "warning", "error", "debug", "fatal", "success", "critical", "exception"})
# Compilers that know print but no logger, and runners that take the source of the function alone.
ELSEWHERE = compile_late(
    r"^@(?:\w+\.)*(?:n?jit|vectorize|guvectorize|script|kernel|dsl\.component|component|container_component|virtualenv"
    r"|external_python|docker|kubernetes|pyspark|overload)\b|^@(?:cuda|triton|ti|taichi|jax|dsl|kfp)\."
)
# What is printed there, somebody reads: a record goes past it, to where the handler writes.
CAPTURES = compile_late(
    r"\bredirect_std(?:out|err)\(|\bsys\.std(?:out|err)\s*=(?!=)|\b(?:setattr|patch\.object)\(\s*sys\s*,\s*[\"']std"
    r"|\bpatch\(\s*[\"']sys\.std|\bcapture_output\(|\bcapsys\b"
)
SHUTDOWN = compile_late(r"^(?:__del__|atexit\w*|_?cleanup_at_exit)$")
SCRIPTS = compile_late(
    r"(?:^|/)(?:scripts?|examples?|example_\w+|samples?|demos?|tutorials?|testing|test_?utils?|_?website|docs?|generate_\w+|codegen|development|smoke|e2e)/|^t/|(?:^|/)_?(?:setup\w*|gen_\w+|codegen\w*|generate_\w+|\w+_generation|make_\w+|release\w*)\.py$|^(?:build\w*|tools|bin|hack|dev|devtools|ci|build|docker|deploy|deployment|examples?|demos?|benchmarks?|utils_dev)/"
)
TESTING = compile_late(r"(?m)^\s*(?:from|import)\s+(?:_?pytest|unittest|nose)\b")
EXITS = compile_late(r"\bsys\.exit\(|(?<![\w.])(?:exit|quit)\(|\bos\._exit\(|\braise SystemExit\b")
COMMANDS = compile_late(
    r"(?:^|/)(?:__main__|manage|(?:\w+_)?cli(?:_\w+)?|commands?)\.py$|/(?:cli|commands?|command_line)/"
)


@dataclass(frozen=True)
class Context:
    """One file, and the functions and classes around a node of it."""

    view: FileView
    installed: bool
    imported: bool = True

    @cached_property
    def parses_arguments(self) -> bool:
        """Whether the file is the command line of a program, and not of a server."""
        text = self.view.unit.text
        return PARSER.search(text) is not None and not SERVES.search(text)

    def check(self, match: Match, call: SgNode) -> None:
        """Raise RefusedError where the output belongs to somebody, or where a record must not be made."""
        code = self.find_owner(match) or self.find_author(call) or self.find_command(call) or self.find_machinery(call)
        code = code or ("output-captured" if self.catches and is_caught(call) else "")
        if code or ends_line_of_other(call):
            raise RefusedError(code or "partial-line")

    @cached_property
    def catches(self) -> bool:
        """Whether something in the file catches what is printed."""
        return CAPTURES.search(self.view.unit.text) is not None

    def find_owner(self, match: Match) -> str:
        """Whose output the whole file writes, or the context that the rule exempts."""
        if match.exempt:
            return "main-guard" if "main guard" in match.exempt else "command-output"
        if self.view.role is not Role.SERVER or TESTING.search(self.view.unit.text):
            return "not-service-code"
        if self.installed and not SERVES.search(self.view.unit.text):
            return "console-script"
        return "command-output" if COMMANDS.search(f"/{self.view.path}") else ""

    def find_author(self, call: SgNode) -> str:
        """A comment that tells another linter that the print is meant."""
        unit = self.view.unit
        rows = unit.lines[call.range().start.line : call.range().end.line + 1]
        return "kept-by-author" if any("#" in row and KEPT.search(row) for row in rows) else ""

    def find_command(self, call: SgNode) -> str:
        """Whether a person at a terminal reads it."""
        functions = find_around(call, FUNCTION)
        if any(read_name(one) == "test" or read_name(one).startswith("test_") for one in functions):
            return "not-service-code"
        if any(ASKS.search(one.text()) for one in functions):
            return "interactive"
        if any(PARSER.search(one.text()) or ECHOES.search(one.text()) for one in functions):
            return "command-output"
        if functions and self.is_started_only(functions[-1]):
            return "main-guard"
        if not self.parses_arguments:
            return ""
        names = [read_name(one) for one in functions]
        return "command-output" if not names or any(map(COMMAND_FUNCTION.match, names)) else ""

    def is_started_only(self, function: SgNode) -> bool:
        """Whether nothing in the file but the main guard uses a function of its top, and the file serves nothing."""
        unit, name = self.view.unit, function.field("name")
        if "__main__" not in unit.text or name is None or find_around(function, CLASS):
            return False
        if SERVES.search(unit.text) or LOOPS.search(unit.text):
            return False
        uses = unit.bindings.find_uses(name)
        return bool(uses) and all(map(unit.bindings.is_inside_main_guard, uses))

    def find_machinery(self, call: SgNode) -> str:
        """Whether it is a part of logging itself."""
        for one in find_around(call, CLASS):
            bases = one.field("superclasses")
            if bases is not None and MACHINERY.search(bases.text()) and LOG_HANDLER.search(self.view.unit.text):
                return "logging-machinery"
            if OWN_LOGGER.match(read_name(one)) and count_levels(one) > 1:
                return "own-logger"
        if chooses_logging(call):
            return "logging-machinery"
        if any(map(ELSEWHERE.search, list_decorators(call))):
            return "taken-elsewhere"
        functions = find_around(call, FUNCTION)
        if any(takes_record(one) or self.is_sink(one) for one in functions):
            return "logging-machinery"
        own = functions and read_name(functions[0]) in LEVELS and not find_around(functions[0], CLASS)
        return "own-logger" if own else ""

    def is_sink(self, function: SgNode) -> bool:
        """Whether a function is given to a logger as what writes its records."""
        name = read_name(function)
        return bool(name) and f".add({name}" in self.view.unit.text

    def find_doubt(self, call: SgNode) -> str:
        """The reason why the place makes the fix unsafe; empty if there is none."""
        text = self.view.unit.text
        functions = find_around(call, FUNCTION)
        names = [read_name(one) for one in functions]
        if any(map(SHUTDOWN.match, names)) or any(f"atexit.register({name}" in text for name in names):
            return "interpreter-shutdown"
        if any(map(PRINTS.search, names[:1])) or any(map(says_so, functions[:1])):
            return "prints-by-name"
        if DIALOGUE_LIBRARY.search(text) or (not SERVES.search(text) and DIALOGUE.search(text)):
            return "terminal-dialogue"
        if is_asked_for(call):
            return "flag-decides"
        if is_laid_out(call):
            return "laid-out"
        doubts = {"run-by-itself": self.is_script(call), "perhaps-captured": self.catches}
        return next((code for code, holds in doubts.items() if holds), "")

    def is_script(self, call: SgNode) -> bool:
        """Whether the file may be a script, or the print a last word before the process ends."""
        if SCRIPTS.search(self.view.path) or self.parses_arguments or (not self.imported and self.runs_at_top):
            return True
        functions = find_around(call, FUNCTION)
        return bool(functions) and EXITS.search(functions[0].text()) is not None

    @cached_property
    def runs_at_top(self) -> bool:
        """Whether the module calls its own functions or print where it is loaded, and serves nothing."""
        unit = self.view.unit
        if SERVES.search(unit.text):
            return False
        own = {read_name(one) for one in unit.find_kind(FUNCTION)} | {"print"}
        return any(
            not any(parent.kind() in BODIES for parent in call.ancestors())
            for call in unit.find_kind("call")
            if call.text().partition("(")[0].strip() in own
        )


def find_around(node: SgNode, kind: str) -> list[SgNode]:
    """The functions or classes around a node, innermost first."""
    return [one for one in node.ancestors() if one.kind() == kind]


def is_caught(call: SgNode) -> bool:
    """Whether the function or the `with` around a node catches what is printed."""
    return any(CAPTURES.search(one.text()) for kind in (FUNCTION, "with_statement") for one in find_around(call, kind))


def list_decorators(node: SgNode) -> list[str]:
    """The decorators of the functions and classes around a node."""
    decorated = [one for one in node.ancestors() if one.kind() == "decorated_definition"]
    return [part.text() for one in decorated for part in one.children() if part.kind() == "decorator"]


def read_name(definition: SgNode) -> str:
    """What a function or class is called."""
    name = definition.field("name")
    return name.text() if name is not None else ""


def count_levels(definition: SgNode) -> int:
    """How many methods of a class are called like levels."""
    names = {read_name(one) for one in definition.find_all(kind=FUNCTION)}
    return len(names & LEVELS)


def takes_record(function: SgNode) -> bool:
    """Whether a function is given log records."""
    parameters = function.field("parameters")
    names = list_parameters(parameters) if parameters is not None else []
    if read_name(function) in ("emit", "format", "handle", "filter") and "record" in names:
        return True
    return "event_dict" in names


def list_parameters(parameters: SgNode) -> Sequence[str]:
    """The names of the parameters."""
    return [one.text() for one in parameters.find_all(kind="identifier")]
