from __future__ import annotations

import pytest

from readycheck.scan.module_names import find_attribute, list_indexes, refers_to


@pytest.mark.parametrize(
    ("importer", "name", "path", "attribute"),
    [
        ("src/a.ts", "./utils/logger.log", "src/utils/logger.ts", "log"),
        ("src/a.ts", "./utils/logger.js", "src/utils/logger.ts", ""),
        ("src/x/a.js", "../log.default", "src/log/index.js", "default"),
        ("src/a.ts", "@/utils/logger.logger", "src/utils/logger.ts", "logger"),
        ("src/a.ts", "./logger.log", "lib/logger.ts", None),
        ("app/a.py", "app.core.log.get_logger()", "app/core/log.py", "get_logger"),
        ("api/app/a.py", "app.core.log.logger", "api/app/core/log.py", "logger"),
        ("app/a.py", ".log.logger", "app/log.py", "logger"),
        ("app/x/a.py", "..core.log.logger", "app/core/log.py", "logger"),
        ("app/a.py", ".log.logger", "app/x/log.py", None),
        ("app/a.py", "app.core.log.x.y.z.w", "app/core/log.py", None),
        ("app/a.py", "analog.logger", "app/log.py", None),
        ("app/a.py", "app.services.users", "app/__init__.py", "services"),
    ],
)
def test_where_a_name_leads(importer: str, name: str, path: str, attribute: str | None) -> None:
    assert find_attribute(importer, name, path) == attribute
    assert refers_to(importer, name, path) is (attribute is not None)


def test_indexes_above_a_file_nearest_first() -> None:
    assert list_indexes("src/utils/logger.ts") == ("src/utils/index.js", "src/index.js")
    assert list_indexes("app/core/log.py") == ("app/core/__init__.py", "app/__init__.py")
    assert list_indexes("app/core/__init__.py") == ("app/__init__.py",)
    assert list_indexes("logger.js") == ()
