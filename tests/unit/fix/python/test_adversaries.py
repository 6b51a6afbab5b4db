"""Modules that were written to break the fix of prints: each has once been turned into code that raises."""

from __future__ import annotations

import pytest

from tests.unit.fix.python.rewriting import fix, rewrite

PRINTS = '\n\ndef work(n):\n    print("got", n)\n'
MADE = "logger = logging.getLogger(__name__)"


@pytest.mark.parametrize(
    "head",
    [
        f"import contextlib\n\nwith contextlib.suppress(ImportError):\n    import settings\n\n    {MADE}\n",
        f"for _ in ():\n    {MADE}\n",
        f"while False:\n    {MADE}\n",
        f"import os\n\nif os.environ.get('A'):\n    {MADE}\n    {MADE}\n",
        f"import os\n\nif os.environ.get('A'):\n    {MADE}\nelif os.environ.get('B'):\n    {MADE}\n",
        f"try:\n    pass\nexcept ImportError:\n    {MADE}\nexcept ValueError:\n    {MADE}\n",
        f"match 3:\n    case 1:\n        {MADE}\n    case 2:\n        {MADE}\n",
        f"def set_up():\n    global logger\n    {MADE}\n",
    ],
)
def test_a_logger_that_may_never_be_bound_is_not_used(head: str) -> None:
    text = fix(f"import logging\n{head}{PRINTS}").text
    assert '\n    _logger.info("got %s", n)\n' in text


@pytest.mark.parametrize(
    "head",
    [
        f"import os\n\nif os.environ.get('A'):\n    {MADE}\nelif os.environ.get('B'):\n    {MADE}\nelse:\n    {MADE}\n",
        f"try:\n    {MADE}\nexcept ValueError:\n    {MADE}\nexcept OSError:\n    raise\n",
        f"try:\n    pass\nfinally:\n    {MADE}\n",
        f"try:\n    pass\nexcept ValueError:\n    {MADE}\nelse:\n    {MADE}\n",
    ],
)
def test_a_logger_that_every_branch_binds_is_used(head: str) -> None:
    text = fix(f"import logging\n{head}{PRINTS}").text
    assert '\n    logger.info("got %s", n)\n' in text


@pytest.mark.parametrize(
    "code",
    [
        '@run\ndef go():\n    print("going on")\n',
        '@run\nclass A:\n    def go(self):\n        print("going on")\n',
        'if True:\n    def go():\n        print("going on")\n',
    ],
)
def test_what_may_run_before_the_logger_is_bound_is_left_alone(code: str) -> None:
    whole = f"import logging\nfrom app.runs import run\n\n\n{code}\n\nlogger = logging.getLogger(__name__)\n"
    result = fix(whole)
    assert result.said == ["refused logger-bound-later"]
    assert result.text == whole


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('print("a", \\\n      x)', 'logger.info("a %s", \\\n      x)'),
        ("print(x \\\n      , n)", 'logger.info("%s %s", x \\\n      , n)'),
        ('print( \\\n    "a", x)', 'logger.info( \\\n    "a %s", x)'),
    ],
)
def test_a_backslash_at_the_end_of_a_line_is_no_value(statement: str, expected: str) -> None:
    assert rewrite(statement) == expected


def test_a_quote_before_the_last_line_end_keeps_it_from_being_trimmed() -> None:
    assert rewrite('print("""say "hi"\\n""")') == 'logger.info("""say "hi"\\n""")'


@pytest.mark.parametrize(
    "block",
    [
        'with contextlib.redirect_stdout(buffer):\n        print("caught", n)\n',
        'sys.stdout = buffer\n    print("caught", n)\n',
    ],
)
def test_what_is_caught_stays_printed(block: str) -> None:
    head = "import contextlib\nimport sys\n\n\ndef show(n):\n    work(n)\n\n\n"
    result = fix(f'{head}def catch(n, buffer):\n    {block}\n\ndef other(n):\n    print("perhaps", n)\n')
    assert result.said == ["refused output-captured", "unsafe perhaps-captured"]


@pytest.mark.parametrize(
    "line",
    [
        "logger.setLevel(logging.WARNING)",
        'logger.setLevel("ERROR")',
        "logger.disabled = True",
        "logger.propagate = False",
    ],
)
def test_a_logger_that_its_module_quiets_is_no_safe_place(line: str) -> None:
    assert fix(f"import logging\n\n{MADE}\n{line}\n{PRINTS}").said == ["unsafe logging-not-configured"]


def test_an_import_in_a_branch_binds_the_name_above() -> None:
    head = "try:\n    from loguru import logger\nexcept ImportError:\n    import logging\n\n    logger = logging.root\n"
    assert 'logger.info("got %s", n)' in fix(f"{head}{PRINTS}").text
