-- The services that are or were listed, each as one JSON array on a line of its own, so that what changes from
-- day to day stays together: its key, whether it is listed, its values by field, its history (day; field or event; before; after: of an event the status),
-- what it is built on, its baseline and how many controls it declares itself.
-- Long texts are cut: the page is for finding, and the tree has them whole.
-- +gen_to: by the service, not through all that ended with one generation.
SELECT json_array(
         e.key, c.key = 'services',
         json((SELECT json_group_object(field, iif(length(text) > longest, substr(text, 1, longest) || '…', text))
                 FROM (SELECT v.field, v.text, iif(f.type = 'text', 600, 8000) AS longest
                         FROM value v JOIN field f ON f.id = v.field
                        WHERE v.entity = e.id AND v.gen_to IS NULL
                          AND NOT (v.field = $F.NUMBER AND v.text = e.key) ORDER BY v.field))),
         json((SELECT json_group_array(json_array(day, what, old, new))
                 FROM (SELECT g.day,
                              CASE WHEN x.relation IS NOT NULL THEN 'leverages' ELSE coalesce(x.field, x.kind) END AS what,
                              CASE x.kind WHEN 'delisted' THEN (SELECT text FROM value WHERE entity = e.id AND field = $F.STATUS AND +gen_to = x.gen)
                                          ELSE coalesce(o.text, ol.name, '') END AS old,
                              CASE WHEN x.kind IN ('added', 'returned')
                                   THEN (SELECT text FROM value WHERE entity = e.id AND field = $F.STATUS AND gen_from = x.gen)
                                   ELSE coalesce(n.text, nl.name, '') END AS new
                         FROM change x
                         JOIN generation g ON g.id = x.gen AND g.source <> 'upgrade' AND g.day >= ?1
                         LEFT JOIN value o ON o.id = x.old_value
                         LEFT JOIN value n ON n.id = x.new_value
                         LEFT JOIN link ol ON ol.id = x.old_link
                         LEFT JOIN link nl ON nl.id = x.new_link
                        WHERE x.entity = e.id AND x.kind <> 'publication'
                          AND (x.relation = $R.LEVERAGES
                               OR x.relation IS NULL AND (x.field IS NULL OR x.field IN (
                                  $F.NAME, $F.NAME_EN, $F.NUMBER, $F.STATUS, $F.LEVEL, $F.CLASS, $F.PROVIDER_NAME, $F.REGISTERED_ON,
                                  $F.VALID_UNTIL, $F.CERTIFICATION_TYPE)))
                        ORDER BY x.seq))),
         json((SELECT json_group_array(name)
                 FROM (SELECT name FROM link WHERE entity = e.id AND relation = $R.LEVERAGES AND gen_to IS NULL ORDER BY name))),
         (SELECT t.key FROM link l JOIN entity t ON t.id = l.target AND t.kind = $K.BASELINE
           WHERE l.entity = e.id AND l.relation = $R.SELF AND l.name = 'controls' AND l.gen_to IS NULL),
         (SELECT count(*) FROM link WHERE entity = e.id AND relation = $R.CONTROLS AND gen_to IS NULL))
  FROM presence p
  JOIN entity e ON e.id = p.entity
  JOIN entity c ON c.id = p.parent
 WHERE p.kind = $K.SERVICE AND p.gen_to IS NULL
 ORDER BY c.key = 'services' DESC, p.name;
