"""What the figures about customers are counted from, as ``dashboard.rollups.subjects`` sums it."""

from dashboard.figures import Windows
from dashboard.queries.timelines import Timeline, Timelines
from dashboard.records import Leads
from dashboard.rollups.cells import Subject
from dashboard.rollups.reading import counts
from dashboard.rollups.shape import EVERYBODY, Level
from dashboard.rollups.subjects import CUSTOMERS


def leads(owners: tuple[Subject, ...]) -> Timelines[Leads]:
    """The customers of each tenant, dated by created_at."""
    return counts(CUSTOMERS, Level.OWNER, owners).of("known")


def leads_of_platform(windows: Windows) -> Timeline[Leads]:
    """The customers of all tenants, dated by created_at."""
    everybody = (Subject(EVERYBODY, EVERYBODY, windows.cuts),)
    return counts(CUSTOMERS, Level.PLATFORM, everybody).of("known").of(EVERYBODY)
