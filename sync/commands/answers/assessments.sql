-- When each listed service is assessed next, as seen on a day (?1): that day, as the list states it,
-- number, provider, name; the soonest first. A single day that is over isn't to come.
WITH stated AS (
  SELECT s.service AS number, s.provider AS provider, s.name AS name, v.text AS text
    FROM services s
    JOIN entity e ON e.kind = $K.SERVICE AND e.key = s.service
    JOIN value v ON v.entity = e.id AND v.field = $F.ANNUAL_ASSESSMENT AND v.gen_to IS NULL
   WHERE s.listed_in = 'services'),
this_and_next (year) AS (SELECT substr(?1, 1, 4) UNION ALL SELECT substr(?1, 1, 4) + 1),
dated AS (
  SELECT stated.*, year || substr(text, 2) AS day FROM stated JOIN this_and_next WHERE text GLOB '--*'
  UNION ALL
  SELECT stated.*, text FROM stated WHERE text NOT GLOB '--*'),
-- Only the 29th of February isn't in every year.
existing AS (
  SELECT number, provider, name, text, iif(date(day, '+0 days') = day, day, substr(day, 1, 8) || '28') AS day FROM dated)
SELECT min(day), text, number, provider, name FROM existing WHERE day >= ?1 GROUP BY number ORDER BY min(day), number;
