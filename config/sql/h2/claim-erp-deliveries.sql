-- Takes the next deliveries to the ERP and leases them to this node, in one statement. One that follows another of the same
-- payment waits until that one is out, dropped or dead. A delivery whose lease ran out waits again.
-- due_at is asked twice, because H2 asks the outer condition again once it has locked a row that somebody else changed.
SELECT delivery_id, destination, kind, payment_id, order_ref, sequence, recipient, payload, attempts, created_at,
       first_attempt_at, due_at
  FROM FINAL TABLE (
    UPDATE delivery
       SET due_at = :#${bean:erpOutbox.leaseEnd}, attempts = attempts + 1, claimed_by = :#${bean:node.id},
           first_attempt_at = COALESCE(first_attempt_at, :#${bean:erpOutbox.now})
     WHERE due_at <= :#${bean:erpOutbox.now}
       AND delivery_id IN (
             SELECT d.delivery_id FROM delivery d
              WHERE d.destination = 'erp' AND d.due_at <= :#${bean:erpOutbox.now}
                AND NOT EXISTS (
                      SELECT 1 FROM delivery earlier
                       WHERE earlier.payment_id = d.payment_id AND earlier.destination = d.destination
                         AND earlier.sequence < d.sequence AND earlier.due_at IS NOT NULL)
              ORDER BY d.due_at
              FETCH FIRST :#${bean:erpOutbox.batch} ROWS ONLY))
