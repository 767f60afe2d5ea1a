-- +goose Up
-- The boards (板块) that an account opens, with spaces between; '' for all of them. A link gives them on.
ALTER TABLE account ADD COLUMN boards TEXT NOT NULL DEFAULT '';
ALTER TABLE pass ADD COLUMN boards TEXT NOT NULL DEFAULT '';
-- The second factor that its owner is changing to, until a code shows that the phone has it.
ALTER TABLE account ADD COLUMN totp_next TEXT NOT NULL DEFAULT '';
