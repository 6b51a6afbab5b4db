"""Each live mutant takes one hardening of the running backend away; the audit must notice, and nothing else may change.

    python -m tests.mutants.live [--narrow] [NAME ...]

A live mutant is a patch in `fixtures/mutants/live`, a unified diff against `fixtures/chat_backend`. The lines above the
diff say what it does: `item:` what must no longer pass, `what:` what was taken away, `also:` the other items that the
same fault is one of, `outcome:` what the item must become, `fail`, or `contradicted` where the code still claims what
the running service does not do, and `with:` what the probe must be allowed, `start`, `burst`, `writes`, `slow`, or that
it comes over TLS, `tls`.

Code and service are joined as `readycheck audit` joins them. A mutant that needs `start` is probed for its own items
alone, since all that can be done to a process takes a minute; with `--narrow`, so is every other one: by the routes of
the healthy code, and against what that proves.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

from readycheck.cli.credentials import Credentials
from readycheck.cli.probing import ProbeRequest, observe
from readycheck.cli.routes import list_routes
from readycheck.cli.starting import Starting
from readycheck.model.evidence import Observed
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Channel, Outcome
from readycheck.probe.exchange import Recording
from readycheck.probe.judge import judge
from readycheck.probe.situation import Allowed, Limits
from tests.mutants.runner import BACKEND, PATCHES, Laboratory, Mutant, Verdict, read_head, read_mutant
from tests.mutants.stage import LIMIT, ORIGIN, Api, Stores, find_free_port, run_api, run_stores
from tests.mutants.tls import make_certificate, run_tls

LIVE = PATCHES / "live"
NEEDS = frozenset({"start", "burst", "writes", "slow", "tls"})
OUTCOMES = (Outcome.FAIL.value, Outcome.CONTRADICTED.value)
FAST = Limits(requests=80, per_second=500, at_once=4)
REQUIRED = ("DATABASE_URL", "REDIS_URL", "JWT_SECRET", "CORS_ORIGINS", "PUBLIC_URL")
TOKEN_SECONDS = 2400.0
QUIET = -1

Judged = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LiveMutant:
    """A patch, what its item must become, and what the probe must be allowed for that."""

    patch: Mutant
    outcome: str
    needs: frozenset[str]

    @property
    def name(self) -> str:
        """Of the patch."""
        return self.patch.name

    @property
    def items(self) -> tuple[str, ...]:
        """The items that the fault is one of."""
        return (self.patch.item, *self.patch.also)


@dataclass(frozen=True, slots=True)
class LiveVerdict:
    """What became of a live mutant, and how long it took in seconds."""

    mutant: LiveMutant
    verdict: Verdict
    seconds: float

    @property
    def is_killed(self) -> bool:
        """Whether the item passed, and became what it had to become."""
        return self.verdict.before == Outcome.PASS.value and self.verdict.outcome == self.mutant.outcome


def list_live(names: Sequence[str] = ()) -> list[LiveMutant]:
    """All live mutants, or those with the given names or items; those that are probed alike stand together."""
    found = [read_live(path) for path in sorted(LIVE.glob("*.patch"))]
    return [one for one in found if not names or one.name in names or one.patch.item in names]


def read_live(path: Path) -> LiveMutant:
    """The live mutant of one patch; ValueError if its head does not say what it is."""
    head = read_head(path)
    needs = frozenset(head.get("with", "").split())
    if head.get("outcome") not in OUTCOMES or not needs <= NEEDS:
        raise ValueError(f"{path.name}: `outcome:` must be one of {', '.join(OUTCOMES)}, `with:` of {sorted(NEEDS)}")
    return LiveMutant(read_mutant(path), head["outcome"], needs)


class LiveLaboratory:
    """A copy of the backend with its stores, in which one mutant after the other is made, started, and unmade."""

    def __init__(self, static: Laboratory, stores: Stores, folder: Path, *, narrow: bool = False) -> None:
        """Take the copy, its stores, and a folder for tokens and logs; `narrow` probes for a mutant's items alone."""
        self.static = static
        self.stores = stores
        self.folder = folder
        self.narrow = narrow
        self.healthy: dict[tuple[frozenset[str], tuple[str, ...]], Judged] = {}
        self.document = folder / "openapi.json"
        self.tokens = (folder / "token-a", folder / "token-b")
        self.minted = -TOKEN_SECONDS
        self.log = folder / "api.log"

    def examine(self, mutant: LiveMutant) -> LiveVerdict:
        """Apply the patch, run and judge the service, and take it back."""
        started = time.monotonic()
        items = mutant.items if self.narrow or "start" in mutant.needs else ()
        healthy = self.find_healthy(mutant.needs, items)
        self.static.apply(mutant.patch)
        try:
            ill = self.judge(mutant.needs, items)
        finally:
            self.static.apply(mutant.patch, "--reverse")
        verdict = compare(mutant, healthy, ill)
        return LiveVerdict(mutant, verdict, time.monotonic() - started)

    def find_healthy(self, needs: frozenset[str], items: tuple[str, ...]) -> Judged:
        """The same without a mutant, judged once."""
        self.mint()
        if self.narrow:
            return self.static.healthy
        if (needs, items) not in self.healthy:
            self.healthy[needs, items] = self.judge(needs, items)
        return self.healthy[needs, items]

    def judge(self, needs: frozenset[str], items: Sequence[str]) -> Judged:
        """The outcome and the reason of each item, of the code as it is now and of the service as it runs."""
        rules = [
            rule
            for rule in self.static.catalogue.rules
            if rule.channel is Channel.HTTP and (not items or rule.item in items)
        ]
        return self.static.judge(self.observe(rules, needs))

    def observe(self, rules: Sequence[Rule], needs: frozenset[str]) -> Sequence[Observed]:
        """What the rules say about the running service."""
        self.stores.forget()
        if "start" in needs:
            recording = self.probe_started(rules, needs)
        else:
            with run_api(self.stores, self.static.root, self.log) as api:
                self.write_tokens(api)
                probe = self.probe_secured if "tls" in needs else self.probe
                recording = probe(api.url, rules, needs)
        if recording is None:
            raise AssertionError("a dry run is not judged")
        return (judge(recording, rules),)

    def probe(self, url: str, rules: Sequence[Rule], needs: frozenset[str]) -> Recording | None:
        """Probe what answers there."""
        return observe(self.make_request(url, needs), rules, QUIET)

    def probe_secured(self, url: str, rules: Sequence[Rule], needs: frozenset[str]) -> Recording | None:
        """The same over TLS, with a certificate that the probe trusts."""
        certificate = make_certificate(self.folder)
        with (
            run_tls(certificate, int(url.rpartition(":")[2])) as secured,
            patch.dict(os.environ, {"SSL_CERT_FILE": str(certificate)}),
        ):
            return self.probe(secured, rules, needs)

    def probe_started(self, rules: Sequence[Rule], needs: frozenset[str]) -> Recording | None:
        """The same of a service that the probe starts, with the tokens of the healthy one."""
        port = find_free_port()
        environment = self.stores.build_environment(self.static.root, port)
        starting = Starting(
            f"{sys.executable} -m chat api",
            require=REQUIRED,
            dependencies=("database=DATABASE_URL", "redis=REDIS_URL"),
            grace=12.0,
        )
        with patch.dict(os.environ, environment):
            return observe(self.make_request(f"http://127.0.0.1:{port}", needs, starting), rules, QUIET)

    def make_request(self, url: str, needs: frozenset[str], starting: Starting | None = None) -> ProbeRequest:
        """What the command line would ask for."""
        return ProbeRequest(
            url,
            code=None if self.narrow else self.static.root,
            routes=self.known_routes if self.narrow else (),
            openapi=self.document,
            origins=(ORIGIN,),
            credentials=Credentials(files=self.tokens),
            limits=FAST,
            allowed=Allowed("writes" in needs, LIMIT + 30 if "burst" in needs else 0, "slow" in needs),
            starting=starting or Starting(),
        )

    @cached_property
    def known_routes(self) -> tuple[str, ...]:
        """The routes of the healthy code, as the command line would name them."""
        return tuple(f"{route.method} {route.path} {route.access}" for route in list_routes(BACKEND, None))

    def mint(self) -> None:
        """Have tokens of the healthy backend, and its document, if those that there are may soon end."""
        if time.monotonic() - self.minted < TOKEN_SECONDS:
            return
        with run_api(self.stores, self.static.root, self.log) as api:
            self.write_tokens(api)
            self.document.write_text(api.read_document(self.tokens[0].read_text()))
        self.minted = time.monotonic()

    def write_tokens(self, api: Api) -> None:
        """Make two accounts."""
        for path in self.tokens:
            path.write_text(api.register())


