-- When an event changed the payment whose books are to be checked because of it; null when they are.
ALTER TABLE payment ADD COLUMN check_at TIMESTAMP(6) WITH TIME ZONE;
