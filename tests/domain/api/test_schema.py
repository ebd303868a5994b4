"""The OpenAPI document of the whole service: complete, without warnings, and true in its examples."""

from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from domain.models import User

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def test_the_document_is_valid_and_nothing_is_left_to_guess(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_every_operation_is_named_summed_up_and_filed(document):
    for name, operation in operations(document):
        assert operation["operationId"].islower(), name
        assert operation.get("summary"), name
        assert len(operation["tags"]) == 1, name


def test_every_action_that_can_be_refused_says_so(document):
    unconditional = {
        "start",
        "complete",
        "reschedule",
        "cancel",
        "answer",
        "end",
        "assign",
        "abandon",
        "retry",
    }
    for name, operation in operations(document):
        if name.rstrip("/").rsplit("/", 1)[-1] in unconditional:
            assert "409" in operation["responses"], name


def test_all_but_signing_in_needs_a_token(document):
    open_to_all = {
        name
        for name, operation in operations(document)
        if {"jwtAuth": []} not in operation.get("security", [])
    }
    assert {name for name in open_to_all if "/api/auth/" not in name and "/api/webhooks/" not in name} <= {
        "GET /api/schema/"
    }


def test_every_error_has_the_one_shape(document):
    schemas = document["components"]["schemas"]
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) < 400 or "/api/webhooks/" in name:
                continue
            schema = response["content"]["application/json"]["schema"]
            shape = schemas[schema["$ref"].rsplit("/", 1)[-1]]
            assert set(shape["required"]) == {"type", "errors"}, (name, status)
            error = schemas[shape["properties"]["errors"]["items"]["$ref"].rsplit("/", 1)[-1]]
            assert set(error["properties"]) == {"code", "detail", "attr"}, (name, status)


def test_every_list_shows_an_answer_to_each_role_that_may_ask(document):
    for name, operation in operations(document):
        if not operation["operationId"].startswith("list_"):
            continue
        examples = operation["responses"]["200"]["content"]["application/json"]["examples"]
        titles = {example.get("summary", key).lower() for key, example in examples.items()}
        assert titles <= set(User.Role.values), name
        assert {"admin", "user"} <= titles, name


def test_examples_are_what_the_schemas_say(document):
    checked = 0
    for name, operation in operations(document):
        contents = [operation.get("requestBody", {})]
        contents += operation["responses"].values()
        for content in contents:
            for media in content.get("content", {}).values():
                for title, example in media.get("examples", {}).items():
                    schema = {**_nullable(media["schema"]), "components": _nullable(document["components"])}
                    errors = list(jsonschema.Draft7Validator(schema).iter_errors(example["value"]))
                    assert not errors, (name, title, errors[0].message)
                    checked += 1
    assert checked > 100


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0's ``nullable`` as JSON Schema says it."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    converted = {key: _nullable(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [converted, {"type": "null"}]} if schema.get("nullable") is True else converted


def test_the_page_and_the_document_are_served_to_anybody(client, db):
    assert client.get(reverse("schema")).status_code == 200
    page = client.get(reverse("swagger")).content.decode()
    assert reverse("schema") in page
    assert "//cdn" not in page
    assert "https://" not in page
