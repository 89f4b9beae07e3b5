"""Knowledge: the state as questions ask it: offers, prices, policies, subjects, and what moved."""
