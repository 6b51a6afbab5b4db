"""What one more rule costs: the time of a scan as rules are added one by one, and the line through the points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import linear_regression

from benchmarks.corpora import Corpus
from benchmarks.measure import Command, time_together
from readycheck.catalog import load_catalogue
from readycheck.model.vocabulary import Channel

POINTS = 10


@dataclass(frozen=True, slots=True)
class Slope:
    """CPU seconds by number of rules, in the order in which the rules were added."""

    title: str
    rules: tuple[str, ...]
    points: tuple[tuple[int, float], ...]

    def render(self) -> Iterator[str]:
        """The points as a Markdown table and the line in a sentence."""
        fit = linear_regression([count for count, _ in self.points], [cpu for _, cpu in self.points])
        yield f"{self.title}: {fit.intercept:.2f} s and {fit.slope * 1000:.0f} ms CPU a rule (line through the points)."
        yield ""
        yield f"| rules | {' | '.join(str(count) for count, _ in self.points)} |"
        yield f"| --- | {' | '.join('--:' for _ in self.points)} |"
        yield f"| CPU s | {' | '.join(f'{cpu:.2f}' for _, cpu in self.points)} |"
        yield ""
        yield f"In the order {', '.join(self.rules)}."
        yield ""


def measure_slope(corpus: Corpus, make_command: Callable[[Corpus, Sequence[str]], Command], runs: int) -> Slope:
    """Time scans with the first code rule for the corpus' languages, and with more and more of them."""
    wanted = "python" if ".py" in corpus.suffixes else "typescript"
    rules = [rule.id for rule in load_catalogue().rules if rule.channel is Channel.CODE and wanted in rule.languages]
    counts = range(1, len(rules) + 1, max(1, len(rules) // POINTS))
    timings = time_together([make_command(corpus, rules[:count]) for count in counts], runs)
    points = tuple((count, timing.cpu) for count, timing in zip(counts, timings, strict=True))
    return Slope(corpus.title, tuple(rules), points)
