"""What a function does with a value before it uses it as `use(n)`: whether it can only be one of a list by then."""

from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.origins.guards import is_guarded
from readycheck.scan.origins.javascript import JAVASCRIPT
from readycheck.scan.origins.python import PYTHON
from readycheck.scan.unit import Unit


def judge(code: str, language: Language) -> bool:
    unit = Unit("a", language, code)
    found = unit.root.find(pattern="use($N)")
    assert found is not None
    name = found.get_match("N")
    assert name is not None
    return is_guarded(name, PYTHON if language is Language.PYTHON else JAVASCRIPT)


@pytest.mark.parametrize(
    "body",
    [
        "if (!ALLOWED.includes(n)) throw new Error('n'); use(n)",
        "if (!['a', 'b'].includes(n)) { return; } use(n)",
        "if (n && !ALLOWED.has(n)) { n = 'a' } use(n)",
        "if (ALLOWED.indexOf(n) === -1) return; use(n)",
        "if (!/^[a-z]+$/.test(n)) throw 1; use(n)",
        "if (!(n in TABLE)) throw 1; use(n)",
        "if (ALLOWED.includes(n)) { use(n) }",
        "const m = ALLOWED.includes(n) ? use(n) : 'a'",
        "for (const x of y) { if (!ALLOWED.includes(n)) continue; use(n) }",
        "assertName(n); use(n)",
        "if (!isISO8601(n)) throw 1; use(n)",
    ],
)
def test_javascript_that_asks(body: str) -> None:
    assert judge(f"function f(n) {{ {body} }}", Language.JAVASCRIPT)


@pytest.mark.parametrize(
    "body",
    [
        "use(n)",
        "if (BLOCKED.includes(n)) throw 1; use(n)",
        "if (ALLOWED.includes(n)) log(n); use(n)",
        "if (!ALLOWED.includes(n)) log(n); use(n)",
        "if (!ALLOWED.includes(m)) throw 1; use(n)",
        "use(n); if (!ALLOWED.includes(n)) throw 1",
        "if (ALLOWED.includes(n) || admin) { use(n) }",
        "if (!isString(n)) throw 1; use(n)",
        "for (const k in n) { use(n) }",
    ],
)
def test_javascript_that_does_not(body: str) -> None:
    assert not judge(f"function f(n) {{ {body} }}", Language.JAVASCRIPT)


@pytest.mark.parametrize(
    "body",
    [
        "    if n not in ALLOWED:\n        raise ValueError\n    use(n)",
        "    if n not in ('a', 'b'):\n        n = 'a'\n    use(n)",
        "    if n in ALLOWED:\n        use(n)",
        "    m = use(n) if n in ALLOWED else 'a'",
        "    if not re.fullmatch(r'\\w+', n):\n        return None\n    use(n)",
        "    if not n.isidentifier():\n        raise ValueError\n    use(n)",
        "    assert n in ALLOWED\n    use(n)",
        "    validate_name(n)\n    use(n)",
        "    return [use(n) for n in names if n in ALLOWED]",
    ],
)
def test_python_that_asks(body: str) -> None:
    assert judge(f"def f(n):\n{body}\n", Language.PYTHON)


@pytest.mark.parametrize(
    "body",
    [
        "    if n in BLOCKED:\n        raise ValueError\n    use(n)",
        "    if not m and n in ALLOWED:\n        log(n)\n    use(n)",
        "    for n in names:\n        use(n)",
        "    if n not in ALLOWED:\n        log(n)\n    use(n)",
        "    if isinstance(n, str):\n        use(n)",
    ],
)
def test_python_that_does_not(body: str) -> None:
    assert not judge(f"def f(n):\n{body}\n", Language.PYTHON)
