"""What of a query holds always, what sometimes, and where it is run."""

from __future__ import annotations

from pathlib import Path

from readycheck.scan.queries.statements import Statement
from tests.unit.scan.queries.mapped.asking import SCHEMA, find_mapped, read_corpus, read_files

MODELS = read_corpus("sqlalchemy")["models"]
DJANGO = read_corpus("django")["models"]
PRISMA = read_corpus("prisma")["models"]
ENTITIES = read_corpus("typeorm")["models"]
HEAD = "from sqlalchemy import select, update\nfrom app.models import Post, User\n"


def read(folder: Path, code: str, models: dict[str, str] = MODELS, path: str = "app/service.py") -> list[Statement]:
    """The statements of one function, called `ask`, in the order of the text."""
    reading = read_files(folder, {**models, path: code, "db/migrations/001_all.sql": SCHEMA})
    found = {one.statement.where: one.statement for one in find_mapped(reading, "ask")}
    return sorted(found.values(), key=lambda one: (one.where.line, one.where.column))


def show(statements: list[Statement]) -> list[str]:
    """What they are shown as."""
    return [one.shown for one in statements]


def test_a_query_that_a_variable_holds_is_read_where_it_is_run(tmp_path: Path) -> None:
    code = """
def ask(session, team, name):
    stmt = select(User).where(User.team_id == team)
    if name:
        stmt = stmt.where(User.name == name)
    stmt = stmt.order_by(User.id).limit(5)
    return session.execute(stmt).scalars().all()
"""
    (found,) = read(tmp_path, HEAD + code)

    assert found.shown == "SELECT ... FROM users AS t0 WHERE t0.team_id = ? ORDER BY t0.id LIMIT 5"
    assert found.dynamic
    assert (found.where.line, found.dynamic_end, found.partial) == (9, False, False)


def test_a_limit_that_is_there_sometimes_leaves_the_end_open(tmp_path: Path) -> None:
    code = """
def ask(session, size):
    query = session.query(User).filter(User.team_id == 1)
    if size:
        query = query.limit(size)
    return query.all()
"""
    (found,) = read(tmp_path, HEAD + code)

    assert found.shown == "SELECT ... FROM users AS t0 WHERE t0.team_id = 1"
    assert found.dynamic_end


def test_one_beginning_may_be_run_twice(tmp_path: Path) -> None:
    code = """
def ask(session, page):
    query = session.query(User).filter(User.team_id == 1)
    total = query.count()
    rows = query.order_by(User.name).offset(page * 10).limit(10).all()
    return total, rows
"""
    assert show(read(tmp_path, HEAD + code)) == [
        "SELECT count(*) FROM users AS t0 WHERE t0.team_id = 1",
        "SELECT ... FROM users AS t0 WHERE t0.team_id = 1 ORDER BY t0.name LIMIT 10 OFFSET ?",
    ]


def test_what_is_spread_into_a_query_makes_it_unfit_for_advice(tmp_path: Path) -> None:
    code = "def ask(session, filters):\n    return session.query(User).filter(User.active == True, *filters).all()\n"
    (found,) = read(tmp_path, HEAD + code)

    assert (found.partial, found.dynamic) == (True, True)


def test_a_condition_of_an_enumeration_is_no_join(tmp_path: Path) -> None:
    head = HEAD + "from app.states import State\n"
    code = "def ask(session):\n    return session.query(User).filter(User.name == State.open)\n"

    assert show(read(tmp_path, head + code)) == ["SELECT ... FROM users AS t0 WHERE t0.name = ?"]


def test_a_class_that_is_no_model_is_not_guessed_at(tmp_path: Path) -> None:
    head = "from sqlalchemy import select\nfrom other import User\n"

    assert read(tmp_path, head + "def ask(session):\n    return select(User).where(User.email == 1)\n") == []


def test_a_member_that_no_column_has_is_not_guessed_at(tmp_path: Path) -> None:
    code = "def ask(session):\n    return session.query(User).filter(User.nickname == 1).all()\n"

    assert read(tmp_path, HEAD + code) == []


def test_managers_of_what_belongs_to_an_object(tmp_path: Path) -> None:
    head = "from django.shortcuts import render\nfrom app.models import User\n"
    code = "def ask(user: User):\n    return user.posts.filter(draft=True).order_by('-id')[:5]\n"

    assert show(read(tmp_path, head + code, DJANGO)) == [
        "SELECT ... FROM posts AS t0 WHERE t0.author_id = ? AND t0.draft = TRUE ORDER BY t0.id DESC LIMIT 5"
    ]


