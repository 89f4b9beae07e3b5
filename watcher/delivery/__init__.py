"""The outbox's lanes and transports: Apprise, webhook, file and console, each target on its own."""
