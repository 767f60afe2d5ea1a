-- +goose Up
-- Times are Unix milliseconds (UTC). Keys are made by the program (see ids.go). Names, phones and free text
-- stand in identity, words and attachment alone, so that erasing a person deletes rows there and leaves the counts.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE counter (township TEXT NOT NULL, name TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (township, name));

-- One chain of the journal per writer: a process has one on SQLite and a few on PostgreSQL.
CREATE TABLE writer (
  id BIGINT PRIMARY KEY, started BIGINT NOT NULL,
  head BIGINT NOT NULL, hash TEXT NOT NULL,  -- its last entry
  named BIGINT NOT NULL                      -- the last of its entries that another chain has named
);
CREATE TABLE journal (
  writer BIGINT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, township TEXT NOT NULL, event TEXT NOT NULL,
  hash TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (writer, n)
);
CREATE INDEX journal_event ON journal (township, event, at);

CREATE TABLE chat (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL,
  seq BIGINT NOT NULL, person BIGINT NOT NULL, state TEXT NOT NULL, updated BIGINT NOT NULL,
  UNIQUE (channel, address)
);
CREATE INDEX chat_person ON chat (person);

CREATE TABLE message (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, chat BIGINT NOT NULL, seq BIGINT NOT NULL,
  inbound BIGINT NOT NULL, channel TEXT NOT NULL, external TEXT,
  at BIGINT NOT NULL, fate TEXT NOT NULL, kind TEXT NOT NULL, matter BIGINT NOT NULL, digest TEXT NOT NULL,
  UNIQUE (channel, external), UNIQUE (chat, seq)
);
CREATE INDEX message_matter ON message (matter, seq);
CREATE INDEX message_at ON message (township, at);
CREATE TABLE words (message BIGINT PRIMARY KEY, chat BIGINT NOT NULL, salt TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX words_chat ON words (chat);
CREATE TABLE attachment (
  id BIGINT PRIMARY KEY, message BIGINT NOT NULL, chat BIGINT NOT NULL,
  kind TEXT NOT NULL, ref TEXT NOT NULL, name TEXT NOT NULL, size BIGINT NOT NULL
);
CREATE INDEX attachment_chat ON attachment (chat);

CREATE TABLE person (id BIGINT PRIMARY KEY, township TEXT NOT NULL, created BIGINT NOT NULL, erased BIGINT NOT NULL);
CREATE TABLE identity (person BIGINT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL);
CREATE TABLE role (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, person BIGINT NOT NULL, role TEXT NOT NULL, village TEXT NOT NULL,
  since BIGINT NOT NULL, until BIGINT NOT NULL, duty BIGINT NOT NULL, UNIQUE (person, role)
);
CREATE TABLE registration (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, person BIGINT NOT NULL, village TEXT NOT NULL, kind TEXT NOT NULL,
  consent TEXT NOT NULL, at BIGINT NOT NULL, again BIGINT NOT NULL
);
-- Keyed hashes of the addresses that have registered: they tell a second registration from a first and say nothing else.
CREATE TABLE tally (hash TEXT PRIMARY KEY, township TEXT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE invite (
  code TEXT PRIMARY KEY, township TEXT NOT NULL, role TEXT NOT NULL, village TEXT NOT NULL,
  created BIGINT NOT NULL, expires BIGINT NOT NULL, used BIGINT NOT NULL, person BIGINT NOT NULL
);

CREATE TABLE matter (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, no TEXT, chat BIGINT NOT NULL, person BIGINT NOT NULL,
  village TEXT NOT NULL, topic TEXT NOT NULL, card TEXT NOT NULL, state TEXT NOT NULL,
  opened BIGINT NOT NULL, closed BIGINT NOT NULL, UNIQUE (township, no)
);
CREATE INDEX matter_chat ON matter (chat, opened);
CREATE INDEX matter_opened ON matter (township, opened);
CREATE TABLE rating (
  matter BIGINT NOT NULL, message BIGINT NOT NULL, township TEXT NOT NULL, card TEXT NOT NULL, value BIGINT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (matter, message)
);
CREATE TABLE handover (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, matter BIGINT NOT NULL, chat BIGINT NOT NULL, village TEXT NOT NULL,
  reason TEXT NOT NULL, state TEXT NOT NULL, step BIGINT NOT NULL, holder BIGINT NOT NULL,
  opened BIGINT NOT NULL, promised BIGINT NOT NULL, claimed BIGINT NOT NULL, answered BIGINT NOT NULL, missed BIGINT NOT NULL
);
CREATE INDEX handover_matter ON handover (matter);
CREATE INDEX handover_state ON handover (township, state);
CREATE TABLE offer (
  handover BIGINT NOT NULL, step BIGINT NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL, until BIGINT NOT NULL,
  result TEXT NOT NULL, PRIMARY KEY (handover, step)
);
CREATE INDEX offer_person ON offer (person, result);
CREATE TABLE draft (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, matter BIGINT NOT NULL, question BIGINT NOT NULL, answer BIGINT NOT NULL,
  person BIGINT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL
);

-- Who opened a person's matter, so that the person can be told.
CREATE TABLE looked (id BIGINT PRIMARY KEY, township TEXT NOT NULL, chat BIGINT NOT NULL, matter BIGINT NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX looked_chat ON looked (chat);

CREATE TABLE timer (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, due BIGINT NOT NULL, kind TEXT NOT NULL, ref BIGINT NOT NULL,
  step BIGINT NOT NULL, owner BIGINT NOT NULL, lease BIGINT NOT NULL
);
CREATE INDEX timer_due ON timer (due);
CREATE TABLE outbox (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, chat BIGINT NOT NULL, seq BIGINT NOT NULL, channel TEXT NOT NULL,
  address TEXT NOT NULL, body TEXT NOT NULL, due BIGINT NOT NULL, tries BIGINT NOT NULL, owner BIGINT NOT NULL, lease BIGINT NOT NULL
);
CREATE INDEX outbox_chat ON outbox (chat, seq);
