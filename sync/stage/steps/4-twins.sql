-- Services whose names in by-name/ depend on those of affected ones: the
-- namesakes; who is called like a namesake's name with its number behind it; and
-- whose number makes such a name. Repeated until it finds nobody.

WITH RECURSIVE
-- Services with their names, as they were and as they will be.
named (key, name) AS (
  SELECT key, name FROM staged_name
  UNION
  SELECT e.key, r.name
    FROM affected a CROSS JOIN entity e ON e.id = a.id AND e.kind = 5 CROSS JOIN reading r ON r.entity = a.id
   WHERE r.name IS NOT NULL),
shown (name) AS (SELECT name FROM named UNION SELECT name || '~' || key FROM named),
cut (name, at) AS (
  SELECT name, instr(name, '~') FROM shown WHERE instr(name, '~') > 1
  UNION
  SELECT name, at + instr(substr(name, at + 1), '~') FROM cut WHERE instr(substr(name, at + 1), '~') > 0)
INSERT OR IGNORE INTO affected (id)
SELECT r.entity FROM named n CROSS JOIN reading r ON r.name = n.name CROSS JOIN entity e ON e.id = r.entity AND e.kind = 5
UNION
SELECT r.entity
  FROM named n CROSS JOIN reading r ON r.name = n.name || '~' || n.key CROSS JOIN entity e ON e.id = r.entity AND e.kind = 5
UNION
SELECT r.entity
  FROM cut c
 CROSS JOIN entity e ON e.kind = 5 AND e.key = substr(c.name, c.at + 1)
 CROSS JOIN reading r ON r.entity = e.id AND r.name = substr(c.name, 1, c.at - 1);
