-- The newest generation of a store, for people (?1: their language); the columns are
-- enum status_column.
SELECT s.registry, s.title, iif(s.language = ?1, s.title, s.title_en), s.time_zone, g.id, g.published_at, g.fetched_at,
       g.source, (SELECT location FROM source_document WHERE generation = g.id AND role = 'list'), g.complete, g.services,
       (SELECT count(*)
          FROM entity c
          JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
          JOIN value v ON v.entity = p.entity AND v.field = $F.IN_FORCE AND v.gen_to IS NULL AND v.text = 'yes'
         WHERE c.kind = $K.COLLECTION AND c.key = 'services')
  FROM store s, generation g
 ORDER BY g.id DESC LIMIT 1;
