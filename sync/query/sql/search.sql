-- Each service: its number or key, whether it is listed, whether it is in force, and what it is searched by:
-- number, name, name in English, provider, names that it had.
SELECT e.id, e.key, p.key = 'services',
       (SELECT text FROM value WHERE entity = e.id AND field = $F.IN_FORCE AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.NUMBER AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.NAME AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.NAME_EN AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = e.id AND field = $F.PROVIDER_NAME AND gen_to IS NULL),
       (SELECT group_concat(text, char(10)) FROM value WHERE entity = e.id AND field IN ($F.NAME, $F.NAME_EN) AND gen_to IS NOT NULL)
  FROM presence n
  JOIN entity e ON e.id = n.entity
  JOIN entity p ON p.id = n.parent
 WHERE n.gen_to IS NULL AND n.kind = $K.SERVICE;
