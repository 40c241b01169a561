-- Names, types, keys, indexes and their order are the server's: its errors quote them, and where a query has no
-- ORDER BY, SQLite chooses among them and thereby decides the order of the rows.
CREATE TABLE folders (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  path VARCHAR(255) NOT NULL,
  parent_folder_id INTEGER REFERENCES folders(id) ON DELETE SET NULL,
  mod_time DATETIME NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
  zip_file_id INTEGER REFERENCES files(id)
);
CREATE TABLE files (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  basename VARCHAR(255) NOT NULL CHECK (basename != ''),
  zip_file_id INTEGER REFERENCES files(id),
  parent_folder_id INTEGER NOT NULL REFERENCES folders(id),
  size INTEGER NOT NULL,
  mod_time DATETIME NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL
);
CREATE TABLE files_fingerprints (
  file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
  type VARCHAR(255) NOT NULL,
  fingerprint BLOB NOT NULL,
  PRIMARY KEY (file_id, type, fingerprint)
);
CREATE TABLE image_files (
  file_id INTEGER NOT NULL PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
  format VARCHAR(255) NOT NULL, width TINYINT NOT NULL, height TINYINT NOT NULL
);
CREATE TABLE video_files (
  file_id INTEGER NOT NULL PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
  duration FLOAT NOT NULL, video_codec VARCHAR(255) NOT NULL, format VARCHAR(255) NOT NULL,
  audio_codec VARCHAR(255) NOT NULL, width TINYINT NOT NULL, height TINYINT NOT NULL,
  frame_rate FLOAT NOT NULL, bit_rate INTEGER NOT NULL
);
CREATE TABLE tags (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(255), created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
  ignore_auto_tag BOOLEAN NOT NULL DEFAULT 0, description TEXT, image_blob VARCHAR(255),
  favorite BOOLEAN NOT NULL DEFAULT 0, sort_name VARCHAR(255)
);
CREATE TABLE tags_relations (
  parent_id INTEGER REFERENCES tags(id) ON DELETE CASCADE,
  child_id INTEGER REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (parent_id, child_id)
);
CREATE TABLE tag_aliases (
  tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
  alias VARCHAR(255) NOT NULL,
  PRIMARY KEY (tag_id, alias)
);
CREATE TABLE studios (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(255) NOT NULL,
  parent_id INTEGER CHECK (id IS NOT parent_id) REFERENCES studios(id) ON DELETE SET NULL,
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
  details TEXT, rating TINYINT,
  ignore_auto_tag BOOLEAN NOT NULL DEFAULT 0, image_blob VARCHAR(255), favorite BOOLEAN NOT NULL DEFAULT 0
);
CREATE TABLE studio_aliases (
  studio_id INTEGER NOT NULL REFERENCES studios(id) ON DELETE CASCADE,
  alias VARCHAR(255) NOT NULL,
  PRIMARY KEY (studio_id, alias)
);
CREATE TABLE studio_urls (
  studio_id INTEGER NOT NULL REFERENCES studios(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, url VARCHAR(255) NOT NULL,
  PRIMARY KEY (studio_id, position, url)
);
CREATE TABLE studios_tags (
  studio_id INTEGER NOT NULL REFERENCES studios(id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (studio_id, tag_id)
);
CREATE TABLE performers (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(255) NOT NULL, disambiguation VARCHAR(255), gender VARCHAR(20), birthdate DATE,
  ethnicity VARCHAR(255), country VARCHAR(255), eye_color VARCHAR(255), height INT, measurements VARCHAR(255),
  fake_tits VARCHAR(255), career_length VARCHAR(255), tattoos VARCHAR(255), piercings VARCHAR(255),
  favorite BOOLEAN NOT NULL DEFAULT 0, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
  details TEXT, death_date DATE, hair_color VARCHAR(255), weight INTEGER, rating TINYINT,
  ignore_auto_tag BOOLEAN NOT NULL DEFAULT 0, image_blob VARCHAR(255), penis_length FLOAT,
  circumcised VARCHAR(10), birthdate_precision TINYINT, death_date_precision TINYINT
);
CREATE TABLE performer_aliases (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  alias VARCHAR(255) NOT NULL,
  PRIMARY KEY (performer_id, alias)
);
CREATE TABLE performer_urls (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, url VARCHAR(255) NOT NULL,
  PRIMARY KEY (performer_id, position, url)
);
CREATE TABLE performer_custom_fields (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  field VARCHAR(64) NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (performer_id, field)
);
CREATE TABLE performers_tags (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (performer_id, tag_id)
);
CREATE TABLE galleries (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  folder_id INTEGER REFERENCES folders(id) ON DELETE SET NULL,
  title VARCHAR(255), date DATE, details TEXT,
  studio_id INTEGER REFERENCES studios(id) ON DELETE SET NULL,
  rating TINYINT, organized BOOLEAN NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
  code TEXT, photographer TEXT, date_precision TINYINT
);
CREATE TABLE gallery_urls (
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, url VARCHAR(255) NOT NULL,
  PRIMARY KEY (gallery_id, position, url)
);
CREATE TABLE galleries_files (
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
  "primary" BOOLEAN NOT NULL,
  PRIMARY KEY (gallery_id, file_id)
);
CREATE TABLE galleries_chapters (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  title VARCHAR(255) NOT NULL, image_index INTEGER NOT NULL,
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL
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
  title VARCHAR(255), rating TINYINT,
  studio_id INTEGER REFERENCES studios(id) ON DELETE SET NULL,
  o_counter TINYINT NOT NULL DEFAULT 0, organized BOOLEAN NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
  date DATE, code TEXT, photographer TEXT, details TEXT, date_precision TINYINT
);
CREATE TABLE image_urls (
  image_id INTEGER NOT NULL REFERENCES images(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, url VARCHAR(255) NOT NULL,
  PRIMARY KEY (image_id, position, url)
);
CREATE TABLE images_files (
  image_id INTEGER NOT NULL REFERENCES images(id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
  "primary" BOOLEAN NOT NULL,
  PRIMARY KEY (image_id, file_id)
);
CREATE TABLE images_tags (
  image_id INTEGER REFERENCES images(id) ON DELETE CASCADE,
  tag_id INTEGER REFERENCES tags(id) ON DELETE CASCADE,
  PRIMARY KEY (image_id, tag_id)
);
CREATE TABLE performers_images (
  performer_id INTEGER REFERENCES performers(id) ON DELETE CASCADE,
  image_id INTEGER REFERENCES images(id) ON DELETE CASCADE,
  PRIMARY KEY (image_id, performer_id)
);
CREATE TABLE galleries_images (
  gallery_id INTEGER NOT NULL REFERENCES galleries(id) ON DELETE CASCADE,
  image_id INTEGER NOT NULL REFERENCES images(id) ON DELETE CASCADE,
  cover BOOLEAN NOT NULL DEFAULT 0,
  PRIMARY KEY (gallery_id, image_id)
);
CREATE TABLE saved_filters (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(510) NOT NULL, mode VARCHAR(255) NOT NULL,
  find_filter BLOB, object_filter BLOB, ui_options BLOB,
  UNIQUE (mode, name)
);
CREATE TABLE tag_stash_ids (
  tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
  endpoint VARCHAR(255) NOT NULL, stash_id VARCHAR(36) NOT NULL, updated_at DATETIME NOT NULL
);
CREATE TABLE studio_stash_ids (
  studio_id INTEGER NOT NULL REFERENCES studios(id) ON DELETE CASCADE,
  endpoint VARCHAR(255) NOT NULL, stash_id VARCHAR(36) NOT NULL, updated_at DATETIME NOT NULL
);
CREATE TABLE performer_stash_ids (
  performer_id INTEGER NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  endpoint VARCHAR(255) NOT NULL, stash_id VARCHAR(36) NOT NULL, updated_at DATETIME NOT NULL
);
-- The fake server has no scenes and no groups: tables without rows, for the criteria and sorts that count them.
CREATE TABLE scenes (id INTEGER PRIMARY KEY, studio_id INTEGER);
CREATE TABLE scenes_files (scene_id INTEGER, file_id INTEGER);
CREATE TABLE scenes_galleries (scene_id INTEGER, gallery_id INTEGER);
CREATE TABLE scenes_tags (scene_id INTEGER, tag_id INTEGER);
CREATE TABLE scene_markers_tags (scene_marker_id INTEGER, tag_id INTEGER);
CREATE TABLE performers_scenes (performer_id INTEGER, scene_id INTEGER);
CREATE TABLE groups_tags (group_id INTEGER, tag_id INTEGER);

CREATE INDEX index_tags_on_name ON tags (name);
CREATE INDEX index_folders_on_parent_folder_id ON folders (parent_folder_id);
CREATE UNIQUE INDEX index_folders_on_path_unique ON folders (path);
CREATE UNIQUE INDEX index_files_zip_basename_unique ON files (zip_file_id, parent_folder_id, basename)
  WHERE zip_file_id IS NOT NULL;
CREATE UNIQUE INDEX index_files_on_parent_folder_id_basename_unique ON files (parent_folder_id, basename);
CREATE INDEX index_files_on_basename ON files (basename);
CREATE INDEX index_folders_on_zip_file_id ON folders (zip_file_id) WHERE zip_file_id IS NOT NULL;
CREATE INDEX index_fingerprint_type_fingerprint ON files_fingerprints (type, fingerprint);
CREATE INDEX index_images_files_on_file_id ON images_files (file_id);
CREATE UNIQUE INDEX unique_index_images_files_on_primary ON images_files (image_id) WHERE "primary" = 1;
CREATE INDEX index_galleries_files_file_id ON galleries_files (file_id);
CREATE UNIQUE INDEX unique_index_galleries_files_on_primary ON galleries_files (gallery_id) WHERE "primary" = 1;
CREATE INDEX index_performer_stash_ids_on_performer_id ON performer_stash_ids (performer_id);
CREATE INDEX index_studio_stash_ids_on_studio_id ON studio_stash_ids (studio_id);
CREATE INDEX index_performers_images_on_performer_id ON performers_images (performer_id);
CREATE INDEX index_images_tags_on_tag_id ON images_tags (tag_id);
CREATE INDEX index_galleries_images_on_image_id ON galleries_images (image_id);
CREATE INDEX index_performers_galleries_on_performer_id ON performers_galleries (performer_id);
CREATE INDEX index_galleries_tags_on_tag_id ON galleries_tags (tag_id);
CREATE INDEX index_performers_tags_on_tag_id ON performers_tags (tag_id);
CREATE UNIQUE INDEX tag_aliases_alias_unique ON tag_aliases (alias);
CREATE UNIQUE INDEX studio_aliases_alias_unique ON studio_aliases (alias);
CREATE INDEX performer_aliases_alias ON performer_aliases (alias);
CREATE INDEX index_galleries_chapters_on_gallery_id ON galleries_chapters (gallery_id);
CREATE UNIQUE INDEX index_studios_on_name_unique ON studios (name);
CREATE INDEX image_urls_url ON image_urls (url);
CREATE INDEX gallery_urls_url ON gallery_urls (url);
CREATE INDEX index_galleries_on_studio_id ON galleries (studio_id);
CREATE UNIQUE INDEX index_galleries_on_folder_id_unique ON galleries (folder_id);
CREATE INDEX performers_urls_url ON performer_urls (url);
CREATE UNIQUE INDEX performers_name_disambiguation_unique ON performers (name, disambiguation)
  WHERE disambiguation IS NOT NULL;
CREATE UNIQUE INDEX performers_name_unique ON performers (name) WHERE disambiguation IS NULL;
CREATE INDEX index_studios_tags_on_tag_id ON studios_tags (tag_id);
CREATE UNIQUE INDEX index_galleries_images_gallery_id_cover ON galleries_images (gallery_id, cover) WHERE cover = 1;
CREATE INDEX index_images_on_studio_id ON images (studio_id) WHERE studio_id IS NOT NULL;
CREATE INDEX studio_urls_url ON studio_urls (url);

-- The first folder of a fresh library has id 2: the server's own migrations used up 1.
INSERT INTO sqlite_sequence (name, seq) VALUES ('folders', 1);
