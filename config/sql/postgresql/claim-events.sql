-- Takes the next waiting events and leases them to this node, in one statement. An event whose lease ran out waits again.
-- An array, so that the rows are found by their key whatever the database believes to know of the table: a plan that is good
-- for an empty inbox goes through the whole of a full one.
UPDATE stripe_event
   SET due_at = :#${bean:inbox.leaseEnd}, attempts = attempts + 1, claimed_by = :#${bean:node.id}
 WHERE event_id = ANY (ARRAY(
         SELECT event_id FROM stripe_event
          WHERE due_at <= :#${bean:inbox.now}
          ORDER BY due_at
          LIMIT :#${bean:inbox.batch}
            FOR UPDATE SKIP LOCKED))
RETURNING event_id, event_type, received_at, attempts, payload
