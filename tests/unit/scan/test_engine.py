from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from readycheck.catalog import load_catalogue
from readycheck.model.evidence import Scan
from readycheck.model.location import Span
from readycheck.model.rule import Check, Pattern, Rule
from readycheck.scan import engine, reading
from readycheck.scan.cache import locate_cache
from readycheck.scan.checks import contract
from readycheck.scan.engine import ScanOptions, scan
from readycheck.scan.memory import scan_texts
from readycheck.scan.unit import Unit

FRESH = ScanOptions(cache=False)


@pytest.fixture(scope="module")
def print_call() -> Rule:
    rule = load_catalogue().find_rule("print-call")
    assert rule is not None
    return rule


@pytest.fixture(autouse=True)
def cache_dir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("READYCHECK_CACHE_DIR", str(folder))
    return folder


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return root


def places(result: Scan) -> set[str]:
    spans = [match.where for file in result.files for match in file.matches]
    return {f"{span.path}:{span.line}" for span in spans if isinstance(span, Span)}


def backdate(root: Path) -> None:
    """Give every file times that are old enough to be trusted."""
    for path in root.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))


def test_a_folder_and_a_single_file(tmp_path: Path, print_call: Rule) -> None:
    write(tmp_path, {"app/a.py": "x = 1\nprint(x)\n", "app/b.py": "x = 1\n", "app/notes.md": "print(1)"})
    result = scan(tmp_path, [print_call], FRESH)
    assert places(result) == {"app/a.py:2"}
    assert [file.path for file in result.files] == ["app/a.py", "app/b.py"]
    assert places(scan(tmp_path / "app" / "a.py", [print_call], FRESH)) == {"a.py:2"}


def test_many_files_in_many_processes_come_back_in_order(tmp_path: Path, print_call: Rule) -> None:
    write(tmp_path, {f"app/m{number:03}.py": f"print({number})\n" for number in range(300)})
    result = scan(tmp_path, [print_call], replace(FRESH, jobs=3))
    assert [file.path for file in result.files] == [f"app/m{number:03}.py" for number in range(300)]
    assert len(places(result)) == 300


def test_progress_counts_up_to_the_total(tmp_path: Path, print_call: Rule) -> None:
    write(tmp_path, {f"m{number}.py": "print(1)\n" for number in range(5)})
    seen: list[tuple[int, int]] = []
    scan(tmp_path, [print_call], FRESH, lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 5)
    assert seen[-1] == (5, 5)


def test_source_of_a_language_that_no_rule_reads_is_named(tmp_path: Path, print_call: Rule) -> None:
    write(tmp_path, {"main.go": "package main", "a.py": "print(1)"})
    result = scan(tmp_path, [print_call], FRESH)
    assert [(one.path, one.reason) for one in result.unread] == [("main.go", "Go is not read by readycheck")]


