"""Django's indexes: a migration each behind the app's last one, and the model's Meta with the same index."""

from __future__ import annotations

import pytest

from readycheck.scan.memory import scan_texts
from tests.unit.fix.others import Result, choose, fix

RULES = ("foreign-key-without-index", "query-without-index")
MIGRATIONS = ("index-built-in-transaction", "migration-locks-table", "migration-number-twice")
SETTINGS = 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "CONN_MAX_AGE": 60}}\n'
FIRST = """from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("status", models.CharField(max_length=20)),
                ("created", models.DateTimeField()),
                ("city", models.CharField(max_length=20, db_column="town")),
            ],
        ),
    ]
"""
HEAD = """from django.db import models


class Order(models.Model):
    status = models.CharField(max_length=20)
    created = models.DateTimeField()
    city = models.CharField(max_length=20, db_column="town")
"""
VIEWS = """from django.http import JsonResponse

from shop.models import Order


def orders(request):
    rows = Order.objects.filter(status=request.GET["status"]).order_by("-created")[:20]
    return JsonResponse([row.id for row in rows], safe=False)
"""
URLS = 'from django.urls import path\nfrom shop import views\nurlpatterns = [path("orders", views.orders)]\n'
NAME = "shop_order_status_10c131_idx"
INDEX = f'models.Index(fields=["status", "-created"], name="{NAME}")'
MADE = "shop/migrations/0002_index_order_status_created.py"
META = f"    class Meta:\n        indexes = [\n            {INDEX},\n        ]\n"
METHOD = "\n    def a(self):\n        pass\n"
BARE = f'\n    class Meta:\n        ordering = ["id"]  # first\n{METHOD}'
BARE_AFTER = BARE.replace("# first\n", f"# first\n        indexes = [\n            {INDEX},\n        ]\n")
OTHER = 'models.Index(fields=["city"], name="c")'
ROWS = f"\n    class Meta:\n        indexes = [\n            {OTHER},  # kept\n        ]\n"
ROWS_AFTER = ROWS.replace(",  #", f",\n            {INDEX},  #")
LINE = f"\n    class Meta:\n        indexes = [{OTHER}]\n"
LINE_AFTER = ROWS_AFTER.replace("  # kept", "")
EMPTY = "\n    class Meta:\n        indexes = []\n"


def make(models: str = HEAD, **more: str) -> dict[str, str]:
    """A project with one app."""
    files = {
        "site/settings.py": SETTINGS,
        "site/urls.py": URLS,
        "shop/models.py": models,
        "shop/views.py": VIEWS,
        "shop/migrations/0001_initial.py": FIRST,
    }
    return files | more


def check(result: Result) -> None:
    """Nothing is missing any more, and the migrations break none of the rules for migrations."""
    scan = scan_texts(result.files, choose((*RULES, *MIGRATIONS)))
    found = [*scan.matches, *(match for file in scan.files for match in file.matches)]
    assert [one.message or one.rule for one in found if one.exempt is None] == []


def test_a_migration_and_a_meta_are_written() -> None:
    result = fix(make(), *RULES)

    assert list(result.changed) == ["shop/models.py", MADE]
    assert result.changed["shop/models.py"] == f"{HEAD}\n{META}"
    text = result.changed[MADE]
    assert "    atomic = False" in text
    assert '        ("shop", "0001_initial"),\n' in text
    assert f'AddIndexConcurrently(\n            model_name="order",\n            index={INDEX},\n' in text
    assert result.said == ["unsafe runs-at-deploy"]
    check(result)


@pytest.mark.parametrize(
    ("before", "after"),
    [(BARE, BARE_AFTER), (ROWS, ROWS_AFTER), (LINE, LINE_AFTER), (EMPTY, f"\n{META}"), (METHOD, f"\n{META}{METHOD}")],
    ids=["a Meta", "a list of lines", "a list in a line", "an empty list", "methods"],
)
def test_a_meta_keeps_what_it_says(before: str, after: str) -> None:
    result = fix(make(HEAD + before), *RULES)

    assert result.changed["shop/models.py"] == HEAD + after


def test_what_one_finding_stands_for_is_made_with_it() -> None:
    more = VIEWS.replace("def orders", "def towns").replace('order_by("-created")', 'order_by("city")')
    files = make() | {"shop/views.py": VIEWS + more[more.index("\n\ndef ") :]}

    result = fix(files, *RULES)

    assert [path for path in result.changed if "migrations" in path] == [
        "shop/migrations/0002_index_order_status_created.py",
        "shop/migrations/0003_index_order_status_city.py",
    ]
    assert len(result.said) == 1
    check(result)


def test_an_inherited_meta_is_kept() -> None:
    base = "class Base(models.Model):\n    class Meta:\n        abstract = True\n        ordering = ['id']\n\n\n"
    models = HEAD.replace("class Order(models.Model)", f"{base}class Order(Base)")

    result = fix(make(models), *RULES)

    assert result.changed["shop/models.py"] == f"{models}\n{META.replace('Meta:', 'Meta(Base.Meta):')}"


def test_an_address_names_the_database() -> None:
    settings = 'DATABASES = {"default": dj_database_url.config(default="postgres://a@localhost/a", conn_max_age=60)}\n'

    assert fix(make() | {"site/settings.py": settings}, *RULES).said == ["unsafe runs-at-deploy"]


def test_a_squashed_migration_is_the_last_one() -> None:
    squashed = FIRST.replace(
        "    dependencies", '    replaces = [("shop", "0001_initial"), ("shop", "0007_b")]\n    dependencies'
    )
    files = make() | {"shop/migrations/0001_squashed_0007_b.py": squashed}

    result = fix(files, *RULES)

    text = result.changed["shop/migrations/0008_index_order_status_created.py"]
    assert '("shop", "0001_squashed_0007_b")' in text


LATER = FIRST.replace("dependencies = []", 'dependencies = [("shop", "0001_initial")]').replace(
    FIRST[FIRST.index("        migrations.CreateModel") : FIRST.index("    ]\n", FIRST.index("        ),"))], ""
)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (make() | {"shop/migrations/0002_a.py": LATER, "shop/migrations/0002_b.py": LATER}, "two-heads"),
        (make() | {"site/test.py": SETTINGS.replace("postgresql", "sqlite3")}, "several-databases"),
        (make() | {"site/settings.py": "DATABASES = read()\n"}, "database-unclear"),
        (make(HEAD.replace("class Order(models.Model)", "class Order(Known)")), "model-unclear"),
        (make(HEAD.replace("class Order(models.Model)", "class Order(other.TimedModel)")), "meta-unclear"),
        (make(f"{HEAD}\n    class Meta(other.Meta):\n        ordering = ['id']\n"), "meta-unclear"),
        (make(f"{HEAD}\n    class Meta: ordering = ['id']\n"), "meta-unclear"),
        (make(f"{HEAD}\n    class Meta:\n        indexes = [*COMMON]\n"), "meta-unclear"),
    ],
    ids=["leaves", "sqlite", "no engine", "no model", "base", "meta's base", "one line", "star"],
)  # fmt: skip
def test_what_cannot_be_told_is_left(files: dict[str, str], reason: str) -> None:
    result = fix(files, *RULES)

    assert result.changed == {}
    assert result.said == [f"refused {reason}"]
