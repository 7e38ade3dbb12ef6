-- A row of tables/services.xlsx for each service that is (?1 is 1) or was (?1 is 0) listed.
SELECT max(iif(v.field = $F.STATUS, v.text, NULL)), coalesce(max(iif(v.field = $F.NUMBER, v.text, NULL)), p.name),
       max(iif(v.field = $F.NAME, v.text, NULL)), max(iif(v.field = $F.PROVIDER_NAME, v.text, NULL)),
       max(iif(v.field = $F.CLASS, v.text, NULL)), max(iif(v.field = $F.LEVEL, v.text, NULL)),
       max(iif(v.field = $F.REGISTERED_ON, v.text, NULL)),
       max(iif(v.field = iif(?1, $F.VALID_UNTIL, $F.DELISTED_ON), v.text, NULL)),
       max(iif(v.field = iif(?1, $F.VALID_UNTIL_BASIS, $F.DELISTED_ON_BASIS), v.text, NULL)),
       max(iif(v.field = $F.URL, v.text, NULL)), max(iif(v.field = $F.LEVEL_SOURCE, v.text, NULL))
  FROM presence p
  JOIN entity c ON c.id = p.parent AND c.key = iif(?1, 'services', 'delisted')
  LEFT JOIN value v ON v.entity = p.entity AND v.gen_to IS NULL
 WHERE p.kind = $K.SERVICE AND p.gen_to IS NULL
 GROUP BY p.entity
 ORDER BY p.name;
