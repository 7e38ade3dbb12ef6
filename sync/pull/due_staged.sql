-- Of these, what a staged publication leaves to the calendar: services that passed
-- their date after the newest generation, and which it leaves past their date.
DELETE FROM due
 WHERE day <= (SELECT day FROM generation WHERE source NOT IN ('prune', 'upgrade') ORDER BY id DESC LIMIT 1)
    OR NOT EXISTS (SELECT 1
                     FROM staged_entity s
                     JOIN staged_value v ON v.sid = s.sid AND v.field = $F.STATUS
                    WHERE s.kind = $K.SERVICE AND s.key = due.key AND v.text = due.status);
