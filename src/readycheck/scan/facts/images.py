"""What the last stage of each Dockerfile ends up with.

`image`: `base`, `bases` (image and line of every stage that builds on none of this file), `user` (empty: none set),
`healthcheck` (true, false: switched off, null: none), `form` of the start command (`exec`, `shell`, null: none),
`shell_exec` (a shell form that begins with exec), `runtime` (`node`, `python` or empty), `node_env`, `development`, and
`rows`: line and text of what starts the service (`command`), sets the `user`, and copies the whole context (`copy`).
The fact's place is the `FROM` of the last stage.
`dockerignore`: `patterns` of a .dockerignore that keep something out.
`package-install`: an `npm install` or its like in any stage: `tool`, `command`, `frozen` (it keeps to the lock file),
`loose`: packages that a `pip install` names without a version, in a stage that the image is made of.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import find_programs, inner_script, split_words
from readycheck.scan.config.dockerfile import Dockerfile, Instruction, Stage
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.installs import judge_install, list_unpinned
from readycheck.scan.late import compile_late

BASE_NAME = compile_late(r"[.-]base$|^base[.-]", re.IGNORECASE)
# Programs with which a start script, or an init system, gives up root before it starts the service.
DROPPING = compile_late(r"\b(?:gosu|su-exec|setpriv|s6-overlay|s6-setuidgid|chpst)\b")
KINDS = ("image", "dockerignore", "package-install")
GLOBS = (
    "[Dd]ockerfile",
    "[Dd]ockerfile.*",
    "*.Dockerfile",
    "*.dockerfile",
    "Containerfile",
    "Containerfile.*",
    ".dockerignore",
    "*.dockerignore",
)
NODE_BASE = compile_late(r"(?:^|/)(?:node|bun|deno|.*nodejs[\w-]*)(?::|@|$)")
PYTHON_BASE = compile_late(r"(?:^|/)(?:python|pypy|uv|.*python[\w-]*)(?::|@|$)")
NODE_PROGRAMS = frozenset(
    {"node", "npm", "yarn", "pnpm", "bun", "next", "nest", "pm2", "pm2-runtime", "ts-node", "tsx"}
)
PYTHON_PROGRAMS = frozenset(
    {"python", "python3", "uvicorn", "gunicorn", "hypercorn", "granian", "flask", "fastapi", "celery"}
)
MOST_STAGES = 100
MOST_INSTALLS = 100
CI = compile_late(r"(?:^|\s)CI[= ][\"']?(?:true|1)\b")
# Images that only compile something for other images.
BUILDER = compile_late(r"(?:^|[-_./])(?:builder|build-base|buildenv)(?:[-_./]|$)", re.IGNORECASE)
WHOLE_TREE = compile_late(r"^(?:\./?|\.\s+\S+|\./\s+\S+)$")


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The facts of one Dockerfile, or of one .dockerignore."""
    if file.path.endswith(".dockerignore"):
        rows = [row.strip() for row in file.lines]
        patterns: list[Json] = [row for row in rows if row and not row.startswith(("#", "!"))]
        yield Fact("dockerignore", file.span(1), {"patterns": patterns[:100]})
        return
    dockerfile = file.dockerfile
    if dockerfile.stages and not is_base(file):
        stage = dockerfile.stages[-1]
        development = any(kind.search(one) for kind in (DEVELOPMENT, BUILDER) for one in (file.path, stage.name))
        yield Fact("image", file.span(stage.line), describe(file, development=development))
        yield from islice(find_installs(file, development=development), MOST_INSTALLS)


def is_base(file: ConfigFile) -> bool:
    """Whether a Dockerfile makes what other images start from: it is called so, and starts nothing."""
    dockerfile = file.dockerfile
    starts = dockerfile.last("ENTRYPOINT") or dockerfile.last("CMD")
    return starts is None and BASE_NAME.search(file.path.rpartition("/")[2]) is not None


