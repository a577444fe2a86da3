-- Takes the next waiting events and leases them to this node, in one statement. An event whose lease ran out waits again.
SELECT event_id, event_type, received_at, attempts, payload
  FROM FINAL TABLE (
    UPDATE stripe_event
       SET due_at = :#${bean:inbox.leaseEnd}, attempts = attempts + 1
     WHERE event_id IN (
             SELECT event_id FROM stripe_event
              WHERE due_at <= :#${bean:inbox.now}
              ORDER BY due_at
              FETCH FIRST :#${bean:inbox.batch} ROWS ONLY))
