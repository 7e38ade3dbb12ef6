-- services.tsv: what to look for first, of each listed service.
SELECT p.name,
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.STATUS AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.LEVEL AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.PROVIDER_NAME AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.NAME AND gen_to IS NULL),
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.NAME_EN AND gen_to IS NULL)
  FROM entity c
 CROSS JOIN presence p INDEXED BY presence_name_now ON p.parent = c.id AND p.gen_to IS NULL
 WHERE c.kind = $K.COLLECTION AND c.key = 'services'
 ORDER BY p.name;
