-- Printed by `liangxin database roles`; a test holds this file to app/core/roles.py. Runs once, as the superuser.
DO $$ BEGIN CREATE ROLE liangxin_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$; ALTER ROLE liangxin_owner NOLOGIN NOBYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
DO $$ BEGIN CREATE ROLE liangxin_lookup; EXCEPTION WHEN duplicate_object THEN NULL; END $$; ALTER ROLE liangxin_lookup NOLOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
DO $$ BEGIN CREATE ROLE liangxin_app; EXCEPTION WHEN duplicate_object THEN NULL; END $$; ALTER ROLE liangxin_app LOGIN NOBYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
DO $$ BEGIN CREATE ROLE liangxin_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$; ALTER ROLE liangxin_reader LOGIN NOBYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
DO $$ BEGIN CREATE ROLE liangxin_migrator; EXCEPTION WHEN duplicate_object THEN NULL; END $$; ALTER ROLE liangxin_migrator LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
DO $$ BEGIN CREATE ROLE liangxin_backup; EXCEPTION WHEN duplicate_object THEN NULL; END $$; ALTER ROLE liangxin_backup LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
GRANT liangxin_owner, liangxin_lookup TO liangxin_migrator WITH INHERIT TRUE, SET TRUE;
GRANT pg_read_all_data TO liangxin_backup;
ALTER ROLE liangxin_reader SET default_transaction_read_only = on;
CREATE DATABASE "liangxin" OWNER liangxin_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
\connect "liangxin"
ALTER DATABASE "liangxin" OWNER TO liangxin_owner;
ALTER DATABASE "liangxin" SET timezone = 'UTC';
REVOKE ALL ON DATABASE "liangxin" FROM PUBLIC;
GRANT CONNECT ON DATABASE "liangxin" TO liangxin_app, liangxin_reader, liangxin_migrator, liangxin_backup;
GRANT TEMPORARY ON DATABASE "liangxin" TO liangxin_app, liangxin_migrator;
ALTER SCHEMA public OWNER TO liangxin_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO liangxin_app, liangxin_reader, liangxin_migrator, liangxin_backup, liangxin_lookup;
GRANT CREATE ON SCHEMA public TO liangxin_lookup;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
ALTER DEFAULT PRIVILEGES FOR ROLE liangxin_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO liangxin_app;
ALTER DEFAULT PRIVILEGES FOR ROLE liangxin_owner GRANT SELECT ON TABLES TO liangxin_reader, liangxin_backup, liangxin_lookup;
ALTER DEFAULT PRIVILEGES FOR ROLE liangxin_owner GRANT USAGE, SELECT ON SEQUENCES TO liangxin_app;
ALTER DEFAULT PRIVILEGES FOR ROLE liangxin_owner GRANT SELECT ON SEQUENCES TO liangxin_reader, liangxin_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE liangxin_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE liangxin_owner GRANT EXECUTE ON FUNCTIONS TO liangxin_app, liangxin_reader, liangxin_lookup;
