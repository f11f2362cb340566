-- An instance claims a charge before it calls the gateway. A cancel of an unclaimed charge is handled at once.
ALTER TABLE payment
    ADD COLUMN claimed_at DATETIME(3) NULL COMMENT 'when the charge was first claimed, by the database''s clock; null: never',
    ADD COLUMN failures INT NOT NULL DEFAULT 0 COMMENT 'how often work with the gateway was put off: pauses grow with it';
UPDATE payment SET claimed_at = created_at WHERE status = 'AUTHORIZING';
