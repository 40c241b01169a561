BEGIN TRANSACTION;
PRAGMA user_version = 1;
CREATE TABLE changes (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,
  field TEXT NOT NULL,
  previewed TEXT NOT NULL,
  rules TEXT NOT NULL,
  change TEXT NOT NULL,
  PRIMARY KEY (plan, image, field, previewed)
) WITHOUT ROWID;
INSERT INTO "changes" VALUES(1,1,'tags','','["tags"]','[[["1","Old"]],[[null,"applied"],[null,"Shared"]],[[null,"applied"],[null,"Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(1,1,'title','','["titles"]','["before 1","applied 1",[],[]]');
INSERT INTO "changes" VALUES(1,2,'tags','','["tags"]','[[["1","Old"]],[[null,"applied"],[null,"Shared"]],[[null,"applied"],[null,"Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(1,2,'title','','["titles"]','["before 2","applied 2",[],[]]');
INSERT INTO "changes" VALUES(2,3,'tags','','["tags"]','[[["1","Old"]],[[null,"undone"],["3","Shared"]],[[null,"undone"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(2,3,'title','','["titles"]','["before 3","undone 3",[],[]]');
INSERT INTO "changes" VALUES(2,4,'tags','','["tags"]','[[["1","Old"]],[[null,"undone"],["3","Shared"]],[[null,"undone"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(2,4,'title','','["titles"]','["before 4","undone 4",[],[]]');
INSERT INTO "changes" VALUES(3,3,'tags','','["tags"]','[[["3","Shared"],["4","undone"]],[["1","Old"]],[["1","Old"]],[["4","undone"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(3,3,'title','','["titles"]','["undone 3","before 3",[],[]]');
INSERT INTO "changes" VALUES(3,4,'tags','','["tags"]','[[["3","Shared"],["4","undone"]],[["1","Old"]],[["1","Old"]],[["4","undone"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(3,4,'title','','["titles"]','["undone 4","before 4",[],[]]');
INSERT INTO "changes" VALUES(4,5,'tags','','["tags"]','[[["1","Old"]],[[null,"redone"],["3","Shared"]],[[null,"redone"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(4,5,'title','','["titles"]','["before 5","redone 5",[],[]]');
INSERT INTO "changes" VALUES(4,6,'tags','','["tags"]','[[["1","Old"]],[[null,"redone"],["3","Shared"]],[[null,"redone"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(4,6,'title','','["titles"]','["before 6","redone 6",[],[]]');
INSERT INTO "changes" VALUES(5,5,'tags','','["tags"]','[[["5","redone"],["3","Shared"]],[["1","Old"]],[["1","Old"]],[["5","redone"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(5,5,'title','','["titles"]','["redone 5","before 5",[],[]]');
INSERT INTO "changes" VALUES(5,6,'tags','','["tags"]','[[["5","redone"],["3","Shared"]],[["1","Old"]],[["1","Old"]],[["5","redone"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(5,6,'title','','["titles"]','["redone 6","before 6",[],[]]');
INSERT INTO "changes" VALUES(6,5,'tags','','["tags"]','[[["1","Old"]],[["3","Shared"]],[["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(6,5,'title','','["titles"]','["before 5","redone 5",[],[]]');
INSERT INTO "changes" VALUES(6,6,'tags','','["tags"]','[[["1","Old"]],[["3","Shared"]],[["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(6,6,'title','','["titles"]','["before 6","redone 6",[],[]]');
INSERT INTO "changes" VALUES(7,7,'tags','','["tags"]','[[["1","Old"]],[[null,"edited"],["3","Shared"]],[[null,"edited"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(7,7,'title','','["titles"]','["before 7","edited 7",[],[]]');
INSERT INTO "changes" VALUES(7,8,'tags','','["tags"]','[[["1","Old"]],[[null,"edited"],["3","Shared"]],[[null,"edited"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(7,8,'title','','["titles"]','["before 8","edited 8",[],[]]');
INSERT INTO "changes" VALUES(8,7,'tags','','["tags"]','[[["6","edited"],["3","Shared"]],[["1","Old"]],[["1","Old"]],[["6","edited"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(8,8,'tags','','["tags"]','[[["6","edited"],["3","Shared"]],[["1","Old"]],[["1","Old"]],[["6","edited"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(8,8,'title','','["titles"]','["edited 8","before 8",[],[]]');
INSERT INTO "changes" VALUES(9,12,'tags','','["tags"]','[[["1","Old"]],[[null,"failed"],["3","Shared"]],[[null,"failed"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(9,12,'title','','["titles"]','["before 12","failed 12",[],[]]');
INSERT INTO "changes" VALUES(9,13,'tags','','["tags"]','[[["1","Old"]],[[null,"failed"],["3","Shared"]],[[null,"failed"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(9,13,'title','','["titles"]','["before 13","failed 13",[],[]]');
INSERT INTO "changes" VALUES(9,14,'tags','','["tags"]','[[["1","Old"]],[[null,"failed"],["3","Shared"]],[[null,"failed"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(9,14,'title','','["titles"]','["before 14","failed 14",[],[]]');
INSERT INTO "changes" VALUES(10,9,'tags','','["tags"]','[[["1","Old"]],[[null,"stopped"],["3","Shared"]],[[null,"stopped"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(10,9,'title','','["titles"]','["before 9","stopped 9",[],[]]');
INSERT INTO "changes" VALUES(10,10,'tags','','["tags"]','[[["1","Old"]],[[null,"stopped"],["3","Shared"]],[[null,"stopped"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(10,10,'title','','["titles"]','["before 10","stopped 10",[],[]]');
INSERT INTO "changes" VALUES(10,11,'tags','','["tags"]','[[["1","Old"]],[[null,"stopped"],["3","Shared"]],[[null,"stopped"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(10,11,'title','','["titles"]','["before 11","stopped 11",[],[]]');
INSERT INTO "changes" VALUES(11,15,'tags','','["tags"]','[[["1","Old"]],[[null,"interrupted"],["3","Shared"]],[[null,"interrupted"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(11,15,'title','','["titles"]','["before 15","interrupted 15",[],[]]');
INSERT INTO "changes" VALUES(11,16,'tags','','["tags"]','[[["1","Old"]],[[null,"interrupted"],["3","Shared"]],[[null,"interrupted"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(11,16,'title','','["titles"]','["before 16","interrupted 16",[],[]]');
INSERT INTO "changes" VALUES(11,17,'tags','','["tags"]','[[["1","Old"]],[[null,"interrupted"],["3","Shared"]],[[null,"interrupted"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(11,17,'title','','["titles"]','["before 17","interrupted 17",[],[]]');
INSERT INTO "changes" VALUES(12,15,'tags','','["tags"]','[[["9","interrupted"],["3","Shared"]],[["1","Old"]],[["1","Old"]],[["9","interrupted"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(12,15,'title','','["titles"]','["interrupted 15","before 15",[],[]]');
INSERT INTO "changes" VALUES(12,16,'tags','','["tags"]','[[["9","interrupted"],["3","Shared"]],[["1","Old"]],[["1","Old"]],[["9","interrupted"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(12,16,'title','','["titles"]','["interrupted 16","before 16",[],[]]');
INSERT INTO "changes" VALUES(12,17,'tags','','["tags"]','[[["9","interrupted"],["3","Shared"]],[["1","Old"]],[["1","Old"]],[["9","interrupted"],["3","Shared"]]]');
INSERT INTO "changes" VALUES(12,17,'title','','["titles"]','["interrupted 17","before 17",[],[]]');
INSERT INTO "changes" VALUES(13,18,'tags','','["import"]','[[["1","Old"]],[["1","Old"],[null,"Imported"]],[[null,"Imported"]],[]]');
INSERT INTO "changes" VALUES(13,18,'title','','["import"]','["before 18","row 18",[],[]]');
INSERT INTO "changes" VALUES(13,19,'tags','','["import"]','[[["1","Old"]],[["1","Old"],[null,"Imported"]],[[null,"Imported"]],[]]');
INSERT INTO "changes" VALUES(13,19,'title','','["import"]','["before 19","row 19",[],[]]');
INSERT INTO "changes" VALUES(14,24,'title','','["scanned"]','["before 24","new 24",[],[]]');
INSERT INTO "changes" VALUES(14,25,'title','','["scanned"]','["before 25","new 25",[],[]]');
INSERT INTO "changes" VALUES(15,20,'tags','','["tags"]','[[["1","Old"]],[[null,"previewed"],["3","Shared"]],[[null,"previewed"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(15,20,'title','','["titles"]','["before 20","previewed 20",[],[]]');
INSERT INTO "changes" VALUES(15,21,'tags','','["tags"]','[[["1","Old"]],[[null,"previewed"],["3","Shared"]],[[null,"previewed"],["3","Shared"]],[["1","Old"]]]');
INSERT INTO "changes" VALUES(15,21,'title','','["titles"]','["before 21","previewed 21",[],[]]');
CREATE TABLE images (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,
  path TEXT NOT NULL,
  md5 TEXT NOT NULL,
  organized INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'planned',
  reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (plan, image)
) WITHOUT ROWID;
INSERT INTO "images" VALUES(1,1,'/library/ai/a1111.png','a51e912e72add69922eac810822ac413',0,'changed','');
INSERT INTO "images" VALUES(1,2,'/library/ai/comfy.png','31f7598cecb5c282fba90b1c62cc2a6b',0,'changed','');
INSERT INTO "images" VALUES(2,3,'/library/comics/book.zip/page01.jpg','ba8c21aea729b4107c0f423b7737b4e7',0,'changed','');
INSERT INTO "images" VALUES(2,4,'/library/comics/book.zip/page02.jpg','3c7f5eed0cf487fe5aad469c06df82ee',0,'changed','');
INSERT INTO "images" VALUES(3,3,'/library/comics/book.zip/page01.jpg','ba8c21aea729b4107c0f423b7737b4e7',0,'changed','');
INSERT INTO "images" VALUES(3,4,'/library/comics/book.zip/page02.jpg','3c7f5eed0cf487fe5aad469c06df82ee',0,'changed','');
INSERT INTO "images" VALUES(4,5,'/library/comics/book.zip/page03.jpg','50396524eeebd08c946406960f1f26ee',0,'changed','');
INSERT INTO "images" VALUES(4,6,'/library/gallery-dl/danbooru/someartist/danbooru_5228224_cddabb4f5d8c29a3c5c9fef98c1c9bf0.png','f2131b13f3d7fb4eb353bbe2b82f900d',0,'changed','');
INSERT INTO "images" VALUES(5,5,'/library/comics/book.zip/page03.jpg','50396524eeebd08c946406960f1f26ee',0,'changed','');
INSERT INTO "images" VALUES(5,6,'/library/gallery-dl/danbooru/someartist/danbooru_5228224_cddabb4f5d8c29a3c5c9fef98c1c9bf0.png','f2131b13f3d7fb4eb353bbe2b82f900d',0,'changed','');
INSERT INTO "images" VALUES(6,5,'/library/comics/book.zip/page03.jpg','50396524eeebd08c946406960f1f26ee',0,'changed','');
INSERT INTO "images" VALUES(6,6,'/library/gallery-dl/danbooru/someartist/danbooru_5228224_cddabb4f5d8c29a3c5c9fef98c1c9bf0.png','f2131b13f3d7fb4eb353bbe2b82f900d',0,'changed','');
INSERT INTO "images" VALUES(7,7,'/library/misc/''; DROP TABLE images; --.jpg','59ca05b811c5280736609bd4c868f085',0,'changed','');
INSERT INTO "images" VALUES(7,8,'/library/misc/100% {sure} $(x) `y`.png','424f3474b739f150549eb7674b5e0d5f',0,'changed','');
INSERT INTO "images" VALUES(8,7,'/library/misc/''; DROP TABLE images; --.jpg','59ca05b811c5280736609bd4c868f085',0,'changed','');
INSERT INTO "images" VALUES(8,8,'/library/misc/100% {sure} $(x) `y`.png','424f3474b739f150549eb7674b5e0d5f',0,'changed','');
INSERT INTO "images" VALUES(9,12,'/library/misc/new
line.png','578b8f11ad65a987fc5bc0af0141517e',0,'changed','');
INSERT INTO "images" VALUES(9,13,'/library/misc/not_a_picture.jpg','d857e51e3911cc8d659dc5f16e77ada9',0,'sent','');
INSERT INTO "images" VALUES(9,14,'/library/misc/photo.webp','ccc787ea2198e000e70b892b34e25a68',0,'planned','');
INSERT INTO "images" VALUES(10,9,'/library/misc/animated.gif','a96855c96ce727a6657866ca9a3db7bb',0,'changed','');
INSERT INTO "images" VALUES(10,10,'/library/misc/darktable.jpg','209d459e9a3305005e5a59b8fd9d1700',0,'sent','');
INSERT INTO "images" VALUES(10,11,'/library/misc/lightroom.jpg','a25bc98ed89f959e87eff37908098386',0,'planned','');
INSERT INTO "images" VALUES(11,15,'/library/misc/plain.png','2682df666e3acc1659cb5f12eefbe3e9',0,'changed','');
INSERT INTO "images" VALUES(11,16,'/library/misc/truncated.jpg','79b8dbce1b88b3dc329e2a9ea6e134bd',0,'changed','');
INSERT INTO "images" VALUES(11,17,'/library/misc/twin_a.jpg','fd8c6c7224536821a03618778a09fd70',0,'changed','');
INSERT INTO "images" VALUES(12,15,'/library/misc/plain.png','2682df666e3acc1659cb5f12eefbe3e9',0,'sent','');
INSERT INTO "images" VALUES(12,16,'/library/misc/truncated.jpg','79b8dbce1b88b3dc329e2a9ea6e134bd',0,'planned','');
INSERT INTO "images" VALUES(12,17,'/library/misc/twin_a.jpg','fd8c6c7224536821a03618778a09fd70',0,'planned','');
INSERT INTO "images" VALUES(13,18,'/library/photos/2011/IMG_20110501_183000.jpg','25d980038478febb68d0322e990a9b58',0,'changed','');
INSERT INTO "images" VALUES(13,19,'/library/photos/bad_date.jpg','92fac3527cc5ccdbbe0ff1182a957192',0,'changed','');
INSERT INTO "images" VALUES(14,24,'/library/sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress/002.jpg','ee83b256d257cfbe59cc2cedfa0ba550',0,'changed','');
INSERT INTO "images" VALUES(14,25,'/library/sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress/003.jpg','ba76b42a80b82b85fe578115db3781db',0,'changed','');
INSERT INTO "images" VALUES(15,20,'/library/photos/iptc_only.jpg','8a60cbadbf5580457e35c0fea4cafba7',0,'planned','');
INSERT INTO "images" VALUES(15,21,'/library/photos/rotated.jpg','0ad9c2cfb2bf34ef3973bb1daccab2ad',0,'planned','');
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "marks" VALUES('new images above','25');
INSERT INTO "marks" VALUES('new images looked at','2026-12-01T06:57:17.403+00:00');
CREATE TABLE names (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  images INTEGER NOT NULL,
  id TEXT,
  state TEXT NOT NULL DEFAULT 'planned',
  PRIMARY KEY (plan, kind, name)
) WITHOUT ROWID;
INSERT INTO "names" VALUES(1,'tags','Shared',2,'3','made');
INSERT INTO "names" VALUES(1,'tags','applied',2,'2','made');
INSERT INTO "names" VALUES(2,'tags','undone',2,NULL,'taken back');
INSERT INTO "names" VALUES(4,'tags','redone',2,NULL,'taken back');
INSERT INTO "names" VALUES(7,'tags','edited',2,NULL,'taken back');
INSERT INTO "names" VALUES(9,'tags','failed',3,'7','made');
INSERT INTO "names" VALUES(10,'tags','stopped',3,'8','made');
INSERT INTO "names" VALUES(11,'tags','interrupted',3,'9','made');
INSERT INTO "names" VALUES(13,'tags','Imported',2,'10','made');
INSERT INTO "names" VALUES(15,'tags','previewed',2,NULL,'planned');
CREATE TABLE notes (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER,
  text TEXT NOT NULL
);
INSERT INTO "notes" VALUES(6,5,'/library/comics/book.zip/page03.jpg: redone (tags) is gone');
INSERT INTO "notes" VALUES(6,6,'/library/gallery-dl/danbooru/someartist/danbooru_5228224_cddabb4f5d8c29a3c5c9fef98c1c9bf0.png: redone (tags) is gone');
INSERT INTO "notes" VALUES(8,7,'/library/misc/''; DROP TABLE images; --.jpg: title was changed since');
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mode TEXT NOT NULL,
  status TEXT NOT NULL,
  by_hand INTEGER NOT NULL,
  started TEXT NOT NULL,
  ended TEXT,
  plan INTEGER REFERENCES runs (id),
  undoes INTEGER REFERENCES runs (id),
  key TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  counts TEXT NOT NULL DEFAULT '{}'
);
INSERT INTO "runs" VALUES(1,'rules_apply','done',1,'2026-12-01T06:57:14.574+00:00','2026-12-01T06:57:14.950+00:00',1,NULL,'b0d6b9565824bbea:01ec8ca1670b3a74','','{"seen": 2, "matched": 2, "planned": 2, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"titles": {"matched": 2, "planned": 2}, "tags": {"matched": 2, "planned": 2}}, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "seconds": 0.4}');
INSERT INTO "runs" VALUES(2,'rules_apply','undone',1,'2026-12-01T06:57:15.011+00:00','2026-12-01T06:57:15.219+00:00',2,NULL,'4ce0b87b27ec2b04:a445a100374764e8','','{"seen": 2, "matched": 2, "planned": 2, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"titles": {"matched": 2, "planned": 2}, "tags": {"matched": 2, "planned": 2}}, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "seconds": 0.2}');
INSERT INTO "runs" VALUES(3,'undo','done',1,'2026-12-01T06:57:15.236+00:00','2026-12-01T06:57:15.359+00:00',3,2,'','','{"matched": 2, "planned": 2, "left_alone": 0, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "names": ["undone"]}');
INSERT INTO "runs" VALUES(4,'rules_apply','undone',1,'2026-12-01T06:57:15.372+00:00','2026-12-01T06:57:15.494+00:00',4,NULL,'7de85da6f24b9e2c:a37fe6023c92246c','','{"seen": 2, "matched": 2, "planned": 2, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"titles": {"matched": 2, "planned": 2}, "tags": {"matched": 2, "planned": 2}}, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "seconds": 0.1}');
INSERT INTO "runs" VALUES(5,'undo','undone',1,'2026-12-01T06:57:15.513+00:00','2026-12-01T06:57:15.598+00:00',5,4,'','','{"matched": 2, "planned": 2, "left_alone": 0, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "names": ["redone"]}');
INSERT INTO "runs" VALUES(6,'undo','done',1,'2026-12-01T06:57:15.606+00:00','2026-12-01T06:57:15.690+00:00',6,5,'','','{"matched": 2, "planned": 2, "left_alone": 2, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "names": []}');
INSERT INTO "runs" VALUES(7,'rules_apply','undone',1,'2026-12-01T06:57:15.702+00:00','2026-12-01T06:57:16.162+00:00',7,NULL,'d63577ccec76dea7:1f7ad15402e32676','','{"seen": 2, "matched": 2, "planned": 2, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"titles": {"matched": 2, "planned": 2}, "tags": {"matched": 2, "planned": 2}}, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "seconds": 0.5}');
INSERT INTO "runs" VALUES(8,'undo','done',1,'2026-12-01T06:57:16.225+00:00','2026-12-01T06:57:16.418+00:00',8,7,'','','{"matched": 2, "planned": 2, "left_alone": 1, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "names": ["edited"]}');
INSERT INTO "runs" VALUES(9,'rules_apply','failed',1,'2026-12-01T06:57:16.442+00:00','2026-12-01T06:57:16.655+00:00',9,NULL,'a0536ecc169ba57f:e45c7e5beb87f178','http://127.0.0.1:40821/graphql: 401: Stash does not accept the credentials (an API key that is wrong, or a session that has run out).','{"seen": 3, "matched": 3, "planned": 3, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"titles": {"matched": 3, "planned": 3}, "tags": {"matched": 3, "planned": 3}}, "changed": 1, "skipped": 0, "failed": 0, "left_out": 0, "in_doubt": 1}');
INSERT INTO "runs" VALUES(10,'rules_apply','stopped',1,'2026-12-01T06:57:16.664+00:00','2026-12-01T06:57:16.840+00:00',10,NULL,'7e49b1cbbcbb1eba:6c91d45b33257498','http://127.0.0.1:40821/graphql: 500 Internal Server Error: not what Stash answers, but 4 bytes of no known type.','{"seen": 3, "matched": 3, "planned": 3, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"titles": {"matched": 3, "planned": 3}, "tags": {"matched": 3, "planned": 3}}, "changed": 1, "skipped": 0, "failed": 0, "left_out": 0, "in_doubt": 1}');
INSERT INTO "runs" VALUES(11,'rules_apply','done',1,'2026-12-01T06:57:16.859+00:00','2026-12-01T06:57:17.090+00:00',11,NULL,'5d01620b7c6dc440:5db522b4c61b7b6b','','{"seen": 3, "matched": 3, "planned": 3, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"titles": {"matched": 3, "planned": 3}, "tags": {"matched": 3, "planned": 3}}, "changed": 3, "skipped": 0, "failed": 0, "left_out": 0, "seconds": 0.3}');
INSERT INTO "runs" VALUES(12,'undo','failed',1,'2026-12-01T06:57:17.119+00:00','2026-12-01T06:57:17.193+00:00',12,11,'','http://127.0.0.1:40821/graphql: 401: Stash does not accept the credentials (an API key that is wrong, or a session that has run out).','{"matched": 3, "planned": 3, "left_alone": 0, "changed": 0, "skipped": 0, "failed": 0, "left_out": 0, "in_doubt": 1}');
INSERT INTO "runs" VALUES(13,'import_images','done',1,'2026-12-01T06:57:17.208+00:00','2026-12-01T06:57:17.333+00:00',13,NULL,'99926f48fcf0b8b69d3e6a280119b8d68c6e2c2d1545f050e8dc34e6fcfb7c96:True','','{"table": "/image_tools/imports/table.csv", "report": "/image_tools/exports/table-report-13.csv", "rows": 2, "matched": 2, "planned": 2, "already_right": 0, "conflicts": 0, "problems": 0, "changed": 2, "skipped": 0, "failed": 0, "left_out": 0, "seconds": 0.1}');
INSERT INTO "runs" VALUES(14,'process_new_images','done',0,'2026-12-01T06:57:17.412+00:00','2026-12-01T06:57:17.502+00:00',14,NULL,'','','{"changed": 2, "skipped": 0, "failed": 0, "seen": 2, "matched": 2, "planned": 2, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"scanned": {"matched": 2, "planned": 2}}}');
INSERT INTO "runs" VALUES(15,'rules_preview','done',1,'2026-12-01T06:57:17.521+00:00','2026-12-01T06:57:17.574+00:00',15,NULL,'69246d4f7e6f9acf:78f16c2e2d24b4d2','','{"seen": 2, "matched": 2, "planned": 2, "preview": 0, "already_right": 0, "organized": 0, "problems": 0, "rules": {"titles": {"matched": 2, "planned": 2}, "tags": {"matched": 2, "planned": 2}}, "seconds": 0.1}');
CREATE TABLE waiting (image INTEGER PRIMARY KEY, since TEXT NOT NULL);
INSERT INTO "waiting" VALUES(1,'2026-11-30T10:00:00+00:00');
CREATE INDEX images_by_state ON images (plan, state, image);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('runs',15);
COMMIT;
