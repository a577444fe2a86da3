CREATE INDEX stripe_event_due ON stripe_event (due_at);
