-- Where a service's status is another word only because this program writes another
-- one (temp.own_word: the former words and today's): service and generation.
INSERT INTO temp.own_change (entity, gen)
SELECT c.entity, c.gen
  FROM change c
  JOIN value o ON o.id = c.old_value
  JOIN value n ON n.id = c.new_value
 WHERE c.field = $F.STATUS AND (o.text, n.text) IN (SELECT former, word FROM temp.own_word);
