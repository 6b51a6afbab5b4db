"""What the commands about one live channel have in common: what they go by, and a report that has no project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from readycheck import __version__
from readycheck.audit.run import build_report
from readycheck.audit.select import select_rules
from readycheck.audit.settings import Settings, load_settings, merge
from readycheck.cli.catalogue import load_rules
from readycheck.cli.pipeline import Audit
from readycheck.cli.reports import Output, check_format, parse_outputs
from readycheck.cli.scanning import Wishes
from readycheck.model.evidence import Observed, Scan
from readycheck.model.report import Target
from readycheck.model.rule import Catalogue


class Choice(Protocol):
    """What every such command line may say about rules and gate."""

    @property
    def config(self) -> Path | None:
        """The configuration to use instead of that of the folder in which we are."""

    @property
    def fail_on(self) -> str | None:
        """The lowest priority that fails the gate."""

    @property
    def select(self) -> Sequence[str]:
        """The only rules that run."""

    @property
    def ignore(self) -> Sequence[str]:
        """The rules that do not."""

    @property
    def rules(self) -> Sequence[Path]:
        """Folders with further ones."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a command goes by, checked before anything is sent or asked."""

    settings: Settings
    catalogue: Catalogue
    selected: Catalogue
    outputs: Sequence[Output]

    def report(self, observed: Observed, target: Target) -> Audit:
        """The audit of one live channel."""
        report = build_report(
            Scan("", (), ()),
            self.catalogue,
            self.settings,
            today=date.today(),  # noqa: DTZ011 - waivers end on a day of the user's calendar
            target=target,
            version=__version__,
            observed=(observed,),
        )
        return Audit(report, self.catalogue, self.settings)


def lay_basis(choice: Choice, wishes: Wishes) -> Basis:
    """Read the configuration and the rules, and look at what is wished for. Raises AuditError or CatalogueError."""
    check_format(wishes.format, "--format")
    settings = merge(
        load_settings(Path(), choice.config),
        fail_on=choice.fail_on,
        select=tuple(choice.select),
        ignore=tuple(choice.ignore),
        rules=tuple(choice.rules),
    )
    catalogue = load_rules(settings.rules, examples=False)
    selected = select_rules(catalogue, settings.select, settings.ignore)
    return Basis(settings, catalogue, selected, parse_outputs(wishes.reports, Path()))
