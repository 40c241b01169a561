-- Names, keys, indexes and constraints are the server's: its errors quote them, and where a query has no ORDER BY,
-- they decide the order of the rows.
CREATE TABLE folders (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  parent_folder_id INTEGER REFERENCES folders(id) ON DELETE SET NULL,
  zip_file_id INTEGER REFERENCES files(id),
  mod_time TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE files (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  basename TEXT NOT NULL CHECK (basename != ''),
  zip_file_id INTEGER REFERENCES files(id),
  parent_folder_id INTEGER NOT NULL REFERENCES folders(id),
  size INTEGER NOT NULL,
  mod_time TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX files_in_folder ON files (parent_folder_id, basename);
CREATE INDEX files_zip ON files (zip_file_id);
CREATE TABLE files_fingerprints (
  file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  PRIMARY KEY (file_id, type, fingerprint)
);
CREATE INDEX fingerprints_by_value ON files_fingerprints (type, fingerprint);
CREATE TABLE image_files (
  file_id INTEGER NOT NULL PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
  format TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL
);
CREATE TABLE video_files (
  file_id INTEGER NOT NULL PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
  duration REAL NOT NULL, video_codec TEXT NOT NULL, format TEXT NOT NULL, audio_codec TEXT NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, frame_rate REAL NOT NULL, bit_rate INTEGER NOT NULL
);
CREATE TABLE tags (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT, sort_name TEXT, description TEXT,
  favorite BOOLEAN NOT NULL DEFAULT 0, ignore_auto_tag BOOLEAN NOT NULL DEFAULT 0, image_blob TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE INDEX tags_name ON tags (name);
CREATE TABLE tag_aliases (
  tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
  alias TEXT NOT NULL,
  PRIMARY KEY (tag_id, alias)
);
CREATE UNIQUE INDEX tag_aliases_alias_unique ON tag_aliases (alias);
CREATE TABLE tags_relations (
  parent_id INTEGER REFERENCES tags(id) ON DELETE CASCADE,
  child_id INTEGER REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (parent_id, child_id)
);
CREATE TABLE studios (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  parent_id INTEGER CHECK (id IS NOT parent_id) REFERENCES studios(id) ON DELETE SET NULL,
  details TEXT, rating INTEGER,
  favorite BOOLEAN NOT NULL DEFAULT 0, ignore_auto_tag BOOLEAN NOT NULL DEFAULT 0, image_blob TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE studio_aliases (
  studio_id INTEGER NOT NULL REFERENCES studios(id) ON DELETE CASCADE,
  alias TEXT NOT NULL,
  PRIMARY KEY (studio_id, alias)
);
CREATE UNIQUE INDEX studio_aliases_alias_unique ON studio_aliases (alias);
CREATE TABLE studio_urls (
  studio_id INTEGER NOT NULL REFERENCES studios(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, url TEXT NOT NULL,
  PRIMARY KEY (studio_id, position, url)
);
CREATE TABLE studios_tags (
  studio_id INTEGER NOT NULL REFERENCES studios(id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (studio_id, tag_id)
);
CREATE TABLE performers (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL, disambiguation TEXT, gender TEXT,
  birthdate TEXT, birthdate_precision INTEGER, death_date TEXT, death_date_precision INTEGER,
  ethnicity TEXT, country TEXT, eye_color TEXT, hair_color TEXT, height INTEGER, weight INTEGER,
  measurements TEXT, fake_tits TEXT, penis_length REAL, circumcised TEXT, career_length TEXT,
  tattoos TEXT, piercings TEXT, details TEXT, rating INTEGER,
  favorite BOOLEAN NOT NULL DEFAULT 0, ignore_auto_tag BOOLEAN NOT NULL DEFAULT 0, image_blob TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX performers_name_disambiguation_unique ON performers (name, disambiguation)
  WHERE disambiguation IS NOT NULL;
CREATE UNIQUE INDEX performers_name_unique ON performers (name) WHERE disambiguation IS NULL;
CREATE TABLE performer_aliases (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  alias TEXT NOT NULL,
  PRIMARY KEY (performer_id, alias)
);
CREATE TABLE performer_urls (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, url TEXT NOT NULL,
  PRIMARY KEY (performer_id, position, url)
);
CREATE TABLE performer_custom_fields (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  field TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (performer_id, field)
);
CREATE TABLE performers_tags (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (performer_id, tag_id)
);
CREATE TABLE galleries (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  folder_id INTEGER UNIQUE REFERENCES folders(id) ON DELETE SET NULL,
  title TEXT, code TEXT, date TEXT, date_precision INTEGER, details TEXT, photographer TEXT,
  studio_id INTEGER REFERENCES studios(id) ON DELETE SET NULL,
  rating INTEGER, organized BOOLEAN NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE gallery_urls (
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, url TEXT NOT NULL,
  PRIMARY KEY (gallery_id, position, url)
);
CREATE TABLE galleries_files (
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
  "primary" BOOLEAN NOT NULL,
  PRIMARY KEY (gallery_id, file_id)
);
CREATE UNIQUE INDEX unique_index_galleries_files_on_primary ON galleries_files (gallery_id) WHERE "primary" = 1;
CREATE INDEX galleries_files_file ON galleries_files (file_id);
CREATE TABLE galleries_chapters (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL, image_index INTEGER NOT NULL,
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE galleries_tags (
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (gallery_id, tag_id)
);
CREATE TABLE performers_galleries (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  PRIMARY KEY (gallery_id, performer_id)
);
CREATE TABLE images (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  title TEXT, code TEXT, rating INTEGER, date TEXT, date_precision INTEGER, details TEXT, photographer TEXT,
  studio_id INTEGER REFERENCES studios(id) ON DELETE SET NULL,
  o_counter INTEGER NOT NULL DEFAULT 0, organized BOOLEAN NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE INDEX images_studio ON images (studio_id) WHERE studio_id IS NOT NULL;
CREATE TABLE image_urls (
  image_id INTEGER NOT NULL REFERENCES images(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, url TEXT NOT NULL,
  PRIMARY KEY (image_id, position, url)
);
CREATE TABLE images_files (
  image_id INTEGER NOT NULL REFERENCES images(id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
  "primary" BOOLEAN NOT NULL,
  PRIMARY KEY (image_id, file_id)
);
CREATE UNIQUE INDEX unique_index_images_files_on_primary ON images_files (image_id) WHERE "primary" = 1;
CREATE INDEX images_files_file ON images_files (file_id);
CREATE TABLE images_tags (
  image_id INTEGER REFERENCES images(id) ON DELETE CASCADE,
  tag_id INTEGER REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (image_id, tag_id)
);
CREATE INDEX images_tags_tag ON images_tags (tag_id);
CREATE TABLE performers_images (
  performer_id INTEGER REFERENCES performers(id) ON DELETE CASCADE,
  image_id INTEGER REFERENCES images(id) ON DELETE CASCADE,
  PRIMARY KEY (image_id, performer_id)
);
CREATE INDEX performers_images_performer ON performers_images (performer_id);
CREATE TABLE galleries_images (
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  image_id INTEGER NOT NULL REFERENCES images(id) ON DELETE CASCADE,
  cover BOOLEAN NOT NULL DEFAULT 0,
  PRIMARY KEY (gallery_id, image_id)
);
CREATE INDEX galleries_images_image ON galleries_images (image_id);
CREATE UNIQUE INDEX index_galleries_images_gallery_id_cover ON galleries_images (gallery_id, cover) WHERE cover = 1;
-- The first folder of a fresh library has id 2: the server's own migrations used up 1.
INSERT INTO sqlite_sequence (name, seq) VALUES ('folders', 1);
