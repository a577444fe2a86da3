-- The payments that events have changed and whose books are to be checked, the longest-waiting first. Whoever checks them
-- locks them first, so two nodes may read the same ones.
SELECT payment_id FROM payment
 WHERE check_at IS NOT NULL
 ORDER BY check_at
 LIMIT :#${bean:reconciliation.changedAtOnce}
