-- What extensions bring that the embedded Postgres does not have: enough for tables to be created.
CREATE FUNCTION public.uuid_generate_v4() RETURNS uuid LANGUAGE sql AS $$ SELECT gen_random_uuid() $$;
CREATE FUNCTION public.uuid_generate_v1() RETURNS uuid LANGUAGE sql AS $$ SELECT gen_random_uuid() $$;
CREATE SCHEMA partman;
CREATE FUNCTION public.gen_random_bytes(size integer) RETURNS bytea LANGUAGE sql AS $$
    SELECT decode(repeat('00', size), 'hex')
$$;
SET allow_system_table_mods = on;
CREATE COLLATION pg_catalog."und-x-icu" (LOCALE = 'C');
CREATE TYPE public.geometry;
CREATE FUNCTION public.geometry_in(cstring) RETURNS public.geometry LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION public.geometry_out(public.geometry) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
CREATE FUNCTION public.geometry_modifier(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'array_ndims';
CREATE TYPE public.geometry (INPUT = public.geometry_in, OUTPUT = public.geometry_out, TYPMOD_IN = public.geometry_modifier);
CREATE OPERATOR CLASS public.gist_geometry DEFAULT FOR TYPE public.geometry USING gist AS
    FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal);
