-- An attempt has no key. Where all tables are published (logical replication, change data capture), a row without one cannot be deleted
-- unless the whole row says which it is.
ALTER TABLE delivery_attempt REPLICA IDENTITY FULL;
