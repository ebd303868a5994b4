"""Whatever is sent, every address answers as the OpenAPI document says, to each role.

Requests are made up by schemathesis from the document itself: right ones and wrong ones, for rows that exist
and rows that do not, the same in every run.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Final

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS

from tests.domain.api.conftest import Api
from tests.domain.api.webhooks import post
from tests.domain.api.world import build_world

EXAMPLES: Final = 10  # of each kind, for each operation and person
DOCUMENT: Final = schemathesis.openapi.from_dict(
    SchemaGenerator().get_schema(request=None, public=True),
    # Everybody here is signed in: a request is not made wrong by another header than the one that is sent.
    config=schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}}),
)
DOCUMENT.app = get_wsgi_application()
OPERATIONS: Final = [result.ok() for result in DOCUMENT.get_all_operations()]

ALWAYS: Final = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance"),
)
CHECKS_OF: Final = {
    # Right in form is not always right in fact: the present state has a say.
    GenerationMode.POSITIVE: CHECKS.get_by_names([*ALWAYS, "ignored_auth"]),
    GenerationMode.NEGATIVE: CHECKS.get_by_names([*ALWAYS, "negative_data_rejection"]),
}


def subject_of(operation: Any) -> str:
    """The first part of the address below /api/."""
    subject: str = operation.path.split("/")[2]
    return subject


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that is written inside lasts; a request inside leaves the connection open."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for signal in ends:
            signal.connect(close_old_connections)


def cases(operation: Any, mode: GenerationMode, ids: dict[str, list[int]]) -> st.SearchStrategy[Case]:
    """Requests to one operation; where its path names a row, mostly to one that exists."""
    if "{id}" not in operation.path:
        return operation.as_strategy(mode)
    existing = ids[subject_of(operation)]
    return st.one_of(
        st.sampled_from(existing).flatmap(
            lambda id_: operation.as_strategy(mode, path_parameters={"id": id_})
        ),
        operation.as_strategy(mode),
    )


@pytest.mark.parametrize("subject", sorted({subject_of(operation) for operation in OPERATIONS}))
@pytest.mark.django_db(transaction=True)
def test_every_answer_is_one_of_the_document(subject, subtests, telephony, payments, webhooks):
    people, ids = build_world()
    apis = [Api(person) for person in people.values()]
    for operation in OPERATIONS:
        for mode in GenerationMode if subject_of(operation) == subject else ():
            with subtests.test(f"{operation.label}, {mode.value}"):
                try_out(operation, mode, apis, ids)


@pytest.mark.parametrize("provider", ["twilio", "stripe"])
@pytest.mark.django_db(transaction=True)
def test_whatever_a_provider_signs_is_settled_or_refused_in_words(provider, webhooks):
    tenant = build_world()[0]["user"]
    operation = DOCUMENT[f"/api/webhooks/{provider}/"]["POST"]
    known = st.fixed_dictionaries({}, optional={"tenant": st.just(tenant.pk), "call": st.just("CA1")})

    @settings(
        max_examples=150,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), fields=known)
    def answers(case: Case, fields: dict[str, Any]) -> None:
        with undone():
            response = post(provider, json.dumps({**_sent(case), **fields}).encode())
        assert response.status_code in {200, 400, 409}, response.content
        assert set(response.json()) in ({"event", "status", "detail", "repeated"}, {"type", "errors"})

    answers()


def _sent(case: Case) -> dict[str, Any]:
    return case.body if isinstance(case.body, dict) else {}


def try_out(operation: Any, mode: GenerationMode, apis: list[Api], ids: dict[str, list[int]]) -> None:
    in_address = [each for each in operation.iter_parameters() if each.location != "header"]
    if mode.is_negative and not (in_address or operation.body):
        return  # nothing is sent that could be wrong

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(operation, mode, ids))
    def answers_as_documented(case: Case) -> None:
        # An empty parameter is one that was not given; it makes no request wrong.
        assume(mode.is_positive or "" not in (case.query or {}).values())
        for api in apis:
            with nullcontext() if case.method == "GET" else undone():
                case.call_and_validate(headers=api.headers, checks=CHECKS_OF[mode])

    answers_as_documented()
