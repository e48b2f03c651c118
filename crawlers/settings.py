"""Scrapy's settings: who we are, how politely we ask, how much we take. Its own defaults differ in many of them."""

from pipeline.settings import settings

_OURS = settings()

BOT_NAME = "undercut"
USER_AGENT = f"undercut/0.1 (price monitor; +{_OURS.contact})"
DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip"}  # what archive.decode undoes
ROBOTSTXT_OBEY = True
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy 2.19 checks no certificate unless asked
REMOTE_CONTROL_ENABLED = False  # on by default since 2.19: a server that runs Python for whoever holds its token
TELNETCONSOLE_ENABLED = False
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
CONCURRENT_REQUESTS = 4
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = _OURS.download_delay_seconds
DOWNLOAD_DELAY_PER_SLOT: dict[str, float] = {}
DOWNLOAD_TIMEOUT = _OURS.download_timeout_seconds
DOWNLOAD_MAXSIZE = 16 << 20
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False  # a truncated body is kept and marked; by default nobody would see its bytes
REDIRECT_MAX_TIMES = 5
RETRY_ENABLED = False  # a slot that failed is run again as a further attempt; Retry-After is kept
LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(asctime)s %(name)s %(levelname)s %(message)s"
HTTPCACHE_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawlers.middlewares.RobotsMiddleware": 100,
    "crawlers.middlewares.KeyMiddleware": 860,
    "crawlers.middlewares.EvidenceMiddleware": 870,  # nearest the wire: it sees redirects and compressed bodies
    "crawlers.rendering.RenderMiddleware": 880,  # for rendered sources alone: what evidence is made of comes from it
}
EXTENSIONS = {"scrapy.extensions.telnet.TelnetConsole": None}
