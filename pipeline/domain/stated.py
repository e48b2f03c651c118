"""What a document states: each thing is a row of its parse."""

from pipeline.domain.quote import Notice, Quote, Rate, Score
from pipeline.domain.reading import Reading
from pipeline.domain.volume import Volume

Stated = Quote | Score | Rate | Reading | Volume | Notice
"""A notice is a row only where the source states nothing else."""
