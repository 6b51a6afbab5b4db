from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.facts.django_databases import collect
from readycheck.scan.unit import Unit

POSTGRES = '"ENGINE": "django.db.backends.postgresql"'


def read(text: str, path: str = "shop/settings.py") -> list[tuple[object, object]]:
    return [(one.data["fault"], one.data["limits"]) for one in collect(Unit(path, Language.PYTHON, text))]


@pytest.mark.parametrize("age", ["", ', "CONN_MAX_AGE": 0'])
def test_a_connection_for_each_request(age: str) -> None:
    found = read(f'DATABASES = {{"default": {{{POSTGRES}{age}}}}}\n')
    assert found == [("connects anew for each request: CONN_MAX_AGE is 0, and there is no pool", [])]


@pytest.mark.parametrize(
    "text",
    [
        f'DATABASES = {{"default": {{{POSTGRES}, "CONN_MAX_AGE": 60}}}}\n',
        f'DATABASES = {{"default": {{{POSTGRES}, "CONN_MAX_AGE": age}}}}\n',
        f'DATABASES = {{"default": {{{POSTGRES}, **more}}}}\n',
        f'DATABASES = {{"default": {{{POSTGRES}}}}}\nDATABASES["default"].update(CONN_MAX_AGE=60)\n',
        'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n',
        'DATABASES = {"default": dj_database_url.config()}\n',
    ],
)
def test_nothing_is_said_where_another_place_may_decide(text: str) -> None:
    assert read(text) == []


def test_a_pool_has_its_limits() -> None:
    text = f'DATABASES = {{"default": {{{POSTGRES}, "OPTIONS": {{"pool": {{"max_size": 4, "timeout": 5}}}}}}}}\n'
    [(fault, limits)] = read(text)
    assert fault == ""
    assert isinstance(limits, list)
    assert [row[1] for row in limits] == ["set", "set", "long"]


def test_settings_for_development_are_left_out() -> None:
    assert read(f'DATABASES = {{"default": {{{POSTGRES}}}}}\n', "shop/settings/dev.py") == []
