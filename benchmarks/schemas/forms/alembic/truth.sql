
CREATE SCHEMA archive;

CREATE TABLE archive.old (
    id integer NOT NULL,
    note_id integer
);

CREATE SEQUENCE archive.old_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE archive.old_id_seq OWNED BY archive.old.id;

CREATE TABLE public.accounts (
    id bigint NOT NULL,
    email character varying(200) NOT NULL,
    handle character varying,
    boss_id bigint,
    tags text[],
    team_id integer
);

CREATE SEQUENCE public.accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.note_links (
    note_id integer CONSTRAINT links_note_id_not_null NOT NULL,
    other_id integer CONSTRAINT links_other_id_not_null NOT NULL,
    kind character varying(20),
    created_at timestamp with time zone DEFAULT now()
);

CREATE TABLE public.notes (
    id integer NOT NULL,
    account_id bigint NOT NULL,
    heading text CONSTRAINT notes_title_not_null NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now(),
    topic_id integer,
    CONSTRAINT titled CHECK ((heading <> ''::text))
);

CREATE SEQUENCE public.notes_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

CREATE TABLE public.topics (
    id integer NOT NULL,
    name text NOT NULL,
    parent integer
);

ALTER TABLE ONLY archive.old ALTER COLUMN id SET DEFAULT nextval('archive.old_id_seq'::regclass);

ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);

ALTER TABLE ONLY public.notes ALTER COLUMN id SET DEFAULT nextval('public.notes_id_seq'::regclass);

ALTER TABLE ONLY archive.old
    ADD CONSTRAINT old_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_team_id_key UNIQUE (team_id);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT links_pkey PRIMARY KEY (note_id, other_id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_account_id_title_key UNIQUE (account_id, heading);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);

ALTER TABLE ONLY public.topics
    ADD CONSTRAINT pk_topics PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT uq_accounts_email UNIQUE (email);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT uq_notes_state UNIQUE (state, heading);

CREATE INDEX ix_old_note ON archive.old USING btree (note_id);

CREATE INDEX ix_a ON public.accounts USING btree (email, id);

CREATE INDEX ix_accounts_tags ON public.accounts USING gin (tags);

CREATE INDEX ix_links_created_at ON public.note_links USING btree (created_at);

CREATE INDEX ix_links_other_id ON public.note_links USING btree (other_id);

CREATE INDEX ix_notes_account_id ON public.notes USING btree (account_id);

CREATE INDEX ix_notes_heading ON public.notes USING hash (heading);

CREATE INDEX ix_notes_lower ON public.notes USING btree (lower(heading), created_at DESC);

CREATE INDEX ix_notes_open ON public.notes USING btree (account_id) WHERE (state = 'open'::text);

CREATE INDEX ix_notes_topic_id ON public.notes USING btree (topic_id);

CREATE INDEX ix_topics_name ON public.topics USING btree (name);

ALTER TABLE ONLY archive.old
    ADD CONSTRAINT old_note_id_fkey FOREIGN KEY (note_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_boss_id_fkey FOREIGN KEY (boss_id) REFERENCES public.accounts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.topics(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT fk_notes_topic FOREIGN KEY (topic_id) REFERENCES public.topics(id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT links_note_id_fkey FOREIGN KEY (note_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT links_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.notes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.topics
    ADD CONSTRAINT topics_parent_fkey FOREIGN KEY (parent) REFERENCES public.topics(id);

