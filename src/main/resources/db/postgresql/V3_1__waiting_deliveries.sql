CREATE INDEX delivery_due ON delivery (destination, due_at) WHERE due_at IS NOT NULL;
ALTER TABLE delivery SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
