"""A text as one WebSocket frame of a server (RFC 6455, 5.2): whole, unmasked, uncompressed. Pure.

Framed once, the same bytes go to every socket that follows a document.
"""

_FIN_AND_TEXT = 0x81


def text_frame(payload: bytes) -> bytes:
    """The frame with ``payload``, which is UTF-8."""
    length = len(payload)
    if length < 126:
        return bytes((_FIN_AND_TEXT, length)) + payload
    if length < 1 << 16:
        return bytes((_FIN_AND_TEXT, 126)) + length.to_bytes(2, "big") + payload
    return bytes((_FIN_AND_TEXT, 127)) + length.to_bytes(8, "big") + payload
