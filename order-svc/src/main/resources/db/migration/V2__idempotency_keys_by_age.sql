-- For the pruning of old keys.
ALTER TABLE idempotency_key ADD KEY age (created_at);
