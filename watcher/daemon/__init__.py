"""The daemon: where the technology meets the judgement, and the rhythm of it all."""
