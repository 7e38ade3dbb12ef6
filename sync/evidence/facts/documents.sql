-- What a generation (?1) rests on: its own documents or, where it has none, those of the last one before that had.
SELECT role, shape, location, sha256, coalesce(published_at, 0)
  FROM source_document
 WHERE generation = (SELECT max(generation) FROM source_document WHERE generation <= ?1 AND role NOT IN ('kept', 'forgotten', 'rewind'))
   AND role NOT IN ('kept', 'forgotten', 'rewind')
 ORDER BY role <> 'list', role, location;
