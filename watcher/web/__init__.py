"""The pages: health, readiness and metrics, for machines that look after machines."""
