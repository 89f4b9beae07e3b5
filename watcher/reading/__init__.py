"""Reading: upstream's JSON bodies in, sheets in our words out; pure."""
