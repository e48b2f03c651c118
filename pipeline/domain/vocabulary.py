"""Closed sets of words. An unknown word stops a parse: it is never mapped to the nearest one."""

from enum import StrEnum


class Meter(StrEnum):
    """What is billed."""

    INPUT = "input"
    CACHED_INPUT = "cached_input"
    CACHE_WRITE = "cache_write"
    CACHE_STORAGE = "cache_storage"
    OUTPUT = "output"
    REASONING_OUTPUT = "reasoning_output"
    AUDIO_INPUT = "audio_input"
    CACHED_AUDIO_INPUT = "cached_audio_input"
    AUDIO_OUTPUT = "audio_output"
    IMAGE_INPUT = "image_input"
    IMAGE_OUTPUT = "image_output"
    VIDEO_INPUT = "video_input"
    SPEECH_OUTPUT = "speech_output"
    WEB_SEARCH = "web_search"
    REQUEST = "request"


class PerUnit(StrEnum):
    """The unit that `per` counts."""

    TOKEN = "token"
    CHARACTER = "character"
    IMAGE = "image"
    PIXEL = "pixel"
    PAGE = "page"
    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    REQUEST = "request"
    TOKEN_HOUR = "token_hour"
    CREDIT = "credit"


class VatIncluded(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class PriceBasis(StrEnum):
    """`list` is the amount before a public promotion, `net` what a new customer is charged that day."""

    LIST = "list"
    NET = "net"
    UNKNOWN = "unknown"


class MarketBasis(StrEnum):
    """Whether the page says for which buyers the offer is, or the spider declares it with a reason."""

    PAGE = "page"
    DECLARED = "declared"


class Tier(StrEnum):
    STANDARD = "standard"
    BATCH = "batch"
    FLEX = "flex"
    PRIORITY = "priority"
    FAST = "fast"
    FREE = "free"


class EffectiveBasis(StrEnum):
    """Who says since when a price applies, strongest first."""

    SELLER_DATED = "seller_dated"
    SELLER_OBSERVED = "seller_observed"
    CATALOGUE_DATED = "catalogue_dated"
    FIRST_SEEN = "first_seen"


class NoticeKind(StrEnum):
    """Something read that is no price."""

    SKIPPED = "skipped"
    ALIAS = "alias"
    DEPRECATED = "deprecated"
    NOT_COMPARABLE = "not_comparable"
    ANNOUNCEMENT = "announcement"
    ISSUE = "issue"


class Announced(StrEnum):
    """What a seller's dated statement is about: it dates no decision of the other kind."""

    PRICE = "price"
    MODEL = "model"  # a release, an upgrade behind a name, the end of one


class Trust(StrEnum):
    """Who speaks, most trusted first (DESIGN 4)."""

    SELLER = "seller"
    ARCHIVE = "archive"
    AGGREGATOR = "aggregator"
    COPY = "copy"


class Redistribute(StrEnum):
    """What may leave the ledger: everything, derived facts only, nothing."""

    YES = "yes"
    DERIVED = "derived"
    NO = "no"


class SourceKind(StrEnum):
    """What a source's parse yields."""

    PRICES = "prices"
    READINGS = "readings"
    SCORES = "scores"
    RATES = "rates"
    VOLUMES = "volumes"
    NOTICES = "notices"


class RunKind(StrEnum):
    SCHEDULED = "scheduled"
    ASKED = "asked"
    BACKFILL = "backfill"


class RunVerdict(StrEnum):
    """How a run ended. Only `changed` and `unchanged` are in force; the others never move a price."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    BLIND = "blind"
    FAILED_FETCH = "failed_fetch"
    FAILED_PARSE = "failed_parse"
    NEEDS_KEY = "needs_key"
    INTERRUPTED = "interrupted"
    LISTED = "listed"  # a back-fill's look at what copies there are: no price was read or confirmed


class IssueKind(StrEnum):
    """Something a person must see."""

    UNMATCHED_LABEL = "unmatched_label"
    SLIPPED_UNIT = "slipped_unit"
    SWAPPED_METERS = "swapped_meters"
    ZERO_PLACEHOLDER = "zero_placeholder"
    ORDER = "order"  # cached <= input <= output does not hold
    DOCUMENT_SHAPE = "document_shape"
    BOUNDS = "bounds"
    LOST_LISTINGS = "lost_listings"
    FETCH_FAILED = "fetch_failed"
    BLOCKED = "blocked"  # a captcha or login page where a price list was expected
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    TERMS_CHANGED = "terms_changed"
    BASIS_CHANGED = "basis_changed"  # same amount, other tax or price basis
    UNREADABLE_PRICE = "unreadable_price"
    HOSTILE_LABEL = "hostile_label"
    SOURCES_DISAGREE = "sources_disagree"
    CONFLICTING_QUOTES = "conflicting_quotes"  # one listing, one meter, two amounts in one capture
    OUT_OF_RANGE = "out_of_range"
    RATE_STALE = "rate_stale"
    INTERRUPTED_RUN = "interrupted_run"
    OVERRUN = "overrun"
    UNCONFIRMED_SOURCE = "unconfirmed_source"
    MAIL_FAILED = "mail_failed"


class IssueState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class EventKind(StrEnum):
    CUT = "cut"
    RISE = "rise"
    MIXED = "mixed"
    LAUNCH = "launch"
    WITHDRAWAL = "withdrawal"
    TO_FREE = "to_free"
    FROM_FREE = "from_free"
    PROMOTION_START = "promotion_start"
    PROMOTION_END = "promotion_end"
    PROMOTION_PERMANENT = "promotion_permanent"
    LIST_ONLY = "list_only"
    WINDOWS = "windows"


class EventClass(StrEnum):
    MARKET_MOVE = "market_move"
    CORRECTION = "correction"
    ALIAS_MOVE = "alias_move"
    SCOPE_CHANGE = "scope_change"
    CHANNEL_DISCOUNT = "channel_discount"
    UNEXPLAINED = "unexplained"


class EventState(StrEnum):
    RECORDED = "recorded"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    REVERTED = "reverted"


class FlagKind(StrEnum):
    SHARP_CUT = "sharp_cut"
    SUSPECTED_UNDERPRICING = "suspected_underpricing"
    SUSPECTED_DUMPING = "suspected_dumping"
    WATCH = "watch"


class CoverageState(StrEnum):
    """What a source's day looked like."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED_FETCH = "failed_fetch"
    FAILED_PARSE = "failed_parse"
    BLIND = "blind"
    NEEDS_KEY = "needs_key"
    MISSED = "missed"  # a look was due and none was made: we were not watching
    NOT_DUE = "not_due"


class ReviewKind(StrEnum):
    """What a person decided."""

    CORRECTION = "correction"
    QUARANTINE_RELEASED = "quarantine_released"
    TERMS_READ = "terms_read"
    IDENTITY = "identity"
    ISSUE_CLOSED = "issue_closed"
    CASE = "case"
    EXPORT_REQUEST = "export_request"
