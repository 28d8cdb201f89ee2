"""What an operator gives the broker: limits that fit Verso's own, on the queue that Verso uses."""

import json
import re
from typing import Final

from documents.lane import Lane
from tests.deployment.composition import ROOT, composition
from verso.settings import Settings
from workers.app import make_app
from workers.lanes import SET_ASIDE, queue_of
from workers.rabbitmq import MOST_WAITING

CONFIGURATION: Final = (ROOT / "deploy" / "rabbitmq.conf").read_text(encoding="utf-8")
DEFINITIONS: Final = json.loads((ROOT / "deploy" / "rabbitmq-definitions.json").read_text(encoding="utf-8"))


def test_no_task_lasts_half_as_long_as_the_broker_waits_for_its_message() -> None:
    """Else the broker would give a document that takes long to one worker after the other, and none would finish."""
    found = re.search(r"^consumer_timeout = (\d+)$", CONFIGURATION, re.MULTILINE)
    assert found
    longest = make_app(Settings(broker_url="amqp://nowhere//")).conf.task_time_limit  # type: ignore[arg-type]
    assert longest < int(found[1]) / 1000 / 2


def test_the_policy_is_about_the_queue_that_is_used() -> None:
    """A policy whose pattern fits nothing does nothing, and nobody hears of it."""
    (policy,) = DEFINITIONS["policies"]
    assert all(re.search(policy["pattern"], queue_of(lane)) for lane in Lane)
    assert policy["definition"]["max-length"] > MOST_WAITING


def test_what_is_set_aside_has_a_place() -> None:
    """The dead letters' queue exists, and the policy does not apply to it in turn."""
    (policy,) = DEFINITIONS["policies"]
    (queue,) = DEFINITIONS["queues"]
    assert policy["definition"]["dead-letter-exchange"] == ""
    assert policy["definition"]["dead-letter-routing-key"] == queue["name"] == SET_ASIDE
    assert not re.search(policy["pattern"], queue["name"])


def test_dead_letters_travel_at_most_once() -> None:
    """P24: the other way a queue that is deleted at the wrong moment makes shadows of all of them (RabbitMQ 3.10)."""
    (policy,) = DEFINITIONS["policies"]
    assert policy["definition"].get("dead-letter-strategy", "at-most-once") == "at-most-once"


def test_the_work_gives_up_after_its_message_and_not_before() -> None:
    """The broker's limit costs a message; only the ledger's costs a person's time."""
    (policy,) = DEFINITIONS["policies"]
    assert policy["definition"]["delivery-limit"] < Settings().most_claims


def test_the_composition_imports_the_definitions_into_the_host_that_it_uses() -> None:
    """At every start of the broker, from the file that is mounted."""
    broker = composition()["services"]["broker"]
    (mount,) = [mount for mount in broker["volumes"] if "definitions" in str(mount)]
    (hook,) = broker["post_start"]
    assert mount["target"] in hook["command"][-1]
    hosts = {entry["vhost"] for kind in ("policies", "queues") for entry in DEFINITIONS[kind]}
    assert hosts == {broker["environment"]["RABBITMQ_DEFAULT_VHOST"]}
