"""The past: what upstream recorded before we watched, and the courses that messages draw of it."""
