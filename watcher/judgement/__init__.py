"""The judgement: ``decide`` and the stages it is made of, pure functions over frozen values."""
