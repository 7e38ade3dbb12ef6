-- Behind "WITH stated AS (…)", days that the list states (render/feed/dates.sql), their
-- conditions included: the next of each, as seen on a day (:today): that day, as it is
-- stated, number, provider, name, field, basis; the soonest first. A single day that is
-- over isn't to come.
, this_and_next (year) AS (SELECT substr(:today, 1, 4) UNION ALL SELECT substr(:today, 1, 4) + 1),
dated AS (
  SELECT stated.*, year || substr(text, 2) AS day FROM stated JOIN this_and_next WHERE text GLOB '--*'
  UNION ALL
  SELECT stated.*, text FROM stated WHERE text NOT GLOB '--*'),
-- Only the 29th of February isn't in every year.
existing AS (
  SELECT *, iif(date(day, '+0 days') = day, day, substr(day, 1, 8) || '28') AS coming FROM dated)
SELECT min(coming), stated, service, provider, name, what, basis FROM existing
 WHERE coming >= :today AND (:until IS NULL OR coming <= :until)
 GROUP BY service, what ORDER BY min(coming), service, what;
