-- The values of a service (?1) in a generation (?2); without the long ones where ?3 is 0.
SELECT field, text FROM value
 WHERE entity = ?1 AND gen_from <= ?2 AND (gen_to IS NULL OR gen_to > ?2)
   AND (?3 OR field NOT IN ($F.DESCRIPTION, $F.SCOPE, $F.SUBSEQUENT_EVENTS, $F.AGENCIES, $F.CERTIFIED_SERVICES,
                            $F.CERTIFIED_SERVICES_TABLE, $F.BUSINESS_FUNCTIONS))
 ORDER BY field;
