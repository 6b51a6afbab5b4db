"""When the bar shows, by a clock that the test turns."""

from __future__ import annotations

import pytest

from readycheck.cli import progress


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_a_quick_scan_has_no_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    with progress.ProgressBar("reading", "files") as bar:
        clock.now += 60  # what is done before anything is read does not count
        bar(0, 10)
        clock.now += progress.PATIENCE
        bar(10, 10)

    assert bar.bar is None
    assert "reading" not in capsys.readouterr().err


def test_a_slow_one_has(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    with progress.ProgressBar("reading", "files") as bar:
        bar(0, 10)
        clock.now += 2 * progress.PATIENCE
        bar(5, 10)

    assert bar.bar is not None
    assert bar.bar[0].tasks[0].completed == 5
