-- What a list is, of when, since when its history is kept, how many services it has and how many left.
SELECT s.registry, s.title, s.title_en, s.language, s.time_zone, g.id, g.day,
       (SELECT min(day) FROM generation WHERE kept = 1),
       (SELECT count(*) FROM presence n JOIN entity p ON p.id = n.parent
         WHERE n.gen_to IS NULL AND n.kind = $K.SERVICE AND p.key = 'services'),
       (SELECT count(*) FROM presence n JOIN entity p ON p.id = n.parent
         WHERE n.gen_to IS NULL AND n.kind = $K.SERVICE AND p.key <> 'services')
  FROM store s, generation g
 ORDER BY g.id DESC LIMIT 1;
