"""Where the import and the logger go in a module that has none."""

from __future__ import annotations

import pytest

from readycheck.model.fix import FixSettings
from tests.unit.fix.python.rewriting import CONFIGURED, fix

BODY = "\n\ndef f(n):\n    print(n)\n"
FIXED = '\n\ndef f(n):\n    logger.info("%s", n)\n'
BOUND = "logger = logging.getLogger(__name__)\n"


@pytest.mark.parametrize(
    ("head", "fixed"),
    [
        ("import os\n", f"import logging\nimport os\n\n{BOUND}"),
        ("import logging\n", f"import logging\n\n{BOUND}"),
        ("import logging.config\n", f"import logging.config\n\n{BOUND}"),
        ("import logging as log_module\n", "import logging as log_module\n\nlogger = log_module.getLogger(__name__)\n"),
        ("import os, sys\nfrom re import sub\n", f"import logging\nimport os, sys\nfrom re import sub\n\n{BOUND}"),
        ("from json import dumps\n", f"import logging\nfrom json import dumps\n\n{BOUND}"),
        ("import asyncio\nimport time\n", f"import asyncio\nimport logging\nimport time\n\n{BOUND}"),
        ("from fastapi import FastAPI\n", f"import logging\n\nfrom fastapi import FastAPI\n\n{BOUND}"),
        ("from a import (\n    b,\n    c,\n)\n", f"import logging\n\nfrom a import (\n    b,\n    c,\n)\n\n{BOUND}"),
        ("from . import db\n", f"import logging\n\nfrom . import db\n\n{BOUND}"),
        ("import os  # first\n", f"import logging\nimport os  # first\n\n{BOUND}"),
        ("# ours\nfrom app import db\n", f"# ours\nimport logging\n\nfrom app import db\n\n{BOUND}"),
        ("import os\n\n# ours\nfrom a import b\n", f"import logging\nimport os\n\n# ours\nfrom a import b\n\n{BOUND}"),
        ("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nimport os\n",
         f"#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nimport logging\nimport os\n\n{BOUND}"),
        ("import os\ntry:\n    import ujson as json\nexcept ImportError:\n    import json\n",
         f"import logging\nimport os\ntry:\n    import ujson as json\nexcept ImportError:\n    import json\n\n{BOUND}"),
        ("from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app import User\n",
         f"import logging\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app import User\n\n{BOUND}"),
        ("if True:\n    import logging\n", f"if True:\n    import logging\n\nimport logging\n\n{BOUND}"),
        ("import os\n\nos.environ['A'] = '1'\n\nfrom app import db\n",
         f"import logging\nimport os\n\nos.environ['A'] = '1'\n\nfrom app import db\n\n{BOUND}"),
        ("from gevent import monkey\n\nmonkey.patch_all()\n\nfrom app import db\n",
         f"from gevent import monkey\n\nmonkey.patch_all()\n\nfrom app import db\n\nimport logging\n\n{BOUND}"),
        ("import os\n\n__all__ = ['f']\n", f"import logging\nimport os\n\n{BOUND}\n__all__ = ['f']\n"),
    ],
)  # fmt: skip
def test_among_the_imports(head: str, fixed: str) -> None:
    assert fix(f"{head}{BODY}").text == f"{fixed}{FIXED}"


def test_without_imports() -> None:
    block = f"import logging\n\n{BOUND}"
    assert fix(f'"""Doc."""\n{BODY}').text == f'"""Doc."""\n\n{block}{FIXED}'
    assert fix(BODY.lstrip()).text == f"{block}{FIXED}"
    assert fix(f"# Licence\n{BODY}").text == f"# Licence\n\n\n{block}{FIXED}"
    assert (
        fix(f"from __future__ import annotations\n{BODY}").text
        == f"from __future__ import annotations\n\n{block}{FIXED}"
    )
    assert fix(f'"""Doc."""\nX = 1\n{BODY}').text == f'"""Doc."""\n\n{block}\nX = 1\n{FIXED}'


def test_before_what_prints_at_the_top() -> None:
    code = 'import os\n\nprint("loading")\n\nimport sys\n'
    assert fix(code).text == f'import logging\nimport os\n\n{BOUND}\nlogger.info("loading")\n\nimport sys\n'
    code = 'try:\n    import json\nexcept ImportError:\n    print("no json")\n'
    assert fix(code).text.startswith(f"import logging\n\n{BOUND}\ntry:\n")


