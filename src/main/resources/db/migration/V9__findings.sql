-- What a person has said of a finding, and when it was last gone.
ALTER TABLE reconciliation_finding ADD COLUMN explained_by VARCHAR(200);
ALTER TABLE reconciliation_finding ADD COLUMN explained_at TIMESTAMP(6) WITH TIME ZONE;
ALTER TABLE reconciliation_finding ADD COLUMN explanation VARCHAR(2000);
ALTER TABLE reconciliation_finding ADD COLUMN resolved_at TIMESTAMP(6) WITH TIME ZONE;
