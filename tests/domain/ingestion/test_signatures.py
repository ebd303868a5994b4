"""Who signs with the secret, now, is believed; nobody else."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ingestion.signatures import (
    TOLERANCE_S,
    SignatureRefused,
    sign,
    sign_request,
    verify,
    verify_request,
    verify_secret,
)

SECRET = "whsec_" + "a" * 32
NOW = 1_772_409_600
BODY = b'{"id": "evt_1"}'


def code_of(header: str, body: bytes = BODY, now: float = NOW, secrets: tuple[str, ...] = (SECRET,)) -> str:
    with pytest.raises(SignatureRefused) as refusal:
        verify(header, body, secrets, now)
    return refusal.value.code


def test_it_is_hmac_sha256_over_the_instant_a_dot_and_the_body():
    digest = hmac.new(SECRET.encode(), f"{NOW}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert sign(SECRET, BODY, NOW) == f"t={NOW},v1={digest}"


@given(st.binary(max_size=200))
def test_whatever_is_signed_is_believed(body):
    verify(sign(SECRET, body, NOW), body, [SECRET], NOW)


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_another_body_is_not(signed, sent):
    if signed != sent:
        assert code_of(sign(SECRET, signed, NOW), sent) == "bad_signature"


def test_another_secret_or_instant_is_not():
    assert code_of(sign("another" * 5, BODY, NOW)) == "bad_signature"
    later = sign(SECRET, BODY, NOW).replace(f"t={NOW}", f"t={NOW + 1}")
    assert code_of(later) == "bad_signature"


def test_while_a_secret_is_changed_either_is_believed():
    for secret in ("old" * 10, "new" * 10):
        verify(sign(secret, BODY, NOW), BODY, ["old" * 10, "new" * 10], NOW)
    both = f"{sign('gone' * 8, BODY, NOW)},{sign(SECRET, BODY, NOW).split(',')[1]}"
    verify(both, BODY, [SECRET], NOW)


def test_it_holds_for_five_minutes_both_ways():
    header = sign(SECRET, BODY, NOW)
    for edge in (-TOLERANCE_S, TOLERANCE_S):
        verify(header, BODY, [SECRET], NOW + edge)
    assert code_of(header, now=NOW + TOLERANCE_S + 0.1) == "stale_signature"
    assert code_of(header, now=NOW - TOLERANCE_S - 0.1) == "stale_signature"


def test_how_old_it_is_is_told_only_to_who_knows_the_secret():
    assert code_of(sign("another" * 5, BODY, NOW), now=NOW + 10_000) == "bad_signature"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "v1=abc",
        f"t={NOW}",
        "t=now,v1=abc",
        f"t={NOW},t={NOW},v1=abc",
        "t=١٢٣,v1=abc",
        f"t={'9' * 500},v1=abc",
        f"t={NOW},v0=abc",
        f"t={NOW},v1=é\udcff",
        "," * 100_000,
        f"t=-{NOW},v1=abc",
    ],
)
def test_what_is_not_a_signature_is_refused(header):
    assert code_of(header) == "bad_signature"


@given(st.text(max_size=100))
def test_no_text_is_more_than_refused(header):
    assert code_of(header) == "bad_signature"


# An example of Twilio's documentation of how requests are validated, with the signature that it gives.
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
TWILIO_FORM = [
    ("To", "+18005551212"),
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+12349013030"),
    ("Caller", "+12349013030"),
]
TWILIO_SIGNATURE = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_a_request_of_twilio_is_signed_as_twilio_says():
    assert sign_request("12345", URL, TWILIO_FORM) == TWILIO_SIGNATURE
    verify_request(TWILIO_SIGNATURE, ["https://mycompany.com:443/", URL], TWILIO_FORM, ["another", "12345"])


@pytest.mark.parametrize(
    ("header", "urls", "form", "secrets"),
    [
        ("", [URL], TWILIO_FORM, ["12345"]),
        ("é", [URL], TWILIO_FORM, ["12345"]),
        (TWILIO_SIGNATURE, [URL.replace("foo=1", "foo=2")], TWILIO_FORM, ["12345"]),
        (TWILIO_SIGNATURE, [URL], [*TWILIO_FORM, ("a", "b")], ["12345"]),
        (TWILIO_SIGNATURE, [URL], TWILIO_FORM[1:], ["12345"]),
        (TWILIO_SIGNATURE, [URL], TWILIO_FORM, ["54321"]),
        (TWILIO_SIGNATURE, [URL], TWILIO_FORM, []),
    ],
)
def test_any_other_request_is_not(header, urls, form, secrets):
    with pytest.raises(SignatureRefused) as refusal:
        verify_request(header, urls, form, secrets)
    assert refusal.value.code == "bad_signature"


def test_whoever_knows_the_secret_is_believed_and_nobody_else():
    verify_secret(SECRET, ["another", SECRET])
    for given_, secrets in (
        ("", [SECRET]),
        (SECRET[:-1], [SECRET]),
        (SECRET, []),
        ("", [""]),
        ("é", [SECRET]),
    ):
        with pytest.raises(SignatureRefused) as refusal:
            verify_secret(given_, secrets)
        assert refusal.value.code == "bad_signature"
