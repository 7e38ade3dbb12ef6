-- The generations since which days of a calendar are stated, as one JSON object: when each was published, and its day.
SELECT json_group_object(id, json_array(published_at, day))
  FROM (SELECT * FROM generation
         WHERE id IN (SELECT gen_from FROM value WHERE gen_to IS NULL AND field IN ($F.VALID_UNTIL, $F.ANNUAL_ASSESSMENT, $F.NEXT_REPORT_ON))
         ORDER BY id);
