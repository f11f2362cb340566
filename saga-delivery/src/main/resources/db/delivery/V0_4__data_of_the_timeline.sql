-- A timeline has what its events say, for people who want to see them whole.
ALTER TABLE event_log ADD COLUMN data MEDIUMTEXT CHARACTER SET utf8mb4 NULL COMMENT 'JSON';
