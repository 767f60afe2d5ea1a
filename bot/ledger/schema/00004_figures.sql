-- +goose Up
-- The figures that no bot can see, signed by staff, and what people write into the annual report. Nothing here is
-- overwritten: a correction is a new row, and the last one counts. who is the key of whoever signed. The texts are the
-- office's own words, written to be published; names of officials who sat an exam stand in examinee alone.

CREATE TABLE entry (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, key TEXT NOT NULL, year BIGINT NOT NULL,
  month BIGINT NOT NULL,                     -- 1 to 12; 0 for the whole year
  value BIGINT NOT NULL, who BIGINT NOT NULL, at BIGINT NOT NULL, note TEXT NOT NULL
);
CREATE INDEX entry_year ON entry (township, year);
CREATE TABLE zero (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, key TEXT NOT NULL, year BIGINT NOT NULL,
  who BIGINT NOT NULL, at BIGINT NOT NULL, words TEXT NOT NULL
);
CREATE INDEX zero_year ON zero (township, year);

-- Study, popularisation and the six settings (学法、普法、六进). corrects names the row that this one takes the place of.
CREATE TABLE activity (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL, setting TEXT NOT NULL, place TEXT NOT NULL,
  heads BIGINT NOT NULL, body TEXT NOT NULL, corrects BIGINT NOT NULL, void BIGINT NOT NULL, who BIGINT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX activity_day ON activity (township, day);

-- Exams in law. Marks are tenths of a point. sitter is a keyed hash that tells the same person in two exams.
CREATE TABLE exam (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, day TEXT NOT NULL, title TEXT NOT NULL, pass BIGINT NOT NULL,
  corrects BIGINT NOT NULL, void BIGINT NOT NULL, who BIGINT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX exam_day ON exam (township, day);
CREATE TABLE score (id BIGINT PRIMARY KEY, exam BIGINT NOT NULL, sitter TEXT NOT NULL, mark BIGINT NOT NULL, UNIQUE (exam, sitter));
CREATE TABLE examinee (score BIGINT PRIMARY KEY, name TEXT NOT NULL);

-- What people write into the report, and what it promises for a year; a promise is kept or not, with a reason.
CREATE TABLE slot (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, year BIGINT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
  who BIGINT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX slot_year ON slot (township, year);
CREATE TABLE promise (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, year BIGINT NOT NULL, body TEXT NOT NULL, who BIGINT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX promise_year ON promise (township, year);
CREATE TABLE verdict (
  id BIGINT PRIMARY KEY, promise BIGINT NOT NULL, fate TEXT NOT NULL, why TEXT NOT NULL, who BIGINT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX verdict_promise ON verdict (promise);
