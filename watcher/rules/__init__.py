"""What a user asked to be told: rules, what they watch, and what each remembers."""
