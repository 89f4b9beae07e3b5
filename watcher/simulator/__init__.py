"""The simulated OpenRouter: a believable catalog with a scripted day, on loopback."""
