-- Old keys are pruned.
ALTER TABLE idempotency_key ADD KEY age (created_at);
