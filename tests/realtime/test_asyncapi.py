"""The AsyncAPI document has all that the wire has. (The front end's tests hold it against the parser.)"""

from typing import Any

import pytest
from jsonschema import Draft7Validator

from realtime.asyncapi import asyncapi_document
from realtime.close_codes import CloseCode
from realtime.protocol import PATH
from realtime.schema import CLIENT_FRAMES, SERVER_FRAMES, frame_name, frame_type

DOCUMENT = asyncapi_document()
CHANNEL = DOCUMENT["channels"]["dashboard"]


def at(reference: dict[str, str]) -> Any:
    """What a reference leads to, references on the way followed."""
    found: Any = DOCUMENT
    for part in reference["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return at(found) if "$ref" in found else found


@pytest.mark.parametrize(("action", "frames"), [("send", SERVER_FRAMES), ("receive", CLIENT_FRAMES)])
def test_every_frame_is_an_operation_of_its_side(action: str, frames: tuple[type[Any], ...]) -> None:
    operations = [each for each in DOCUMENT["operations"].values() if each["action"] == action]
    payloads = [at(message)["payload"]["$ref"] for each in operations for message in each["messages"]]
    assert payloads == [f"#/components/schemas/{frame_name(frame)}" for frame in frames]
    assert [each["title"] for each in operations] == [frame_type(frame) for frame in frames]
    assert all(at(each["channel"]) is CHANNEL for each in operations)


@pytest.mark.parametrize("name", CHANNEL["messages"])
def test_every_message_has_a_description_and_an_example_that_fits(name: str) -> None:
    message = at(CHANNEL["messages"][name])
    assert message["description"]
    schema = {**message["payload"], "components": DOCUMENT["components"]}
    for example in message["examples"]:
        Draft7Validator(schema).validate(example["payload"])


def test_an_answer_is_a_message_of_the_other_side() -> None:
    for operation in DOCUMENT["operations"].values():
        other = CLIENT_FRAMES if operation["action"] == "send" else SERVER_FRAMES
        for message in operation.get("reply", {}).get("messages", []):
            assert at(message)["name"] in {frame_type(frame) for frame in other}


def test_every_close_code_is_there_and_in_the_text() -> None:
    assert [each["code"] for each in CHANNEL["x-close-codes"]] == [code.value for code in CloseCode]
    assert all(f"| {code.value} | {code.meaning} |" in DOCUMENT["info"]["description"] for code in CloseCode)


def test_it_says_where_and_how_to_connect() -> None:
    server = asyncapi_document("dash.example:8443", secure=True)["servers"]["this"]
    assert (server["protocol"], server["host"]) == ("wss", "dash.example:8443")
    assert [at(each)["type"] for each in server["security"]] == ["httpApiKey", "http"]
    assert CHANNEL["address"] == PATH
    assert set(CHANNEL["bindings"]["ws"]["query"]["properties"]) == {"resume"}
