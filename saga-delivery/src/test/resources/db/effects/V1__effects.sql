CREATE TABLE effect (id ${identity} PRIMARY KEY, transaction_id UUID NOT NULL, event_id UUID NOT NULL, type VARCHAR(32) NOT NULL);
