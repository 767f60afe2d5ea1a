-- +goose Up
-- Who of a grid or a village is told of a task, who is asked next: residents have a role too, so there are thousands.
CREATE INDEX role_post ON role (township, role, village, grid);

-- What the platform's figures of a year are made of, summed while the journal is written, so that a report does not
-- read it whole. prove reckons them anew. month is local, 202611. Each writer has its rows: replicas do not wait.
CREATE TABLE summed (
  township TEXT NOT NULL, month BIGINT NOT NULL, what TEXT NOT NULL, part TEXT NOT NULL, writer BIGINT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (township, month, what, part, writer)
);
-- What has happened to a matter in a local year, as bits, so that it is counted once. was holds the bits before the last.
CREATE TABLE standing (
  record BIGINT NOT NULL, year BIGINT NOT NULL, marks BIGINT NOT NULL, was BIGINT NOT NULL, PRIMARY KEY (record, year)
);

-- The share of answers found useful reads the index alone.
DROP INDEX rating_at;
CREATE INDEX rating_at ON rating (township, at, value);
