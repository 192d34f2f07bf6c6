from problems.models.checklist import Checklist, ChecklistEvent, Draft, ItemMark, Round, Sequence
from problems.models.item import Item, ItemEvent, Measure
from problems.models.work import Closure, Evidence, Extension, Progress, SavedView

__all__ = [
    "Checklist",
    "ChecklistEvent",
    "Closure",
    "Draft",
    "Evidence",
    "Extension",
    "Item",
    "ItemEvent",
    "ItemMark",
    "Measure",
    "Progress",
    "Round",
    "SavedView",
    "Sequence",
]
