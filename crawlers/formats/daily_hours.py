"""Hours of the day as catalogues number them: `1030` is 10:30."""


def hhmm(clock: int) -> str:
    """`400` → `04:00`; raises ValueError for what is no time of day (`2400` ends one)."""
    hours, minutes = divmod(int(clock), 100)
    if clock != int(clock) or not 0 <= hours <= 24 or not 0 <= minutes < 60 or (hours == 24 and minutes):
        raise ValueError(f"{clock} is no time of day")
    return f"{hours:02}:{minutes:02}"


def covers_the_day(spans: list[tuple[int, int]]) -> bool:
    """Whether daily spans (start, end as numbered hours, wrapping midnight) fill all 24 hours."""
    minutes = set()
    for start, end in spans:
        first, last = (60 * (int(clock) // 100) + int(clock) % 100 for clock in (start, end))
        minutes |= set(range(first, last)) if first < last else {*range(first, 1440), *range(last)}
    return len(minutes) == 1440
