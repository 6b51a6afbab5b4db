"""What Kubernetes manifests run: workloads, and what the cluster does around them; Helm templates as far as they parse.

`workload`: `kind`, `name`, `labels` (of its pods), `computed` (a chart adds more), `grace` (seconds), `schedule`,
`replicas` (at least), `suspended`, `partial` (a patch, which holds only what it changes), `development`, and
`containers`: `name`, `image`, `line`, `row`, `init`, `ports`, `probes`, `prestop` (seconds; -1: a hook of unknown
length; null: none), `requests` and `limits` (names), `command`, `root` (what makes it run as root), `nonroot` (the
cluster refuses to start it as root), `templated` (keys that a chart computes).
`cluster-service`, `disruption-budget`: `labels` that it selects by, `computed` (they are not fully known).
`cluster-ingress`: `tls`, `elsewhere` (annotations or a class by which a load balancer may do it), `hosts`.
`cluster-default`: an object that gives containers limits of their own accord.
`manifest-patch`: `keys` of containers that a patch in a kustomization changes.
`manifest-unreadable`: a manifest that is no YAML even with placeholders.
`probe-path`: `path`, `probe`, `port`, `container`, `image`: what the deployment asks for over HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import split_words
from readycheck.scan.config.file import ConfigFile, Document, Path
from readycheck.scan.config.templates import PLACEHOLDER, is_templated, read_documents
from readycheck.scan.facts.commands import DEVELOPMENT, join_words
from readycheck.scan.late import compile_late

KINDS = (
    "workload", "cluster-service", "disruption-budget", "cluster-ingress", "cluster-default", "manifest-patch",
    "manifest-unreadable", "probe-path",
)  # fmt: skip
GLOBS = ("*.yml", "*.yaml")
MANIFEST = compile_late(r"^(?:apiVersion|kind):", re.MULTILINE)
PODS: Mapping[str, Path] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Rollout": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
PATCHABLE = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"})
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
PATCHED = compile_late(r"livenessProbe|readinessProbe|resources|limits|lifecycle|preStop|terminationGracePeriodSeconds")
CERTIFICATE = compile_late(r"certificate|ssl-cert|acm|tls|backend-protocol|frontend-config", re.IGNORECASE)
SLEEP = compile_late(r"\bsleep\s+(\d+)")
LOCAL_CLUSTER = compile_late(r"(?:^|[-_./])(?:kind|minikube|k3d|tilt|skaffold|load-?tests?)(?:[-_./]|$)")
MOST_FACTS = 300


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The facts of one manifest; other YAML is not even parsed.

    Raises:
        ConfigError: the file is broken.
    """
    if MANIFEST.search(file.text) is not None and "kind:" in file.text:
        yield from islice(read_manifest(file), MOST_FACTS)


def read_manifest(file: ConfigFile) -> Iterator[Fact]:
    """The objects of all documents; items of a List count as documents of their own."""
    documents = read_documents(file)
    if not documents and "containers:" in file.text:
        yield Fact("manifest-unreadable", file.span(1), {})
    for document in documents:
        for path, value in list_objects(document.value):
            yield from read_object(Site(file, document, path), value)


