-- Reads every row that generations since ?1 began or ended, through its index.
SELECT iif((SELECT count(text) FROM value INDEXED BY value_from WHERE gen_from >= ?1)
           + (SELECT count(text) FROM value INDEXED BY value_to WHERE gen_to >= ?1)
           + (SELECT count(path) FROM link INDEXED BY link_from WHERE gen_from >= ?1)
           + (SELECT count(path) FROM link INDEXED BY link_to WHERE gen_to >= ?1)
           + (SELECT count(name) FROM presence INDEXED BY presence_from WHERE gen_from >= ?1)
           + (SELECT count(name) FROM presence INDEXED BY presence_to WHERE gen_to >= ?1)
           + (SELECT count(c.bytes)
                FROM document d INDEXED BY document_from
                JOIN chunk c ON c.document = d.id
               WHERE d.gen_from >= ?1) > 0,
           'ok', 'it has no rows');
