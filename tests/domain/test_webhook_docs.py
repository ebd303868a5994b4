"""docs/webhooks.md keeps its word: its example runs, and it names every event, answer and secret."""

import json
import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings

from domain.api.serializers.webhooks import CODES
from domain.ingestion import twilio, vapi
from domain.ingestion.call_events import CallEvent
from domain.ingestion.forms import FORMS
from domain.ingestion.stripe import _APPLY
from domain.models import Call
from tests.factories import TenantFactory

PAGE = Path(settings.BASE_DIR, "docs", "webhooks.md").read_text()
SECRET = "a secret of the tests, long enough"


@pytest.mark.django_db(transaction=True)
def test_the_example_of_the_page_works_as_it_stands(live_server, settings):
    settings.WEBHOOK_SECRETS = {"twilio": [SECRET]}
    tenant = TenantFactory()
    (script,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    (answer,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    script = script.replace("http://127.0.0.1:8000", live_server.url)
    script = script.replace("the value of TWILIO_WEBHOOK_SECRET", SECRET)
    script = script.replace('"tenant": 7', f'"tenant": {tenant.pk}')
    result = subprocess.run(["sh", "-euc", script], capture_output=True, timeout=60, check=True)
    assert json.loads(result.stdout) == json.loads(answer)
    assert Call.objects.get().owner == tenant


def test_every_status_of_the_providers_is_named():
    of_twilio = {*get_args(twilio._Begun), *get_args(twilio._Over)}
    of_vapi = {*vapi._STATUSES, *vapi.KINDS, *vapi._MISSED, "voicemail"}
    for name in of_twilio | of_vapi | {form.header for forms in FORMS.values() for form in forms}:
        assert f"`{name}`" in PAGE, name


def test_every_event_answer_and_secret_is_named():
    events = {event.__struct_config__.tag for event in get_args(CallEvent)}
    fields = {field for event in get_args(CallEvent) for field in event.__struct_fields__}
    shortened = {name if not name.startswith("customer.subscription.") else name[21:] for name in _APPLY}
    for name in events | fields | shortened | {code for code, _ in CODES}:
        assert f"`{name}`" in PAGE or f"`customer.subscription{name}`" in PAGE, name
    for provider in settings.WEBHOOK_SECRETS:
        assert f"`{provider.upper()}_WEBHOOK_SECRET`" in PAGE
        assert f"`POST /api/webhooks/{provider}/`" in PAGE
