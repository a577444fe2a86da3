-- For the lists of one type in one state: where each is frequent and both together are not, the list would look through all others.
CREATE INDEX stripe_event_type_state ON stripe_event (event_type, state, received_at, event_id);
DROP INDEX stripe_event_type;
