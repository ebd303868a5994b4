"""``/metrics``: what the push engine counts and what the process uses, as Prometheus reads it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from hmac import compare_digest
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from realtime.metrics import metrics

_PREFIX: Final = "realtime_"
_LOOPBACK: Final = {"127.0.0.1", "::1"}


class EngineCollector(Collector):
    """Every field of ``realtime.metrics``."""

    def collect(self) -> Iterator[Metric]:
        for item in fields(metrics):
            name, value, says = _PREFIX + item.name, getattr(metrics, item.name), item.metadata["says"]
            if isinstance(value, Mapping):
                family = CounterMetricFamily(name, says, labels=[item.metadata["by"]])
                for label, count in dict(value).items():
                    family.add_metric([str(label)], count)
                yield family
            elif name.endswith("_total"):
                yield CounterMetricFamily(name, says, value)
            else:
                yield GaugeMetricFamily(name, says, value)


registry: Final = CollectorRegistry()
registry.register(EngineCollector())
ProcessCollector(registry=registry)
GCCollector(registry=registry)


async def page(request: HttpRequest) -> HttpResponse:
    """All figures of this process; 403 for whoever may not read them."""
    if not _may_read(request):
        return HttpResponse("Metrics are read with METRICS_TOKEN, or from this machine.\n", "text/plain", 403)
    return HttpResponse(generate_latest(registry), CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """By the token where there is one; else from the same machine, past no proxy."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and "X-Forwarded-For" not in request.headers
