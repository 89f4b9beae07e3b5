"""The judgement: ``decide`` and the stages it is made of, pure functions over frozen values.

An answer that finds ``belief`` goes through ``intake``, which asks ``knowledge`` what moved. Moves become the
alerts of ``edges``, readings those of ``levels``, what ails ourselves those of ``troubles``; ``routing`` says
who gets which, and when.
"""
