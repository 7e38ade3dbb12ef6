-- What the workbook says of the list: title, registry, day, time of publication, basis of that, whether it is whole,
-- services, generation, zone, language; then each document's role, place and checksum as a text.
SELECT s.title, s.registry, g.day, g.published_at, g.published_basis, g.complete, g.services, (SELECT max(id) FROM generation), s.time_zone,
       (SELECT group_concat(role || ': ' || iif(location GLOB 'http*://*', location || ' ', '') || 'SHA-256 ' || sha256, char(10))
          FROM (SELECT * FROM source_document WHERE generation = g.id ORDER BY role <> 'list', role, location))
  FROM store s, generation g
 WHERE g.source NOT IN ('prune', 'upgrade')
 ORDER BY g.id DESC LIMIT 1;
