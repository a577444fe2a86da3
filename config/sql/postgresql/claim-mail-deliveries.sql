-- Takes the next deliveries to mailboxes and leases them to this node, in one statement. One that follows another of the same
-- payment waits until that one is out, dropped or dead. A delivery whose lease ran out waits again.
-- An array, OFFSET 0 and CASE, so that rows are found by their keys whatever the database believes to know of the table:
-- plans that are good for an empty outbox go through the whole of a full one.
UPDATE delivery
   SET due_at = :#${bean:mailOutbox.leaseEnd}, attempts = attempts + 1, claimed_by = :#${bean:node.id},
       first_attempt_at = COALESCE(first_attempt_at, :#${bean:mailOutbox.now})
 WHERE delivery_id = ANY (ARRAY(
         SELECT d.delivery_id FROM delivery d
          WHERE d.destination = 'mail' AND d.due_at <= :#${bean:mailOutbox.now}
            AND NOT EXISTS (
                  SELECT 1 FROM delivery earlier
                   WHERE earlier.payment_id = d.payment_id AND earlier.destination = d.destination
                     AND earlier.sequence < d.sequence
                     AND CASE WHEN earlier.due_at IS NULL THEN FALSE ELSE TRUE END
                  OFFSET 0)
          ORDER BY d.due_at
          LIMIT :#${bean:mailOutbox.batch}
            FOR UPDATE OF d SKIP LOCKED))
RETURNING delivery_id, destination, kind, payment_id, order_ref, sequence, recipient, payload, attempts, created_at,
          first_attempt_at, due_at
