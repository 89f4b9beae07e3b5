"""The machine beneath us: its disk and its clock, and what is said when the state takes nothing."""
