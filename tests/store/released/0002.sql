PRAGMA application_id = 2002875491;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
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
	body TEXT NOT NULL, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_alerts PRIMARY KEY (seq), 
	CONSTRAINT fk_alerts_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "alerts" VALUES(1,1,'0123456789abcdef','price-change','deepseek/deepseek-chat','firing',0,'2026-07-06T12:00:00.000000Z','2026-07-06T12:00:00.000000Z','{"id":"0123456789abcdef","event":"model.price_changed","subject":"deepseek/deepseek-chat","model":"deepseek/deepseek-chat","provider":null,"endpoint":null,"field":"pricing.prompt","old":"0.000001","new":"0.000002","percent":100.0,"at":"2026-07-06T12:00:00Z","not_before":"2026-07-06T11:59:00Z","status":"firing","rule":"price-change","severity":"info","told_at":"2026-07-06T12:00:00Z","context":{"cheapest":"fireworks"},"reasons":["100 % is at least 10 %"],"is_level":false}',693844434);
CREATE TABLE attempts (
	id INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	started_at VARCHAR NOT NULL, 
	ended_at VARCHAR NOT NULL, 
	outcome VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	next_at VARCHAR, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_attempts PRIMARY KEY (id), 
	CONSTRAINT fk_attempts_row FOREIGN KEY("row") REFERENCES outbox (id)
);
INSERT INTO "attempts" VALUES(1,1,'2026-07-06T12:00:00.000000Z','2026-07-06T12:00:00.000000Z','delivered','200 ok','delivered',NULL,3549683351);
INSERT INTO "attempts" VALUES(2,2,'2026-07-06T12:00:00.000000Z','2026-07-06T12:00:00.000000Z','retry','200 ok','retry','2026-07-06T12:01:00.000000Z',1790587395);
CREATE TABLE catalogs (
	id INTEGER NOT NULL, 
	base_url VARCHAR NOT NULL, 
	version INTEGER NOT NULL, tally INTEGER DEFAULT '0' NOT NULL, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_catalogs PRIMARY KEY (id), 
	CONSTRAINT uq_catalogs_base_url UNIQUE (base_url)
);
INSERT INTO "catalogs" VALUES(1,'https://openrouter.ai',2,8122522349,3462081495);
INSERT INTO "catalogs" VALUES(2,'http://127.0.0.1:8080',1,5749936626,1041831627);
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
	new TEXT NOT NULL, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (id), 
	CONSTRAINT fk_changes_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "changes" VALUES(1,1,'2026-07-06T12:00:00.000000Z','2026-07-06T11:59:00.000000Z','model','model.price_changed','deepseek/deepseek-chat','deepseek/deepseek-chat','deepseek/deepseek-chat',NULL,NULL,'pricing.prompt','"0.000001"','"0.000002"',3940907268);
