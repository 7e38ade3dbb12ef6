-- The newest important changes of services, as many as a feed has (?1): generation and
-- service. What only this program calls otherwise (temp.own_change) is none.
INSERT INTO temp.recent (gen, entity)
SELECT DISTINCT gen, entity FROM change
 WHERE (kind IN ('added', 'delisted', 'returned') OR field IN ($F.LEVEL, $F.CLASS, $F.VALID_UNTIL, $F.STATUS, $F.IN_FORCE))
   AND (field IS NULL OR field NOT IN ($F.STATUS, $F.IN_FORCE) OR (entity, gen) NOT IN (SELECT entity, gen FROM temp.own_change))
 ORDER BY gen DESC, entity LIMIT ?1;
