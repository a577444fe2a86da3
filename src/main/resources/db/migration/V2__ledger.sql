-- The ledger: what Stripe has told about each object, kept as the latest snapshot by Stripe's own order of things.
-- version_* say which snapshot that is, so that events may come in any order and any number of times.
CREATE TABLE payment (
    payment_id          VARCHAR(255) NOT NULL PRIMARY KEY,
    status              VARCHAR(64),
    payment_status      VARCHAR(32),
    amount              BIGINT,
    amount_capturable   BIGINT,
    amount_received     BIGINT,
    amount_remaining    BIGINT,
    currency            VARCHAR(16),
    capture_method      VARCHAR(32),
    payment_method_type VARCHAR(64),
    next_action_type    VARCHAR(64),
    cancellation_reason VARCHAR(64),
    failure_code        VARCHAR(128),
    decline_code        VARCHAR(128),
    attempt_failed      BOOLEAN NOT NULL DEFAULT FALSE,
    failed_attempts     INTEGER NOT NULL DEFAULT 0,
    latest_charge_id    VARCHAR(255),
    customer_id         VARCHAR(255),
    receipt_email       VARCHAR(512),
    order_ref           VARCHAR(255),
    description         VARCHAR(1000),
    livemode            BOOLEAN,
    account             VARCHAR(255),
    created_at          TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    paid_at             TIMESTAMP(6) WITH TIME ZONE,
    version_final       INTEGER NOT NULL,
    version_at          BIGINT NOT NULL,
    version_rank        BIGINT NOT NULL,
    version_tie         VARCHAR(512) NOT NULL
);
CREATE INDEX payment_created ON payment (created_at, payment_id);
CREATE INDEX payment_by_payment_status ON payment (payment_status, created_at, payment_id);
CREATE INDEX payment_by_status ON payment (status, created_at, payment_id);
CREATE INDEX payment_by_order ON payment (order_ref, created_at, payment_id);
CREATE INDEX payment_by_customer ON payment (customer_id, created_at, payment_id);
CREATE INDEX payment_by_receipt_email ON payment (receipt_email, created_at, payment_id);

CREATE TABLE charge (
    charge_id              VARCHAR(255) NOT NULL PRIMARY KEY,
    payment_id             VARCHAR(255),
    status                 VARCHAR(64),
    amount                 BIGINT NOT NULL,
    amount_captured        BIGINT,
    amount_refunded        BIGINT NOT NULL,
    currency               VARCHAR(16) NOT NULL,
    captured               BOOLEAN NOT NULL,
    paid                   BOOLEAN NOT NULL,
    refunded               BOOLEAN NOT NULL,
    disputed               BOOLEAN NOT NULL,
    capture_before         TIMESTAMP(6) WITH TIME ZONE,
    balance_transaction_id VARCHAR(255),
    failure_code           VARCHAR(128),
    decline_code           VARCHAR(128),
    outcome_type           VARCHAR(64),
    payment_method_type    VARCHAR(64),
    card_brand             VARCHAR(64),
    card_last4             VARCHAR(16),
    customer_id            VARCHAR(255),
    order_ref              VARCHAR(255),
    api_version            VARCHAR(255),
    livemode               BOOLEAN,
    created_at             TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    version_final          INTEGER NOT NULL,
    version_at             BIGINT NOT NULL,
    version_rank           BIGINT NOT NULL,
    version_tie            VARCHAR(512) NOT NULL
);
CREATE INDEX charge_payment ON charge (payment_id);
CREATE INDEX charge_created ON charge (created_at, charge_id);

CREATE TABLE refund (
    refund_id              VARCHAR(255) NOT NULL PRIMARY KEY,
    charge_id              VARCHAR(255),
    payment_id             VARCHAR(255),
    status                 VARCHAR(64),
    amount                 BIGINT NOT NULL,
    currency               VARCHAR(16) NOT NULL,
    reason                 VARCHAR(128),
    failure_reason         VARCHAR(128),
    balance_transaction_id VARCHAR(255),
    created_at             TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    version_final          INTEGER NOT NULL,
    version_at             BIGINT NOT NULL,
    version_rank           BIGINT NOT NULL,
    version_tie            VARCHAR(512) NOT NULL
);
CREATE INDEX refund_payment ON refund (payment_id);
CREATE INDEX refund_charge ON refund (charge_id);

CREATE TABLE dispute (
    dispute_id       VARCHAR(255) NOT NULL PRIMARY KEY,
    charge_id        VARCHAR(255),
    payment_id       VARCHAR(255),
    status           VARCHAR(64),
    amount           BIGINT NOT NULL,
    currency         VARCHAR(16) NOT NULL,
    reason           VARCHAR(128),
    evidence_due_by  TIMESTAMP(6) WITH TIME ZONE,
    funds_withdrawn  BOOLEAN NOT NULL DEFAULT FALSE,
    funds_reinstated BOOLEAN NOT NULL DEFAULT FALSE,
    created_at       TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    version_final    INTEGER NOT NULL,
    version_at       BIGINT NOT NULL,
    version_rank     BIGINT NOT NULL,
    version_tie      VARCHAR(512) NOT NULL
);
CREATE INDEX dispute_payment ON dispute (payment_id);
CREATE INDEX dispute_charge ON dispute (charge_id);

CREATE TABLE setup_intent (
    setup_intent_id     VARCHAR(255) NOT NULL PRIMARY KEY,
    status              VARCHAR(64),
    customer_id         VARCHAR(255),
    payment_method_id   VARCHAR(255),
    setup_usage         VARCHAR(32),
    next_action_type    VARCHAR(64),
    cancellation_reason VARCHAR(64),
    failure_code        VARCHAR(128),
    decline_code        VARCHAR(128),
    livemode            BOOLEAN,
    created_at          TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    version_final       INTEGER NOT NULL,
    version_at          BIGINT NOT NULL,
    version_rank        BIGINT NOT NULL,
    version_tie         VARCHAR(512) NOT NULL
);
CREATE INDEX setup_intent_customer ON setup_intent (customer_id);

-- The time line. A change that Stripe tells twice (two Event objects for one change) is one line.
CREATE TABLE payment_transition (
    payment_id  VARCHAR(255) NOT NULL,
    change_key  VARCHAR(512) NOT NULL,
    occurred_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    change_rank BIGINT NOT NULL,
    event_type  VARCHAR(255) NOT NULL,
    object_id   VARCHAR(255) NOT NULL,
    status      VARCHAR(64),
    amount      BIGINT,
    currency    VARCHAR(16),
    detail      VARCHAR(255),
    PRIMARY KEY (payment_id, change_key)
);
