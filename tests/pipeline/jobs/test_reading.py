"""Which view of the sample a command shows."""

from pipeline.jobs import reading
from pipeline.settings import Settings
from pipeline.store import kept


def test_another_version_of_the_program_makes_a_view_of_its_own(monkeypatch):
    """A view from before an upgrade could not be read, or showed what the older method said."""
    before = reading._view(Settings())
    assert reading._view(Settings()) == before
    monkeypatch.setattr(kept, "program", lambda: "another program")
    assert reading._view(Settings()) != before