def test_a_custom_method_of_a_manager_may_add_anything(tmp_path: Path) -> None:
    head = "import django\nfrom app.models import User\n"
    (found,) = read(
        tmp_path, head + "def ask():\n    return list(User.objects.visible_to(1).filter(name='a'))\n", DJANGO
    )

    assert (found.partial, found.dynamic_end) == (True, True)


def test_dictionaries_are_no_managers(tmp_path: Path) -> None:
    code = "def ask(request):\n    return request.headers.get('x'), request.data.values(), request.data.update(a=1)\n"

    assert read(tmp_path, f"import django\n{code}", DJANGO) == []


def test_what_is_spread_into_an_object_sometimes(tmp_path: Path) -> None:
    code = """
import { prisma } from "./prisma";
export async function ask(mine, rest) {
  await prisma.user.findMany({ where: { teamId: 1, ...(mine && { name: mine }) } });
  await prisma.user.findMany({ where: { teamId: 1, ...rest } });
  await prisma.user.findMany({ where: { teamId: 1, name: mine ? mine : undefined } });
}
"""
    found = read(tmp_path, code, PRISMA, "src/service.ts")

    assert show(found) == [
        "SELECT ... FROM users AS t0 WHERE t0.team_id = 1",
        "SELECT ... FROM users AS t0 WHERE (t0.team_id = 1)",
        "SELECT ... FROM users AS t0 WHERE t0.team_id = 1",
    ]
    assert [(one.dynamic, one.partial) for one in found] == [(True, False), (True, True), (True, False)]


def test_a_key_of_several_members(tmp_path: Path) -> None:
    schema = PRISMA["prisma/schema.prisma"].replace('@@map("posts")', '@@map("posts")\n  @@unique([authorId, title])')
    where = "{ authorId_title: { authorId: 1, title: 'a' } }"
    code = f"export const ask = (prisma) => prisma.post.findUnique({{ where: {where} }});\n"

    assert show(read(tmp_path, code, {"prisma/schema.prisma": schema}, "src/service.ts")) == [
        "SELECT ... FROM posts AS t0 WHERE (t0.author_id = 1 AND t0.title = 'a') LIMIT 1"
    ]


def test_repositories_are_known_by_their_type(tmp_path: Path) -> None:
    code = """
import { InjectRepository } from "@nestjs/typeorm";
import { Repository } from "typeorm";
import { User } from "./entities";
export class Users {
  constructor(@InjectRepository(User) private readonly rows: Repository<User>) {}
  ask(email: string) {
    return this.rows.findOne({ where: { email } });
  }
}
"""
    reading = read_files(tmp_path, {**ENTITIES, "src/users.ts": code, "db/migrations/001_all.sql": SCHEMA})
    (found,) = {one.statement.where: one.statement for one in reading.asked if one.statement.is_mapped}.values()

    assert (found.shown, found.names) == ("SELECT ... FROM users AS t0 WHERE t0.email = ? LIMIT 1", ("first",))


def test_a_choice_of_queries_is_followed(tmp_path: Path) -> None:
    code = """
def ask(allowed):
    rows = User.objects.filter(name="a") if allowed else []
    rows = rows[:5]
    return list(rows)
"""
    (found,) = read(tmp_path, "import django\nfrom app.models import User\n" + code, DJANGO)

    assert found.shown == "SELECT ... FROM users AS t0 WHERE t0.name = 'a' LIMIT 5"


def test_a_condition_that_is_there_sometimes_and_has_an_index_makes_advice_doubtful(tmp_path: Path) -> None:
    code = """
def ask(session, email):
    stmt = select(User).where(User.name == "a")
    if email:
        stmt = stmt.where(User.email == email)
    return session.scalars(stmt).all()
"""
    (found,) = read(tmp_path, HEAD + code)

    assert (found.dynamic, found.partial) == (True, True)


def test_what_is_only_put_together_runs_nothing(tmp_path: Path) -> None:
    code = """
def ask(filters):
    stmt = select(User).where(User.name == "a")
    for one in filters:
        stmt = stmt.where(one)
    return stmt
"""
    (found,) = read(tmp_path, HEAD + code)

    assert (found.calls, found.dynamic_end) == ((), True)
