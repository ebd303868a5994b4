"""/metrics: everything that the engine counts, as Prometheus reads it, and for nobody else."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from project import metrics as exposition
from realtime.metrics import Metrics


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Metrics:
    """Figures of this test's own."""
    own = Metrics()
    monkeypatch.setattr(exposition, "metrics", own)
    return own


def samples(client: Client) -> dict[tuple[str, str], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_what_is_counted_is_exposed(client: Client, counted: Metrics) -> None:
    counted.connections = 7
    counted.bytes_sent_total = 2**40
    counted.refresh_seconds_total = 0.25
    counted.closed_total[4401] = 3
    counted.task_restarts_total["look"] = 1
    read = samples(client)
    assert read["realtime_connections", ""] == 7
    assert read["realtime_bytes_sent_total", ""] == 2**40
    assert read["realtime_refresh_seconds_total", ""] == 0.25
    assert read["realtime_closed_total", "4401"] == 3
    assert read["realtime_task_restarts_total", "look"] == 1
    assert read["process_open_fds", ""] > 0


def test_every_figure_is_named_typed_and_explained(client: Client, counted: Metrics) -> None:
    text = client.get("/metrics").content.decode()
    for item in fields(Metrics):
        kind = "counter" if item.name.endswith("_total") else "gauge"
        assert f"# TYPE realtime_{item.name} {kind}\n" in text
        assert f"# HELP realtime_{item.name} {item.metadata['says']}\n" in text


def test_every_figure_is_in_the_operators_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    missing = [item.name for item in fields(Metrics) if f"`realtime_{item.name}`" not in guide]
    assert missing == []


def test_without_a_token_only_this_machine_reads_them(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 403
    through_a_proxy = client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.7"})
    assert through_a_proxy.status_code == 403
    assert b"realtime_" not in through_a_proxy.content


def test_with_a_token_whoever_has_it_reads_them_from_anywhere(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "the scraper's"
    for headers in ({}, {"Authorization": "Bearer the scraper"}, {"Authorization": "the scraper's"}):
        assert client.get("/metrics", headers=headers).status_code == 403
    headers = {"Authorization": "Bearer the scraper's", "X-Forwarded-For": "10.0.0.7"}
    assert client.get("/metrics", headers=headers, REMOTE_ADDR="10.0.0.7").status_code == 200


def test_every_alert_is_about_figures_that_there_are_and_is_tried_out() -> None:
    """That they fire when they should is for promtool, which is no Python package."""
    deploy = Path(__file__).parents[2] / "deploy"
    rules, cases = ((deploy / f"prometheus-alerts{end}.yml").read_text() for end in ("", ".test"))
    named = set(re.findall(r"\brealtime_(\w+)", rules))
    assert named
    assert named <= {item.name for item in fields(Metrics)}
    alerts = re.findall(r"- alert: (\w+)", rules)
    assert rules.count("severity: page}") + rules.count("severity: ticket}") == len(alerts)
    assert [cases.count(f"alertname: {alert}") for alert in alerts] == [2] * len(alerts)  # well, and wrong
