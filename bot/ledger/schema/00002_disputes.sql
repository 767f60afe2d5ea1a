-- +goose Up
-- A dispute put to people's mediation. rules is the dispute as package casework knows it, without names; state, level,
-- category, outcome and due repeat it for queries. Names and free text stand in party_name and particular.
CREATE TABLE dispute (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, no BIGINT, year BIGINT NOT NULL, matter BIGINT NOT NULL, chat BIGINT NOT NULL,
  village TEXT NOT NULL, category TEXT NOT NULL, level TEXT NOT NULL, state TEXT NOT NULL, outcome TEXT NOT NULL, rules TEXT NOT NULL,
  mediator BIGINT NOT NULL, step BIGINT NOT NULL, finder BIGINT NOT NULL,
  opened BIGINT NOT NULL, due BIGINT NOT NULL, closed BIGINT NOT NULL, UNIQUE (township, year, no)
);
CREATE INDEX dispute_state ON dispute (township, state);
CREATE INDEX dispute_mediator ON dispute (mediator, state);
CREATE INDEX dispute_chat ON dispute (chat);
CREATE INDEX dispute_matter ON dispute (matter);
CREATE INDEX dispute_opened ON dispute (township, opened);

-- n is the party's place in the rules. code is the hash of the word by which the other party answers.
CREATE TABLE party (
  id BIGINT PRIMARY KEY, dispute BIGINT NOT NULL, n BIGINT NOT NULL, side TEXT NOT NULL, chat BIGINT NOT NULL, person BIGINT NOT NULL,
  consent TEXT NOT NULL, how TEXT NOT NULL, at BIGINT NOT NULL, code TEXT NOT NULL, UNIQUE (dispute, n)
);
CREATE INDEX party_code ON party (code);
CREATE INDEX party_chat ON party (chat);
CREATE TABLE party_name (party BIGINT PRIMARY KEY, dispute BIGINT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL, about TEXT NOT NULL);
CREATE TABLE particular (dispute BIGINT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (dispute, name));

-- Who was asked to mediate, and how that ended: asked, accepted, declined, kin, missed, swapped, moved.
CREATE TABLE asked (
  dispute BIGINT NOT NULL, step BIGINT NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL, until BIGINT NOT NULL, result TEXT NOT NULL,
  why TEXT NOT NULL, PRIMARY KEY (dispute, step)
);
CREATE INDEX asked_person ON asked (person, result);
-- A seat at the joint table: asked, accepted, declined, passed, missed.
CREATE TABLE seat (
  dispute BIGINT NOT NULL, office TEXT NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL, until BIGINT NOT NULL, answered BIGINT NOT NULL,
  result TEXT NOT NULL, PRIMARY KEY (dispute, office, at)
);
CREATE INDEX seat_person ON seat (person, result);
CREATE TABLE meeting (id BIGINT PRIMARY KEY, dispute BIGINT NOT NULL, at BIGINT NOT NULL, place TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX meeting_dispute ON meeting (dispute);
CREATE TABLE vote (meeting BIGINT NOT NULL, party BIGINT NOT NULL, PRIMARY KEY (meeting, party));

-- Papers of the dossier, base64, and the hash by which they are proved.
CREATE TABLE paper (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, dispute BIGINT NOT NULL, item TEXT NOT NULL, n BIGINT NOT NULL,
  at BIGINT NOT NULL, person BIGINT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL,
  page TEXT NOT NULL,  -- the same to print from a browser
  UNIQUE (dispute, item, n)
);
-- Pictures and recordings kept as evidence. hash is empty until the file has been fetched from the channel.
CREATE TABLE evidence (
  id BIGINT PRIMARY KEY, township TEXT NOT NULL, dispute BIGINT NOT NULL, chat BIGINT NOT NULL, message BIGINT NOT NULL, kind TEXT NOT NULL,
  ref TEXT NOT NULL, at BIGINT NOT NULL, hash TEXT NOT NULL, size BIGINT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX evidence_dispute ON evidence (dispute);
-- The categories a mediator is good at, as told by themselves or by staff.
CREATE TABLE skill (person BIGINT PRIMARY KEY, township TEXT NOT NULL, skills TEXT NOT NULL);
