"""The jobs of pipelines, each with what it runs and what it waits for.

`pipeline-job`: `system`, `name`, `environment`, `stage`, `needs`, `condition`, `manual` (a person starts it),
`branches` (whose pushes start the pipeline; null: all, or not known), `events`, `schedule`, `inputs` (what a person
who starts it must give, as far as the job uses it), `own_machine` (it runs on a machine of the project's own), `order`
(of its stage), `uses` (rows of line and action), and `steps`: rows of line, text of that line, the words of a program,
and whether another machine runs it, by SSH or the like.
`image-release`: an image that a pipeline makes or starts: `verb` (build, push, run), `image`, `moving` (its tag is one
that each release takes over; null: it is computed).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import Program, find_programs, split_words
from readycheck.scan.config.file import ConfigFile, Path
from readycheck.scan.facts.pipelines import COMMANDS, PIPELINE
from readycheck.scan.late import compile_late

KINDS = ("pipeline-job", "image-release")
GLOBS = ("*.yml", "*.yaml")
GITHUB = compile_late(r"(?:^|/)\.(?:github|gitea|forgejo)/workflows/")
GITLAB = compile_late(r"(?:^|/)(?:\.gitlab-ci\.ya?ml|\.gitlab/)")
NO_JOB = frozenset({
    "stages", "variables", "default", "include", "workflow", "image", "services", "cache", "before_script",
    "after_script", "pages",
})  # fmt: skip
REMOTE = frozenset({"ssh", "autossh", "sshpass"})
SSH_VALUES = frozenset({"-i", "-p", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-e"})
MOVING = frozenset({"latest", "main", "master", "prod", "production", "stable", "release", "current", "live"})
ELSEWHERE = compile_late(r"(?:^|[-_.])(?:dev|develop|edge|staging|test|ci|cache|buildcache|nightly|pr)(?:$|[-_.])")
# Options of `docker run` that stand without a value.
BARE = frozenset({
    "-d", "--detach", "--rm", "-i", "-t", "-it", "-ti", "-dit", "-itd", "-di", "-dt", "--init", "--privileged",
    "--read-only", "--interactive", "--tty", "-P", "--publish-all", "--no-healthcheck",
})  # fmt: skip
COMMENT = compile_late(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
EXPRESSION = compile_late(r"\$\{\{(.*?)\}\}|\$\{[^}]*\}|\$\([^)]*\)", re.DOTALL)
MOST_JOBS = 100
MOST_STEPS = 300
MOST_WORDS = 40
MAX_DEPTH = 8


@dataclass
class Job:
    """A job while it is read."""

    file: ConfigFile
    document: int
    path: Path
    steps: list[Json] = field(default_factory=list)
    uses: list[Json] = field(default_factory=list)
    images: list[tuple[int, str, str]] = field(default_factory=list)

    def line_of(self, *path: str | int) -> int:
        """The line of something in the job."""
        return self.file.line_of((*self.path, *path), self.document)


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The jobs of one pipeline and the images that they release.

    Raises:
        ConfigError: the file is broken.
    """
    if not PIPELINE.search(file.path):
        return
    for index, document in enumerate(file.documents):
        if isinstance(document, Mapping):
            yield from islice(read_pipeline(file, index, document), MOST_JOBS)


def read_pipeline(file: ConfigFile, index: int, document: Mapping[str, Any]) -> Iterator[Fact]:
    """All jobs of a pipeline in one of the notations that say jobs apart; other systems' files are one job each."""
    jobs = document.get("jobs")
    if GITHUB.search(file.path) and isinstance(jobs, Mapping):
        trigger = read_trigger(document)
        for name, value in jobs.items():
            if isinstance(value, Mapping):
                yield from read_job(Job(file, index, ("jobs", name)), "github", str(name), value, trigger)
    elif GITLAB.search(file.path):
        stages = document.get("stages")
        order: list[Json] = [str(one) for one in stages] if isinstance(stages, list) else []
        for name, value in document.items():
            if name not in NO_JOB and isinstance(value, Mapping) and not str(name).startswith("."):
                yield from read_job(Job(file, index, (name,)), "gitlab", str(name), value, {"stages": order})
    else:
        yield from read_job(Job(file, index, ()), "other", file.path.rpartition("/")[2], document, {})


