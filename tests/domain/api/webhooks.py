"""Sending events as a provider does: signed."""

import json
import time
from typing import Any, Final

from rest_framework.test import APIClient

from domain.ingestion.signatures import sign

SECRET: Final = "a secret of the tests, long enough"
HEADERS: Final = {"twilio": "Webhook-Signature", "vapi": "Webhook-Signature", "stripe": "Stripe-Signature"}


def post(provider: str, body: bytes, signature: str | None = None, **headers: str) -> Any:
    if signature is None:
        signature = sign(SECRET, body, int(time.time()))
    client = APIClient(raise_request_exception=False)
    return client.post(
        f"/api/webhooks/{provider}/",
        data=body,
        content_type="application/json",
        headers={HEADERS[provider]: signature, **headers},
    )


def send(provider: str, **event: Any) -> Any:
    return post(provider, json.dumps(event).encode())
