-- Only mails have a recipient, and only once they are sent; the others need not be in this index.
DROP INDEX delivery_recipient;
CREATE INDEX delivery_recipient ON delivery (recipient, kind, done_at) WHERE recipient IS NOT NULL;
