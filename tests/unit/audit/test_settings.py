from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from readycheck.audit.errors import SettingsError
from readycheck.audit.settings import FailOn, Settings, load_settings, merge
from readycheck.audit.waivers import Waiver
from readycheck.model.vocabulary import Role

WHOLE = """
select = ["logging"]
ignore = ["print-call"]
fail-on = "medium"
exclude = ["vendor/**"]
max-file-size = 500
jobs = 2
rules = ["our-rules"]
baseline = "ci/baseline.json"
roles = {script = ["tools/**"], test = ["checks/*.py"]}

[[waivers]]
rule = "print-call"
path = "src/**"
owner = "Ann"
reason = "goes with the old client"
until = 2031-12-31

[[waivers]]
item = "backups"
owner = "Bo"
reason = "the platform does it"
until = "2032-01-01"
"""


def problems(root: Path, config: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(root, config)
    return caught.value.problems


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize("name", ["readycheck.toml", "pyproject.toml"])
def test_every_key_is_read_from_either_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "our-rules").mkdir()
    text = WHOLE if name == "readycheck.toml" else "[tool.readycheck]" + WHOLE.replace("[[", "[[tool.readycheck.")
    (tmp_path / name).write_text(text)
    assert load_settings(tmp_path) == Settings(
        select=("logging",),
        ignore=("print-call",),
        fail_on=FailOn.MEDIUM,
        exclude=("vendor/**",),
        max_file_size=500,
        jobs=2,
        rules=(tmp_path / "our-rules",),
        baseline=tmp_path / "ci/baseline.json",
        roles={"script": ("tools/**",), "test": ("checks/*.py",)},
        waivers=(
            Waiver("Ann", "goes with the old client", date(2031, 12, 31), rule="print-call", path="src/**"),
            Waiver("Bo", "the platform does it", date(2032, 1, 1), item="backups"),
        ),
        source=name,
    )


def test_two_configurations_are_an_error_that_names_both(tmp_path: Path) -> None:
    (tmp_path / "readycheck.toml").write_text("jobs = 1\n")
    (tmp_path / "pyproject.toml").write_text("[tool.readycheck]\njobs = 1\n")
    (message,) = problems(tmp_path)
    assert "readycheck.toml" in message
    assert "pyproject.toml" in message


def test_all_problems_are_listed_with_file_key_and_nearest_word(tmp_path: Path) -> None:
    (tmp_path / "readycheck.toml").write_text(
        'fail_on = "high"\nfail-on = "hihg"\nselect = "a"\nignore = [1]\njobs = 0\nmax-file-size = true\n'
        'exclude = ["../x"]\nroles = {tests = ["a"], test = "a"}\n'
    )
    assert problems(tmp_path) == (
        'readycheck.toml: unknown key "fail_on" (did you mean "fail-on"?)',
        'readycheck.toml: fail-on: must be one of high, medium, low, never (did you mean "high"?)',
        'readycheck.toml: select: must be a list of texts, such as ["a", "b"]',
        'readycheck.toml: ignore: must be a list of texts, such as ["a", "b"]',
        "readycheck.toml: jobs: must be a whole number from 1 to 256",
        "readycheck.toml: max-file-size: must be a whole number from 1 to 100000000",
        'readycheck.toml: exclude: "../x" must be a glob below the audited folder, with "/"',
        f'readycheck.toml: roles: unknown role "tests" (did you mean "test"?); roles are {", ".join(Role)}',
        'readycheck.toml: roles: test: must be a list of texts, such as ["a", "b"]',
    )


def test_a_waiver_needs_owner_reason_and_end(tmp_path: Path) -> None:
    (tmp_path / "readycheck.toml").write_text(
        '[[waivers]]\nrule = "print-call"\nitem = "x"\nowner = ""\nuntil = "soon"\nresaon = "x"\n'
    )
    assert problems(tmp_path) == (
        'readycheck.toml: waivers: number 1: unknown key "resaon" (did you mean "reason"?)',
        "readycheck.toml: waivers: number 1: must name exactly one of rule, item, fingerprint, not rule and item",
        'readycheck.toml: waivers: number 1: "reason" is missing',
        'readycheck.toml: waivers: number 1: "owner" must be a text that is not empty',
        'readycheck.toml: waivers: number 1: "until" must be a date (until = 2031-12-31)',
    )


@pytest.mark.parametrize("text", ["waivers = 1", "waivers = [1]"])
def test_waivers_that_are_no_tables(tmp_path: Path, text: str) -> None:
    (tmp_path / "readycheck.toml").write_text(text)
    assert problems(tmp_path) == ("readycheck.toml: waivers: number 1: must be a table ([[waivers]])",)


