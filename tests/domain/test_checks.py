"""Secrets that can be guessed are refused; providers that could not report are warned of."""

import pytest

from domain.checks import check_events_arrive, check_webhook_secrets


@pytest.mark.parametrize("secrets", [[], ["x" * 24], ["x" * 24, "y" * 40]])
def test_a_secret_is_long_or_absent(settings, secrets):
    settings.WEBHOOK_SECRETS = {"stripe": secrets}
    assert check_webhook_secrets() == []


def test_a_short_secret_is_refused_and_not_told(settings):
    settings.WEBHOOK_SECRETS = {"stripe": ["x" * 24, "hunter2"], "vapi": []}
    (error,) = check_webhook_secrets()
    assert error.id == "domain.E001"
    assert "stripe" in error.msg
    assert "hunter2" not in f"{error.msg} {error.hint}"


def test_a_provider_that_could_not_report_is_warned_of(settings):
    settings.WEBHOOK_SECRETS = {"twilio": [], "vapi": [], "stripe": []}
    assert check_events_arrive() == []
    settings.CALL_GATEWAY, settings.PAYMENT_GATEWAY = "shop.Calls", "shop.Payments"
    assert [warning.id for warning in check_events_arrive()] == ["domain.W001", "domain.W002"]
    settings.WEBHOOK_SECRETS = {"vapi": ["x" * 24]}
    assert [warning.id for warning in check_events_arrive()] == ["domain.W002"]


def test_the_demos_providers_report_nothing(settings):
    settings.CALL_GATEWAY = "domain.simulation.gateways.SimulatedCalls"
    assert check_events_arrive() == []
