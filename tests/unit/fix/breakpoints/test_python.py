"""Breakpoints of Python taken out."""

from __future__ import annotations

import pytest

from tests.unit.fix.others import fix

TAKEN = {
    "def f():\n    breakpoint()\n    return 1\n": "def f():\n    return 1\n",
    "def f():\n    breakpoint()\n": "def f():\n    pass\n",
    "def f():\n    '''Doc.'''\n    breakpoint()\n": "def f():\n    '''Doc.'''\n",
    "def f():\n    # why\n    breakpoint()\n": "def f():\n    # why\n    pass\n",
    "def f():\n    breakpoint()\n    breakpoint()\n": "def f():\n    pass\n",
    "if x: breakpoint()\ny = 1\n": "if x: pass\ny = 1\n",
    "if x:\n    y()\nelse:\n    breakpoint()\n": "if x:\n    y()\nelse:\n    pass\n",
    "a = 1; breakpoint()\n": "a = 1\n",
    "a = 1; breakpoint(); b = 2\n": "a = 1; b = 2\n",
    "import pdb; pdb.set_trace()\n": "",
    "import pdb\n\n\ndef f():\n    pdb.set_trace()  # noqa: T100\n    return 1\n": "def f():\n    return 1\n",
    "import os\nimport pdb\n\npdb.set_trace()\nos.getcwd()\n": "import os\n\nos.getcwd()\n",
    "import pdb\npdb.set_trace()\npdb.run('x')\n": "import pdb\npdb.run('x')\n",
    "import os, pdb\npdb.set_trace()\n": "import os, pdb\n",
    "import pdb\n__all__ = ['pdb']\npdb.set_trace()\n": "import pdb\n__all__ = ['pdb']\n",
    "from ipdb import set_trace as st\nst()\nx = 1\n": "x = 1\n",
    "x = 1\n\nbreakpoint()\n\ny = 2\n": "x = 1\n\ny = 2\n",
    "breakpoint()": "",
    "x = 1\nbreakpoint()": "x = 1\n",
    "def f():\r\n    breakpoint()\r\n    return 1\r\n": "def f():\r\n    return 1\r\n",
    "def f():\n\tbreakpoint()\n\treturn 'é😀'\n": "def f():\n\treturn 'é😀'\n",
}
LEFT = {
    "x = breakpoint()\n": "refused breakpoint-in-expression",
    "f(breakpoint())\n": "refused breakpoint-in-expression",
    "x and breakpoint()\n": "refused breakpoint-in-expression",
    "import pdb\npdb.set_trace(header=load())\n": "refused arguments-run",
    "import os\nif os.environ.get('DEBUG'):\n    breakpoint()\n": "refused asked-for",
}


@pytest.mark.parametrize(("before", "after"), TAKEN.items())
def test_a_statement_of_its_own_is_taken_out(before: str, after: str) -> None:
    result = fix({"app.py": before}, "breakpoint-call", unsafe=False)

    assert result.text == after
    assert set(result.said) == {"safe"}


@pytest.mark.parametrize(("code", "said"), LEFT.items())
def test_what_is_more_than_a_statement_is_left(code: str, said: str) -> None:
    result = fix({"app.py": code}, "breakpoint-call")

    assert (result.text, result.said) == (code, [said])


def test_a_server_for_debuggers_is_taken_out_on_demand_only() -> None:
    code = "import debugpy\n\n\ndef f():\n    breakpoint()\n    debugpy.listen(5678)\n"

    safe = fix({"app.py": code}, "breakpoint-call", unsafe=False)
    every = fix({"app.py": code}, "breakpoint-call")

    assert safe.text == "import debugpy\n\n\ndef f():\n    debugpy.listen(5678)\n"
    assert every.text == "def f():\n    pass\n"
    assert every.said == ["safe", "unsafe debug-server"]
