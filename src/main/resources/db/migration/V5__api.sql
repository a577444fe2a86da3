-- What the API filters by and its order: each filter that tells many rows apart goes on with the order of the list.
CREATE INDEX stripe_event_type ON stripe_event (event_type, received_at, event_id);
CREATE INDEX delivery_order ON delivery (order_ref, created_at, delivery_id);
CREATE INDEX finding_seen ON reconciliation_finding (first_seen, finding_id);
CREATE INDEX finding_code ON reconciliation_finding (code, first_seen, finding_id);