def list_objects(value: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:  # noqa: ANN401 - YAML
    """An object, or the items of a list of them."""
    if not isinstance(value, Mapping):
        return
    if value.get("kind") == "List" and isinstance(value.get("items"), list):
        for index, item in enumerate(value["items"]):
            if isinstance(item, Mapping):
                yield ("items", index), item
    else:
        yield (), value


class Site:
    """Where an object stands: gives facts with the lines of paths inside of it."""

    def __init__(self, file: ConfigFile, document: Document, path: Path) -> None:
        """Take the file, the document, and the path of the object in it."""
        self.file = file
        self.document = document
        self.path = path

    def line_of(self, *path: str | int) -> int:
        """The line of something inside of the object."""
        return self.document.find_line((*self.path, *path))

    def make(self, kind: str, line: int, data: Mapping[str, Json]) -> Fact:
        """A fact at a line."""
        return Fact(kind, self.file.span(line), data)


def read_object(site: Site, value: Mapping[str, Any]) -> Iterator[Fact]:
    """The facts of one object."""
    kind = str(value.get("kind", ""))
    if kind in PODS:
        yield from read_workload(site, kind, value)
    elif kind == "Service":
        labels = dig(value, "spec", "selector")
        if isinstance(labels, Mapping):
            yield site.make("cluster-service", site.line_of("kind"), select(labels, None))
    elif kind == "PodDisruptionBudget":
        selector = dig(value, "spec", "selector")
        labels = selector.get("matchLabels") if isinstance(selector, Mapping) else None
        others = selector.get("matchExpressions") if isinstance(selector, Mapping) else None
        yield site.make("disruption-budget", site.line_of("kind"), select(labels, others or is_templated(selector)))
    elif kind == "Ingress":
        yield read_ingress(site, value)
    elif kind in ("LimitRange", "VerticalPodAutoscaler"):
        yield site.make("cluster-default", site.line_of("kind"), {"kind": kind})
    elif kind in ("Kustomization", "Component") or "patches" in value:
        yield from read_patches(site, value)


def dig(value: Any, *path: str | int) -> Any:  # noqa: ANN401 - YAML
    """What stands at a path, or None."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def select(labels: Any, computed: Any) -> dict[str, Json]:  # noqa: ANN401 - YAML
    """Labels as data."""
    pairs = labels.items() if isinstance(labels, Mapping) else ()
    known = [(str(key), str(value)) for key, value in pairs if PLACEHOLDER not in f"{key}{value}"]
    rows: dict[str, Json] = dict(known)
    return {"labels": rows, "computed": bool(computed) or is_templated(labels) or len(known) < len(pairs)}


def read_ingress(site: Site, value: Mapping[str, Any]) -> Fact:
    """An Ingress: whether it terminates TLS, as far as the object says."""
    tls, notes = dig(value, "spec", "tls"), dig(value, "metadata", "annotations")
    names = [str(key) for key in notes] if isinstance(notes, Mapping) else []
    rules = dig(value, "spec", "rules")
    hosts: list[Json] = [str(one.get("host", "")) for one in rules or () if isinstance(one, Mapping)]
    elsewhere = is_templated(notes) or is_templated(dig(value, "spec")) or any(CERTIFICATE.search(one) for one in names)
    data: dict[str, Json] = {"tls": bool(tls), "elsewhere": elsewhere, "hosts": hosts}
    line = site.line_of("spec", "tls") if tls else site.line_of("kind")
    return site.make("cluster-ingress", line, {**data, "development": is_development(site)})


def is_development(site: Site) -> bool:
    """Whether the manifest's path says that it is for development, a test or an example."""
    return DEVELOPMENT.search(site.file.path) is not None or LOCAL_CLUSTER.search(site.file.path) is not None


def read_patches(site: Site, value: Mapping[str, Any]) -> Iterator[Fact]:
    """What the patches of a kustomization say that they change in containers."""
    for key in ("patches", "patchesJson6902", "patchesStrategicMerge"):
        patches = value.get(key)
        words = sorted({word for one in patches or () if may_change_pods(one) for word in PATCHED.findall(str(one))})
        if words:
            keys: list[Json] = list(words)
            yield site.make("manifest-patch", site.line_of(key), {"keys": keys})


def may_change_pods(patch: Any) -> bool:  # noqa: ANN401 - YAML
    """Whether a patch's target, as far as it names one, is a workload."""
    kind = dig(patch, "target", "kind")
    return kind is None or kind in PODS


def read_workload(site: Site, kind: str, value: Mapping[str, Any]) -> Iterator[Fact]:
    """A workload with its containers, and the paths that its probes ask for."""
    path = PODS[kind]
    template = dig(value, *path) if path else value
    pod = dig(template, "spec")
    if not isinstance(pod, Mapping):
        return
    grace = pod.get("terminationGracePeriodSeconds", 30)
    containers = [
        read_container(site, (*path, "spec", key, index), one, init=key != "containers")
        for key in ("containers", "initContainers")
        for index, one in enumerate(pod.get(key) or ())
        if isinstance(one, Mapping)
    ]
    context = pod.get("securityContext")
    root, nonroot = find_root(context), is_nonroot(context)
    rows: list[Json] = [inherit(one, root, nonroot=nonroot) for one in containers]
    labels = select(dig(template, "metadata", "labels"), None)
    data: dict[str, Json] = {
        "kind": kind,
        "name": str(dig(value, "metadata", "name") or ""),
        "labels": labels["labels"],
        "computed": labels["computed"],
        "grace": grace if isinstance(grace, int) else None,
        "schedule": str(dig(value, "spec", "schedule") or ""),
        "suspended": dig(value, "spec", "suspend") is True,
        "replicas": read_count(dig(value, "spec", "replicas")),
        "partial": kind in PATCHABLE and dig(value, "spec", "selector") is None,
        "development": is_development(site),
        "containers": rows,
    }
    yield site.make("workload", site.line_of("kind"), data)
    for key in ("containers", "initContainers"):
        for index, one in enumerate(pod.get(key) or ()):
            if isinstance(one, Mapping):
                yield from read_probes(site, (*path, "spec", key, index), one)


def read_count(value: Any) -> int:  # noqa: ANN401 - YAML
    """How many there are at least: a number that stands there, else one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 1


def read_container(site: Site, path: Path, container: Mapping[str, Any], *, init: bool) -> dict[str, Json]:
    """One container as data."""
    resources = container.get("resources")
    templated = [key for key in (*PROBES, "resources", "lifecycle") if is_templated(container.get(key))]
    if is_templated(container):
        templated.append("*")
    if any(is_templated(dig(resources, key)) for key in ("requests", "limits")):
        templated.append("resources")
    command = join_words(container.get("command"), container.get("args"))
    words = [*(split_words(command) if isinstance(command, str) else command)][:40]
    probes: list[Json] = [key for key in PROBES if container.get(key)]
    keys: list[Json] = [*templated]
    line = site.line_of(*path, "name") if "name" in container else site.line_of(*path)
    return {
        "name": str(container.get("name", "")),
        "image": str(container.get("image", "")),
        "line": line,
        "row": site.file.row(line)[:200],
        "image_line": site.line_of(*path, "image"),
        "init": init,
        "ports": bool(container.get("ports")),
        "probes": probes,
        "prestop": read_prestop(dig(container, "lifecycle", "preStop")),
        "requests": list_names(dig(resources, "requests")),
        "limits": list_names(dig(resources, "limits")),
        "command": [*words],
        "root": find_root(container.get("securityContext")),
        "nonroot": is_nonroot(container.get("securityContext")),
        "templated": keys,
    }


def inherit(container: Mapping[str, Json], root: str, *, nonroot: bool | None) -> dict[str, Json]:
    """A container with what its pod's security context says where its own says nothing."""
    own = container["nonroot"]
    return {**container, "root": container["root"] or root, "nonroot": bool(nonroot if own is None else own)}


def list_names(value: Any) -> list[Json]:  # noqa: ANN401 - YAML
    """The keys of a mapping that have a value."""
    return [str(key) for key, one in value.items() if one] if isinstance(value, Mapping) else []


def read_prestop(hook: Any) -> int | None:  # noqa: ANN401 - YAML
    """How many seconds a preStop hook takes; -1 where that is unknown, None where there is none."""
    if not hook:
        return None
    seconds = dig(hook, "sleep", "seconds")
    if isinstance(seconds, int):
        return seconds
    slept = SLEEP.search(" ".join(str(word) for word in dig(hook, "exec", "command") or ()))
    return int(slept[1]) if slept else -1


def find_root(context: Any) -> str:  # noqa: ANN401 - YAML
    """What in a security context gives a container root's power, or empty."""
    if not isinstance(context, Mapping):
        return ""
    if context.get("privileged") is True:
        return "privileged: true"
    return "runAsUser: 0" if context.get("runAsUser") == 0 else ""


def is_nonroot(context: Any) -> bool | None:  # noqa: ANN401 - YAML
    """Whether a security context keeps root out: None where it says nothing.

    With `runAsNonRoot` the kubelet does not start a container whose user is 0; `runAsUser` overrides the image's USER
    (https://kubernetes.io/docs/tasks/configure-pod-container/security-context/).
    """
    if not isinstance(context, Mapping):
        return None
    user = context.get("runAsUser")
    if context.get("runAsNonRoot") is True or (isinstance(user, int) and user > 0):
        return True
    return False if user == 0 or context.get("runAsNonRoot") is False else None


def read_probes(site: Site, path: Path, container: Mapping[str, Any]) -> Iterator[Fact]:
    """The HTTP paths that a container's probes ask for."""
    for key in PROBES:
        route = dig(container, key, "httpGet", "path")
        if isinstance(route, str) and not is_templated(route):
            data: dict[str, Json] = {
                "path": route,
                "probe": key.removesuffix("Probe"),
                "port": str(dig(container, key, "httpGet", "port")),
                "container": str(container.get("name", "")),
                "image": str(container.get("image", "")),
                "source": "kubernetes",
            }
            yield site.make("probe-path", site.line_of(*path, key, "httpGet", "path"), data)
