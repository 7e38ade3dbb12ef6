-- tables/controls.csv: a line for each control, with the baselines that demand it.
SELECT d.name AS edition, p.name AS control,
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.TITLE AND gen_to IS NULL) AS title,
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.TIER AND gen_to IS NULL) AS tier,
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.CONTROL_LEVEL AND gen_to IS NULL) AS "control-level",
       (SELECT text FROM value WHERE entity = p.entity AND field = $F.DOMAIN AND gen_to IS NULL) AS domain,
       (SELECT group_concat(name, ' ')
          FROM (SELECT name FROM link
                 WHERE entity = p.entity AND relation = $R.BASELINES AND gen_to IS NULL ORDER BY name)) AS baselines
  FROM presence d
  JOIN entity c ON c.id = d.parent AND c.kind = $K.COLLECTION AND c.key = 'controls'
  JOIN presence p ON p.parent = d.entity AND p.gen_to IS NULL
 WHERE d.gen_to IS NULL
 ORDER BY d.name, p.id;
