"""Every key of every document, with its type, its unit and the clock that it follows.

Keys are paths into the merged document; ``[]`` stands for each item of a list. What a figure means is in
``dashboard.definitions``; what is no figure has its text here.
"""

from typing import Final

from dashboard.guide.business import BUSINESS
from dashboard.guide.kinds import Key
from dashboard.guide.work import WORK

KEYS: Final[dict[str, Key]] = {**WORK, **BUSINESS}
