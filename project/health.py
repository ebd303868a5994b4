"""Whether this process lives, and whether it can serve: for supervisors and load balancers."""

import logging
from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from realtime.engine import store
from realtime.scopes import Scope
from realtime.store import StoreUnavailable

logger = logging.getLogger(__name__)

_NOBODY = Scope("health", "ready")


async def live(request: HttpRequest) -> JsonResponse:
    """200 for as long as the event loop turns."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database and the store answer, else 503; the body names which of them does."""
    parts = {"database": _database_answers(), "store": _store_answers()}
    well = all(parts.values())
    said = {part: "ok" if answers else "unavailable" for part, answers in parts.items()}
    return JsonResponse({"status": "ok" if well else "unavailable", **said}, status=200 if well else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("not ready: the database: %s", error)
        return False
    return True


def _store_answers() -> bool:
    try:
        store().status([_NOBODY], datetime.now(UTC))
    except StoreUnavailable as error:
        logger.warning("not ready: the store: %s", error)
        return False
    return True
