-- For the lists of one destination: where it has few deliveries, or few in that state, the list would look through all others.
CREATE INDEX delivery_destination ON delivery (destination, created_at, delivery_id);
DROP INDEX delivery_state;
CREATE INDEX delivery_state ON delivery (state, destination, created_at, delivery_id);
