"""What watches an installation: alert rules, dashboard, manifests; each in the form that its reader wants."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import kubernetes_validate
import promql_parser
import pytest
import yaml
from prometheus_client import CollectorRegistry

from documents.stage import Stage
from feeders.inbox.interface import InboxState
from pipelines.reimbursing.alarming import Expectation
from storage.ledger.sql import open_ledger
from storage.ledger.vitals import WorkState
from tests.deployment.composition import ROOT, services
from tests.fakes import PlainAntivirus
from verso.health import Process
from verso.settings import Settings
from verso.telemetry.gauges import AntivirusGauges, InboxGauges, LedgerGauges, NightGauges
from verso.telemetry.measures import Measures

DEPLOY: Final = ROOT / "deploy"
OPERATING: Final = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
KUBERNETES: Final = "1.31"


def read(path: str) -> Any:
    """Return a file's content."""
    return yaml.safe_load((DEPLOY / path).read_text(encoding="utf-8"))


def rules() -> list[dict[str, Any]]:
    """Return every alert rule."""
    return [rule for group in read("prometheus/alerts.yml")["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """Return every panel of the dashboard."""
    found: list[dict[str, Any]] = json.loads((DEPLOY / "grafana/verso.json").read_text(encoding="utf-8"))["panels"]
    return found


def queries() -> list[str]:
    """Return every query in alerts, dashboard and adapter."""
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    adapted = [rule["metricsQuery"] for rule in read("prometheus/adapter.yml")["externalRules"]]
    return [rule["expr"] for rule in rules()] + shown + adapted


def resources() -> list[dict[str, Any]]:
    """Return every resource of the manifests."""
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    found = [one for file in files for one in yaml.safe_load_all(file.read_text(encoding="utf-8"))]
    return [one for document in found for one in document.get("items", [document])]


def containers() -> list[dict[str, Any]]:
    """Return every container of the manifests."""
    specs = [resource["spec"]["template"]["spec"] for resource in resources() if "template" in resource.get("spec", {})]
    return [container for spec in specs for container in spec["containers"]]


def shown_metrics() -> set[str]:
    """Return the names of all metrics that some process shows."""
    ledger = open_ledger("sqlite://", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    registry = CollectorRegistry()
    Measures(registry)
    registry.register(LedgerGauges(ledger, lambda: datetime(2026, 11, 22, tzinfo=UTC)))
    expected = Expectation(window=None, grace=timedelta(hours=1), least_share=0.5)
    registry.register(NightGauges(ledger, lambda: datetime(2026, 11, 22, tzinfo=UTC), ["cpam"], expected))
    states = {"hospital": InboxState(depth=0, size=0, claimed=0, oldest=None)}
    registry.register(InboxGauges(states))
    registry.register(AntivirusGauges(PlainAntivirus(), lambda: datetime(2026, 11, 22, tzinfo=UTC)))
    suffixes = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",), "gauge": ("",)}
    shown = {family.name + suffix for family in registry.collect() for suffix in suffixes[family.type]}
    return shown | {"verso_slots"}


@pytest.mark.parametrize("query", queries())
def test_a_query_is_one_and_asks_for_what_is_shown(query: str) -> None:
    """It parses as Prometheus' language, and no metric in it is misspelt."""
    promql_parser.parse(query)
    assert set(re.findall(r"verso_\w+", query)) <= shown_metrics()


@pytest.mark.parametrize("query", queries())
def test_a_query_selects_values_that_there_are(query: str) -> None:
    """Stages and states are spelt as the code spells them."""
    for label, values in (("stage", {*Stage}), ("state", {*WorkState})):
        for asked in re.findall(rf'\b{label}=~?"([^"]+)"', query):
            assert set(asked.split("|")) <= {str(value) for value in values}


def test_every_alert_has_its_paragraph_and_every_paragraph_its_alert() -> None:
    """Whoever is woken finds what to do under the alert's own name."""
    section = OPERATING.partition("### Alerts")[2].partition("\n## ")[0]
    assert re.findall(r"^\*\*(Verso\w+)\.\*\*", section, re.MULTILINE) == [rule["alert"] for rule in rules()]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is_and_what_it_means(rule: dict[str, Any]) -> None:
    """By night or by day, in a sentence."""
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}


def test_prometheus_asks_every_process_on_its_port() -> None:
    """Under its service's name, on the port that the composition sets."""
    asked = {
        job["dns_sd_configs"][0]["names"][0]: job["dns_sd_configs"][0]["port"]
        for job in read("prometheus/prometheus.yml")["scrape_configs"]
    }
    ours = next(service for service in services() if service.name == "courier")
    assert asked == json.loads(ours.environment["VERSO_METRICS_PORTS"])
    assert set(asked) == {*Process}


def test_every_process_of_the_composition_has_a_check_that_means_life() -> None:
    """What compose calls healthy is what `verso health` says of that process."""
    checks = {service.name: service.says.get("healthcheck", {}).get("test") for service in services()}
    for process in Process:
        assert checks[process] == ["CMD", "verso", "health", process]


def test_a_panel_is_where_it_can_be_seen() -> None:
    """No two of the dashboard lie on each other, and each has a title and a query."""
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(set(places)) == len(places)
    assert all(panel["title"] and panel["targets"] for panel in panels())


@pytest.mark.parametrize(
    "resource", resources(), ids=lambda resource: f"{resource['kind']}-{resource['metadata']['name']}"
)
def test_a_manifest_keeps_kubernetes_schema(resource: dict[str, Any]) -> None:
    """Strictly: a field that is misspelt is no field."""
    kubernetes_validate.validate(resource, KUBERNETES, strict=True)


@pytest.mark.parametrize("container", containers(), ids=lambda container: container["name"])
def test_a_container_is_sealed_off_and_bounded(container: dict[str, Any]) -> None:
    """No way to more rights, nothing to write to but memory, no more than its share."""
    confined = container["securityContext"]
    assert not confined["allowPrivilegeEscalation"]
    assert confined["readOnlyRootFilesystem"]
    assert confined["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"].keys() == {"cpu", "memory"}
    assert container["image"] in {"verso:0.1.0", "clamav/clamav:1.4.3"}


def test_the_settings_of_the_manifests_exist() -> None:
    """Each is one that `verso.settings` reads."""
    known = {f"VERSO_{name.upper()}" for name in Settings.model_fields}
    config = next(r["data"] for r in resources() if (r["kind"], r["metadata"]["name"]) == ("ConfigMap", "verso"))
    named = {entry["name"] for container in containers() for entry in container.get("env", [])}
    assert config.keys() | named <= known


def test_workers_are_as_many_as_the_age_of_work_wants() -> None:
    """P23: the autoscaler goes by how long the oldest work waits, under the name that the adapter gives it."""
    scaler = next(resource for resource in resources() if resource["kind"] == "HorizontalPodAutoscaler")
    metric = scaler["spec"]["metrics"][0]["external"]["metric"]["name"]
    assert metric == read("prometheus/adapter.yml")["externalRules"][0]["name"]["as"]
    assert scaler["spec"]["scaleTargetRef"]["name"] == "worker"


def test_nobody_reaches_a_pod_unless_a_policy_says_so() -> None:
    """All is denied first."""
    policies = {r["metadata"]["name"]: r["spec"] for r in resources() if r["kind"] == "NetworkPolicy"}
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert set(policies) == {"nothing", "pages", "doors", "services", "antivirus", "signatures"}
    assert "egress" not in policies["antivirus"]


def test_the_antivirus_of_the_manifests_is_that_of_the_composition() -> None:
    """P41: the same image, settings word for word, nothing on a disk, under the name that Verso asks."""
    named = {(one["kind"], one["metadata"]["name"]): one for one in resources()}
    settings = named["ConfigMap", "clamd"]["data"]["clamd.conf"]
    assert settings == (DEPLOY / "clamd.conf").read_text(encoding="utf-8")
    pod = named["Deployment", "antivirus"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    composed = next(service for service in services() if service.name == "antivirus")
    assert container["image"] == composed.says["image"]
    assert container["command"] == composed.says["entrypoint"]
    assert {volume["name"] for volume in pod["volumes"] if volume.get("emptyDir", {}).get("medium") == "Memory"} == {
        "tmp"
    }
    assert named["ConfigMap", "verso"]["data"]["VERSO_ANTIVIRUS_URL"] == "tcp://antivirus:3310"
    assert named["Service", "antivirus"]["spec"]["ports"][0]["port"] == 3310


def test_a_probe_starts_nothing_again_because_a_service_is_out() -> None:
    """P3: each process is asked after its own life; what waits for a store or a ledger is not killed for it."""
    probes = {
        container["name"]: container["livenessProbe"]["exec"]["command"]
        for container in containers()
        if container["image"].startswith("verso:") and "livenessProbe" in container
    }
    assert probes == {str(process): ["verso", "health", str(process), "--liveness"] for process in Process}
