-- What follows from the staged facts: the other direction of each link, and the
-- directories by name, status, level, class and month of expiry.

-- What each field means, as a file of the field's name: in the registry's language, where that is
-- Japanese, and in English. upgraded.sql has the same.
INSERT INTO staged_value (sid, field, text)
SELECT s.sid, f.id, f.type || ': ' || iif(run.language GLOB 'ja*', f.meaning_ja || ' / ', '') || f.meaning
  FROM staged_entity s CROSS JOIN staged_run run
  JOIN (SELECT id, type, meaning, meaning_ja FROM field UNION ALL SELECT id, type, meaning, meaning_ja FROM staged_field) f
 WHERE s.kind = $K.DERIVED AND s.key = '.registry/schema';

INSERT INTO staged_value (sid, field, text)
SELECT sid, $F.STATUS, 'unknown' FROM staged_entity WHERE kind = $K.SERVICE
ON CONFLICT DO NOTHING;

-- Whether the listing holds follows from the status.
INSERT INTO staged_value (sid, field, text)
SELECT v.sid, $F.IN_FORCE, coalesce(w.in_force, 'unknown')
  FROM staged_entity s
  JOIN staged_value v ON v.sid = s.sid AND v.field = $F.STATUS
  LEFT JOIN status_word w ON w.word = v.text
 WHERE s.kind = $K.SERVICE;
INSERT INTO staged_value (sid, field, text)
SELECT v.sid, $F.IN_FORCE_BASIS, coalesce(w.meaning, 'nobody told this program what its status means')
  FROM staged_entity s
  JOIN staged_value v ON v.sid = s.sid AND v.field = $F.STATUS
  LEFT JOIN status_word w ON w.word = v.text
 WHERE s.kind = $K.SERVICE;

-- Providers, auditors and agencies.
INSERT INTO staged_presence (sid, parent, name)
SELECT s.sid, c.sid, s.key
  FROM staged_entity s
  JOIN staged_entity c ON c.kind = $K.COLLECTION AND c.key = CASE s.kind WHEN $K.PROVIDER THEN 'providers' WHEN $K.AUDITOR THEN 'auditors' ELSE 'agencies' END
 WHERE s.kind IN ($K.PROVIDER, $K.AUDITOR, $K.AGENCY);
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT p.service, $R.SELF, 'provider', s.sid, '../../providers/' || s.key
  FROM staged_party p JOIN staged_entity s ON s.sid = p.party
 WHERE s.kind = $K.PROVIDER;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT p.party, $R.SERVICES, v.name, p.service, '../../../services/' || v.name
  FROM staged_party p JOIN staged_presence v ON v.sid = p.service
 WHERE v.parent = (SELECT sid FROM staged_entity WHERE kind = $K.COLLECTION AND key = 'services');

-- Baselines and own statements.
INSERT INTO staged_value (sid, field, text)
SELECT DISTINCT d.service, $F.CONTROLS_BASIS,
       CASE WHEN t.kind <> $K.BASELINE THEN 'statement'
            WHEN t.key LIKE '%-class-' || c.text THEN 'class'
            ELSE 'level' END
  FROM staged_declaration d
  JOIN staged_entity t ON t.sid = d.target
  LEFT JOIN staged_value c ON c.sid = d.service AND c.field = $F.CLASS;
-- Without controls a listed service says so, unless its list knows none at all.
INSERT INTO staged_value (sid, field, text)
SELECT p.sid, $F.CONTROLS_BASIS, 'none'
  FROM staged_entity c
 CROSS JOIN staged_presence p ON p.parent = c.sid
 WHERE c.kind = $K.COLLECTION AND c.key = 'services'
   AND (EXISTS (SELECT 1 FROM entity WHERE kind IN ($K.CONTROL, $K.BASELINE))
        OR EXISTS (SELECT 1 FROM staged_entity WHERE kind IN ($K.CONTROL, $K.BASELINE)))
ON CONFLICT DO NOTHING;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT d.service, $R.SELF, 'controls', t.sid, '../../baselines/' || t.key || '/controls'
  FROM staged_declaration d JOIN staged_entity t ON t.sid = d.target
 WHERE t.kind = $K.BASELINE;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT d.service, $R.CONTROLS, substr(t.key, instr(t.key, '/') + 1), t.sid, '../../../controls/' || t.key
  FROM staged_declaration d JOIN staged_entity t ON t.sid = d.target
 WHERE t.kind = $K.CONTROL;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT d.target, $R.SERVICES, v.name, d.service,
       CASE t.kind WHEN $K.BASELINE THEN '../../../services/' ELSE '../../../../services/' END || v.name
  FROM staged_declaration d
  JOIN staged_entity t ON t.sid = d.target
  JOIN staged_presence v ON v.sid = d.service
 WHERE v.parent = (SELECT sid FROM staged_entity WHERE kind = $K.COLLECTION AND key = 'services');

