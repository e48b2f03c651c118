"""The paragraphs that the indicators follow. Read ones carry a mark in print, the others ask for counsel."""

from pipeline.domain.indicator import Citation


def _read(text: str) -> Citation:
    return Citation(text=text, read=True)


def _unread(text: str) -> Citation:
    return Citation(text=text, read=False)


DUMPING_MARGIN = _read("19 U.S.C. 1677(35)(A)")
WEIGHTED_AVERAGE_MARGIN = _read("19 U.S.C. 1677(35)(B)")
AVERAGES = _unread("19 CFR 351.414")
COMPARISON_METHODS = _read("19 U.S.C. 1677f-1(d)(1)")
MONTHS_IN_REVIEWS = _read("19 U.S.C. 1677f-1(d)(2)")
CONTEMPORANEOUS_MONTH = _unread("19 CFR 351.414(f)")
PERIOD = _read("19 CFR 351.204(b)(1)")
DE_MINIMIS_INVESTIGATION = _unread("19 U.S.C. 1673b(b)(3)")
DE_MINIMIS_REVIEW = _read("19 CFR 351.106(c)")
VIABILITY = _read("19 CFR 351.404(b)(2)")
OFFER = _read("19 CFR 351.403(b)")
NEGLIGIBLE = _unread("19 U.S.C. 1677(24)")
NON_MARKET = _read("19 U.S.C. 1677b(c)(1)")
ARTICLE_2_6A = _unread("Regulation (EU) 2016/1036, art. 2(6a)")
BELOW_COST = _read("19 U.S.C. 1677b(b)(1)-(2)")
COST_AND_CONSTRUCTED_VALUE = _unread("19 U.S.C. 1677b(b)(3), (e)")
EXCHANGE_RATE = _read("19 CFR 351.415")
CURRENCY_CONVERSION = _read("19 U.S.C. 1677b-1(a)")
EXCHANGE_RATE_MODEL = _unread("61 FR 9434 (8 March 1996), 40-day mean and 2.25 % band")
TAX = _unread("19 U.S.C. 1677b(a)(6)(B)(iii)")
IRRECOVERABLE_TAX = _unread("77 FR 36481 (19 June 2012)")
CONSTRUCTED_EXPORT_PRICE = _unread("19 U.S.C. 1677a(d), (f)")
CIF = _unread("Regulation (EU) 2016/1036, art. 2(12), and Union practice on CIF")
UNDERCUTTING = _unread("19 U.S.C. 1677(7)(C)(ii)(I); Regulation (EU) 2016/1036, art. 3(3)")
DEPRESSION = _unread("19 U.S.C. 1677(7)(C)(ii)(II)")
TARGET_PRICE = _unread("Regulation (EU) 2016/1036, art. 7(2c)")
MARMEN = _read("Marmen v. United States (Fed. Cir. 2025)")
PRICE_DIFFERENCES = _unread("price differences test of Commerce after Marmen; its threshold was not read")
COHENS_D = _read("Commerce's public margin programs, version of 13 August 2024")
RATIO_TEST = _unread("Commerce's ratio test, 33 % and 66 % of the value")
MEANINGFUL_DIFFERENCE = _read("Commerce's 25 % step (decision memorandum A-533-889)")
