
CREATE SCHEMA history;

CREATE TYPE public.state AS ENUM (
    'open',
    'done'
);

CREATE TABLE history.versions (
    note_id integer NOT NULL,
    number integer NOT NULL
);

CREATE TABLE public.accounts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email character varying(200) NOT NULL,
    handle text,
    boss_id uuid,
    tags text[],
    plain boolean,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone
);

CREATE TABLE public.app_topics (
    id integer NOT NULL,
    name text NOT NULL
);

CREATE SEQUENCE public.app_topics_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.app_topics_id_seq OWNED BY public.app_topics.id;

CREATE TABLE public.links (
    from_id integer NOT NULL,
    to_id integer NOT NULL
);

CREATE TABLE public.notes (
    id integer NOT NULL,
    owner_id uuid NOT NULL,
    topic_id integer,
    parent_id integer,
    title text,
    state public.state
);

CREATE SEQUENCE public.notes_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

ALTER TABLE ONLY public.app_topics ALTER COLUMN id SET DEFAULT nextval('public.app_topics_id_seq'::regclass);

ALTER TABLE ONLY public.notes ALTER COLUMN id SET DEFAULT nextval('public.notes_id_seq'::regclass);

ALTER TABLE ONLY history.versions
    ADD CONSTRAINT versions_note_id_number_pk PRIMARY KEY (note_id, number);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_email_unique UNIQUE (email);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_handle UNIQUE (handle);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.app_topics
    ADD CONSTRAINT app_topics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_from_id_to_id_pk PRIMARY KEY (from_id, to_id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_once UNIQUE (owner_id, topic_id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

CREATE INDEX accounts_created ON public.accounts USING btree (created_at DESC NULLS LAST, id);

CREATE UNIQUE INDEX accounts_email_lower ON public.accounts USING btree (lower((email)::text));

CREATE INDEX accounts_open ON public.accounts USING btree (email) WHERE (plain IS TRUE);

CREATE INDEX accounts_tags ON public.accounts USING gin (tags);

CREATE INDEX links_to_id_index ON public.links USING btree (to_id);

CREATE INDEX notes_owner ON public.notes USING btree (owner_id, title);

ALTER TABLE ONLY history.versions
    ADD CONSTRAINT versions_note_id_notes_id_fk FOREIGN KEY (note_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_boss_id_accounts_id_fk FOREIGN KEY (boss_id) REFERENCES public.accounts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_from_id_notes_id_fk FOREIGN KEY (from_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_to_id_notes_id_fk FOREIGN KEY (to_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_owner_id_accounts_id_fk FOREIGN KEY (owner_id) REFERENCES public.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_parent FOREIGN KEY (parent_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_topic_id_app_topics_id_fk FOREIGN KEY (topic_id) REFERENCES public.app_topics(id);

