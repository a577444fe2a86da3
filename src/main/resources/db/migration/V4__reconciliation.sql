CREATE TABLE reconciliation_run (
    run_id      VARCHAR(64) NOT NULL PRIMARY KEY,
    trigger_by  VARCHAR(64) NOT NULL,
    started_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP(6) WITH TIME ZONE,
    payments    BIGINT NOT NULL DEFAULT 0,
    charges     BIGINT NOT NULL DEFAULT 0,
    findings    BIGINT NOT NULL DEFAULT 0,
    outcome     VARCHAR(16) NOT NULL
);
CREATE INDEX reconciliation_run_started ON reconciliation_run (started_at);

-- The same difference found again is the same finding: the id derives from the code and the objects concerned.
CREATE TABLE reconciliation_finding (
    finding_id  VARCHAR(600) NOT NULL PRIMARY KEY,
    code        VARCHAR(64) NOT NULL,
    severity    VARCHAR(16) NOT NULL,
    state       VARCHAR(16) NOT NULL,
    payment_id  VARCHAR(255),
    charge_id   VARCHAR(255),
    order_ref   VARCHAR(255),
    expected    BIGINT,
    actual      BIGINT,
    currency    VARCHAR(16),
    other       VARCHAR(255),
    first_seen  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    last_seen   TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX finding_state ON reconciliation_finding (state, first_seen, finding_id);
CREATE INDEX finding_payment ON reconciliation_finding (payment_id);
CREATE INDEX finding_charge ON reconciliation_finding (charge_id);

-- What a sweep looks for: what has changed or come of age since the last one.
CREATE INDEX payment_paid ON payment (paid_at, payment_id);
CREATE INDEX payment_transition_occurred ON payment_transition (occurred_at, payment_id);
