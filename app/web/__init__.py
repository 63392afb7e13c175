"""HTTP that knows no noun: guards, answers, problems, idempotency, OpenAPI."""
