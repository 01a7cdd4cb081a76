"""What the desk keeps: how people like their lists, and what they changed in bulk."""

from bureau.desk.models.answers import StoredAnswer
from bureau.desk.models.bulk import BulkResult, BulkRun
from bureau.desk.models.drafts import Draft
from bureau.desk.models.lists import ListChoice, SavedView

__all__ = ["BulkResult", "BulkRun", "Draft", "ListChoice", "SavedView", "StoredAnswer"]
