-- What the shop has sold and wants paid. The amount is the order's own: nothing that a browser says changes it.
-- One order has one PaymentIntent: payment_id, once it is known. intent_key is the idempotency key that it is made with,
-- so that asking again after a lost answer or a restart makes no second one; intent_asked_at tells how long ago that was.
CREATE TABLE sales_order (
    order_id            VARCHAR(200) NOT NULL PRIMARY KEY,
    amount              BIGINT NOT NULL,
    currency            VARCHAR(3) NOT NULL,
    customer_id         VARCHAR(255),
    email               VARCHAR(320),
    customer_name       VARCHAR(200),
    language            VARCHAR(35),
    description         VARCHAR(500),
    digital             BOOLEAN NOT NULL,
    order_lines         VARCHAR,
    capture_method      VARCHAR(32) NOT NULL,
    confirmation_method VARCHAR(16),
    payment_id          VARCHAR(255),
    intent_key          VARCHAR(64) NOT NULL,
    intent_asked_at     TIMESTAMP(6) WITH TIME ZONE,
    created_at          TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE UNIQUE INDEX sales_order_payment ON sales_order (payment_id);
CREATE INDEX sales_order_created ON sales_order (created_at, order_id);

-- What was asked of Stripe on somebody's behalf: the same request again gets the same idempotency key while Stripe may
-- still know it, and a new one after Stripe has refused it.
CREATE TABLE stripe_request (
    request_id VARCHAR(64) NOT NULL PRIMARY KEY,
    action     VARCHAR(32) NOT NULL,
    object_id  VARCHAR(255) NOT NULL,
    attempt    INTEGER NOT NULL,
    state      VARCHAR(16) NOT NULL,
    opened_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX stripe_request_object ON stripe_request (object_id, action);
CREATE INDEX stripe_request_opened ON stripe_request (opened_at);

-- The key that links to the checkout are signed with. Made once, the same for all nodes and after every restart.
CREATE TABLE checkout_key (
    key_id     INTEGER NOT NULL PRIMARY KEY,
    secret     VARCHAR(64) NOT NULL,
    created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
