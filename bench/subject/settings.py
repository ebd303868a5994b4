"""The project's settings, for a server under measurement (``bench.servers`` starts it).

``BENCH_DOCUMENT=1``: everybody follows one small document that changes as often as asked
(``bench.subject.apps``) instead of the dashboards, so that what is measured is the delivery and not a
computation.
"""

import os

from project.settings import *  # noqa: F403
from project.settings import INSTALLED_APPS, REALTIME

INSTALLED_APPS = [*INSTALLED_APPS, "bench.subject"]
ASGI_APPLICATION = "bench.subject.asgi.application"
REALTIME = {**REALTIME, "CONNECTIONS_PER_USER": 100_000, "UNAUTHENTICATED": 100_000}
BENCH_DOCUMENT = os.environ.get("BENCH_DOCUMENT") == "1"
