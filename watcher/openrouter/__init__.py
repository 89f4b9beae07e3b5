"""OpenRouter's HTTP API: an httpx client that is polite, bounded, and answers in values."""

from watcher.openrouter.answers import Answer, EndpointAnswers, FrontendAnswers, Unanswered
from watcher.openrouter.client import CatalogClient
from watcher.openrouter.limits import Limits

__all__ = ["Answer", "CatalogClient", "EndpointAnswers", "FrontendAnswers", "Limits", "Unanswered"]
