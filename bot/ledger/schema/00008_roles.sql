-- +goose Up
-- Who of a grid or a village is told of a task, who is asked next: residents have a role too, so there are thousands.
CREATE INDEX role_post ON role (township, role, village, grid);
