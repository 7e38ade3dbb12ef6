-- A row when the directory ?1 has no document ?2, or when a generation since ?3 changed a control or a
-- baseline: most change none.
SELECT 1
 WHERE NOT EXISTS (SELECT 1 FROM document WHERE entity = ?1 AND name = ?2)
    OR EXISTS (SELECT 1
                 FROM touch t
                CROSS JOIN entity e ON e.id = t.entity
                WHERE t.gen >= ?3 AND t.relation <> $R.SERVICES AND e.kind IN ($K.EDITION, $K.CONTROL, $K.BASELINE));