def test_code_that_follows_at_once_gets_a_blank_line() -> None:
    assert fix(f"import os\nX = 1\n{BODY}").text == f"import logging\nimport os\n\n{BOUND}\nX = 1\n{FIXED}"


def test_line_ends_and_a_missing_last_one_stay() -> None:
    code = f"import os\n{BODY}".replace("\n", "\r\n")
    assert fix(code).text == f"import logging\nimport os\n\n{BOUND}{FIXED}".replace("\n", "\r\n")
    assert fix("import os; x = 1\nif x: print(x)").reasons == ["no-place"]
    assert fix("import os\nif os.name: print(os)").text == (
        f'import logging\nimport os\n\n{BOUND}\nif os.name: logger.info("%s", os)'
    )


@pytest.mark.parametrize(
    ("library", "head", "fixed"),
    [
        ("structlog", "import os\n\nimport fastapi\n",
         "import os\n\nimport fastapi\nimport structlog\n\nlogger = structlog.get_logger(__name__)\n"),
        ("structlog", "import os\n", "import os\n\nimport structlog\n\nlogger = structlog.get_logger(__name__)\n"),
        ("loguru", "import os\n\nfrom fastapi import FastAPI\n",
         "import os\n\nfrom fastapi import FastAPI\nfrom loguru import logger\n"),
        ("loguru", "", "from loguru import logger\n"),
    ],
)  # fmt: skip
def test_other_libraries(library: str, head: str, fixed: str) -> None:
    settings = FixSettings(python_logger=library, logging_configured=True)  # type: ignore[arg-type]
    mark = '"%s" % (n,)' if library == "structlog" else '"{!s}", n'
    assert fix(f"{head}{BODY}".lstrip("\n"), settings).text == f"{fixed}{FIXED}".replace('"%s", n', mark)


@pytest.mark.parametrize(
    ("head", "start"),
    [
        ("from app import logger as views, logging\n", "import logging as _logging\n\nfrom app import logger as"),
        ("logging = True\n", "import logging as _logging\n\nlogger = _logging.getLogger(__name__)\n"),
        ("from absl import logging\n", "import logging as _logging\n"),
    ],
)
def test_a_name_that_is_taken(head: str, start: str) -> None:
    assert start in fix(f"{head}{BODY}").text


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("def f(n):\n    logger = n\n    print(n, logger)\n", "_logger"),
        ("def f(n):\n    print(n)\n\n\ndef g(logger):\n    return logger\n", "logger"),
        ("def f(n):\n    print(n)\n\n\ndef g():\n    return logger\n", "_logger"),
        ("def logger(): ...\n\n\ndef f(n):\n    print(n)\n", "_logger"),
        ("def f(n, logger, _logger):\n    print(n)\n", "module_logger"),
        ("class A:\n    def logger(self, n):\n        print(n)\n", "logger"),
        ("def f(n):\n    global logger\n    logger = n\n    print(n)\n", "_logger"),
    ],
)
def test_the_name_means_nothing_else(code: str, name: str) -> None:
    assert f"    {name}.info(" in fix(code).text


def test_every_name_taken() -> None:
    assert fix("def f(n, logger, _logger, module_logger):\n    print(n)\n").reasons == ["names-taken"]


def test_a_package_s_names_are_not_those_of_its_modules() -> None:
    files = {"app/__init__.py": BODY.lstrip(), "app/logger.py": "X = 1\n", "app/logging.py": "Y = 1\n"}
    assert fix(files).text.startswith("import logging as _logging\n\n_logger = _logging.getLogger(__name__)\n")


def test_a_file_that_hides_the_library() -> None:
    assert fix({"service.py": BODY.lstrip(), "logging.py": "Y = 1\n"}).reasons == ["logging-shadowed"]
    inside = {"app/service.py": BODY.lstrip(), "app/__init__.py": "", "app/logging.py": "Y = 1\n"}
    assert fix(inside).said == ["safe"]


def test_names_that_others_take_with_a_star() -> None:
    files = {"app/a.py": BODY.lstrip(), "app/__init__.py": "from app.a import *\n"}
    assert "\n_logger = logging" in fix(files).text
    below = fix(f"import os\n{BODY}\n\nfrom os.path import *\n")
    assert below.reasons == ["star-import"]


def test_the_same_edit_for_all_places() -> None:
    result = fix('def f(n):\n    print(n)\n    print("b")\n', CONFIGURED)
    shared = [set(site.edits) for site in result.sites]
    assert len(shared[0] & shared[1]) == 1
    assert result.text.count("getLogger") == 1
