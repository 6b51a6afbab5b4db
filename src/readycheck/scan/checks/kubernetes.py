"""Checks on what Kubernetes manifests say about pods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Json, Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.fact_values import read_texts
from readycheck.scan.late import compile_late

LASTING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"})
SPREAD = frozenset({"Deployment", "StatefulSet", "Rollout"})
NONE = "no Kubernetes manifest in this project"
# Databases, caches and the like, which a hook before SIGTERM does not help.
STORES = compile_late(
    r"(?:^|/)(?:[\w-]*(?:postgres|postgis|pgvector|mysql|mariadb|mongo|redis|valkey|memcached|rabbitmq|kafka|zookeeper|nats|"
    r"elasticsearch|opensearch|minio|etcd|clickhouse)[\w-]*)(?::|@|$)"
)


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a workload."""

    workload: Fact
    data: Mapping[str, Json]

    def names(self, key: str) -> list[str]:
        """A list among the data."""
        value = self.data.get(key)
        return [str(one) for one in value] if isinstance(value, list) else []

    def is_computed(self, *keys: str) -> bool:
        """Whether a chart decides about one of these keys."""
        return not {*keys, "*"}.isdisjoint(self.names("templated"))

    def make_match(self, rule: Rule, fault: str) -> Match:
        """A match at the container's line."""
        line, row = self.data["line"], str(self.data["row"])
        number = line if isinstance(line, int) else self.workload.where.line
        where = Span(self.workload.where.path, number, 1, number, len(row) + 1, row)
        text = f"container {self.data['name']}"
        exempt = "for development" if self.workload.data["development"] else None
        message = f"{text} of {self.workload.data['kind']} {self.workload.data['name']} {fault}"
        return Match(rule.id, where, text=text, message=message, exempt=exempt)


Judge = Callable[[Container], str | None]


def judge_containers(facts: Facts, rule: Rule, containers: Sequence[Container], judge: Judge) -> CheckResult:
    """One match for each container at fault; nothing counts as examined while one is unclear and none is at fault."""
    judged = [(one, judge(one)) for one in containers]
    matches = tuple(one.make_match(rule, fault) for one, fault in judged if fault)
    unclear = any(fault is None for _, fault in judged) or bool(facts.get("manifest-unreadable"))
    if unclear and all(match.exempt for match in matches):
        return CheckResult(0, matches)
    known = sum(1 for one, fault in judged if fault is not None and not one.workload.data["development"])
    return CheckResult(known, matches, absent="" if facts.get("workload") else NONE)


def list_containers(facts: Facts, kinds: Iterable[str] | None = None) -> Iterator[Container]:
    """The containers of complete workloads of these kinds (None: of all)."""
    for workload in facts.get("workload", ()):
        rows = workload.data["containers"]
        if workload.data["partial"] or (kinds is not None and str(workload.data["kind"]) not in kinds):
            continue
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                yield Container(workload, row)


def is_patched(container: Container, facts: Facts, *keys: str) -> bool:
    """Whether a patch changes one of these keys: in a kustomization, or in a file that holds a part of the workload."""
    if any(not set(keys).isdisjoint(read_texts(one, "keys")) for one in facts.get("manifest-patch", ())):
        return True
    for one in facts.get("workload", ()):
        rows = one.data["containers"]
        for row in rows if one.data["partial"] and isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("name") == container.data["name"] and holds(row, keys):
                return True
    return False


def holds(row: Mapping[str, Json], keys: Iterable[str]) -> bool:
    """Whether a container's row has something under one of the manifest's keys."""
    probes = row.get("probes")
    present = {str(one) for one in probes} if isinstance(probes, list) else set()
    present |= {"resources", "limits"} if row.get("limits") or row.get("requests") else set()
    present |= {"lifecycle", "preStop"} if row.get("prestop") is not None else set()
    return not present.isdisjoint(keys)


def selects(selector: Fact, workload: Fact) -> bool | None:
    """Whether labels select a workload's pods; None where a chart or an expression decides."""
    wanted, labels = selector.data["labels"], workload.data["labels"]
    if not isinstance(wanted, dict) or not isinstance(labels, dict):
        return None
    if any(labels.get(key, value) != value for key, value in wanted.items()):
        return False
    if selector.data["computed"] or workload.data["computed"]:
        return None
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def is_served(workload: Fact, facts: Facts) -> bool:
    """Whether a Service in the tree sends traffic to a workload's pods.

    A computed selector may do so where it stands in the same folder and a container has a port.
    """
    folder = workload.where.path.rpartition("/")[0]
    rows = workload.data["containers"]
    has_port = isinstance(rows, list) and any(isinstance(row, dict) and row["ports"] for row in rows)
    for service in facts.get("cluster-service", ()):
        chosen = selects(service, workload)
        if chosen or (chosen is None and has_port and service.where.path.rpartition("/")[0] == folder):
            return True
    return False


@requires("workload", "cluster-service", "manifest-patch", "manifest-unreadable")
def pod_without_probes(facts: Facts, rule: Rule) -> CheckResult:
    """A container that serves has no liveness or no readiness probe."""
    containers = [
        one
        for one in list_containers(facts, LASTING)
        if not one.data["init"] and (one.data["ports"] or (is_served(one.workload, facts) and is_alone(one)))
    ]
    return judge_containers(facts, rule, containers, lambda one: find_unprobed(one, facts))


