-- +goose Up
-- What a township says in its cards' place. A version is written once and never changed; only its state moves, and each
-- move is a card_step. body is the card's whole file; the texts are the office's own words, written to be published.
CREATE TABLE card_version (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, card TEXT NOT NULL, n BIGINT NOT NULL, -- n counts the card's versions
  kind TEXT NOT NULL,                        -- edit, keep (the program's own text), retire (no text: served no more)
  body TEXT NOT NULL,
  base BIGINT NOT NULL,                      -- the version that was served when this one was written; 0: the program's card
  own TEXT NOT NULL,                         -- digest of the program's text then; '' where it has no such card
  state TEXT NOT NULL,                       -- draft, proposed, returned, withdrawn, published, replaced
  maker BIGINT NOT NULL, at BIGINT NOT NULL, reason TEXT NOT NULL,
  source BIGINT NOT NULL,                    -- the matter whose answer or question it was written from; 0: none
  UNIQUE (township, card, n)
);
CREATE UNIQUE INDEX card_served ON card_version (township, card) WHERE state = 'published';
CREATE INDEX card_state ON card_version (township, state);
CREATE TABLE card_step (
  version BIGINT NOT NULL, n BIGINT NOT NULL,
  act TEXT NOT NULL,                         -- proposed, approved, returned, withdrawn
  who BIGINT NOT NULL, at BIGINT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (version, n)
);
-- Somebody read a card against a new version of a law and found it still right. text is the digest of the card then.
CREATE TABLE card_check (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, card TEXT NOT NULL, law TEXT NOT NULL, version TEXT NOT NULL,
  text TEXT NOT NULL, who BIGINT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX card_check_law ON card_check (township, law, version);
CREATE INDEX matter_card ON matter (township, card, opened);
CREATE INDEX draft_state ON draft (township, state);
