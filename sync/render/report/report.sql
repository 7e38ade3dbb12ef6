-- What the page tables/report.html is made of, as views of the newest state.
-- Each query begins at the few rows that it needs: the page is made anew with
-- every generation, and must not cost what the generation itself costs.

-- Services listed now, with what a row of the table shows, in the order of both.
CREATE TEMP VIEW IF NOT EXISTS report_service AS
SELECT p.name AS number, v.field, v.text
  FROM entity c
  JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
  JOIN value v ON v.entity = p.entity AND v.gen_to IS NULL AND v.field BETWEEN $F.NAME AND $F.VALID_UNTIL_BASIS
 WHERE c.kind = $K.COLLECTION AND c.key = 'services'
 ORDER BY p.name, v.field;

-- How many services each directory of by-status, by-level and by-expiry leads to.
CREATE TEMP VIEW IF NOT EXISTS report_facet AS
SELECT c.key AS farm, p.name AS word, count(*) AS services
  FROM entity c
  JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
  JOIN link l ON l.entity = p.entity AND l.relation = $R.SELF AND l.gen_to IS NULL
 WHERE c.kind = $K.COLLECTION AND c.key IN ('by-status', 'by-level', 'by-expiry')
 GROUP BY c.key, p.name;

-- Providers by the number of their services listed now.
CREATE TEMP VIEW IF NOT EXISTS report_provider AS
SELECT p.entity, count(*) AS services
  FROM entity c
  JOIN presence p ON p.parent = c.id AND p.gen_to IS NULL
  JOIN link l ON l.entity = p.entity AND l.relation = $R.SERVICES AND l.gen_to IS NULL
 WHERE c.kind = $K.COLLECTION AND c.key = 'providers'
 GROUP BY p.entity
 ORDER BY count(*) DESC, p.name;

-- Every status that a service ever had, from which generation to which.
CREATE TEMP VIEW IF NOT EXISTS report_status AS
SELECT v.text AS word, v.gen_from, v.gen_to
  FROM entity e
  JOIN value v ON v.entity = e.id AND v.field = $F.STATUS AND v.text <> 'delisted'
 WHERE e.kind = $K.SERVICE;

-- Each service that came onto the list or left it, and when. It has a presence
-- that begins then, and those are fewer than changes. CROSS JOIN keeps the
-- order: SQLite doesn't know how few generations are asked for.
CREATE TEMP VIEW IF NOT EXISTS report_change AS
SELECT g.id AS gen, g.day, c.kind
  FROM generation g
 CROSS JOIN presence p ON p.gen_from = g.id
 CROSS JOIN change c ON c.entity = p.entity AND c.gen = p.gen_from AND c.kind <> 'changed';