INSERT INTO "changes" VALUES(2,1,'2026-07-06T12:01:00.000000Z','2026-07-06T12:00:00.000000Z','model','model.price_changed','anthropic/claude','anthropic/claude','anthropic/claude',NULL,NULL,'pricing.prompt','"0.000001"','"0.000002"',2294923246);
CREATE TABLE days (
	id INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	day VARCHAR NOT NULL, 
	roster INTEGER NOT NULL, 
	readings BLOB NOT NULL, 
	seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_days PRIMARY KEY (id), 
	CONSTRAINT fk_days_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id), 
	CONSTRAINT fk_days_roster FOREIGN KEY(roster) REFERENCES rosters (id)
);
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
	possible_repeat BOOLEAN NOT NULL, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_outbox PRIMARY KEY (id)
);
INSERT INTO "outbox" VALUES(1,'team-slack','#one','price-change','{"type":"notification","id":"a84845b894a1265ade840742","at":"2026-07-06T12:00:00Z","receiver":"team-slack","rule":"price-change","severity":"info","status":"firing","alerts":[{"id":"0123456789abcdef","event":"model.price_changed","subject":"deepseek/deepseek-chat","model":"deepseek/deepseek-chat","provider":null,"endpoint":null,"field":"pricing.prompt","old":"0.000001","new":"0.000002","percent":100.0,"at":"2026-07-06T12:00:00Z","not_before":"2026-07-06T11:59:00Z","status":"firing","rule":"price-change","severity":"info","told_at":"2026-07-06T12:00:00Z","context":{"cheapest":"fireworks"},"reasons":["100 % is at least 10 %"],"is_level":false}]}','delivered','2026-07-06T12:00:00.000000Z',NULL,'2026-07-06T12:00:00.000000Z',NULL,NULL,1,0,2149139381);
INSERT INTO "outbox" VALUES(2,'team-slack','#one','price-change','{"type":"notification","id":"e3e3acf8047d7543c240718e","at":"2026-07-06T12:00:00Z","receiver":"team-slack","rule":"price-change","severity":"info","status":"firing","alerts":[{"id":"fedcba9876543210","event":"model.price_changed","subject":"deepseek/deepseek-chat","model":"deepseek/deepseek-chat","provider":null,"endpoint":null,"field":"pricing.prompt","old":"0.000001","new":"0.000002","percent":100.0,"at":"2026-07-06T12:00:00Z","not_before":"2026-07-06T11:59:00Z","status":"firing","rule":"price-change","severity":"info","told_at":"2026-07-06T12:00:00Z","context":{"cheapest":"fireworks"},"reasons":["100 % is at least 10 %"],"is_level":false}]}','retry','2026-07-06T12:00:00.000000Z','2026-07-06T12:01:00.000000Z',NULL,NULL,NULL,1,0,1254198567);
INSERT INTO "outbox" VALUES(3,'team-slack','#two','price-change','{"type":"notification","id":"a84845b894a1265ade840742","at":"2026-07-06T12:00:00Z","receiver":"team-slack","rule":"price-change","severity":"info","status":"firing","alerts":[{"id":"0123456789abcdef","event":"model.price_changed","subject":"deepseek/deepseek-chat","model":"deepseek/deepseek-chat","provider":null,"endpoint":null,"field":"pricing.prompt","old":"0.000001","new":"0.000002","percent":100.0,"at":"2026-07-06T12:00:00Z","not_before":"2026-07-06T11:59:00Z","status":"firing","rule":"price-change","severity":"info","told_at":"2026-07-06T12:00:00Z","context":{"cheapest":"fireworks"},"reasons":["100 % is at least 10 %"],"is_level":false}]}','queued','2026-07-06T12:00:00.000000Z','2026-07-06T12:00:00.000000Z',NULL,NULL,NULL,0,0,3199779615);
CREATE TABLE passport (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	writes INTEGER NOT NULL, 
	shape INTEGER NOT NULL, 
	restored_at VARCHAR, 
	seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_passport PRIMARY KEY (id)
);
INSERT INTO "passport" VALUES(1,'73d1a1b6eac317a0',1,3282590753,NULL,2368760051);
CREATE TABLE pauses (
	receiver VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	since VARCHAR NOT NULL, 
	next_at VARCHAR NOT NULL, 
	reason TEXT NOT NULL, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_pauses PRIMARY KEY (receiver, target)
);
INSERT INTO "pauses" VALUES('boss-mail','mail','2026-07-06T12:00:00.000000Z','2026-07-07T12:00:00.000000Z','SMTP 535',1110308179);
CREATE TABLE refusals (
	id INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	surface VARCHAR NOT NULL, 
	reason TEXT NOT NULL, 
	held BOOLEAN NOT NULL, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_refusals PRIMARY KEY (id), 
	CONSTRAINT fk_refusals_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "refusals" VALUES(1,1,'2026-07-06T12:00:00.000000Z','models','HTML',0,1079651100);
CREATE TABLE rosters (
	id INTEGER NOT NULL, 
	digest VARCHAR NOT NULL, 
	members BLOB NOT NULL, 
	seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_rosters PRIMARY KEY (id)
);
INSERT INTO "rosters" VALUES(1,'1c3e183bb7a82cdb76e68b48bdfe8e9d',X'789C8B8E564A494D2D284E4DCDD68731749333124B946275A295D2328B52CBF38BB28BF5D30A2C402206B1B100CCCD1192',748366888);
INSERT INTO "rosters" VALUES(2,'e5cd38373a6a889b4e14b3d5a991b6b2',X'789C8B8E564AD44F52D2514A494D2D284E4DCDD68731749333124B946275800AAA4A8B52814AD2328B52CBF38BB28BF5D30A2C4032863A06B1B100E45E15E8',2932197708);
CREATE TABLE state (
	catalog INTEGER NOT NULL, 
	part VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	body TEXT NOT NULL, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_state PRIMARY KEY (catalog, part, "key"), 
	CONSTRAINT fk_state_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "state" VALUES(1,'providers','fireworks','{"uid":"fireworks","record":{"slug":"fireworks","name":"Fireworks","privacy_policy_url":null,"terms_of_service_url":null,"status_page_url":null,"headquarters":"US","datacenters":"DE\nUS"},"first_seen":"2026-07-06T12:00:00+00:00","since":"2026-07-06T12:00:00+00:00","missing_since":null,"last_seen":null,"gone":false,"past":[]}',2772556253);
INSERT INTO "state" VALUES(1,'providers','together','{"uid":"together","record":{"slug":"together","name":"Together","privacy_policy_url":null,"terms_of_service_url":null,"status_page_url":null,"headquarters":"US","datacenters":"DE\nUS"},"first_seen":"2026-07-06T12:00:00+00:00","since":"2026-07-06T12:00:00+00:00","missing_since":null,"last_seen":null,"gone":false,"past":[]}',2011541968);
INSERT INTO "state" VALUES(1,'surfaces','providers','{"believed_at":"2026-07-06T12:00:00+00:00","attempted_at":"2026-07-06T12:00:00+00:00","failures":0,"reason":null,"hold":null,"carried":[],"fading":{},"lost":[],"thinning":{},"keys":[]}',1311753657);
INSERT INTO "state" VALUES(1,'rules','','"price-change"',2026670471);
INSERT INTO "state" VALUES(2,'providers','azure','{"uid":"azure","record":{"slug":"azure","name":"Azure","privacy_policy_url":null,"terms_of_service_url":null,"status_page_url":null,"headquarters":"US","datacenters":"DE\nUS"},"first_seen":"2026-07-06T12:00:00+00:00","since":"2026-07-06T12:00:00+00:00","missing_since":null,"last_seen":null,"gone":false,"past":[]}',3968760805);
INSERT INTO "state" VALUES(2,'surfaces','providers','{"believed_at":"2026-07-06T12:00:00+00:00","attempted_at":"2026-07-06T12:00:00+00:00","failures":0,"reason":null,"hold":null,"carried":[],"fading":{},"lost":[],"thinning":{},"keys":[]}',767355246);
INSERT INTO "state" VALUES(2,'rules','','"price-change"',1013820575);
CREATE TABLE suppressed (
	id INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	gate VARCHAR NOT NULL, 
	rule VARCHAR, 
	subject VARCHAR NOT NULL, 
	field VARCHAR, 
	reason TEXT NOT NULL, seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_suppressed PRIMARY KEY (id), 
	CONSTRAINT fk_suppressed_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id)
);
INSERT INTO "suppressed" VALUES(1,1,'2026-07-06T12:00:00.000000Z','schema',NULL,'a/b','x','68 rows',897650484);
CREATE TABLE telemetry (
	id INTEGER NOT NULL, 
	catalog INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	roster INTEGER NOT NULL, 
	readings BLOB NOT NULL, 
	seal INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_telemetry PRIMARY KEY (id), 
	CONSTRAINT fk_telemetry_catalog FOREIGN KEY(catalog) REFERENCES catalogs (id), 
	CONSTRAINT fk_telemetry_roster FOREIGN KEY(roster) REFERENCES rosters (id)
);
INSERT INTO "telemetry" VALUES(1,1,'2026-07-06T12:00:00.000000Z',1,X'789CAB564ACB4CCD492956B28A562A2D28C9CC4D8D37CD55D281B18D0D90388629407671496249693190919358929A975C0964956414E597A66714949628C5EA2825E7E794E6E6810C8CCE2BCDC989D589B6B4D4330552501E94323134D2338071636B0160232E2D',2208717024);
INSERT INTO "telemetry" VALUES(2,1,'2026-07-06T12:15:00.000000Z',2,X'789C55CCD10A83300C05D07FC97329E98A30F72BA50CD13A85B4CA9A3CC8D8BF2F32852D2FF7845CF282714E3454B8059095E79CEE4D0673DAE3CFE20675E58EA52AA8E354FA4DC5D37391C7B40A4334D02F24B9EC0F8343B4688A104513F630EE6251DDB6F6EA75CEDB7FE9B077B6F93ABE3F35E836E7',3204594913);
INSERT INTO "telemetry" VALUES(3,2,'2026-07-06T12:00:00.000000Z',1,X'789CAB564ACB4CCD492956B28A562A2D28C9CC4D8D37CD55D281B18D0D90388629407671496249693190919358929A975C0964956414E597A66714949628C5EA2825E7E794E6E6810C8CCE2BCDC989D589B6B4D4330552501E94323134D2338071636B0160232E2D',2172525962);
CREATE INDEX ix_outbox_receiver_target_state_next_at ON outbox (receiver, target, state, next_at);
CREATE INDEX ix_outbox_state ON outbox (state);
CREATE INDEX ix_changes_catalog_at ON changes (catalog, at);
CREATE INDEX ix_changes_catalog_subject_at ON changes (catalog, subject, at);
CREATE INDEX ix_alerts_id ON alerts (id);
CREATE INDEX ix_alerts_catalog_told_at ON alerts (catalog, told_at);
CREATE INDEX ix_alerts_catalog_rule_subject ON alerts (catalog, rule, subject);
CREATE INDEX ix_suppressed_catalog_subject_at ON suppressed (catalog, subject, at);
CREATE INDEX ix_suppressed_catalog_at ON suppressed (catalog, at);
CREATE INDEX ix_refusals_catalog_at ON refusals (catalog, at);
CREATE INDEX ix_attempts_row ON attempts ("row");
CREATE INDEX ix_rosters_digest ON rosters (digest);
CREATE INDEX ix_telemetry_catalog_at ON telemetry (catalog, at);
CREATE UNIQUE INDEX ix_days_catalog_day ON days (catalog, day);
COMMIT;
