-- Staged services with one of the statuses ?1, a JSON array, whose date is before the day of the
-- publication, get the status ?2.
UPDATE staged_value
   SET text = ?2
 WHERE field = $F.STATUS AND text IN (SELECT value FROM json_each(?1))
   AND EXISTS (SELECT 1
                 FROM staged_value v, staged_run run
                WHERE v.sid = staged_value.sid AND v.field = $F.VALID_UNTIL
                  AND length(v.text) = 10 AND v.text < run.day);