class TestCache:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        write(tmp_path, {"a.py": "print(1)\n", "b.py": "x = 1\n"})
        backdate(tmp_path)
        return tmp_path

    def cached(self, root: Path, rule: Rule) -> tuple[int, set[str]]:
        result = scan(root, [rule], ScanOptions())
        return result.cached, places(result)

    @pytest.fixture(autouse=True)
    def pretend_that_time_passed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Files of this moment are never trusted by their times; let the cache believe it is written later."""
        later = 4_000_000_000_000_000_000
        monkeypatch.setattr("readycheck.scan.cache.time.time_ns", lambda: later)

    def test_a_second_scan_reads_nothing_and_says_the_same(
        self, root: Path, print_call: Rule, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.cached(root, print_call) == (0, {"a.py:1"})
        monkeypatch.setattr(engine, "read_tasks", lambda tasks, *_: pytest.fail(str(tasks)))
        assert self.cached(root, print_call) == (2, {"a.py:1"})

    def test_a_changed_file_is_read_again(self, root: Path, print_call: Rule) -> None:
        self.cached(root, print_call)
        write(root, {"b.py": "print(2)\n"})
        assert self.cached(root, print_call) == (1, {"a.py:1", "b.py:1"})

    def test_a_change_that_keeps_size_and_mtime_is_seen(self, root: Path, print_call: Rule) -> None:
        self.cached(root, print_call)
        before = (root / "a.py").stat()
        write(root, {"a.py": "xrint(1)\n"})
        os.utime(root / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
        assert self.cached(root, print_call) == (1, set())

    def test_a_touched_file_is_hashed_but_not_parsed(
        self, root: Path, print_call: Rule, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.cached(root, print_call)
        (root / "a.py").touch()
        monkeypatch.setattr(reading, "analyse_file", lambda *_: pytest.fail("parsed again"))
        assert self.cached(root, print_call) == (2, {"a.py:1"})

    def test_a_deleted_file_is_gone(self, root: Path, print_call: Rule) -> None:
        self.cached(root, print_call)
        (root / "a.py").unlink()
        assert self.cached(root, print_call) == (1, set())
        cache = locate_cache(root)
        assert cache is not None
        assert list(json.loads(cache.read_text())["files"]) == ["b.py"]

    def test_another_rule_set_has_nothing_cached(self, root: Path, print_call: Rule) -> None:
        self.cached(root, print_call)
        assert self.cached(root, replace(print_call, title="another"))[0] == 0

    def test_another_python_has_nothing_cached(
        self, root: Path, print_call: Rule, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.cached(root, print_call)
        monkeypatch.setattr("readycheck.scan.engine.sys.version", "4.0")
        assert self.cached(root, print_call)[0] == 0

    def test_nothing_is_written_into_the_project(self, root: Path, print_call: Rule) -> None:
        self.cached(root, print_call)
        assert sorted(path.name for path in root.iterdir()) == ["a.py", "b.py"]

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', "\0", "[" * 100_000])
    def test_a_broken_cache_costs_time_only(self, root: Path, print_call: Rule, content: str) -> None:
        self.cached(root, print_call)
        cache = locate_cache(root)
        assert cache is not None
        cache.write_text(content)
        assert self.cached(root, print_call) == (0, {"a.py:1"})

    @pytest.mark.parametrize("wire", [[], ["cobol", "server", "x"], ["python", "server"], ["python", "server", "x", 1]])
    def test_a_broken_entry_is_read_again(self, root: Path, print_call: Rule, wire: list[object]) -> None:
        self.cached(root, print_call)
        cache = locate_cache(root)
        assert cache is not None
        document = json.loads(cache.read_text())
        document["files"]["a.py"][2] = wire
        cache.write_text(json.dumps(document))
        assert self.cached(root, print_call)[1] == {"a.py:1"}

    def test_a_cache_folder_that_cannot_be_made_costs_time_only(
        self, root: Path, print_call: Rule, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        occupied = tmp_path_factory.mktemp("occupied") / "file"
        occupied.write_text("")
        monkeypatch.setenv("READYCHECK_CACHE_DIR", str(occupied))
        assert self.cached(root, print_call) == (0, {"a.py:1"})
        assert self.cached(root, print_call) == (0, {"a.py:1"})

    def test_only_its_owner_can_read_the_folder(self, root: Path, print_call: Rule, cache_dir: Path) -> None:
        (cache_dir / "below").mkdir()
        os.environ["READYCHECK_CACHE_DIR"] = str(cache_dir / "new")
        self.cached(root, print_call)
        assert stat.S_IMODE((cache_dir / "new").stat().st_mode) == 0o700


class TestBreakage:
    def test_a_rule_that_breaks_on_a_file_costs_itself_on_that_file(self, print_call: Rule) -> None:
        broken = replace(print_call, id="broken", detect=Pattern({"kind": "no_such_kind"}))
        result = scan_texts({"a.py": "print(1)\n"}, [broken, print_call])
        assert places(result) == {"a.py:1"}
        (error,) = result.files[0].errors
        assert (error.rule, error.path) == ("broken", "a.py")

    def test_a_project_check_that_breaks_is_named(self, print_call: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
        def explode(_facts: contract.Facts, _rule: Rule) -> contract.CheckResult:
            raise ZeroDivisionError("boom")

        checks = {"explode": contract.requires("application")(explode)}
        monkeypatch.setattr("readycheck.scan.plan.find_checks", lambda: checks)
        broken = replace(print_call, id="broken", detect=Check("explode"))
        result = scan_texts({"a.py": "print(1)\n"}, [broken, print_call])
        assert [(error.rule, error.reason) for error in result.errors] == [("broken", "ZeroDivisionError: boom")]

    @pytest.mark.parametrize(("harm", "reason"), [("os._exit(7)", "exit code 7"), ("while_true", "not finished")])
    def test_a_file_that_takes_the_process_down_costs_only_itself(
        self, tmp_path: Path, print_call: Rule, monkeypatch: pytest.MonkeyPatch, harm: str, reason: str
    ) -> None:
        write(tmp_path, {f"m{number}.py": "print(1)\n" for number in range(6)} | {"evil.py": "print(666)\n"})
        honest = vars(Unit)["root"].func

        def hurt(self: Unit) -> object:
            if "666" in self.text:
                if harm == "os._exit(7)":
                    os._exit(7)
                while True:
                    pass
            return honest(self)

        monkeypatch.setattr(Unit, "root", property(hurt))
        result = scan(tmp_path, [print_call], replace(FRESH, file_timeout=1.0))
        assert places(result) == {f"m{number}.py:1" for number in range(6)}
        (evil,) = [file for file in result.files if file.errors]
        assert evil.path == "evil.py"
        assert reason in evil.errors[0].reason


def test_a_test_is_counted_but_not_doubted(print_call: Rule) -> None:
    broken = 'print("a")\nprint "b"\n'
    result = scan_texts({"app/a.py": broken, "tests/test_a.py": f"import pytest\n{broken}"}, [print_call])
    doubts = {file.path: [doubt.reason for doubt in file.doubts] for file in result.files}
    assert doubts == {"app/a.py": ["line 2 is Python 2"], "tests/test_a.py": []}
    assert places(result) >= {"tests/test_a.py:2"}


@pytest.mark.parametrize("source", ['["x = 1\\n", "print(2)\\n"]', '"x = 1\\nprint(2)\\n"', '"if x:\\n\\tprint(2)"'])
def test_a_notebook_is_decoded_before_words_are_looked_for(print_call: Rule, source: str) -> None:
    cell = f'{{"cell_type": "code", "metadata": {{}}, "outputs": [], "source": {source}}}'
    notebook = f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    assert len(places(scan_texts({"a.ipynb": notebook}, [print_call]))) == 1