-- What services are built on, where that is or was listed; or else its number.
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT s.sid, $R.LEVERAGES, v.name, t.sid, '../../../' || c.key || '/' || v.name
  FROM staged_leverage l
 CROSS JOIN staged_entity s ON s.kind = $K.SERVICE AND s.key = l.service
 CROSS JOIN staged_entity t ON t.kind = $K.SERVICE AND t.key = l.target
 CROSS JOIN staged_presence v ON v.sid = t.sid
 CROSS JOIN staged_entity c ON c.sid = v.parent;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT t.sid, $R.LEVERAGED_BY, v.name, s.sid, '../../../services/' || v.name
  FROM staged_leverage l
 CROSS JOIN staged_entity s ON s.kind = $K.SERVICE AND s.key = l.service
 CROSS JOIN staged_presence v ON v.sid = s.sid
 CROSS JOIN staged_entity t ON t.kind = $K.SERVICE AND t.key = l.target
 WHERE v.parent = (SELECT sid FROM staged_entity WHERE kind = $K.COLLECTION AND key = 'services');
INSERT INTO staged_value (sid, field, text)
SELECT sid, $F.LEVERAGES_UNLISTED, group_concat(number, char(10))
  FROM (SELECT s.sid AS sid, l.number AS number
          FROM staged_leverage l
         CROSS JOIN staged_entity s ON s.kind = $K.SERVICE AND s.key = l.service
         WHERE NOT EXISTS (SELECT 1 FROM staged_entity t WHERE t.kind = $K.SERVICE AND t.key = l.target)
         ORDER BY s.sid, l.number)
 GROUP BY sid
ON CONFLICT DO NOTHING;

-- Listed services under their names. Where several have one name, each has its
-- key behind it (name~key), and none the bare name. Those with a key come first:
-- a service that is called like another's name with its key is the one left out.
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT c.sid, $R.SELF, iif(n.namesakes > 1, n.name || '~' || n.key, n.name), n.service, '../services/' || n.key
  FROM staged_entity c
 CROSS JOIN (SELECT service, key, name, count(*) OVER (PARTITION BY name) AS namesakes FROM staged_name) n
 WHERE c.kind = $K.COLLECTION AND c.key = 'by-name'
 ORDER BY n.namesakes = 1, n.key
ON CONFLICT DO NOTHING;

-- Directories by status, level, class and month of expiry.
INSERT INTO staged_facet (service, name, listed_in, farm, word)
SELECT v.sid, v.name, c.key, 'by-status', x.text
  FROM staged_presence v
  JOIN staged_entity c ON c.sid = v.parent AND c.kind = $K.COLLECTION AND c.key IN ('services', 'delisted')
  JOIN staged_value x ON x.sid = v.sid AND x.field = $F.STATUS
UNION ALL
SELECT v.sid, v.name, c.key, 'by-level', x.text
  FROM staged_presence v
  JOIN staged_entity c ON c.sid = v.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
  JOIN staged_value x ON x.sid = v.sid AND x.field = $F.LEVEL AND x.text <> ''
UNION ALL
SELECT v.sid, v.name, c.key, 'by-class', x.text
  FROM staged_presence v
  JOIN staged_entity c ON c.sid = v.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
  JOIN staged_value x ON x.sid = v.sid AND x.field = $F.CLASS AND x.text <> ''
UNION ALL
SELECT v.sid, v.name, c.key, 'by-expiry', substr(x.text, 1, 7)
  FROM staged_presence v
  JOIN staged_entity c ON c.sid = v.parent AND c.kind = $K.COLLECTION AND c.key = 'services'
  JOIN staged_value x ON x.sid = v.sid AND x.field = $F.VALID_UNTIL AND length(x.text) >= 7;

INSERT INTO staged_entity (kind, key) SELECT DISTINCT $K.FACET, farm || '/' || word FROM staged_facet;
INSERT INTO staged_presence (sid, parent, name)
SELECT s.sid, c.sid, substr(s.key, instr(s.key, '/') + 1)
  FROM staged_entity s
  JOIN staged_entity c ON c.kind = $K.COLLECTION AND c.key = substr(s.key, 1, instr(s.key, '/') - 1)
 WHERE s.kind = $K.FACET;
INSERT INTO staged_link (sid, relation, name, target, path)
SELECT s.sid, $R.SELF, f.name, f.service, '../../' || f.listed_in || '/' || f.name
  FROM staged_facet f JOIN staged_entity s ON s.kind = $K.FACET AND s.key = f.farm || '/' || f.word;
