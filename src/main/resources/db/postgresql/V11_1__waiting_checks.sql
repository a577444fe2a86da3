CREATE INDEX payment_check ON payment (check_at) WHERE check_at IS NOT NULL;
