-- Events and messages are mostly longer than two kilobytes, and PostgreSQL packs them when they are stored. By default it does so
-- with pglz, which is several times as slow as lz4; a server older than 14, or built without lz4, keeps to it.
DO $$
BEGIN
  EXECUTE 'ALTER TABLE stripe_event ALTER COLUMN payload SET COMPRESSION lz4';
  EXECUTE 'ALTER TABLE delivery ALTER COLUMN payload SET COMPRESSION lz4';
EXCEPTION WHEN feature_not_supported OR syntax_error OR invalid_parameter_value THEN
  NULL;
END
$$;
