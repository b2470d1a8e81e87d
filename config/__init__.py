"""The composition root: it knows every app; no app knows it."""
