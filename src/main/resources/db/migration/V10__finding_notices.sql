-- When somebody was told of a finding; null while nobody was.
ALTER TABLE reconciliation_finding ADD COLUMN notified_at TIMESTAMP(6) WITH TIME ZONE;
