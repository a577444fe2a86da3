-- What goes out: written in the transaction of the event that caused it, delivered afterwards. due_at as in
-- stripe_event. A delivery of a payment waits until the earlier ones (by sequence) to the same destination are out.
CREATE TABLE delivery (
    delivery_id      VARCHAR(400) NOT NULL PRIMARY KEY,
    destination      VARCHAR(32) NOT NULL,
    kind             VARCHAR(64) NOT NULL,
    payment_id       VARCHAR(255),
    order_ref        VARCHAR(255),
    sequence         INTEGER NOT NULL,
    state            VARCHAR(16) NOT NULL,
    due_at           TIMESTAMP(6) WITH TIME ZONE,
    attempts         INTEGER NOT NULL,
    created_at       TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    first_attempt_at TIMESTAMP(6) WITH TIME ZONE,
    done_at          TIMESTAMP(6) WITH TIME ZONE,
    reason           VARCHAR(2000),
    recipient        VARCHAR(512),
    payload          VARCHAR NOT NULL
);
CREATE INDEX delivery_payment ON delivery (payment_id, destination, sequence);
CREATE INDEX delivery_created ON delivery (created_at, delivery_id);
CREATE INDEX delivery_state ON delivery (state, created_at);
CREATE INDEX delivery_recipient ON delivery (recipient, kind, done_at);

CREATE TABLE delivery_attempt (
    delivery_id  VARCHAR(400) NOT NULL,
    attempted_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    attempt      INTEGER NOT NULL,
    outcome      VARCHAR(32) NOT NULL,
    status_code  INTEGER,
    duration_ms  BIGINT,
    detail       VARCHAR(2000)
);
CREATE INDEX delivery_attempt_delivery ON delivery_attempt (delivery_id, attempted_at);
