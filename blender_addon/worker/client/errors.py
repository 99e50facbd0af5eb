"""What the client raises."""

from __future__ import annotations


class WorkerError(ValueError):
    """One sentence for the user."""


class JobCancelled(WorkerError):
    """The job was cancelled, and nothing was changed."""
