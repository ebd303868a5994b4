"""The documents of the WebSocket are served to anybody, from this server's files alone."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from realtime.asyncapi import asyncapi_document
from realtime.schema import frames_schema


def test_the_page_needs_nothing_from_elsewhere_and_nothing_inline(client: Client) -> None:
    response = client.get("/asyncapi/")
    html = response.content.decode()
    assert response.status_code == 200
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    assert not re.search(r"<script(?![^>]* src=)|<style|style=|\son\w+=", html)


def test_what_the_page_loads_is_there(client: Client) -> None:
    html = client.get("/asyncapi/").content.decode()
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', html)
    assert len(files) == 2
    assert all(finders.find(file) for file in files)
    assert 'src="/asyncapi/asyncapi.json"' in html


@pytest.mark.parametrize(("secure", "protocol"), [(False, "ws"), (True, "wss")])
def test_the_document_names_the_server_that_it_came_from(client: Client, secure: bool, protocol: str) -> None:
    response = client.get("/asyncapi/asyncapi.json", secure=secure, headers={"host": "localhost:8443"})
    assert response.json() == asyncapi_document("localhost:8443", secure=secure)
    assert response.json()["servers"]["this"]["protocol"] == protocol


def test_the_schema_is_served(client: Client) -> None:
    response = client.get("/asyncapi/frames.schema.json")
    assert response["Content-Type"] == "application/schema+json; charset=utf-8"
    assert response.json() == frames_schema()


@pytest.mark.parametrize("path", ["/asyncapi/", "/asyncapi/asyncapi.json", "/asyncapi/frames.schema.json"])
def test_they_are_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_what_is_not_there_is_not_the_page(client: Client) -> None:
    assert client.get("/asyncapi/elsewhere").status_code == 404
