-- +goose Up
-- A file that came over the web page itself, in base64; other channels keep theirs, and are asked by ref.
ALTER TABLE attachment ADD COLUMN body TEXT NOT NULL DEFAULT '';
CREATE INDEX attachment_ref ON attachment (ref);
