-- A timeline keeps events as they travel, instead of what people want to know of them: that is told when it is asked for.
-- Events that were recorded before the timeline kept their data are in it no more; their ids stay, as the inbox.
ALTER TABLE event_log ADD COLUMN event MEDIUMBLOB NULL COMMENT 'CloudEvent in JSON';
UPDATE event_log
SET event = JSON_MERGE_PATCH(
    JSON_OBJECT(
        'specversion', '1.0', 'id', event_id, 'source', source, 'type', type, 'subject', transaction_id,
        'time', CONCAT(DATE_FORMAT(time, '%Y-%m-%dT%H:%i:%s.'), LPAD(MICROSECOND(time) DIV 1000, 3, '0'), 'Z'),
        'datacontenttype', 'application/json', 'causationid', causation_id),
    JSON_OBJECT('data', JSON_COMPACT(data)))
WHERE data IS NOT NULL;
ALTER TABLE event_log
    DROP COLUMN type, DROP COLUMN source, DROP COLUMN causation_id, DROP COLUMN time, DROP COLUMN detail, DROP COLUMN data;
