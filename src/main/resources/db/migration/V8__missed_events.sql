-- Passes over Stripe's own list of events, for what no webhook brought. Each is a closed span of time, listed from its end
-- to its beginning; cursor_id is the last event of the last page that is in the inbox.
CREATE TABLE event_pass (
    pass_id     VARCHAR(64) NOT NULL PRIMARY KEY,
    kind        VARCHAR(16) NOT NULL,
    span_from   TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    span_to     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    -- Since when events should have been listed, where that is longer ago than Stripe keeps them; null otherwise.
    gap_from    TIMESTAMP(6) WITH TIME ZONE,
    cursor_id   VARCHAR(255),
    listed      BIGINT NOT NULL DEFAULT 0,
    missed      BIGINT NOT NULL DEFAULT 0,
    state       VARCHAR(16) NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    reason      VARCHAR(1000),
    due_at      TIMESTAMP(6) WITH TIME ZONE,
    started_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP(6) WITH TIME ZONE
);
CREATE INDEX event_pass_started ON event_pass (started_at, pass_id);
CREATE INDEX event_pass_due ON event_pass (due_at);
