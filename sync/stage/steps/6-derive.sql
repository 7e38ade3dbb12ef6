-- What follows from the staged facts: the other direction of each link, and
-- the directories by status, level and month of expiry. by-name is made in
-- identity.c, where names are.

INSERT INTO staged_value (sid, field, text)
SELECT sid, 13, 'unknown' FROM staged_entity WHERE kind = 5
ON CONFLICT DO NOTHING;

-- Providers and auditors.
INSERT INTO staged_presence (sid, parent, name)
SELECT s.sid, c.sid, s.key
  FROM staged_entity s
  JOIN staged_entity c ON c.kind = 2 AND c.key = CASE s.kind WHEN 6 THEN 'providers' ELSE 'auditors' END
 WHERE s.kind IN (6, 7);
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT p.service, 0, 'provider', s.sid, '../../providers/' || s.key
  FROM staged_party p JOIN staged_entity s ON s.sid = p.party
 WHERE s.kind = 6;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT p.party, 1, v.name, p.service, '../../../services/' || v.name
  FROM staged_party p JOIN staged_presence v ON v.sid = p.service
 WHERE v.parent = (SELECT sid FROM staged_entity WHERE kind = 2 AND key = 'services');

-- Baselines and own statements.
INSERT INTO staged_value (sid, field, text)
SELECT DISTINCT d.service, 43, CASE t.kind WHEN 9 THEN 'level' ELSE 'statement' END
  FROM staged_declaration d JOIN staged_entity t ON t.sid = d.target;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT d.service, 0, 'controls', t.sid, '../../baselines/' || t.key || '/controls'
  FROM staged_declaration d JOIN staged_entity t ON t.sid = d.target
 WHERE t.kind = 9;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT d.service, 2, substr(t.key, instr(t.key, '/') + 1), t.sid, '../../../controls/' || t.key
  FROM staged_declaration d JOIN staged_entity t ON t.sid = d.target
 WHERE t.kind = 8;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT d.target, 1, v.name, d.service,
       CASE t.kind WHEN 9 THEN '../../../services/' ELSE '../../../../services/' END || v.name
  FROM staged_declaration d
  JOIN staged_entity t ON t.sid = d.target
  JOIN staged_presence v ON v.sid = d.service
 WHERE v.parent = (SELECT sid FROM staged_entity WHERE kind = 2 AND key = 'services');

-- What services are built on: affected ones, or others where the store shows
-- them. CROSS JOIN keeps SQLite from beginning at a table other than the small
-- one: it knows nothing of the sizes of tables that were filled a moment ago.
INSERT INTO foundation (key, sid, name, listed_in)
SELECT s.key, s.sid, v.name, c.key
  FROM staged_presence v
 CROSS JOIN staged_entity s ON s.sid = v.sid AND s.kind = 5
 CROSS JOIN staged_entity c ON c.sid = v.parent;
INSERT INTO staged_entity (kind, key, id)
SELECT DISTINCT e.kind, e.key, e.id
  FROM foundation s
 CROSS JOIN staged_leverage l ON l.service = s.key
 CROSS JOIN entity e ON e.kind = 5 AND e.key = l.target
 WHERE e.id NOT IN (SELECT id FROM affected)
   AND NOT EXISTS (SELECT 1 FROM foundation f WHERE f.key = l.target);
INSERT INTO foundation (key, sid, name, listed_in)
SELECT s.key, s.sid, p.name, c.key
  FROM staged_entity s
 CROSS JOIN presence p ON p.entity = s.id AND p.gen_to IS NULL
 CROSS JOIN entity c ON c.id = p.parent
 WHERE s.kind = 5 AND NOT EXISTS (SELECT 1 FROM staged_presence v WHERE v.sid = s.sid);
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT s.sid, 4, t.name, t.sid, '../../../' || t.listed_in || '/' || t.name
  FROM staged_presence v
 CROSS JOIN staged_entity s ON s.sid = v.sid AND s.kind = 5
 CROSS JOIN staged_leverage l ON l.service = s.key
 CROSS JOIN foundation t ON t.key = l.target;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT t.sid, 5, v.name, s.sid, '../../../services/' || v.name
  FROM staged_presence v
 CROSS JOIN staged_entity s ON s.sid = v.sid AND s.kind = 5
 CROSS JOIN staged_leverage l ON l.service = s.key
 CROSS JOIN foundation t ON t.key = l.target
 WHERE v.parent = (SELECT sid FROM staged_entity WHERE kind = 2 AND key = 'services');
INSERT INTO staged_value (sid, field, text)
SELECT sid, 44, group_concat(number, char(10))
  FROM (SELECT s.sid AS sid, l.number AS number
          FROM staged_presence v
         CROSS JOIN staged_entity s ON s.sid = v.sid AND s.kind = 5
         CROSS JOIN staged_leverage l ON l.service = s.key
         WHERE NOT EXISTS (SELECT 1 FROM foundation t WHERE t.key = l.target)
         ORDER BY s.sid, l.number)
 GROUP BY sid
ON CONFLICT DO NOTHING;

-- Directories by status, level and month of expiry.
INSERT INTO staged_facet (service, name, listed_in, farm, word)
SELECT v.sid, v.name, c.key, 'by-status', x.text
  FROM staged_presence v JOIN staged_entity c ON c.sid = v.parent AND c.kind = 2 AND c.key IN ('services', 'delisted')
  JOIN staged_value x ON x.sid = v.sid AND x.field = 13
UNION ALL
SELECT v.sid, v.name, c.key, 'by-level', x.text
  FROM staged_presence v JOIN staged_entity c ON c.sid = v.parent AND c.kind = 2 AND c.key = 'services'
  JOIN staged_value x ON x.sid = v.sid AND x.field = 15 AND x.text <> ''
UNION ALL
SELECT v.sid, v.name, c.key, 'by-expiry', substr(x.text, 1, 7)
  FROM staged_presence v JOIN staged_entity c ON c.sid = v.parent AND c.kind = 2 AND c.key = 'services'
  JOIN staged_value x ON x.sid = v.sid AND x.field = 19 AND length(x.text) >= 7;

INSERT INTO staged_entity (kind, key) SELECT DISTINCT 4, farm || '/' || word FROM staged_facet;
INSERT INTO staged_presence (sid, parent, name)
SELECT s.sid, c.sid, substr(s.key, instr(s.key, '/') + 1)
  FROM staged_entity s
  JOIN staged_entity c ON c.kind = 2 AND c.key = substr(s.key, 1, instr(s.key, '/') - 1)
 WHERE s.kind = 4;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT s.sid, 0, f.name, f.service, '../../' || f.listed_in || '/' || f.name
  FROM staged_facet f JOIN staged_entity s ON s.kind = 4 AND s.key = f.farm || '/' || f.word;
