"""The archive: recorded polls, in and out."""
