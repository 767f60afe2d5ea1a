-- +goose Up
-- What grid workers report (event), what is sent down to them (task), and the places, never people, that are looked
-- at again and again (place). What was written about them stands in detail alone, under the writer's chat, so that
-- erasing a person deletes their words and leaves the counts.

ALTER TABLE role ADD COLUMN grid TEXT NOT NULL DEFAULT '';    -- of a grid worker or grid head; '' while unknown
ALTER TABLE invite ADD COLUMN grid TEXT NOT NULL DEFAULT '';

CREATE TABLE event (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, no TEXT NOT NULL, village TEXT NOT NULL, grid TEXT NOT NULL,
  kind TEXT NOT NULL,                        -- of the township's closed list
  outcome TEXT NOT NULL,                     -- task, dispute or note
  person BIGINT NOT NULL, chat BIGINT NOT NULL,
  noticed BIGINT NOT NULL, grain TEXT NOT NULL,  -- when it was seen, and how exactly that is known: now, part, day
  reported BIGINT NOT NULL, closed BIGINT NOT NULL,
  task BIGINT NOT NULL, matter BIGINT NOT NULL,  -- what came of it; 0 for nothing
  saved BIGINT NOT NULL,                     -- characters that nobody had to type again
  UNIQUE (township, no)
);
CREATE INDEX event_place ON event (township, village, grid, reported);
CREATE INDEX event_person ON event (person, reported);

CREATE TABLE task (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, no TEXT NOT NULL, village TEXT NOT NULL, grid TEXT NOT NULL,
  kind TEXT NOT NULL,                        -- of the event behind it; '' otherwise
  level TEXT NOT NULL,                       -- who does it: grid, village or town
  office TEXT NOT NULL,                      -- the office that takes it at town level
  source TEXT NOT NULL, ref BIGINT NOT NULL, -- event, place or order, and its key: an order's tasks share their words
  sender BIGINT NOT NULL, holder BIGINT NOT NULL, state TEXT NOT NULL,
  sent BIGINT NOT NULL, due BIGINT NOT NULL, done BIGINT NOT NULL, late BIGINT NOT NULL, again BIGINT NOT NULL,
  UNIQUE (township, no)
);
CREATE INDEX task_grid ON task (township, state, village, grid);
CREATE INDEX task_holder ON task (holder, state);
CREATE INDEX task_ref ON task (ref);

CREATE TABLE place (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, village TEXT NOT NULL, grid TEXT NOT NULL, every BIGINT NOT NULL,
  person BIGINT NOT NULL, listed BIGINT NOT NULL, dropped BIGINT NOT NULL
);
CREATE INDEX place_grid ON place (township, village, grid);

CREATE TABLE detail (
  id BIGINT PRIMARY KEY, record BIGINT NOT NULL, chat BIGINT NOT NULL,
  part TEXT NOT NULL,                        -- what, where, done, returned
  at BIGINT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX detail_record ON detail (record);
CREATE INDEX detail_chat ON detail (chat);

-- Which messages' pictures and locations belong to an event or a task.
CREATE TABLE shown (record BIGINT NOT NULL, message BIGINT NOT NULL, PRIMARY KEY (record, message));