def compare(mutant: LiveMutant, healthy: Judged, ill: Judged) -> Verdict:
    """What became of the mutant's item, and which others changed, or did not although the mutant says so."""
    outcome, reason = ill[mutant.patch.item]
    changed = {
        item: f"{healthy[item][0]} -> {ill[item][0]}: {ill[item][1]}"
        for item in ill
        if item != mutant.patch.item and (ill[item][0] != healthy[item][0]) is not (item in mutant.patch.also)
    }
    return Verdict(mutant.patch, healthy[mutant.patch.item][0], outcome, reason, changed)


@contextmanager
def open_laboratory(*, narrow: bool = False) -> Iterator[LiveLaboratory]:
    """A laboratory; everything that it started is gone when the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="readycheck-live-")))
        stores = stack.enter_context(run_stores(folder / "stores"))
        yield LiveLaboratory(Laboratory(folder), stores, folder, narrow=narrow)


def examine_all(mutants: Sequence[LiveMutant], *, narrow: bool = False) -> Iterator[LiveVerdict]:
    """The verdict on each mutant."""
    with open_laboratory(narrow=narrow) as laboratory:
        for mutant in mutants:
            yield laboratory.examine(mutant)


def main() -> int:
    """Print what became of each live mutant, and how many were killed; 1 unless all were, without collateral."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.live", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", help="these mutants only, by name or item")
    parser.add_argument("--narrow", action="store_true", help="probe for the items of a mutant alone")
    options = parser.parse_args()
    mutants = list_live(options.names)
    killed = clean = 0
    started = time.monotonic()
    for one in examine_all(mutants, narrow=options.narrow):
        killed += one.is_killed
        clean += not one.verdict.collateral
        print_verdict(one)
    minutes = (time.monotonic() - started) / 60
    others = f"{len(mutants) - clean} changed another item"
    print(f"{killed} of {len(mutants)} live mutants killed, {others}, {minutes:.0f} min")
    return 0 if mutants and killed == clean == len(mutants) else 1


def print_verdict(one: LiveVerdict) -> None:
    """One mutant, its item's outcome, and what else changed."""
    word = "killed  " if one.is_killed else "SURVIVED"
    verdict = one.verdict
    expected = "" if one.is_killed else f", not {one.mutant.outcome}"
    print(
        f"{word} {one.mutant.name} ({verdict.before} -> {verdict.outcome}{expected}; {one.seconds:.1f} s)", flush=True
    )
    print(f"         {verdict.mutant.what}")
    print(f"         {verdict.mutant.item}: {verdict.reason[:400]}")
    for item, change in verdict.collateral.items():
        print(f"         ALSO {item}: {change[:400]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
