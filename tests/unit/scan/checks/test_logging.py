from __future__ import annotations

from collections.abc import Sequence

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Check, Json, Rule
from readycheck.model.vocabulary import Channel, Confidence, Polarity, Role, WhenClean
from readycheck.scan.checks.contract import Facts
from readycheck.scan.checks.logging import structured_logger_used

RULE = Rule(
    "structured-logger-used", "t", "i", Channel.CODE, Polarity.CONTROL, (), Confidence.HIGH, "w", "r", (), (),
    Check("structured_logger_used"), (), (), WhenClean.SUPPORTS, (Role.SERVER,), (), None, "s",
)  # fmt: skip


def fact(kind: str, path: str, **data: Json) -> Fact:
    return Fact(kind, Span(path, 3, 1, 3, 9), data)


def setup(path: str, **more: Json) -> Fact:
    data: dict[str, Json] = {
        "library": "pino",
        "form": "pino",
        "structured": True,
        "scope": "module",
        "users": ["pino"],
    }
    return fact("logger-configured", path, **{**data, **more})


def use(path: str, libraries: Sequence[str] = (), specifiers: Sequence[str] = ()) -> Fact:
    return fact("logger-used", path, libraries=[*libraries], specifiers=[*specifiers], calls=1)


def messages(*facts: Fact) -> list[str]:
    kinds = {one.kind for one in facts}
    grouped = {kind: [one for one in facts if one.kind == kind] for kind in kinds}
    return [match.message for match in structured_logger_used(Facts(grouped), RULE).matches]


def test_configured_and_never_used_proves_nothing() -> None:
    assert messages(setup("log.js")) == []
    assert messages(use("a.js", ["pino"])) == []


def test_a_module_logger_proves_through_those_who_import_it() -> None:
    users = [use("src/a.js", specifiers=["./log.default"]), use("src/b.js", specifiers=["./log.logger"])]
    assert messages(setup("src/log.js"), *users) == ["pino is configured here; 2 modules log through it"]
    assert messages(setup("src/log.js"), use("src/a.js", specifiers=["./other.logger"])) == []
    assert messages(setup("src/log.js"), use("src/c.js", ["pino"])) == []


def test_an_index_hands_on_what_is_called_a_logger() -> None:
    assert messages(setup("src/utils/log.js"), use("src/a.js", specifiers=["./utils.logger"]))
    assert not messages(setup("src/utils/log.js"), use("src/a.js", specifiers=["./utils.messages"]))


def test_a_library_logger_proves_through_everyone_who_uses_the_library() -> None:
    whole: dict[str, Json] = {"library": "structlog", "form": "structlog", "scope": "library", "users": ["structlog"]}
    assert messages(setup("app/log.py", **whole), use("app/a.py", ["structlog"]))
    assert not messages(setup("app/log.py", **whole), use("app/a.py", ["logging"]))
    obtained = fact("logger-obtained", "app/get.py", libraries=["structlog"])
    assert messages(setup("app/log.py", **whole), obtained, use("app/a.py", specifiers=["app.get.get_logger()"]))


def test_text_for_people_is_no_structured_logger() -> None:
    assert messages(setup("a.js", structured=False), use("a.js", ["pino"])) == []


def test_the_projects_own_formatter_class_decides() -> None:
    more: dict[str, Json] = {"structured": None, "formatter": "app.json.Json", "scope": "library", "users": ["logging"]}
    facts = [setup("app/log.py", **more), use("app/a.py", ["logging"])]
    assert messages(*facts) == []
    assert messages(*facts, fact("formatter-defined", "app/json.py", name="Other")) == []
    assert messages(*facts, fact("formatter-defined", "app/json.py", name="Json"))


def test_applications_are_examined_too() -> None:
    assert structured_logger_used(Facts({"application": [fact("application", "app.py")]}), RULE).examined == 1
    assert structured_logger_used(Facts({}), RULE).examined == 0
