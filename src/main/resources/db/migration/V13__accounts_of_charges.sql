-- The connected account that a charge is of; null for our own. A payment's own row says it for the charges of payments.
ALTER TABLE charge ADD COLUMN account VARCHAR(255);
