-- Fields whose values, when they change now, are no news of the services (change):
-- the rows and the histories have them. known_shape has what was read last of each
-- role of documents, read_shape what was read now; states(): untold.c.

-- They only explain what other fields say.
INSERT INTO untold_field (field) VALUES ($F.IN_FORCE_BASIS), ($F.STATUS_LIST), ($F.PACKAGE_OVERVIEW);

-- The first publication after an upgrade: what no program read before isn't new in the list.
INSERT OR IGNORE INTO untold_field (field)
SELECT f.id
  FROM (SELECT source FROM generation ORDER BY id DESC LIMIT 1) g
  JOIN (SELECT id FROM field UNION ALL SELECT id FROM staged_field) f
 WHERE g.source = 'upgrade'
   AND f.id NOT IN (SELECT DISTINCT v.field FROM value v JOIN entity e ON e.id = v.entity AND e.kind = $K.SERVICE);

-- Another shape, or the first document of its role: what only one of the two states, what is in the
-- words of the source, and what follows from that.
INSERT OR IGNORE INTO untold_field (field)
SELECT f.id
  FROM (SELECT id, name FROM field UNION ALL SELECT id, name FROM staged_field) f
 WHERE EXISTS (SELECT 1 FROM known_shape)
   AND EXISTS (SELECT role, shape FROM read_shape EXCEPT SELECT role, shape FROM known_shape)
   AND (f.name GLOB '*.source' OR f.name GLOB 'extra.*'
        OR EXISTS (SELECT 1 FROM known_shape k WHERE states(k.role, k.shape, f.id))
           <> EXISTS (SELECT 1
                        FROM (SELECT role, shape FROM read_shape
                              UNION ALL
                              SELECT role, shape FROM known_shape WHERE role NOT IN (SELECT role FROM read_shape)) s
                       WHERE states(s.role, s.shape, f.id)));
-- A document beside the list has another shape: what it alone states is worded anew.
INSERT OR IGNORE INTO untold_field (field)
SELECT f.id
  FROM (SELECT id FROM field UNION ALL SELECT id FROM staged_field) f
 WHERE EXISTS (SELECT 1 FROM known_shape k JOIN read_shape r ON r.role = k.role AND r.shape <> k.shape
                WHERE r.role <> 'list' AND states(r.role, r.shape, f.id))
   AND NOT EXISTS (SELECT 1 FROM read_shape l WHERE l.role = 'list' AND states(l.role, l.shape, f.id));
INSERT OR IGNORE INTO untold_field (field)
SELECT $F.CONTROLS_BASIS FROM untold_field WHERE field = $F.CLASS;
