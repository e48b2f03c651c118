"""Which view of the sample a command shows."""

from pipeline.frames import FRAMES
from pipeline.jobs import reading


def test_a_version_that_declares_other_columns_makes_a_view_of_its_own(monkeypatch):
    """A view that stood from before an upgrade could not be read, and no command made it again."""
    before = reading._declared()
    monkeypatch.setattr(reading, "FRAMES", {name: frame for name, frame in FRAMES.items() if name != "spells"})
    assert reading._declared() != before
