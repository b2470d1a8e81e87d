"""Every job that the clock starts. Two beats are harmless: each job is safe to run twice."""

SCHEDULE: dict[str, dict[str, object]] = {}