def read_trigger(document: Mapping[str, Any]) -> dict[str, Json]:
    """What starts a GitHub workflow. `on` is a boolean to some YAML readers."""
    on = next((value for key, value in document.items() if key in ("on", True)), None)
    if isinstance(on, str):
        on = [on]
    if isinstance(on, list):
        return {"events": [str(one) for one in on], "branches": None, "schedule": "", "inputs": []}
    if not isinstance(on, Mapping):
        return {}
    push, timer, manual = on.get("push"), on.get("schedule"), on.get("workflow_dispatch")
    branches = push.get("branches") if isinstance(push, Mapping) else None
    inputs = manual.get("inputs") if isinstance(manual, Mapping) else None
    crons = [str(one.get("cron")) for one in timer or () if isinstance(one, Mapping)]
    return {
        "events": [str(one) for one in on],
        "branches": [str(one) for one in branches] if isinstance(branches, list) else None,
        "schedule": crons[0] if crons else "",
        "inputs": [str(one) for one in inputs] if isinstance(inputs, Mapping) else [],
    }


def read_job(job: Job, system: str, name: str, value: Mapping[str, Any], trigger: Mapping[str, Json]) -> Iterator[Fact]:
    """The fact of one job, and those of the images that it releases."""
    find_steps(job, value, ())
    environment = value.get("environment")
    if isinstance(environment, Mapping):
        environment = environment.get("name")
    rules, inputs, stages = value.get("rules"), trigger.get("inputs"), trigger.get("stages")
    stage, text = str(value.get("stage") or ""), str(value)
    whens = [value.get("when"), *(one.get("when") for one in rules or () if isinstance(one, Mapping))]
    data: dict[str, Json] = {
        "system": system,
        "name": name,
        "environment": str(environment or ""),
        "stage": stage,
        "order": stages.index(stage) if isinstance(stages, list) and stage in stages else None,
        "needs": list_needs(value.get("needs", value.get("dependencies"))),
        "condition": str(value.get("if") or rules or value.get("only") or "")[:300],
        "manual": "manual" in whens,
        "branches": trigger.get("branches"),
        "events": trigger.get("events") or [],
        "schedule": trigger.get("schedule") or "",
        "inputs": [one for one in inputs if f"inputs.{one}" in text] if isinstance(inputs, list) else [],
        "own_machine": "self-hosted" in str(value.get("runs-on")),
        "uses": job.uses,
        "steps": job.steps,
    }
    line = job.line_of() if job.path else 1
    yield Fact("pipeline-job", job.file.span(line), data)
    for row, verb, image in job.images:
        yield make_release(job.file, row, verb, image)


def list_needs(value: Any) -> list[Json]:  # noqa: ANN401 - YAML
    """The jobs that a job waits for."""
    if isinstance(value, str):
        return [value]
    rows = value if isinstance(value, list) else ()
    return [str(one.get("job", "")) if isinstance(one, Mapping) else str(one) for one in rows]


def find_steps(job: Job, value: Any, path: Path) -> None:  # noqa: ANN401 - YAML
    """Gather every command and action anywhere in a job."""
    if len(path) > MAX_DEPTH:
        return
    if isinstance(value, list):
        for index, child in enumerate(value):
            find_steps(job, child, (*path, index))
    if not isinstance(value, Mapping):
        return
    for key, child in value.items():
        place = (*path, key)
        if key in COMMANDS:
            take_block(job, child, place)
        elif key == "uses" and isinstance(child, str):
            take_action(job, job.line_of(*place), child, value.get("with"), path)
        elif not isinstance(child, str):
            find_steps(job, child, place)


def take_block(job: Job, value: Any, path: Path) -> None:  # noqa: ANN401 - YAML
    """What stands under a key for commands: one text, a list of them, or a step with keys of its own."""
    for index, row in enumerate(value if isinstance(value, list) else [value]):
        where = (*path, index) if isinstance(value, list) else path
        if isinstance(row, str):
            take_commands(job, job.line_of(*where), row)
        else:
            find_steps(job, row, where)


