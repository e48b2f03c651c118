"""What no case here tests, and why: printed in every case, whatever its figures (METHODS 6)."""

from dataclasses import dataclass

from pipeline.domain.indicator import Citation
from pipeline.dumping import citations
from pipeline.dumping.constructed_export_price import NOT_DEDUCTED


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTested:
    """A condition of the law, and what is missing to test it."""

    name: str
    reason: str
    rests_on: Citation | None = None


NOT_TESTED = (
    NotTested(
        name="viability",
        reason="volumes of home sales and of exports are not public",
        rests_on=citations.VIABILITY,
    ),
    NotTested(name="negligible volume", reason="volumes by country are not public", rests_on=citations.NEGLIGIBLE),
    NotTested(name="standing", reason="who supports a petition, and with what share of output, is not known"),
    NotTested(name="critical circumstances", reason="a surge of volumes cannot be seen in prices"),
    NotTested(
        name="injury other than prices",
        reason="output, sales, profits, employment and investment of domestic sellers are not collected",
    ),
    NotTested(name="arm's length", reason="prices between affiliated parties are not public"),
    NotTested(name="level of trade", reason="no adjustment: only offers of one channel are compared"),
    NotTested(name="circumstances of sale", reason="credit, service levels and warranties are not priced apart"),
    NotTested(
        name="rebates and commitments",
        reason="net price not known: the list price is the ceiling of both",
    ),
    NotTested(
        name="constructed export price of an affiliated seller",
        reason=NOT_DEDUCTED,
        rests_on=citations.CONSTRUCTED_EXPORT_PRICE,
    ),
    NotTested(
        name="particular market situation",
        reason="documented facts are shown with their captures: alleged, not tested",
    ),
)
