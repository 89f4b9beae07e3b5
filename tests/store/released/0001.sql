PRAGMA application_id = 2002875491;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alerts (
	seq INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	is_level BOOLEAN NOT NULL, 
	at VARCHAR NOT NULL, 
	told_at VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_alerts PRIMARY KEY (seq), 
	CONSTRAINT fk_alerts_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "alerts" VALUES(1,1,'0123456789abcdef','price-change','deepseek/deepseek-chat','firing',0,'2026-07-06T12:00:00.000000Z','2026-07-06T12:00:00.000000Z','{"id":"0123456789abcdef","event":"model.price_changed","subject":"deepseek/deepseek-chat","model":"deepseek/deepseek-chat","provider":null,"endpoint":null,"field":"pricing.prompt","old":"0.000001","new":"0.000002","percent":100.0,"at":"2026-07-06T12:00:00Z","not_before":"2026-07-06T11:59:00Z","status":"firing","rule":"price-change","severity":"info","told_at":"2026-07-06T12:00:00Z","context":{"cheapest":"fireworks"},"reasons":["100 % is at least 10 %"],"is_level":false}');
CREATE TABLE attempts (
	id INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	started_at VARCHAR NOT NULL, 
	ended_at VARCHAR NOT NULL, 
	outcome VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	next_at VARCHAR, 
	CONSTRAINT pk_attempts PRIMARY KEY (id), 
	CONSTRAINT fk_attempts_row FOREIGN KEY("row") REFERENCES outbox (id)
);
INSERT INTO "attempts" VALUES(1,1,'2026-07-06T12:00:00.000000Z','2026-07-06T12:00:00.000000Z','delivered','200 ok','delivered',NULL);
INSERT INTO "attempts" VALUES(2,2,'2026-07-06T12:00:00.000000Z','2026-07-06T12:00:00.000000Z','retry','200 ok','retry','2026-07-06T12:01:00.000000Z');
CREATE TABLE catalogs (
	id INTEGER NOT NULL, 
	base_url VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_catalogs PRIMARY KEY (id), 
	CONSTRAINT uq_catalogs_base_url UNIQUE (base_url)
);
INSERT INTO "catalogs" VALUES(1,'https://openrouter.ai',2);
INSERT INTO "catalogs" VALUES(2,'http://127.0.0.1:8080',1);
CREATE TABLE changes (
	id INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	not_before VARCHAR, 
	kind VARCHAR NOT NULL, 
	event VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	model VARCHAR, 
	provider VARCHAR, 
	endpoint VARCHAR, 
	field VARCHAR, 
	old TEXT NOT NULL, 
	new TEXT NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (id), 
	CONSTRAINT fk_changes_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "changes" VALUES(1,1,'2026-07-06T12:00:00.000000Z','2026-07-06T11:59:00.000000Z','model','model.price_changed','deepseek/deepseek-chat','deepseek/deepseek-chat','deepseek/deepseek-chat',NULL,NULL,'pricing.prompt','"0.000001"','"0.000002"');
INSERT INTO "changes" VALUES(2,1,'2026-07-06T12:01:00.000000Z','2026-07-06T12:00:00.000000Z','model','model.price_changed','anthropic/claude','anthropic/claude','anthropic/claude',NULL,NULL,'pricing.prompt','"0.000001"','"0.000002"');
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	receiver VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	notification TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	queued_at VARCHAR NOT NULL, 
	next_at VARCHAR, 
	settled_at VARCHAR, 
	token VARCHAR, 
	lease_until VARCHAR, 
	attempts INTEGER NOT NULL, 
	possible_repeat BOOLEAN NOT NULL, 
	CONSTRAINT pk_outbox PRIMARY KEY (id)
);
INSERT INTO "outbox" VALUES(1,'team-slack','#one','price-change','{"type":"notification","id":"a84845b894a1265ade840742","at":"2026-07-06T12:00:00Z","receiver":"team-slack","rule":"price-change","severity":"info","status":"firing","alerts":[{"id":"0123456789abcdef","event":"model.price_changed","subject":"deepseek/deepseek-chat","model":"deepseek/deepseek-chat","provider":null,"endpoint":null,"field":"pricing.prompt","old":"0.000001","new":"0.000002","percent":100.0,"at":"2026-07-06T12:00:00Z","not_before":"2026-07-06T11:59:00Z","status":"firing","rule":"price-change","severity":"info","told_at":"2026-07-06T12:00:00Z","context":{"cheapest":"fireworks"},"reasons":["100 % is at least 10 %"],"is_level":false}]}','delivered','2026-07-06T12:00:00.000000Z',NULL,'2026-07-06T12:00:00.000000Z',NULL,NULL,1,0);
INSERT INTO "outbox" VALUES(2,'team-slack','#one','price-change','{"type":"notification","id":"e3e3acf8047d7543c240718e","at":"2026-07-06T12:00:00Z","receiver":"team-slack","rule":"price-change","severity":"info","status":"firing","alerts":[{"id":"fedcba9876543210","event":"model.price_changed","subject":"deepseek/deepseek-chat","model":"deepseek/deepseek-chat","provider":null,"endpoint":null,"field":"pricing.prompt","old":"0.000001","new":"0.000002","percent":100.0,"at":"2026-07-06T12:00:00Z","not_before":"2026-07-06T11:59:00Z","status":"firing","rule":"price-change","severity":"info","told_at":"2026-07-06T12:00:00Z","context":{"cheapest":"fireworks"},"reasons":["100 % is at least 10 %"],"is_level":false}]}','retry','2026-07-06T12:00:00.000000Z','2026-07-06T12:01:00.000000Z',NULL,NULL,NULL,1,0);
INSERT INTO "outbox" VALUES(3,'team-slack','#two','price-change','{"type":"notification","id":"a84845b894a1265ade840742","at":"2026-07-06T12:00:00Z","receiver":"team-slack","rule":"price-change","severity":"info","status":"firing","alerts":[{"id":"0123456789abcdef","event":"model.price_changed","subject":"deepseek/deepseek-chat","model":"deepseek/deepseek-chat","provider":null,"endpoint":null,"field":"pricing.prompt","old":"0.000001","new":"0.000002","percent":100.0,"at":"2026-07-06T12:00:00Z","not_before":"2026-07-06T11:59:00Z","status":"firing","rule":"price-change","severity":"info","told_at":"2026-07-06T12:00:00Z","context":{"cheapest":"fireworks"},"reasons":["100 % is at least 10 %"],"is_level":false}]}','queued','2026-07-06T12:00:00.000000Z','2026-07-06T12:00:00.000000Z',NULL,NULL,NULL,0,0);
CREATE TABLE pauses (
	receiver VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	since VARCHAR NOT NULL, 
	next_at VARCHAR NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_pauses PRIMARY KEY (receiver, target)
);
INSERT INTO "pauses" VALUES('boss-mail','mail','2026-07-06T12:00:00.000000Z','2026-07-07T12:00:00.000000Z','SMTP 535');
CREATE TABLE refusals (
	id INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	surface VARCHAR NOT NULL, 
	reason TEXT NOT NULL, 
	held BOOLEAN NOT NULL, 
	CONSTRAINT pk_refusals PRIMARY KEY (id), 
	CONSTRAINT fk_refusals_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "refusals" VALUES(1,1,'2026-07-06T12:00:00.000000Z','models','HTML',0);
CREATE TABLE state (
	catalog INTEGER NOT NULL, 
	part VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_state PRIMARY KEY (catalog, part, "key"), 
	CONSTRAINT fk_state_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "state" VALUES(1,'providers','fireworks','{"uid":"fireworks","record":{"slug":"fireworks","name":"Fireworks","privacy_policy_url":null,"terms_of_service_url":null,"status_page_url":null,"headquarters":"US","datacenters":"DE\nUS"},"first_seen":"2026-07-06T12:00:00+00:00","since":"2026-07-06T12:00:00+00:00","missing_since":null,"last_seen":null,"gone":false,"past":[]}');
INSERT INTO "state" VALUES(1,'providers','together','{"uid":"together","record":{"slug":"together","name":"Together","privacy_policy_url":null,"terms_of_service_url":null,"status_page_url":null,"headquarters":"US","datacenters":"DE\nUS"},"first_seen":"2026-07-06T12:00:00+00:00","since":"2026-07-06T12:00:00+00:00","missing_since":null,"last_seen":null,"gone":false,"past":[]}');
INSERT INTO "state" VALUES(1,'surfaces','providers','{"believed_at":"2026-07-06T12:00:00+00:00","attempted_at":"2026-07-06T12:00:00+00:00","failures":0,"reason":null,"hold":null,"carried":[],"fading":{},"lost":[],"thinning":{},"keys":[]}');
INSERT INTO "state" VALUES(1,'rules','','"price-change"');
INSERT INTO "state" VALUES(2,'providers','azure','{"uid":"azure","record":{"slug":"azure","name":"Azure","privacy_policy_url":null,"terms_of_service_url":null,"status_page_url":null,"headquarters":"US","datacenters":"DE\nUS"},"first_seen":"2026-07-06T12:00:00+00:00","since":"2026-07-06T12:00:00+00:00","missing_since":null,"last_seen":null,"gone":false,"past":[]}');
INSERT INTO "state" VALUES(2,'surfaces','providers','{"believed_at":"2026-07-06T12:00:00+00:00","attempted_at":"2026-07-06T12:00:00+00:00","failures":0,"reason":null,"hold":null,"carried":[],"fading":{},"lost":[],"thinning":{},"keys":[]}');
INSERT INTO "state" VALUES(2,'rules','','"price-change"');
CREATE TABLE suppressed (
	id INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	gate VARCHAR NOT NULL, 
	rule VARCHAR, 
	subject VARCHAR NOT NULL, 
	field VARCHAR, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_suppressed PRIMARY KEY (id), 
	CONSTRAINT fk_suppressed_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "suppressed" VALUES(1,1,'2026-07-06T12:00:00.000000Z','schema',NULL,'a/b','x','68 rows');
CREATE TABLE telemetry (
	id INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	readings BLOB NOT NULL, 
	CONSTRAINT pk_telemetry PRIMARY KEY (id), 
	CONSTRAINT fk_telemetry_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "telemetry" VALUES(1,1,'2026-07-06T12:00:00.000000Z',X'78014D8EDB0AC2301044FF659F632F6AC1FA2B214868B7B6E44AB2418AF8EF6EA5059FE6CC2CCBCC1B0CAE19EE52C2881833A2A90F380DB3265042C2B4247C8564723DC5DB96344A094ED18EDB2F94488BC347E7401C7C69FE4C3BF22193A69219AC26F4C3CA44730AE539C7B2D5C0106C71FE37C6176BB9A6EFAB8E6577BB5CDB73D51CA9FA7C015D3A4224');
INSERT INTO "telemetry" VALUES(2,1,'2026-07-06T12:15:00.000000Z',X'78014D8EDB0A83300C86DF25D75D0F1341F72A5246A7718A554B0F0C37F6EE4B6582B9FA92EF27C90726DC02DC9A063A4417102771C0A51D4C0406463C40B306FAD1E36BF55310BDABF2FC9D3C662399D29A9147DBE55D905C1C67BC9733A5FE5CC853A33A12219A98028135119776238A835FD3737029D25A68579BE6657F6E49D632252597744E5DB9647942BC8BBAE6554175F439B48B73A850BCD4FAFB03DB184F34');
INSERT INTO "telemetry" VALUES(3,2,'2026-07-06T12:00:00.000000Z',X'78014D8EDB0AC2301044FF659F632F6AC1FA2B214868B7B6E44AB2418AF8EF6EA5059FE6CC2CCBCC1B0CAE19EE52C2881833A2A90F380DB3265042C2B4247C8564723DC5DB96344A094ED18EDB2F94488BC347E7401C7C69FE4C3BF22193A69219AC26F4C3CA44730AE539C7B2D5C0106C71FE37C6176BB9A6EFAB8E6577BB5CDB73D51CA9FA7C015D3A4224');
CREATE INDEX ix_outbox_receiver_target_state_next_at ON outbox (receiver, target, state, next_at);
CREATE INDEX ix_outbox_state ON outbox (state);
CREATE INDEX ix_telemetry_catalog_at ON telemetry (catalog, at);
CREATE INDEX ix_changes_catalog_at ON changes (catalog, at);
CREATE INDEX ix_changes_catalog_subject_at ON changes (catalog, subject, at);
CREATE INDEX ix_alerts_id ON alerts (id);
CREATE INDEX ix_alerts_catalog_told_at ON alerts (catalog, told_at);
CREATE INDEX ix_alerts_catalog_rule_subject ON alerts (catalog, rule, subject);
CREATE INDEX ix_suppressed_catalog_subject_at ON suppressed (catalog, subject, at);
CREATE INDEX ix_suppressed_catalog_at ON suppressed (catalog, at);
CREATE INDEX ix_refusals_catalog_at ON refusals (catalog, at);
CREATE INDEX ix_attempts_row ON attempts ("row");
COMMIT;
