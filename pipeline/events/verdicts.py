"""Steps 1 to 3 together: the first rule that speaks against each recorded move, and what it makes of the decision."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EventClass
from pipeline.events import alias, scope, vetoes, young


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """A rule against a market move: the class it gives, in plain words why, and whether other evidence lifts it.

    `soft`: a second lineage that shows the same step lifts it. `stays`: it also stands on the seller's own page.
    `witness`: the move still counts as a voice for the same decision of another seller. `tried`: two catalogues may
    make the same mistake, so the move is a voice only where its old and its new price stood for 30 days each and the
    old one did not come back, and where nobody contradicts.
    """

    class_: EventClass
    text: str
    soft: bool = False
    stays: bool = False
    witness: bool = False
    tried: bool = False


VETOES: dict[str, Veto] = {
    "swapped": Veto(class_=EventClass.CORRECTION, text="input and output changed places"),
    "power_of_ten": Veto(
        class_=EventClass.CORRECTION, text="every price that moved did so by a power of ten, as a slipped unit does"
    ),
    "tenfold": Veto(
        class_=EventClass.CORRECTION,
        text="every price that moved did so tenfold, as a slipped unit does",
        soft=True,
        witness=True,
        tried=True,
    ),
    "beyond_belief": Veto(
        class_=EventClass.CORRECTION,
        text="input and output both moved fiftyfold or more, as a slipped and rounded unit does",
        soft=True,
        witness=True,
        tried=True,
    ),
    "another_meters": Veto(
        class_=EventClass.CORRECTION,
        text="the cache write cost what a cached read costs: one of the two amounts stood in the other's place",
    ),
    "later_corrected": Veto(
        class_=EventClass.CORRECTION, text="the source later put this first price right as a slip of its own"
    ),
    "old_is_zero": Veto(class_=EventClass.CORRECTION, text="the old price is 0, as a placeholder is"),
    "new_is_zero_once": Veto(
        class_=EventClass.CORRECTION, text="the new price is 0 and no second capture shows it: it may be a placeholder"
    ),
    "undone": Veto(class_=EventClass.CORRECTION, text="the source took the change back within 30 days"),
    "undoing": Veto(
        class_=EventClass.CORRECTION, text="the source went back to the price it had stated within 30 days"
    ),
    "younger_than_a_week": Veto(
        class_=EventClass.CORRECTION, text="the source had listed it for less than 7 days and completed its entry"
    ),
    "young_but_vouched_for": Veto(
        class_=EventClass.CORRECTION,
        text="the source had listed it for less than 7 days, at a price that another one had stated before",
        soft=True,
        witness=True,
    ),
    "tax_basis_moved": Veto(
        class_=EventClass.SCOPE_CHANGE,
        text="the tax basis changed with the amount: they cannot be told apart",
        stays=True,
    ),
    "points_elsewhere": Veto(
        class_=EventClass.ALIAS_MOVE,
        text="the name is not tied to one version, and one that was on sale at the new price before stands behind it",
        stays=True,
    ),
    "alias_moved": Veto(
        class_=EventClass.ALIAS_MOVE,
        text="the name is not tied to one version, and no version of the model moved its own price",
    ),
    "other_scope": Veto(
        class_=EventClass.SCOPE_CHANGE,
        text="the new price is what the same source still states for another window or region",
    ),
    "other_tier": Veto(
        class_=EventClass.SCOPE_CHANGE,
        text="the new price is what the same source still states for another tier, batch or flex",
        soft=True,
        witness=True,
        tried=True,
    ),
    "windows_dropped": Veto(
        class_=EventClass.SCOPE_CHANGE,
        text="the source no longer states the dear hours; the price of the others stayed",
    ),
    "exchange_rate_moved": Veto(
        class_=EventClass.SCOPE_CHANGE,
        text="the ratio is that of an exchange rate; the price in the other currency stood",
    ),
    "channel_discount": Veto(
        class_=EventClass.CHANNEL_DISCOUNT,
        text="three or more models of the maker moved by one ratio on this channel only",
    ),
    "router_mix": Veto(
        class_=EventClass.UNEXPLAINED,
        text="the seller resells others' computing and names nobody: its price follows the host it chose",
        witness=True,
    ),
    "long_silence": Veto(
        class_=EventClass.UNEXPLAINED,
        text="nobody looked at the source for so long that several moves may lie between the two prices",
        soft=True,
        witness=True,
    ),
    "bulk_edit": Veto(
        class_=EventClass.CORRECTION,
        text="this version of the catalogue changed the prices of 30 models or more",
        soft=True,
        witness=True,
    ),
    "succeeded": Veto(
        class_=EventClass.ALIAS_MOVE,
        text="it became as dear as another version that the seller already sold at this price: the entry may mean that "
        "one now",
        soft=True,
        witness=True,
    ),
    "small_move": Veto(
        class_=EventClass.UNEXPLAINED,
        text="both blends moved by less than 3 %, as much as conversion and rounding make catalogues differ",
        soft=True,
        witness=True,
    ),
}


def with_vetoes(
    moves: pd.DataFrame,
    pairs: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    bulk: pd.DataFrame,
    *,
    rates: pd.DataFrame | None,
    aliases: pd.DataFrame | None,
    closed: frozenset[str] = frozenset(),
    thresholds: Thresholds,
) -> pd.DataFrame:
    """`moves` with `veto` (the first name in VETOES that hits, else missing) and what follows from all that hit.

    On the seller's own page a veto only holds (`held`) until a second capture or a dated statement shows the same
    (`settled`), and then lapses; `stays` vetoes do not. `vetoed_hard`: no second lineage lifts it. `witness`: the move
    counts as a voice. `tried`: not where somebody contradicts. `back_again`: the source took it back within 30 days.
    `routed`: a step of a router that names nobody. `bulk` are the `vetoes.bulk_looks` of all makers' moves.
    """
    undone, undoing = vetoes.undone(moves, pairs, thresholds)
    floated, elsewhere, succeeded = alias.alias_moves(moves, spells, listings, aliases, thresholds)
    other_scope, other_tier = scope.other_scope(moves, spells, listings)
    structural = _structural(moves, spells, listings, sources, undone, thresholds)
    slips = structural["swapped"] | structural["power_of_ten"] | structural["beyond_belief"]
    hits = structural | {
        "bulk_edit": vetoes.bulk_edit(moves, bulk),
        "later_corrected": vetoes.slipped_launch(moves, slips),
        "undone": undone,
        "undoing": undoing,
        "points_elsewhere": elsewhere,
        "alias_moved": floated,
        "succeeded": succeeded,
        "other_scope": other_scope,
        "other_tier": other_tier,
        "windows_dropped": scope.windows_dropped(moves),
        "exchange_rate_moved": scope.exchange_rate_moved(moves, spells, listings, rates, thresholds),
        "channel_discount": scope.channel_discount(moves, thresholds),
        "router_mix": scope.router_mix(moves, closed),
    }
    dated = moves["effective_basis"].eq("seller_dated")
    settled = moves["own_page"] & (moves["looks_new"].fillna(0).ge(2) | dated)
    veto: pd.Series[Any] = pd.Series(None, index=moves.index, dtype="object")
    hard, mute, tried = (pd.Series(False, index=moves.index) for _ in range(3))
    for name, rule in VETOES.items():
        hit = hits[name] if rule.stays else hits[name] & ~settled
        veto = veto.mask(veto.isna() & hit, name)
        hard |= hit & (not rule.soft)
        mute |= hit & (not rule.witness)
        tried |= hit & rule.tried
    if tried.any():
        mute |= tried & ~vetoes.steadfast(moves, pairs, thresholds)
    stays = veto.map({name: rule.stays for name, rule in VETOES.items()}).eq(True)
    return moves.assign(
        veto=veto,
        held=moves["own_page"] & veto.notna() & ~stays,
        settled=settled,
        back_again=undone,
        vetoed_hard=hard,
        witness=~mute & moves["confirmed"].astype(bool),
        tried=tried,
        routed=scope.routed(moves) & vetoes.is_step(moves),
    )


def _structural(
    moves: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    undone: "pd.Series[bool]",
    thresholds: Thresholds,
) -> "dict[str, pd.Series[bool]]":
    tenfold = vetoes.tenfold(moves, undone, thresholds)
    fresh, vouched_for = young.younger_than_a_week(moves, spells, listings, sources, thresholds)
    return {
        "swapped": vetoes.swapped(moves),
        "power_of_ten": vetoes.power_of_ten(moves, undone, thresholds) & ~tenfold,
        "tenfold": tenfold,
        "beyond_belief": vetoes.beyond_belief(moves, thresholds),
        "another_meters": vetoes.another_meters(moves),
        "old_is_zero": vetoes.old_is_zero(moves),
        "new_is_zero_once": vetoes.new_is_zero_once(moves),
        "younger_than_a_week": fresh,
        "young_but_vouched_for": vouched_for,
        "tax_basis_moved": vetoes.tax_basis_moved(moves),
        "long_silence": vetoes.long_silence(moves, thresholds),
        "small_move": vetoes.small_move(moves, thresholds),
    }
