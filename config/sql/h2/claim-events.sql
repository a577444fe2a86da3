-- Takes the next waiting events and leases them to this node, in one statement. An event whose lease ran out waits again.
-- due_at is asked twice, because H2 asks the outer condition again once it has locked a row that somebody else changed.
SELECT event_id, event_type, received_at, attempts, payload
  FROM FINAL TABLE (
    UPDATE stripe_event
       SET due_at = :#${bean:inbox.leaseEnd}, attempts = attempts + 1, claimed_by = :#${bean:node.id}
     WHERE due_at <= :#${bean:inbox.now}
       AND event_id IN (
             SELECT event_id FROM stripe_event
              WHERE due_at <= :#${bean:inbox.now}
              ORDER BY due_at
              FETCH FIRST :#${bean:inbox.batch} ROWS ONLY))
