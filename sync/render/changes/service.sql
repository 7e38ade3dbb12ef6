-- What is known of a service (?1) in two generations (?2, ?3), before a change and
-- after it; the columns are enum change_service_column.
WITH known AS (
  SELECT field,
         max(text) FILTER (WHERE gen_from <= ?2 AND (gen_to IS NULL OR gen_to > ?2)) AS before,
         max(text) FILTER (WHERE gen_from <= ?3 AND (gen_to IS NULL OR gen_to > ?3)) AS after
    FROM value
   WHERE entity = ?1 AND field IN ($F.NAME, $F.PROVIDER_NAME, $F.IN_FORCE, $F.STATUS, $F.STATUS_SOURCE, $F.DELISTED_ON_BASIS, $F.URL)
   GROUP BY field)
SELECT e.key,
       coalesce((SELECT coalesce(after, before) FROM known WHERE field = $F.NAME), e.key),
       (SELECT coalesce(after, before) FROM known WHERE field = $F.PROVIDER_NAME),
       (SELECT before FROM known WHERE field = $F.IN_FORCE),
       (SELECT after FROM known WHERE field = $F.IN_FORCE),
       (SELECT after FROM known WHERE field = $F.STATUS),
       (SELECT after FROM known WHERE field = $F.STATUS_SOURCE),
       (SELECT after FROM known WHERE field = $F.DELISTED_ON_BASIS),
       (SELECT after FROM known WHERE field = $F.URL)
  FROM entity e WHERE e.id = ?1;
