-- What the difference comes to: rows, services listed before, new ones, and ones that
-- left.
SELECT (SELECT count(*) FROM new_value) + (SELECT count(*) FROM ended_value)
       + (SELECT count(*) FROM new_link) + (SELECT count(*) FROM ended_link)
       + (SELECT count(*) FROM new_presence) + (SELECT count(*) FROM ended_presence)
       -- Whether it is the whole list is a fact of its own: `fresh` depends on it.
       + (SELECT count(*)
            FROM (SELECT complete FROM generation ORDER BY id DESC LIMIT 1) g
            JOIN staged_run r
           WHERE g.complete <> r.complete),
       (SELECT services FROM generation ORDER BY id DESC LIMIT 1),
       (SELECT count(*)
          FROM new_presence n
          JOIN staged_presence p USING (sid)
          JOIN staged_entity c ON c.sid = p.parent
         WHERE c.kind = $K.COLLECTION AND c.key = 'services'),
       (SELECT count(*)
          FROM ended_presence x
         CROSS JOIN presence p USING (id)
         CROSS JOIN entity c ON c.id = p.parent
         WHERE c.kind = $K.COLLECTION AND c.key = 'services');
