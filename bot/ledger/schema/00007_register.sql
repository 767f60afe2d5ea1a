-- +goose Up
-- What the office keeps by hand beside the figures: honours, meetings, lists of duties in their versions, the days on
-- which leaders receive people. As with figures nothing is overwritten: corrects names the row that this one takes the
-- place of, and void strikes it out. The texts are the office's own, written to be published.
CREATE TABLE register (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  due TEXT NOT NULL,                         -- a meeting's decisions are due, a list of duties ends; '' for neither
  corrects BIGINT NOT NULL, void BIGINT NOT NULL, who BIGINT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX register_day ON register (township, kind, day);

-- An annual report as it was published: the files, base64, and their hashes.
CREATE TABLE publication (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, year BIGINT NOT NULL, who BIGINT NOT NULL, at BIGINT NOT NULL,
  hash TEXT NOT NULL, docx TEXT NOT NULL, sheethash TEXT NOT NULL, xlsx TEXT NOT NULL
);
CREATE INDEX publication_year ON publication (township, year);

-- Whom a code was written out for; emptied when it is used or expires.
ALTER TABLE invite ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE invite ADD COLUMN phone TEXT NOT NULL DEFAULT '';
