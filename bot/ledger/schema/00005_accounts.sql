-- +goose Up
-- Who may open the console. An account is a person, under the same key; its name stands in identity. Passwords are
-- argon2id; links, sessions and recovery codes are kept as hashes only.
CREATE TABLE account (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, login TEXT NOT NULL, role TEXT NOT NULL,
  villages TEXT NOT NULL,                    -- ids with spaces between; '' for the whole township
  password TEXT NOT NULL, totp TEXT NOT NULL,
  step BIGINT NOT NULL,                      -- the last TOTP step used: a code serves once
  created BIGINT NOT NULL, ended BIGINT NOT NULL, maker BIGINT NOT NULL,
  UNIQUE (township, login)
);
CREATE TABLE recovery (account BIGINT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (account, hash));
CREATE TABLE session (hash TEXT PRIMARY KEY, account BIGINT NOT NULL, created BIGINT NOT NULL, seen BIGINT NOT NULL);
CREATE INDEX session_account ON session (account);
-- A one-time link that makes an account; maker 0 is the first-run link.
CREATE TABLE pass (
  hash TEXT PRIMARY KEY, township TEXT NOT NULL, role TEXT NOT NULL, villages TEXT NOT NULL, totp TEXT NOT NULL,
  maker BIGINT NOT NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL, used BIGINT NOT NULL
);
-- Failed tries to get in, by the keyed hash of a login or an address, within a window.
CREATE TABLE attempt (hash TEXT PRIMARY KEY, n BIGINT NOT NULL, since BIGINT NOT NULL);

CREATE INDEX looked_matter ON looked (matter);
CREATE INDEX looked_at ON looked (township, at);
CREATE INDEX handover_opened ON handover (township, opened);
CREATE INDEX registration_at ON registration (township, at);
CREATE INDEX event_reported ON event (township, reported);
CREATE INDEX rating_at ON rating (township, at);
-- The console's sums read the index alone.
DROP INDEX matter_opened;
CREATE INDEX matter_opened ON matter (township, opened, village, topic);
