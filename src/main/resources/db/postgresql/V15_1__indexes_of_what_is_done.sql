-- An event is written three times: when it comes in, when it is claimed and when it is done. What it is listed by is only kept of
-- what is done, so that it is written into these indexes once, and not by the intake; what still waits is found by stripe_event_due.
DROP INDEX stripe_event_received;
DROP INDEX stripe_event_object;
DROP INDEX stripe_event_state;
DROP INDEX stripe_event_type_state;
CREATE INDEX stripe_event_received ON stripe_event (received_at, event_id) WHERE state <> 'received';
CREATE INDEX stripe_event_object ON stripe_event (object_id) WHERE state <> 'received';
CREATE INDEX stripe_event_state ON stripe_event (state, received_at) WHERE state <> 'received';
CREATE INDEX stripe_event_type_state ON stripe_event (event_type, state, received_at, event_id) WHERE state <> 'received';
-- Room for another version of a row is no use where an index changes with each version, and mostly too small for one.
ALTER TABLE stripe_event RESET (fillfactor);
