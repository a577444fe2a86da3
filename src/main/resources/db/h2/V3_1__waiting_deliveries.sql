CREATE INDEX delivery_due ON delivery (destination, due_at);
