"""What survives a crash: the state, the chronicle and the outbox, in one SQLite database."""
