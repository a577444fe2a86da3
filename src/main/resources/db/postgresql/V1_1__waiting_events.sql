-- Only what waits is in the index, so a claim costs the same with no history and with years of it.
CREATE INDEX stripe_event_due ON stripe_event (due_at) WHERE due_at IS NOT NULL;
ALTER TABLE stripe_event SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
