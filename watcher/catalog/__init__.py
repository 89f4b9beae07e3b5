"""The words of the domain: models, endpoints, providers, prices, policies and what was seen of them."""
