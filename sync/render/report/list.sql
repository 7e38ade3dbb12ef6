-- What the page says of the list itself, as one JSON object. The newest publication: a pruning says nothing of its own.
SELECT json_object('title', s.title, 'titleEnglish', s.title_en, 'language', s.language, 'registry', s.registry, 'zone', s.time_zone,
                   'day', g.day, 'published', g.published_at, 'basis', g.published_basis, 'complete', g.complete, 'services', g.services,
                   'generation', (SELECT max(id) FROM generation), 'source', g.source,
                   'documents', json((SELECT json_group_array(json_array(role, iif(location GLOB 'http*://*', location, ''), sha256))
                                        FROM (SELECT * FROM source_document WHERE generation = g.id ORDER BY role <> 'list', role, location))),
                   'first', (SELECT min(day) FROM generation WHERE kept = 1),
                   'days', json((SELECT json_group_array(day)
                                   FROM (SELECT DISTINCT day FROM generation
                                          WHERE kept = 1 AND source NOT IN ('prune', 'upgrade') ORDER BY day DESC LIMIT 30)))),
       s.title, s.language, g.day, g.services, s.registry, (SELECT min(day) FROM generation WHERE kept = 1),
       g.source
  FROM store s, generation g
 WHERE g.source NOT IN ('prune', 'upgrade')
 ORDER BY g.id DESC LIMIT 1;
