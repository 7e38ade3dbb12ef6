-- Two generations with all that the chain's text must get right: tabs, line ends and backslashes in texts, keys
-- and names of fields, an empty text, texts that aren't ASCII, rows that only one generation has, a document
-- without a time, a directory of files made of others (which the chain leaves out).
INSERT INTO store (one, uuid, registry, title, title_en, time_zone, language, schema_version)
VALUES (1, '01234567-89ab-4cde-8f01-23456789abcd', 'example', '例のリスト', 'A list for example', 'Asia/Tokyo', 'ja', 2);
INSERT INTO kind (id, name, meaning, meaning_ja)
VALUES (1, 'root', '', ''), (2, 'collection', '', ''), (5, 'service', '', ''), (11, 'derived', '', '');
INSERT INTO relation (id, name, meaning, meaning_ja) VALUES (0, '.', '', ''), (4, 'leverages', '', '');
INSERT INTO field (id, name, type, meaning, meaning_ja)
VALUES (10, 'name', 'line', '', ''), (42, 'description', 'text', '', ''), (1000, 'extra.a\b', 'text', '', '');
INSERT INTO generation (id, published_at, published_basis, day, mtime, fetched_at, source, complete, services, held_until, chain)
VALUES (1, 1767193200000, 'stated', '2026-01-01', 1767193200000000000, 1767200000123, 'interchange', 1, 2, 1767279000000,
        '0000000000000000000000000000000000000000000000000000000000000000'),
       (2, 1767279600000, 'given', '2026-01-02', 1767279600000000000, 1767280000456, 'interchange', 0, 1, NULL,
        '0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO source_document (generation, role, shape, location, sha256, published_at)
VALUES (1, 'list', 'interchange', 'https://example.org/list.json',
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 1767193200000),
       (2, 'overview', '', 'b' || char(9) || '.json',
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', NULL),
       (2, 'changelog', 'changelog-1', 'a.json',
        '01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b', 1767279600000),
       (2, 'list', 'interchange', 'https://example.org/list.json',
        '01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b', NULL);
INSERT INTO entity (id, kind, key)
VALUES (1, 1, '/'), (2, 2, 'services'), (3, 5, 'A-1'), (4, 5, 'B' || char(9) || '\' || char(10)), (5, 11, 'changes');
INSERT INTO presence (id, entity, kind, parent, name, gen_from, gen_to)
VALUES (1, 2, 2, 1, 'services', 1, NULL), (2, 3, 5, 2, 'A-1', 1, NULL), (3, 4, 5, 2, 'B', 1, 2),
       (4, 5, 11, 1, 'changes', 1, NULL);
INSERT INTO value (id, entity, field, gen_from, gen_to, size, text)
VALUES (1, 3, 10, 1, 2, 10, '東雲ク'), (2, 3, 42, 1, NULL, 0, ''),
       (3, 3, 1000, 1, 2, 12, 'one' || char(13, 10) || char(9) || 'two\n'), (4, 4, 10, 1, 2, 2, 'B'),
       (5, 3, 10, 2, NULL, 2, 'C'), (6, 3, 1000, 2, NULL, 2, char(127));
INSERT INTO link (id, entity, relation, name, target, path, gen_from, gen_to)
VALUES (1, 3, 4, 'B', 4, '../../../services/B', 1, 2), (2, 5, 0, 'latest', 5, '2026-01-02.tsv', 2, NULL);