def describe(file: ConfigFile, *, development: bool) -> dict[str, Json]:
    """The data of an image."""
    dockerfile = file.dockerfile
    command = dockerfile.last("ENTRYPOINT") or dockerfile.last("CMD")
    script = None if command is None else read_script(command)
    user, health = dockerfile.last("USER"), dockerfile.last("HEALTHCHECK")
    bases: list[Json] = [[stage.base, stage.line] for stage in dockerfile.stages[:MOST_STAGES] if stage.parent is None]
    lines = {"command": command, "user": user, "copy": find_whole_copy(dockerfile)}
    rows: dict[str, Json] = {
        name: [step.line, file.row(step.line)[:200]] for name, step in lines.items() if step is not None
    }
    return {
        "base": dockerfile.base()[0],
        "bases": bases,
        "rows": rows,
        "user": user.text if user is not None else "",
        "drops": any(DROPPING.search(step.text) for step in dockerfile.effective()),
        "healthcheck": None if health is None else health.text.strip().upper() != "NONE",
        "form": None if command is None else "exec" if script is None else "shell",
        "shell_exec": script is not None and script.startswith("exec "),
        "runtime": guess_runtime(dockerfile.base()[0], dockerfile.last("CMD"), dockerfile.last("ENTRYPOINT")),
        "node_env": read_node_env(dockerfile),
        "development": development,
    }


def read_script(command: Instruction) -> str | None:
    """What a shell is given to run: the shell form, or `["sh", "-c", SCRIPT]`; None for a program in exec form."""
    if command.argv is None:
        return command.text
    return inner_script(list(command.argv)) if command.argv else None


def read_node_env(dockerfile: Dockerfile) -> str:
    """NODE_ENV in the last stage. The server that Next.js makes for an image (output: standalone) sets it itself."""
    value = dockerfile.environment().get("NODE_ENV", ("", 0))[0]
    copies = (step for step in dockerfile.effective() if step.name == "COPY" and ".next/standalone" in step.text)
    return value or ("production" if any(True for _ in copies) else "")


def guess_runtime(base: str, *commands: Instruction | None) -> str:
    """What the image runs: by its start command, else by its base image."""
    for step in commands:
        words = () if step is None else split_words(step.text) if step.argv is None else step.argv
        for program in find_programs(words):
            if program.name in NODE_PROGRAMS:
                return "node"
            if program.name in PYTHON_PROGRAMS:
                return "python"
    if NODE_BASE.search(base):
        return "node"
    return "python" if PYTHON_BASE.search(base) else ""


def find_whole_copy(dockerfile: Dockerfile) -> Instruction | None:
    """What copies the whole build context into the image, itself or by way of a stage whose folder is copied on."""
    for stage in dockerfile.chain():
        own = next(find_whole_targets(stage), None)
        if own is not None:
            return own[1]
        for step in stage.instructions:
            source = next((one for one in dockerfile.stages if one.name and one.name == step.flags.get("from")), None)
            taken = step.text.split()[:-1] if step.name == "COPY" and source is not None else []
            for target, whole in find_whole_targets(source) if source is not None else ():
                if any(f"{target}/".startswith(f"{path.rstrip('/')}/") for path in taken):
                    return whole
    return None


def find_whole_targets(stage: Stage) -> Iterator[tuple[str, Instruction]]:
    """Each step of a stage that copies the whole build context, with the folder it fills, as far as that is stated."""
    folder = ""
    for step in stage.instructions:
        if step.name == "WORKDIR":
            folder = posixpath.join(folder, step.text.strip())
        if step.name in ("COPY", "ADD") and "from" not in step.flags and WHOLE_TREE.match(step.text.strip()):
            yield posixpath.normpath(posixpath.join(folder, step.text.split()[-1])), step


def find_installs(file: ConfigFile, *, development: bool) -> Iterator[Fact]:
    """The commands by which any stage installs packages from a manifest."""
    chain = file.dockerfile.chain()
    taken = {step.flags.get("from") for stage in chain for step in stage.instructions}
    for stage in file.dockerfile.stages:
        in_ci, is_kept = False, stage in chain or (stage.name in taken and not DEVELOPMENT.search(stage.name))
        for step in stage.instructions:
            in_ci = in_ci or (step.name == "ENV" and CI.search(step.text) is not None)
            if step.name != "RUN":
                continue
            for program in find_programs(split_words(step.text)):
                frozen = judge_install(program.words, in_ci=in_ci)
                loose: list[Json] = [*list_unpinned(program.words)] if is_kept and frozen is None else []
                if frozen is not None or loose:
                    words = " ".join(program.words)[:120]
                    data: dict[str, Json] = {
                        "tool": program.name,
                        "command": words,
                        "frozen": bool(frozen),
                        "loose": loose,
                    }
                    yield Fact("package-install", file.span(step.line), {**data, "development": development})
