"""Enumerations of the wire whose members say what they mean. Pure."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A word of the protocol. The text beside it goes into the documents of the wire."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member