def test_broken_toml_is_reported_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "readycheck.toml").write_text("jobs = 1\nselect = [\n")
    (message,) = problems(tmp_path)
    assert message.startswith("readycheck.toml: is not valid TOML")
    assert "line 3" in message or "end of document" in message


def test_a_broken_pyproject_that_is_not_about_us_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other\n")
    assert load_settings(tmp_path) == Settings()
    (tmp_path / "pyproject.toml").write_text("[tool.readycheck\n")
    assert problems(tmp_path)[0].startswith("pyproject.toml: is not valid TOML")


def test_bytes_that_are_no_text_and_deep_nesting_are_errors(tmp_path: Path) -> None:
    (tmp_path / "readycheck.toml").write_bytes(b"jobs = 1 # \xff")
    assert problems(tmp_path) == ("readycheck.toml: is not UTF-8 (byte 11)",)
    (tmp_path / "readycheck.toml").write_text("x = " + "[" * 100_000)
    assert problems(tmp_path) == ("readycheck.toml: is nested too deeply",)


def test_a_table_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nreadycheck = 1\n")
    assert problems(tmp_path) == ("pyproject.toml: readycheck: must be a table",)


@pytest.mark.parametrize("name", ["readycheck.toml", "pyproject.toml"])
def test_a_link_out_of_the_root_a_fifo_and_a_huge_file_are_refused(tmp_path: Path, name: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside.toml").write_text("[tool.readycheck]\njobs = 1\n")
    (root / name).symlink_to(tmp_path / "outside.toml")
    assert problems(root) == (f"{name}: is a link that leads out of the audited folder",)
    (root / name).unlink()
    os.mkfifo(root / name)
    assert problems(root) == (f"{name}: is not a regular file",)
    (root / name).unlink()
    (root / name).write_text("#" * 1_000_001)
    assert problems(root) == (f"{name}: is larger than 1,000,000 bytes",)


def test_a_dangling_link_and_a_link_loop_are_errors(tmp_path: Path) -> None:
    (tmp_path / "readycheck.toml").symlink_to("nowhere.toml")
    assert problems(tmp_path) == ("readycheck.toml: no such file",)
    (tmp_path / "readycheck.toml").unlink()
    (tmp_path / "readycheck.toml").symlink_to("readycheck.toml")
    assert len(problems(tmp_path)) == 1


def test_a_link_within_the_root_is_read(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text("jobs = 3\n")
    (tmp_path / "readycheck.toml").symlink_to("shared.toml")
    assert load_settings(tmp_path).jobs == 3


@pytest.mark.parametrize("value", ["/etc", "../other", "a/../../b", "~/x", ""])
def test_no_path_of_a_configuration_leaves_the_root(tmp_path: Path, value: str) -> None:
    (tmp_path / "readycheck.toml").write_text(f'rules = ["{value}"]\nbaseline = "{value}"\n')
    assert len(problems(tmp_path)) == 2


def test_rule_folders_must_exist_and_not_lead_out(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside").mkdir()
    (root / "linked").symlink_to(tmp_path / "outside")
    (root / "readycheck.toml").write_text('rules = ["missing", "linked"]\n')
    assert problems(root) == (
        'readycheck.toml: rules: "missing" is not a folder',
        'readycheck.toml: rules: "linked" is a link that leads out of the audited folder',
    )


def test_a_named_file_is_read_instead_wherever_it_lies(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "readycheck.toml").write_text("jobs = 1\n")
    (tmp_path / "strict.toml").write_text("jobs = 7\n")
    (tmp_path / "pyproject.toml").write_text("[tool.readycheck]\njobs = 8\n")
    assert load_settings(root, tmp_path / "strict.toml").jobs == 7
    assert load_settings(root, tmp_path / "pyproject.toml").jobs == 8
    assert problems(root, tmp_path / "gone.toml")[0].endswith("no such file")


def test_the_command_line_overrides_what_it_names() -> None:
    settings = Settings(select=("a",), jobs=2, fail_on=FailOn.LOW)
    merged = merge(
        settings, select=["b"], ignore=[], jobs=None, fail_on="never", rules=[Path("/x")], baseline=Path("b")
    )
    assert merged == Settings(select=("b",), jobs=2, fail_on=FailOn.NEVER, rules=(Path("/x"),), baseline=Path("b"))


def test_wrong_options_are_all_named() -> None:
    with pytest.raises(SettingsError) as caught:
        merge(Settings(), jobs=0, fail_on="hgih", exclude=("/x",))
    assert caught.value.problems == (
        "--jobs: must be a whole number from 1 to 256",
        '--fail-on: must be one of high, medium, low, never (did you mean "high"?)',
        '--exclude: "/x" must be a glob below the audited folder, with "/"',
    )
