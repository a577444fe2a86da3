CREATE INDEX payment_check ON payment (check_at);
