from __future__ import annotations

from readycheck.scan.config.dockerfile import as_document, line_in, parse_dockerfile

MULTI_STAGE = """\
# syntax=docker/dockerfile:1
ARG NODE=20-slim
FROM node:${NODE} AS base
USER node
ENV A=1 B="two words"
FROM base AS build
RUN npm ci && \\
    # a comment inside a continued line

    npm run build
FROM base
COPY --from=build --chown=node:node /app /app
ENV A=3
CMD ["node", "server.js"]
"""


def test_last_stage_inherits_what_an_image_hands_down() -> None:
    dockerfile = parse_dockerfile(MULTI_STAGE)
    assert [stage.base for stage in dockerfile.stages] == ["node:20-slim", "base", "base"]
    user, command = dockerfile.last("USER"), dockerfile.last("CMD")
    assert user is not None
    assert (user.text, user.line) == ("node", 4)
    assert command is not None
    assert command.argv == ("node", "server.js")
    assert dockerfile.base() == ("node:20-slim", 3)
    assert dockerfile.environment() == {"A": ("3", 13), "B": ("two words", 5)}
    assert dockerfile.last("RUN") is None


def test_continued_line_drops_comments_and_keeps_its_lines() -> None:
    run = parse_dockerfile(MULTI_STAGE).stages[1].instructions[0]
    assert (run.text, run.line, run.end_line) == ("npm ci && npm run build", 7, 10)


def test_flags_are_taken_off() -> None:
    copy = parse_dockerfile(MULTI_STAGE).stages[2].instructions[0]
    assert copy.flags == {"from": "build", "chown": "node:node"}
    assert copy.text == "/app /app"


def test_heredoc_is_no_instruction() -> None:
    dockerfile = parse_dockerfile("FROM a\nRUN <<EOF\nUSER root\nCMD x\nEOF\nUSER app\n")
    names = [step.name for step in dockerfile.stages[0].instructions]
    assert names == ["RUN", "USER"]
    user = dockerfile.last("USER")
    assert user is not None
    assert (user.text, user.line) == ("app", 6)


def test_heredoc_that_never_ends_stops_at_the_end_of_the_file() -> None:
    assert len(parse_dockerfile("FROM a\nRUN <<EOF\nx\n").stages[0].instructions) == 1


def test_backtick_escape_directive() -> None:
    dockerfile = parse_dockerfile("# escape=`\nFROM a\nRUN dir C:\\\nUSER app `\n  \nCMD x\n")
    assert [step.name for step in dockerfile.stages[0].instructions] == ["RUN", "USER"]


def test_exec_form_must_be_json() -> None:
    dockerfile = parse_dockerfile("FROM a\nCMD ['node', 'x']\nHEALTHCHECK --interval=5s CMD [\"curl\", \"x\"]\n")
    command, health = dockerfile.last("CMD"), dockerfile.last("HEALTHCHECK")
    assert command is not None
    assert command.argv is None
    assert health is not None
    assert health.argv == ("curl", "x")
    assert health.flags == {"interval": "5s"}


def test_document_shows_stages_and_the_last_instructions() -> None:
    dockerfile = parse_dockerfile(MULTI_STAGE)
    document = as_document(dockerfile)
    assert document["FROM"] == ["node:20-slim", "base", "base"]
    assert document["USER"] == "node"
    assert document["ENV"] == {"A": "3", "B": "two words"}
    assert line_in(dockerfile, ("FROM", 2)) == 11
    assert line_in(dockerfile, ("CMD",)) == 14
    assert line_in(dockerfile, ("ENV", "B")) == 5


def test_stage_that_names_itself_or_a_later_one_builds_on_an_image() -> None:
    dockerfile = parse_dockerfile("FROM app AS app\nUSER a\nFROM later\nFROM x AS later\n")
    assert [stage.parent for stage in dockerfile.stages] == [None, None, None]


def test_what_is_no_dockerfile_has_no_stages() -> None:
    assert parse_dockerfile("\x00\n{}\n\n").stages == ()
    assert as_document(parse_dockerfile("")) == {"FROM": []}