def is_alone(container: Container) -> bool:
    """Whether it is the only container of its pod, so that it must be the one that serves."""
    rows = container.workload.data["containers"]
    return isinstance(rows, list) and sum(1 for row in rows if isinstance(row, dict) and not row["init"]) == 1


def find_unprobed(container: Container, facts: Facts) -> str | None:
    """Which probes a container lacks."""
    keys = ("livenessProbe", "readinessProbe")
    missing = [key for key in keys if key not in container.names("probes")]
    if not missing:
        return ""
    if container.is_computed(*missing) or is_patched(container, facts, *missing):
        return None
    return f"has no {' and no '.join(missing)}"


@requires("workload", "cluster-default", "manifest-patch", "manifest-unreadable")
def pod_without_limits(facts: Facts, rule: Rule) -> CheckResult:
    """A container has no memory limit, or asks for no processor time."""
    containers = [one for one in list_containers(facts) if not one.data["init"]]
    return judge_containers(facts, rule, containers, lambda one: find_unlimited(one, facts))


def find_unlimited(container: Container, facts: Facts) -> str | None:
    """What of its resources a container leaves open. A limit counts as a request where there is none."""
    limits, requests = container.names("limits"), container.names("requests")
    faults = [] if "memory" in limits else ["has no memory limit"]
    faults += [] if "cpu" in (*limits, *requests) else ["requests no cpu"]
    if not faults:
        return ""
    if container.is_computed("resources") or facts.get("cluster-default"):
        return None
    return None if is_patched(container, facts, "resources", "limits") else " and ".join(faults)


@requires("workload", "cluster-service", "manifest-patch", "manifest-unreadable")
def pod_without_prestop(facts: Facts, rule: Rule) -> CheckResult:
    """A container behind a Service has no preStop hook, or a grace period that its hook uses up."""
    containers = [
        one
        for one in list_containers(facts, SPREAD)
        if not one.data["init"]
        and (one.data["ports"] or is_alone(one))
        and not STORES.search(str(one.data["image"]))
        and is_served(one.workload, facts)
    ]
    return judge_containers(facts, rule, containers, lambda one: find_unready_stop(one, facts))


def find_unready_stop(container: Container, facts: Facts) -> str | None:
    """What is wrong with how a container is stopped."""
    hook, grace = container.data["prestop"], container.workload.data["grace"]
    if hook is None:
        unknown = container.is_computed("lifecycle") or is_patched(container, facts, "lifecycle", "preStop")
        return None if unknown else "has no preStop hook: requests still reach it after it was told to stop"
    if isinstance(hook, int) and isinstance(grace, int) and hook >= grace:
        return f"waits {hook} s in preStop, and is killed {grace} s after it was told to stop"
    return ""


@requires("workload", "cluster-service", "disruption-budget", "manifest-unreadable")
def deployment_without_budget(facts: Facts, rule: Rule) -> CheckResult:
    """No disruption budget selects the pods of a workload that a Service sends traffic to."""
    budgets = facts.get("disruption-budget", ())
    served = [
        one
        for one in facts.get("workload", ())
        if one.data["kind"] in SPREAD and not one.data["partial"] and is_served(one, facts) and not is_store(one)
    ]
    matches = [make_unbudgeted(rule, one) for one in served if not has_budget(one, budgets)]
    real = [one for one in served if not one.data["development"]]
    doubtful = bool(facts.get("manifest-unreadable")) and not any(match.exempt is None for match in matches)
    absent = "" if facts.get("workload") else NONE
    return CheckResult(0 if doubtful else len(real), tuple(matches), absent=absent)


def is_store(workload: Fact) -> bool:
    """Whether a workload runs a database or the like, whose pods come and go by other rules."""
    rows = workload.data["containers"]
    return isinstance(rows, list) and any(isinstance(row, dict) and STORES.search(str(row["image"])) for row in rows)


def has_budget(workload: Fact, budgets: Sequence[Fact]) -> bool:
    """Whether a budget selects, or may select, a workload's pods."""
    return any(selects(budget, workload) is not False for budget in budgets)


def make_unbudgeted(rule: Rule, workload: Fact) -> Match:
    """The match of a workload without a budget."""
    text = f"{workload.data['kind']} {workload.data['name']}"
    exempt = "for development" if workload.data["development"] else None
    return Match(
        rule.id, workload.where, text=text, message=f"no PodDisruptionBudget selects the pods of {text}", exempt=exempt
    )


@requires("workload", "compose-service")
def container_given_root(facts: Facts, rule: Rule) -> CheckResult:
    """A manifest or a compose file gives a container of the project root's power."""
    containers = [one for one in list_containers(facts) if one.data["root"]]
    matches = [one.make_match(rule, f"has {one.data['root']}") for one in containers]
    services = [one for one in facts.get("compose-service", ()) if one.data["build"]]
    for one in services:
        if one.data["root"]:
            exempt = "for development" if one.data["development"] else None
            message = f"service {one.data['name']} has {one.data['root']}"
            matches.append(Match(rule.id, one.where, text=str(one.data["root"]), message=message, exempt=exempt))
    return CheckResult(len(services) + sum(1 for _ in list_containers(facts)), tuple(matches))
