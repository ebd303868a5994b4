"""Sign-ins for the sockets of a benchmark (``python -m bench.people {"role": count, …}``).

In the database in DATABASE_URL: makes whoever is missing, and prints their access tokens by role. Not by
password: there the attempts are limited, and each takes a tenth of a second.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Session  # noqa: E402
from accounts.tokens import mint, new_jti  # noqa: E402
from domain.models import User  # noqa: E402


def main() -> None:
    wanted: dict[str, int] = json.loads(sys.argv[1])
    call_command("migrate", verbosity=0)
    tokens = {role: [token(user) for user in people(role, count)] for role, count in wanted.items()}
    print(json.dumps(tokens))


def people(role: str, count: int) -> list[User]:
    """The first ``count`` of a role."""
    found = list(User.objects.filter(role=role).order_by("pk")[:count])
    missing = count - len(found)
    if missing:
        for n in range(missing):
            User.objects.create(email=f"{role}-{n}@crowd.test", role=role, password="!")
        found = list(User.objects.filter(role=role).order_by("pk")[:count])
    return found


def token(user: User) -> str:
    """An access token of a sign-in of its own."""
    now = timezone.now()
    session = Session.objects.create(
        user=user,
        refresh_jti=new_jti(),
        created_at=now,
        last_used_at=now,
        expires_at=(now + timedelta(days=1)).replace(microsecond=0),
    )
    return mint(user, session.sid, session.refresh_jti, session.expires_at).access


if __name__ == "__main__":
    main()
