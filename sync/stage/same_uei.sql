-- Renamed, too, when all services that were listed under one provider, whose name
-- is gone, are listed under the new name now (2-parties.sql). ?1 the new name's
-- staging id.
SELECT g.key FROM heir h CROSS JOIN gone_party g ON g.id = h.gone WHERE h.party = ?1;
