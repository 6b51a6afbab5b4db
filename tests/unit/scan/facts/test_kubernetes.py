from __future__ import annotations

from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.kubernetes import collect_config

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      securityContext: {runAsUser: 0}
      terminationGracePeriodSeconds: 45
      initContainers:
        - {name: migrate, image: "example/api:1", command: [alembic, upgrade, head]}
      containers:
        - name: api
          image: example/api:1
          ports: [{containerPort: 8000}]
          livenessProbe: {httpGet: {path: /livez, port: http}}
          lifecycle: {preStop: {sleep: {seconds: 8}}}
          resources: {limits: {memory: 1Gi}}
"""


def collect(text: str, path: str = "k8s/api.yaml") -> list[Fact]:
    return list(collect_config(ConfigFile(path, Language.YAML, text)))


def list_containers(workload: Fact) -> list[Any]:
    rows: Any = workload.data["containers"]
    return list(rows)


def test_a_deployment() -> None:
    workload, probe = collect(DEPLOYMENT)
    assert (workload.where.line, workload.data["name"], workload.data["grace"], workload.data["partial"]) == (
        2,
        "api",
        45,
        False,
    )
    api, migrate = list_containers(workload)
    assert (api["name"], api["line"], api["probes"], api["prestop"]) == ("api", 14, ["livenessProbe"], 8)
    assert (api["limits"], api["requests"], api["root"], api["init"]) == (["memory"], [], "runAsUser: 0", False)
    assert (migrate["init"], migrate["command"]) == (True, ["alembic", "upgrade", "head"])
    assert probe.data == {
        "path": "/livez",
        "probe": "liveness",
        "port": "http",
        "container": "api",
        "image": str(api["image"]),
        "source": "kubernetes",
    }


def test_a_patch_is_partial() -> None:
    text = "kind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a}]}}}\n"
    (workload,) = collect(text)
    assert workload.data["partial"] is True


def test_a_chart_is_read_with_its_lines() -> None:
    text = (
        "{{- if .Values.enabled }}\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-api\nspec:\n"
        '  selector:\n    matchLabels:\n      {{- include "labels" . | nindent 6 }}\n  template:\n    spec:\n'
        "      containers:\n        - name: api\n          resources:\n"
        "            {{- toYaml .Values.resources | nindent 12 }}\n{{- end }}\n"
    )
    (workload,) = collect(text)
    (container,) = list_containers(workload)
    found = (workload.where.line, container["line"], container["templated"])
    assert found == (2, 12, ["resources"])


def test_a_chart_that_is_no_yaml_is_counted() -> None:
    text = "kind: Pod\nspec:\n{{ if .a }}\n  x: 1\n{{ else }}\n  x: 2\n{{ end }}\n  containers: []\n"
    assert [fact.kind for fact in collect(text)] == ["manifest-unreadable"]


def test_what_selects_pods() -> None:
    text = (
        "kind: Service\nspec: {selector: {app: api}}\n---\nkind: PodDisruptionBudget\n"
        "spec: {selector: {matchExpressions: [{key: app, operator: Exists}]}}\n---\nkind: ConfigMap\n"
    )
    found = [(fact.kind, fact.data["labels"], fact.data["computed"]) for fact in collect(text)]
    assert found == [("cluster-service", {"app": "api"}, False), ("disruption-budget", {}, True)]


def test_an_ingress() -> None:
    text = (
        "kind: Ingress\nmetadata: {annotations: {alb.ingress.kubernetes.io/certificate-arn: x}}\n"
        "spec: {rules: [{host: a.b}]}\n"
    )
    (ingress,) = collect(text)
    assert (ingress.data["tls"], ingress.data["elsewhere"], ingress.data["hosts"]) == (False, True, ["a.b"])


def test_other_yaml_is_not_parsed() -> None:
    assert collect("a: [\n") == []


def test_how_many_copies() -> None:
    (one, *_) = collect(DEPLOYMENT.replace("spec:\n  selector", "spec:\n  replicas: 3\n  selector"))
    assert one.data["replicas"] == 3
    assert collect(DEPLOYMENT)[0].data["replicas"] == 1
