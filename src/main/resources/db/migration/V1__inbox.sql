-- Stripe events, byte for byte, once each. due_at is the whole waiting: the time of the next attempt while an event
-- waits, the end of the lease while a worker has it, null when it is done. A claim reads nothing but that index.
CREATE TABLE stripe_event (
    event_id     VARCHAR(255) NOT NULL PRIMARY KEY,
    event_type   VARCHAR(255) NOT NULL,
    api_version  VARCHAR(255),
    account      VARCHAR(255),
    object_id    VARCHAR(255),
    livemode     BOOLEAN,
    created_at   TIMESTAMP(6) WITH TIME ZONE,
    received_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    state        VARCHAR(16) NOT NULL,
    due_at       TIMESTAMP(6) WITH TIME ZONE,
    attempts     INTEGER NOT NULL,
    done_at      TIMESTAMP(6) WITH TIME ZONE,
    reason       VARCHAR(2000),
    payload      VARCHAR NOT NULL
);
CREATE INDEX stripe_event_received ON stripe_event (received_at, event_id);
CREATE INDEX stripe_event_object ON stripe_event (object_id);
CREATE INDEX stripe_event_state ON stripe_event (state, received_at);
