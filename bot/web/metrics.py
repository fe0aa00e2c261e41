"""Counts for whoever runs the service: no question, no address, no conversation is in them."""

import ipaddress
from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from bot.models import ChatModel
from bot.types import Reply

_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_FORWARDED: Final = ("x-forwarded-for", "forwarded", "x-real-ip")


class ModelCollector(Collector):
    """What a chat model counts by itself."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The counts since the start."""
        used = self._model.used
        tokens = CounterMetricFamily("mso_model_tokens", "Tokens of the chat model", labels=["direction"])
        tokens.add_metric(["input"], used.input_tokens)
        tokens.add_metric(["output"], used.output_tokens)
        yield tokens
        yield CounterMetricFamily("mso_model_cost", "What they cost, by the configured prices", value=used.cost)
        failures = CounterMetricFamily("mso_model_failures", "Calls that gave no answer", labels=["reason"])
        for reason, count in self._model.troubles.items():
            failures.add_metric([reason], count)
        yield failures


class Metrics:
    """One set for each app."""

    def __init__(self, model: ChatModel | None = None) -> None:
        self._registry = CollectorRegistry()
        if model is not None:
            self._registry.register(ModelCollector(model))
        self._replies = Counter("mso_replies", "Replies given", ["status", "reason", "engine"], registry=self._registry)
        self._latency = Histogram(
            "mso_reply_seconds", "Time to work out a reply", buckets=_SECONDS, registry=self._registry
        )
        self._dropped = Counter("mso_turns_dropped", "Turns that could not be recorded", registry=self._registry)
        self._limited = Counter("mso_limited", "Requests over a limit", ["limit"], registry=self._registry)

    def replied(self, reply: Reply) -> None:
        """Count a reply."""
        engine = reply.engine.partition(":")[0]
        self._replies.labels(reply.status.value, reply.reason.value if reply.reason else "", engine).inc()
        self._latency.observe(reply.latency_ms / 1000)

    def dropped(self, count: int) -> None:
        """Count turns that could not be recorded."""
        self._dropped.inc(count)

    def limited(self, limit: str) -> None:
        """Count a request that was one too many."""
        self._limited.labels(limit).inc()

    def text(self) -> bytes:
        """All counts in the Prometheus text format."""
        return generate_latest(self._registry)


def metrics_router(metrics: Metrics) -> APIRouter:
    """``/metrics``, for the machine itself and its private network; what came through a proxy gets nothing."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    def read_metrics(request: Request) -> Response:
        forwarded = any(name in request.headers for name in _FORWARDED)
        if forwarded or not _is_near(request.client.host if request.client else ""):
            raise HTTPException(404)
        return Response(metrics.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return router


def _is_near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
