from __future__ import annotations

from tests.unit.scan.schema.reading import find, read_sources, tell_indexes, tell_keys, tell_problems

HEAD = "from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n"
START = HEAD + (
    "    dependencies = []\n"
    "    operations = [\n"
    "        migrations.CreateModel('User', [('id', models.AutoField(primary_key=True))]),\n"
    "        migrations.CreateModel('Note', [\n"
    "            ('id', models.AutoField(primary_key=True)),\n"
    "            ('user', models.ForeignKey('app.User', models.CASCADE)),\n"
    "        ]),\n"
    "    ]\n"
)


def write_step(after: str, *operations: str, more: str = "") -> str:
    rows = "".join(f"        {one},\n" for one in operations)
    return f"{more}{HEAD}    dependencies = [('app', {after!r})]\n    operations = [\n{rows}    ]\n"


def test_foreign_keys_have_their_index_and_line() -> None:
    (source,) = read_sources({"app/migrations/0001_initial.py": START})
    note = find(source, "app_note")

    assert (tell_keys(note), tell_indexes(note)) == ([(("user_id",), "app_user")], [("user_id",)])
    assert [note.foreign_keys[0].place.line, note.indexes[1].place.line] == [9, 9]
    assert [one.name for one in note.indexes[1:]] == ["app_note_user_id_603ec18c"]  # as Django itself calls it


def test_a_key_without_an_index_of_its_own() -> None:
    step = write_step(
        "0001_initial",
        "migrations.AlterField('note', 'user', models.ForeignKey('User', models.CASCADE, db_index=False))",
    )
    (source,) = read_sources({"app/migrations/0001_initial.py": START, "app/migrations/0002_x.py": step})

    assert tell_indexes(find(source, "app_note")) == []


def test_apps_are_put_in_order_by_what_they_depend_on() -> None:
    other = HEAD + (
        "    dependencies = [('zoo', '0001_initial')]\n"
        "    operations = [\n"
        "        migrations.CreateModel('Cage', [('animal', models.ForeignKey('zoo.Animal', models.CASCADE))])\n    ]\n"
    )
    zoo = HEAD + (
        "    operations = [\n"
        "        migrations.CreateModel('Animal', [\n"
        "            ('code', models.CharField(max_length=3, primary_key=True))\n        ])\n    ]\n"
    )
    (source,) = read_sources({"a/migrations/0001_initial.py": other, "zoo/migrations/0001_initial.py": zoo})
    cage = find(source, "a_cage")

    assert [key.references for key in cage.foreign_keys] == [("code",)]
    assert [one.type for one in cage.columns if one.name == "animal_id"] == ["character varying(3)"]
    assert tell_problems(source) == []


def test_a_squashed_migration_stands_for_those_that_it_replaces() -> None:
    squashed = START.replace("    dependencies = []\n", "    replaces = [('app', '0001_initial')]\n")
    step = write_step("0001_initial", "migrations.RemoveField('note', 'user')")
    files = {
        "app/migrations/0001_initial.py": START,
        "app/migrations/0001_squashed.py": squashed,
        "app/migrations/0002_x.py": step,
    }
    (source,) = read_sources(files)

    assert [one.name for one in find(source, "app_note").columns] == ["id"]
    assert tell_problems(source) == []


def test_functions_that_change_the_schema_unseen_are_told() -> None:
    more = (
        "def seen(apps, editor):\n    editor.execute('CREATE INDEX seen ON app_note (user_id)')\n\n"
        "def unseen(apps, editor):\n    editor.execute('CREATE INDEX %s ON app_note (id)' % find_name())\n\n"
        "def data(apps, editor):\n    apps.get_model('app', 'Note').objects.all().delete()\n\n"
    )
    runs = [f"migrations.RunPython({name})" for name in ("seen", "unseen", "data")]
    step = write_step("0001_initial", *runs, more=more)
    (source,) = read_sources({"app/migrations/0001_initial.py": START, "app/migrations/0002_x.py": step})

    assert tell_problems(source) == [("app/migrations/0002_x.py", 16, "a function that changes the schema")]
    assert [one.name for one in find(source, "app_note").indexes][2:] == ["seen"]


def test_models_of_an_app_without_migrations() -> None:
    models = """
from django.contrib.auth.models import User
from django.db import models

class Base(models.Model):
    made = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True

class Club(Base):
    code = models.SlugField(primary_key=True)
    members = models.ManyToManyField(User)

    class Meta:
        index_together = [("code", "made")]
"""
    (source,) = read_sources({"site/club/models.py": models})
    through = find(source, "club_club_members")

    assert (source.style, tell_problems(source)) == ("django", [])
    assert tell_indexes(find(source, "club_club"))[:2] == [("made",), ("code",)]
    assert tell_keys(through) == [(("club_id",), "club_club"), (("user_id",), "auth_user")]
    assert ("club_id", "user_id") in through.unique_keys


def test_forms_and_serializers_are_no_models() -> None:
    text = """
from django import forms
from django.db import models
from rest_framework import serializers

class NoteForm(forms.ModelForm):
    title = forms.CharField()

class NoteSerializer(serializers.ModelSerializer):
    title = serializers.CharField()

class Note(models.Model):
    title = models.CharField(max_length=10)
    objects = NoteManager()
"""
    (source,) = read_sources({"notes/models.py": text})

    assert [(table.name, [one.name for one in table.columns]) for table in source.snapshot.tables] == [
        ("notes_note", ["id", "title"])
    ]
