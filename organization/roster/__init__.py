"""What a roster workbook says, read without a database: headings, units, people, and what is wrong where."""

from organization.roster.findings import Finding, Severity
from organization.roster.reading import Roster, SheetRoster, read_roster

__all__ = ["Finding", "Roster", "Severity", "SheetRoster", "read_roster"]
