"""Every write of the campaign, by aggregate; the names below are what other apps use."""

from campaign.actions.participants import exempt, sync_participants, unexempt
from campaign.actions.plan import (
    apply_template,
    archive_campaign,
    create_campaign,
    reopen_campaign,
    save_events,
    save_phases,
    update_campaign,
)
from campaign.actions.types import save_manifestation, save_manifestations, save_type
from campaign.actions.workdays import remove_day, save_day, seed_workdays

__all__ = [
    "apply_template",
    "archive_campaign",
    "create_campaign",
    "exempt",
    "remove_day",
    "reopen_campaign",
    "save_day",
    "save_events",
    "save_manifestation",
    "save_manifestations",
    "save_phases",
    "save_type",
    "seed_workdays",
    "sync_participants",
    "unexempt",
    "update_campaign",
]
