-- The services that are or were listed, each as one JSON array on a line of its own, so that what changes from
-- day to day stays together: its key; whether it is listed; the fields that it has, then their values, those of several lines as an array; its history, by four: day, field or event
-- (-1 came, -2 came back, -3 left, -4 another service that it is built on), before, after (of an event the status); what it is built on; its baseline;
-- how many controls it declares itself; its number in a calendar, and by two the fields that are days of one, with the generation since which they are stated.
-- Then what decides since when it has its status, and whether only this copy saw it (render/since/since.h), and its name and provider.
-- ?1: the first day that is kept; ?2: longest text, in characters.
-- +gen_to: by the service, not through all that ended with one generation.
SELECT json_array(
         e.key, c.key = 'services',
         json((SELECT '[' || json_quote(group_concat(field, ' ')) || coalesce(',' || group_concat(iif(type IN ('list', 'text'),
                      '[' || replace(replace(json_quote(text), '\\', '\u005c'), '\n', '","') || ']', json_quote(text))), '') || ']'
                 FROM (SELECT v.field, f.type, iif(length(v.text) > longest, substr(v.text, 1, longest) || '…', v.text) AS text
                         FROM (SELECT *, iif(type = 'text', ?2, 8000) AS longest FROM field) f JOIN value v ON v.field = f.id
                        WHERE v.entity = e.id AND v.gen_to IS NULL
                          AND NOT (v.field = $F.NUMBER AND v.text = e.key) ORDER BY v.field))),
         json((SELECT '[' || coalesce(group_concat(json_quote(day) || ',' || what || ',' || json_quote(old) || ',' || json_quote(new)), '') || ']'
                 FROM (SELECT g.day,
                              CASE WHEN x.relation IS NOT NULL THEN -4 WHEN x.kind = 'added' THEN -1 WHEN x.kind = 'returned' THEN -2
                                   WHEN x.kind = 'delisted' THEN -3 ELSE x.field END AS what,
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
         (SELECT count(*) FROM link WHERE entity = e.id AND relation = $R.CONTROLS AND gen_to IS NULL),
         e.id,
         json((SELECT '[' || coalesce(group_concat(field || ',' || gen_from), '') || ']'
                 FROM (SELECT field, gen_from FROM value
                        WHERE entity = e.id AND gen_to IS NULL AND c.key = 'services'
                          AND field IN ($F.VALID_UNTIL, $F.ANNUAL_ASSESSMENT, $F.NEXT_REPORT_ON) ORDER BY field)))),
       e.id,
       (SELECT text FROM value WHERE entity = e.id AND field = $F.STATUS AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.IN_FORCE AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.EVENTS AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.REGISTERED_ON AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.DELISTED_ON AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.DELISTED_ON_BASIS AND gen_to IS NULL),
       coalesce((SELECT text FROM value WHERE entity = e.id AND field = $F.NAME AND gen_to IS NULL), e.key),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.PROVIDER_NAME AND gen_to IS NULL)
  FROM presence p
  JOIN entity e ON e.id = p.entity
  JOIN entity c ON c.id = p.parent
 WHERE p.kind = $K.SERVICE AND p.gen_to IS NULL
 ORDER BY c.key = 'services' DESC, p.name;
