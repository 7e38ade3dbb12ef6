-- Days that the list states of its services, or that its registry's rule gives: each
-- with what a calendar says of it. Of a month or a year, the day is its last one.
-- "since" is when the value began to be stated. The columns are enum date_column; a
-- WHERE or an ORDER BY may follow.
SELECT * FROM (
SELECT e.key AS service, f.name AS what, v.text AS stated,
       CASE WHEN v.text GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]' THEN date(v.text || '-01', '+1 month', '-1 day')
            WHEN v.text GLOB '[0-9][0-9][0-9][0-9]' THEN v.text || '-12-31' ELSE v.text END AS text, e.id AS entity,
       coalesce((SELECT text FROM value WHERE entity = e.id AND field = $F.NAME AND gen_to IS NULL), e.key) AS name,
       coalesce((SELECT text FROM value WHERE entity = e.id AND field = $F.PROVIDER_NAME AND gen_to IS NULL), '') AS provider,
       iif(v.field = $F.VALID_UNTIL, (SELECT text FROM value WHERE entity = e.id AND field = $F.VALID_UNTIL_BASIS AND gen_to IS NULL), '') AS basis,
       coalesce((SELECT text FROM value WHERE entity = e.id AND field = $F.URL AND gen_to IS NULL), '') AS url,
       g.id AS since, g.published_at AS since_at, g.day AS since_day, 1 AS important
  FROM entity c
  JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
  JOIN entity e ON e.id = p.entity
  JOIN value v ON v.entity = e.id AND v.gen_to IS NULL AND v.field IN ($F.VALID_UNTIL, $F.ANNUAL_ASSESSMENT, $F.NEXT_REPORT_ON)
  JOIN field f ON f.id = v.field
  JOIN generation g ON g.id = v.gen_from
 WHERE c.kind = $K.COLLECTION AND c.key = 'services')
