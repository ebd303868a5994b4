"""``manage.py serve``: HTTP and WebSockets in one process, for development and for production alike."""

import logging
from argparse import ArgumentParser
from typing import Any

from channels.routing import get_default_application
from django.core.management.base import BaseCommand, CommandError

from realtime.conf import engine_settings
from realtime.servers.garbage import spare_the_lasting
from realtime.servers.limits import NotFree, OneProcess, SecondProcess, check_free, raise_open_files


class Command(BaseCommand):
    help = "Serve HTTP and WebSockets. SIGTERM says goodbye to every client before it ends."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="0: any free one (default: %(default)s)")
        parser.add_argument(
            "--server",
            choices=("daphne", "uvicorn"),
            default="daphne",
            help="uvicorn takes in new connections faster (default: %(default)s)",
        )

    def handle(self, *, host: str, port: int, server: str, **_: Any) -> None:
        try:
            check_free(host, port)
            if not engine_settings().redis_url:
                OneProcess().take()
        except (NotFree, SecondProcess) as error:
            raise CommandError(str(error)) from None
        raise_open_files()
        # Their chatter at INFO names every connection.
        logging.getLogger("daphne").setLevel(logging.WARNING)
        application = get_default_application()  # type: ignore[no-untyped-call]
        spare_the_lasting()
        if server == "daphne":
            from realtime.servers.daphne import DaphneServer

            try:
                DaphneServer(application, host, port, self._announce).run()
            except NotFree as error:
                raise CommandError(str(error)) from None
        else:
            from realtime.servers.uvicorn import UvicornServer

            UvicornServer(application, host, port, self._announce).run()

    def _announce(self, host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"Listening on http://{shown}:{port}/")
        self.stdout.flush()
