-- What Stripe answers when it is asked, the other side of the reconciliation: the ledger is what events told.
CREATE TABLE stripe_charge (
    charge_id              VARCHAR(255) NOT NULL PRIMARY KEY,
    payment_id             VARCHAR(255),
    status                 VARCHAR(64),
    amount                 BIGINT NOT NULL,
    amount_captured        BIGINT NOT NULL,
    amount_refunded        BIGINT NOT NULL,
    currency               VARCHAR(16) NOT NULL,
    captured               BOOLEAN NOT NULL,
    disputed               BOOLEAN NOT NULL,
    balance_transaction_id VARCHAR(255),
    order_ref              VARCHAR(255),
    customer_id            VARCHAR(255),
    payment_method_type    VARCHAR(64),
    card_brand             VARCHAR(64),
    api_version            VARCHAR(255),
    livemode               BOOLEAN,
    created_at             TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    read_at                TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX stripe_charge_payment ON stripe_charge (payment_id);
CREATE INDEX stripe_charge_order ON stripe_charge (order_ref);
CREATE INDEX stripe_charge_created ON stripe_charge (created_at, charge_id);

CREATE TABLE stripe_refund (
    refund_id                      VARCHAR(255) NOT NULL PRIMARY KEY,
    charge_id                      VARCHAR(255),
    payment_id                     VARCHAR(255),
    status                         VARCHAR(64),
    amount                         BIGINT NOT NULL,
    currency                       VARCHAR(16) NOT NULL,
    balance_transaction_id         VARCHAR(255),
    failure_balance_transaction_id VARCHAR(255),
    created_at                     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    read_at                        TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX stripe_refund_payment ON stripe_refund (payment_id);
CREATE INDEX stripe_refund_charge ON stripe_refund (charge_id);
CREATE INDEX stripe_refund_created ON stripe_refund (created_at, refund_id);

CREATE TABLE stripe_dispute (
    dispute_id  VARCHAR(255) NOT NULL PRIMARY KEY,
    charge_id   VARCHAR(255),
    payment_id  VARCHAR(255),
    status      VARCHAR(64),
    amount      BIGINT NOT NULL,
    currency    VARCHAR(16) NOT NULL,
    created_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    read_at     TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX stripe_dispute_payment ON stripe_dispute (payment_id);
CREATE INDEX stripe_dispute_charge ON stripe_dispute (charge_id);
CREATE INDEX stripe_dispute_created ON stripe_dispute (created_at, dispute_id);

-- One line of Stripe's balance. Amounts are signed minor units of the settlement currency; net is amount less fee.
-- fee_details is Stripe's own JSON array. charge_id and payment_id say where its source leads, null where nowhere.
CREATE TABLE balance_transaction (
    balance_transaction_id   VARCHAR(255) NOT NULL PRIMARY KEY,
    type                     VARCHAR(64) NOT NULL,
    reporting_category       VARCHAR(64) NOT NULL,
    amount                   BIGINT NOT NULL,
    fee                      BIGINT NOT NULL,
    net                      BIGINT NOT NULL,
    currency                 VARCHAR(16) NOT NULL,
    fee_details              TEXT,
    exchange_rate            VARCHAR(64),
    status                   VARCHAR(16),
    description              VARCHAR(1000),
    source_id                VARCHAR(255),
    customer_facing_amount   BIGINT,
    customer_facing_currency VARCHAR(16),
    charge_id                VARCHAR(255),
    payment_id               VARCHAR(255),
    created_at               TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    available_on             TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    read_at                  TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX balance_transaction_created ON balance_transaction (created_at, balance_transaction_id);
CREATE INDEX balance_transaction_source ON balance_transaction (source_id);
CREATE INDEX balance_transaction_payment ON balance_transaction (payment_id);
CREATE INDEX balance_transaction_charge ON balance_transaction (charge_id);

CREATE TABLE payout (
    payout_id                      VARCHAR(255) NOT NULL PRIMARY KEY,
    amount                         BIGINT NOT NULL,
    currency                       VARCHAR(16) NOT NULL,
    status                         VARCHAR(64),
    automatic                      BOOLEAN NOT NULL,
    method                         VARCHAR(32),
    reconciliation_status          VARCHAR(32),
    balance_transaction_id         VARCHAR(255),
    failure_balance_transaction_id VARCHAR(255),
    failure_code                   VARCHAR(128),
    original_payout_id             VARCHAR(255),
    reversed_by_id                 VARCHAR(255),
    arrival_date                   TIMESTAMP(6) WITH TIME ZONE,
    -- The first time that Stripe called it paid, null if it never did: one that fails afterwards is another matter.
    paid_seen_at                   TIMESTAMP(6) WITH TIME ZONE,
    itemised_at                    TIMESTAMP(6) WITH TIME ZONE,
    created_at                     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    read_at                        TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX payout_created ON payout (created_at, payout_id);

-- Which lines of the balance make up a payout, its own line included.
CREATE TABLE payout_line (
    payout_id              VARCHAR(255) NOT NULL,
    balance_transaction_id VARCHAR(255) NOT NULL,
    PRIMARY KEY (payout_id, balance_transaction_id)
);
CREATE INDEX payout_line_transaction ON payout_line (balance_transaction_id);

-- A run that asks Stripe has a span; the sweep over the ledger alone has none.
ALTER TABLE reconciliation_run ADD COLUMN span_from TIMESTAMP(6) WITH TIME ZONE;
ALTER TABLE reconciliation_run ADD COLUMN span_to TIMESTAMP(6) WITH TIME ZONE;
ALTER TABLE reconciliation_run ADD COLUMN currency VARCHAR(16);
ALTER TABLE reconciliation_run ADD COLUMN lines BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reconciliation_run ADD COLUMN refunds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reconciliation_run ADD COLUMN disputes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reconciliation_run ADD COLUMN payouts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reconciliation_run ADD COLUMN reason VARCHAR(1000);
-- Where it is: the step, and how far within it, as committed. A run that died goes on from here.
ALTER TABLE reconciliation_run ADD COLUMN step VARCHAR(64);
ALTER TABLE reconciliation_run ADD COLUMN step_cursor VARCHAR(255);
ALTER TABLE reconciliation_run ADD COLUMN due_at TIMESTAMP(6) WITH TIME ZONE;
ALTER TABLE reconciliation_run ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;

-- What a step of a run has to look at, one by one: made when the step begins, gone when the run ends.
CREATE TABLE reconciliation_work (
    run_id     VARCHAR(64) NOT NULL,
    step       VARCHAR(64) NOT NULL,
    subject_id VARCHAR(255) NOT NULL,
    PRIMARY KEY (run_id, step, subject_id)
);

-- What a run found, so that it can be read again as it was.
CREATE TABLE reconciliation_run_finding (
    run_id     VARCHAR(64) NOT NULL,
    finding_id VARCHAR(600) NOT NULL,
    PRIMARY KEY (run_id, finding_id)
);
