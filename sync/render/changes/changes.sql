-- Changes of services: sequence number, time of publication (ms), kind, service,
-- field or relation ('' for none), old, new; of a publication, no service, and the
-- roles and shapes of its documents. Then, for people: whether it is important (the
-- listing, the status, the level, the class, validity), whether only this program's
-- word is another one, the service's id, the generations before and after, the day,
-- the field's type ('relation' for links). A WHERE follows (changes_select).
SELECT c.seq, g.published_at, c.kind, iif(c.kind = 'publication', '', e.key) AS service,
       CASE WHEN c.relation = $R.SELF THEN 'baseline' ELSE coalesce(f.name, r.name, '') END AS what,
       CASE WHEN c.kind = 'publication' THEN (SELECT group_concat(role || ' ' || shape, ', ')
                FROM (SELECT DISTINCT role, shape FROM source_document WHERE generation = o.gen_from))
            WHEN c.relation = $R.SELF THEN coalesce(ob.key, '') ELSE coalesce(o.text, ol.name, '') END AS old,
       CASE WHEN c.kind = 'publication' THEN (SELECT group_concat(role || ' ' || shape, ', ')
                FROM (SELECT DISTINCT role, shape FROM source_document WHERE generation = n.gen_from))
            WHEN c.relation = $R.SELF THEN coalesce(nb.key, '') ELSE coalesce(n.text, nl.name, '') END AS new,
       c.kind IN ('added', 'delisted', 'returned') OR c.field IN ($F.LEVEL, $F.CLASS, $F.VALID_UNTIL)
         OR (c.field IN ($F.STATUS, $F.IN_FORCE) AND w.entity IS NULL) AS important,
       w.entity IS NOT NULL AS own,
       c.entity AS entity, c.gen - 1 AS before, c.gen AS after, g.day AS day,
       iif(c.relation IS NULL, coalesce(f.type, ''), iif(c.relation = $R.SELF, 'word', 'relation')) AS type
  FROM change c
  JOIN generation g ON g.id = c.gen
  JOIN entity e ON e.id = c.entity
  LEFT JOIN field f ON f.id = c.field
  LEFT JOIN value o ON o.id = c.old_value
  LEFT JOIN value n ON n.id = c.new_value
  LEFT JOIN relation r ON r.id = c.relation
  LEFT JOIN link ol ON ol.id = c.old_link
  LEFT JOIN entity ob ON ob.id = ol.target
  LEFT JOIN link nl ON nl.id = c.new_link
  LEFT JOIN entity nb ON nb.id = nl.target
  LEFT JOIN temp.own_change w ON w.entity = c.entity AND w.gen = c.gen AND c.field IN ($F.STATUS, $F.IN_FORCE, $F.IN_FORCE_BASIS)
