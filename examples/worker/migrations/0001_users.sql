CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  tags TEXT NOT NULL -- a JSON array
);

INSERT INTO users (id, name, email, tags) VALUES ('123', 'John Doe', 'john@example.com', '[]');