def take_action(job: Job, line: int, action: str, options: Any, path: Path) -> None:  # noqa: ANN401 - YAML
    """An action, with the images that it pushes and the script that it runs elsewhere."""
    job.uses.append([line, action])
    if not isinstance(options, Mapping):
        return
    by_digest = "push-by-digest" in str(options.get("outputs"))
    if (
        "build-push-action" in action
        and options.get("tags")
        and options.get("push", True) is not False
        and not by_digest
    ):
        first = job.line_of(*path, "with", "tags")
        rows = job.file.lines[first - 1 : first + 20]
        for tag in re.split(r"[\n,]+", EXPRESSION.sub("$X", str(options["tags"])).strip()):
            found = next(
                (row for row, text in enumerate(rows, first) if tag.strip() in EXPRESSION.sub("$X", text)), first
            )
            job.images.append((found, "push", tag.strip()))
    if isinstance(options.get("script"), str) and "ssh" in action:
        take_commands(job, job.line_of(*path, "with", "script"), options["script"], is_remote=True)


def take_commands(job: Job, line: int, text: str, *, is_remote: bool = False) -> None:
    """The programs of one block of commands, in order, each with the line on which it begins."""
    rows = job.file.lines[line - 1 : line + text.count("\n") + 2]
    start = 0
    for program, elsewhere in list_programs(split_words(COMMENT.sub("", text))):
        if len(job.steps) >= MOST_STEPS:
            return
        place = find_row(rows, start, program.words)
        start = start if place is None else place
        number = line + start
        words: list[Json] = list(program.words[:MOST_WORDS])
        is_remote = is_remote or (program.name in REMOTE and "<<" in text)  # what follows is read by the remote shell
        job.steps.append([number, job.file.row(number).strip()[:200], words, elsewhere or is_remote])
        job.images += [(number, verb, image) for verb, image in read_images(program)]


def list_programs(words: Sequence[str], depth: int = 0) -> Iterator[tuple[Program, bool]]:
    """The programs that words start, and whether they do so over SSH on another machine."""
    for program in find_programs(words):
        yield program, depth > 0
        remote = read_remote(program) if depth < 2 and program.name in REMOTE else ""  # noqa: PLR2004 - ssh in ssh
        if remote:
            yield from list_programs(split_words(remote), depth + 1)


def read_remote(program: Program) -> str:
    """The command that ssh is given, behind its options and the host."""
    words = list(program.words[1:])
    if program.name == "sshpass" and "ssh" in words:
        words = words[words.index("ssh") + 1 :]
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in SSH_VALUES else words[1:]
    rest = words[1:]
    return "" if rest and rest[0].startswith("<<") else " ".join(rest)


def find_row(rows: Sequence[str], start: int, words: Sequence[str]) -> int | None:
    """Which of the rows, from one on, begins with a program: the first that holds its first two words."""
    for head in (" ".join(words[:2]), words[0]):
        for number in range(start, len(rows)):
            if head in rows[number]:
                return number
    return None


def read_images(program: Program) -> Iterator[tuple[str, str]]:
    """The images that a container tool's command builds, pushes or runs: (verb, image)."""
    words = list(program.words)
    if program.name not in ("docker", "podman", "buildah", "nerdctl"):
        return
    words = [word for word in words[1:] if word not in ("image", "buildx", "container")]
    if not words:
        return
    verb, rest = words[0], words[1:]
    if verb in ("build", "bud"):
        for flag, value in zip(rest, [*rest[1:], ""], strict=True):
            if flag in ("-t", "--tag"):
                yield "build", value
            elif flag.startswith("--tag="):
                yield "build", flag.partition("=")[2]
    elif verb == "push":
        yield from (("push", word) for word in rest[-1:] if not word.startswith("-"))
    elif verb in ("run", "create"):
        image = find_run_image(rest)
        if image:
            yield "run", image


def find_run_image(words: Sequence[str]) -> str:
    """The image that `docker run` starts: the first word that is neither an option nor an option's value."""
    index = 0
    while index < len(words):
        word = words[index]
        if not word.startswith("-"):
            return word
        index += 1 if "=" in word or word in BARE else 2
    return ""


def make_release(file: ConfigFile, line: int, verb: str, image: str) -> Fact:
    """The fact of one image; what is computed in its name stands as `$X`."""
    name = EXPRESSION.sub("$X", image).strip("\"'")
    return Fact("image-release", file.span(line), {"verb": verb, "image": name, "moving": is_moving(name)})


def is_moving(image: str) -> bool | None:
    """Whether a tag is one that the next release takes over; None where it is computed."""
    if "@sha256:" in image:
        return False
    last = image.rpartition("/")[2]
    _, colon, tag = last.partition(":")
    if not colon:
        return None if "$" in last else True
    return None if "$" in tag or ELSEWHERE.search(tag) else tag in MOVING
