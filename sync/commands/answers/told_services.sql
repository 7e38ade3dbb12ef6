-- The services of which changes are told in a generation (?1), with what is known of
-- them before and after; ?2: also those of which nothing important is told.
WITH block AS (
  SELECT entity, service, min(before) AS before, after, max(important) AS important, min(rowid) AS first
    FROM temp.told WHERE after = ?1 AND NOT own AND kind <> 'publication'
   GROUP BY entity HAVING ?2 OR max(important)),
known AS (
  SELECT b.entity AS entity, v.field AS field,
         max(v.text) FILTER (WHERE v.gen_from <= b.before AND (v.gen_to IS NULL OR v.gen_to > b.before)) AS before,
         max(v.text) FILTER (WHERE v.gen_from <= b.after AND (v.gen_to IS NULL OR v.gen_to > b.after)) AS after
    FROM block b JOIN value v ON v.entity = b.entity
   WHERE v.field IN ($F.NAME, $F.PROVIDER_NAME, $F.IN_FORCE, $F.STATUS, $F.STATUS_SOURCE, $F.DELISTED_ON_BASIS)
   GROUP BY b.entity, v.field)
SELECT b.entity, b.service, n.text, coalesce(p.after, p.before), coalesce(i.before, ''), coalesce(i.after, ''),
       coalesce(s.after, ''), coalesce(o.after, ''), coalesce(d.after, '')
  FROM block b
  LEFT JOIN (SELECT entity, coalesce(after, before) AS text FROM known WHERE field = $F.NAME) n ON n.entity = b.entity
  LEFT JOIN known p ON p.entity = b.entity AND p.field = $F.PROVIDER_NAME
  LEFT JOIN known i ON i.entity = b.entity AND i.field = $F.IN_FORCE
  LEFT JOIN known s ON s.entity = b.entity AND s.field = $F.STATUS
  LEFT JOIN known o ON o.entity = b.entity AND o.field = $F.STATUS_SOURCE
  LEFT JOIN known d ON d.entity = b.entity AND d.field = $F.DELISTED_ON_BASIS
 ORDER BY b.important DESC, n.text COLLATE NOCASE, b.service;
